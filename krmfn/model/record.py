"""Frozen values with named fields, as the standard library's dataclasses make them at ten times the cost to import."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, dataclass_transform
else:

    def dataclass_transform(**_: object) -> object:
        """Type checkers alone read it."""
        return lambda decorated: decorated


@dataclass_transform(kw_only_default=True, frozen_default=True)
class Record:
    """Base of a value: its annotations are its fields, given as keywords; a field with a default may be left out.

    Equal by class and fields. TypeError names what is unknown or missing; AttributeError for a change.
    """

    fields = tuple[str, ...]()
    """Names of all fields, those of a base first."""

    def __init_subclass__(cls) -> None:
        cls.fields = (*cls.fields, *cls.__annotations__)

    def __init__(self, **values: Any) -> None:
        kind = type(self)
        unknown = values.keys() - set(kind.fields)
        missing = [name for name in kind.fields if name not in values and not hasattr(kind, name)]
        if unknown or missing:
            raise TypeError(f"{kind.__name__} lacks {missing} and does not know {sorted(unknown)}")
        self.__dict__.update(values)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} is frozen; make a new one")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{type(self).__name__} is frozen; make a new one")

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and self._values() == other._values()

    def __hash__(self) -> int:
        return hash(self._values())

    def _values(self) -> tuple[Any, ...]:
        return tuple(getattr(self, name) for name in self.fields)
