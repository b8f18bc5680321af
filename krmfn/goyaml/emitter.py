"""Prints values as YAML that PyYAML and all of Go's YAML readers read alike, and refuses all other values.

Plain scalars are a whitelist. There are no anchors, tags, folded scalars, single quotes or floats of exotic spelling.
"""

from __future__ import annotations

from krmfn.goyaml import errors
from krmfn.model.objects import Formed, Hole, Shared, SharedList

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeAlias

    from krmfn.model.objects import FieldPath, Form

    _Place: TypeAlias = tuple[str, str | None, str, str]
    _Printed: TypeAlias = tuple[str, str, str, _Place]

_LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz/")
_PLAIN = _LETTERS | frozenset("0123456789_./@=+-:")
_WORDS = frozenset(("y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf", "none", "nil", "~"))
_ESCAPES = {ord('"'): '\\"', ord("\\"): "\\\\", ord("\n"): "\\n", ord("\t"): "\\t"}
_LONGEST_KEY = 1000
_INLINE: dict[str, str] = {}
"""How strings without a line break are printed; objects repeat most of theirs."""
_KEYS: dict[str, str] = {}
_CACHED_MOST = 2048
_CACHED_LONGEST = 256


class Unprintable(ValueError):
    """A value that not every reader would get back: the `path` to it and a `message` that does not show it."""

    def __init__(self, message: str, path: FieldPath = ()) -> None:
        super().__init__(message)
        self.message = message
        self.path = path


def document(obj: Any) -> str:
    """Block YAML that ends in a newline, without a leading `---`. Raises Unprintable."""
    return _start(obj, "", "")


def item(obj: Any, indent: int = 0) -> str:
    """The same as one item of a list whose dashes stand in column `indent`. Raises Unprintable."""
    pad = " " * indent
    return _start(obj, pad + "- ", pad + "  ")


def scalar(text: str) -> str:
    """A string as it is on one line: plain when no reader could take it for something else, else in double quotes.

    Raises Unprintable.
    """
    printed = _INLINE.get(text)
    if printed is None:
        printed = text if _is_plain(text) else _quoted(text)
        if len(text) <= _CACHED_LONGEST and "\n" not in text:
            if len(_INLINE) >= _CACHED_MOST:
                _INLINE.clear()
            _INLINE[text] = printed
    return printed


def flow(obj: Any) -> str:
    """One line in flow style: JSON that is YAML too, every string and key in double quotes. Raises Unprintable."""
    return _flow(obj, 0)


def _start(obj: Any, first: str, pad: str) -> str:
    out: list[str] = []
    kind = type(obj)
    if obj and (kind is dict or kind is Shared or kind is Formed):
        _mapping(obj, pad, first, out)
    elif obj and (kind is list or kind is SharedList):
        _sequence(obj, pad, first, out)
    else:
        # the lines of a text may not stand in column 0, where `---` ends a document
        out.append(f"{first}{_inline(obj, pad or '  ')}\n")
    return "".join(out)


def _mapping(obj: dict[str, Any], pad: str, first: str, out: list[str]) -> None:
    """Appends the entries: the first behind `first` (a dash or the indent), the others behind `pad`."""
    if len(pad) > 2 * errors.MAX_DEPTH:
        raise _too_deep()
    key: Any = None
    try:
        for key, value in obj.items():
            kind = type(value)
            if kind is str:
                out.append(f"{first}{_KEYS.get(key) or _key(key)}: {_INLINE.get(value) or _text(value, pad + '  ')}\n")
                first = pad
                continue
            head = f"{first}{_KEYS.get(key) or _key(key)}:"
            if kind is dict and value:
                out.append(head + "\n")
                _mapping(value, pad + "  ", pad + "  ", out)
            elif kind is list and value:
                out.append(head + "\n")
                _sequence(value, pad, pad, out)
            elif kind is Shared and value:
                out.append(f"{head}\n{_shared(value, pad + '  ', pad + '  ')}")
            elif kind is SharedList and value:
                out.append(head + "\n")
                _sequence(value, pad, pad, out)
            elif kind is Formed:
                out.append(head + "\n")
                _formed(value, pad + "  ", pad + "  ", out)
            elif kind is Hole:
                out.append(_slot(value.name, key, pad, first))
            else:
                out.append(f"{head} {_inline(value, pad)}\n")
            first = pad
    except Unprintable as trouble:
        trouble.path = (key, *trouble.path)
        raise


def _sequence(obj: list[Any], pad: str, first: str, out: list[str]) -> None:
    """Appends the elements, their dashes behind `pad`; `first` stands before the first dash."""
    if len(pad) > 2 * errors.MAX_DEPTH:
        raise _too_deep()
    index = 0
    inner = pad + "  "
    try:
        for value in obj:
            kind = type(value)
            if kind is dict and value:
                _mapping(value, inner, first + "- ", out)
            elif kind is list and value:
                _sequence(value, inner, first + "- ", out)
            elif kind is Shared and value:
                out.append(_shared(value, inner, first + "- "))
            elif kind is SharedList and value:
                _sequence(value, inner, first + "- ", out)
            elif kind is Formed:
                _formed(value, inner, first + "- ", out)
            elif kind is Hole:
                out.append(_slot(value.name, None, pad, first))
            else:
                out.append(f"{first}- {_text(value, inner) if kind is str else _inline(value, inner)}\n")
            first = pad
            index += 1
    except Unprintable as trouble:
        trouble.path = (index, *trouble.path)
        raise


def _shared(obj: Shared, pad: str, first: str) -> str:
    """The entries of a shared part; its first line tells how deep it is."""
    printed = obj.printed.get(first)
    if printed is None:
        lines: list[str] = []
        _mapping(obj, pad, first, lines)
        printed = obj.printed[first] = "".join(lines)
    return printed


class _Slot(str):
    """In the text of a form the place of the entry of a mapping, or of an element of a list (`key` None).

    It is printed as the only one of its mapping or list.
    """

    __slots__ = ("place",)

    place: _Place
    """The hole, the key, and how its lines begin."""


def _slot(hole: str, key: str | None, pad: str, first: str) -> _Slot:
    made = _Slot()
    made.place = hole, key, pad, first
    return made


def _formed(obj: Formed, pad: str, first: str, out: list[str]) -> None:
    """Appends the entries of a part that has a form; its first line tells how deep it is."""
    printed = obj.form.printed.get(first)
    if printed is None:
        printed = obj.form.printed[first] = _form(obj.form, pad, first)
    slots, end = printed
    filling = obj.filling
    try:
        for text, head, deeper, (hole, key, inner, start) in slots:
            value = filling[hole]
            if type(value) is str:
                out.append(f"{text}{head}{_INLINE.get(value) or _text(value, deeper)}\n")
            elif key is None:
                out.append(text)
                _sequence([value], inner, start, out)
            else:
                out.append(text)
                _mapping({key: value}, inner, start, out)
    except Unprintable:
        _mapping(obj, pad, first, [])  # which tells the whole path
        raise
    out.append(end)


def _form(form: Form, pad: str, first: str) -> tuple[list[_Printed], str]:
    """The text of a form: what is before and in each slot, and the end."""
    lines: list[str] = []
    _mapping(form.skeleton, pad, first, lines)
    slots, text = [], ""
    for line in lines:
        if isinstance(line, _Slot):
            _, key, inner, start = line.place
            head = f"{start}- " if key is None else f"{start}{_key(key)}: "
            slots.append((text, head, inner + "  ", line.place))
            text = ""
        else:
            text += line
    return slots, text


def _key(key: Any) -> str:
    if type(key) is not str:
        raise Unprintable("a key that is not a string")
    printed = scalar(key)
    if len(printed) > _LONGEST_KEY or len(key.encode()) > _LONGEST_KEY:
        raise Unprintable(f"a key of more than {_LONGEST_KEY} bytes")
    if len(_KEYS) >= _CACHED_MOST:
        _KEYS.clear()
    _KEYS[key] = printed
    return printed


def _inline(value: Any, pad: str) -> str:
    """What has no lines of its own but for a text: a scalar, or an empty mapping or list."""
    kind = type(value)
    if kind is str:
        return _text(value, pad)
    if kind is dict or kind is Shared:
        return "{}"
    if kind is list or kind is SharedList:
        return "[]"
    return _number(value)


def _number(value: Any) -> str:
    """Null, a boolean or a number, spelled so that YAML 1.1, YAML 1.2 and JSON agree."""
    if value is None:
        return "null"
    if value is True:
        return "true"
    if value is False:
        return "false"
    if type(value) is int:
        if not -0x8000000000000000 <= value <= 0xFFFFFFFFFFFFFFFF:
            raise Unprintable("an integer that does not fit into 64 bits")
        return str(value)
    if type(value) is float:
        return _float(value)
    raise Unprintable(f"a {type(value).__name__} is not a value of Kubernetes")


def _float(value: float) -> str:
    if value != value or value - value != 0:  # noqa: PLR0124 - NaN, and what is infinite
        raise Unprintable("a number that is not finite")
    text = repr(value)
    mantissa, exponent, power = text.partition("e")
    # PyYAML takes 1e+16 for a string: a float has a point there
    return f"{mantissa}.0e{power}" if exponent and "." not in mantissa else text


def _text(text: str, pad: str) -> str:
    """A string behind its key or dash: a literal block at `pad` where that reads better and is safe, else inline."""
    if "\n" not in text or not _is_literal(text):
        return scalar(text)
    header, body = ("|", text[:-1]) if text[-1] == "\n" else ("|-", text)
    lines = [pad + line if line else "" for line in body.split("\n")]
    return header + "\n" + "\n".join(lines)


def _is_plain(text: str) -> bool:
    return (
        text[:1] in _LETTERS
        and _PLAIN.issuperset(text)
        and text[-1] != ":"
        and "::" not in text
        and text.lower() not in _WORDS
    )


def _is_literal(text: str) -> bool:
    """Whether `|` gives the text back in every reader, and kpt keeps the style."""
    if text[0] in " \n" or " \n" in text or text.endswith((" ", "\n\n")):
        return False
    flat = text.replace("\n", "")
    return flat.isprintable() if flat.isascii() else all(" " <= c <= "~" or _is_raw(ord(c)) for c in set(flat))


def _is_raw(code: int) -> bool:
    """Beyond ASCII: what kpt writes as it is. Python's own isprintable changes with its version."""
    return 0xA0 <= code < 0xFFFE and not 0xD800 <= code < 0xE000 and code not in (0x2028, 0x2029, 0xFEFF)


def _quoted(text: str) -> str:
    """In double quotes on one line, spelled as kpt spells it: what is printable stays, but for astral characters."""
    escaped = text.translate(_ESCAPES)
    if not (escaped.isascii() and escaped.isprintable()):
        escaped = "".join([c if " " <= c <= "~" else _escaped(c, astral="\\U%08X") for c in escaped])
    return f'"{escaped}"'


def _escaped(char: str, astral: str) -> str:
    code = ord(char)
    if code < 0xA0:
        raise Unprintable("a control character")
    if 0xD800 <= code < 0xE000:
        raise Unprintable("half of a surrogate pair")
    if code in (0xFFFE, 0xFFFF):
        raise Unprintable("a character that YAML forbids")
    if code > 0xFFFF:
        return astral % code if astral else char
    return char if _is_raw(code) else f"\\u{code:04X}"


def _too_deep() -> Unprintable:
    return Unprintable(f"nested more than {errors.MAX_DEPTH} levels deep")


def _flow(obj: Any, depth: int) -> str:
    if depth > errors.MAX_DEPTH:
        raise _too_deep()
    kind = type(obj)
    if kind is str:
        return _json(obj)
    step: Any = None
    try:
        if kind is dict or kind is Shared or kind is Formed:
            parts = []
            for step, value in obj.items():
                _key(step)
                parts.append(f"{_json(step)}: {_flow(value, depth + 1)}")
            return "{" + ", ".join(parts) + "}"
        if kind is list or kind is SharedList:
            parts = []
            for step, value in enumerate(obj):  # noqa: B007
                parts.append(_flow(value, depth + 1))
            return "[" + ", ".join(parts) + "]"
    except Unprintable as trouble:
        trouble.path = (step, *trouble.path)
        raise
    return _number(obj)


def _json(text: str) -> str:
    """In double quotes with escapes that YAML and JSON share: astral characters stay as they are."""
    escaped = text.translate(_ESCAPES)
    if not (escaped.isascii() and escaped.isprintable()):
        escaped = "".join([c if " " <= c <= "~" else _escaped(c, astral="") for c in escaped])
    return f'"{escaped}"'
