"""A pod template without the API server's defaults, so that a live and a rendered one can be compared."""

from __future__ import annotations

import hashlib
import json

from krmfn.changes.server_defaults import RESTARTED, STATEFULSET, is_amount, is_default, is_ignored
from krmfn.model.quantity import quantity_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from krmfn.model.objects import FieldPath, Object


TEMPLATE = ("spec", "template")
_SHOWN = 16


def digest(template: object) -> str:
    """The first 16 hex digits of the SHA-256 of a normalised pod template: equal where no field differs."""
    text = json.dumps(normalised(template, TEMPLATE), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:_SHOWN]


def normalised(value: Any, path: FieldPath) -> Any:
    """A value at a path of its object without defaults, empty fields and the tools' marks; quantities as numbers."""
    if isinstance(value, dict):
        return _map(value, path)
    if isinstance(value, list):
        return [normalised(item, (*path, number)) for number, item in enumerate(value)]
    if is_amount(STATEFULSET, path):
        quantity = quantity_of(value)
        return value if quantity is None else f"{quantity.nano}n"
    return value


def _map(value: Object, path: FieldPath) -> Object:
    kept = {}
    for key, item in value.items():
        if item is None or (*path, key) == RESTARTED or is_ignored(STATEFULSET, path, key):
            continue
        if is_default(STATEFULSET, path, key, item, value):
            continue
        made = normalised(item, (*path, key))
        if not is_default(STATEFULSET, path, key, made, value):
            kept[key] = made
    return kept
