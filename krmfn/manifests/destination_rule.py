"""What Istio's sidecars of clients must know: NATS pods have none, so mutual TLS is off."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.cluster.facts import Facts
    from krmfn.model.objects import Object


def build(facts: Facts) -> Object | None:
    """Wanted in a cluster with Istio only; elsewhere its kind is unknown and the apply would fail."""
    return rule(facts, facts.names.workload) if facts.istio else None


def rule(facts: Facts, service: str) -> Object:
    """No TLS to a Service, whose name the rule has too."""
    return {
        "apiVersion": f"networking.istio.io/{facts.istio_version}",
        "kind": "DestinationRule",
        "metadata": facts.metadata(service),
        "spec": {
            "host": facts.host(service),
            "trafficPolicy": {"tls": {"mode": "DISABLE"}},
        },
    }
