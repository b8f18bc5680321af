"""Pods, Services and sidecars: which parts of the chart's free maps have a key."""

from __future__ import annotations

from krmfn.helm.chart import DEFAULTS
from krmfn.helm.server_rules import unused
from krmfn.helm.values import at
from krmfn.helm.verdict import INVALID
from krmfn.model.labels import HOST, ZONE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from krmfn.helm.target import Target
    from krmfn.helm.translation import Translation
    from krmfn.model.objects import FieldPath

POD_SECURITY = {
    "runAsNonRoot": True,
    "runAsUser": 1000,
    "runAsGroup": 10001,
    "fsGroup": 10001,
    "fsGroupChangePolicy": "OnRootMismatch",
    "seccompProfile": {"type": "RuntimeDefault"},
}
CONTAINER_SECURITY = {
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "privileged": False,
    "readOnlyRootFilesystem": True,
    "runAsNonRoot": True,
    "runAsUser": 1000,
    "runAsGroup": 10001,
    "seccompProfile": {"type": "RuntimeDefault"},
}
"""What krmfn writes into its pods, a container's own and its pod's; tests compare it with rendered objects."""
GRACE_SECONDS = 150
_IDS = ("runAsUser", "runAsGroup", "fsGroup")
_WRITTEN = "krmfn writes the same"
_HARD_HOST = "a hard rule for nodes leaves servers Pending in a drain; krmfn prefers other nodes"
_ZONES = "a hard rule for zones; set zones in the RenderNATS, and krmfn writes one that keeps the quorum"


def translate_pod(t: Translation) -> None:
    """`podTemplate` and `container`."""
    template = ("podTemplate", "merge")
    labels = t.value("global.labels")
    if isinstance(labels, dict):
        _put_strings(t, t.nats, ("labels",), labels, ("global", "labels"))
    for name in ("labels", "annotations"):
        given = _map(t.tree, (*template, "metadata", name))
        _put_strings(t, t.render, ("pod", name), given, (*template, "metadata", name))
    spec = (*template, "spec")
    selector = _map(t.tree, (*spec, "nodeSelector"))
    if selector:
        here = (*spec, "nodeSelector")
        t.take(here, t.render.put(("pod", "nodeSelector"), {str(k): str(v) for k, v in selector.items()}, here))
    tolerations = at(t.tree, (*spec, "tolerations"))
    if isinstance(tolerations, list) and tolerations:
        here = (*spec, "tolerations")
        t.take(here, t.render.put(("pod", "tolerations"), tolerations, here))
    priority = at(t.tree, (*spec, "priorityClassName"))
    if isinstance(priority, str) and priority:
        here = (*spec, "priorityClassName")
        t.take(here, t.render.put(("priorityClass",), priority, here))
    grace = at(t.tree, (*spec, "terminationGracePeriodSeconds"))
    if isinstance(grace, int) and grace <= GRACE_SECONDS:
        t.take((*spec, "terminationGracePeriodSeconds"), "", f"krmfn gives {GRACE_SECONDS} s")
    _take_equal(t, (*spec, "securityContext"), POD_SECURITY)
    _take_equal(t, ("container", "merge", "securityContext"), CONTAINER_SECURITY)
    _translate_affinity(t, (*spec, "affinity"))
    _translate_node_affinity(t, (*spec, "affinity", "nodeAffinity"))
    _translate_spread(t)
    _translate_startup(t)


def translate_sidecars(t: Translation) -> None:
    """The reloader, the exporter and its PodMonitor, the ServiceAccount, the PodDisruptionBudget, nats-box."""
    if t.value("reloader.enabled"):
        prefixes = "reloader.natsVolumeMountPrefixes"
        if t.value(prefixes) != DEFAULTS[prefixes]:
            t.take(prefixes, "", "the reloader has every file that nats.conf names")
        _translate_limits(t, "reloader", "reloader")
    else:
        unused(t, "reloader")
    if t.value("promExporter.enabled"):
        t.take("promExporter.enabled", "", "krmfn always renders exporters, in pods of their own")
        _translate_limits(t, "promExporter", "exporter")
        if t.value("promExporter.podMonitor.enabled"):
            here = ("promExporter", "podMonitor", "enabled")
            t.take(here, t.render.put(("podMonitor",), True, here))
            labels = ("promExporter", "podMonitor", "merge", "metadata", "labels")
            _put_strings(t, t.render, ("podMonitorLabels",), _map(t.tree, labels), labels)
        else:
            unused(t, "promExporter.podMonitor")
    if t.value("serviceAccount.enabled"):
        t.take("serviceAccount.enabled", "", "krmfn always renders a ServiceAccount")
        annotations = ("serviceAccount", "merge", "metadata", "annotations")
        _put_strings(t, t.render, ("pod", "serviceAccount", "annotations"), _map(t.tree, annotations), annotations)
    else:
        unused(t, "serviceAccount")
    if t.value("podDisruptionBudget.merge") == {"spec": {"maxUnavailable": 1}}:
        t.take("podDisruptionBudget.merge", "", _WRITTEN)
    for path, value in (("podManagementPolicy", "Parallel"), ("persistentVolumeClaimRetentionPolicy", _RETAIN)):
        if at(t.tree, ("statefulSet", "merge", "spec", path)) == value:
            t.take(("statefulSet", "merge", "spec", path), "", _WRITTEN)
    if not t.value("natsBox.enabled"):
        t.take("natsBox.enabled", "", "krmfn renders no nats-box")
        unused(t, "natsBox")


_RETAIN = {"whenDeleted": "Retain", "whenScaled": "Retain"}


def translate_service(t: Translation) -> None:
    """A load balancer or node port for clients: a Service of its own, and only for servers that ask who a client is."""
    for name in ("leafnodes", "websocket", "mqtt", "gateway"):
        if not t.value(f"config.{name}.enabled"):
            unused(t, f"config.{name}")
            unused(t, f"service.ports.{name}", f"the chart uses it only with config.{name}.enabled: true")
            unused(t, f"container.ports.{name}", f"the chart uses it only with config.{name}.enabled: true")
    for name in ("profiling", "resolver"):
        if not t.value(f"config.{name}.enabled"):
            unused(t, f"config.{name}")
    if not t.value("service.enabled"):
        unused(t, "service")
        return
    merge = ("service", "merge")
    kind = at(t.tree, (*merge, "spec", "type"))
    if kind == "ClusterIP":
        t.take((*merge, "spec", "type"), "", "krmfn writes a ClusterIP Service for clients")
    if kind not in ("LoadBalancer", "NodePort"):
        return
    if not t.render.has("auth"):
        text = (
            "clients outside of the cluster would need no password; set users first"
            " (config.merge.authorization), or auth"
        )
        t.lose(merge, text)
        return
    for below, key, wanted in _OF_SERVICE:
        value = at(t.tree, (*merge, *below))
        if isinstance(value, wanted) and value:
            t.take((*merge, *below), t.render.put(("service", key), value, (*merge, *below)))
    for name in ("port", "nodePort"):
        here = ("service", "ports", "nats", name)
        port = at(t.tree, here)
        if isinstance(port, int) and not isinstance(port, bool):
            t.take(here, t.render.put(("service", name), port, here))


_OF_SERVICE: tuple[tuple[tuple[str, ...], str, type], ...] = (
    (("spec", "type"), "type", str),
    (("metadata", "annotations"), "annotations", dict),
    (("spec", "loadBalancerClass"), "loadBalancerClass", str),
    (("spec", "loadBalancerSourceRanges"), "sourceRanges", list),
    (("spec", "externalTrafficPolicy"), "externalTrafficPolicy", str),
)


def _translate_limits(t: Translation, group: str, key: str) -> None:
    for name, suffix in (("cpu", "Cpu"), ("memory", "Memory")):
        here = (group, "merge", "resources", "limits", name)
        value = at(t.tree, here)
        if isinstance(value, (str, int)) and not isinstance(value, bool):
            t.take(here, t.render.put((f"{key}{suffix}",), str(value), here))


def _translate_startup(t: Translation) -> None:
    """The time until a server that starts must be healthy."""
    here = ("container", "merge", "startupProbe")
    probe = _map(t.tree, here)
    count, period = probe.get("failureThreshold"), probe.get("periodSeconds", 10)
    if isinstance(count, int) and isinstance(period, int) and probe.keys() <= {"failureThreshold", "periodSeconds"}:
        minutes = min(max(-(-count * period // 60), 1), 1440)
        t.take(here, t.render.put(("pod", "startupMinutes"), minutes, here))


def _translate_affinity(t: Translation, path: FieldPath) -> None:
    """Soft rules against two servers on a node or in a zone are krmfn's own."""
    rules = _map(t.tree, (*path, "podAntiAffinity"))
    soft = rules.get("preferredDuringSchedulingIgnoredDuringExecution")
    if isinstance(soft, list) and all(_topology(rule) in (HOST, ZONE) for rule in soft):
        here = (*path, "podAntiAffinity", "preferredDuringSchedulingIgnoredDuringExecution")
        t.take(here, "", "krmfn prefers other zones and other nodes")
    hard = rules.get("requiredDuringSchedulingIgnoredDuringExecution")
    if isinstance(hard, list) and hard:
        here = (*path, "podAntiAffinity", "requiredDuringSchedulingIgnoredDuringExecution")
        zones = all(isinstance(rule, dict) and rule.get("topologyKey") == ZONE for rule in hard)
        t.lose(here, _ZONES if zones else _HARD_HOST)


def _translate_node_affinity(t: Translation, path: FieldPath) -> None:
    given = _map(t.tree, path)
    required = at(given, (_REQUIRED, "nodeSelectorTerms"))
    if isinstance(required, list) and all(_has_expressions_only(term) for term in required):
        where = t.render.put(("pod", "nodeAffinity", "required"), required, (*path, _REQUIRED))
        t.take((*path, _REQUIRED), where)
    preferred = given.get(_PREFERRED)
    terms = [at(one, ("preference",)) for one in preferred] if isinstance(preferred, list) else []
    if isinstance(preferred, list) and terms and all(map(_has_expressions_only, terms)):
        kept = [{"weight": at(one, ("weight",)), **at(one, ("preference",))} for one in preferred]
        t.take((*path, _PREFERRED), t.render.put(("pod", "nodeAffinity", "preferred"), kept, (*path, _PREFERRED)))


_REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
_PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"


def _has_expressions_only(term: Any) -> bool:
    return isinstance(term, dict) and term.keys() == {"matchExpressions"}


def _topology(rule: Any) -> Any:
    return at(rule, ("podAffinityTerm", "topologyKey"))


def _translate_spread(t: Translation) -> None:
    for key, rule in _map(t.tree, ("podTemplate", "topologySpreadConstraints")).items():
        here = ("podTemplate", "topologySpreadConstraints", key)
        soft = isinstance(rule, dict) and rule.get("whenUnsatisfiable") == "ScheduleAnyway"
        if not isinstance(rule, dict) or "whenUnsatisfiable" not in rule:
            t.lose(here, "a pod needs whenUnsatisfiable here, or the API server refuses it", INVALID)
        elif soft and key in (HOST, ZONE):
            t.take(here, "", "krmfn prefers other zones and other nodes")
        elif key in (HOST, ZONE):
            t.lose(here, _ZONES if key == ZONE else _HARD_HOST)


def _put_strings(t: Translation, target: Target, field: FieldPath, given: dict[str, Any], source: FieldPath) -> None:
    """Labels or annotations."""
    for name, value in given.items():
        if isinstance(value, str):
            t.take((*source, name), target.put((*field, name), value, (*source, name)))


def _take_equal(t: Translation, path: FieldPath, written: dict[str, Any]) -> None:
    for name, value in _map(t.tree, path).items():
        if name in _IDS and isinstance(value, int) and not isinstance(value, bool) and value > 0:
            t.take((*path, name), t.render.put(("pod", name), value, (*path, name)))
        elif name in written and written[name] == value:
            t.take((*path, name), "", _WRITTEN)
        elif name in written:
            t.lose((*path, name), f"krmfn writes another {name}; {_SECURITY}")


_SECURITY = "its pods keep the Pod Security Standard restricted, and volumes get the group of the servers"


def _map(tree: Any, path: FieldPath) -> dict[str, Any]:
    found = at(tree, path)
    return found if isinstance(found, dict) else {}
