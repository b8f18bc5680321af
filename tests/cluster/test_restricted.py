"""The Pod Security Standard "restricted", enforced by the API server on the namespace: hardened meets it."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import pytest

from tests.cluster.rendered import prepare, render
from tests.golden_cases import CASES, Case

if TYPE_CHECKING:
    from tests.cluster.api import Api

LEVELS = {f"pod-security.kubernetes.io/{mode}": "restricted" for mode in ("enforce", "warn")}
"""`warn` speaks when a StatefulSet is applied, `enforce` refuses its pods."""
PATIENCE = 30.0
"""Seconds until the controller has made the pods, or has said why it cannot."""


def text(namespace: str) -> str:
    head = "apiVersion: operator.kyma-project.io/v1alpha1\nkind: NATS\nmetadata:\n"
    return f"{head}  name: nats\n  namespace: {namespace}\n"


def test_the_pods_of_hardened_are_admitted_where_restricted_is_enforced(cluster_api: Api) -> None:
    wanted = render("-f", "-", stdin=text("strict"))
    prepare(cluster_api, wanted, LEVELS)
    for one in wanted:
        assert cluster_api.apply(one.text, one.object, one.namespace).warnings == []
    assert outcome(cluster_api, "strict", 3) == []


def test_the_pods_of_the_operator_are_not_which_shows_that_the_level_is_enforced(cluster_api: Api) -> None:
    wanted = render("-f", "-", "--set", "profile=nats-manager", stdin=text("strict-for-the-operator"))
    prepare(cluster_api, wanted, LEVELS)
    said = [cluster_api.apply(one.text, one.object, one.namespace).warnings for one in wanted]
    assert [warning for warnings in said for warning in warnings if "runAsNonRoot" in warning]
    assert "violates PodSecurity" in outcome(cluster_api, "strict-for-the-operator", 3)[0]


@pytest.mark.parametrize("name", CASES)
def test_no_input_makes_hardened_leave_the_restricted_standard(name: str, cluster_api: Api) -> None:
    arguments = Case(name).render_arguments()[1:]
    cluster_api.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "warned", "labels": LEVELS}})
    for one in render(*arguments, "--set", "profile=hardened", namespace="warned"):
        if one.kind == "StatefulSet":
            moved = one.object | {"metadata": {"name": "any", "namespace": "warned"}}
            assert cluster_api.apply(json.dumps(moved), moved, "warned", dry=True).warnings == []


def outcome(api: Api, namespace: str, size: int) -> list[str]:
    """Once all servers are made: nothing; else why their making fails, in the words of the events."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        pods = api.items(f"/api/v1/namespaces/{namespace}/pods")
        if sum(pod["metadata"]["ownerReferences"][0]["kind"] == "StatefulSet" for pod in pods) == size:
            return []
        events = api.items(f"/api/v1/namespaces/{namespace}/events")
        if failed := [event["message"] for event in events if event["reason"] == "FailedCreate"]:
            return failed
        time.sleep(0.1)
    raise TimeoutError(namespace)
