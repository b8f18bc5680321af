"""Fields that the API server (Kubernetes 1.37) fills in or writes itself, by group, kind and path.

A kind that is not in these tables has no known default, so every added or removed field of it is a change.
"""

from __future__ import annotations

from krmfn.model.labels import CREATED_ONCE, PROTECTION, SYNC_WAVE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeAlias

    from krmfn.model.objects import FieldPath, Object

    Kind: TypeAlias = tuple[str, str]
    Table: TypeAlias = dict[str, dict[str, Any]]

_TEMPLATE = ("spec", "template", "spec")
_POD_AT: dict[Kind, tuple[str, ...]] = {
    ("", "Pod"): ("spec",),
    ("", "ReplicationController"): _TEMPLATE,
    ("apps", "DaemonSet"): _TEMPLATE,
    ("apps", "Deployment"): _TEMPLATE,
    ("apps", "ReplicaSet"): _TEMPLATE,
    ("apps", "StatefulSet"): _TEMPLATE,
    ("batch", "CronJob"): ("spec", "jobTemplate", *_TEMPLATE),
    ("batch", "Job"): _TEMPLATE,
}
"""Where the specification of a pod is."""
_PROBE = {
    "initialDelaySeconds": 0,
    "timeoutSeconds": 1,
    "periodSeconds": 10,
    "successThreshold": 1,
    "failureThreshold": 3,
}
_MODE, _OWN_FIELD = {"defaultMode": 420}, {"apiVersion": "v1"}
_CONTAINER: Table = {
    "": {
        "terminationMessagePath": "/dev/termination-log", "terminationMessagePolicy": "File", "stdin": False,
        "stdinOnce": False, "tty": False,
    },
    "ports": {"protocol": "TCP", "hostPort": 0},
    "env.valueFrom.fieldRef": _OWN_FIELD,
    "volumeMounts": {"readOnly": False},
    **{
        f"{place}{suffix}": values
        for place in ("livenessProbe", "readinessProbe", "startupProbe", "lifecycle.preStop", "lifecycle.postStart")
        for suffix, values in (("", _PROBE if "Probe" in place else {}), (".httpGet", {"scheme": "HTTP", "path": "/"}))
    },
}  # fmt: skip
_VOLUMES: Table = {
    "": {"emptyDir": {}},
    "configMap": _MODE,
    "downwardAPI": _MODE,
    "downwardAPI.items.fieldRef": _OWN_FIELD,
    "ephemeral.volumeClaimTemplate.spec": {"volumeMode": "Filesystem"},
    "projected": _MODE,
    "projected.sources.downwardAPI.items.fieldRef": _OWN_FIELD,
    "projected.sources.serviceAccountToken": {"expirationSeconds": 3600},
    "secret": _MODE,
}
_POD: Table = {
    "": {
        "restartPolicy": "Always", "dnsPolicy": "ClusterFirst", "schedulerName": "default-scheduler",
        "terminationGracePeriodSeconds": 30, "hostNetwork": False, "hostPID": False, "hostIPC": False,
        "enableServiceLinks": True,
    },
    **{f"volumes.{place}".rstrip("."): values for place, values in _VOLUMES.items()},
    **{
        f"{containers}.{place}".rstrip("."): values
        for containers in ("containers", "initContainers", "ephemeralContainers")
        for place, values in _CONTAINER.items()
    },
}  # fmt: skip
_ROLLING = {"type": "RollingUpdate"}
_SURGE = {"maxUnavailable": "25%", "maxSurge": "25%"}
_TABLES: dict[Kind, Table] = {
    ("", "ConfigMap"): {"": {"immutable": False}},
    ("", "PersistentVolumeClaim"): {"spec": {"volumeMode": "Filesystem"}},
    ("", "Pod"): {},
    ("", "ReplicationController"): {"spec": {"replicas": 1, "minReadySeconds": 0}},
    ("", "Secret"): {"": {"type": "Opaque", "immutable": False}},
    ("", "Service"): {
        "spec": {
            "type": "ClusterIP", "sessionAffinity": "None", "internalTrafficPolicy": "Cluster",
            "sessionAffinityConfig": {"clientIP": {"timeoutSeconds": 10800}}, "publishNotReadyAddresses": False,
            "externalTrafficPolicy": "Cluster",
        },
        "spec.ports": {"protocol": "TCP"},
    },
    ("", "ServiceAccount"): {},
    ("apps", "DaemonSet"): {
        "spec": {"revisionHistoryLimit": 10, "minReadySeconds": 0},
        "spec.updateStrategy": _ROLLING, "spec.updateStrategy.rollingUpdate": {"maxUnavailable": 1, "maxSurge": 0},
    },
    ("apps", "Deployment"): {
        "spec": {
            "replicas": 1, "revisionHistoryLimit": 10, "minReadySeconds": 0, "progressDeadlineSeconds": 600,
            "paused": False,
        },
        "spec.strategy": _ROLLING, "spec.strategy.rollingUpdate": _SURGE,
    },
    ("apps", "ReplicaSet"): {"spec": {"replicas": 1, "minReadySeconds": 0}},
    ("apps", "StatefulSet"): {
        "spec": {
            "replicas": 1, "revisionHistoryLimit": 10, "minReadySeconds": 0, "podManagementPolicy": "OrderedReady",
        },
        "spec.ordinals": {"start": 0},
        "spec.persistentVolumeClaimRetentionPolicy": {"whenDeleted": "Retain", "whenScaled": "Retain"},
        "spec.updateStrategy": _ROLLING,
        "spec.updateStrategy.rollingUpdate": {"partition": 0, "maxUnavailable": 1},
        "spec.volumeClaimTemplates": {"apiVersion": "v1", "kind": "PersistentVolumeClaim"},
        "spec.volumeClaimTemplates.spec": {"volumeMode": "Filesystem"},
    },
    ("batch", "CronJob"): {
        "spec": {
            "concurrencyPolicy": "Allow", "suspend": False, "successfulJobsHistoryLimit": 3,
            "failedJobsHistoryLimit": 1,
        },
    },
    ("batch", "Job"): {
        "spec": {
            "backoffLimit": 6, "completions": 1, "parallelism": 1, "completionMode": "NonIndexed", "suspend": False,
            "manualSelector": False, "podReplacementPolicy": "TerminatingOrFailed",
        },
    },
    ("external-secrets.io", "ExternalSecret"): {},
    ("generators.external-secrets.io", "Password"): {"spec": {"encoding": "raw"}},
    ("networking.k8s.io", "NetworkPolicy"): {
        "spec": {"policyTypes": ["Ingress"]}, "spec.ingress.ports": {"protocol": "TCP"},
        "spec.egress.ports": {"protocol": "TCP"},
    },
    ("policy", "PodDisruptionBudget"): {},
}  # fmt: skip
"""Defaults by kind, by the path of the map around without the positions in lists, and by the field's name."""
_MADE_WHOLE = ("updateStrategy", "strategy", "rollingUpdate", "persistentVolumeClaimRetentionPolicy", "ordinals")
"""Maps that the server fills in when they are absent, so one that holds only defaults is not a difference."""
_MEANINGFUL_WHEN_EMPTY = frozenset(
    (
        "namespaceSelector",
        "labelSelector",
        "podSelector",
        "storageClassName",
        "emptyDir",
        "selector",
        "volumeClaimTemplate",
    )
)
"""Fields that mean one thing when empty (everything, no class, a volume) and another when absent."""
_CHOSEN = frozenset(
    ("annotations", "labels", "matchLabels", "selector", "nodeSelector", "data", "stringData", "binaryData")
)
"""Maps whose keys a user chooses: none of them has a default, and "" is a value."""
_BY_SERVER = frozenset(
    (
        "uid", "resourceVersion", "generation", "creationTimestamp", "managedFields", "selfLink", "deletionTimestamp",
        "deletionGracePeriodSeconds",
    )
)  # fmt: skip
_KEPT_BY_SERVER = frozenset(("ownerReferences", "finalizers"))
"""Fields that controllers write too: in a live object they stay when a manifest lacks them."""
_ALLOCATED = frozenset(("clusterIPs", "ipFamilies", "ipFamilyPolicy", "healthCheckNodePort"))
"""Fields of a Service that the server chooses when they are absent."""
_BY_CONTROLLERS = ("deprecated.daemonset.template.generation", "deployment.kubernetes.io/revision")
"""Annotations that the server or a controller writes."""
_SERVICE: Kind = ("", "Service")
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
"""Annotations and labels that tools write on the object itself. In a pod template each one restarts the pods."""
RESTARTED = ("spec", "template", "metadata", "annotations", "kubectl.kubernetes.io/restartedAt")
"""The annotation of `kubectl rollout restart`; it stays in a live pod template when a manifest lacks it."""
_STEERING = frozenset((SYNC_WAVE, *PROTECTION, *CREATED_ONCE))
"""Annotations that a user writes to control tools, for example to protect an object."""
STATEFULSET: Kind = ("apps", "StatefulSet")


def kind_of(obj: Object) -> Kind:
    """Group and kind, by which everything here is told apart; the version makes no difference."""
    return str(obj.get("apiVersion")).rpartition("/")[0], str(obj.get("kind"))


def pod_at(group: str, kind: str) -> tuple[str, ...] | None:
    """Where the specification of the pods is in an object of this kind; None where it makes none."""
    return _POD_AT.get((group, kind))


def is_known(kind: Kind) -> bool:
    """Whether the fields of the kind are known: their defaults, the keys of their lists, which are quantities."""
    return kind in _TABLES


def is_ignored(kind: Kind, path: FieldPath, key: str, *, both: bool = False, live: bool = False) -> bool:
    """Whether a manifest does not decide a field. `both`: both sides have it; `live`: one side is a live object."""
    if key == "status" and not path:
        return live or is_known(kind)
    if not path:
        return False
    if path[-1] == "metadata" and key in _BY_SERVER:
        return path == ("metadata",) or is_known(kind)
    if path == ("metadata",):
        return live and not both and key in _KEPT_BY_SERVER
    if path in (("metadata", "annotations"), ("metadata", "labels")):
        written = not both and is_known(kind) and key in _BY_CONTROLLERS
        return written or (key.startswith(_NOT_OURS) and key not in _STEERING)
    if kind == _SERVICE and not both:
        return (path == ("spec",) and key in _ALLOCATED) or (path[:2] == ("spec", "ports") and key == "nodePort")
    if kind == STATEFULSET and key == "status":
        return path[-2:-1] == ("volumeClaimTemplates",)
    return not both and key == "serviceAccount" and _named(path) == _POD_AT.get(kind)


def is_default(kind: Kind, path: FieldPath, key: str, value: Any, around: dict[str, Any]) -> bool:
    """Whether the server treats an absent field as this value; `around` is the map that lacks it."""
    table = _TABLES.get(kind)
    if path and path[-1] in _CHOSEN:
        return False
    if path in ((), ("metadata",)) and key in ("metadata", "annotations", "labels") and not value:
        return True
    if table is None:
        return False
    defaults = _defaults(kind, table, path)
    if key in defaults:
        return bool(defaults[key] == value) or _is_empty(key, value)
    if _is_empty(key, value):
        return kind == _SERVICE or key not in _MEANINGFUL_WHEN_EMPTY
    if isinstance(value, dict):
        made = key in _MADE_WHOLE and path[:1] == ("spec",) and len(path) < 3
        return made and all(is_default(kind, (*path, key), name, item, {}) for name, item in value.items())
    if key == "imagePullPolicy":
        return bool(value == pull_policy(around.get("image")))
    if kind == _SERVICE and key == "targetPort":
        return bool(value == around.get("port"))
    return kind == _SERVICE and path == ("spec",) and key == "clusterIP" and value != "None"


def is_chosen_by_server(kind: Kind, path: FieldPath, key: str, value: Any) -> bool:
    """Whether the API server chooses the value of an absent field, so that a written value is a change."""
    if kind != _SERVICE:
        return False
    return (path == ("spec",) and key == "clusterIP" and value != "None") or (
        path[:2] == ("spec", "ports") and key == "nodePort"
    )


def _is_empty(key: str, value: Any) -> bool:
    return value in ({}, [], "") and key not in ("emptyDir", "storageClassName") and not isinstance(value, bool)


def _defaults(kind: Kind, table: Table, path: FieldPath) -> dict[str, Any]:
    """The defaults of the map at a path: of the kind's own fields, or of the pod in it."""
    names = _named(path)
    pod = _POD_AT.get(kind)
    if pod is not None and names[: len(pod)] == pod:
        return _POD.get(".".join(names[len(pod) :]), {})
    return table.get(".".join(names), {})


def _named(path: FieldPath) -> tuple[str, ...]:
    return tuple(part for part in path if isinstance(part, str))


def is_amount(kind: Kind, path: FieldPath) -> bool:
    """Whether a field is a quantity: requests and limits of containers and claims, the size of a volume in memory."""
    if not is_known(kind) or len(path) < 3:
        return False
    names = _named(path)
    resources = names[-3:-1] in (("resources", "limits"), ("resources", "requests"))
    return resources or names[-1] == "divisor" or names[-2:] == ("emptyDir", "sizeLimit")


def pull_policy(image: object) -> str:
    """The policy of a container without one: `Always` for the tag `latest`, and without a tag."""
    last = image.rpartition("/")[2] if isinstance(image, str) else ""
    if "@" in last:
        return "IfNotPresent"
    return "IfNotPresent" if last.partition(":")[2] not in ("", "latest") else "Always"
