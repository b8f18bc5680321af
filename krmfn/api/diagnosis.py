"""The fast twin of the models for what is wrong: a walk along the table that names every fault as the models would.

It declines wherever it could differ from them (a property test holds that it does not), and then they are asked. To
import them takes six times as long as the whole run.
"""

from __future__ import annotations

from krmfn.api.accept import is_accepted, whole

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, TypeAlias

    from krmfn.model.objects import FieldPath

    Detail: TypeAlias = dict[str, Any]
    """A fault in the shape of pydantic's ErrorDetails: `type`, `loc`, `input` and, for a limit, `ctx`."""


class _Doubtful(Exception):
    """Only the models know what to say of a value."""


def diagnose(value: object, table: dict[str, Any]) -> list[Detail] | None:
    """The faults of a resource that `table` describes, in the order of the models; None: declined."""
    try:
        found = list(_faults(value, table, ()))
    except _Doubtful:
        return None
    return found if found or is_accepted(value, table) else None


def _faults(value: Any, node: dict[str, Any], path: FieldPath) -> Iterator[Detail]:
    if is_accepted(value, node):
        return
    match node["type"]:
        case "object" if isinstance(value, dict):
            yield from _of_fields(value, node, path)
        case "map" if isinstance(value, dict):
            _check_names(value)
            for name, item in value.items():
                if item is not None:
                    yield from _faults(item, node["values"], (*path, name))
        case "array" if isinstance(value, list) and "most" not in node:
            for index, item in enumerate(value):
                yield from _faults(item, node["items"], (*path, index))
        case "either" | "array":
            raise _Doubtful
        case _:
            yield _of_leaf(value, node, path)


def _of_fields(value: dict[Any, Any], node: dict[str, Any], path: FieldPath) -> Iterator[Detail]:
    """Known fields first, in the order of the table; then those that the level does not know."""
    _check_names(value)
    fields = node["fields"]
    for name, field in fields.items():
        if value.get(name) is not None:
            yield from _faults(value[name], field, (*path, name))
        elif name in node["required"]:
            yield {"type": "missing", "loc": (*path, name), "input": value}
    for name, item in value.items():
        if name not in fields and node["closed"]:
            yield {"type": "extra_forbidden", "loc": (*path, name), "input": item}


def _of_leaf(value: Any, node: dict[str, Any], path: FieldPath) -> Detail:
    kind = node["type"]
    if isinstance(value, str):
        if (
            not value or not value.isascii()
        ):  # an empty string may count as absent, and half a surrogate pair is a fault
            raise _Doubtful
        own = {"choice": "literal_error", "quantity": "string_pattern_mismatch", "subdomain": kind, "label": kind}
        return {"type": own.get(kind, "wrong_type"), "loc": path, "input": value}
    number = whole(value)
    if kind == "integer" and isinstance(number, int):
        is_low = number < node["minimum"]
        limit = {"ge": node["minimum"]} if is_low else {"le": node["maximum"]}
        found = "greater_than_equal" if is_low else "less_than_equal"
        return {"type": found, "loc": path, "input": number, "ctx": limit}
    return {"type": "wrong_type", "loc": path, "input": value}


def _check_names(value: dict[Any, Any]) -> None:
    if not all(isinstance(name, str) and name.isascii() for name in value):
        raise _Doubtful
