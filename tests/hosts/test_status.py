"""`krmfn status`: what nats-manager writes into a NATS whose servers run, as Kyma's Eventing manager reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.calls import documents, krmfn

if TYPE_CHECKING:
    from pathlib import Path

    from tests.calls import Called

NATS = """\
apiVersion: operator.kyma-project.io/v1alpha1
kind: NATS
metadata:
  name: {name}
  namespace: kyma-system
spec:
  cluster:
    size: {size}
"""
EPOCH = "1970-01-01T00:00:00Z"


def asked(folder: Path, *arguments: str, name: str = "eventing-nats", size: int = 3, more: str = "") -> Called:
    file = folder / "nats.yaml"
    file.write_text(NATS.format(name=name, size=size) + more)
    return krmfn("status", "-f", file, *arguments)


def status(called: Called) -> dict[str, Any]:
    assert called.status == 0, called
    (obj,) = documents(called.out)
    return dict(obj["status"])


def condition(found: dict[str, Any], kind: str) -> tuple[str, str, str]:
    (one,) = (one for one in found["conditions"] if one["type"] == kind)
    return one["status"], one["reason"], one["message"]


def test_a_server_in_each_zone_is_ready_as_the_operator_says_it(tmp_path: Path):
    called = asked(tmp_path, "--set", "zones=a,b,c")
    assert called.err == ""
    assert status(called) == {
        "state": "Ready",
        "url": "nats://eventing-nats.kyma-system.svc.cluster.local:4222",
        "availabilityZonesUsed": 3,
        "conditions": [
            {
                "type": "Available", "status": "True", "reason": "Deployed", "message": "NATS is deployed",
                "lastTransitionTime": EPOCH,
            },
            {
                "type": "AvailabilityZones", "status": "True", "reason": "Deployed",
                "message": "NATS is deployed in different availability zones.", "lastTransitionTime": EPOCH,
            },
            {
                "type": "StatefulSet", "status": "True", "reason": "Available", "message": "StatefulSet is ready",
                "lastTransitionTime": EPOCH,
            },
        ],
    }  # fmt: skip


def test_the_rest_of_the_nats_is_as_it_was(tmp_path: Path):
    called = asked(tmp_path, "--set", "zones=3")
    (obj,) = documents(called.out)
    del obj["status"]
    assert [obj] == documents((tmp_path / "nats.yaml").read_text())


@pytest.mark.parametrize(("size", "zones", "used"), [(3, "a,b", 2), (5, "a,b,c", 3)])
def test_fewer_zones_than_servers_are_a_warning(tmp_path: Path, size: int, zones: str, used: int):
    found = status(asked(tmp_path, "--set", f"zones={zones}", size=size))
    assert (found["state"], found["availabilityZonesUsed"]) == ("Warning", used)
    text = f"NATS is not currently using enough availability zones (Recommended: 3, current: {used})."
    assert condition(found, "AvailabilityZones") == ("False", "Unknown", text)


def test_unknown_zones_are_what_the_operator_says_of_nodes_without_labels(tmp_path: Path):
    found = status(asked(tmp_path))
    assert found["state"] == "Ready"
    assert "availabilityZonesUsed" not in found
    assert condition(found, "AvailabilityZones") == ("False", "FailedProcessing", "zone label missing")


def test_one_server_wants_no_zones(tmp_path: Path):
    found = status(asked(tmp_path, "--set", "zones=3", size=1))
    assert (found["state"], found["availabilityZonesUsed"]) == ("Ready", 1)
    assert condition(found, "AvailabilityZones")[1] == "NotConfigured"


def test_a_condition_that_stays_keeps_its_time_and_others_get_the_stated_one(tmp_path: Path):
    old = "status:\n  state: Processing\n  conditions:\n"
    for kind, state, time in (
        ("Available", "True", "2020-02-02T02:02:02Z"), ("StatefulSet", "False", "2020-02-02T02:02:02Z"),
        ("AvailabilityZones", "True", "yesterday"),
    ):  # fmt: skip
        old += f'  - {{type: {kind}, status: "{state}", lastTransitionTime: "{time}"}}\n'
    old += "  - no condition\n  - {type: 1}\n"
    found = status(asked(tmp_path, "--set", "zones=3", "--time", "2030-01-31T12:00:00Z", more=old))
    assert {one["type"]: one["lastTransitionTime"] for one in found["conditions"]} == {
        "Available": "2020-02-02T02:02:02Z",
        "AvailabilityZones": "2030-01-31T12:00:00Z",
        "StatefulSet": "2030-01-31T12:00:00Z",
    }
    assert found["state"] == "Ready"


@pytest.mark.parametrize("time", ["now", "2030-01-31", "2030-1-31T12:00:00Z", "2030-13-31T12:00:00Z"])
def test_a_time_that_is_none_is_wrong_usage(tmp_path: Path, time: str):
    called = asked(tmp_path, "--time", time)
    assert (called.status, called.out) == (2, "")
    assert f"--time {EPOCH}" in called.err


def test_a_name_whose_service_is_called_otherwise_is_warned_of_since_eventing_would_not_find_it(tmp_path: Path):
    called = asked(tmp_path, "--set", "zones=3", name="orders")
    assert status(called)["url"] == "nats://orders.kyma-system.svc.cluster.local:4222"
    assert "rename the NATS to orders-nats" in called.err
    assert "[status-url]" in called.err


def test_another_cluster_domain_is_warned_of(tmp_path: Path):
    called = asked(tmp_path, "--set", "zones=3", "--set", "clusterDomain=k8s.example")
    assert called.status == 0
    assert "[status-url]" in called.err


def test_a_namespace_is_needed_and_may_be_given(tmp_path: Path):
    file = tmp_path / "nats.yaml"
    file.write_text(NATS.format(name="nats", size=3).replace("  namespace: kyma-system\n", ""))
    called = krmfn("status", "-f", file)
    assert (called.status, called.out) == (1, "")
    assert "or -n [namespace]" in called.err
    given = krmfn("status", "-f", file, "-n", "shop")
    assert documents(given.out)[0]["metadata"]["namespace"] == "shop"


def test_every_nats_is_printed_or_none(tmp_path: Path):
    file = tmp_path / "nats.yaml"
    file.write_text(NATS.format(name="b-nats", size=3) + "---\n" + NATS.format(name="a-nats", size=3))
    names = [obj["metadata"]["name"] for obj in documents(krmfn("status", "-f", file).out)]
    assert names == ["a-nats", "b-nats"]
    file.write_text(NATS.format(name="b-nats", size=3) + "---\n" + NATS.format(name="a-nats", size=4))
    called = krmfn("status", "-f", file)
    assert (called.status, called.out) == (1, "")
    assert "even-cluster-size" in called.err


def test_a_value_that_no_reader_would_get_back_is_an_error(tmp_path: Path):
    file = tmp_path / "nats.yaml"
    file.write_text(NATS.format(name="nats", size=3).replace("spec:", "  finalizers: .inf\nspec:"))
    called = krmfn("status", "-f", file)
    assert (called.status, called.out) == (1, "")
    assert "[unprintable-value]" in called.err


def test_the_zones_of_nodes_among_the_input_count(tmp_path: Path):
    for number, zone in enumerate("abc"):
        (tmp_path / f"node-{zone}.yaml").write_text(
            f"apiVersion: v1\nkind: Node\nmetadata:\n  name: n{number}\n"
            f"  labels:\n    topology.kubernetes.io/zone: {zone}\n"
        )
    (tmp_path / "nats.yaml").write_text(NATS.format(name="eventing-nats", size=3))
    assert status(krmfn("status", "-f", tmp_path))["availabilityZonesUsed"] == 3
