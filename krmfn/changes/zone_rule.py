"""Compares a stricter zone rule with the zones in which volumes pin the servers."""

from __future__ import annotations

from krmfn.changes.change import OUTAGE
from krmfn.changes.labels import matches
from krmfn.changes.workload import pod_labels
from krmfn.model.labels import ZONE
from krmfn.model.lookup import at, listed
from krmfn.model.text import quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.changes.change import Consequence
    from krmfn.changes.workload import Workload
    from krmfn.model.objects import Object


def stricter(workload: Workload) -> Consequence | None:
    """The verdict where a server that restarts can find that the rule forbids the zone of its volume; else None.

    Such a pod stays Pending for good, and a rolling update stops at it: the scheduler counts every pod of the zone and
    allows `maxSkew` more than in the emptiest one, or `maxSkew` while there are fewer than `minDomains` zones
    (kube-scheduler's PodTopologySpread; tests/topology/test_narrowed_rule.py holds the bound against all placements).
    """
    before, after = _rule(workload.old), _rule(workload.new)
    if after is None or not listed(at(workload.old, "spec").get("volumeClaimTemplates")):
        return None
    most = min(_most(before, workload.old_replicas), workload.new_replicas)
    if before is not None and workload.old_replicas <= workload.new_replicas and _covers(before, after):
        return None
    if most <= after[0]:
        return None
    space = f"-n {quoted(workload.namespace)} " if workload.namespace else ""
    why = (
        f"volumes pin servers to their zones, and no zone may then hold more than {after[0]} above the emptiest one: a"
        " server over that stays Pending when it restarts, which stops the rollout"
    )
    recipe = (
        f"look up the zone of each server: `kubectl {space}get pods -o wide` and `kubectl get nodes -L {ZONE}`\n"
        f"where a zone holds more than the rule allows, keep the old rule (zoneSpread: preferred)"
    )
    return OUTAGE, "zone-rule-stricter", why, recipe


def hard_constraints(statefulset: Object) -> list[Object]:
    """The constraints over zones that the scheduler keeps and that count the pods of this StatefulSet."""
    return [
        row
        for row in listed(at(statefulset, "spec", "template", "spec").get("topologySpreadConstraints"))
        if row.get("topologyKey") == ZONE
        and row.get("whenUnsatisfiable", "DoNotSchedule") == "DoNotSchedule"
        and matches(row.get("labelSelector"), pod_labels(statefulset))
    ]


def _rule(statefulset: Object) -> tuple[int, int] | None:
    """`maxSkew` and `minDomains` of the hard constraint for these pods; None where there is none."""
    for row in hard_constraints(statefulset):
        skew, domains = row.get("maxSkew"), row.get("minDomains", 1)
        if isinstance(skew, int) and isinstance(domains, int):
            return skew, domains
    return None


def _most(rule: tuple[int, int] | None, size: int) -> int:
    """How many of `size` servers one zone can hold under a rule: the other zones then have that less `maxSkew`."""
    if rule is None:
        return size
    skew, domains = rule
    return max(count for count in range(size + 1) if count + (domains - 1) * max(0, count - skew) <= size)


def _covers(before: tuple[int, int], after: tuple[int, int]) -> bool:
    """Whether every placement under one rule is one under the other."""
    return before[0] <= after[0] and before[1] >= after[1]
