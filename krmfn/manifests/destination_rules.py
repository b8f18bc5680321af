"""What Istio's sidecars of clients must know: NATS pods have none, so mutual TLS is off."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.cluster.facts import Facts
    from krmfn.model.objects import Object


def build(facts: Facts) -> list[Object]:
    """One for each Service that clients connect to, since a rule holds for one host.

    Only for a cluster with Istio; elsewhere the kind is unknown and the apply would fail.
    """
    services = [facts.names.workload, *([facts.names.client] if facts.hardened else [])]
    return [_rule(facts, service) for service in services]


def _rule(facts: Facts, service: str) -> Object:
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
