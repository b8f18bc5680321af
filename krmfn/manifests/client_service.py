"""The Service for clients: ready servers only."""

from __future__ import annotations

from krmfn.natsconf.server import CLIENT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.cluster.facts import Facts
    from krmfn.model.objects import Object


def build(facts: Facts) -> Object | None:
    """The operator sends clients to the headless Service, which also names pods that are not ready."""
    if not facts.hardened:
        return None
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": facts.metadata(facts.names.client),
        "spec": {
            "type": "ClusterIP",
            "selector": facts.selector,
            "ports": [
                {"name": "client", "port": CLIENT, "targetPort": "client", "protocol": "TCP", "appProtocol": "tcp"}
            ],
        },
    }
