"""The bundled schemas are what their sources say, all of it, and small."""

from __future__ import annotations

import json
import zlib
from typing import Any

import pytest

from krmfn.checks.schema import DEFINITIONS, in_version
from krmfn.checks.schemas import custom_resources
from tests.calls import ROOT
from tools import schemas

BUDGET = 20_000
"""Bytes in the wheel."""


def test_the_committed_files_are_what_make_schemas_writes() -> None:
    try:
        wanted = schemas.targets()
    except schemas.Absent as why:
        pytest.skip(str(why))
    for path, text in wanted.items():
        assert (ROOT / path).read_text() == text, f"{path} is stale: run `make schemas`"


def test_they_take_no_more_of_the_wheel_than_they_may() -> None:
    folder = ROOT / "krmfn/checks/schemas"
    assert sum(len(zlib.compress(file.read_bytes())) for file in folder.iterdir() if file.is_file()) < BUDGET


def test_every_kind_has_a_definition() -> None:
    assert set(schemas.KINDS.values()) <= DEFINITIONS.keys()
    assert set(custom_resources.KINDS.values()) == custom_resources.DEFINITIONS.keys() == schemas.CRDS.keys()


@pytest.mark.parametrize("minor", schemas.MINORS)
def test_every_definition_says_in_each_version_what_kubernetes_published(minor: int) -> None:
    """Names, types and required fields, of all definitions that a kind reaches."""
    for name, definition in schemas.reached(minor).items():
        ours = DEFINITIONS[schemas.short(name)]
        if "properties" not in definition:
            assert ours == schemas.OPEN
            continue
        fields = {field: in_version(node, minor) for field, node in ours["fields"].items()}
        assert {field: plain(node) for field, node in fields.items() if node is not None} == {
            field: published(schema) for field, schema in definition["properties"].items()
        }, (name, minor)
        needed = {field for field, (low, high) in ours.get("required_in", {}).items() if low <= minor <= high}
        assert {*ours.get("required", ()), *needed} == set(definition.get("required", ())), (name, minor)


def plain(node: Any) -> Any:
    """A node as `published` writes a schema."""
    if isinstance(node, tuple):
        return ["array", plain(node[0])]
    if isinstance(node, dict):
        if "list" in node:
            return ["array", plain(node["list"])]
        return ["map", plain(node["map"])] if "map" in node else "string"
    return node


def published(schema: dict[str, Any]) -> Any:
    """What a published schema says of a field: a type, a definition, or a list or map of one."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return schemas.SPECIAL.get(name) or schemas.short(name)
    kinds = [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
    (kind,) = [one for one in kinds if one != "null"]
    if kind == "array":
        return ["array", published(schema["items"])]
    if kind == "object":
        values = schema.get("additionalProperties")
        return ["map", published(values) if isinstance(values, dict) else "any"]
    words = {"int32": "int32", "int64": "integer", "double": "number"}
    return words.get(schema.get("format", ""), kind) if kind in ("integer", "number") else kind


def test_enums_are_a_table_of_known_fields() -> None:
    enums = json.loads((ROOT / "tools/api_server_enums.json").read_text())
    assert enums["core.v1.ContainerPort"] == {"protocol": ["SCTP", "TCP", "UDP"]}
    for name, fields in enums.items():
        assert fields.keys() <= DEFINITIONS[name]["fields"].keys()
