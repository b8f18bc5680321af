"""The published schemas as jsonschema reads them: what the walker is compared with."""

from __future__ import annotations

import functools
from typing import Any

from jsonschema import Draft202012Validator

from krmfn.checks.schema import root
from tools import schemas

QUANTITY = r"^\s*[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?[0-9]+)?\s*$"
"""Of apimachinery, with the blanks that its JSON reader cuts off, and a point without a fraction."""
EXTRA = {
    "quantity": {"anyOf": [{"type": "string", "pattern": QUANTITY}, {"type": ["number", "null"]}]},
    "int-or-string": {
        "anyOf": [{"type": ["string", "null"]}, {"type": "integer", "minimum": -(2**31), "maximum": 2**31 - 1}]
    },
    "time": {"type": ["string", "null"]},
}


def faults(obj: dict[str, Any], minor: int) -> list[str]:
    """What jsonschema has against an object of a known kind, as paths and messages."""
    name = root(obj)
    assert name is not None
    found = validator(name, minor).iter_errors(obj)
    return [f"{'.'.join(map(str, one.absolute_path))}: {one.message}" for one in found]


@functools.cache
def validator(name: str, minor: int) -> Draft202012Validator:
    """For a definition of Kubernetes, or the kind of a CRD, in a minor version."""
    definitions = built_in(minor)
    if name in schemas.CRDS:
        schema = next(iter(schemas.served(name, *schemas.CRDS[name]).values()))
        named = {"apiVersion": {"type": "string"}, "kind": {"type": "string"}}
        schema["properties"] |= {**named, "metadata": {"$ref": "#/$defs/meta.v1.ObjectMeta"}}
        return Draft202012Validator({**closed(schema), "$defs": definitions})
    return Draft202012Validator({"$ref": f"#/$defs/{name}", "$defs": definitions})


@functools.cache
def built_in(minor: int) -> dict[str, Any]:
    """Every definition of one version, with the enums of the API server and the bounds of int32 and int64."""
    import json

    with open(schemas.ENUMS, encoding="utf-8") as file:
        enums = json.load(file)
    made: dict[str, Any] = {**EXTRA}
    for full, definition in schemas.reached(minor).items():
        name = schemas.short(full)
        fields = {field: bounded(schema) for field, schema in definition.get("properties", {}).items()}
        for field, choices in enums.get(name, {}).items():
            if field in fields:
                fields[field] = with_enum(fields[field], choices, field)
        required = {"required": definition["required"]} if "required" in definition else {}
        made[name] = {"type": ["object", "null"], **required}
        if fields:
            made[name] |= {"properties": fields, "additionalProperties": False}
    return made


def bounded(schema: dict[str, Any]) -> dict[str, Any]:
    """A field with local references, less its description, with the bounds that its format means."""
    if "$ref" in schema:
        full = schema["$ref"].rpartition("/")[2]
        return {"$ref": f"#/$defs/{schemas.SPECIAL.get(full) or schemas.short(full)}"}
    made = {key: value for key, value in schema.items() if key == "type"}
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            made[key] = bounded(schema[key])
    bits = {"int32": 31, "int64": 63}.get(schema.get("format", ""))
    return made | ({"minimum": -(2**bits), "maximum": 2**bits - 1} if bits else {})


def with_enum(schema: dict[str, Any], choices: list[str], field: str) -> dict[str, Any]:
    """A field of some texts only; "" is as good as absent where Go has no pointer."""
    if "items" in schema:
        return {**schema, "items": {"enum": [*choices, None]}}
    return {"enum": [*choices, None, *([] if field in schemas.NOT_EMPTY else [""])]}


def closed(schema: Any) -> Any:
    """A CRD as strict decoding reads it: no unknown fields, nulls as absent, defaults before what is required."""
    if isinstance(schema, list):
        return [closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: closed(value) for key, value in schema.items() if not key.startswith(("x-", "default", "description"))}
    if "properties" in schema:
        made["properties"] = {name: closed(one) for name, one in schema["properties"].items()}
        if not schema.get("x-kubernetes-preserve-unknown-fields"):
            made["additionalProperties"] = False
        made["required"] = [name for name in schema.get("required", ()) if "default" not in schema["properties"][name]]
    if schema.get("x-kubernetes-int-or-string"):
        made = EXTRA["quantity"] if "pattern" in schema else EXTRA["int-or-string"]
    if isinstance(made.get("type"), str):
        made["type"] = [made["type"], "null"]
    if "enum" in made:
        made["enum"] = [*made["enum"], None]
    if schema.get("format") in ("int32", "int64"):
        bits = 31 if schema["format"] == "int32" else 63
        made = {"minimum": -(2**bits), "maximum": 2**bits - 1, **made}
    elif schema.get("type") == "integer":
        made = {"minimum": -(2**63), "maximum": 2**63 - 1, **made}
    return made
