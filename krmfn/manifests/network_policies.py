"""Who may connect to servers and exporters, and to whom they may, where the network plugin enforces NetworkPolicies."""

from __future__ import annotations

from krmfn.natsconf.server import CLIENT, CLUSTER, METRICS, MONITOR

NAMESPACE_NAME = "kubernetes.io/metadata.name"
DNS = 53
DNS_PORTS = (DNS, 5353, 8053)
"""The port of DNS, and those of its pods in OpenShift (bitnami/charts#21657, grafana/loki#20009) and in Gardener (its
policy `gardener.cloud--allow-to-dns`): plugins compare the port of the pod, not that of the Service."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.cluster.facts import Facts
    from krmfn.model.objects import Object


def servers(facts: Facts) -> Object:
    """Clients from everywhere; routes from servers of this cluster only, monitoring from them and their exporters.

    A server that joins has the labels of the selector before it opens its first route. The kubelet's probes come from
    the node, which no policy keeps out, and an exporter in the same pod too. What servers send is limited only where
    that is asked for. A mesh sends everything to a port of its own, so that is open where the pods are not kept out.
    """
    peers = {"podSelector": {"matchLabels": facts.selector}}
    scraping = {"podSelector": {"matchLabels": facts.exporter_selector}}
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": facts.metadata(facts.names.workload),
        "spec": {
            "podSelector": {"matchLabels": facts.selector},
            "ingress": [
                {
                    **_peers("from", (facts.network_policy_from or {}).get("clients", {})),
                    "ports": _ports(*((CLIENT,) if facts.hardened else (CLIENT, METRICS)), *facts.mesh_ports),
                },
                {
                    "from": [peers],
                    "ports": _ports(CLUSTER, MONITOR) if facts.clustered else _ports(MONITOR),
                },
                *([{"from": [scraping], "ports": _ports(MONITOR)}] if facts.hardened else []),
            ],
            **_egress(facts, *((CLUSTER, *facts.mesh_ports) if facts.clustered else ()), others=True),
            "policyTypes": ["Ingress", *(["Egress"] if facts.egress_limited else [])],
        },
    }


def exporters(facts: Facts) -> Object:
    """Scrapes on one port, for namespaces that deny all connections by default.

    In `nats-manager` the servers' own policy lets scrapes in.
    """
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": facts.metadata(facts.names.metrics),
        "spec": {
            "podSelector": {"matchLabels": facts.exporter_selector},
            "ingress": [{"ports": _ports(METRICS)}],
            **_egress(facts, MONITOR),
            "policyTypes": ["Ingress", *(["Egress"] if facts.egress_limited else [])],
        },
    }


def _egress(facts: Facts, *ports: int, others: bool = False) -> Object:
    """DNS, these ports of the servers, and with `others` what `networkPolicyTo` lists; empty where nothing is limited.

    Answers to a connection that was let in need no rule.
    """
    if not facts.egress_limited:
        return {}
    stated = facts.network_policy_to or {}
    servers = {"podSelector": {"matchLabels": facts.selector}}
    return {
        "egress": [
            *_dns(stated.get("dnsPorts", DNS_PORTS)),
            *([{"to": [servers], "ports": _ports(*ports)}] if ports else []),
            *(map(_other, stated.get("others", ())) if others else ()),
        ]
    }


def _dns(ports: tuple[int, ...]) -> list[Object]:
    """Port 53 everywhere, since the DNS cache of a node is not a pod; other ports in pods only."""
    of_pods = [port for port in ports if port != DNS]
    return [
        *([{"ports": [*_ports(DNS, protocol="UDP"), *_ports(DNS)]}] if DNS in ports else []),
        *(
            [{"to": [{"namespaceSelector": {}}], "ports": [*_ports(*of_pods, protocol="UDP"), *_ports(*of_pods)]}]
            if of_pods
            else []
        ),
    ]


def _other(stated: Object) -> Object:
    ports = _ports(*stated.get("ports", ()), protocol=stated.get("protocol", "TCP"))
    return {**_peers("to", stated), **({"ports": ports} if ports else {})}


def _peers(direction: str, stated: Object) -> Object:
    """Nothing for everybody. Namespaces go by the label that the API server gives each."""
    namespaces = [
        {"namespaceSelector": {"matchLabels": {NAMESPACE_NAME: name}}} for name in stated.get("namespaces", ())
    ]
    peers = [*namespaces, *({"ipBlock": {"cidr": network}} for network in stated.get("networks", ()))]
    return {direction: peers} if peers else {}


def _ports(*numbers: int, protocol: str = "TCP") -> list[Object]:
    return [{"port": number, "protocol": protocol} for number in numbers]
