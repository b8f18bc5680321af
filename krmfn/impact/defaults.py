"""What the API server fills in or writes itself, so that its absence is no difference (seen with Kubernetes 1.37)."""

from __future__ import annotations

from krmfn.core.labels import CREATED_ONCE, PROTECTION, SYNC_WAVE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeAlias

    Path: TypeAlias = tuple[str | int, ...]

_DEFAULTS: dict[str, Any] = {
    "protocol": "TCP",
    "volumeMode": "Filesystem",
    "restartPolicy": "Always",
    "dnsPolicy": "ClusterFirst",
    "schedulerName": "default-scheduler",
    "terminationGracePeriodSeconds": 30,
    "revisionHistoryLimit": 10,
    "minReadySeconds": 0,
    "progressDeadlineSeconds": 600,
    "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": "25%", "maxSurge": "25%"}},
    "terminationMessagePath": "/dev/termination-log",
    "terminationMessagePolicy": "File",
    "defaultMode": 420,
    "sessionAffinity": "None",
    "sessionAffinityConfig": {"clientIP": {"timeoutSeconds": 10800}},
    "internalTrafficPolicy": "Cluster",
    "initialDelaySeconds": 0,
    "timeoutSeconds": 1,
    "periodSeconds": 10,
    "successThreshold": 1,
    "failureThreshold": 3,
    "scheme": "HTTP",
    "podManagementPolicy": "OrderedReady",
    "replicas": 1,
    "whenDeleted": "Retain",
    "whenScaled": "Retain",
    "readOnly": False,
    "hostNetwork": False,
    "hostPID": False,
    "hostIPC": False,
    "stdin": False,
    "stdinOnce": False,
    "tty": False,
    "publishNotReadyAddresses": False,
}
"""By a field's name: the value that is stored where a manifest has none."""
_DEFAULTS_BELOW: dict[str, dict[str, Any]] = {
    "updateStrategy": {"type": "RollingUpdate"},
    "rollingUpdate": {"partition": 0, "maxUnavailable": 1},
    "fieldRef": {"apiVersion": "v1"},
    "spec": {"type": "ClusterIP", "volumeMode": "Filesystem", "encoding": "raw"},
    "volumeClaimTemplates": {"apiVersion": "v1", "kind": "PersistentVolumeClaim"},
}
"""The same for names that mean several things: by the name of the field around."""
_MEANINGFUL_WHEN_EMPTY = frozenset(("namespaceSelector", "labelSelector", "podSelector", "storageClassName"))
"""Empty these select everything (or no class), absent nothing or something else."""
_CHOSEN = frozenset(
    ("annotations", "labels", "matchLabels", "selector", "nodeSelector", "data", "stringData", "binaryData")
)
"""Maps whose keys a user chooses: none of them has a default, and "" is a value."""
_BY_SERVER = frozenset(
    (
        "uid", "resourceVersion", "generation", "creationTimestamp", "managedFields", "selfLink", "ownerReferences",
        "finalizers", "deletionTimestamp", "deletionGracePeriodSeconds",
    )
)  # fmt: skip
_ALLOCATED = frozenset(("clusterIPs", "ipFamilies", "ipFamilyPolicy", "nodePort", "healthCheckNodePort"))
"""What the server chooses for a Service that does not say."""
_TWINS = frozenset(("serviceAccount",))
"""What the server copies from a field of another name."""
_NOT_OURS = (
    "internal.config.kubernetes.io/",
    "config.kubernetes.io/",
    "internal.config.k8s.io/",
    "config.k8s.io/",
    "internal.kpt.dev/",
    "kustomize.config.k8s.io/",
    "alpha.config.kubernetes.io/",
    "kubectl.kubernetes.io/",
    "argocd.argoproj.io/",
    "kustomize.toolkit.fluxcd.io/",
    "krmfn.dev/",
)
"""Annotations and labels of the tools on the way, on the object itself: in a pod template each restarts the pods."""
RESTARTED = ("spec", "template", "metadata", "annotations", "kubectl.kubernetes.io/restartedAt")
"""What `kubectl rollout restart` leaves in a live pod template: who applies without it leaves it there."""
_STEERING = frozenset((SYNC_WAVE, *PROTECTION, *CREATED_ONCE))
"""Those that a user writes for the tools, with `protect` for example."""


def is_ignored(path: Path, key: str, *, both: bool = False) -> bool:
    """Whether a field is nobody's to change in a manifest. `both`: it is there on both sides."""
    if key == "status" and (not path or path[-2:-1] == ("volumeClaimTemplates",)):
        return True
    if not path:
        return False
    if path[-1] == "metadata":
        return key in _BY_SERVER
    if path in (("metadata", "annotations"), ("metadata", "labels")):
        return key.startswith(_NOT_OURS) and key not in _STEERING
    return not both and (key in _ALLOCATED or key in _TWINS)


def is_default(path: Path, key: str, value: Any, around: dict[str, Any]) -> bool:
    """Whether the server treats an absent field as this value; `around` is the map that lacks it."""
    if path and path[-1] in _CHOSEN:
        return False
    if value in ({}, [], ""):
        return key not in _MEANINGFUL_WHEN_EMPTY
    if key in _DEFAULTS:
        return bool(_DEFAULTS[key] == value)
    if isinstance(value, dict):
        return _is_default_map(path, key, value)
    if key == "imagePullPolicy":
        return bool(value == pull_policy(around.get("image")))
    if key == "targetPort":
        return bool(value == around.get("port"))
    if key == "clusterIP":
        return bool(value != "None")
    if key == "type" and not path:
        return bool(value == "Opaque")  # of a Secret
    below = [part for part in path if isinstance(part, str)]
    return bool(below) and bool(_DEFAULTS_BELOW.get(below[-1], {}).get(key) == value)


def _is_default_map(path: Path, key: str, value: dict[str, Any]) -> bool:
    """Whether all that a map holds is default, for those maps that the server makes itself."""
    if key not in ("updateStrategy", "rollingUpdate", "persistentVolumeClaimRetentionPolicy"):
        return False
    return all(is_default((*path, key), name, item, {}) for name, item in value.items())


def pull_policy(image: object) -> str:
    """The policy of a container that states none: `Always` for the tag `latest`, and without a tag."""
    last = image.rpartition("/")[2] if isinstance(image, str) else ""
    if "@" in last:
        return "IfNotPresent"
    return "IfNotPresent" if last.partition(":")[2] not in ("", "latest") else "Always"
