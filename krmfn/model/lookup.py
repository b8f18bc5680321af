"""Lookup in nested values that may lack a key or hold another type there."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from krmfn.model.objects import Object


def map_at(obj: dict[str, Any], key: str) -> dict[str, Any]:
    """The map of a key, empty where there is none."""
    value = obj.get(key)
    return value if isinstance(value, dict) else {}


def at(value: Any, *path: str) -> Object:
    """The map at a path, empty when there is none."""
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def listed(value: Any) -> list[Object]:
    """The maps of a list, none for what is not a list."""
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []
