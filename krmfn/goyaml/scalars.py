"""Plain scalars as Go's YAML readers see them. Imports nothing: this is on every path.

The rules are those of `resolve.go` in go.yaml.in/yaml v3, which kyaml (kpt, kustomize) uses, and v2, which
sigs.k8s.io/yaml (kubectl, Argo CD, Flux) uses. `tests/goyaml/go_yaml` asks both about thousands of scalars.
"""

from __future__ import annotations

_CONSTANTS: dict[str, bool | float | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
}
_TRUE_TO_KUBECTL = frozenset(("y", "Y", "yes", "Yes", "YES", "on", "On", "ON"))
_FALSE_TO_KUBECTL = frozenset(("n", "N", "no", "No", "NO", "off", "Off", "OFF"))
_DIGITS = "0123456789"
_DIGIT = frozenset(_DIGITS)
_BASES = {
    **dict.fromkeys(("0x", "0X"), (16, "0123456789abcdefABCDEF")),
    **dict.fromkeys(("0o", "0O"), (8, "01234567")),
    **dict.fromkeys(("0b", "0B"), (2, "01")),
}
_SIGNED_BASES = {"0b": _BASES["0b"], "0o": _BASES["0o"]}
_LONGEST_INTEGER = 100
"""More digits than 64 bits can have in any base, leading zeros included: longer ones overflow, unless of zeros."""
_ESCAPED = frozenset("xuU/\n\r")
"""What follows the backslash of an escape, in double quotes, that may stand for a letter, a digit, a dot, a slash or
nothing at all."""
_QUOTABLE = 12
"""A longer scalar could be a password, and is not repeated."""


def may_hold(text: str, word: str) -> bool:
    """False only where no scalar of a YAML or JSON text can be `word`, or hold it, however it is written.

    In double quotes a character can be written as an escape, and a line break can be escaped away.
    """
    return word in text or has_escape(text)


def has_escape(text: str) -> bool:
    """False only where no scalar is written with an escape that stands for a character of a word, or for nothing."""
    at = text.find("\\")
    while at >= 0:
        if text[at + 1 : at + 2] in _ESCAPED:
            return True
        at = text.find("\\", at + 1)
    return False


def resolve(text: str) -> str | int | float | bool | None:
    """What kpt and kustomize read. Dates stay strings; an integer beyond 64 bits is a float, as in Go."""
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    first = text[0]
    if first in "0123456789+-":
        number = None if _is_timestamp(text) else _number(text.replace("_", ""))
        return text if number is None else number
    if first == ".":
        number = _decimal(text.replace("_", "")) if _underscores_part_digits(text) else None
        return text if number is None else number
    return text


def disagreement(text: str) -> str | None:
    """What to write instead of a plain scalar that kubectl and kpt read differently; None when all is well.

    Also for numbers with a leading zero, which Go reads as octal when it can and as decimal when it cannot: nobody who
    writes one means both.
    """
    if not text:
        return None
    if text[0] in "yYnNoO":
        return _word(text)
    if text[0] not in "0123456789+-.":
        return None
    value = resolve(text)
    if isinstance(value, str):
        return _quoted(text) if _is_timestamp(text) else None
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):  # noqa: PLR0124 - NaN
        return _quoted(text)
    bare = text.replace("_", "").lstrip("+-")
    if bare[0] == "0" and bare[1:2] and bare[1] in "0123456789oO":
        return f"{_quoted(text)} or {value}" if len(text) <= _QUOTABLE else _quoted(text)
    return None


def _word(text: str) -> str | None:
    if text in _TRUE_TO_KUBECTL:
        return f'true or "{text}"'
    return f'false or "{text}"' if text in _FALSE_TO_KUBECTL else None


def _quoted(text: str) -> str:
    return f'"{text}"' if len(text) <= _QUOTABLE else "it in double quotes"


def _number(text: str) -> int | float | None:
    if text.isdigit() and text.isascii() and len(text) < 19 and (text[0] != "0" or text == "0"):
        return int(text)
    integer = _integer(text)
    if integer is not None:
        return integer
    decimal = _decimal(text.lstrip("+-")) if text[1:2] not in ("+", "-") else None
    if decimal is not None:
        return -decimal if text[0] == "-" else decimal
    return _signed_after_base(text)


def _integer(text: str) -> int | None:
    """strconv.ParseInt and ParseUint with base 0: a prefix or a leading zero chooses the base."""
    sign = text[0] if text[0] in "+-" else ""
    digits = text[len(sign) :]
    base, allowed = 10, _DIGITS
    if digits[:2] in _BASES and len(digits) > 2:
        base, allowed = _BASES[digits[:2]]
        digits = digits[2:]
    elif digits[:1] == "0" and len(digits) > 1:
        base, allowed = 8, "01234567"
    value = _digits(digits, base, allowed)
    if value is None:
        return None
    if sign == "-":
        return -value if value <= 1 << 63 else None
    return value if value < 1 << (63 if sign else 64) else None


def _digits(text: str, base: int, allowed: str) -> int | None:
    significant = text.lstrip("0")
    if not text or text.strip(allowed) or len(significant) > _LONGEST_INTEGER:
        return None
    return int(significant, base) if significant else 0


def _signed_after_base(text: str) -> int | None:
    """`0b-1` (both readers) and `0o-7` (v3 only), which Go accepts by an oversight, in lower case only."""
    if text[:2] not in _SIGNED_BASES or text[2:3] not in ("+", "-"):
        return None
    base, allowed = _SIGNED_BASES[text[:2]]
    value = _digits(text[3:], base, allowed)
    if value is None:
        return None
    if text[2] == "-":
        return -value if value <= 1 << 63 else None
    return value if value < 1 << 63 else None


def _decimal(text: str) -> float | None:
    """Digits with a point, an exponent or both, and no sign; None for one too large for a float."""
    mantissa, exponent = text, ""
    for letter in "eE":
        if letter in text:
            mantissa, _, exponent = text.partition(letter)
            exponent = exponent[1:] if exponent[:1] in ("+", "-") else exponent
            if not exponent or exponent.strip(_DIGITS):
                return None
            break
    whole, _, fraction = mantissa.partition(".")
    if whole.strip(_DIGITS) or fraction.strip(_DIGITS) or not (whole or fraction):
        return None
    value = float(text)
    return value if value != float("inf") else None


def _underscores_part_digits(text: str) -> bool:
    """Go's rule for `_` in a number that starts with a point; elsewhere yaml drops every `_` first."""
    parts = text.split("_")
    return all(part[:1] in _DIGIT for part in parts[1:]) and all(part[-1:] in _DIGIT for part in parts[:-1])


def _is_timestamp(text: str) -> bool:
    """Whether Go's time.Parse takes it in one of the four layouts of yaml v3, with the laxness of time.Parse."""
    if text[4:5] != "-" or text[:4].strip(_DIGITS):
        return False
    month, _, rest = text[5:].partition("-")
    day = rest[: 2 if rest[1:2].isdigit() else 1]
    if not (_between(month, 1, 12) and _between(day, 1, _days(int(text[:4]), int(month)))):
        return False
    clock = rest[len(day) :]
    if not clock:
        return True
    if clock[0] in "Tt":
        return _is_clock(clock[1:], zoned=True)
    return clock[0] == " " and _is_clock(clock.lstrip(" "), zoned=False)


def _is_clock(text: str, *, zoned: bool) -> bool:
    """`15:4:5.999999999`, with a zone or without one."""
    hour, _, rest = text.partition(":")
    minute, _, rest = rest.partition(":")
    second = rest[: 2 if rest[1:2] in _DIGIT else 1]
    if not (_between(hour, 0, 23) and _between(minute, 0, 59) and _between(second, 0, 59)):
        return False
    zone = rest[len(second) :]
    if zone[:1] in (".", ",") and zone[1:2] in _DIGIT:
        zone = zone[1:].lstrip(_DIGITS)
    if not zoned:
        return not zone
    if zone == "Z":
        return True
    signed = len(zone) == 6 and zone[0] in "+-" and zone[3] == ":"
    return signed and _offset(zone[1:3], 24) and _offset(zone[4:], 60)


def _between(text: str, low: int, high: int) -> bool:
    """One or two ASCII digits in a range."""
    return 0 < len(text) <= 2 and not text.strip(_DIGITS) and low <= int(text) <= high


def _offset(text: str, high: int) -> bool:
    return len(text) == 2 and _between(text, 0, high)


def _days(year: int, month: int) -> int:
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31
