"""The exporters: a Deployment for each server, so that no exporter decides whether a server is Ready (ADR 9)."""

from __future__ import annotations

from krmfn.manifests.pod import sidecars, template
from krmfn.model.labels import HOST
from krmfn.model.objects import Shared, formed

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
    """What the exporters of one cluster have in common: values that are made and printed once, and `decisions`."""

    __slots__ = ("account", "annotations", "apart", "decisions")

    def __init__(self, facts: Facts) -> None:
        self.account = template.account_of(facts)
        self.annotations = Shared(dict(sorted(facts.pod_annotations.items())))
        self.apart = Shared(_preferred(APART_WEIGHT, facts.exporter_selector))
        self.decisions = (
            template.identity_of(facts),
            facts.images.exporter,
            facts.exporter_jsz,
            (*facts.exporter_limits, facts.disk),
            facts.exporter_go_memory_limit,
        )


def _deployment(facts: Facts, common: _Common, ordinal: int) -> Object:
    server = f"{facts.names.workload}-{ordinal}"
    selector = {**facts.exporter_selector, SERVER: server}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": facts.metadata(f"{facts.names.metrics}-{ordinal}"),
        "spec": _spec(
            *common.decisions,
            server=server,
            selector=selector,
            labels=dict(sorted({**facts.exporter_labels, **selector}.items())),
            annotations=common.annotations,
            account=common.account,
            apart=common.apart,
            url=sidecars.url_of(server, facts.names.workload),
        ),
    }


@formed
def _spec(
    identity: tuple[str, tuple[str, ...]],
    image: str,
    jsz: str,
    limits: tuple[str, str, str | None],
    go_memory_limit: str | None,
    *,
    server: str,
    selector: Object,
    labels: Object,
    annotations: Object,
    account: str | None,
    apart: Object,
    url: str,
) -> Object:
    return {
        "replicas": 1,
        "selector": {"matchLabels": selector},
        "template": {
            "metadata": {"labels": labels, "annotations": annotations},
            "spec": {
                **template.identity(account, *identity),
                "enableServiceLinks": False,
                "securityContext": template.security_context(hardened=True),
                "affinity": {"podAffinity": _preferred(NEAR_WEIGHT, {_POD_NAME: server}), "podAntiAffinity": apart},
                "containers": [sidecars.exporter_alone(url, image, jsz, limits, go_memory_limit)],
            },
        },
    }


def _preferred(weight: int, labels: Object) -> Object:
    """For `podAffinity`: the server's node where that has room, so that the loss of another does not hide this server.

    For `podAntiAffinity`: apart from other exporters, since at the first start no server has a node yet.
    """
    term = {"labelSelector": {"matchLabels": labels}, "topologyKey": HOST}
    return {"preferredDuringSchedulingIgnoredDuringExecution": [{"podAffinityTerm": term, "weight": weight}]}
