"""The shape of objects: what is found, where, and what the message says to write."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from krmfn.checks import shape as walker
from krmfn.checks.shape import shape
from tests.checks import objects

SCHEMAS = Path(walker.__file__).parent / "schemas" / "custom_resources.py"
POD = """
apiVersion: v1
kind: Pod
metadata: {name: one, labels: {a: b}}
spec:
  restartPolicy: Always
  containers:
  - name: one
    image: one
    resources: {limits: {memory: 1Gi, cpu: 500m}}
    ports: [{containerPort: 80, protocol: TCP}]
"""
MONITOR = """
apiVersion: monitoring.coreos.com/v1
kind: PodMonitor
metadata: {name: one}
spec:
  selector: {matchLabels: {a: b}}
  podMetricsEndpoints: [{port: metrics, interval: 30s, scheme: http}]
"""
RULE = """
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: one}
spec:
  host: one
  trafficPolicy: {loadBalancer: {simple: RANDOM}}
"""


C = "spec.containers.0"
WRONG = [
    (POD, f"{C}.imgae", "one", "schema-unknown", '"imgae" is not a field here; did you mean image?', "image"),
    (
        POD,
        f"{C}.restartPolicyy",
        "x",
        "schema-unknown",
        '"restartPolicyy" is not a field here; did you mean restartPolicy?',
        "restartPolicy",
    ),
    (
        POD,
        "spec.namespace",
        "x",
        "schema-unknown",
        '"namespace" is not a field here; did you mean "metadata.namespace"?',
        None,
    ),
    (
        POD,
        f"{C}.tolerations",
        [],
        "schema-unknown",
        '"tolerations" is not a field here; did you mean "spec.tolerations"?',
        None,
    ),
    (POD, f"{C}.ports.0.containerPort", "80", "schema-type", '"80" is not a whole number; write 80 without quotes', 80),
    (POD, f"{C}.tty", "yes", "schema-type", "this value is not true or false; write true without quotes", True),
    (POD, f"{C}.image", 5, "schema-type", '5 is not a string; write "5" in quotes', "5"),
    (POD, "metadata.labels.a", True, "schema-type", 'true is not a string; write "true" in quotes', "true"),
    (POD, "spec.containers", {}, "schema-type", "this map is not a list; write one, each entry after a -", None),
    (POD, "spec", [], "schema-type", "this list is not a map; write its fields below it", None),
    (POD, f"{C}.name", None, "schema-missing", "the field name is required; write it", None),
    (
        POD,
        "spec.restartPolicy",
        "always",
        "schema-enum",
        '"always" is not one of the values that this field allows; did you mean A',
        "Always",
    ),
    (
        POD,
        f"{C}.resources.limits.memory",
        "2Gb",
        "schema-pattern",
        '"2Gb" is not a quantity: its suffix is not one of n u m k M G T P E',
        "2Gi",
    ),
    (
        POD,
        f"{C}.ports.0.containerPort",
        2**31,
        "schema-range",
        "2147483648 is out of range; write from -2147483648 to 2147483647",
        None,
    ),
    (MONITOR, "spec.podMetricsEndpoints.0.interval", "30", "schema-pattern", '"30" does not match ', None),
    (MONITOR, "spec.podMetricsEndpoints.0.scheme", "HTTPX", "schema-enum", "did you mean http?", "http"),
    (
        RULE,
        "spec.trafficPolicy.loadBalancer.consistentHash",
        {},
        "schema-conflict",
        "at most one of simple or consistentHash may be set; remove the others",
        None,
    ),
    (RULE, "spec.trafficPolicy.tls", {"mode": "MUTAL"}, "schema-enum", "did you mean MUTUAL?", "MUTUAL"),
    (POD, "apiVersion", "v2", "api-version-unknown", 'no version of Kubernetes serves Pod as "v2"; write v1', "v1"),
    (POD, "kind", "Pods", "kind-unknown", '"Pods" is not a kind of v1; did you mean Pod?', "Pod"),
]


@pytest.mark.parametrize("row", WRONG, ids=lambda row: f"{row[1]}-{row[3]}")
def test_what_is_wrong_is_named_with_what_to_write(row: tuple[str, str, Any, str, str, Any]) -> None:
    text, path, value, code, said, proposed = row
    (found,) = shape(objects.changed(yaml.safe_load(text), path, value), "1.37")
    assert (found.severity, found.code, found.proposed) == ("error", code, proposed)
    assert ".".join(map(str, found.path)) in (path, f"{path}.mode")
    assert said in found.message


def test_all_faults_are_found_in_one_pass() -> None:
    obj = objects.changed(yaml.safe_load(POD), f"{C}.imgae", "x")
    obj["spec"]["containers"][0]["resources"]["limits"]["memory"] = "lots"
    obj["spec"]["hostNetwork"] = "no"
    assert sorted(found.code for found in shape(obj, "1.37")) == ["schema-pattern", "schema-type", "schema-unknown"]


def test_faults_below_a_misspelled_field_are_told_in_the_same_run() -> None:
    obj = yaml.safe_load(POD)
    obj["specc"] = obj.pop("spec")
    obj["specc"]["containers"][0] |= {"imagee": obj["specc"]["containers"][0].pop("image"), "stdin": "yes"}
    found = {(one.field, one.code) for one in shape(obj, "1.37")}
    assert ("specc", "schema-unknown") in found
    assert {("specc.containers[0].imagee", "schema-unknown"), ("specc.containers[0].stdin", "schema-type")} <= found


def test_a_field_of_a_newer_kubernetes_is_unknown_to_an_older_one() -> None:
    obj = objects.changed(yaml.safe_load(POD), f"{C}.restartPolicyRules", [])
    assert shape(obj, "1.37") == []
    (found,) = shape(obj, "1.33")
    assert found.code == "schema-unknown"
    text = "the field restartPolicyRules is known only from Kubernetes 1.34 on, and this is for 1.33; remove it"
    assert found.message == text


@pytest.mark.parametrize(
    ("version", "kind"),
    [
        ("v1", "PersistentVolume"),
        ("v1", "Node"),
        ("v1", "Endpoints"),
        ("apps/v1", "ReplicaSet"),
        ("batch/v1", "CronJob"),
        ("networking.k8s.io/v1", "IngressClass"),
        ("rbac.authorization.k8s.io/v1", "ClusterRole"),
        ("storage.k8s.io/v1", "CSINode"),
        ("serving.knative.dev/v1", "Service"),
        ("example.com/v1", "Any"),
    ],
)
def test_a_kind_without_a_schema_is_left_alone(version: str, kind: str) -> None:
    assert shape({"apiVersion": version, "kind": kind, "metadata": {"name": "x"}, "anything": 1}, "1.37") == []


@pytest.mark.parametrize("minor", range(27, 38))
def test_everything_that_krmfn_renders_has_its_shape(minor: int) -> None:
    rendered = objects.rendered()
    assert len(rendered) > 200
    assert [found for obj in rendered for found in shape(obj, f"1.{minor}")] == []


@pytest.mark.parametrize("field", ["data", "stringData"])
def test_no_message_holds_what_may_be_a_secret(field: str) -> None:
    for value in (12345, ["12345"], {"a": "12345"}, "12345"):
        secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "x"}, field: {"password": value}}
        for found in shape(secret, "1.37"):
            assert "12345" not in found.message
            assert found.current is None
            assert found.proposed is None


def test_a_removed_version_is_an_error() -> None:
    (found,) = shape({"apiVersion": "policy/v1beta1", "kind": "PodDisruptionBudget", "metadata": {"name": "x"}}, "1.34")
    assert (found.code, found.proposed, found.field) == ("api-version-removed", "policy/v1", "apiVersion")
    assert found.message == (
        "policy/v1beta1 of PodDisruptionBudget is not served since Kubernetes 1.25; write policy/v1"
    )


@pytest.mark.parametrize("pattern", [walker._LABEL, walker._TIME])
def test_what_matches_plainly_matches_and_the_pattern_is_one_of_the_schemas(pattern: str) -> None:
    for value in (
        "",
        "a",
        "_a1",
        "1a",
        "a-b",
        "5m",
        "10s",
        "0",
        "m",
        "5",
        "5ms",
        "5x",
        "é",
        "٣m",
        "1h30m",
        "5m\n",
        "a\n",
    ):
        assert not walker._is_plainly(pattern, value) or re.search(pattern, value), value
    assert walker._is_plainly(pattern, "a" if pattern == walker._LABEL else "15m")
    assert pattern in SCHEMAS.read_text()
