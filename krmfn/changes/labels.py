"""Which pods a selector finds."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def matches(selector: Any, labels: Any) -> bool:
    """Whether a LabelSelector (`matchLabels`, `matchExpressions`) finds labels; an empty one finds all, None nothing.

    An expression that cannot be read finds nothing.
    """
    if not isinstance(selector, dict):
        return False
    own = labels if isinstance(labels, dict) else {}
    wanted, rows = selector.get("matchLabels") or {}, selector.get("matchExpressions") or []
    if not isinstance(wanted, dict) or not isinstance(rows, list):
        return False
    return all(own.get(name) == value for name, value in wanted.items()) and all(_holds(row, own) for row in rows)


def finds(selector: Any, labels: Any) -> bool:
    """The same for the plain map of a Service, which finds nothing when it is empty or absent."""
    return isinstance(selector, dict) and bool(selector) and matches({"matchLabels": selector}, labels)


def _holds(row: Any, labels: dict[str, Any]) -> bool:
    if not isinstance(row, dict):
        return False
    key, operator, values = row.get("key"), row.get("operator"), row.get("values")
    values = values if isinstance(values, list) else []
    if not isinstance(key, str):
        return False
    if operator == "In":
        return labels.get(key) in values
    if operator == "NotIn":
        return labels.get(key) not in values
    return (operator == "Exists" and key in labels) or (operator == "DoesNotExist" and key not in labels)
