"""The exporters: a Deployment for each server, so that no exporter decides whether a server is Ready (ADR 8)."""

from __future__ import annotations

from krmfn.children import exporter_container, pod
from krmfn.core.objects import Shared

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.core.facts import Facts
    from krmfn.core.objects import Object

SERVER = "krmfn.dev/server"
"""The label that says whose metrics a pod exports: the name of the server's pod."""
_POD_NAME = "statefulset.kubernetes.io/pod-name"
"""The label that the StatefulSet controller gives each pod."""


def build(facts: Facts) -> list[Object]:
    """None in `nats-manager`, where the exporter is a container beside the server."""
    if not facts.hardened:
        return []
    return [_deployment(facts, f"{facts.names.workload}-{ordinal}", ordinal) for ordinal in range(facts.replicas)]


def _deployment(facts: Facts, server: str, ordinal: int) -> Object:
    selector = Shared({**facts.exporter_selector, SERVER: server})
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": facts.metadata(f"{facts.names.metrics}-{ordinal}"),
        "spec": {
            "replicas": 1,
            "selector": {"matchLabels": selector},
            "template": {
                "metadata": {
                    "labels": dict(sorted({**facts.exporter_labels, **selector}.items())),
                    "annotations": dict(sorted(facts.pod_annotations.items())),
                },
                "spec": {
                    **pod.identity(facts),
                    "enableServiceLinks": False,
                    "securityContext": pod.security_context(hardened=True),
                    "affinity": _affinity(facts, server),
                    "containers": [exporter_container.alone(facts, server)],
                },
            },
        },
    }


def _affinity(facts: Facts, server: str) -> Object:
    """On the server's node where that has room, so that the loss of another node does not hide this server.

    At the first start the server waits for its volume and has no node yet: then apart from the other exporters.
    """
    return {
        "podAffinity": _preferred(100, {_POD_NAME: server}),
        "podAntiAffinity": _preferred(50, facts.exporter_selector),
    }


def _preferred(weight: int, labels: Object) -> Object:
    term = {"labelSelector": {"matchLabels": labels}, "topologyKey": "kubernetes.io/hostname"}
    return {"preferredDuringSchedulingIgnoredDuringExecution": [{"podAffinityTerm": term, "weight": weight}]}
