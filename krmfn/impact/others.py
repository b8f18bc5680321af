"""What changes of the other children do, and of objects that are none: mostly nothing to a pod."""

from __future__ import annotations

from krmfn.core.facts import EXPORTER
from krmfn.core.labels import NAME
from krmfn.impact import conf, secrets
from krmfn.impact.change import ADDED, METADATA, NONE, RECREATE, RELOAD, REMOVED, REORDERED, RESTART, Change
from krmfn.impact.difference import amount
from krmfn.impact.shown import shown_value
from krmfn.impact.workload import at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from krmfn.core.objects import Identity, Object
    from krmfn.impact.difference import Difference, Path
    from krmfn.impact.workload import Workload

    Verdict = tuple[str, str, str, str]

_AGAIN = "delete the object, then apply"
_COMES = {
    "Service": "clients and servers can use its name",
    "PodDisruptionBudget": "drains keep to it from now on",
    "DestinationRule": "sidecars of clients follow it from now on",
    "NetworkPolicy": "connections that it does not list are refused from now on; those between the servers stay",
    "PodMonitor": "Prometheus begins to scrape the servers",
    "PrometheusRule": "its alerts are judged from now on",
    "Deployment": "its pods start",
    **secrets.COMES,
}
_GOES = {
    "Service": "its name is no longer resolved: new connections over it fail",
    "ConfigMap": "pods that mount it keep what they have and cannot start again",
    "ServiceAccount": "pods that name it keep running and cannot be made again",
    "PodDisruptionBudget": "a drain may take every server at once",
    "DestinationRule": "sidecars of clients may ask the servers for mutual TLS, which they do not speak",
    "NetworkPolicy": "every pod may reach routes and monitoring of the servers",
    "Deployment": "its pods end; no server is touched",
    "PodMonitor": "Prometheus no longer scrapes the servers, and alerts on their metrics see none",
    "PrometheusRule": "nobody is told when a server is lost or a store runs full",
}
_WORKLOADS = ("Deployment", "DaemonSet", "ReplicaSet")


def whole(key: Identity, obj: Object, kind: str) -> Change:
    """An object that comes or goes."""
    if kind == ADDED:
        return Change(key, (), ADDED, METADATA, _COMES.get(key.kind, "no pod is touched"))
    why = secrets.goes(key.kind, obj) or _GOES.get(key.kind, "no server is touched")
    if key.kind == "Service" and at(obj, "spec").get("clusterIP") == "None":
        why = "servers no longer find each other by name, and none that restarts joins the cluster"
    return Change(key, (), REMOVED, METADATA, why)


def changed(key: Identity, old: Object, found: list[Difference], workload: Workload | None) -> list[Change]:
    """One change for each difference; `workload` is the StatefulSet that mounts the object."""
    changes = []
    for path, kind, before, after in found:
        if key.kind == "ConfigMap" and path == ("data", conf.CONF) and before is not None and after is not None:
            changes += conf.changed(key, before, after, workload)
            continue
        impact, code, why, recipe = _verdict(key, path, before, after, old)
        if kind == REORDERED and impact == METADATA:
            impact, why = NONE, "the order of entries says nothing here"
        first, second = shown_value(path, before), shown_value(path, after)
        if key.kind in ("Secret", "ConfigMap"):
            first = second = None
        changes.append(Change(key, path, kind, impact, why, old=first, new=second, code=code, recipe=recipe))
    return changes


def _verdict(key: Identity, path: Path, before: Any, after: Any, old: Object) -> Verdict:
    judge = _BY_KIND.get(key.kind)
    if judge is not None and path[0] != "metadata":
        return judge(path, before, after, old)
    if key.kind in _WORKLOADS and path[:2] == ("spec", "selector"):
        return RECREATE, "immutable-object", "the selector is immutable", _AGAIN
    if key.kind == "Deployment" and at(old, "spec", "selector", "matchLabels").get(NAME) == EXPORTER:
        return METADATA, "", "its exporter starts again; no server is touched", ""
    if key.kind in _WORKLOADS and path[:2] == ("spec", "template"):
        return RESTART, "", "its pods are replaced", ""
    return METADATA, "", "no pod is touched", ""


def _service(path: Path, before: Any, after: Any, _old: Object) -> Verdict:
    part = path[1] if len(path) > 1 else ""
    if part == "clusterIP" and "ExternalName" not in (before, after):
        return RECREATE, "cluster-ip-changed", "the address of a Service is immutable", _AGAIN
    if part == "selector":
        return METADATA, "", "new connections go to the pods that the new selector finds; standing ones stay", ""
    if part == "ports":
        return METADATA, "", "new connections go by the new ports; standing ones stay", ""
    if part == "publishNotReadyAddresses":
        return METADATA, "", "the Service's name resolves to other pods: to those that are not ready, or no longer", ""
    return METADATA, "", "no pod is touched", ""


def _secret(path: Path, before: Any, _after: Any, old: Object) -> Verdict:
    if path[0] in ("data", "stringData") and old.get("immutable") is not True:
        return RELOAD, "", "running servers take accounts and users on a reload", ""
    if path[0] in ("data", "stringData", "type") or (path[0] == "immutable" and before is True):
        return RECREATE, "immutable-object", f"{path[0]} of this Secret is immutable", _AGAIN
    return METADATA, "", "no pod is touched", ""


def _config_map(path: Path, before: Any, _after: Any, old: Object) -> Verdict:
    if old.get("immutable") is True and path[0] in ("data", "binaryData", "immutable"):
        return RECREATE, "immutable-object", f"{path[0]} of this ConfigMap is immutable", _AGAIN
    if path == ("data", conf.CONF):
        if before is not None:
            return METADATA, "", "running servers keep what they have, and cannot start again", ""
        return METADATA, "", "pods that mount it can start", ""
    return METADATA, "", "no pod is touched", ""


def _claim(path: Path, before: Any, after: Any, _old: Object) -> Verdict:
    if path == ("spec", "resources", "requests", "storage"):
        first, second = amount(before), amount(after)
        if first is not None and second is not None and first < second:
            return METADATA, "", "the volume grows where its class allows expansion", ""
    if path[0] == "spec":
        return RECREATE, "immutable-object", "a claim's spec is immutable but for a larger size", "keep it"
    return METADATA, "", "no pod is touched", ""


def _budget(path: Path, _before: Any, after: Any, _old: Object) -> Verdict:
    if path == ("spec", "maxUnavailable") and isinstance(after, int) and after > 1:
        return METADATA, "", "a drain may take so many servers at once, of which a majority must stay", ""
    return METADATA, "", "the next drain follows it", ""


def _destination(_path: Path, _before: Any, _after: Any, _old: Object) -> Verdict:
    return METADATA, "", "sidecars of clients follow it; no server is touched", ""


def _policy(path: Path, _before: Any, _after: Any, _old: Object) -> Verdict:
    if path[:2] == ("spec", "podSelector"):
        return METADATA, "", "other pods are protected, and those of before no longer", ""
    return METADATA, "", "connections that it no longer lists are refused; no server is touched", ""


def _scrape(_path: Path, _before: Any, _after: Any, _old: Object) -> Verdict:
    return METADATA, "", "Prometheus scrapes by it; no server is touched", ""


def _alerts(_path: Path, _before: Any, _after: Any, _old: Object) -> Verdict:
    return METADATA, "", "Prometheus judges by it; no server is touched", ""


_BY_KIND: dict[str, Callable[[Path, Any, Any, Object], Verdict]] = {
    "Service": _service,
    "Secret": _secret,
    "ConfigMap": _config_map,
    "PersistentVolumeClaim": _claim,
    "PodDisruptionBudget": _budget,
    "DestinationRule": _destination,
    "NetworkPolicy": _policy,
    "PodMonitor": _scrape,
    "PrometheusRule": _alerts,
    "ExternalSecret": secrets.external_secret,
    "Password": secrets.password,
}
