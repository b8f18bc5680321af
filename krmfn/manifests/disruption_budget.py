"""How many servers a drain may take at once."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.cluster.facts import Facts
    from krmfn.model.objects import Object


def build(facts: Facts) -> Object:
    """One voter may go at a time: a JetStream group of three keeps its majority of two.

    `unhealthyPodEvictionPolicy` (Kubernetes 1.27, stable in 1.31) lets a drain pass a server that is down already.
    The operator's budget carries no annotations of the CR.
    """
    return {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": facts.metadata(facts.names.workload, None if facts.hardened else {}),
        "spec": {
            "maxUnavailable": 1,
            "selector": {"matchLabels": facts.selector},
            **({"unhealthyPodEvictionPolicy": "AlwaysAllow"} if facts.hardened else {}),
        },
    }
