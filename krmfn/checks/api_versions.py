"""Objects without a known schema that no cluster serves: removed versions and misspelled kinds."""

from __future__ import annotations

from krmfn.checks.schemas.kubernetes import KINDS
from krmfn.model.finding import error
from krmfn.model.fix import replaced
from krmfn.model.text import nearest, shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.model.finding import Finding
    from krmfn.model.objects import Object

REMOVED = {
    ("apps/v1beta1", "Deployment"): ("apps/v1", 16),
    ("apps/v1beta1", "StatefulSet"): ("apps/v1", 16),
    ("apps/v1beta2", "DaemonSet"): ("apps/v1", 16),
    ("apps/v1beta2", "Deployment"): ("apps/v1", 16),
    ("apps/v1beta2", "ReplicaSet"): ("apps/v1", 16),
    ("apps/v1beta2", "StatefulSet"): ("apps/v1", 16),
    ("autoscaling/v2beta1", "HorizontalPodAutoscaler"): ("autoscaling/v2", 25),
    ("autoscaling/v2beta2", "HorizontalPodAutoscaler"): ("autoscaling/v2", 26),
    ("batch/v1beta1", "CronJob"): ("batch/v1", 25),
    ("extensions/v1beta1", "DaemonSet"): ("apps/v1", 16),
    ("extensions/v1beta1", "Deployment"): ("apps/v1", 16),
    ("extensions/v1beta1", "Ingress"): ("networking.k8s.io/v1", 22),
    ("extensions/v1beta1", "NetworkPolicy"): ("networking.k8s.io/v1", 16),
    ("networking.k8s.io/v1beta1", "Ingress"): ("networking.k8s.io/v1", 22),
    ("policy/v1beta1", "PodDisruptionBudget"): ("policy/v1", 25),
    ("rbac.authorization.k8s.io/v1beta1", "Role"): ("rbac.authorization.k8s.io/v1", 22),
    ("rbac.authorization.k8s.io/v1beta1", "RoleBinding"): ("rbac.authorization.k8s.io/v1", 22),
    ("scheduling.k8s.io/v1beta1", "PriorityClass"): ("scheduling.k8s.io/v1", 22),
    ("storage.k8s.io/v1beta1", "StorageClass"): ("storage.k8s.io/v1", 22),
}
"""What is not served any more: the version to write, and the minor of Kubernetes that removed the old one.

https://kubernetes.io/docs/reference/using-api/deprecation-guide/
"""
GROUPS = frozenset(version.rpartition("/")[0] for version, _ in (*KINDS, *REMOVED))
"""The groups of Kubernetes itself that have a known kind; CRDs may not define kinds in them."""
_VERSION = ("apiVersion",)
_BY_KIND = {kind: version for version, kind in KINDS}
_SHORTEST = 6
"""Letters of a kind from which on a misspelling is told from another kind (Node, Role and Job are short and near)."""


def unserved(obj: Object, minor: int) -> list[Finding]:
    """The finding about an object that no cluster of this minor version serves; None where one may."""
    version, kind = str(obj.get("apiVersion")), str(obj.get("kind"))
    if (version, kind) in REMOVED:
        new, removed = REMOVED[version, kind]
        if minor < removed:
            return []
        text = f"{version} of {kind} is not served since Kubernetes 1.{removed}; write {new}"
        return [error("api-version-removed", text, _VERSION, version, replaced(_VERSION, new))]
    if version.rpartition("/")[0] not in GROUPS:
        return []
    if kind in _BY_KIND:
        text = f'no version of Kubernetes serves {kind} as "{shown(version)}"; write {_BY_KIND[kind]}'
        return [
            error("api-version-unknown", text, _VERSION, shown(version), replaced(_VERSION, _BY_KIND[kind], safe=True))
        ]
    meant = _misspelled(version, kind)
    if meant is None:
        return []
    text = f'"{shown(kind)}" is not a kind of {version}; did you mean {meant}?'
    return [error("kind-unknown", text, ("kind",), shown(kind), replaced(("kind",), meant, safe=True))]


def _misspelled(version: str, kind: str) -> str | None:
    """The kind of the same apiVersion that was meant, or None for what may well be another kind."""
    known = tuple(name for of, name in KINDS if of == version)
    for name in known:
        if kind.lower() in (name.lower(), f"{name.lower()}s"):
            return name
    meant = nearest(kind, known) if _SHORTEST <= len(kind) < 64 else None
    return meant if meant and abs(len(meant) - len(kind)) <= 1 else None
