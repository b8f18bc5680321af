"""Every number, list and text has an upper bound, and what is at the bound still works."""

from __future__ import annotations

import json
from typing import Any

import pytest

from krmfn.api.accept import accept, accept_config
from krmfn.api.explain import explain, explain_config
from krmfn.api.keys import LONGEST_CLUSTER_NAME, LONGEST_REPOSITORY, LONGEST_TAG, MOST_ZONES
from krmfn.api.nats import MOST_SERVERS
from krmfn.api.schema import flat
from krmfn.cluster.settings import Settings
from krmfn.topology.layout import MOST_FOUND
from tests.api.configurations import from_set, from_spec
from tests.calls import krmfn


def cr(**spec: Any) -> dict[str, Any]:
    head = {"apiVersion": "operator.kyma-project.io/v1alpha1", "kind": "NATS"}
    return {**head, "metadata": {"name": "nats", "namespace": "shop"}, "spec": spec}


def config(**spec: Any) -> dict[str, Any]:
    return {"apiVersion": "fn.krmfn.dev/v1alpha1", "kind": "RenderNATS", "spec": spec}


def numbers(level: dict[str, Any], path: str) -> list[tuple[str, dict[str, Any]]]:
    """Every field of a schema that is a number."""
    found = [(path, level)] if level.get("type") in ("integer", "number") else []
    for name, field in level.get("properties", {}).items():
        found += numbers(field, f"{path}.{name}")
    for choice in level.get("anyOf", []):
        found += numbers(choice, path)
    return found


def test_every_number_has_a_least_and_a_most():
    found = numbers(flat("NATS"), "") + numbers(flat("RenderNATS"), "")
    assert [path for path, _ in found if not path.startswith(".spec.server.")] == [
        ".spec.cluster.size",
        ".spec.zones",
        ".spec.fileStore",
        ".spec.pod.startupMinutes",
        ".spec.pod.runAsUser",
        ".spec.pod.runAsGroup",
        ".spec.pod.fsGroup",
        ".spec.service.port",
        ".spec.service.nodePort",
    ]
    assert [path.removeprefix(".spec.server.") for path, _ in found if path.startswith(".spec.server.")] == [
        "maxConnections",
        "maxSubscriptions",
        "pingMax",
        "jetStream.requestQueueLimit",
        "jetStream.limits.maxAckPending",
        "jetStream.limits.maxHaAssets",
        "jetStream.limits.maxRequestBatch",
    ]
    for path, level in found:
        assert level["minimum"] < level["maximum"] < (2**63 if path == ".spec.fileStore" else 2**31), path


@pytest.mark.parametrize("size", [MOST_SERVERS + 2, 30001, 2**31 + 1, 2**63 - 1])
def test_more_servers_than_a_service_lists_are_refused(size: int):
    value = cr(cluster={"size": size})
    assert accept(value) is None
    _, (finding,) = explain(value)
    assert (finding.code, finding.path) == ("above-maximum", ("spec", "cluster", "size"))
    assert finding.message == f"{size} is above the maximum, 999; use 3 or 5"
    assert accept(cr(cluster={"size": MOST_SERVERS})) is not None


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ({"service": {"port": 70000}}, "70000 is above the maximum, 65535; write 65535 or less"),
        ({"service": {"port": 0}}, "0 is below the minimum, 1; write 1 or more"),
        ({"zones": 101}, "101 is above the maximum, 100; write 100 or less"),
        ({"pod": {"startupMinutes": 1441}}, "1441 is above the maximum, 1440; write 1440 or less"),
        (
            {"auth": {"accounts": {"a": {"limits": {"maxConnections": -1}}}}},
            "-1 is below the minimum, 0; write 0 or more",
        ),
        (
            {"auth": {"accounts": {"a": {"jetStream": {"maxStreams": -2}}}}},
            "-2 is below the minimum, -1; write -1 or more",
        ),
    ],
)
def test_advice_for_a_number_out_of_its_range_names_the_range(spec: dict[str, Any], message: str):
    assert message in [one.message for one in explain_config(config(**spec))[1]]


@pytest.mark.parametrize("count", [MOST_ZONES + 1, 1_000_000, 10**12])
def test_more_zones_than_there_are_anywhere_are_refused_in_every_form(count: int):
    value = config(zones=count)
    assert accept_config(value) is None
    _, (finding,) = explain_config(value)
    assert (finding.code, finding.path) == ("above-maximum", ("spec", "zones"))
    _, (finding,) = from_set({"zones": str(count)})
    assert finding.code == ("too-many-zones" if count < 10**9 else "invalid-zones")


def test_a_long_list_of_zones_is_refused_in_every_form():
    names = [f"z{number}" for number in range(MOST_ZONES + 1)]
    value = config(zones=names)
    assert accept_config(value) is None
    for findings in (explain_config(value)[1], from_set({"zones": ",".join(names)})[1]):
        (finding,) = findings
        assert finding.code == "too-many-zones"
        assert "101" in finding.message
    spec = accept_config(config(zones=names[1:]))
    assert spec is not None
    assert from_spec(spec) == (Settings(zones=tuple(names[1:])), [])
    assert from_set({"zones": str(MOST_ZONES)}) == (Settings(zones=MOST_ZONES), [])
    assert MOST_FOUND == MOST_ZONES


PATH, TAG = "a" * (LONGEST_REPOSITORY - 2), "t" * LONGEST_TAG


@pytest.mark.parametrize(
    ("key", "longest", "code"),
    [
        ("natsImage", f"registry.example.com/b/{PATH}:{TAG}", "invalid-image"),
        ("imageRegistry", f"registry.example.com/b/{PATH}", "invalid-image"),
        ("clusterName", "c" * LONGEST_CLUSTER_NAME, "invalid-name"),
        ("secretName", ".".join(["s" * 63] * 3) + "." + "s" * 61, "invalid-name"),
        ("priorityClass", "p" * 253, "invalid-name"),
        ("clusterDomain", "d" * 253, "invalid-name"),
        ("remoteKey", "k" * 2048, "invalid-remote-key"),
        ("remoteKey", "k#" + "p" * 2048, "invalid-remote-key"),
    ],
)
def test_a_text_has_a_longest_form(key: str, longest: str, code: str):
    more = {"secretMode": "external-secret", "secretStore": "s"} if key == "remoteKey" else {}
    assert from_set({key: longest, **more})[1] == []
    found = {finding.code for finding in from_set({key: longest + "x", **more})[1]}
    assert found == {code}


@pytest.mark.parametrize("zones", [12, MOST_ZONES])
def test_what_is_at_the_bounds_renders_and_simulates(zones: int):
    text = json.dumps(cr(cluster={"size": MOST_SERVERS}))
    settings = (f"--set=zones={zones}", "--set=istio=false")
    assert krmfn("render", "-f", "-", *settings, stdin=text).status == 0
    called = krmfn("simulate", "-f", "-", *settings, "-o", "json", stdin=text)
    assert called.status == 0, called.err
    assert json.loads(called.out)[0]["simulation"]["worst"]["survivesAnyZone"] is True
