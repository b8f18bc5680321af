"""How many servers a PodDisruptionBudget lets a drain evict, and when that is too many for the quorum."""

from __future__ import annotations

from krmfn.changes.change import METADATA, OUTAGE
from krmfn.changes.labels import frozen, matches
from krmfn.changes.workload import is_nats, pod_labels
from krmfn.model.lookup import at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krmfn.changes.change import Consequence
    from krmfn.changes.pair import ObjectPair, States
    from krmfn.model.objects import FieldPath, Object, ObjectRef

_MANY = "a drain can evict so many servers at once that JetStream loses its quorum"


def removed(key: ObjectRef, obj: Object, states: States) -> Consequence:
    """The change of a removed budget; harmless where another one has its selector, or its pods are removed too."""
    if frozen(at(obj, "spec").get("selector")) in states.marks(key, _limited):
        return METADATA, "", "another PodDisruptionBudget covers the same pods", ""
    return (
        OUTAGE,
        "budget-removed",
        "a drain can evict every server at once",
        "keep a PodDisruptionBudget with maxUnavailable: 1",
    )


def changed(pair: ObjectPair, path: FieldPath) -> Consequence:
    """The change of one field of a budget."""
    key, old, new, states = pair.key, pair.old, pair.new, pair.states
    selector = at(new, "spec").get("selector")
    guarded = [one for one in states.selected(key.namespace, at(old, "spec").get("selector")) if is_nats(one.old)]
    if path[1:2] == ("selector",):
        if guarded and all(matches(selector, pod_labels(one.new)) for one in guarded):
            return METADATA, "", "it still matches the pods of the servers", ""
        return OUTAGE, "budget-removed", "it no longer matches the pods: a drain can evict every server at once", ""
    if path[1:2] not in (("maxUnavailable",), ("minAvailable",)):
        policy = at(new, "spec").get("unhealthyPodEvictionPolicy")
        if path[1:2] == ("unhealthyPodEvictionPolicy",) and policy != "AlwaysAllow":
            return METADATA, "", "a drain evicts a server that is down only if enough others are Ready", ""
        return METADATA, "", "it applies from the next drain on", ""
    sizes: list[int | None] = [one.new_replicas for one in guarded] or [None]
    if any(size and allowed(new, size) == 0 for size in sizes):
        return METADATA, "", "no server may be evicted: a drain of its node never ends", ""
    if any(_is_too_weak(size, old, new) for size in sizes):
        return OUTAGE, "pdb-loses-quorum", _MANY, "keep maxUnavailable: 1"
    return METADATA, "", "a drain can evict that many servers at once, and the quorum is kept", ""


def _is_too_weak(size: int | None, old: Object, new: Object) -> bool:
    """Whether the new budget allows more evictions than the old one, and too many for a quorum. None: unknown pods."""
    if size is None:
        return True
    before, after = allowed(old, size), allowed(new, size)
    return after > before and after > (size - 1) // 2


def _limited(budget: Object) -> Iterator[Any]:
    """The selector of a budget that limits something."""
    spec = at(budget, "spec")
    if any(spec.get(name) is not None for name in ("maxUnavailable", "minAvailable")):
        yield frozen(spec.get("selector"))


def allowed(budget: Object, size: int) -> int:
    """How many of `size` pods may be unavailable."""
    spec = at(budget, "spec")
    if spec.get("maxUnavailable") is not None:
        return min(_count(spec["maxUnavailable"], size), size)
    return size - min(_count(spec.get("minAvailable", 0), size), size)


def _count(value: Any, size: int) -> int:
    """A number, or a percentage, which the API server rounds up."""
    if isinstance(value, str) and value.endswith("%") and value[:-1].isdigit():
        return -(-int(value[:-1]) * size // 100)
    return value if isinstance(value, int) else size
