"""Compares two states of a cluster's objects, object by object."""

from __future__ import annotations

from krmfn.changes import other_kinds, secrets, server_configuration, statefulset
from krmfn.changes.change import ADDED, REMOVED
from krmfn.changes.difference import differences
from krmfn.changes.pair import ObjectPair, States
from krmfn.changes.workload import Workload, mounted
from krmfn.model.objects import ObjectRef

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from krmfn.changes.change import Change
    from krmfn.changes.difference import Difference
    from krmfn.model.objects import Object


def changes(old: Iterable[Object], new: Iterable[Object]) -> list[Change]:
    """Every change from the old objects to the new, by namespace, kind and name, then in the order of the fields.

    Objects must have apiVersion, kind and metadata.name; of two with the same identity the last counts. Time grows with
    the number of objects.
    """
    before, after = ({ObjectRef.of(obj): obj for obj in state} for state in (old, new))
    found: dict[ObjectRef, list[Difference]] = {}
    for key, obj in before.items():
        if key in after and obj != after[key]:
            found[key] = differences(obj, after[key])
    workloads = _workloads(before, after, found)
    own = {(space, name): one for (kind, space, name), one in workloads.items() if kind == "StatefulSet"}
    own_keys = {key for key in before if key.kind == "StatefulSet" and (key.namespace, key.name) in own}
    states = States(before, after, own)
    result: list[Change] = []
    for key in sorted({**before, **after}, key=lambda one: (one.namespace, one.kind, one.name, one.group)):
        if key not in after:
            result.append(_whole(key, before[key], REMOVED, states))
        elif key not in before:
            result.append(secrets.refused(key, before) or _whole(key, after[key], ADDED, states))
        elif found.get(key):
            workload = workloads.get((key.kind, key.namespace, key.name))
            result += _changed(ObjectPair(key, found[key], workload, states))
        if key in own_keys:
            result += server_configuration.moved(own[key.namespace, key.name])
    return result


def _workloads(
    before: dict[ObjectRef, Object], after: dict[ObjectRef, Object], found: dict[ObjectRef, list[Difference]]
) -> dict[tuple[str, str, str], Workload]:
    """StatefulSets of both sides, by their own identity and by the objects that they mount."""
    workloads: dict[tuple[str, str, str], Workload] = {}
    for key, obj in before.items():
        if key.kind == "StatefulSet" and key in after:
            one = Workload(obj, after[key], found.get(key, []), before, after)
            workloads["StatefulSet", key.namespace, key.name] = one
            for mount in mounted(obj):
                workloads[mount] = one
    return workloads


def _whole(key: ObjectRef, obj: Object, kind: str, states: States) -> Change:
    if key.kind == "StatefulSet":
        return statefulset.whole(key, obj, kind)
    return other_kinds.whole(key, obj, kind, states)


def _changed(pair: ObjectPair) -> list[Change]:
    if pair.key.kind == "StatefulSet" and pair.workload is not None:
        return statefulset.changed(pair, pair.workload)
    return other_kinds.changed(pair)
