"""What the chart and krmfn render from the same values, side by side: servers, stores, images, ports, nats.conf."""

from __future__ import annotations

from krmfn.helm.conf_comparison import SINGLE, compare_conf
from krmfn.helm.equality import Equality
from krmfn.helm.values import at
from krmfn.model.quantity import NotAQuantity, Quantity

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from krmfn.helm.verdict import Verdict
    from krmfn.model.objects import FieldPath, Object

_NAMES = "krmfn has a rule of its own for names; the data does not move by itself"
_IMMUTABLE = "the chart's labels; immutable, so that the StatefulSet is a new one"
_NOT_RUN = "the chart runs its containers as the user of the image; krmfn keeps the Pod Security Standard restricted"
_EXPORTER = "krmfn runs exporters in Deployments of their own"
_METRICS_PORT = 7777
_OF_POD: tuple[tuple[str, FieldPath, str], ...] = (
    ("termination grace period", ("terminationGracePeriodSeconds",), "krmfn waits for the lame duck mode of 120 s"),
    ("node selector", ("nodeSelector",), ""),
    ("tolerations", ("tolerations",), ""),
    ("priority class", ("priorityClassName",), ""),
    ("image pull Secrets", ("imagePullSecrets",), ""),
    ("user", ("securityContext", "runAsUser"), _NOT_RUN),
    ("group of volumes", ("securityContext", "fsGroup"), _NOT_RUN),
)
_CONTAINERS = (("nats", "nats"), ("reloader", "config-reloader"), ("prom-exporter", "metrics"))


def compare(chart: Sequence[Object], krmfn: Sequence[Object], lost: Sequence[Verdict]) -> list[Equality]:
    """Everything that was compared. `lost` are verdicts that explain differences."""
    return [*_compare(chart, krmfn, lost)]


def _compare(chart: Sequence[Object], krmfn: Sequence[Object], lost: Sequence[Verdict]) -> Iterator[Equality]:
    old, new = _servers(chart), _servers(krmfn)
    yield _row("StatefulSet", _name(old), _name(new), _NAMES)
    yield _row(
        "servers", at(old, ("spec", "replicas")), at(new, ("spec", "replicas")), _why(lost, "config.cluster.replicas")
    )
    yield _row("selector", _labels(at(old, _SELECTOR)), _labels(at(new, _SELECTOR)), _IMMUTABLE)
    yield _row("headless Service", at(old, ("spec", "serviceName")), at(new, ("spec", "serviceName")), _NAMES)
    yield from _claims(old, new, lost)
    for what, path, reason in _OF_POD:
        yield _row(what, _in_pod(old, path), _in_pod(new, path), reason or _why(lost, "podTemplate", "global"))
    yield from _containers(chart, krmfn, lost)
    yield from _ports(old, new, lost)
    yield from _services(chart, krmfn, lost)
    yield from compare_conf(_conf(chart), _conf(krmfn), lost)


_SELECTOR = ("spec", "selector", "matchLabels")


def _claims(old: Object, new: Object, lost: Sequence[Verdict]) -> Iterator[Equality]:
    first, second = (at(one, ("spec", "volumeClaimTemplates", 0)) or {} for one in (old, new))
    why = _why(lost, "config.jetstream") or ("" if first else "a NATS always has JetStream")
    yield _row("claim", _name(first), _name(second), _NAMES if first else why)
    size = ("spec", "resources", "requests", "storage")
    yield _row("volume", _quantity(at(first, size)), _quantity(at(second, size)), why)
    yield _row("StorageClass", at(first, ("spec", "storageClassName")), at(second, ("spec", "storageClassName")), why)


def _containers(chart: Sequence[Object], krmfn: Sequence[Object], lost: Sequence[Verdict]) -> Iterator[Equality]:
    for first, second in _CONTAINERS:
        old, new = _container(chart, first), _container(krmfn, second)
        reason = _EXPORTER if first == "prom-exporter" else ""
        missing = reason if not old else ""
        images = [_image(side.get("image")) for side in (old, new)]
        yield _row(
            f"image of {first}", images[0], images[1], missing or _of_image(new) or _why(lost, "container", first)
        )
        if first != "nats":
            continue
        for block in ("limits", "requests"):
            for name in ("cpu", "memory"):
                amount = ("resources", block, name)
                first_amount, second_amount = _quantity(at(old, amount)), _quantity(at(new, amount))
                yield _row(f"{name} {block}", first_amount, second_amount, _why(lost, "container"))
        env = [{one.get("name"): one.get("value") for one in side.get("env", ())} for side in (old, new)]
        text = "krmfn sets 80 % of the memory limit"
        yield _row("GOMEMLIMIT", env[0].get("GOMEMLIMIT"), env[1].get("GOMEMLIMIT"), text)
        for name in ("readOnlyRootFilesystem", "allowPrivilegeEscalation"):
            path = ("securityContext", name)
            yield _row(name, at(old, path), at(new, path), _NOT_RUN)


def _image(name: Any) -> Any:
    """The name without the registry and the folder that container runtimes add."""
    return name.removeprefix(_DOCKER).removeprefix("library/") if isinstance(name, str) else None


def _of_image(container: Object) -> str:
    is_upstream = str(container.get("image")).startswith(_DOCKER)
    return (
        "images: upstream has the versions that krmfn was tested with; natsImage names another" if is_upstream else ""
    )


_DOCKER = "docker.io/"


def _ports(old: Object, new: Object, lost: Sequence[Verdict]) -> Iterator[Equality]:
    both = [
        {
            port.get("containerPort")
            for container in _in_pod(one, ("containers",)) or ()
            for port in container.get("ports", ())
        }
        for one in (old, new)
    ]
    for port in sorted(both[0] | both[1]):
        reason = _EXPORTER if port == _METRICS_PORT else _why(lost, *_LISTENERS)
        if port == _PROFILING:
            reason = "krmfn does not name the port of the profiler; kubectl port-forward reaches it"
        if port == _ROUTES and at(new, ("spec", "replicas")) == 1:
            reason = SINGLE
        yield _row(f"port {port}", port in both[0], port in both[1], reason)


_PROFILING, _ROUTES = 65432, 6222
_LISTENERS = (
    *(f"config.{name}" for name in ("leafnodes", "websocket", "mqtt", "gateway", "monitor")),
    "config.nats.port",
    "config.cluster.port",
)


def _services(chart: Sequence[Object], krmfn: Sequence[Object], lost: Sequence[Verdict]) -> Iterator[Equality]:
    """The Service of clients: that of the chart may be a load balancer, for which krmfn has a Service of its own."""
    labels = at(_servers(chart), ("spec", "template", "metadata", "labels")) or {}
    services = (one for one in chart if one.get("kind") == "Service" and _selects(one, labels))
    old = next((one for one in services if not _is_headless(one)), {})
    kind = at(old, ("spec", "type")) or "ClusterIP"
    suffix = "-client" if kind == "ClusterIP" else "-external"
    new = next((one for one in krmfn if one.get("kind") == "Service" and str(_name(one)).endswith(suffix)), {})
    yield _row("Service of clients", _name(old), _name(new), _NAMES)
    text = _why(lost, "service")
    yield _row("type of the Service", kind if old else None, at(new, ("spec", "type")), text)
    ports = [sorted(port["port"] for port in at(one, ("spec", "ports")) or ()) for one in (old, new)]
    yield _row("ports of the Service", ports[0], ports[1], text or _why(lost, *_LISTENERS))
    for name in sorted({str(_name(one)) for one in chart if str(one.get("kind")) in ("Deployment", "Ingress")}):
        yield _row(f"object {name}", "there", "not there", _why(lost, "natsBox", "config.websocket") or _NO_BOX)


_NO_BOX = "krmfn renders no nats-box"


def _row(what: str, old: Any, new: Any, reason: str) -> Equality:
    first, second = _shown(old), _shown(new)
    return Equality(what=what, chart=first, krmfn=second, reason="" if first == second else reason)


def _shown(value: Any) -> str:
    if value in (None, {}, []):
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return ", ".join(f"{name}={_shown(inner)}" for name, inner in sorted(value.items()))
    return ", ".join(map(_shown, value)) if isinstance(value, list) else str(value)


def _why(lost: Sequence[Verdict], *groups: str) -> str:
    """The first lost value of a group, as a reason."""
    for one in lost:
        name = ".".join(map(str, one.path))
        if any(name == group or name.startswith(f"{group}.") for group in groups):
            return f"lost: {name} ({one.place.file}:{one.place.line})"
    return ""


def _servers(objects: Sequence[Object]) -> Object:
    return next((one for one in objects if one.get("kind") == "StatefulSet"), {})


def _container(objects: Sequence[Object], name: str) -> Object:
    for one in objects:
        found = next((c for c in _in_pod(one, ("containers",)) or () if c.get("name") == name), None)
        if found is not None and one.get("kind") in ("StatefulSet", "Deployment"):
            return dict(found)
    return {}


def _conf(objects: Sequence[Object]) -> str:
    found = (at(one, ("data", "nats.conf")) for one in objects if one.get("kind") == "ConfigMap")
    return next((text for text in found if isinstance(text, str)), "")


def _in_pod(one: Object, path: FieldPath) -> Any:
    return at(one, ("spec", "template", "spec", *path))


def _name(one: Object) -> Any:
    return at(one, ("metadata", "name"))


def _labels(labels: Any) -> Any:
    return {str(name).rpartition("/")[2]: value for name, value in labels.items()} if isinstance(labels, dict) else None


def _selects(service: Object, labels: dict[str, str]) -> bool:
    selector = at(service, ("spec", "selector"))
    return isinstance(selector, dict) and selector.items() <= labels.items()


def _is_headless(one: Object) -> bool:
    return bool(at(one, ("spec", "clusterIP")) == "None")


def _quantity(value: Any) -> Any:
    try:
        return None if value is None else Quantity(value).canonical()
    except NotAQuantity:
        return str(value)
