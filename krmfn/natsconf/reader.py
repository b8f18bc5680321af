"""Reads a nats.conf, whoever wrote it, into the tree of settings that nats-server would see.

`key value`, `key = value`, `key: value`, comments, lists over lines, sizes with suffixes and includes, as its lexer
takes them (conf/lex.go, conf/parse.go). Included files are named, not read.
"""

from __future__ import annotations

from krmfn.natsconf.tree import Block, Variable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

SUFFIXES = {
    "": 1, "k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12, "p": 10**15, "e": 10**18,
    "kb": 1 << 10, "mb": 1 << 20, "gb": 1 << 30, "tb": 1 << 40, "pb": 1 << 50, "eb": 1 << 60,
    "ki": 1 << 10, "mi": 1 << 20, "gi": 1 << 30, "ti": 1 << 40, "pi": 1 << 50, "ei": 1 << 60,
    "kib": 1 << 10, "mib": 1 << 20, "gib": 1 << 30, "tib": 1 << 40, "pib": 1 << 50, "eib": 1 << 60,
}  # fmt: skip
"""What an unquoted number may carry; `1G` is decimal and `1GB` binary. In quotes only K, M, G, T, all binary."""
DEEPEST = 60
_QUOTED_SUFFIXES = {"K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}
_WORDS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
_ESCAPES = {"t": "\t", "n": "\n", "r": "\r", '"': '"', "\\": "\\"}
_ENDS = frozenset(" \t\r\n,;]}")
_BETWEEN = frozenset(" \t\r\n,;")
_HASHES = ("$2a$", "$2b$", "$2x$", "$2y$")
"""A bcrypt hash starts like a variable and is none."""


class _Odd(ValueError):
    """The text is no configuration."""


def read_conf(text: str) -> Block | None:
    """The settings, or None when the text is no configuration. A later setting of the same name wins."""
    try:
        scanner = _Scanner(text)
        return scanner.block(closed_by="", depth=0)
    except _Odd:
        return None


def byte_size(value: object) -> int | None:
    """A store limit in bytes as nats-server takes it, from a number or a quoted text; None when it takes none."""
    if isinstance(value, str) and value:
        unit = _QUOTED_SUFFIXES.get(value[-1], 1)
        digits = value[:-1] if value[-1] in _QUOTED_SUFFIXES else value
        return int(digits) * unit if _is_integer(digits) else None
    return value if isinstance(value, int) and not isinstance(value, bool) else None


class _Scanner:
    """One pass over the text; `at` is the position of the next character."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def block(self, *, closed_by: str, depth: int) -> Block:
        """Settings up to the closing character, or the end of the text for ""."""
        if depth > DEEPEST:
            raise _Odd
        settings: dict[str, Any] = {}
        includes: list[str] = []
        while True:
            self._skip(_BETWEEN)
            here = self.text[self.at : self.at + 1]
            if here == closed_by:
                self.at += 1
                return Block(settings, tuple(includes))
            if not here:
                raise _Odd
            quoted = here in "\"'"
            key = self._text(here) if quoted else self._until(frozenset(" \t\r\n:={"))
            if not key:
                raise _Odd
            if not quoted and key.lower() == "include":
                includes.append(self._file())
            else:
                self._skip(frozenset(" \t\r\n:="))
                settings[key] = self._value(depth)

    def _value(self, depth: int) -> Any:
        here = self.text[self.at : self.at + 1]
        if here == "{":
            self.at += 1
            return self.block(closed_by="}", depth=depth + 1)
        if here == "[":
            self.at += 1
            return self._list(depth + 1)
        if here and here in "\"'":
            return self._text(here)
        if here == "(":
            return self._lines()
        word = self._until(_ENDS)
        if not word:
            raise _Odd
        return _resolved(word)

    def _list(self, depth: int) -> list[Any]:
        if depth > DEEPEST:
            raise _Odd
        values: list[Any] = []
        while True:
            self._skip(_BETWEEN)
            if self.text[self.at : self.at + 1] == "]":
                self.at += 1
                return values
            values.append(self._value(depth))

    def _file(self) -> str:
        self._skip(frozenset(" \t:="))
        here = self.text[self.at : self.at + 1]
        return self._text(here) if here and here in "\"'" else self._until(_ENDS)

    def _text(self, quote: str) -> str:
        """A text in quotes; only double quotes know escapes."""
        end = self.text.find(quote, self.at + 1)
        if end < 0:
            raise _Odd
        plain = self.text[self.at + 1 : end]
        if quote == "'" or "\\" not in plain:
            self.at = end + 1
            return plain
        parts: list[str] = []
        self.at += 1
        while True:
            here = self.text[self.at : self.at + 1]
            self.at += 1
            if not here:
                raise _Odd
            if here == quote:
                return "".join(parts)
            parts.append(self._escaped() if here == "\\" else here)

    def _escaped(self) -> str:
        kind = self.text[self.at : self.at + 1]
        self.at += 1
        if kind in _ESCAPES:
            return _ESCAPES[kind]
        code = self.text[self.at : self.at + 2]
        if kind != "x" or len(code) < 2 or not set(code) <= set("0123456789abcdefABCDEF"):
            raise _Odd
        self.at += 2
        return chr(int(code, 16))

    def _lines(self) -> str:
        """A text over lines, up to a line that holds nothing but `)`."""
        end = self.text.find("\n)", self.at)
        if end < 0:
            raise _Odd
        found = self.text[self.at + 1 : end]
        self.at = end + 2
        return found

    def _until(self, ends: frozenset[str]) -> str:
        text, at, size = self.text, self.at, len(self.text)
        while at < size and text[at] not in ends:
            at += 1
        start, self.at = self.at, at
        return text[start:at]

    def _skip(self, what: frozenset[str]) -> None:
        """Past these characters and comments."""
        text, at, size = self.text, self.at, len(self.text)
        while at < size:
            if text[at] in what:
                at += 1
            elif text[at] == "#" or text.startswith("//", at):
                at = (text.find("\n", at) + 1 or size + 1) - 1
            else:
                break
        self.at = at


def _resolved(word: str) -> Any:
    """An unquoted word: boolean, variable, number with its suffix, or text."""
    known = _WORDS.get(word.lower())
    if known is not None:
        return known
    if word[0] == "$" and not word.startswith(_HASHES):
        try:
            return Variable(word[1:])
        except ValueError:
            raise _Odd from None
    digits = word.rstrip("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
    suffix = word[len(digits) :].lower()
    if _is_integer(digits) and suffix in SUFFIXES:
        return int(digits) * SUFFIXES[suffix]
    return word


def _is_integer(text: str) -> bool:
    digits = text[1:] if text[:1] == "-" else text
    return digits.isascii() and digits.isdigit() and len(digits) < 40
