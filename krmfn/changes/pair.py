"""Both states as a whole: the objects that select, mount or name a changed one, and so are affected."""

from __future__ import annotations

from krmfn.changes.labels import Labelled, Selectors
from krmfn.changes.server_defaults import pod_at
from krmfn.changes.workload import kept_from, pod_labels
from krmfn.model.lookup import at, listed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
    from typing import Any, TypeAlias

    from krmfn.changes.difference import Difference
    from krmfn.changes.workload import Workload
    from krmfn.model.objects import Object, ObjectRef

    Used = tuple[str, str, str]
    Keys = set[str] | None
    Kind: TypeAlias = tuple[str, str, str]
    """Group, kind and namespace."""
    Kinds: TypeAlias = dict[Kind, list[tuple[ObjectRef, Object]]]
    Marks: TypeAlias = Callable[[Object], Iterable[Hashable]]


class States:
    """The objects `before` and `after`, and the StatefulSets that are on both sides, by namespace and name."""

    __slots__ = (
        "_kinds", "_marks", "_policies", "_running", "_services", "_stay", "_used", "_workloads", "after", "before",
        "workloads",
    )  # fmt: skip

    def __init__(
        self,
        before: Mapping[ObjectRef, Object],
        after: Mapping[ObjectRef, Object],
        workloads: Mapping[tuple[str, str], Workload],
    ) -> None:
        self.before = before
        self.after = after
        self.workloads = workloads
        self._kinds: Kinds | None = None
        self._stay: Kinds | None = None
        self._marks: dict[tuple[Marks, bool, Kind], frozenset[Any]] = {}
        self._services: dict[str, Selectors] = {}
        self._policies: dict[str, Selectors] = {}
        self._running: dict[str, Labelled] | None = None
        self._workloads: dict[str, Labelled] | None = None
        self._used: tuple[dict[Used, Keys], set[str], set[str]] | None = None

    def marks(self, key: ObjectRef, marks: Marks, *, stay: bool = False) -> frozenset[Any]:
        """What the objects of a kind in a namespace have, by a function of a module.

        Of the new state, or, where they `stay`, as they were in the old state if they are in both.
        """
        kind = key.group, key.kind, key.namespace
        if (marks, stay, kind) not in self._marks:
            rows = self._of_kind(*kind, stay=stay)
            self._marks[marks, stay, kind] = frozenset(mark for _, obj in rows for mark in marks(obj))
        return self._marks[marks, stay, kind]

    def policies(self, namespace: str, labels: object) -> list[Object]:
        """The NetworkPolicies of the new state, of a namespace, that select pods with these labels."""
        if namespace not in self._policies:
            rows = self._of_kind("networking.k8s.io", "NetworkPolicy", namespace)
            selecting = ((at(obj, "spec").get("podSelector"), obj) for _, obj in rows)
            self._policies[namespace] = Selectors(selecting, plain=False)
        return self._policies[namespace].finding(labels)

    def selected(self, namespace: str, selector: object) -> list[Workload]:
        """The StatefulSets on both sides, of a namespace, whose running pods a label selector finds."""
        if self._workloads is None:
            self._workloads = {}
            for (space, _), one in self.workloads.items():
                self._workloads.setdefault(space, Labelled()).add(pod_labels(one.old), one)
        known = self._workloads.get(namespace)
        return known.found_by(selector) if known is not None else []

    def running(self, namespace: str, selector: object) -> list[ObjectRef]:
        """The objects of the old state, of a namespace, whose pods the plain selector of a Service finds."""
        if not isinstance(selector, dict) or not selector:
            return []
        if self._running is None:
            self._running = {}
            for key, obj in self.before.items():
                place = pod_at(key.group, key.kind)
                if place is not None:
                    labels = at(obj, *place[:-1], "metadata", "labels")
                    self._running.setdefault(key.namespace, Labelled()).add(labels, key)
        known = self._running.get(namespace)
        return known.found_by({"matchLabels": selector}) if known is not None else []

    def services(self, namespace: str, labels: object) -> list[tuple[str, Object]]:
        """(name, Service) of every Service of a namespace in the new state that finds pods with these labels."""
        if namespace not in self._services:
            rows = [(key.name, obj) for key, obj in self._of_kind("", "Service", namespace)]
            self._services[namespace] = Selectors((at(row[1], "spec").get("selector"), row) for row in rows)
        return self._services[namespace].finding(labels)

    def _of_kind(self, group: str, kind: str, namespace: str, *, stay: bool = False) -> list[tuple[ObjectRef, Object]]:
        """The objects of a group, kind and namespace in the new state; those that `stay`: as they were in the old."""
        if self._kinds is None or self._stay is None:
            self._kinds = _by_kind(self.after)
            self._stay = _by_kind({key: obj for key, obj in self.before.items() if key in self.after})
        return (self._stay if stay else self._kinds).get((group, kind, namespace), [])

    def is_needed(self, key: ObjectRef, name: str | None = None) -> bool:
        """Whether a pod that starts after the step needs an object, or one of its keys.

        True too where the namespace has no pods among the objects: then it is unknown.
        """
        used, before, after = self._needed()
        found = (key.kind, key.namespace, key.name)
        if key.namespace not in before and key.namespace not in after:
            return True
        if found not in used:
            return False
        keys = used[found]
        return name is None or keys is None or name in keys

    def _needed(self) -> tuple[dict[Used, Keys], set[str], set[str]]:
        """The objects that pods need, with the keys that they name (None: all), and the namespaces that have pods."""
        if self._used is None:
            used: dict[Used, Keys] = {}
            spaces: tuple[set[str], set[str]] = (set(), set())
            for state, found in zip((self.before, self.after), spaces, strict=True):
                for key, obj in state.items():
                    place = pod_at(key.group, key.kind)
                    if place is None:
                        continue
                    found.add(key.namespace)
                    waits = state is self.before and key in self.after and kept_from(self.after[key]) > 0
                    if state is self.after or waits:
                        for kind, name, one in _references(at(obj, *place)):
                            known = used.setdefault((kind, key.namespace, name), set())
                            used[kind, key.namespace, name] = None if known is None or one is None else known | one
            self._used = (used, *spaces)
        return self._used


def _by_kind(objects: Mapping[ObjectRef, Object]) -> Kinds:
    found: Kinds = {}
    for key, obj in objects.items():
        found.setdefault((key.group, key.kind, key.namespace), []).append((key, obj))
    return found


class ObjectPair:
    """An object that is on both sides: what differs, the StatefulSet that mounts it (or that it is), both states."""

    __slots__ = ("differences", "key", "new", "old", "states", "workload")

    def __init__(
        self, key: ObjectRef, differences: list[Difference], workload: Workload | None, states: States
    ) -> None:
        self.key = key
        self.old, self.new = states.before[key], states.after[key]
        self.differences = differences
        self.workload = workload
        self.states = states


def _references(pod: Object) -> Iterator[tuple[str, str, Keys]]:
    """(kind, name, keys) of what a pod cannot start without."""
    account = pod.get("serviceAccountName") or pod.get("serviceAccount")
    if isinstance(account, str):
        yield "ServiceAccount", account, None
    if isinstance(pod.get("priorityClassName"), str):
        yield "PriorityClass", pod["priorityClassName"], None
    for row in listed(pod.get("imagePullSecrets")):
        yield "Secret", str(row.get("name")), None
    for volume in listed(pod.get("volumes")):
        claim = at(volume, "persistentVolumeClaim").get("claimName")
        if isinstance(claim, str):
            yield "PersistentVolumeClaim", claim, None
        for row in (volume, *listed(at(volume, "projected").get("sources"))):
            yield from _sources(at(row, "configMap"), at(row, "secret"))
    for part in ("containers", "initContainers"):
        for container in listed(pod.get(part)):
            for row in listed(container.get("envFrom")):
                yield from _sources(at(row, "configMapRef"), at(row, "secretRef"))
            for row in listed(container.get("env")):
                yield from _sources(at(row, "valueFrom", "configMapKeyRef"), at(row, "valueFrom", "secretKeyRef"))


def _sources(config: Object, secret: Object) -> Iterator[tuple[str, str, Keys]]:
    for kind, source in (("ConfigMap", config), ("Secret", secret)):
        name = source.get("name", source.get("secretName"))
        if isinstance(name, str) and source.get("optional") is not True:
            rows = listed(source.get("items"))
            keys = {str(row.get("key")) for row in (rows or ([source] if "key" in source else []))}
            yield kind, name, keys or None
