"""JSON patches that a server takes only where the object is still as it was dumped: each tests before it changes."""

from __future__ import annotations

from krmfn.adoption.dump import OPERATOR
from krmfn.adoption.field_managers import FLUX, LET_BE, MANAGERS, entry, restarted_by
from krmfn.adoption.owner_references import FINALIZER, finalizers
from krmfn.model.lookup import at, listed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krmfn.adoption.dump import LiveCluster
    from krmfn.adoption.operator import Module
    from krmfn.model.objects import Object, ObjectRef

    Operations = list[dict[str, object]]


class Patch:
    """A patch of one object; `file` is the name of its file."""

    __slots__ = ("file", "key", "operations")

    def __init__(self, step: int, key: ObjectRef, operations: Operations, client: str = "") -> None:
        parts = (f"step-{step}", client, key.namespace, key.kind, key.name)
        self.file = "-".join(part for part in parts if part).lower() + ".yaml"
        self.key = key
        self.operations = operations


def release_module(module: Module) -> Patch:
    """Step 1: the lifecycle manager lets the module go."""
    path = f"/spec/modules/{module.number}"
    operations: Operations = [
        {"op": "test", "path": f"{path}/name", "value": "nats"},
        {"op": "add", "path": f"{path}/managed", "value": False},
    ]
    return Patch(1, module.key, operations)


def without_finalizer(cluster: LiveCluster) -> Iterator[Patch]:
    """Step 2, where the live NATS has the operator's finalizer."""
    found = finalizers(cluster)
    if FINALIZER in found:
        number = found.index(FINALIZER)
        path = f"/metadata/finalizers/{number}"
        yield Patch(2, cluster.key, _removal(path, path, FINALIZER, is_last=len(found) == 1))


def without_owner(cluster: LiveCluster) -> Iterator[Patch]:
    """Step 3, one patch an object that the NATS owns."""
    for key, obj in cluster.owned.items():
        number = cluster.reference(obj) or 0
        path = f"/metadata/ownerReferences/{number}"
        count = len(listed(at(obj, "metadata").get("ownerReferences")))
        yield Patch(3, key, _removal(path, f"{path}/uid", cluster.uid, is_last=count == 1))


def handed_over(cluster: LiveCluster, client: str) -> Iterator[Patch]:
    """Step 4, one patch a rendered object that the operator applied.

    The entry is renamed, so that the client owns what the operator did; where the client has one already, the
    operator's goes. A restart by kubectl goes to a manager that Flux lets be.
    """
    for key, obj, _ in cluster.pairs:
        if obj is None:
            continue
        kept = [one for number in restarted_by(obj) for one in _let_be(obj, number)] if client == FLUX else []
        operations = [*kept, *_from_operator(obj, client)]
        if operations:
            yield Patch(4, key, operations, client)


def _from_operator(obj: Object, client: str) -> Operations:
    """It comes last: a removal moves the entries behind it."""
    number = entry(obj, OPERATOR)
    if number is None:
        return []
    path = f"/metadata/managedFields/{number}"
    operations: Operations = [
        {"op": "test", "path": f"{path}/manager", "value": OPERATOR},
        {"op": "test", "path": f"{path}/operation", "value": "Apply"},
    ]
    if entry(obj, MANAGERS[client]) is None:
        return [*operations, {"op": "replace", "path": f"{path}/manager", "value": MANAGERS[client]}]
    return [*operations, {"op": "remove", "path": path}]


def _let_be(obj: Object, number: int) -> Operations:
    path = f"/metadata/managedFields/{number}/manager"
    manager = listed(at(obj, "metadata").get("managedFields"))[number]["manager"]
    return [{"op": "test", "path": path, "value": manager}, {"op": "replace", "path": path, "value": LET_BE}]


def _removal(path: str, tested: str, value: str, *, is_last: bool) -> Operations:
    """Remove a list's entry, and with the last one the list: an empty list is something else than none."""
    goal = path.rpartition("/")[0] if is_last else path
    return [{"op": "test", "path": tested, "value": value}, {"op": "remove", "path": goal}]
