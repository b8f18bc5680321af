"""Changes that people make of rendered objects on the second day: class, code and sentence of each."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from krmfn.changes.compare import changes
from tests.changes.states import rendered
from tests.checks.trees import Tree

STS, SERVICE, CLIENTS = ("StatefulSet", "orders-nats"), ("Service", "orders-nats"), ("Service", "orders-nats-client")
BUDGET, EXPORTER = ("PodDisruptionBudget", "orders-nats"), ("Deployment", "orders-nats-metrics-1")
METRICS, MONITOR = ("Service", "orders-nats-metrics"), ("PodMonitor", "orders-nats")
POD = "template.spec"
REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
ROLLS = "one server at a time while all others are Ready; R1 streams pause"
ZONE = {"nodeSelectorTerms": [{"matchExpressions": [{"key": "disk", "operator": "In", "values": ["ssd"]}]}]}
ROWS = [
    (STS, f"{POD}.securityContext.runAsUser", 2000, "outage", "store-not-writable", "nats-server does not start"),
    (STS, f"{POD}.containers.1.securityContext.runAsUser", 2000, "outage", "store-not-writable", "another user"),
    (STS, f"{POD}.containers.0.securityContext.runAsUser", 2000, "restart", "", ROLLS),
    (STS, f"{POD}.securityContext.fsGroup", 2000, "restart", "", "every file of the volume"),
    (STS, f"{POD}.securityContext.fsGroup", None, "restart", "", ROLLS),
    (STS, f"{POD}.nodeSelector", {"disk": "ssd"}, "restart", "", "stays Pending, and the rollout stops there"),
    (STS, f"{POD}.affinity.nodeAffinity", {REQUIRED: ZONE}, "restart", "", "stays Pending, and the rollout"),
    (STS, f"{POD}.affinity", None, "restart", "", ROLLS),
    (STS, f"{POD}.schedulerName", "slow", "restart", "", "unless that scheduler runs"),
    (STS, f"{POD}.runtimeClassName", "gvisor", "restart", "", "unless that RuntimeClass exists"),
    (STS, f"{POD}.priorityClassName", "high", "restart", "", "unless that PriorityClass exists"),
    (STS, f"{POD}.priorityClassName", "system-cluster-critical", "restart", "", ROLLS),
    (STS, f"{POD}.serviceAccountName", "other", "restart", "", "unless that ServiceAccount exists"),
    (STS, f"{POD}.serviceAccountName", "default", "restart", "", ROLLS),
    (STS, f"{POD}.hostNetwork", True, "restart", "", "two of them cannot run on one node"),
    (STS, f"{POD}.containers.1.image", "nats:2.9.0-alpine", "restart", "", "leaves streams offline"),
    (STS, f"{POD}.containers.1.image", "nats:2.99.0-alpine", "restart", "", ROLLS),
    (STS, f"{POD}.topologySpreadConstraints", None, "restart", "", "the zone rule goes: rolling restart"),
    (STS, "replicas", 1, "data-loss", "cluster-size-to-1", "JetStream still expects 3 servers"),
    (STS, "minReadySeconds", 600, "metadata", "", "waits 600 s after each pod is Ready"),
    (STS, "revisionHistoryLimit", 0, "metadata", "", "no earlier revision is kept"),
    (BUDGET, "maxUnavailable", 0, "metadata", "", "a drain of its node never ends"),
    (BUDGET, "unhealthyPodEvictionPolicy", "IfHealthyBudget", "metadata", "", "evicts a server that is down only if"),
    (SERVICE, "publishNotReadyAddresses", False, "outage", "link-not-ready", "do not find each other"),
    (CLIENTS, "publishNotReadyAddresses", True, "metadata", "", "also go to servers before they are Ready"),
    (CLIENTS, "clusterIP", "10.0.0.9", "recreate", "cluster-ip-changed", "has already chosen one"),
    (SERVICE, "clusterIP", None, "recreate", "cluster-ip-changed", "the clusterIP of a Service is immutable"),
    (CLIENTS, "sessionAffinity", "ClientIP", "metadata", "", "new connections are spread"),
    (CLIENTS, "trafficDistribution", "PreferClose", "metadata", "", "new connections are spread"),
    (CLIENTS, "internalTrafficPolicy", "Local", "outage", "service-cuts", "on a node without a server"),
    (METRICS, "selector.app~kubernetes~io/name", None, "outage", "selector-misses", "pods of StatefulSet orders-nats"),
    (METRICS, "selector.app~kubernetes~io/name", "other", "outage", "selector-misses", "no longer matches"),
    (EXPORTER, "replicas", 2, "metadata", "", "2 exporters ask the same server"),
    (EXPORTER, "replicas", 0, "metadata", "", "its metrics are missing"),
    (EXPORTER, "paused", True, "metadata", "", "wait until it is no longer paused"),
    (EXPORTER, "strategy", {"type": "Recreate"}, "metadata", "", "no pod is touched"),
    (EXPORTER, f"{POD}.hostname", "a", "metadata", "", "its exporter restarts; no server is touched"),
    (MONITOR, "podMetricsEndpoints.0.path", "/other", "metadata", "", "metrics are missing"),
]


def patched(tree: Tree, target: tuple[str, str], field: str, value: Any) -> None:
    """Set a field below spec, or remove it (None); maps on the way come where they are not there."""
    kind, name = target
    here: Any = tree.get(kind, name)["spec"]
    *parents, last = (part.replace("~", ".") for part in field.split("."))
    for part in parents:
        here = here[int(part)] if isinstance(here, list) else here.setdefault(part, {})
    if value is None:
        del here[last]
    else:
        here[last] = value


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0][0]} {row[1]}")
def test_a_change_of_the_second_day_says_what_it_does(row):
    target, field, value, impact, code, why = row
    tree = Tree()
    old = copy.deepcopy(tree.objects)
    patched(tree, target, field, value)
    (found,) = changes(old, tree.objects)
    assert (found.impact, found.code) == (impact, code)
    assert why in found.why


def test_another_user_can_read_what_the_kubelet_gives_to_the_group_at_each_mount():
    tree = Tree()
    old = copy.deepcopy(tree.objects)
    patched(tree, STS, f"{POD}.securityContext.runAsUser", 2000)
    patched(tree, STS, f"{POD}.securityContext.fsGroupChangePolicy", "Always")
    assert {(one.impact, one.code) for one in changes(old, tree.objects)} == {("restart", "")}


def test_a_rolling_restart_is_told_as_the_strategy_makes_it():
    tree = Tree()
    patched(tree, STS, "updateStrategy", {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 2}})
    old = copy.deepcopy(tree.objects)
    patched(tree, STS, f"{POD}.hostname", "a")
    (found,) = changes(old, tree.objects)
    assert "2 servers at a time; R1 streams pause" in found.why
    patched(tree, STS, "updateStrategy", {"type": "RollingUpdate"})
    patched(tree, STS, "minReadySeconds", 30)
    (restart,) = [one for one in changes(old, tree.objects) if one.impact == "restart"]
    assert "one server at a time while all others are Ready, for at least 30 s" in restart.why


def test_a_stateful_set_of_something_else_pauses_no_stream_and_one_without_pods_restarts_none():
    tree = Tree()
    tree.container().update(name="redis", image="redis:7.2")
    patched(tree, STS, f"{POD}.containers.1.command", ["redis-server"])
    old = copy.deepcopy(tree.objects)
    patched(tree, STS, f"{POD}.hostname", "a")
    (found,) = changes(old, tree.objects)
    assert found.why.endswith("one pod at a time while all others are Ready")
    for state in (old, tree.objects):
        next(one for one in state if one["kind"] == "StatefulSet")["spec"]["replicas"] = 0
    (found,) = changes(old, tree.objects)
    assert (found.impact, found.why) == ("metadata", "no pod runs before or after the step, so none restarts")


def test_a_paused_exporter_does_not_restart():
    tree = Tree()
    patched(tree, EXPORTER, "paused", True)
    old = copy.deepcopy(tree.objects)
    patched(tree, EXPORTER, f"{POD}.hostname", "a")
    (found,) = changes(old, tree.objects)
    assert "takes it when the Deployment is no longer paused" in found.why


def test_to_one_server_without_a_cluster_block_loses_what_has_replicas():
    found = changes(rendered({"cluster": {"size": 3}}), rendered({"cluster": {"size": 1}}))
    (replicas,) = [one for one in found if one.field == "spec.replicas"]
    assert "restores no stream of several replicas" in replicas.why


def test_an_address_that_the_server_chose_is_no_difference_to_a_live_object():
    tree = Tree()
    live = copy.deepcopy(tree.objects)
    service = next(one for one in live if (one["kind"], one["metadata"]["name"]) == CLIENTS)
    service["metadata"]["uid"] = "1"
    service["spec"]["clusterIP"] = "10.0.0.9"
    service["spec"]["ports"][0]["nodePort"] = 30422
    assert changes(tree.objects, live) == []
    assert changes(live, tree.objects) == []
