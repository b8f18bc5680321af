"""A fault of the shape as a finding: what is wrong with the value, and what to write instead."""

from __future__ import annotations

from krmfn.checks.schema import child, definition, in_version
from krmfn.model.finding import dotted, error
from krmfn.model.fix import QUOTE, Fix, is_same_amount, renamed, replaced, respelled
from krmfn.model.text import nearest, quotable, shown
from krmfn.model.usage import listed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from krmfn.checks.schema import Fault, SchemaNode
    from krmfn.model.finding import Finding
    from krmfn.model.objects import FieldPath


MOST_NAMES = 12
"""Names in a message; a pod has more fields than anybody reads."""
SECRETS = frozenset(("data", "stringData", "binaryData", "value", "annotations", "password", "token"))
"""Fields below which a value may be a secret: no message shows it."""
_TRUE, _FALSE = ("true", "yes", "on"), ("false", "no", "off")
_WORDS = {
    "string": "a string",
    "boolean": "true or false",
    "integer": "a whole number",
    "int32": "a whole number",
    "number": "a number",
    "quantity": "a quantity",
    "int-or-string": "a whole number or a string",
    "time": "a time",
}


def finding(fault: Fault, name: str, minor: int) -> Finding:
    """The finding for one fault.

    Args:
        fault: what the walk found
        name: the definition of its kind
        minor: the minor version of Kubernetes against which it was checked
    """
    code, path, value, node = fault
    match code:
        case "unknown":
            text, fix = _unknown(path, node, name, minor)
            return error("schema-unknown", text, path, fix=fix)
        case "missing":
            return error("schema-missing", f"the field {shown(str(path[-1]))} is required; write it", path)
        case "conflict":
            return error(
                "schema-conflict", f"at most one of {listed(tuple(value))} may be set; remove the others", path
            )
        case "type":
            text, fix = _type(value, node, path)
            return error("schema-type", text, path, _shown(value, path), fix)
        case "enum":
            return _enum(path, value, node)
        case "quantity":
            text = f"{_named(value, path)} is not a quantity: {node}; write a number and a unit, such as 500m or 2Gi"
            proposed = _respelled(str(value))
            fix = replaced(path, proposed, safe=is_same_amount(str(value)))
            return error("schema-pattern", _instead(text, proposed), path, _shown(value, path), fix)
        case "pattern":
            text = f"{_named(value, path)} does not match {node['text']}; write a value that does"
            return error("schema-pattern", text, path, _shown(value, path))
    return _range(path, value, node, of=code)


def _unknown(path: FieldPath, node: SchemaNode, name: str, minor: int) -> tuple[str, Fix | None]:
    """The field as one of another version, a misspelled one, one of a level above, or none."""
    key, fields = str(path[-1]), node["fields"]
    if key in fields:
        first, last = fields[key]["versions"][0][0], fields[key]["versions"][-1][1]
        when = f"only from Kubernetes 1.{first} on" if first > minor else f"only up to Kubernetes 1.{last}"
        return f"the field {key} is known {when}, and this is for 1.{minor}; remove it", None
    known = tuple(one for one in fields if in_version(fields[one], minor) is not None)
    meant = nearest(key, known) if len(key) < 64 else None
    head = f'"{shown(key)}" is not a field here'
    if meant:
        return f"{head}; did you mean {meant}?", renamed(path, meant, known)
    places = _places(path, name)
    if places:
        return f'{head}; did you mean "{dotted(places[-1])}"?', None
    more = f" and {len(known) - MOST_NAMES} more" if len(known) > MOST_NAMES else ""
    return f"{head}; known are {', '.join(known[:MOST_NAMES])}{more}", None


def _places(path: FieldPath, name: str) -> list[FieldPath]:
    """Where a field of this name is known: at a level above (a wrong indent) or below, or beside one; nearest last."""
    key = path[-1]
    levels: list[tuple[FieldPath, SchemaNode]] = [((), name)]
    for part in path[:-1]:
        above, node = levels[-1]
        levels.append(((*above, part), child(node, part)))
    below = [(*at, field, key) for at, node in levels for field in _level(node) if key in _level(child(node, field))]
    return below + [(*at, key) for at, node in levels if key in _level(node)]


def _level(node: SchemaNode) -> dict[str, Any]:
    node = definition(node) if isinstance(node, str) else node
    return node.get("fields", {}) if isinstance(node, dict) else {}


def _type(value: Any, node: SchemaNode, path: FieldPath) -> tuple[str, Fix | None]:
    if isinstance(node, str):
        said, advice, fix = _WORDS[node], *_as_scalar(value, node, path)
    elif isinstance(node, tuple) or "list" in node:
        said, advice, fix = "a list", "write one, each entry after a -", None
    elif "fields" in node or "map" in node:
        said, advice, fix = "a map", "write its fields below it", None
    else:
        said, advice, fix = "a string", *_as_scalar(value, "string", path)
    return f"{_named(value, path)} is not {said}; {advice}", fix


def _as_scalar(value: Any, kind: str, path: FieldPath) -> tuple[str, Fix | None]:
    text = str(value).strip().lower() if isinstance(value, (str, bool)) else ""
    if kind == "boolean" and text in (*_TRUE, *_FALSE):
        meant = text in _TRUE
        return f"write {str(meant).lower()} without quotes", replaced(path, meant, safe=True)
    if kind in ("integer", "int32") and text.isascii() and text.isdigit() and len(text) <= 12:
        return f"write {int(text)} without quotes", replaced(path, int(text), safe=True)
    if kind == "string" and isinstance(value, (bool, int)) and _shown(value, path) is not None:
        word = str(value).lower()
        return f'write "{word}" in quotes', Fix(QUOTE, path, word, safe=True)
    if kind == "string" and isinstance(value, (bool, int, float)):
        return "write it in quotes", Fix(QUOTE, path, safe=True)
    return f"write {_WORDS[kind]}", None


def _enum(path: FieldPath, value: str, node: SchemaNode) -> Finding:
    choices = tuple(choice for choice in node["enum"] if choice)
    meant = nearest(value, choices) if len(value) < 64 else None
    said = f'"{shown(value)}"' if meant else _named(value, path)
    many = f", such as {choices[0]}" if len(choices) > MOST_NAMES else f": {listed(choices)}"
    advice = f"did you mean {meant}?" if meant else f"write one of them{many}"
    fix = respelled(path, value, meant, choices)
    text = f"{said} is not one of the values that this field allows; {advice}"
    return error("schema-enum", text, path, value if meant else _shown(value, path), fix)


def _range(path: FieldPath, value: Any, node: SchemaNode, *, of: str) -> Finding:
    least, most = node.get("least"), node.get("most")
    what = "" if of == "range" else " characters" if isinstance(value, str) else " entries"
    bounds = f"{least} or more" if most is None else f"at most {most}" if least is None else f"from {least} to {most}"
    found = _named(value, path) if of == "range" else f"{len(value)}{what}"
    return error("schema-range", f"{found} is out of range; write {bounds}{what}", path, _shown(value, path))


def _named(value: Any, path: FieldPath) -> str:
    said = _shown(value, path)
    if said is None:
        return "this map" if isinstance(value, dict) else "this list" if isinstance(value, list) else "this value"
    return f'"{said}"' if isinstance(value, str) else quotable(said) or "this value"


def _shown(value: Any, path: FieldPath) -> Any:
    """A value as a message may show it, None where it must not: it could be a secret, or is not a scalar."""
    if not SECRETS.isdisjoint(map(str, path)) or isinstance(value, (dict, list)):
        return None
    return value if quotable(value) is not None else None


def _respelled(text: str) -> str | None:
    """`2Gb`, `1 Gi`, `1,5Gi` as a quantity; None where nothing is near."""
    stripped = text.replace(" ", "").replace(",", ".")
    number = stripped.rstrip("BbIiKkMmGgTtPp")
    unit = stripped[len(number) :].lower().removesuffix("b").removesuffix("i")
    if len(unit) != 1 or not number.replace(".", "", 1).isdigit() or len(text) > 12:
        return None
    return f"{number}{unit.upper()}i"


def _instead(text: str, proposed: str | None) -> str:
    return f"{text.partition(';')[0]}; did you mean {proposed}?" if proposed else text
