"""The identity of the pods: one without rights and without a token."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.cluster.facts import Facts
    from krmfn.model.objects import Object


def build(facts: Facts) -> Object | None:
    """NATS never talks to the API server. The operator leaves its pods the namespace's default account and token.

    Nothing is rendered where `pod` names an account of the user's.
    """
    stated = (facts.pod or {}).get("serviceAccount", {})
    if not facts.hardened or "name" in stated:
        return None
    return {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": facts.metadata(facts.names.workload, {**facts.annotations, **stated.get("annotations", {})}),
        "automountServiceAccountToken": False,
    }
