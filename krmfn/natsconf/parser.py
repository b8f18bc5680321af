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
_BLANKS = frozenset(" \t")
_SPACE = frozenset(" \t\r\n")
_ENDS = frozenset(" \t\r\n,;]}")
_NO_KEY_START = frozenset("[]{}(),;/")
_NO_FILE_START = frozenset("[{(-\\0123456789")
_DIGITS = "0123456789"
_HASH = "$2a$"
"""A bcrypt hash starts like a variable and is none; of the other kinds of hash the server knows none without quotes."""


class _Odd(ValueError):
    """The text is not a configuration."""


def read_conf(text: str) -> Block | None:
    """The settings, or None when the text is not a configuration. A later setting of the same name wins."""
    if "\0" in text:
        return None
    try:
        scanner = _Scanner(text)
        return scanner.whole()
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

    def whole(self) -> Block:
        """All settings; braces around them, as in JSON, say nothing."""
        self._skip(_SPACE)
        if not self.text.startswith("{", self.at):
            return self.block(closed_by="", depth=0)
        self.at += 1
        found = self.block(closed_by="}", depth=0)
        self._skip(_SPACE)
        if self.at < len(self.text):
            raise _Odd
        return found

    def block(self, *, closed_by: str, depth: int) -> Block:
        """Settings up to the closing character, or the end of the text for ""."""
        if depth > DEEPEST:
            raise _Odd
        settings: dict[str, Any] = {}
        includes: list[str] = []
        while True:
            self._skip(_SPACE)
            here = self.text[self.at : self.at + 1]
            if here == closed_by:
                self.at += 1
                return Block(settings, tuple(includes))
            key = self._key(here)
            if key.lower() == "include" and here not in "\"'" and self.text[self.at : self.at + 1] in _SPACE:
                includes.append(self._file())
            else:
                self._separator(is_inside=depth > 0)
                settings[key] = self._value(depth)
            self._end_of_value(",;", closed_by)

    def _key(self, here: str) -> str:
        """A name, in quotes or up to a blank or a separator; escapes are none in it, and a brace is a part of it."""
        if not here or here in _NO_KEY_START:
            raise _Odd
        key = self._quoted() if here in "\"'" else self._until(frozenset(" \t\r\n:="))
        if not key or (here not in "\"'" and any(map(str.isspace, key))):
            raise _Odd
        return key

    def _separator(self, *, is_inside: bool) -> None:
        """One colon or equals sign at most; behind it, a line may end only inside a block. No comment stands here."""
        self._until_not(_SPACE)
        if self.text[self.at : self.at + 1] in (":", "="):
            self.at += 1
            self._until_not(_SPACE if is_inside else _BLANKS)

    def _end_of_value(self, terminators: str, closed_by: str) -> None:
        """A value ends with its line, one terminator, a comment, or what holds it."""
        self._until_not(_BLANKS)
        here = self.text[self.at : self.at + 1]
        if here and here in terminators:
            self.at += 1
        elif here not in ("\n", "\r", "#", closed_by) and not self.text.startswith("//", self.at):
            raise _Odd

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
        return self._word()

    def _list(self, depth: int) -> list[Any]:
        if depth > DEEPEST:
            raise _Odd
        values: list[Any] = []
        while True:
            self._skip(_SPACE)
            if self.text[self.at : self.at + 1] == "]":
                self.at += 1
                return values
            if self.text.startswith("/", self.at):
                raise _Odd
            values.append(self._value(depth))
            self._end_of_value(",", "]")

    def _file(self) -> str:
        self._until_not(_BLANKS)
        here = self.text[self.at : self.at + 1]
        if not here or here in _NO_FILE_START:
            raise _Odd
        name = self._quoted() if here in "\"'" else self._until(frozenset(" \t\r\n;}"))
        if not name or (here not in "\"'" and "'" in name):
            raise _Odd
        return name

    def _word(self) -> Any:
        """A value without quotes: boolean, variable, number or text, which knows the escapes of one in quotes."""
        word = self._until(_ENDS)
        if not word or "'" in word or word[0].isspace():
            raise _Odd
        if word[0] in "-." or word[0].isdigit():
            before_bracket = self.text[self.at : self.at + 1] == "]"
            return _number(word, before_bracket=before_bracket)
        return _unescaped(word) if "\\" in word else _resolved(word)

    def _quoted(self) -> str:
        """A text in quotes that knows no escapes."""
        end = self.text.find(self.text[self.at], self.at + 1)
        if end < 0:
            raise _Odd
        start, self.at = self.at + 1, end + 1
        return self.text[start:end]

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
            parts.append(self.escaped() if here == "\\" else here)

    def escaped(self) -> str:
        """The character that an escape behind its backslash is."""
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
        """A text over lines, the last newline too, up to a line that is `)` and does not end the configuration."""
        end = self.at
        while True:
            end = self.text.find("\n)", end)
            if end < 0:
                raise _Odd
            if self.text[end + 2 : end + 3] == "\n":
                break
            end += 1
        found = self.text[self.at + 1 : end + 1]
        self.at = end + 2
        return found

    def _until(self, ends: frozenset[str]) -> str:
        text, at, size = self.text, self.at, len(self.text)
        while at < size and text[at] not in ends:
            at += 1
        start, self.at = self.at, at
        return text[start:at]

    def _until_not(self, what: frozenset[str]) -> None:
        """Past these characters."""
        text, at, size = self.text, self.at, len(self.text)
        while at < size and text[at] in what:
            at += 1
        self.at = at

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
    """A word that starts with no digit: boolean, variable or text."""
    known = _WORDS.get(word.lower())
    if known is not None:
        return known
    if word[0] == "$" and not word.startswith(_HASH):
        try:
            return Variable(word[1:])
        except ValueError:
            raise _Odd from None
    return word


def _unescaped(word: str) -> str:
    scanner = _Scanner(word)
    parts: list[str] = []
    while scanner.at < len(word):
        here = scanner.text[scanner.at]
        scanner.at += 1
        parts.append(scanner.escaped() if here == "\\" else here)
    return "".join(parts)


def _number(word: str, *, before_bracket: bool) -> int | str:
    """A word that starts with a digit or a minus: an integer with its suffix, or a decimal, date, address or text.

    A bracket directly behind a number becomes a part of it to the server: then it is not a configuration.
    """
    sign = word[:1] if word[0] == "-" else ""
    body = word[len(sign) :]
    rest = body.lstrip(_DIGITS)
    digits = body[: len(body) - len(rest)]
    if not digits or "\\" in word:
        raise _Odd
    letters = rest[1:].lstrip("bBiI") if rest[:1] and rest[0] in "kKmMgGtTpPeE" else None
    if not rest or letters == "":
        number = int(sign + digits) * SUFFIXES.get(rest.lower(), 0) if len(digits) < 20 else 1 << 63
        known = rest.lower() in SUFFIXES and not (before_bracket and (rest or not sign))
        if not known or not -(1 << 63) <= number < 1 << 63:
            raise _Odd
        return number
    if rest[0] == ".":
        return _dotted(word, rest[1:])
    if letters is None and (sign or (rest[0] == "-" and not _is_date(word))):
        raise _Odd
    if letters and letters[0].isdigit():
        raise _Odd
    return word


def _dotted(word: str, rest: str) -> str:
    """A decimal or an address; kept as it is written."""
    tail = rest.lstrip(_DIGITS)
    if tail == rest or (tail and (tail[0] != "." or tail.lstrip(_DIGITS + ".:-"))):
        raise _Odd
    return word


def _is_date(word: str) -> bool:
    """Whether it is a moment in the one form that the server takes, `2006-01-02T15:04:05Z`."""
    form = "".join("0" if char in _DIGITS else char for char in word)
    return form == "0000-00-00T00:00:00Z"


def _is_integer(text: str) -> bool:
    digits = text[1:] if text[:1] == "-" else text
    return digits.isascii() and digits.isdigit() and len(digits) < 40
