"""A fault that `diagnosis` or the models found, as a finding: what the value is, what it must be, and what to write."""

from __future__ import annotations

from krmfn.api import advice
from krmfn.api.keys import CONFIDENTIAL
from krmfn.model.finding import dotted, error
from krmfn.model.fix import is_same_amount, replaced, respelled
from krmfn.model.placeholders import unresolved
from krmfn.model.text import quotable, shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from krmfn.model.finding import Finding
    from krmfn.model.objects import FieldPath

_EXPECTED = {
    "array": "a list",
    "boolean": "true or false",
    "choice": "a string",
    "integer": "a whole number",
    "label": "a string",
    "map": "a map",
    "object": "a map",
    "quantity": "a quantity",
    "string": "a string",
    "subdomain": "a string",
}
_RULES = {
    "label": "an RFC 1123 label (a-z, 0-9 and -, a letter or digit first and last)",
    "subdomain": "an RFC 1123 subdomain (a-z, 0-9, - and ., a letter or digit first and last)",
}


def finding(detail: dict[str, Any], table: dict[str, Any]) -> Finding:
    """The finding for one fault, in the shape of pydantic's ErrorDetails, in a resource that `table` describes."""
    kind, path, value = detail["type"], detail["loc"], detail["input"]
    hollow = unresolved(value)
    if hollow is not None and kind not in ("extra_forbidden", "invalid_key"):
        return error(hollow[0], hollow[1], path)
    match kind:
        case "extra_forbidden":
            text, fix = advice.for_unknown(path, table)
            return error("unknown-field", f'unknown field "{dotted(path)}"; {text}', path, fix=fix)
        case "missing":
            return _missing(path, table)
        case "invalid_key":
            return error("wrong-type", "the name of a field is not a string; put it in quotes", path[:-1])
        case "key_type":
            return error("wrong-type", "a key is not a string; put it in quotes", path)
        case "string_unicode":
            return error(
                "wrong-type", "the string contains half a surrogate pair, which is not a character; remove it", path
            )
        case "greater_than_equal":
            return _below_minimum(path, value, detail["ctx"]["ge"])
        case "less_than_equal":
            return _above_maximum(path, value, detail["ctx"]["le"])
        case "too_long":
            most, count = detail["ctx"]["max_length"], len(value)
            said = f"{count} entries are too many, the maximum is {most}; {advice.FOR_ZONES}"
            return error("too-many-zones", said, path)
        case "string_pattern_mismatch":
            return _no_size(path, value)
        case "subdomain" | "label":
            return _no_name(kind, path, value)
        case "literal_error" if isinstance(value, str):
            return _no_choice(path, value, advice.below(table, path))
    return _wrong_type(path, value, advice.below(table, path))


def _missing(path: FieldPath, table: dict[str, Any]) -> Finding:
    node = advice.below(table, path)
    proposed = node["of"][0] if node["type"] == "choice" else None
    example = f": {proposed}" if proposed else ""
    return error(
        "missing-field", f"the field is required; write {dotted(path)}{example}", path, fix=replaced(path, proposed)
    )


def _below_minimum(path: FieldPath, value: Any, least: int) -> Finding:
    text, proposed = advice.for_minimum(path, least)
    said = f"{value} is below the minimum, {least}; {text}"
    return error("below-minimum", said, path, value, replaced(path, proposed))


def _above_maximum(path: FieldPath, value: Any, most: int) -> Finding:
    text, proposed = advice.for_maximum(path, most)
    said = f"{value} is above the maximum, {most}; {text}"
    return error("above-maximum", said, path, value, replaced(path, proposed))


def _no_size(path: FieldPath, value: str) -> Finding:
    text, proposed = advice.for_size(value, path)
    said = f"{quotable(value) or 'the value'} is not a quantity; {text}"
    fix = replaced(path, proposed, safe=path[-1:] == ("cpu",) or is_same_amount(value))
    return error("pattern-mismatch", said, path, _current(value), fix)


def _no_name(kind: str, path: FieldPath, value: str) -> Finding:
    text, proposed = advice.for_name(value)
    said = f'"{shown(value)}" is not {_RULES[kind]}; {text}'
    return error("invalid-name", said, path, shown(value), replaced(path, proposed))


def _no_choice(path: FieldPath, value: str, node: dict[str, Any]) -> Finding:
    choices: tuple[str, ...] = node["of"] if node["type"] == "choice" else ("true", "false", "auto")
    text, proposed = advice.for_choice(choices, value)
    named = quotable(value) or (f'"{shown(value)}"' if proposed else "the value")  # any other could be a secret
    said = f"{named} is not one of {', '.join(choices)}; {text}"
    return error("unsupported-value", said, path, _current(value), respelled(path, value, proposed, choices))


def _wrong_type(path: FieldPath, value: Any, node: dict[str, Any]) -> Finding:
    text, fix = advice.for_type(node, value, path)
    is_shown = CONFIDENTIAL.isdisjoint(path)
    named = (quotable(value) if is_shown and value is not None else None) or "the value"
    said = f"{named} is {_kind(value)}, not {_expected(node)}; {text}"
    return error("wrong-type", said, path, _current(value) if is_shown else None, fix)


def _expected(node: dict[str, Any]) -> str:
    if node["type"] == "either":
        return " or ".join(_EXPECTED[choice["type"]] for choice in node["of"])
    return _EXPECTED[node["type"]]


def _kind(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "a boolean"
        case int() if -(2**63) <= value < 2**63:
            return "a whole number"
        case int():
            return "a number of more than 64 bits"
        case float():
            return "a whole number" if value.is_integer() and abs(value) < 2**63 else "a floating-point number"
        case str():
            return "a string"
        case list():
            return "a list"
    return "a map"


def _current(value: object) -> Any:
    return None if quotable(value) is None else value
