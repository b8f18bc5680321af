"""What of a StatefulSet decides how other changes end: who mounts a file, which server runs, whether its pods roll."""

from __future__ import annotations

from krmfn.core.images import image_version
from krmfn.core.text import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from krmfn.core.objects import Object
    from krmfn.impact.difference import Difference

NATS_CONTAINER = "nats"
FIRST_TO_GROW_STORES = (2, 14)
"""nats-server takes larger store limits on a reload from this version (absent in 2.12.6; seen with 2.14.2)."""


class Workload:
    """A StatefulSet before and after. `version` is that of the servers that run, None where no tag says it."""

    __slots__ = ("name", "namespace", "new_replicas", "old_replicas", "restarts", "variables", "version")

    def __init__(self, old: Object, new: Object, found: list[Difference]) -> None:
        container = container_of(old)
        self.name = shown(str(old["metadata"]["name"]))
        self.namespace = shown(str(old["metadata"].get("namespace") or ""))
        self.restarts = any(path[:2] == ("spec", "template") for path, *_ in found)
        self.version = image_version(container.get("image"))
        self.variables = {str(row.get("name")) for row in listed(container.get("env"))}
        self.old_replicas, self.new_replicas = replicas(old), replicas(new)

    @property
    def grows_stores(self) -> bool:
        """Whether the running servers are known to take larger store limits on a reload."""
        return self.version is not None and self.version >= FIRST_TO_GROW_STORES

    @property
    def leaves_one(self) -> bool:
        """Whether a single server becomes a cluster."""
        return self.old_replicas == 1 and self.new_replicas > 1

    @property
    def order(self) -> str:
        """The pods in the order in which a rolling update takes them, the highest ordinal first."""
        last = min(self.old_replicas, self.new_replicas) - 1
        if last <= 0:
            return f"{self.name}-0"
        between = [f"{self.name}-{last - 1}"] if last == 2 else ["..."] if last > 2 else []
        return ", ".join([f"{self.name}-{last}", *between, f"{self.name}-0"])


def is_nats(statefulset: Object) -> bool:
    """Whether a StatefulSet runs NATS servers."""
    return bool(container_of(statefulset))


def container_of(statefulset: Object) -> Object:
    """The container of the server; empty when there is none."""
    pod = at(statefulset, "spec", "template", "spec")
    return next((row for row in listed(pod.get("containers")) if row.get("name") == NATS_CONTAINER), {})


def mounted(statefulset: Object) -> list[tuple[str, str, str]]:
    """(kind, namespace, name) of the ConfigMaps and Secrets among its volumes."""
    namespace = str(statefulset["metadata"].get("namespace") or "")
    found = []
    for row in listed(at(statefulset, "spec", "template", "spec").get("volumes")):
        config, secret = at(row, "configMap").get("name"), at(row, "secret").get("secretName")
        if isinstance(config, str):
            found.append(("ConfigMap", namespace, config))
        if isinstance(secret, str):
            found.append(("Secret", namespace, secret))
    return found


def replicas(statefulset: Object) -> int:
    """How many pods are wanted; 1 where nothing is said."""
    count = at(statefulset, "spec").get("replicas", 1)
    return count if isinstance(count, int) else 1


def at(value: Any, *path: str) -> Object:
    """The map at a path, empty when there is none."""
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def listed(value: Any) -> list[Object]:
    """The maps of a list, none for what is no list."""
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []
