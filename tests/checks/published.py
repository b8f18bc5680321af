"""The published schemas as jsonschema reads them: what the walker is compared with."""

from __future__ import annotations

import functools
from typing import Any

from jsonschema import Draft202012Validator

from krmfn.checks.own_schemas import strict
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
        schema = strict(next(iter(schemas.served(name, *schemas.CRDS[name]).values())))
        schema["properties"]["metadata"] = {"$ref": "#/$defs/meta.v1.ObjectMeta"}
        return Draft202012Validator({**schema, "$defs": definitions})
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
