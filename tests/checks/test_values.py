"""The values of objects: one row a rule, each judged alike by a real API server (tests/cluster/test_refusals.py)."""

from __future__ import annotations

from typing import Any

import pytest

from krmfn.checks import single_object
from krmfn.checks.run import check
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


def test_all_faults_of_an_object_are_found_in_one_run_and_each_once() -> None:
    pod = objects.changed(objects.neighbours()[0], "spec.containers.0.imgae", "x")
    del pod["spec"]["containers"][0]["image"]
    pod["spec"]["volumes"][0]["configMap"]["name"] = ""
    pod["spec"]["containers"][0]["ports"][0]["containerPort"] = 0
    found = [(one.code, one.field) for one in single_object.faults(pod, "1.37")]
    assert found == [
        ("schema-unknown", "spec.containers[0].imgae"),
        ("below-minimum", "spec.containers[0].ports[0].containerPort"),
        ("schema-missing", "spec.volumes[0].configMap.name"),
    ]


def test_an_object_without_a_name_is_told_and_ends_nothing() -> None:
    pods = [objects.changed(objects.neighbours()[0], "metadata", value) for value in (None, {}, {"labels": {}})]
    assert [(one.code, one.field) for one in check(pods)] == [("schema-missing", "metadata.name")] * 3


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


def test_no_wrong_value_that_may_be_a_secret_is_in_a_finding() -> None:
    """A password that was pasted into the wrong field: of texts only names, labels and the like are repeated."""
    fields = {
        "PodDisruptionBudget/Budget_of.Anything": ["spec.minAvailable"],
        "Pod/pod": [
            "spec.restartPolicy",
            "spec.dnsConfig.nameservers.0",
            "spec.containers.0.resources.limits.memory",
            "spec.containers.0.imagePullPolicy",
            "spec.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution.0.weight",
        ],
        "Secret/secret": ["data.password"],
        "NetworkPolicy/all": ["spec.ingress.0.from.0.ipBlock.cidr"],
        "Service/outside": ["spec.loadBalancerSourceRanges.0", "spec.type"],
    }
    for obj in objects.neighbours():
        for path in fields.pop(f"{obj['kind']}/{obj['metadata']['name']}", ()):
            found = single_object.faults(objects.changed(obj, path, "Tr0ub4dor&3"), "1.37")
            assert found, path
            assert "Tr0ub4dor" not in repr([(one.message, one.current, one.proposed) for one in found]), path
    assert fields == {}
