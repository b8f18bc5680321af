"""Where the scheduler puts the servers: the operator's two preferences, and in known zones one hard cap."""

from __future__ import annotations

from krmfn.cluster.facts import OPERATOR_CLUSTER
from krmfn.model.labels import HOST, ZONE
from krmfn.model.objects import Shared, formed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.cluster.facts import Facts
    from krmfn.model.objects import Object

ZONE_WEIGHT, HOST_WEIGHT = 70, 35
"""The operator's weights (nats-manager, resources/nats/values.yaml)."""
_OF_OPERATOR = Shared({"nats_cluster": OPERATOR_CLUSTER})


def affinity(facts: Facts) -> Object:
    """Preferred, never required: a required host rule makes drains hang.

    `hardened` selects with the StatefulSet's own selector; the operator's label is the same for every CR, so that two
    clusters of one namespace repel each other.
    """
    keys = ((ZONE, ZONE_WEIGHT), (HOST, HOST_WEIGHT)) if facts.spread.prefer_zones else ((HOST, HOST_WEIGHT),)
    return {"podAntiAffinity": _apart(keys, selector=facts.selector if facts.hardened else _OF_OPERATOR)}


@formed
def _apart(keys: tuple[tuple[str, int], ...], *, selector: Object) -> Object:
    return {
        "preferredDuringSchedulingIgnoredDuringExecution": [
            {
                "podAffinityTerm": {"labelSelector": {"matchLabels": selector}, "topologyKey": key},
                "weight": weight,
            }
            for key, weight in keys
        ]
    }


def node_affinity(stated: Object) -> Object:
    """Nodes that the user's `pod.nodeAffinity` names; empty where it names none."""
    required, preferred = stated.get("required", ()), stated.get("preferred", ())
    made: Object = {}
    if required:
        made["requiredDuringSchedulingIgnoredDuringExecution"] = {"nodeSelectorTerms": list(required)}
    if preferred:
        made["preferredDuringSchedulingIgnoredDuringExecution"] = [
            {"weight": one["weight"], "preference": {"matchExpressions": one["matchExpressions"]}} for one in preferred
        ]
    return {"nodeAffinity": made} if made else {}


def topology_spread_constraints(facts: Facts) -> Object:
    """The one hard constraint, where there is one. `nodeTaintsPolicy` Honor: a cordoned zone is not waited for."""
    if facts.spread.max_skew is None:
        return {}
    constraint = {
        "topologyKey": ZONE,
        "whenUnsatisfiable": "DoNotSchedule",
        "maxSkew": facts.spread.max_skew,
        "minDomains": facts.spread.min_domains,
        "nodeTaintsPolicy": "Honor",
        "labelSelector": {"matchLabels": facts.selector},
    }
    return {"topologySpreadConstraints": [constraint]}
