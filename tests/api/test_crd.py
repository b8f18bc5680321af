"""The generated CustomResourceDefinition means what the operator's own means."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from krmfn.api.crd import RULES, definition
from krmfn.api.rules import transitions, violations
from tests.calls import ROOT, documents, krmfn

OPERATORS = ROOT / "tests/data/nats_crd.yaml"


def meaning(node: Any, *, is_fields: bool = False) -> Any:
    """A schema without descriptions."""
    if isinstance(node, dict):
        kept = node.items() if is_fields else ((k, v) for k, v in node.items() if k != "description")
        return {key: meaning(value, is_fields=key == "properties") for key, value in kept}
    return [meaning(item) for item in node] if isinstance(node, list) else node


def test_it_means_what_the_operators_means():
    theirs, ours = yaml.safe_load(OPERATORS.read_text()), definition()
    del theirs["metadata"]["annotations"]
    assert meaning(ours) == meaning(theirs)


def test_the_command_prints_it_as_yaml():
    called = krmfn("schema", "NATS", "-o", "crd")
    assert (called.status, called.err) == (0, "")
    assert documents(called.out) == [definition()]


def test_only_nats_is_an_object_of_a_cluster():
    called = krmfn("schema", "RenderNATS", "-o", "crd")
    assert (called.status, called.out) == (2, "")
    assert "write krmfn schema NATS -o crd" in called.err


def test_every_field_keeps_its_description():
    spec = definition()["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["spec"]
    assert "odd" in spec["properties"]["cluster"]["properties"]["size"]["description"]


@pytest.mark.parametrize(
    ("message", "code", "old", "new"),
    [
        ("size only accepts odd numbers", "even-cluster-size", None, {"cluster": {"size": 4}}),
        (
            "can only be enabled if size is not 0",
            "memory-storage-size-0",
            None,
            {"jetStream": {"memStorage": {"enabled": True, "size": 0}}},
        ),
        (
            "cannot be set to 1 if size was greater than 1",
            "cluster-size-to-1",
            {"cluster": {"size": 3}},
            {"cluster": {"size": 1}},
        ),
        (
            "fileStorage is immutable once it was set",
            "claim-grown",
            {"jetStream": {"fileStorage": {"size": "1Gi"}}},
            {"jetStream": {"fileStorage": {"size": "2Gi"}}},
        ),
        (
            "fileStorage is immutable once it was set",
            "storage-class-changed",
            {"jetStream": {"fileStorage": {"storageClassName": "a"}}},
            {"jetStream": {"fileStorage": {"storageClassName": "b"}}},
        ),
    ],
)
def test_krmfn_refuses_by_itself_what_each_rule_refuses(
    message: str, code: str, old: dict[str, Any] | None, new: dict[str, Any]
):
    found = violations(new) if old is None else transitions(old, new)
    assert [finding.code for finding in found] == [code]
    assert message in {text for rules in RULES.values() for text, _ in rules}
