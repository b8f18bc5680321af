"""The fast twin of the models: a walk along `table` that accepts what is plainly right and declines all else.

The models accept what it accepts, with the same result (a property test checks that). `explain` checks the rest.
"""

from __future__ import annotations

from krmfn.api.rules import violations
from krmfn.api.table import NATS, RENDER_NATS
from krmfn.goyaml.errors import Declined
from krmfn.model.names import is_dns_label, is_dns_subdomain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

QUANTITY = (
    r"^(\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))"
    r"(([KMGTPE]i)|[numkMGTPE]|([eE](\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))))?$"
)
"""The pattern that the CRD holds against a size. It accepts some strings that are not a quantity (`1e1.5`)."""
_DIGITS = frozenset("0123456789")
_BINARY = frozenset("KMGTPE")
_DECIMAL = frozenset("numkMGTPE")
_INT64 = 2**63


def accept(value: object) -> dict[str, Any] | None:
    """The defaulted `spec` of a NATS CR, new, in the order of the reference; None: declined."""
    try:
        spec: dict[str, Any] = _walk(value, NATS)["spec"]
    except Declined:
        return None
    for _ in violations(spec):
        return None
    return spec


def accept_config(value: object) -> dict[str, Any] | None:
    """What the `spec` of a RenderNATS states, without defaults; None: declined."""
    try:
        spec: dict[str, Any] = _walk(value, RENDER_NATS).get("spec", {})
    except Declined:
        return None
    return spec


def is_accepted(value: object, node: dict[str, Any]) -> bool:
    """Whether a value is plainly right for an entry of the table."""
    try:
        _walk(value, node)
    except Declined:
        return False
    return True


def is_quantity_text(text: str) -> bool:
    """Whether the CRD's pattern for sizes accepts a string (some of these are not a quantity: `1e1.5`)."""
    rest = _after_number(text)
    if rest is None or not rest:
        return rest is not None
    if rest in _DECIMAL or (len(rest) == 2 and rest[1] == "i" and rest[0] in _BINARY):
        return True
    return rest[0] in "eE" and _after_number(rest[1:]) == ""


def _after_number(text: str) -> str | None:
    """What follows a sign and a decimal number; None when there is no number."""
    start = 1 if text[:1] in ("+", "-") and text else 0
    whole = _after_digits(text, start)
    end = whole
    if text[whole : whole + 1] == ".":
        end = _after_digits(text, whole + 1)
        if end == whole + 1 and whole == start:
            return None
    return text[end:] if end > start else None


def _after_digits(text: str, start: int) -> int:
    while start < len(text) and text[start] in _DIGITS:
        start += 1
    return start


def _walk(value: Any, node: dict[str, Any]) -> Any:
    return _WALKS[node["type"]](value, node)


def _object(value: Any, node: dict[str, Any]) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Declined
    made = {}
    fields: dict[str, Any] = node["fields"]
    for name, field in fields.items():
        item = value.get(name)
        if item is None:
            item = field.get("default")
        if item is not None:
            made[name] = _WALKS[field["type"]](item, field)
        elif name in node["required"]:
            raise Declined
    for name in value:
        if name not in fields and (node["closed"] or not isinstance(name, str)):
            raise Declined
    return made


def _map(value: Any, node: dict[str, Any]) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Declined
    for name in value:
        _string(name, node)
    values = node["values"]
    return {name: _walk(value[name], values) for name in sorted(value) if value[name] is not None}


def _array(value: Any, node: dict[str, Any]) -> list[Any]:
    if not isinstance(value, list) or len(value) > node.get("most", len(value)):
        raise Declined
    items = node["items"]
    return [_walk(item, items) for item in value]


def _string(value: Any, _node: dict[str, Any]) -> str:
    if isinstance(value, str) and (value.isascii() or not any("\ud800" <= c <= "\udfff" for c in value)):
        return value
    raise Declined


def _choice(value: Any, node: dict[str, Any]) -> str:
    if isinstance(value, str) and value in node["of"]:
        return value
    raise Declined


def _boolean(value: Any, _node: dict[str, Any]) -> bool:
    if isinstance(value, bool):
        return value
    raise Declined


def _integer(value: Any, node: dict[str, Any]) -> int:
    value = whole(value)
    if isinstance(value, int) and node["minimum"] <= value <= node["maximum"]:
        return value
    raise Declined


def _quantity(value: Any, _node: dict[str, Any]) -> int | str:
    value = whole(value)
    if isinstance(value, int) or (isinstance(value, str) and is_quantity_text(value)):
        return value
    raise Declined


def whole(value: Any) -> Any:
    """An integral float as int; a boolean and what int64 cannot hold as None."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return None if isinstance(value, int) and (isinstance(value, bool) or not -_INT64 <= value < _INT64) else value


def _subdomain(value: Any, _node: dict[str, Any]) -> str:
    if isinstance(value, str) and is_dns_subdomain(value):
        return value
    raise Declined


def _label(value: Any, _node: dict[str, Any]) -> str:
    if isinstance(value, str) and (not value or is_dns_label(value)):
        return value
    raise Declined


def _either(value: Any, node: dict[str, Any]) -> Any:
    for choice in node["of"]:
        try:
            return _walk(value, choice)
        except Declined:
            continue
    raise Declined


def _any(value: Any, _node: dict[str, Any]) -> Any:
    return value


_WALKS = {
    "any": _any,
    "array": _array,
    "boolean": _boolean,
    "choice": _choice,
    "either": _either,
    "integer": _integer,
    "label": _label,
    "map": _map,
    "object": _object,
    "quantity": _quantity,
    "string": _string,
    "subdomain": _subdomain,
}
