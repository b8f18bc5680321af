"""Paths with the names of entries in place of their positions, where krmfn and not a user chose the name."""

from __future__ import annotations

from krmfn.model.finding import dotted
from krmfn.model.labels import HOST, ZONE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from krmfn.model.objects import FieldPath, Object

_NAMES = frozenset(("nats", "metrics", "config-reloader", "exporter", ZONE, HOST))
_KEYS = ("name", "topologyKey")


def named(path: FieldPath, sides: tuple[Object | None, Object | None]) -> str:
    """`spec.containers[nats].image` for `spec.containers[0].image`; `sides` are the object before and after."""
    if all(isinstance(part, str) for part in path):
        return dotted(path)
    parts: list[str | int] = []
    values: list[Any] = list(sides)
    for part in path:
        values = [_inner(value, part) for value in values]
        name = None
        if isinstance(part, int) and parts:
            name = next((found for value in reversed(values) if (found := _name(value, sides))), None)
        if name:
            parts[-1] = f"{parts[-1]}[{name}]"
        else:
            parts.append(part)
    return dotted(tuple(parts))


def _inner(value: Any, part: str | int) -> Any:
    if isinstance(value, dict):
        return value.get(part)
    if isinstance(value, list) and isinstance(part, int) and part < len(value):
        return value[part]
    return None


def _name(value: Any, sides: tuple[Object | None, Object | None]) -> str | None:
    """The name of an entry: a container of krmfn's, a label of nodes, or the claim named after its StatefulSet."""
    if not isinstance(value, dict):
        return None
    claim = value.get("metadata")
    names = [value.get(key) for key in _KEYS] + [claim.get("name") if isinstance(claim, dict) else None]
    usual = {f"{side['metadata']['name']}-js-pvc" for side in sides if side}
    return next((name for name in names if isinstance(name, str) and (name in _NAMES or name in usual)), None)
