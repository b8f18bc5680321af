"""The final objects of one apply as a whole: by identity, which pods a selector finds, and which are krmfn's matter."""

from __future__ import annotations

from krmfn.changes.labels import Labelled, Selectors
from krmfn.changes.workload import is_nats
from krmfn.checks.near_names import NearNames
from krmfn.checks.pods import TEMPLATES, Pods
from krmfn.checks.server import ServerGroup
from krmfn.model.lookup import at
from krmfn.model.objects import OWNER, ObjectRef

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from krmfn.model.objects import Object

    Row = tuple[ObjectRef, Object]

_GROUPS = {"Pod": "", "Job": "batch", "CronJob": "batch"}
"""Groups of the kinds that make pods, where it is not `apps`."""


class Tree:
    """Objects that take part in links. `unclear` are objects whose shape is wrong: what they are to others is unknown.

    Time and memory grow with the number of objects; of two with one identity the last counts.
    """

    __slots__ = (
        "_clusters", "_grouped", "_kinds", "_labelled", "_names", "_near", "_owners", "_pods", "_selecting",
        "_server_named", "_server_of", "_servers", "_spaces", "_unclear_kinds", "objects", "servers", "unclear",
    )  # fmt: skip

    def __init__(self, objects: Iterable[Object], unclear: Iterable[ObjectRef] = ()) -> None:
        self.objects = {ObjectRef.of(obj): obj for obj in objects}
        self.unclear = frozenset(unclear)
        self._unclear_kinds = {(ref.kind, ref.namespace) for ref in self.unclear}
        self._kinds: dict[tuple[str, str], list[Row]] = {}
        self._pods: dict[str, list[Pods]] = {}
        self._labelled: dict[str, Labelled] = {}
        self._clusters: dict[str, Selectors] = {}
        self._names: dict[tuple[str, str], dict[str, tuple[str, ...]]] = {}
        self._near: dict[tuple[str, str], NearNames] = {}
        self._spaces: dict[tuple[str, str], dict[str, str]] = {}
        self._selecting: dict[tuple[str, str], dict[ObjectRef, list[Row]]] = {}
        self._grouped: dict[tuple[str, str, Callable[[Object], str]], dict[tuple[str, str], list[Row]]] = {}
        self._servers: dict[str, list[ServerGroup]] = {}
        self.servers: list[ServerGroup] = []
        for ref, obj in self.objects.items():
            self._kinds.setdefault((ref.group, ref.kind), []).append((ref, obj))
            if ref.kind in TEMPLATES and ref.group == _GROUPS.get(ref.kind, "apps"):
                pods = Pods(ref, obj)
                self._pods.setdefault(ref.namespace, []).append(pods)
                self._labelled.setdefault(ref.namespace, Labelled()).add(pods.labels, pods)
                if ref.kind == "StatefulSet" and is_nats(obj):
                    self.servers.append(ServerGroup(pods, self.objects))
        for server in self.servers:
            self._servers.setdefault(server.pods.ref.namespace, []).append(server)
        self._server_of = {server.pods.ref: server for server in self.servers}
        self._owners = {at(server.pods.obj, "metadata", "annotations").get(OWNER) for server in self.servers}
        self._server_named: dict[tuple[str, str], ServerGroup] | None = None

    def pods(self, namespace: str) -> list[Pods]:
        """Everything in a namespace that makes pods."""
        return self._pods.get(namespace, [])

    def every_pods(self) -> Iterator[Pods]:
        """Everything that makes pods."""
        for some in self._pods.values():
            yield from some

    def selected(self, namespace: str, selector: object) -> list[Pods]:
        """What a label selector finds in a namespace."""
        known = self._labelled.get(namespace)
        return known.found_by(selector) if known is not None else []

    def server_of(self, pods: Pods) -> ServerGroup | None:
        """The servers that these pods are, None for other pods."""
        return self._server_of.get(pods.ref)

    def servers_in(self, namespace: str) -> list[ServerGroup]:
        """The servers of a namespace."""
        return self._servers.get(namespace, [])

    def server_called(self, namespace: str, name: object) -> ServerGroup | None:
        """The servers whose StatefulSet has this name, None for another name."""
        return self._server_of.get(ObjectRef("apps/v1", "StatefulSet", namespace, str(name)))

    def server_named(self, namespace: str, pod: str) -> ServerGroup | None:
        """The servers one of which has this name of a pod, None for another name."""
        if self._server_named is None:
            rows = [((one.pods.ref.namespace, name), one) for one in self.servers for name in one.names]
            self._server_named = dict(rows)
        return self._server_named.get((namespace, pod))

    def has_servers_of(self, obj: Object) -> bool:
        """Whether the servers of the NATS that an object is marked with are here."""
        return at(obj, "metadata", "annotations").get(OWNER) in self._owners

    def selecting(self, pods: Pods, kind: str, group: str, field: str) -> list[Row]:
        """The objects of a kind, in their order, whose label selector, a field of `spec`, finds these pods."""
        if (group, kind) not in self._selecting:
            found: dict[ObjectRef, list[Row]] = {}
            for ref, obj in self.of_kind(kind, group):
                for one in self.selected(ref.namespace, at(obj, "spec").get(field)):
                    found.setdefault(one.ref, []).append((ref, obj))
            self._selecting[group, kind] = found
        return self._selecting[group, kind].get(pods.ref, [])

    def grouped(self, kind: str, group: str, name: Callable[[Object], str]) -> dict[tuple[str, str], list[Row]]:
        """The objects of a kind by their namespace and a name in them; `name` is a function of a module."""
        if (group, kind, name) not in self._grouped:
            found: dict[tuple[str, str], list[Row]] = {}
            for ref, obj in self.of_kind(kind, group):
                found.setdefault((ref.namespace, name(obj)), []).append((ref, obj))
            self._grouped[group, kind, name] = found
        return self._grouped[group, kind, name]

    def of_kind(self, kind: str, group: str = "") -> list[Row]:
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
        if (group, kind) not in self._names:
            names: dict[str, list[str]] = {}
            for ref, _ in self.of_kind(kind, group):
                names.setdefault(ref.namespace, []).append(ref.name)
            self._names[group, kind] = {space: tuple(sorted(some)) for space, some in names.items()}
        return self._names[group, kind].get(namespace, ())

    def near(self, kind: str, namespace: str) -> NearNames:
        """The names of a kind's objects in a namespace, to look for what a misspelled one means."""
        if (kind, namespace) not in self._near:
            self._near[kind, namespace] = NearNames(self.names(kind, namespace))
        return self._near[kind, namespace]

    def elsewhere(self, kind: str, name: object, group: str = "") -> str | None:
        """Another namespace that has an object of this kind and name; None for none."""
        if (group, kind) not in self._spaces:
            self._spaces[group, kind] = {ref.name: ref.namespace for ref, _ in reversed(self.of_kind(kind, group))}
        return self._spaces[group, kind].get(str(name))

    def is_ours(self, ref: ObjectRef, obj: Object) -> bool:
        """Whether an object is krmfn's matter: it has its mark, is a NATS cluster, or has the labels of one."""
        if is_marked(obj):
            return True
        space = ref.namespace
        if ref in self._server_of or space not in self._servers:
            return ref in self._server_of
        if space not in self._clusters:
            rows = [(at(one.pods.obj, "spec", "selector", "matchLabels"), one) for one in self._servers[space]]
            self._clusters[space] = Selectors(rows)
        return bool(self._clusters[space].finding(at(obj, "metadata", "labels")))


def is_marked(obj: Object) -> bool:
    """Whether an object has the mark of a NATS that renders it."""
    return isinstance(at(obj, "metadata", "annotations").get(OWNER), str)
