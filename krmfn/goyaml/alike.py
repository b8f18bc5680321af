"""Documents that differ from one that was read in their names alone: their values are made of its value.

A fleet has the same objects for every cluster, and reading them is what costs. No module of an ordinary call loads this
one.
"""

from __future__ import annotations

from marshal import dumps, loads

from krmfn.goyaml import fast_reader
from krmfn.goyaml.reading import Reading
from krmfn.model.names import means_nothing
from krmfn.model.patterns import SIGNS, patterned

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

_FILL = "\x7f"
"""Stands, as many as a name is long and with a sign in front, for a name in the bytes of a value."""
_MOST = 512
_FORMS: dict[str, _Form | None] = {}
"""By the text with signs for its names; None for a form of which one document was seen."""


class _Form:
    """The bytes of a value with signs for its names, and the lines of its parts in their order."""

    __slots__ = ("lines", "value")

    def __init__(self, value: bytes, lines: list[int]) -> None:
        self.value = value
        self.lines = lines


def read(text: str, names: Sequence[str]) -> Reading | None:
    """What `fast_reader.read` answers; None where it declines, and where the text has no use of this.

    `names` are two texts that other documents have in their own spelling, such as the names of an object's NATS and
    namespace. One that could mean something to a reader is left as it is, so that they may be any.
    """
    form = patterned(text, names)
    if form is None:
        return None
    used = [
        (name, sign + _FILL * (len(name) - 1))
        for name, (sign, _) in zip(names, SIGNS, strict=True)
        if means_nothing(name)
    ]
    known = _FORMS.get(form)
    if known is not None:
        value = known.value
        for name, signs in used:
            value = value.replace(signs.encode(), name.encode())
        return Reading(loads(value), known.lines, [])  # noqa: S302
    reading = fast_reader.read(text)
    if reading is None or not used:
        return reading
    if len(_FORMS) >= _MOST:
        _FORMS.clear()
    _FORMS[form] = _form(reading, used) if form in _FORMS else None
    return reading


def _form(reading: Reading, used: Sequence[tuple[str, str]]) -> _Form | None:
    """The form of a document; None where its signs are not only where a name was."""
    count = [0] * len(used)

    def signed(value: Any) -> Any:
        if isinstance(value, str):
            for number, (name, signs) in enumerate(used):
                value = value.replace(name, signs)
                count[number] += value.count(signs)
            return value
        if isinstance(value, dict):
            return {signed(key): signed(inner) for key, inner in value.items()}
        return [signed(inner) for inner in value] if isinstance(value, list) else value

    data = dumps(signed(reading.value))
    whole = all(data.count(signs.encode()) == number for (_, signs), number in zip(used, count, strict=True))
    return _Form(data, reading.numbers) if whole else None
