"""Who may open a connection to the servers, for a cluster whose network plugin keeps NetworkPolicies."""

from __future__ import annotations

from krmfn.natsconf.server import CLIENT, CLUSTER, METRICS, MONITOR

NAMESPACE_NAME = "kubernetes.io/metadata.name"

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.cluster.facts import Facts
    from krmfn.model.objects import Object


def build(facts: Facts) -> Object | None:
    """Clients from everywhere; routes from servers of this cluster only, monitoring from them and their exporters.

    A server that joins has the labels of the selector before it opens its first route. The kubelet's probes come from
    the node, which no policy keeps out, and an exporter in the same pod too. What servers send is not limited.
    A mesh sends everything to a port of its own, so that is open where the pods are not kept out of it.
    """
    if not facts.network_policy:
        return None
    servers = {"podSelector": {"matchLabels": facts.selector}}
    exporters = {"podSelector": {"matchLabels": facts.exporter_selector}}
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": facts.metadata(facts.names.workload),
        "spec": {
            "podSelector": {"matchLabels": facts.selector},
            "ingress": [
                {
                    **_clients(facts),
                    "ports": _ports(*((CLIENT,) if facts.hardened else (CLIENT, METRICS)), *facts.mesh_ports),
                },
                {
                    "from": [servers],
                    "ports": _ports(CLUSTER, MONITOR) if facts.clustered else _ports(MONITOR),
                },
                *([{"from": [exporters], "ports": _ports(MONITOR)}] if facts.hardened else []),
            ],
            "policyTypes": ["Ingress"],
        },
    }


def _clients(facts: Facts) -> Object:
    """Nothing for everybody. Namespaces go by the label that the API server gives each."""
    stated = (facts.network_policy_from or {}).get("clients", {})
    namespaces = [
        {"namespaceSelector": {"matchLabels": {NAMESPACE_NAME: name}}} for name in stated.get("namespaces", ())
    ]
    peers = [*namespaces, *({"ipBlock": {"cidr": network}} for network in stated.get("networks", ()))]
    return {"from": peers} if peers else {}


def _ports(*numbers: int) -> list[Object]:
    return [{"port": number, "protocol": "TCP"} for number in numbers]
