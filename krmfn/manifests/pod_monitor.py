"""PodMonitor: Prometheus Operator scrapes the exporter of every server."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.cluster.facts import Facts
    from krmfn.model.objects import Object

API_VERSION = "monitoring.coreos.com/v1"
CONTAINER_META = "__meta_kubernetes_pod_container_name"
SERVER_META = "__meta_kubernetes_pod_label_krmfn_dev_server"
"""Prometheus' name of the label `exporter_deployments.SERVER`."""


def build(facts: Facts) -> Object:
    """Finds the pods themselves, ready or not, by the name of the port in the pod; labels are those of all children.

    An exporter in a pod of its own speaks for its server: the label `pod` of its metrics is the server's. In
    `nats-manager` two containers declare the port, and only that of the exporter is scraped.
    """
    relabel = (
        {"action": "replace", "sourceLabels": [SERVER_META], "targetLabel": "pod"}
        if facts.hardened
        else {"action": "keep", "sourceLabels": [CONTAINER_META], "regex": "metrics"}
    )
    return {
        "apiVersion": API_VERSION,
        "kind": "PodMonitor",
        "metadata": _metadata(facts),
        "spec": {
            "podMetricsEndpoints": [{"port": "metrics", "relabelings": [relabel]}],
            "selector": {"matchLabels": facts.exporter_selector if facts.hardened else facts.selector},
        },
    }


def _metadata(facts: Facts) -> Object:
    made = facts.metadata(facts.names.workload)
    if facts.pod_monitor_labels:
        made["labels"] = dict(sorted({**facts.pod_monitor_labels, **made["labels"]}.items()))
    return made
