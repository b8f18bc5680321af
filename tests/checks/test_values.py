"""The values of objects: one row a rule, each judged alike by a real API server (tests/cluster/test_refusals.py)."""

from __future__ import annotations

from typing import Any

import pytest

from krmfn.checks.shape import shape
from krmfn.checks.values import RULES, values
from tests.checks import objects
from tests.checks.rows import ROWS, Row
from tools import schemas


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_a_wrong_value_is_found_at_its_field(row: Row) -> None:
    obj = row.object()
    assert shape(obj, "1.37") == []
    found = [(one.severity, one.code, one.field) for one in values(obj)]
    assert found == [("error", row.code, row.field)]


@pytest.mark.parametrize("obj", objects.neighbours(), ids=lambda obj: f"{obj['kind']}-{obj['metadata']['name']}")
def test_what_an_api_server_takes_has_no_finding(obj: dict[str, Any]) -> None:
    assert values(obj) == []
    assert shape(obj, "1.37") == []


def test_nothing_that_krmfn_renders_has_a_finding() -> None:
    assert [found for obj in objects.rendered() for found in values(obj)] == []


def test_every_rule_is_for_a_definition_that_there_is() -> None:
    known = {schemas.short(name) for name in schemas.reached(schemas.MINORS[-1])}
    assert RULES.keys() - {"keyed list"} <= known


def test_a_duplicate_that_only_a_server_side_apply_refuses_is_a_warning() -> None:
    pod = objects.neighbours()[0]
    env = pod["spec"]["containers"][0]["env"]
    found = values(objects.changed(pod, "spec.containers.0.env", [*env, env[0]]))
    assert [(one.severity, one.code, one.field) for one in found] == [
        ("warning", "duplicate-entry", f"spec.containers[0].env[{len(env)}]")
    ]
    assert found[0].message == "another entry has the same name PLAIN; remove one, or change name"


def test_a_volume_without_a_source_is_a_warning() -> None:
    pod = objects.neighbours()[0]
    (found,) = values(objects.changed(pod, "spec.volumes.3.emptyDir", None))
    assert (found.severity, found.code, found.field) == ("warning", "volume-without-source", "spec.volumes[3]")


def test_no_message_of_a_secret_holds_what_is_in_it() -> None:
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "x"}, "data": {"a": "hunter2"}}
    (found,) = values(secret)
    assert found.message == "the value is not base64; encode it, or write it below stringData"
    assert found.current is None
