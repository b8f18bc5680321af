"""Dumps of a cluster: whether a state is one, and whether it holds enough of every NATS to compare it."""

from __future__ import annotations

from krmfn.model.finding import error
from krmfn.model.labels import INSTANCE, MANAGED_BY
from krmfn.model.names import Names
from krmfn.model.objects import GROUP, KIND, OWNER, ObjectRef, owner_mark
from krmfn.model.text import shown
from krmfn.rendering.staleness import mark_of
from krmfn.resourcelist import annotations as notes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from krmfn.model.finding import Finding
    from krmfn.model.objects import Object
    from krmfn.sources.source import Source

    Clusters = dict[str, list[tuple[Source, Object]]]

MADE_BY_CONTROLLERS = (
    "Pod", "ControllerRevision", "ReplicaSet", "PersistentVolumeClaim", "Endpoints", "EndpointSlice", "Secret",
)  # fmt: skip
_NEEDED = ("StatefulSet", "ConfigMap")
"""Kinds without which nothing is known of a cluster: its servers, and their nats.conf."""


def uid_of(obj: Object) -> object:
    """The uid that an API server gives every object that it stores; None without one."""
    metadata = obj.get("metadata")
    return metadata.get("uid") if isinstance(metadata, dict) else None


def is_operators(obj: Object) -> bool:
    """Whether krmfn or nats-manager made an object, by its label."""
    return _label(obj, MANAGED_BY) in ("krmfn", "nats-manager")


def mixed(objects: Sequence[tuple[Source, Object]]) -> Iterator[Finding]:
    """An error about a state that is partly a dump, since it is unknown which of its objects run.

    Foreign objects from a cluster beside files are accepted: all of them are compared.
    """
    live = [source for source, obj in objects if uid_of(obj) and _is_ours(obj)]
    others = [source for source, obj in objects if not uid_of(obj)]
    if live and others:
        text = (
            f"{_named(live[0])} is from a dump of a cluster (it has metadata.uid), and {_named(others[0])}"
            f"{_in(others[0])} is not; compare a dump alone, or remove metadata.uid"
        )
        yield live[0].place(error("mixed-state", text, ("metadata", "uid")))


def clusters_of(objects: Sequence[tuple[Source, Object]]) -> Clusters:
    """The objects of each NATS, by its mark, or by its namespace and instance label where the operator made them."""
    found: Clusters = {}
    for source, obj in objects:
        key = ObjectRef.of(obj)
        mark, instance = mark_of(obj, key.namespace), _label(obj, INSTANCE)
        if not mark and instance and is_operators(obj) and key.kind not in MADE_BY_CONTROLLERS:
            mark = owner_mark(key.namespace, str(instance))
        if mark:
            found.setdefault(mark, []).append((source, obj))
    return found


def names_of(source: Source, namespace: str) -> tuple[str, str]:
    """The keys that the objects of a NATS have in `clusters_of`."""
    key = source.ref()
    name, space = (key.name, key.namespace or namespace) if key is not None else ("", "")
    return owner_mark(space, name), owner_mark(space, Names(name).instance)


def incomplete(clusters: Clusters) -> Iterator[Finding]:
    """Errors about NATS of which a dump has some objects, but not those that are needed to check a step."""
    for mark, objects in clusters.items():
        kinds = {obj.get("kind") for _, obj in objects}
        for kind in _NEEDED:
            if kind not in kinds:
                text = (
                    f"the dump has no {kind} of NATS {shown(mark)}, and has other objects of it, such as"
                    f" {_named(objects[0][0])}; dump all of them (kubectl get"
                    " nats,configmap,service,statefulset,pdb -n NAMESPACE -o yaml)"
                )
                yield objects[0][0].place(error("incomplete-dump", text))


def _is_ours(obj: Object) -> bool:
    key = ObjectRef.parse(obj)
    is_cr = key is not None and key.kind == KIND and key.group == GROUP
    return is_cr or OWNER in notes.of(obj) or is_operators(obj)


def _label(obj: Object, name: str) -> object:
    labels = obj["metadata"].get("labels") if isinstance(obj.get("metadata"), dict) else None
    return labels.get(name) if isinstance(labels, dict) else None


def _named(source: Source) -> str:
    key = source.ref()
    return f"{shown(key.kind)} {shown(key.name)}" if key is not None else "an object"


def _in(source: Source) -> str:
    return f" ({shown(source.origin.file, 200)})" if source.origin.file else ""
