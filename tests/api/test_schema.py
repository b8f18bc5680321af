from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from krmfn.api.explain import explain
from krmfn.api.schema import MODELS, flat, schema
from tests.api.strategies import RESOURCES, mutated

SCHEMAS = Path(__file__).parents[2] / "schemas"


def validator(kind: str) -> jsonschema.Draft7Validator:
    return jsonschema.Draft7Validator(schema(kind))


def nodes(value: Any) -> Any:
    if isinstance(value, dict):
        yield value
        for item in value.values():
            yield from nodes(item)
    elif isinstance(value, list):
        for item in value:
            yield from nodes(item)


@pytest.mark.parametrize("kind", MODELS)
def test_a_schema_is_one_of_draft_07(kind):
    made = schema(kind)
    jsonschema.Draft7Validator.check_schema(made)
    assert made["$schema"] == "http://json-schema.org/draft-07/schema#"
    assert "$defs" not in json.dumps(made)


@pytest.mark.parametrize("kind", MODELS)
def test_nothing_stands_beside_a_reference(kind):
    references = [node for node in nodes(schema(kind)) if "$ref" in node]
    assert references
    assert all(len(node) == 1 for node in references)
    assert not [node for node in nodes(flat(kind)) if "$ref" in node]


@pytest.mark.parametrize("kind", MODELS)
def test_every_field_has_a_description(kind):
    for node in nodes(flat(kind)):
        if "properties" in node and "additionalProperties" in node:
            assert all(field["description"] for field in node["properties"].values())


@pytest.mark.parametrize("kind", MODELS)
def test_spec_and_metadata_are_closed(kind):
    fields = flat(kind)["properties"]
    assert fields["spec"]["additionalProperties"] is False
    assert fields["metadata"]["additionalProperties"] is False


def test_every_valid_resource_passes(valid):
    for name, (resource, stored) in valid.items():
        if name != "unknown-fields":
            assert list(validator("NATS").iter_errors(resource)) == [], name
            assert list(validator("NATS").iter_errors({**resource, "spec": stored})) == [], name


def test_every_resource_that_the_api_server_refuses_fails(valid, invalid):
    for name, resource in [(n, r) for n, (r, _) in invalid.items()] + [("unknown-fields", valid["unknown-fields"][0])]:
        assert not validator("NATS").is_valid(resource), name


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.one_of(RESOURCES, mutated(RESOURCES)))
def test_the_schema_and_the_models_agree_on_every_resource_of_json(resource):
    findings = explain(resource)[1]
    # What JSON Schema does not say: one entry a claim, int64, whole characters.
    beyond = any(f.code == "duplicate-entry" or '"number"' in f.message or "surrogate" in f.message for f in findings)
    if not beyond:
        assert validator("NATS").is_valid(resource) == (not findings)


def test_a_null_passes_wherever_a_field_need_not_be():
    head = {"apiVersion": "operator.kyma-project.io/v1alpha1", "kind": "NATS", "metadata": {"name": "n"}}
    spec = {"cluster": {"size": None}, "jetStream": {"memStorage": None}, "labels": {"a": None}, "resources": None}
    assert validator("NATS").is_valid({**head, "spec": spec})


def test_a_configuration_passes_with_every_shape_of_its_fields():
    head = {"apiVersion": "fn.krmfn.dev/v1alpha1", "kind": "RenderNATS"}
    for spec in (
        {"zones": 3, "istio": "auto"},
        {"zones": ["a"], "istio": True},
        {"zones": None, "profile": None},
        None,
    ):
        assert validator("RenderNATS").is_valid({**head, "spec": spec}), spec
    for spec in ({"zones": 0}, {"zones": "a"}, {"istio": "yes"}, {"profile": "soft"}, {"zoneSpred": "off"}, []):
        assert not validator("RenderNATS").is_valid({**head, "spec": spec}), spec


def test_an_unknown_kind_has_no_schema():
    with pytest.raises(KeyError):
        schema("Secret")


def test_the_written_schemas_are_up_to_date():
    for kind, name in (("NATS", "nats_v1alpha1.json"), ("RenderNATS", "rendernats_v1alpha1.json")):
        assert (SCHEMAS / name).read_text() == json.dumps(schema(kind), indent=2, sort_keys=True) + "\n"
