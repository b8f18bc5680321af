"""The exporters: a Deployment for each server, so that no exporter decides whether a server is Ready (ADR 9)."""

from __future__ import annotations

from krmfn.manifests.pod import sidecars, template
from krmfn.model.labels import HOST
from krmfn.model.objects import Shared

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.cluster.facts import Facts
    from krmfn.model.objects import Object

NEAR_WEIGHT, APART_WEIGHT = 2, 1
"""Far below the servers' own weights (70 and 35): the scheduler counts the wish of a pod that runs for a pod that comes
too, and an exporter that was placed before its server must not draw it away from a zone or node of its own."""

SERVER = "krmfn.dev/server"
"""The label that says whose metrics a pod exports: the name of the server's pod."""
_POD_NAME = "statefulset.kubernetes.io/pod-name"
"""The label that the StatefulSet controller gives each pod."""


def build(facts: Facts) -> list[Object]:
    """For `hardened`; in `nats-manager` the exporter is a container beside the server."""
    common = _Common(facts)
    return [_deployment(facts, common, ordinal) for ordinal in range(facts.replicas)]


class _Common:
    """What the exporters of one cluster have in common, made once and printed once."""

    __slots__ = ("annotations", "apart", "ref", "security")

    def __init__(self, facts: Facts) -> None:
        self.annotations = Shared(dict(sorted(facts.pod_annotations.items())))
        self.apart = Shared(_preferred(APART_WEIGHT, facts.exporter_selector))
        self.ref = template.identity(facts)
        self.security = template.security_context(hardened=True)


def _deployment(facts: Facts, common: _Common, ordinal: int) -> Object:
    server = f"{facts.names.workload}-{ordinal}"
    selector = {**facts.exporter_selector, SERVER: server}
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
                    "annotations": common.annotations,
                },
                "spec": {
                    **common.ref,
                    "enableServiceLinks": False,
                    "securityContext": common.security,
                    "affinity": {
                        "podAffinity": _preferred(NEAR_WEIGHT, {_POD_NAME: server}),
                        "podAntiAffinity": common.apart,
                    },
                    "containers": [sidecars.exporter_alone(facts, server)],
                },
            },
        },
    }


def _preferred(weight: int, labels: Object) -> Object:
    """For `podAffinity`: the server's node where that has room, so that the loss of another does not hide this server.

    For `podAntiAffinity`: apart from other exporters, since at the first start no server has a node yet.
    """
    term = {"labelSelector": {"matchLabels": labels}, "topologyKey": HOST}
    return {"preferredDuringSchedulingIgnoredDuringExecution": [{"podAffinityTerm": term, "weight": weight}]}
