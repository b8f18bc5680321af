"""Reads the regular block YAML that people and kpt write, without importing a parser; declines everything else.

Accepted: mappings and lists (indented or not under their key), plain and quoted scalars on one line, literal blocks
(`|`, `|-`), `{}` and `[]`, comments, one `---` in front. What it accepts, it reads as `slow` does, lines included.
"""

from __future__ import annotations

from krmfn.wire.limits import MAX_OBJECT
from krmfn.wire.reading import Reading
from krmfn.wire.scalars import disagreement, resolve

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Path = tuple[str | int, ...]

_DEEPEST = 30
_LONGEST_KEY = 1000
_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_")
_NO_PLAIN_START = frozenset("!&*|>%@`,[]{}?:\"'#")
_TYPED_START = frozenset("yYnNtTfFoO~<=.+-0123456789")
"""How scalars start that may be other than strings to some reader; no other plain scalar is."""


class _Declined(Exception):
    """Not of the subset: never leaves this module."""


def read(text: str) -> Reading | None:
    """The document's value and lines, or None for a text outside the subset, valid or not."""
    if len(text) > MAX_OBJECT or not text.replace("\n", "").isprintable():
        return None
    scan = _Scan(text)
    try:
        value = scan.document()
    except _Declined:
        return None
    return Reading(value, scan.found, [])


class _Scan:
    """A position in the lines: `content` is the line without its `indent`; indent -1 is the end of the text.

    Inside a list item both are those of what follows the `- `. Methods return with the position after what they read.
    """

    __slots__ = ("complete", "content", "found", "indent", "lines", "number")

    def __init__(self, text: str) -> None:
        self.lines = text.split("\n")
        self.complete = not self.lines[-1]
        if self.complete:
            self.lines.pop()
        self.number = 0
        self.indent = -1
        self.content = ""
        self.found: dict[Path, int] = {}

    def advance(self) -> None:
        """To the next line that is neither blank nor a comment."""
        lines, number = self.lines, self.number
        while number < len(lines):
            line = lines[number]
            number += 1
            content = line.lstrip(" ")
            if content and content[0] != "#":
                self.number = number
                self.indent = len(line) - len(content)
                self.content = content.rstrip(" ")
                return
        self.number = number
        self.indent = -1
        self.content = ""

    def document(self) -> Any:
        self.advance()
        if self.indent == 0 and (self.content == "---" or self.content.startswith("--- #")):
            self.advance()
        if self.indent < 0:
            raise _Declined
        self.found[()] = self.number
        value = self.block(())
        if self.indent >= 0:
            raise _Declined
        return value

    def block(self, path: Path) -> Any:
        """The list or mapping that begins here."""
        if len(path) > _DEEPEST:
            raise _Declined
        return self.sequence(path) if self.content.startswith("- ") else self.mapping(path)

    def mapping(self, path: Path) -> dict[str, Any]:
        indent = self.indent
        entries: dict[str, Any] = {}
        while self.indent == indent:
            key, colon, text = self.content.partition(": ")
            if not colon:
                key, text = key[:-1], ""
                if self.content[-1] != ":":
                    raise _Declined
            if key[:1] in _LETTERS:
                if key[-1] == " " or " #" in key or (key[0] in _TYPED_START and not _is_plain_string(key)):
                    raise _Declined
            else:
                key, text = _quoted_key(self.content)
            if key in entries or len(key) > _LONGEST_KEY:
                raise _Declined
            here = (*path, key)
            self.found[here] = self.number
            entries[key] = self.value(text.lstrip(" "), indent, here)
        if self.indent > indent:
            raise _Declined
        return entries

    def sequence(self, path: Path) -> list[Any]:
        indent = self.indent
        elements: list[Any] = []
        while self.indent == indent and self.content.startswith("- "):
            here = (*path, len(elements))
            self.found[here] = self.number
            rest = self.content[2:].lstrip(" ")
            if rest.startswith("- ") or _is_entry(rest):
                self.indent += len(self.content) - len(rest)
                self.content = rest
                elements.append(self.block(here))
            elif rest[0] == "#":
                raise _Declined
            else:
                elements.append(self.value(rest, indent, here))
        if self.indent > indent:
            raise _Declined
        return elements

    def value(self, text: str, indent: int, path: Path) -> Any:
        """What follows the key or dash of a line at `indent`: on the line, or nested under it."""
        if not text or text[0] == "#":
            self.advance()
            if self.indent > indent or (self.indent == indent and self.content.startswith("- ")):
                return self.block(path)
            return None
        if text[0] == "|":
            return self.literal(text, indent)
        value = _scalar(text)
        self.advance()
        return value

    def literal(self, header: str, parent: int) -> str:
        """A literal block: its lines without the indentation of the first, one newline at its end, or none for `|-`."""
        if header not in ("|", "|-"):
            raise _Declined
        lines, number = self.lines, self.number
        first = lines[number] if number < len(lines) else ""
        indent = len(first) - len(first.lstrip(" "))
        if indent <= parent or indent == len(first):
            raise _Declined
        prefix = first[:indent]
        block: list[str] = []
        while number < len(lines):
            line = lines[number]
            if not line.startswith(prefix) and line.strip(" "):
                break
            block.append(line[indent:])
            number += 1
        if number == len(lines) and not self.complete:
            raise _Declined
        self.number = number
        self.advance()
        body = "\n".join(block).rstrip("\n")
        return body if header == "|-" else body + "\n"


def _is_entry(text: str) -> bool:
    """Whether a list item holds a mapping that begins on its line."""
    if text[0] in "\"'":
        end = text.find(text[0], 1)
        return text[end + 1 : end + 2] == ":" if end > 0 else False
    at = text.find(" #")
    if at >= 0:
        text = text[:at].rstrip(" ")
    return text[-1] == ":" or ": " in text


def _quoted_key(content: str) -> tuple[str, str]:
    """A key in quotes, and what follows its colon."""
    end = content.find(content[0], 1)
    after = content[end + 1 : end + 3]
    if content[0] not in "\"'" or end < 0 or after not in (":", ": ") or "\\" in content[1:end]:
        raise _Declined
    return content[1:end], content[end + 3 :]


def _scalar(text: str) -> Any:
    first = text[0]
    if first in "\"'":
        return _quoted(text, first)
    if " #" in text:
        text = text[: text.index(" #")].rstrip(" ")
    if first in _NO_PLAIN_START:
        if text == "{}":
            return {}
        if text == "[]":
            return []
        raise _Declined
    if ": " in text or text[-1] == ":" or text == "-" or text[:2] == "- ":
        raise _Declined
    if first not in _TYPED_START:
        return text
    if disagreement(text) is not None:
        raise _Declined
    return resolve(text)


def _quoted(text: str, quote: str) -> str:
    if quote == '"' and "\\" in text:
        return _escaped(text)
    end = text.find(quote, 1)
    if end < 0:
        raise _Declined
    _nothing_but_comment(text[end + 1 :])
    return text[1:end]


def _escaped(text: str) -> str:
    r"""A double-quoted scalar with the escapes `\"` and `\\`; others decline."""
    parts: list[str] = []
    start = 1
    while True:
        quote, backslash = text.find('"', start), text.find("\\", start)
        if quote < 0:
            raise _Declined
        if not 0 <= backslash < quote:
            _nothing_but_comment(text[quote + 1 :])
            return "".join([*parts, text[start:quote]])
        if text[backslash + 1 : backslash + 2] not in ('"', "\\"):
            raise _Declined
        parts += [text[start:backslash], text[backslash + 1]]
        start = backslash + 2


def _nothing_but_comment(rest: str) -> None:
    if rest and (rest[0] != " " or rest.lstrip(" ")[0] != "#"):
        raise _Declined


def _is_plain_string(text: str) -> bool:
    return isinstance(resolve(text), str) and disagreement(text) is None
