"""The effects of changes of all other kinds, which mostly do nothing to a pod."""

from __future__ import annotations

from krmfn.changes import hazards, secrets, server_configuration, services
from krmfn.changes.change import (
    ADDED,
    DATA_LOSS,
    METADATA,
    NONE,
    OUTAGE,
    RECREATE,
    RELOAD,
    REORDERED,
    RESTART,
    UNKNOWN,
    Change,
)
from krmfn.changes.redaction import shown_value
from krmfn.changes.server_defaults import is_known
from krmfn.changes.workload import CONF, is_nats
from krmfn.cluster.facts import EXPORTER
from krmfn.model.labels import NAME
from krmfn.model.lookup import at
from krmfn.model.quantity import quantity_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from krmfn.changes.change import Consequence
    from krmfn.changes.pair import ObjectPair, States
    from krmfn.model.code import Code
    from krmfn.model.objects import FieldPath, Object, ObjectRef

_AGAIN = "delete the object, then apply"
_FROZEN = "its data can no longer change: a later change needs the object to be deleted, and servers do not reload then"
_COMES = {
    "Service": "its DNS name resolves",
    "PodDisruptionBudget": "drains respect it",
    "DestinationRule": "sidecars of clients follow it",
    "PodMonitor": "Prometheus starts to scrape the servers",
    "PrometheusRule": "its alerts are active",
    "Deployment": "its pods start",
    **secrets.COMES,
}
_GOES = {
    "Deployment": "its pods end; no server is touched",
    "PodMonitor": "Prometheus no longer scrapes the servers, and alerts on their metrics have no data",
    "PrometheusRule": "no alert fires when a server is lost or a store is full",
}
_WORKLOADS = ("Deployment", "DaemonSet", "ReplicaSet", "StatefulSet")
_CANNOT_START = "running pods keep it, but no pod that needs it can restart"
_NEEDED = {
    "ConfigMap": f"{_CANNOT_START}; servers keep their configuration",
    "ServiceAccount": _CANNOT_START,
    "PriorityClass": _CANNOT_START,
    "Secret": _CANNOT_START,
}
"""Kinds that pods name: a removal is an outage where a pod of the new state names the object."""
_WAYS = frozenset(
    (
        "Ingress", "Gateway", "HTTPRoute", "TLSRoute", "TCPRoute", "UDPRoute", "GRPCRoute", "VirtualService",
        "ServiceEntry", "Endpoints", "EndpointSlice",
    )
)  # fmt: skip
"""Kinds by which clients connect: a removal cuts off the clients that use it."""
_GATES = frozenset(
    (
        "AuthorizationPolicy", "PeerAuthentication", "RequestAuthentication", "Sidecar", "CiliumNetworkPolicy",
        "CiliumClusterwideNetworkPolicy", "GlobalNetworkPolicy", "AdminNetworkPolicy", "BaselineAdminNetworkPolicy",
    )
)  # fmt: skip
"""Rules about connections that krmfn does not read: an added or changed one may cut clients off."""
_LOST: dict[str, tuple[Code, str]] = {
    "PersistentVolumeClaim": (
        "claim-removed",
        "the claim is deleted, and its volume too if the reclaim policy is Delete",
    ),
    "PersistentVolume": ("claim-removed", "the volume is deleted"),
    "Namespace": ("namespace-removed", "everything in the namespace is deleted too, including the claims"),
    "CustomResourceDefinition": ("definition-removed", "every object of its kind is deleted too"),
}


def whole(key: ObjectRef, obj: Object, kind: str, states: States) -> Change:
    """The change of an added or removed object."""
    impact, code, why, recipe = (_comes if kind == ADDED else _goes)(key, obj, states)
    return Change(key, (), kind, impact, why, code=code, recipe=recipe)


def _comes(key: ObjectRef, obj: Object, states: States) -> Consequence:
    if key.kind == "NetworkPolicy":
        from krmfn.changes import policies

        return policies.added(key, obj, states)
    if key.kind == "DestinationRule" and _tls_mode(obj) not in (None, "DISABLE"):
        return OUTAGE, "mutual-tls-changed", "sidecars of clients use TLS, which the servers may not support", ""
    if key.kind in _GATES:
        return _gate()
    if key.kind not in _COMES and not is_known((key.group, key.kind)):
        return (
            METADATA,
            "",
            "not known: krmfn does not know this kind, nor what its controller does",
            "",
        )
    return METADATA, "", _COMES.get(key.kind, "no pod is touched"), ""


def _goes(key: ObjectRef, obj: Object, states: States) -> Consequence:
    if key.kind in _LOST:
        code, why = _LOST[key.kind]
        return DATA_LOSS, code, why, "keep it, or back up the streams first (nats account backup DIR)"
    if key.kind == "Service":
        return services.removed(obj)
    if key.kind == "PodDisruptionBudget":
        from krmfn.changes import budgets

        return budgets.removed(key, obj, states)
    if key.kind == "NetworkPolicy":
        from krmfn.changes import policies

        return policies.removed(key, obj, states)
    if key.kind == "DestinationRule":
        why = "sidecars of clients may use mutual TLS, which the servers do not support"
        return OUTAGE, "mutual-tls-changed", why, "keep it while clients have sidecars"
    made = secrets.removal_effect(key.kind, obj)
    if made is not None:
        needed = key if key.kind == "Secret" else secrets.made_by(key, obj)
        if needed is not None and states.is_needed(needed):
            return OUTAGE, "secret-removed", made, "keep the Secret in the cluster, or create the new one first"
        return METADATA, "", made, ""
    if key.kind in _NEEDED:
        if states.is_needed(key):
            return OUTAGE, "object-removed", _NEEDED[key.kind], "keep it while pods use it"
        return METADATA, "", "no pod that is compared needs it", ""
    if key.kind in _WAYS:
        return OUTAGE, "object-removed", "clients that connect through it are cut off", "move the clients first"
    if key.kind in _WORKLOADS and not _is_exporter(key, obj):
        return RESTART, "", "its pods are deleted", ""
    if key.kind not in _GOES and not (_is_exporter(key, obj) or is_known((key.group, key.kind))):
        return _not_known()
    return METADATA, "", _GOES.get(key.kind, "no server is touched"), ""


def changed(pair: ObjectPair) -> list[Change]:
    """One change for each difference."""
    key, old = pair.key, pair.old
    changes = []
    step = services.ServiceChange(pair) if key.kind == "Service" else None
    for path, kind, before, after in pair.differences:
        file = _server_file(pair, path)
        if file and pair.workload is not None and old.get("immutable") is not True:
            changes += server_configuration.changed(key, *pair.workload.confs, pair.workload, file)
            continue
        if _is_conf(key, path) and before is not None and after is not None and old.get("immutable") is not True:
            changes += server_configuration.changed(key, before, after, pair.workload, str(path[1]))
            continue
        if path[0] == "metadata" or (path[0] == "apiVersion" and len(path) == 1):
            verdict: Consequence = (METADATA, "", "no pod is touched", "")
        elif step is not None:
            verdict = services.changed(step, path, before, after)
        else:
            verdict = _verdict(pair, path, before, after)
        impact, code, why, recipe = verdict
        if kind == REORDERED and impact == METADATA:
            impact, why = NONE, "the order of entries has no meaning here"
        first, second = shown_value(path, before), shown_value(path, after)
        if key.kind in ("Secret", "ConfigMap"):
            first = second = None
        changes.append(Change(key, path, kind, impact, why, old=first, new=second, code=code, recipe=recipe))
    return changes


def _server_file(pair: ObjectPair, path: FieldPath) -> str:
    """The key of the configuration that servers read here before and after, if the path is that; else ""."""
    files = pair.workload.conf_files if pair.workload is not None else ()
    here = [
        file.key for file in files if file is not None and (pair.key, *path) == file.place and file.text is not None
    ]
    return here[0] if len(here) == 2 else ""


def _is_conf(key: ObjectRef, path: FieldPath) -> bool:
    """Whether the text is a configuration of nats-server: nats.conf, or a file of a ConfigMap that it may include."""
    return key.kind == "ConfigMap" and path[:1] == ("data",) and len(path) == 2 and str(path[1]).endswith(".conf")


def _verdict(pair: ObjectPair, path: FieldPath, before: Any, after: Any) -> Consequence:
    key, old, new = pair.key, pair.old, pair.new
    if key.kind == "NetworkPolicy":
        from krmfn.changes import policies

        return policies.changed(old, new, path)
    if key.kind == "PodDisruptionBudget":
        from krmfn.changes import budgets

        return budgets.changed(pair, path)
    if key.kind == "DestinationRule":
        return _destination(path, old, new)
    if key.kind in ("Secret", "ConfigMap") and old.get("immutable") is not True and _loses(path, before, after):
        return _key_removed(pair, path, before)
    if key.kind == "ServiceAccount" and path[0] == "imagePullSecrets" and after is None:
        return OUTAGE, "object-removed", "pods that restart may not be able to pull their images", "keep it"
    if key.kind in _GATES:
        return _gate()
    if _is_exporter(key, old) and path[:2] != ("spec", "selector"):
        return METADATA, "", _exporter(path, before, after, new), ""
    if key.kind in _WORKLOADS:
        return _other_workload(key, path, after)
    judge = _BY_KIND.get(key.kind)
    if judge is not None:
        return judge(path, before, after, old)
    if key.kind in ("PersistentVolume", "StorageClass") and after == "Delete":
        return DATA_LOSS, "claims-deleted", "the volume will be deleted with its claim", "keep Retain"
    return (METADATA, "", "no pod is touched", "") if is_known((key.group, key.kind)) else _not_known()


def _not_known() -> Consequence:
    why = "effect unknown: krmfn does not know this kind, nor what its controller creates or deletes"
    return METADATA, UNKNOWN, why, "check what its controller does, or exclude it with --exclude"


def _is_exporter(key: ObjectRef, obj: Object) -> bool:
    return key.kind == "Deployment" and at(obj, "spec", "selector", "matchLabels").get(NAME) == EXPORTER


def _exporter(path: FieldPath, before: Any, after: Any, new: Object) -> str:
    """The effect of a field of an exporter's Deployment, whose pods are never servers."""
    part = path[1] if len(path) > 1 and path[0] == "spec" else ""
    if part == "replicas":
        count = 1 if after is None else after
        if count == 0:
            return "no exporter asks its server any more, so its metrics are missing; no server is touched"
        if (1 if before is None else before) == 0:
            return "its exporter starts; no server is touched"
        several = f"{count} exporters ask the same server, so its metrics are there {count} times"
        return f"{several if count != 1 else 'one exporter asks its server'}; no server is touched"
    if part == "template":
        if at(new, "spec").get("paused") is True:
            return "its exporter takes it when the Deployment is no longer paused; no server is touched"
        return "its exporter restarts; no server is touched"
    return _paused(after) if part == "paused" else "no pod is touched"


def _paused(after: Any) -> str:
    if after is True:
        return "later changes of its pod template wait until it is no longer paused"
    return "changes that waited while it was paused replace its pods"


def _gate() -> Consequence:
    why = "it controls who can connect, and krmfn does not understand it: clients or servers can be cut off"
    return OUTAGE, "policy-cuts", why, "check that it allows every client that connects"


def _other_workload(key: ObjectRef, path: FieldPath, after: Any) -> Consequence:
    if path[:2] == ("spec", "template"):
        return RESTART, "", "its pods are replaced", ""
    if path[:2] == ("spec", "selector"):
        return RECREATE, "selector-changed", f"the selector of a {key.kind} is immutable", _AGAIN
    if path == ("spec", "replicas"):
        return METADATA, "", "pods are added or removed", ""
    return METADATA, "", _paused(after) if path == ("spec", "paused") else "no pod is touched", ""


def _loses(path: FieldPath, before: Any, after: Any) -> bool:
    return path[0] in ("data", "binaryData", "stringData") and before is not None and after is None


def _key_removed(pair: ObjectPair, path: FieldPath, before: Any) -> Consequence:
    names = [str(path[1])] if len(path) > 1 else list(before) if isinstance(before, dict) else []
    kept = {str(name) for part in ("data", "binaryData", "stringData") for name in at(pair.new, part)}
    names = [name for name in names if name not in kept]
    named = _named_by_server(pair)
    needed = (name in named if named is not None else pair.states.is_needed(pair.key, name) for name in names)
    if any(needed):
        why = f"a file or variable that pods need is missing: {_CANNOT_START}"
        return OUTAGE, "key-removed", why, "keep the key while pods need it"
    return METADATA, "", "no pod that is compared needs it", ""


def _named_by_server(pair: ObjectPair) -> set[str] | None:
    """The files that nats.conf names, and itself, where servers mount the object; None where that is not known."""
    if pair.workload is None or not is_nats(pair.workload.new):
        return None
    found = server_configuration.both(pair.workload)[0]
    return None if found is None else {CONF, *(name.rpartition("/")[2] for name in hazards.named(found))}


def _destination(path: FieldPath, old: Object, new: Object) -> Consequence:
    if path[:2] == ("spec", "host") or _tls_mode(old) != _tls_mode(new):
        why = "sidecars of clients switch between TLS and plain text, and the servers do not"
        return OUTAGE, "mutual-tls-changed", why, "keep the mode that the servers use"
    return METADATA, "", "sidecars of clients follow it; no server is touched", ""


def _tls_mode(rule: Object) -> object:
    return at(rule, "spec", "trafficPolicy", "tls").get("mode")


def _sealed_secret(path: FieldPath, _before: Any, _after: Any, _old: Object) -> Consequence:
    if path[0] == "spec":
        return RELOAD, "", "its controller writes the Secret again, and running servers take it on a reload", ""
    return METADATA, "", "no pod is touched", ""


def _secret(path: FieldPath, before: Any, after: Any, old: Object) -> Consequence:
    if path[0] in ("data", "stringData") and old.get("immutable") is not True:
        return RELOAD, "", "running servers reload accounts and users", ""
    if path[0] in ("data", "stringData", "type") or (path[0] == "immutable" and before is True):
        return RECREATE, "immutable-object", f"{path[0]} of this Secret is immutable", _AGAIN
    if path[0] == "immutable" and after is True:
        return METADATA, "", _FROZEN, ""
    return METADATA, "", "no pod is touched", ""


def _config_map(path: FieldPath, before: Any, after: Any, old: Object) -> Consequence:
    if old.get("immutable") is True and path[0] in ("data", "binaryData", "immutable"):
        return RECREATE, "immutable-object", f"{path[0]} of this ConfigMap is immutable", _AGAIN
    if path[0] in ("data", "binaryData") and before is not None:
        return RELOAD, "", "files that pods mount change; a server reads its files again on a reload", ""
    if path[0] == "immutable" and after is True:
        return METADATA, "", _FROZEN, ""
    return METADATA, "", "no pod is touched", ""


def _claim(path: FieldPath, before: Any, after: Any, _old: Object) -> Consequence:
    if path == ("spec", "resources", "requests", "storage"):
        first, second = quantity_of(before), quantity_of(after)
        if first is not None and second is not None and first < second:
            return METADATA, "", "the volume grows if its StorageClass allows expansion", ""
    if path[0] == "spec":
        return RECREATE, "immutable-object", "the spec of a claim is immutable, except for a larger size", "keep it"
    return METADATA, "", "no pod is touched", ""


def _scrape(_path: FieldPath, _before: Any, _after: Any, _old: Object) -> Consequence:
    return (
        METADATA,
        "",
        "Prometheus scrapes in another way: where nothing answers, metrics are missing; no server is touched",
        "",
    )


def _alerts(_path: FieldPath, _before: Any, _after: Any, _old: Object) -> Consequence:
    return METADATA, "", "only alerts change; no server is touched", ""


_BY_KIND: dict[str, Callable[[FieldPath, Any, Any, Object], Consequence]] = {
    "Secret": _secret,
    "ConfigMap": _config_map,
    "PersistentVolumeClaim": _claim,
    "PodMonitor": _scrape,
    "PrometheusRule": _alerts,
    "SealedSecret": _sealed_secret,
    "ExternalSecret": secrets.external_secret,
    "Password": secrets.password,
}
