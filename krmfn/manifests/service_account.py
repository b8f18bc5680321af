"""The identity of the pods: one without rights and without a token."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.cluster.facts import Facts
    from krmfn.model.objects import Object


def build(facts: Facts) -> Object:
    """NATS never talks to the API server. The operator leaves its pods the namespace's default account and token."""
    stated = (facts.pod or {}).get("serviceAccount", {})
    return {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": facts.metadata(facts.names.workload, {**facts.annotations, **stated.get("annotations", {})}),
        "automountServiceAccountToken": False,
    }
