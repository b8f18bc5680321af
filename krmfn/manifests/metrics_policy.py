"""Who may open a connection to the exporters: whoever scrapes, on their one port; and what they may connect to."""

from __future__ import annotations

from krmfn.manifests.network_policy import egress
from krmfn.natsconf.server import METRICS, MONITOR

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.cluster.facts import Facts
    from krmfn.model.objects import Object


def build(facts: Facts) -> Object | None:
    """For namespaces whose default is to let nobody in; in `nats-manager` the servers' own policy lets scrapes in."""
    if not (facts.network_policy and facts.hardened):
        return None
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": facts.metadata(facts.names.metrics),
        "spec": {
            "podSelector": {"matchLabels": facts.exporter_selector},
            "ingress": [{"ports": [{"port": METRICS, "protocol": "TCP"}]}],
            **egress(facts, MONITOR),
            "policyTypes": ["Ingress", *(["Egress"] if facts.egress_limited else [])],
        },
    }
