"""Shapes of the values of settings of nats.conf: what a right value is, and how a message describes it."""

from __future__ import annotations

from krmfn.model.record import Record
from krmfn.natsconf.formats import is_duration, size_of
from krmfn.natsconf.value_types import DURATION, NUMBER, SIZE, SWITCH, TEXT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeAlias

    Shape: TypeAlias = "Scalar | Named | Free | Several | Either"

LARGEST = 2**63 - 1


class Scalar(Record):
    """A value of a kind of `settings`; `least` and `most` limit a size or a number, `is_right` a text or a number.

    `what` is what a right value is, and an example, for a message.
    """

    kind: str
    least: int = -LARGEST
    most: int = LARGEST
    is_right: Callable[[Any], bool] | None = None
    what: str = ""


class Named(Record):
    """A block with these names; `is_right` judges it as a whole, and `what` says what a right one is."""

    fields_by_name: dict[str, Shape]
    is_right: Callable[[Any], bool] | None = None
    what: str = ""


class Free(Record):
    """A map whose names are the user's, `is_right` judging name and value; `what` says what a right entry is."""

    of: Shape
    is_right: Callable[[str, Any], bool] | None = None
    what: str = ""


class Several(Record):
    """A list; `least` is its smallest length, `is_right` judges all of it."""

    of: Shape
    least: int = 0
    is_right: Callable[[list[Any]], bool] | None = None
    what: str = ""


class Either(Record):
    """One of several shapes, each for another type of YAML; `what` names them."""

    of: tuple[Shape, ...]
    what: str


def variant(shape: Shape | None, value: Any) -> Shape | None:
    """The shape, or the one of several, that is of the type of a value; None where none is."""
    shapes = shape.of if isinstance(shape, Either) else (shape,) if shape is not None else ()
    fitting = [one for one in shapes if _is_of(one, value)]
    right = [one for one in fitting if isinstance(one, Scalar) and is_right(one, value)]
    return next(iter((*right, *fitting)), None)


def _is_of(shape: Shape, value: Any) -> bool:
    if isinstance(shape, Scalar):
        types: dict[str, tuple[type, ...]] = {SWITCH: (bool,), NUMBER: (int,), SIZE: (int, str)}
        return isinstance(value, types.get(shape.kind, (str,))) and (shape.kind == SWITCH) == isinstance(value, bool)
    return isinstance(value, list if isinstance(shape, Several) else dict)


def holds_text(shape: Shape) -> bool:
    """Whether a value may be a text that nats-server takes as it is."""
    shapes = shape.of if isinstance(shape, Either) else (shape,)
    return any(isinstance(one, Scalar) and one.kind in (TEXT, DURATION) for one in shapes)


def inside(shape: Shape | None, name: str) -> Shape | None:
    """The shape of an entry of a list, or of what a block or map has under a name."""
    if isinstance(shape, Named):
        return shape.fields_by_name.get(name.lower())
    return shape.of if isinstance(shape, (Free, Several)) else None


def names_of(shape: Shape | None) -> frozenset[str]:
    """The names that a block may have; empty where any may be."""
    return frozenset(shape.fields_by_name) if isinstance(shape, Named) else frozenset()


def is_right(shape: Shape | None, value: Any) -> bool:
    """Whether a value of the right type is in range and well formed; what is inside of it is right already."""
    if isinstance(shape, Scalar):
        return _is_right_scalar(shape, value)
    if isinstance(shape, Several):
        return len(value) >= shape.least and (shape.is_right is None or shape.is_right(value))
    if isinstance(shape, Named):
        return shape.is_right is None or shape.is_right(value)
    return isinstance(shape, Free)


def is_right_entry(shape: Shape | None, name: str, value: Any) -> bool:
    """Whether a name of the user's and its value, which is right by itself, go together."""
    return not isinstance(shape, Free) or shape.is_right is None or shape.is_right(name, value)


def _is_right_scalar(shape: Scalar, value: Any) -> bool:
    if shape.kind in (NUMBER, SIZE):
        number = size_of(value) if shape.kind == SIZE else value
        if number is None or not shape.least <= number <= shape.most:
            return False
        return shape.is_right is None or shape.is_right(number)
    if shape.kind == DURATION:
        return is_duration(value)
    return shape.kind == SWITCH or (bool(value) and (shape.is_right is None or shape.is_right(value)))


def described(shape: Shape) -> str:
    """What a right value is and what to write, for the end of a message."""
    if isinstance(shape, Scalar) and not shape.what:
        limits = _range(shape)
        return f"{shape.kind}{limits}; {_EXAMPLES[shape.kind]}{', in this range' if limits else ''}"
    what = shape.what or _KINDS[type(shape)]
    return what if ";" in what else f"{what}; write one"


def _range(shape: Scalar) -> str:
    if shape.least == -LARGEST and shape.most == LARGEST:
        return ""
    return f" from {shape.least} to {shape.most}" if shape.most < LARGEST else f" of {shape.least} or more"


_EXAMPLES = {
    SIZE: "write a number and a unit, such as 8Mi",
    NUMBER: "write a whole number without quotes",
    DURATION: "write a number and a unit, such as 10s or 2m",
    SWITCH: "write true or false",
    TEXT: "write a string",
}
_KINDS: dict[type, str] = {
    Named: "a block; write its settings below it",
    Free: "a map; write name: value below it",
    Several: "a list; write one",
}
