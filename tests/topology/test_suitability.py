"""Which nodes the servers may run on: nodeSelector, required node affinity, tolerations."""

from __future__ import annotations

from typing import Any

import pytest

from krmfn.cluster.environment import Node
from krmfn.topology.layout import layout_of
from krmfn.topology.suitability import suitable

NODES = {
    "a1": Node("a", labels={"pool": "messaging", "cores": "8", "arch": "amd64"}),
    "a2": Node("a", labels={"pool": "web", "cores": "16"}),
    "b1": Node("b", labels={"pool": "web", "cores": "many"}),
    "c1": Node("c", labels={}, taints=[("dedicated", "nats", "NoSchedule")]),
    "c2": Node("c", labels={"pool": "web"}, taints=[("dedicated", "nats", "NoSchedule"), ("old", "", "NoExecute")]),
}


def affinity(*terms: list[tuple[str, str, list[str]]]) -> dict[str, Any]:
    made = [[{"key": key, "operator": word, "values": values} for key, word, values in term] for term in terms]
    return {"nodeAffinity": {"required": [{"matchExpressions": rows} for rows in made]}}


@pytest.mark.parametrize(
    ("placing", "names"),
    [
        ({}, "a1 a2 b1 c1 c2"),
        ({"nodeSelector": {"pool": "web"}}, "a2 b1 c2"),
        ({"nodeSelector": {"pool": "web", "cores": "16"}}, "a2"),
        ({"nodeSelector": {"pool": ""}}, ""),
        (affinity([("pool", "In", ["web", "db"])]), "a2 b1 c2"),
        (affinity([("pool", "NotIn", ["web"])]), "a1 c1"),
        (affinity([("cores", "Exists", [])]), "a1 a2 b1"),
        (affinity([("cores", "DoesNotExist", [])]), "c1 c2"),
        (affinity([("cores", "Gt", ["8"])]), "a2"),
        (affinity([("cores", "Lt", ["9"])]), "a1"),
        (affinity([("pool", "In", ["web"]), ("cores", "Exists", [])]), "a2 b1"),
        (affinity([("arch", "Exists", [])], [("cores", "In", ["many"])]), "a1 b1"),
        ({"nodeSelector": {"pool": "web"}, **affinity([("cores", "Exists", [])])}, "a2 b1"),
        ({"nodeAffinity": {"preferred": [{"weight": 1, "matchExpressions": []}]}}, "a1 a2 b1 c1 c2"),
    ],
)
def test_labels_decide_which_nodes_count(placing: dict[str, Any], names: str):
    assert " ".join(suitable(NODES, placing)) == names


@pytest.mark.parametrize(
    ("toleration", "untainted"),
    [
        ({"operator": "Exists"}, "c1 c2"),
        ({"operator": "Exists", "effect": "NoSchedule"}, "c1"),
        ({"key": "dedicated", "operator": "Exists"}, "c1"),
        ({"key": "dedicated", "value": "nats"}, "c1"),
        ({"key": "dedicated", "operator": "Equal", "value": "nats", "effect": "NoSchedule"}, "c1"),
        ({"key": "dedicated", "value": "web"}, ""),
        ({"key": "dedicated"}, ""),
        ({"key": "dedicated", "operator": "Exists", "effect": "NoExecute"}, ""),
        ({"key": "old"}, ""),
    ],
)
def test_a_tolerated_taint_counts_for_nothing(toleration: dict[str, Any], untainted: str):
    found = suitable(NODES, {"tolerations": [toleration]})
    assert " ".join(name for name in ("c1", "c2") if not found[name].is_tainted) == untainted


def test_a_zone_without_a_suitable_node_is_none():
    layout, (told,) = layout_of(None, NODES, {"nodeSelector": {"pool": "web"}})
    assert [(zone.name, zone.nodes, zone.usable) for zone in layout.zones] == [("a", 1, 1), ("b", 1, 1), ("c", 1, 0)]
    assert (layout.count, told.code) == (2, "zones-from-nodes")


def test_a_stated_zone_without_a_suitable_node_is_told():
    _, (_, told) = layout_of(("a", "b", "c"), NODES, affinity([("cores", "Exists", [])]))
    assert told.code == "zone-without-nodes"
    assert told.message.startswith("no Node item that pod allows is in zone c, so no server can run there")


@pytest.mark.parametrize(("zones", "severity"), [(None, "error"), (3, "warning"), (("a", "b"), "warning")])
def test_no_suitable_node_at_all_is_never_passed_over(zones: int | tuple[str, ...] | None, severity: str):
    layout, (told,) = layout_of(zones, NODES, {"nodeSelector": {"pool": "none"}})
    assert (told.severity, told.code, told.field) == (severity, "no-suitable-node", "pod")
    assert "none of the 5 Node items" in told.message
    assert (layout is None) == (zones is None)
