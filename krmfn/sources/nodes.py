"""Facts from Node and StorageClass items, as `kubectl get nodes,storageclasses -o yaml` prints them."""

from __future__ import annotations

from krmfn.cluster.environment import Node, StorageClass
from krmfn.model.finding import error
from krmfn.model.labels import ZONE, is_label_value
from krmfn.model.lookup import map_at
from krmfn.model.text import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krmfn.cluster.cr import ClusterFacts
    from krmfn.cluster.environment import Taint
    from krmfn.model.finding import Finding
    from krmfn.sources.source import Source


LABELS = ("metadata", "labels")
ZONE_LABELS = (ZONE, "failure-domain.beta.kubernetes.io/zone")
"""The second was deprecated in Kubernetes 1.17; the first counts where a node has both."""
DEFAULT_CLASS = ("storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class")
CORDONED = "node.kubernetes.io/unschedulable"
_READ = (
    ("metadata", "name"),
    *((*LABELS, label) for label in ZONE_LABELS),
    ("spec", "unschedulable"),
    ("spec", "taints"),
)


def add(known: ClusterFacts, source: Source) -> Iterator[Finding]:
    """Add the facts of an item to `known`. An item that cannot be read, or of another kind, has none."""
    value = source.value()
    kind = (value.get("apiVersion"), value.get("kind"))
    name = map_at(value, "metadata").get("name")
    if kind == ("storage.k8s.io/v1", "StorageClass") and isinstance(name, str):
        known.storage_classes[name] = _storage_class(value)
    if kind != ("v1", "Node"):
        return
    unclear = [problem for problem in source.read().problems if problem.path[:3] in _READ or problem.path[:2] in _READ]
    yield from (source.place(problem) for problem in unclear)
    if not unclear:
        yield from (source.place(finding) for finding in _add_node(known, name, value))


def _add_node(known: ClusterFacts, name: object, value: dict[str, Any]) -> Iterator[Finding]:
    if not isinstance(name, str) or not name:
        text = "a Node has no name, so its zone cannot be counted; set metadata.name, or remove the Node"
        yield error("node-without-name", text, ("metadata", "name"))
        return
    labels = map_at(map_at(value, "metadata"), "labels")
    label = next((label for label in ZONE_LABELS if label in labels), None)
    zone = labels[label] if label else None
    if label and not (isinstance(zone, str) and zone and is_label_value(zone)):
        text = f"the zone label of Node {shown(name)} is empty or not a label value; fix the label, or remove the Node"
        yield error("node-zone", text, (*LABELS, label))
        return
    taints = _taints(value)
    others = [taint for taint in taints if taint[0] != CORDONED]
    cordoned = map_at(value, "spec").get("unschedulable") is True or len(others) < len(taints)
    known.nodes[name] = Node(zone, is_cordoned=cordoned, taints=others, labels=labels)


def _taints(node: dict[str, Any]) -> list[Taint]:
    """The taints that keep a pod without tolerations away; `PreferNoSchedule` does not."""
    rows = map_at(node, "spec").get("taints")
    taints = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    return [
        (str(taint.get("key")), str(taint.get("value") or ""), taint["effect"])
        for taint in taints
        if taint.get("effect") in ("NoSchedule", "NoExecute")
    ]


def _storage_class(value: dict[str, Any]) -> StorageClass:
    annotations = map_at(map_at(value, "metadata"), "annotations")
    return StorageClass(
        is_immediate=value.get("volumeBindingMode") in (None, "Immediate"),
        is_default=any(annotations.get(key) == "true" for key in DEFAULT_CLASS),
    )
