"""The Service that gives each server its DNS name, and that the StatefulSet names (`serviceName`, immutable)."""

from __future__ import annotations

from krmfn.model.objects import shared
from krmfn.natsconf.server import CLIENT, CLUSTER, GATEWAYS, LEAFNODES, METRICS, MONITOR

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.cluster.facts import Facts
    from krmfn.model.objects import Object


def build(facts: Facts) -> Object:
    """Servers must find each other before they are ready, so addresses of pods that are not ready are published."""
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": facts.metadata(facts.names.workload, None if facts.hardened else facts.metrics_annotations),
        "spec": {
            "clusterIP": "None",
            "publishNotReadyAddresses": True,
            "selector": facts.selector,
            "ports": ports(facts),
        },
    }


def ports(facts: Facts) -> list[Object]:
    """The operator's six, or in `hardened` those that something listens on."""
    rows = [
        ("client", CLIENT, "tcp", True),
        ("cluster", CLUSTER, "tcp", facts.clustered),
        ("monitor", MONITOR, "http", True),
        ("metrics", METRICS, "http", False),
        ("leafnodes", LEAFNODES, "tcp", False),
        ("gateways", GATEWAYS, "tcp", False),
    ]
    return [_port(name, port, protocol) for name, port, protocol, listens in rows if listens or not facts.hardened]


@shared
def _port(name: str, port: int, protocol: str) -> Object:
    return {"name": name, "port": port, "protocol": "TCP", "appProtocol": protocol}
