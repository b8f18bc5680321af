"""A Kubernetes quantity, exact: parsed, compared and printed as `k8s.io/apimachinery/pkg/api/resource` does."""

from __future__ import annotations

NANO = 10**9
LARGEST = 2**63 - 1
"""A quantity is capped by apimachinery at the largest int64; a larger one is refused here."""
_BINARY = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60}
_DECIMAL = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_DECIMAL_SUFFIX = {power: suffix for suffix, power in _DECIMAL.items()}
_BINARY_SUFFIX = ("", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei")
_DIGITS = frozenset("0123456789")

_KNOWN: dict[str | int, tuple[int, str]] = {}
"""What texts were read as: the same few sizes stand in every CR of a fleet."""
_KNOWN_MOST = 4096


class NotAQuantity(ValueError):
    """The text is not a quantity that Kubernetes can hold; the message says why, without the text."""


class Quantity:
    """An exact amount in billionths (`nano`), with the family of suffixes that it was written in.

    Quantities are equal and ordered by value: `Quantity("1Gi") == Quantity("1024Mi")`.
    """

    __slots__ = ("family", "nano")

    def __init__(self, text: str | int) -> None:
        """Read a quantity; raise NotAQuantity. A fraction below a billionth is rounded up, as apimachinery does."""
        known = _KNOWN.get(text)
        if known is None:
            known = _read(str(text))
            if len(_KNOWN) < _KNOWN_MOST:
                _KNOWN[text] = known
        self.nano, self.family = known

    @property
    def floor(self) -> int:
        """The amount as an integer (bytes, for a size), a fraction left out."""
        return self.nano // NANO

    def whole(self) -> int | None:
        """The amount as an integer (bytes, for a size), or None when it has a fraction."""
        amount, fraction = divmod(self.nano, NANO)
        return None if fraction else amount

    def canonical(self) -> str:
        """The text that the API server stores: no fraction, the largest suffix that keeps the value exact."""
        if self.nano == 0:
            return "0"
        if self.family == "binary" and abs(self.nano) >= 1024 * NANO and self.nano % NANO == 0:
            return _binary(self.floor)
        return _decimal(self.nano, exponent=self.family == "exponent")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Quantity) and self.nano == other.nano

    def __lt__(self, other: Quantity) -> bool:
        return self.nano < other.nano

    def __le__(self, other: Quantity) -> bool:
        return self.nano <= other.nano

    def __hash__(self) -> int:
        return hash(self.nano)

    def __repr__(self) -> str:
        return f"Quantity({self.canonical()!r})"


def quantity_of(value: object) -> Quantity | None:
    """The quantity that an API server reads a value as, without white space around it; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    try:
        return Quantity(str(value).strip())
    except NotAQuantity:
        return None


def _read(text: str) -> tuple[int, str]:
    """Billionths, and the family of suffixes."""
    negative, digits, point, suffix = _split(text)
    family, base, power = _scale(suffix)
    if abs(power) > 60:
        raise NotAQuantity("its exponent is out of range")
    up: int = base ** max(power, 0)
    down: int = 10**point * base ** max(-power, 0)
    nano, rest = divmod(int(digits) * NANO * up, down)
    nano += rest > 0
    if nano > LARGEST * NANO:
        raise NotAQuantity("it is larger than 2^63 - 1")
    return -nano if negative else nano, family


def _split(text: str) -> tuple[bool, str, int, str]:
    """Sign, digits without the point, how many stand behind the point, suffix."""
    unsigned = text[1:] if text[:1] in ("+", "-") else text
    suffix = unsigned.lstrip("0123456789.")
    whole, _, fraction = unsigned[: len(unsigned) - len(suffix)].partition(".")
    digits = whole + fraction
    if not digits or "." in fraction or len(digits) > 400:
        raise NotAQuantity("it has no number in front")
    return text.startswith("-"), digits, len(fraction), suffix


def _scale(suffix: str) -> tuple[str, int, int]:
    """Family, base and power of a suffix."""
    if suffix in _DECIMAL:
        return "decimal", 10, _DECIMAL[suffix]
    if suffix in _BINARY:
        return "binary", 2, _BINARY[suffix]
    sign = 2 if suffix[1:2] in ("+", "-") else 1
    digits = suffix[sign:]
    if suffix[0] in "eE" and digits and len(digits) < 10 and _DIGITS.issuperset(digits):
        return "exponent", 10, int(suffix[1:])
    raise NotAQuantity("its suffix is not one of n u m k M G T P E Ki Mi Gi Ti Pi Ei, nor an exponent")


def _binary(amount: int) -> str:
    power = 0
    while amount % 1024 == 0:
        amount //= 1024
        power += 1
    return f"{amount}{_BINARY_SUFFIX[power]}"


def _decimal(nano: int, *, exponent: bool) -> str:
    power = -9
    while nano % 1000 == 0:
        nano //= 1000
        power += 3
    if exponent:
        return f"{nano}e{power}" if power else str(nano)
    return f"{nano}{_DECIMAL_SUFFIX[power]}"
