"""Where what runs and what is rendered differ, what the first sync would do there, and what to write instead."""

from __future__ import annotations

from krmfn.adoption.dump import called
from krmfn.adoption.remedies import remedy
from krmfn.changes.change import ADDED, METADATA, NONE, RELOAD
from krmfn.changes.compare import changes
from krmfn.changes.difference import differences as raw_differences
from krmfn.changes.workload import CONF
from krmfn.model.finding import error, info, warning
from krmfn.model.objects import OWNER

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krmfn.adoption.dump import LiveCluster
    from krmfn.changes.change import Change
    from krmfn.model.finding import Finding
    from krmfn.model.objects import FieldPath, Object, ObjectRef

    Values = dict[tuple[ObjectRef, FieldPath], tuple[Any, Any]]


MEMORY_STORE = ("data", CONF, "jetstream", "max_memory_store")
_MEMORY_OFF = (
    "the operator omits it when memory storage is off, krmfn writes 0; running servers are not affected and take no"
    " other change of nats.conf until they restart, and a stream in memory would be lost then"
)


class FieldDifference:
    """A change that the first sync would make, and `write`: what makes it equal ("" where nothing does).

    `waits`: running servers do not take it, and it may wait for the next restart: it is what the operator meant.
    """

    __slots__ = ("change", "waits", "write")

    def __init__(self, change: Change, write: str, *, waits: bool = False) -> None:
        self.change = change
        self.write = write
        self.waits = waits


def differences(cluster: LiveCluster) -> list[FieldDifference]:
    """Everything that differs in objects that are on both sides; what changes no setting is left out."""
    pairs = [(key, live, _as_live(live, obj)) for key, live, obj in cluster.pairs if live is not None]
    values: Values = {}
    for key, live, obj in pairs:
        values.update({(key, path): (old, new) for path, _, old, new in raw_differences(live, obj)})
    found = changes([live for _, live, _ in pairs], [obj for _, _, obj in pairs])
    return [
        FieldDifference(change, _MEMORY_OFF, waits=True)
        if _is_memory_off(cluster, change)
        else FieldDifference(change, remedy(cluster, change, *values.get((change.ref, change.path), (None, None))))
        for change in found
        if change.impact != NONE
    ]


def _is_memory_off(cluster: LiveCluster, change: Change) -> bool:
    """The one setting in which krmfn's nats.conf says more than that of a cluster that the operator runs well."""
    return change.path == MEMORY_STORE and change.kind == ADDED and cluster.facts.memory_store == 0


def findings(different: list[FieldDifference]) -> Iterator[Finding]:
    """An error for what restarts, is refused or loses something; an object's own labels are worth knowing."""
    for one in different:
        change = one.change
        values = f" (live {change.old}, rendered {change.new})" if change.old and change.new else ""
        text = f"{called(change.ref)}: {change.field} would be {change.kind}{values}: "
        text += one.write if one.waits else change.why
        text += f"; {one.write}" if one.write and not one.waits else ""
        yield _finding(one, text).at(object=change.ref)


def _finding(one: FieldDifference, text: str) -> Finding:
    change = one.change
    if change.impact == METADATA and change.path[:1] == ("metadata",):
        return info("live-differs", text, change.path)
    if one.waits or change.impact in (METADATA, RELOAD):
        return warning("live-differs", text, change.path)
    return error("live-differs", text, change.path)


def _as_live(live: Object, rendered: Object) -> Object:
    """Without krmfn's mark, and in the API version in which the cluster was asked: neither is a change."""
    metadata = rendered["metadata"]
    kept = {key: value for key, value in metadata.get("annotations", {}).items() if key != OWNER}
    return {**rendered, "apiVersion": live["apiVersion"], "metadata": {**metadata, "annotations": kept}}
