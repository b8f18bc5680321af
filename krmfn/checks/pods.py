"""Objects that make pods: labels and spec of their pod template, and its path in the object."""

from __future__ import annotations

from krmfn.changes.labels import frozen, matches
from krmfn.model.lookup import at, listed
from krmfn.model.text import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krmfn.model.objects import FieldPath, Object, ObjectRef

TEMPLATES: dict[str, FieldPath] = {
    "StatefulSet": ("spec", "template"),
    "Deployment": ("spec", "template"),
    "DaemonSet": ("spec", "template"),
    "ReplicaSet": ("spec", "template"),
    "Job": ("spec", "template"),
    "CronJob": ("spec", "jobTemplate", "spec", "template"),
    "Pod": (),
}
"""Where the pod template is, by kind."""
DEFAULT_GRACE = 30
"""Seconds of `terminationGracePeriodSeconds` where nothing is set (core/v1)."""


class Pods:
    """The pods of one workload. `path` is that of the pod's spec, `labels` are those that selectors see."""

    __slots__ = ("_containers", "_ports", "labels", "obj", "path", "ref", "spec")

    def __init__(self, ref: ObjectRef, obj: Object) -> None:
        where = TEMPLATES[ref.kind]
        template = at(obj, *map(str, where)) if where else obj
        self.ref = ref
        self.obj = obj
        self.labels = at(template, "metadata", "labels")
        self.spec = at(template, "spec")
        self.path: FieldPath = (*where, "spec")
        self._containers: list[tuple[FieldPath, Object]] | None = None
        self._ports: dict[tuple[Any, Any], list[int]] | None = None

    @property
    def title(self) -> str:
        """Kind and name, for a message."""
        return title(self.ref)

    def containers(self) -> list[tuple[FieldPath, Object]]:
        """Every container with its path, those that run first included. Callers must not change the list."""
        if self._containers is None:
            self._containers = [
                ((*self.path, part, position), container)
                for part in ("initContainers", "containers")
                for position, container in enumerate(listed(self.spec.get(part)))
            ]
        return self._containers

    def ports_named(self, name: str, protocol: str = "TCP") -> list[int]:
        """The numbers that a port name stands for, the one that Kubernetes takes first (kubelet, FindPort)."""
        if self._ports is None:
            self._ports = {}
            for _, container in sorted(self.containers(), key=lambda one: one[0][-2] == "initContainers"):
                for port in listed(container.get("ports")):
                    if isinstance(number := port.get("containerPort"), int):
                        key = (frozen(port.get("name")), frozen(port.get("protocol", "TCP")))
                        self._ports.setdefault(key, []).append(number)
        return self._ports.get((name, protocol), [])

    def ports(self) -> Iterator[tuple[Object, Object]]:
        """(container, port) of every port that is declared."""
        for _, container in self.containers():
            for port in listed(container.get("ports")):
                yield container, port

    def port_number(self, name: str, protocol: str = "TCP") -> int | None:
        """The number of a named port; None where no container declares one of this name and protocol."""
        return next(iter(self.ports_named(name, protocol)), None)

    def declares(self, number: object) -> bool:
        """Whether a container declares a port of this number."""
        return any(port.get("containerPort") == number for _, port in self.ports())

    def found_by(self, selector: object) -> bool:
        """Whether a label selector finds the pods; an empty one finds all, an absent one none."""
        return matches(selector, self.labels)


def title(ref: ObjectRef) -> str:
    """Kind and name of an object, for a message."""
    return f"{shown(ref.kind)} {shown(ref.name)}"


def joined(names: object) -> str:
    """Names for a message, at most five of them: `a, b and 3 more`."""
    every = sorted(map(str, names)) if isinstance(names, (set, frozenset)) else list(map(str, names))  # type: ignore[call-overload]
    text = ", ".join(shown(name) for name in every[:5])
    return f"{text} and {len(every) - 5} more" if len(every) > 5 else text
