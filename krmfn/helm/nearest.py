"""The real path of the chart that a wrong one was meant to be, and what keys of chart 0.x are called since 1.0."""

from __future__ import annotations

from functools import cache, lru_cache

from krmfn.helm.chart import DEFAULTS
from krmfn.helm.old_chart import RENAMED
from krmfn.model.text import nearest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.model.objects import FieldPath

_MEANT = {
    "affinity": "podTemplate.merge.spec.affinity",
    "nodeSelector": "podTemplate.merge.spec.nodeSelector",
    "tolerations": "podTemplate.merge.spec.tolerations",
    "priorityClassName": "podTemplate.merge.spec.priorityClassName",
    "topologySpreadConstraints": "podTemplate.topologySpreadConstraints",
    "resources": "container.resources",
    "image": "container.image",
    "replicaCount": "config.cluster.replicas",
    "replicas": "config.cluster.replicas",
    "persistence": "config.jetstream.fileStore.pvc",
    "serviceMonitor": "promExporter.podMonitor",
    "promExporter.serviceMonitor": "promExporter.podMonitor",
    "metrics": "promExporter",
    "extraConfig": "config.merge",
    "config.cluster.name": "config.cluster.merge.name",
    "config.tls": "config.nats.tls",
    "config.nats.jetstream": "config.jetstream",
    "config.auth": "config.merge.authorization",
    "config.authorization": "config.merge.authorization",
    "config.accounts": "config.merge.accounts",
    "config.jetstream.pvc": "config.jetstream.fileStore.pvc",
    "config.jetstream.storageDirectory": "config.jetstream.fileStore.dir",
    "config.jetstream.fileStore.storageDirectory": "config.jetstream.fileStore.dir",
    "config.jetstream.fileStorage": "config.jetstream.fileStore",
    "config.jetstream.memStorage": "config.jetstream.memoryStore",
    "config.jetstream.memoryStore.size": "config.jetstream.memoryStore.maxSize",
    "config.jetstream.fileStore.size": "config.jetstream.fileStore.pvc.size",
    "config.jetstream.fileStore.storageClassName": "config.jetstream.fileStore.pvc.storageClassName",
    "jetstream.memoryStore": "config.jetstream.memoryStore",
    "jetstream.fileStore": "config.jetstream.fileStore",
    "podDisruptionBudget.minAvailable": "podDisruptionBudget.merge.spec.minAvailable",
    "podDisruptionBudget.maxUnavailable": "podDisruptionBudget.merge.spec.maxUnavailable",
    "promExporter.podMonitor.labels": "promExporter.podMonitor.merge.metadata.labels",
    "promExporter.podMonitor.additionalLabels": "promExporter.podMonitor.merge.metadata.labels",
    "service.type": "service.merge.spec.type",
    "service.annotations": "service.merge.metadata.annotations",
    "service.loadBalancerIP": "service.merge.spec.loadBalancerIP",
    "podTemplate.annotations": "podTemplate.merge.metadata.annotations",
    "podTemplate.labels": "podTemplate.merge.metadata.labels",
    "podTemplate.nodeSelector": "podTemplate.merge.spec.nodeSelector",
    "podTemplate.tolerations": "podTemplate.merge.spec.tolerations",
    "podTemplate.affinity": "podTemplate.merge.spec.affinity",
    "container.securityContext": "container.merge.securityContext",
    "podSecurityContext": "podTemplate.merge.spec.securityContext",
    "statefulSet.annotations": "statefulSet.merge.metadata.annotations",
    "serviceAccount.annotations": "serviceAccount.merge.metadata.annotations",
}
"""Dead paths that people write (values files in public, and what other charts call the same), and the real ones."""
GROUPS = frozenset(".".join(path.split(".")[:count]) for path in DEFAULTS for count in range(1, path.count(".") + 1))
"""The paths of the chart that have paths below them."""
_PARTS = {path: path.split(".") for path in (*DEFAULTS, *sorted(GROUPS))}


def meant(path: FieldPath) -> tuple[str, bool]:
    """(real path or "", whether the path is one of chart 0.x) for a path that chart 1.x does not have."""
    names = [str(part) for part in path if isinstance(part, str)]
    for table, is_old in ((_MEANT, False), (RENAMED, True)):
        for count in range(len(names), 0, -1):
            known = table.get(".".join(names[:count]))
            if known is not None:
                return _with_rest(known, names[count:], is_old=is_old), is_old
    return _similar(names), False


def _with_rest(known: str, rest: list[str], *, is_old: bool) -> str:
    """The path with what is below the wrong one, where the chart takes that."""
    whole = ".".join([known, *rest])
    if whole in DEFAULTS or whole in GROUPS:
        return whole
    is_free = DEFAULTS.get(known) == {} or (".merge" in known and not is_old)
    return whole if known and is_free else known


def _similar(names: list[str]) -> str:
    """A path that has all the names in their order, else the nearest name at the first one that is wrong."""
    whole = [one for one, parts in _PARTS.items() if _has_in_order(parts, names)]
    if whole:
        return min(whole, key=lambda one: (one.count("."), one))
    for count, name in enumerate(names):
        before = ".".join(names[:count])
        if count and before not in GROUPS:
            break
        if name not in _level(before):
            close = _nearest(before, name)
            if close:
                rest = ".".join([close, *names[count + 1 :]])
                return rest if rest in _PARTS else close
            break
    tail = [one for one, parts in _PARTS.items() if len(names) > 1 and parts[-2:] == names[-2:]]
    return min(tail, key=lambda one: (one.count("."), one)) if tail else ""


@cache
def _level(before: str) -> tuple[str, ...]:
    """The names right below a path, or at the top for ""."""
    depth = before.count(".") + 1 if before else 0
    return tuple(
        sorted({parts[depth] for parts in _PARTS.values() if ".".join(parts[:depth]) == before and parts[depth:]})
    )


@lru_cache(4096)
def _nearest(before: str, name: str) -> str:
    """The path of the nearest name below a path; "" for none."""
    close = nearest(name, _level(before))
    return "" if close is None else f"{before}.{close}" if before else close


def _has_in_order(longer: list[str], names: list[str]) -> bool:
    rest = iter(longer)
    return len(longer) > len(names) and longer[-1] == names[-1] and all(name in rest for name in names)
