"""Two states of a cluster's objects, compared object by object."""

from __future__ import annotations

from krmfn.core.objects import Identity
from krmfn.impact import others, secrets, statefulset
from krmfn.impact.change import ADDED, REMOVED
from krmfn.impact.difference import differences
from krmfn.impact.states import Pair, States
from krmfn.impact.workload import Workload, mounted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from krmfn.core.objects import Object
    from krmfn.impact.change import Change
    from krmfn.impact.difference import Difference


def changes(old: Iterable[Object], new: Iterable[Object]) -> list[Change]:
    """Every change from the old objects to the new, by namespace, kind and name, then in the order of the fields.

    Objects must have apiVersion, kind and metadata.name; of two with the same identity the last counts. Time grows with
    the number of objects.
    """
    before, after = ({key_of(obj): obj for obj in state} for state in (old, new))
    found: dict[Identity, list[Difference]] = {}
    for key, obj in before.items():
        if key in after and obj != after[key]:
            found[key] = differences(obj, after[key])
    workloads = _workloads(before, after, found)
    own = {(space, name): one for (kind, space, name), one in workloads.items() if kind == "StatefulSet"}
    states = States(before, after, own)
    result: list[Change] = []
    for key in sorted({**before, **after}, key=lambda one: (one.namespace, one.kind, one.name, one.group)):
        if key not in after:
            result.append(_whole(key, before[key], REMOVED, states))
        elif key not in before:
            result.append(secrets.refused(key, before) or _whole(key, after[key], ADDED, states))
        elif found.get(key):
            workload = workloads.get((key.kind, key.namespace, key.name))
            result += _changed(Pair(key, found[key], workload, states))
    return result


def key_of(obj: Object) -> Identity:
    """The identity of an object; "" for a namespace that is missing."""
    metadata = obj["metadata"]
    return Identity(obj["apiVersion"], obj["kind"], str(metadata.get("namespace") or ""), str(metadata["name"]))


def _workloads(
    before: dict[Identity, Object], after: dict[Identity, Object], found: dict[Identity, list[Difference]]
) -> dict[tuple[str, str, str], Workload]:
    """StatefulSets that are on both sides, by themselves and by what they mount."""
    workloads: dict[tuple[str, str, str], Workload] = {}
    for key, obj in before.items():
        if key.kind == "StatefulSet" and key in after:
            one = Workload(obj, after[key], found.get(key, []), before, after)
            workloads["StatefulSet", key.namespace, key.name] = one
            for mount in mounted(obj):
                workloads[mount] = one
    return workloads


def _whole(key: Identity, obj: Object, kind: str, states: States) -> Change:
    if key.kind == "StatefulSet":
        return statefulset.whole(key, obj, kind)
    return others.whole(key, obj, kind, states)


def _changed(pair: Pair) -> list[Change]:
    if pair.key.kind == "StatefulSet" and pair.workload is not None:
        return statefulset.changed(pair, pair.workload)
    return others.changed(pair)
