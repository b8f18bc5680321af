"""One installation on fake nodes: zones, volumes that exist in one zone only, and where the scheduler puts the pods."""

from __future__ import annotations

import itertools
import json
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tests.cluster.layout import Placement
from tests.cluster.rendered import prepare, render

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.cluster.api import Api, Object
    from tests.cluster.layout import Layout

ZONE, HOST = "topology.kubernetes.io/zone", "kubernetes.io/hostname"
NODES, VOLUMES, CLASSES = "/api/v1/nodes", "/api/v1/persistentvolumes", "/apis/storage.k8s.io/v1/storageclasses"
ROOM = {"cpu": "4", "memory": "16Gi", "pods": "110"}
PATIENCE, QUIET = 60.0, 2.5
"""Seconds: until the cluster has done what it was asked; without a change until a refused pod counts as pending.

The scheduler tries a refused pod again every second.
"""
REFUSED = "<no node>"
MOST = 7
NUMBERS = itertools.count(1)

NATS = """\
apiVersion: operator.kyma-project.io/v1alpha1
kind: NATS
metadata:
  name: nats
  namespace: {namespace}
spec:
  cluster:
    size: {size}
  jetStream:
    fileStorage:
      storageClassName: {namespace}
      size: 1Gi
"""


class Scene:
    """A namespace, its nodes and volumes, and one rendered NATS in it."""

    def __init__(self, api: Api, layout: Layout, size: int) -> None:
        self.api, self.layout, self.size = api, layout, size
        self.name = f"scene-{next(NUMBERS)}"
        self.workload: Object = {}
        namespace = f"/namespaces/{self.name}"
        self.pods = f"/api/v1{namespace}/pods"
        self.claims = f"/api/v1{namespace}/persistentvolumeclaims"
        self.statefulset = f"/apis/apps/v1{namespace}/statefulsets/nats"
        self.budget = f"/apis/policy/v1{namespace}/poddisruptionbudgets/nats"

    def add_zone(self, zone: str, count: int) -> None:
        """Nodes of a zone, ready; and volumes there for as many servers as any test has."""
        for number in range(count):
            self.api.create(self._node(zone, f"{zone}{number}"))
        for number in range(MOST):
            self.api.create(self._volume(zone, number))
        self.until("nodes ready", lambda: all(_ready(node) for node in self.api.items(NODES)))
        self.until("volumes there", lambda: all(v["status"].get("phase") != "Pending" for v in self.volumes()))

    def remove_zone(self, zone: str) -> None:
        """Its nodes are gone, and their pods, as the pod garbage collector removes them."""
        names = [name for at, name in self.layout.nodes() if at == zone]
        for name in names:
            self.api.delete(f"{NODES}/{name}")
        for pod in self.api.items(self.pods):
            if pod["spec"].get("nodeName") in names:
                self.api.delete(f"{self.pods}/{pod['metadata']['name']}")

    def source(self, *, nodes: bool = False) -> str:
        """What krmfn is given: the CR, and where wanted the nodes as the server has them."""
        found = [{"apiVersion": "v1", "kind": "Node", **node} for node in self.api.items(NODES)] if nodes else []
        cr = NATS.format(namespace=self.name, size=self.size)
        return "---\n".join([cr, *(f"{json.dumps(node)}\n" for node in found)])

    def install(self, *settings: str, nodes: bool = False) -> Placement:
        """Render with these settings (`key=value`), apply all (again for an update), and see where the pods end."""
        stated = [part for setting in settings for part in ("--set", setting)]
        wanted = render("-f", "-", "--set", "istio=false", *stated, stdin=self.source(nodes=nodes))
        prepare(self.api, wanted)
        (self.workload,) = [one.object for one in wanted if one.kind == "StatefulSet"]
        for one in wanted:
            assert self.api.apply(one.text, one.object, one.namespace).warnings == one.warnings
        return self.settle()

    def servers(self) -> list[Object]:
        """The pods of the StatefulSet, without those of the exporters."""
        return [pod for pod in self.api.items(self.pods) if _owner(pod) == "StatefulSet"]

    def settle(self) -> Placement:
        """Wait until every server has a node, or the scheduler has refused the others for a while."""
        end, last, since = time.monotonic() + PATIENCE, None, time.monotonic()
        while time.monotonic() < end:
            states = {pod["metadata"]["name"]: _state(pod) for pod in self.servers()}
            if states != last:
                last, since = states, time.monotonic()
            known = len(states) == self.size and all(states.values())
            if known and (REFUSED not in states.values() or time.monotonic() - since > QUIET):
                return self._placement(list(states.values()))
            time.sleep(0.1)
        raise TimeoutError(f"{self.name}: {last}")

    def updated(self) -> bool:
        """Whether every server runs the newest template and is ready."""
        live = self.api.get(self.statefulset)
        status, counts = live["status"], ("updatedReplicas", "readyReplicas", "replicas")
        return (
            status.get("observedGeneration") == live["metadata"]["generation"]
            and all(status.get(count) == self.size for count in counts)
            and status["currentRevision"] == status["updateRevision"]
        )

    def cordon(self) -> None:
        """No node takes a new pod any more."""
        for node in self.api.items(NODES):
            self.api.merge(f"{NODES}/{node['metadata']['name']}", {"spec": {"unschedulable": True}})
        self.until("nodes cordoned", lambda: all(node["spec"].get("taints") for node in self.api.items(NODES)))

    def evict(self, pod: str) -> None:
        """Ask as `kubectl drain` asks. Raises Refused with status 429 when the disruption budget says no."""
        eviction = {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": pod, "namespace": self.name}}
        self.api.request("POST", f"{self.pods}/{pod}/eviction", eviction)

    def restart(self, pod: str) -> None:
        """Delete a pod and wait for another of its name."""
        path = f"{self.pods}/{pod}"
        old = self.api.get(path)["metadata"]["uid"]
        self.api.delete(path)
        names = f"{self.pods}?fieldSelector=metadata.name={pod}"
        self.until("a new pod", lambda: any(p["metadata"]["uid"] != old for p in self.api.items(names)))

    def running(self) -> list[str]:
        """The names of the pods that have a node."""
        return sorted(p["metadata"]["name"] for p in self.servers() if _state(p) not in ("", REFUSED))

    def volumes(self) -> list[Object]:
        """The volumes of this scene."""
        return [v for v in self.api.items(VOLUMES) if v["spec"]["storageClassName"] == self.name]

    def until(self, what: str, done: Callable[[], Any]) -> None:
        """Wait for something. Raises TimeoutError."""
        end = time.monotonic() + PATIENCE
        while not done():
            if time.monotonic() > end:
                raise TimeoutError(f"{self.name}: {what}")
            time.sleep(0.05)

    def clear(self) -> None:
        """Leave nothing that the scheduler could see in the next scene."""
        self.api.delete(self.statefulset, {"propagationPolicy": "Background"})
        self.until("pods gone", self._no_pods)
        self.api.delete(self.claims)
        self.api.delete(NODES)
        self.api.delete(f"/api/v1/namespaces/{self.name}")
        for volume in self.volumes():
            self.api.delete(f"{VOLUMES}/{volume['metadata']['name']}")
        self.api.delete(f"{CLASSES}/{self.name}")
        self.until("nodes gone", lambda: not self.api.items(NODES))

    def _no_pods(self) -> bool:
        self.api.delete(f"/apis/apps/v1/namespaces/{self.name}/deployments")  # which would make exporters again
        self.api.delete(self.pods)
        return not self.api.items(self.pods)

    def _placement(self, states: list[str]) -> Placement:
        nodes = {name: states.count(name) for _, name in self.layout.nodes()}
        zones = dict.fromkeys(self.layout.zones, 0)
        for zone, name in self.layout.nodes():
            zones[zone] += nodes[name]
        return Placement(zones, nodes, states.count(REFUSED))

    def _node(self, zone: str, name: str) -> Object:
        labels = {HOST: name, "type": "kwok", **({ZONE: zone} if self.layout.labelled else {})}
        return {
            "apiVersion": "v1",
            "kind": "Node",
            "metadata": {"name": name, "labels": labels},
            "spec": {"unschedulable": True} if zone in self.layout.cordoned else {},
            "status": {"allocatable": ROOM, "capacity": ROOM},
        }

    def _volume(self, zone: str, number: int) -> Object:
        spec: Object = {
            "capacity": {"storage": "1Gi"},
            "accessModes": ["ReadWriteOnce"],
            "storageClassName": self.name,
            "persistentVolumeReclaimPolicy": "Retain",
            "hostPath": {"path": "/nowhere"},
        }
        if self.layout.labelled:
            term = {"matchExpressions": [{"key": ZONE, "operator": "In", "values": [zone]}]}
            spec["nodeAffinity"] = {"required": {"nodeSelectorTerms": [term]}}
        name = f"{self.name}-{zone}-{number}"
        return {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": name}, "spec": spec}


@contextmanager
def scene(api: Api, layout: Layout, size: int) -> Iterator[Scene]:
    """Nodes and volumes of a layout while the block runs; the pods choose the zone, the volumes then keep it."""
    made = Scene(api, layout, size)
    api.create(
        {
            "apiVersion": "storage.k8s.io/v1",
            "kind": "StorageClass",
            "metadata": {"name": made.name},
            "provisioner": "kubernetes.io/no-provisioner",
            "volumeBindingMode": "WaitForFirstConsumer",
        }
    )
    try:
        for zone, count in layout.zones.items():
            made.add_zone(zone, count)
        yield made
    finally:
        made.clear()


def _owner(pod: Object) -> str:
    """The kind of the controller that made the pod."""
    return next((str(one["kind"]) for one in pod["metadata"].get("ownerReferences", [])), "")


def _state(pod: Object) -> str:
    """The pod's node, `<no node>` when the scheduler found none, empty when it is still to look or the pod is going."""
    if pod["metadata"].get("deletionTimestamp"):
        return ""
    if node := pod["spec"].get("nodeName"):
        return str(node)
    conditions = {one["type"]: one.get("reason") for one in pod["status"].get("conditions", [])}
    return REFUSED if conditions.get("PodScheduled") == "Unschedulable" else ""


def _ready(node: Object) -> bool:
    """Ready, without the taint that a new node has for a moment; a cordoned one has its taint."""
    conditions = {one["type"]: one["status"] for one in node["status"].get("conditions", [])}
    taints = {taint["key"] for taint in node["spec"].get("taints", [])}
    wanted = {"node.kubernetes.io/unschedulable"} if node["spec"].get("unschedulable") else set()
    return conditions.get("Ready") == "True" and taints == wanted
