"""The Services: of the servers among themselves, for clients in the cluster and outside of it, of the exporters."""

from __future__ import annotations

from krmfn.model.objects import shared
from krmfn.natsconf.server import CLIENT, CLUSTER, GATEWAYS, LEAFNODES, METRICS, MONITOR

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.cluster.facts import Facts
    from krmfn.model.objects import Object

EXTERNAL = "-external"
"""How the name of the Service ends."""


def headless(facts: Facts) -> Object:
    """It gives each server its DNS name, and the StatefulSet names it (`serviceName`, immutable).

    Servers must find each other before they are ready, so addresses of pods that are not ready are published.
    """
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


def clients(facts: Facts) -> Object:
    """Ready servers only; the operator sends clients to the headless Service, which also names pods that are not."""
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


def exporters(facts: Facts) -> Object:
    """Prometheus may find them by its annotations. Headless: every exporter is scraped, none stands for the others."""
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": facts.metadata(facts.names.metrics, facts.metrics_annotations),
        "spec": {
            "clusterIP": "None",
            "selector": facts.exporter_selector,
            "ports": [{"name": "metrics", "port": METRICS, "protocol": "TCP", "appProtocol": "http"}],
        },
    }


def external(facts: Facts) -> Object:
    """For clients outside of the cluster: ready servers only.

    The target is a number: pods of another version may call the port otherwise.
    """
    stated = facts.service or {}
    optional = ("loadBalancerClass", "externalTrafficPolicy")
    port = {
        "name": "client",
        "port": stated.get("port", CLIENT),
        "targetPort": CLIENT,
        "protocol": "TCP",
        "appProtocol": "tcp",
    }
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": facts.metadata(
            f"{facts.names.workload}{EXTERNAL}", {**facts.annotations, **stated.get("annotations", {})}
        ),
        "spec": {
            "type": stated["type"],
            "selector": facts.selector,
            "ports": [{**port, **({"nodePort": stated["nodePort"]} if "nodePort" in stated else {})}],
            **{name: stated[name] for name in optional if name in stated},
            **({"loadBalancerSourceRanges": stated["sourceRanges"]} if stated.get("sourceRanges") else {}),
        },
    }
