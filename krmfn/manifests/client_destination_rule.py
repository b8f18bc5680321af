"""The same for the Service for clients: a DestinationRule holds for one host."""

from __future__ import annotations

from krmfn.manifests.destination_rule import rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.cluster.facts import Facts
    from krmfn.model.objects import Object


def build(facts: Facts) -> Object | None:
    """Wanted where there is such a Service."""
    return rule(facts, facts.names.client) if facts.istio and facts.hardened else None
