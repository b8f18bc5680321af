"""The meaning of one line of regular block YAML. Objects repeat most of their lines, so each is parsed once.

Accepted: keys that are plain or quoted, scalars that are plain or quoted and end on the line, flow collections that do,
the header of a literal block, nothing. Every other line is odd.
"""

from __future__ import annotations

from krmfn.goyaml.errors import Declined
from krmfn.goyaml.scalars import disagreement, resolve

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeAlias

    Row: TypeAlias = tuple[int, int, str | None, Any]
    """Indent (-1 behind the last line), what the line holds, its key (None without), and what is behind that."""

_MOST = 2048
_LONGEST = 256


class PerLine(dict[str, "Any"]):
    """The answer of a pure function by line, asked for with brackets. It keeps no more than does no harm to memory."""

    __slots__ = ("tell",)

    def __init__(self, tell: Callable[[str], Any]) -> None:
        super().__init__()
        self.tell = tell

    def __missing__(self, line: str) -> Any:
        answer = self.tell(line)
        if len(line) <= _LONGEST:
            if len(self) >= _MOST:
                self.clear()
            self[line] = answer
        return answer


BLANK = (0, -1, None, None)
"""A line that says nothing: empty, or a comment. There is this one alone."""
SCALAR, FLOW, NESTED, LITERAL, ITEM, ODD = range(6)
"""What a line holds: a value, the text of a flow collection, nothing yet, the header of a literal block, a row of its
own behind a dash, or what is not of the subset."""
_LONGEST_KEY = 1000
_DASHES = 30
_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_")
_NO_PLAIN_START = frozenset("!&*|>%@`,[]{}?:\"'#")
_TYPED_START = frozenset("yYnNtTfFoO~<=.+-0123456789")
"""How scalars start that may be other than strings to some reader; no other plain scalar is."""


def _row(line: str) -> Row:
    content = line.lstrip(" ")
    if not content or content[0] == "#":
        return BLANK
    if line == "\n":
        return -1, ODD, None, None
    indent = len(line) - len(content)
    try:
        return _content(content.rstrip(" "), indent, 0)
    except Declined:
        return indent, ODD, None, None


def _content(content: str, indent: int, dashes: int) -> Row:
    if content.startswith("- ") and dashes < _DASHES:
        rest = content[2:].lstrip(" ")
        inner = indent + len(content) - len(rest)
        if rest.startswith("- ") or _is_entry(rest):
            return indent, ITEM, None, _content(rest, inner, dashes + 1)
        if rest[0] == "#":
            raise Declined
        return indent, ITEM, None, (inner, *_value(rest, None))
    key, text = _key(content)
    return indent, *_value(text.lstrip(" "), key)


def _key(content: str) -> tuple[str, str]:
    """A key, and what follows its colon."""
    key, colon, text = content.partition(": ")
    if not colon:
        key, text = key[:-1], ""
        if content[-1] != ":":
            raise Declined
    if key[:1] in _LETTERS:
        if key[-1] == " " or " #" in key or (key[0] in _TYPED_START and not is_plain_string(key)):
            raise Declined
    else:
        key, text = _quoted_key(content)
    if len(key) > _LONGEST_KEY:
        raise Declined
    return key, text


def _quoted_key(content: str) -> tuple[str, str]:
    end = content.find(content[0], 1)
    after = content[end + 1 : end + 3]
    if content[0] not in "\"'" or end < 0 or after not in (":", ": ") or "\\" in content[1:end]:
        raise Declined
    return content[1:end], content[end + 3 :]


def _is_entry(text: str) -> bool:
    """Whether a list item holds a mapping that begins on its line."""
    if text[0] in "\"'":
        end = text.find(text[0], 1)
        return text[end + 1 : end + 2] == ":" if end > 0 else False
    if text[0] in "[{":
        return False
    at = text.find(" #")
    if at >= 0:
        text = text[:at].rstrip(" ")
    return text[-1] == ":" or ": " in text


def _value(text: str, key: str | None) -> tuple[int, str | None, Any]:
    """What is behind a key, or behind a dash where `key` is None."""
    if not text or text[0] == "#":
        return NESTED, key, None
    first = text[0]
    if first == "|":
        if text not in ("|", "|-"):
            raise Declined
        return LITERAL, key, text
    if first in "[{":
        return FLOW, key, _before_comment(text)
    return SCALAR, key, _scalar(text, first)


def _before_comment(text: str) -> str:
    at = text.find(" #")
    return text if at < 0 else text[:at].rstrip(" ")


def _scalar(text: str, first: str) -> Any:
    if first in "\"'":
        return _quoted(text, first)
    text = _before_comment(text)
    if first in _NO_PLAIN_START or ": " in text or text[-1] == ":" or text == "-" or text[:2] == "- ":
        raise Declined
    if first not in _TYPED_START:
        return text
    if disagreement(text) is not None:
        raise Declined
    return resolve(text)


def _quoted(text: str, quote: str) -> str:
    if quote == '"' and "\\" in text:
        return _escaped(text)
    end = text.find(quote, 1)
    if end < 0:
        raise Declined
    _nothing_but_comment(text[end + 1 :])
    return text[1:end]


def _escaped(text: str) -> str:
    r"""A double-quoted scalar with the escapes `\"` and `\\`; others are odd."""
    parts: list[str] = []
    start = 1
    while True:
        quote, backslash = text.find('"', start), text.find("\\", start)
        if quote < 0:
            raise Declined
        if not 0 <= backslash < quote:
            _nothing_but_comment(text[quote + 1 :])
            return "".join([*parts, text[start:quote]])
        if text[backslash + 1 : backslash + 2] not in ('"', "\\"):
            raise Declined
        parts += [text[start:backslash], text[backslash + 1]]
        start = backslash + 2


def _nothing_but_comment(rest: str) -> None:
    if rest and (rest[0] != " " or rest.lstrip(" ")[0] != "#"):
        raise Declined


def is_plain_string(text: str) -> bool:
    """Whether every reader takes a plain scalar for a string."""
    return isinstance(resolve(text), str) and disagreement(text) is None


def open_quote(line: str) -> tuple[str, str] | None:
    """Key of a line, and what is behind the single quote with which its value begins; None for another line."""
    try:
        key, text = _key(line.strip(" "))
    except Declined:
        return None
    text = text.lstrip(" ")
    return (key, text[1:]) if text[:1] == "'" else None


ROWS: dict[str, Row] = PerLine(_row)
"""The row of any line; "\n" stands for the end."""
