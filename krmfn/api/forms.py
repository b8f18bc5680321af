"""Fields that may be written in two forms, a short and a long one; the type of the value decides which."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Discriminator, Tag

from krmfn.api.level import without_nulls

LIST, OBJECT, SWITCH = "<list>", "<object>", "<boolean>"
TAGS = frozenset((LIST, OBJECT, SWITCH))
"""What pydantic puts into the place of a fault for the form that was taken; it is not a part of the path."""


def list_or(long: Any, items: Any) -> Any:
    """A list of items, or an object."""
    return Annotated[Annotated[list[items], Tag(LIST)] | Annotated[long, Tag(OBJECT)], Discriminator(_list_or)]


def switch_or(long: Any) -> Any:
    """A boolean, or an object."""
    return Annotated[Annotated[bool, Tag(SWITCH)] | Annotated[long, Tag(OBJECT)], Discriminator(_switch_or)]


def _list_or(value: Any) -> str:
    return LIST if isinstance(value, list) else OBJECT


def _switch_or(value: Any) -> str:
    return SWITCH if isinstance(value, bool) else OBJECT


def by_name(values: Any) -> Any:
    """A map whose keys are the user's names."""
    return Annotated[dict[str, values], BeforeValidator(without_nulls), AfterValidator(_in_order)]


def _in_order(value: dict[str, Any]) -> dict[str, Any]:
    return dict(sorted(value.items()))
