"""The final objects of one apply as a whole: by identity, which pods a selector finds, and which are krmfn's matter."""

from __future__ import annotations

from krmfn.changes.workload import is_nats
from krmfn.checks.pods import TEMPLATES, Pods
from krmfn.checks.server import Server
from krmfn.model.lookup import at
from krmfn.model.objects import OWNER, ObjectRef

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from krmfn.model.objects import Object

_GROUPS = {"Pod": "", "Job": "batch", "CronJob": "batch"}
"""Groups of the kinds that make pods, where it is not `apps`."""


class Tree:
    """Objects that take part in links. `unclear` are objects whose shape is wrong: what they are to others is unknown.

    Time and memory grow with the number of objects; of two with one identity the last counts.
    """

    __slots__ = ("_kinds", "_labelled", "_pods", "_servers", "_unclear_kinds", "objects", "servers", "unclear")

    def __init__(self, objects: Iterable[Object], unclear: Iterable[ObjectRef] = ()) -> None:
        self.objects = {ObjectRef.of(obj): obj for obj in objects}
        self.unclear = frozenset(unclear)
        self._unclear_kinds = {(ref.kind, ref.namespace) for ref in self.unclear}
        self._kinds: dict[tuple[str, str], list[tuple[ObjectRef, Object]]] = {}
        self._pods: dict[str, list[Pods]] = {}
        self._labelled: dict[tuple[str, str, str], list[Pods]] = {}
        self._servers: dict[str, list[Server]] = {}
        self.servers: list[Server] = []
        for ref, obj in self.objects.items():
            self._kinds.setdefault((ref.group, ref.kind), []).append((ref, obj))
            if ref.kind in TEMPLATES and ref.group == _GROUPS.get(ref.kind, "apps"):
                pods = Pods(ref, obj)
                self._pods.setdefault(ref.namespace, []).append(pods)
                for key, value in pods.labels.items():
                    if isinstance(value, str):
                        self._labelled.setdefault((ref.namespace, key, value), []).append(pods)
                if ref.kind == "StatefulSet" and is_nats(obj):
                    self.servers.append(Server(pods, self.objects))
        for server in self.servers:
            self._servers.setdefault(server.pods.ref.namespace, []).append(server)

    def pods(self, namespace: str) -> list[Pods]:
        """Everything in a namespace that makes pods."""
        return self._pods.get(namespace, [])

    def every_pods(self) -> Iterator[Pods]:
        """Everything that makes pods."""
        for some in self._pods.values():
            yield from some

    def selected(self, namespace: str, selector: object) -> list[Pods]:
        """What a label selector finds in a namespace."""
        some = self.pods(namespace)
        wanted = selector.get("matchLabels") if isinstance(selector, dict) else None
        for key, value in wanted.items() if isinstance(wanted, dict) else ():
            if isinstance(value, str):
                some = min(some, self._labelled.get((namespace, key, value), []), key=len)
        return [pods for pods in some if pods.found_by(selector)]

    def server_of(self, pods: Pods) -> Server | None:
        """The servers that these pods are, None for other pods."""
        return next((server for server in self.servers_in(pods.ref.namespace) if server.pods is pods), None)

    def servers_in(self, namespace: str) -> list[Server]:
        """The servers of a namespace."""
        return self._servers.get(namespace, [])

    def of_kind(self, kind: str, group: str = "") -> list[tuple[ObjectRef, Object]]:
        """The objects of a kind."""
        return self._kinds.get((group, kind), [])

    def get(self, kind: str, namespace: str, name: object, group: str = "") -> Object | None:
        """The object of an identity, None where it is not there or its shape is wrong."""
        return self.objects.get(ObjectRef(f"{group}/v1" if group else "v1", kind, namespace, str(name)))

    def lacks(self, kind: str, namespace: str, name: object, group: str = "") -> bool:
        """Whether an object is surely not there."""
        ref = ObjectRef(f"{group}/v1" if group else "v1", kind, namespace, str(name))
        return ref not in self.objects and ref not in self.unclear

    def may_lack_pods(self, namespace: str) -> bool:
        """Whether pods of a namespace may be missing here, because the shape of what makes them is wrong."""
        return any((kind, namespace) in self._unclear_kinds for kind in TEMPLATES)

    def may_lack(self, kind: str, namespace: str) -> bool:
        """Whether an object of a kind may be missing here, because its shape is wrong."""
        return (kind, namespace) in self._unclear_kinds

    def names(self, kind: str, namespace: str, group: str = "") -> tuple[str, ...]:
        """The names of a kind's objects in a namespace, sorted."""
        return tuple(sorted(ref.name for ref, _ in self.of_kind(kind, group) if ref.namespace == namespace))

    def elsewhere(self, kind: str, name: object, group: str = "") -> str | None:
        """Another namespace that has an object of this kind and name; None for none."""
        return next((ref.namespace for ref, _ in self.of_kind(kind, group) if ref.name == name), None)

    def is_ours(self, ref: ObjectRef, obj: Object) -> bool:
        """Whether an object is krmfn's matter: it has its mark, is a NATS cluster, or has the labels of one."""
        if is_marked(obj):
            return True
        labels = at(obj, "metadata", "labels")
        for server in self.servers_in(ref.namespace):
            wanted = at(server.pods.obj, "spec", "selector", "matchLabels")
            if server.pods.obj is obj or (wanted and wanted.items() <= labels.items()):
                return True
        return False


def is_marked(obj: Object) -> bool:
    """Whether an object has the mark of a NATS that renders it."""
    return isinstance(at(obj, "metadata", "annotations").get(OWNER), str)
