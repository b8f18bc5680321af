"""Ports: those of Services, probes and monitors must be of a container, and those of containers in nats.conf."""

from __future__ import annotations

from krmfn.changes.workload import command_line
from krmfn.checks.pods import joined, title
from krmfn.checks.selectors import MONITORING
from krmfn.cluster.images import split_image
from krmfn.model.finding import error, warning
from krmfn.model.fix import replaced
from krmfn.model.lookup import at, listed
from krmfn.model.text import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krmfn.checks.pods import Pods
    from krmfn.checks.server import ServerGroup
    from krmfn.checks.tree import Tree
    from krmfn.model.finding import Finding
    from krmfn.model.objects import FieldPath, Object, ObjectRef

PROBES = ("startupProbe", "readinessProbe", "livenessProbe")
_USES = {
    "client": "clients", "nats": "clients", "cluster": "cluster", "monitor": "monitor", "leafnodes": "leafnodes",
    "leafnode": "leafnodes", "gateways": "gateway", "gateway": "gateway", "websocket": "websocket", "mqtt": "mqtt",
}  # fmt: skip
"""The use of the server's ports, by the names that krmfn and the official chart give them."""
_UNITS = {"s": 1, "m": 60, "h": 3600}
_LIVENESS_PAGE = "/healthz?js-enabled-only=true"
"""/healthz fails while a stream catches up, and a livenessProbe must not."""
_ENDPOINTS = frozenset(
    [
        "/",
        "/varz",
        "/connz",
        "/routez",
        "/gatewayz",
        "/leafz",
        "/subsz",
        "/subscriptionsz",
        "/stacksz",
        "/accountz",
        "/accstatz",
        "/jsz",
        "/healthz",
        "/ipqueuesz",
        "/raftz",
        "/debug/vars",
        "/expvarz",
    ]
)
"""Pages of the monitoring port of nats-server (server/server.go, 2.14)."""


def check(tree: Tree) -> Iterator[Finding]:
    """Ports that lead nowhere."""
    for ref, obj in tree.of_kind("Service"):
        selector = at(obj, "spec").get("selector")
        for pods in tree.selected(ref.namespace, {"matchLabels": selector}) if selector else ():
            if tree.is_ours(ref, obj) or tree.is_ours(pods.ref, pods.obj):
                yield from _service(tree, ref, obj, pods)
    for ref, obj in tree.of_kind("PodMonitor", MONITORING):
        if tree.is_ours(ref, obj):
            yield from _times(ref, obj)
        for pods in tree.selected(ref.namespace, at(obj, "spec").get("selector")):
            if tree.is_ours(ref, obj) or tree.is_ours(pods.ref, pods.obj):
                yield from _monitor(ref, obj, pods)
    for pods in tree.every_pods():
        if tree.is_ours(pods.ref, pods.obj):
            server = tree.server_of(pods)
            for path, container in pods.containers():
                own = server if server is not None and container is server.container else None
                yield from _probes(pods, path, container, own)
    for server in tree.servers:
        yield from _declared(server)


def _service(tree: Tree, ref: ObjectRef, obj: Object, pods: Pods) -> Iterator[Finding]:
    server = tree.server_of(pods)
    for position, row in enumerate(listed(at(obj, "spec").get("ports"))):
        field = "targetPort" if "targetPort" in row else "port"
        path, target = ("spec", "ports", position, field), row.get(field)
        if isinstance(target, str) and not target.isdigit():
            numbers = pods.ports_named(target, str(row.get("protocol", "TCP")))
            if len(set(numbers)) > 1:
                text = (
                    f'{title(ref)} sends its port {_name(row)} to the container port "{shown(target)}", which'
                    f" containers of {pods.title} declare as {joined(numbers)}, and only the first one is used;"
                    " give each port its own name"
                )
                yield error("link-port", text, path).at(object=ref)
            elif not numbers:
                text = (
                    f'{title(ref)} sends its port {_name(row)} to the container port "{shown(target)}", and no'
                    f" container of {pods.title} has one of that name{_named(pods)}; write the name of one"
                )
                yield error("link-port", text, path).at(object=ref)
        elif not _is_open(server, pods, target):
            text = (
                f"{title(ref)} sends its port {_name(row)} to port {target} of {pods.title}, where nothing is known to"
                f" listen{_opened(server)}; write a port that the pods have"
            )
            make = error if server is not None and server.settings is not None else warning
            yield make("link-port", text, path).at(object=ref)
            continue
        if server is not None:
            yield from _of_another_use(ref, row, path, target, server)
    if at(obj, "spec").get("internalTrafficPolicy") == "Local" and at(obj, "spec").get("clusterIP") != "None":
        text = (
            f"{title(ref)} has internalTrafficPolicy Local, so a client on a node without one of its pods gets no"
            " connection; write Cluster"
        )
        yield warning("link-local", text, ("spec", "internalTrafficPolicy")).at(object=ref)


def _of_another_use(
    ref: ObjectRef, row: Object, path: FieldPath, target: object, server: ServerGroup
) -> Iterator[Finding]:
    """A port by whose name clients expect one listener of the server, and that leads to another one."""
    number = _number(target)
    if number is None:
        number = server.pods.port_number(str(target))
    use = _USES.get(str(row.get("name")), "")
    opened = server.listener(use) if use else None
    if opened is not None and number != opened and number in server.listeners:
        text = (
            f"{title(ref)} sends its port {_name(row)} to port {number} of {server.pods.title}, and"
            f" {server.conf_key} opens {opened} for it; write {opened}"
        )
        yield error("link-port", text, path, target, replaced(path, opened)).at(object=ref)


def _is_open(server: ServerGroup | None, pods: Pods, number: object) -> bool:
    """Whether a port of pods is declared or opened by nats.conf; an absent number is the shape's matter."""
    number = _number(number)
    return number is None or pods.declares(number) or (server is not None and number in server.listeners)


def _number(port: object) -> int | None:
    """A port that is written as a number; None for a name."""
    return int(port) if isinstance(port, int) or (isinstance(port, str) and port.isdigit()) else None


def _monitor(ref: ObjectRef, obj: Object, pods: Pods) -> Iterator[Finding]:
    for position, row in enumerate(listed(at(obj, "spec").get("podMetricsEndpoints"))):
        name = row.get("port")
        if not isinstance(name, str):
            continue
        path = ("spec", "podMetricsEndpoints", position, "port")
        hits = [container for container, port in pods.ports() if port.get("name") == name]
        if not hits:
            text = (
                f'{title(ref)} scrapes the container port "{shown(name)}", and no container of {pods.title} has one of'
                f" that name{_named(pods)}; write the name of the exporter's port"
            )
            yield error("link-port", text, path).at(object=ref)
        yield from _scrape(ref, row, position, pods, hits)
        if len(hits) > 1 and not any(rule.get("action") == "keep" for rule in listed(row.get("relabelings"))):
            text = (
                f'{title(ref)} scrapes the port "{shown(name)}", which {len(hits)} containers of {pods.title} declare,'
                " so every pod is scraped more than once; keep one container with a relabeling of"
                " __meta_kubernetes_pod_container_name"
            )
            yield warning("link-port-twice", text, path).at(object=ref)


def _scrape(ref: ObjectRef, row: Object, position: int, pods: Pods, hits: list[Object]) -> Iterator[Finding]:
    """Scheme and page, against the options of the exporter that has the port (prometheus-nats-exporter)."""
    for container in hits:
        image, words = container.get("image"), command_line(container)
        if not isinstance(image, str) or split_image(image)[0].rpartition("/")[2] != "prometheus-nats-exporter":
            continue
        options = {name.lstrip("-"): value for name, _, value in (word.partition("=") for word in words)}
        page = options.get("path") or "/metrics"
        has_tls = "tlscert" in options
        here = ("spec", "podMetricsEndpoints", position)
        scheme = str(row.get("scheme") or "http").lower()
        if scheme != ("https" if has_tls else "http"):
            answers = "https" if has_tls else "http"
            text = f"{title(ref)} scrapes {pods.title} by {shown(scheme)}, and its exporter answers {answers}; write it"
            yield error("link-port", text, (*here, "scheme")).at(object=ref)
        if "path" in row and row["path"] != page and not ("path" in options and not options["path"]):
            text = (
                f"{title(ref)} scrapes the page {shown(str(row['path']))} of {pods.title}, and its exporter answers"
                f" {shown(page)}; write it"
            )
            yield error("link-port", text, (*here, "path")).at(object=ref)


def _times(ref: ObjectRef, obj: Object) -> Iterator[Finding]:
    """A timeout above the interval: Prometheus Operator leaves out the whole monitor."""
    for position, row in enumerate(listed(at(obj, "spec").get("podMetricsEndpoints"))):
        interval, timeout = _seconds(row.get("interval")), _seconds(row.get("scrapeTimeout"))
        if interval is not None and timeout is not None and timeout > interval:
            text = (
                f"{title(ref)} has a scrapeTimeout of {shown(str(row['scrapeTimeout']))} above its interval of"
                f" {shown(str(row['interval']))}, so Prometheus Operator ignores it; write a shorter one"
            )
            path = ("spec", "podMetricsEndpoints", position, "scrapeTimeout")
            yield error("scrape-timeout", text, path).at(object=ref)


def _seconds(text: object) -> int | None:
    """A duration of Prometheus with one unit, such as `30s`; None for any other."""
    unit = _UNITS.get(text[-1:]) if isinstance(text, str) else None
    return int(text[:-1]) * unit if isinstance(text, str) and unit and text[:-1].isdecimal() else None


def _probes(pods: Pods, path: FieldPath, container: Object, server: ServerGroup | None) -> Iterator[Finding]:
    """Probes of a port that is not there, or of a page that the server does not have; so the pod is never ready."""
    own = listed(container.get("ports"))
    name = shown(str(container.get("name")))
    for probe in PROBES:
        for how in ("httpGet", "tcpSocket", "grpc"):
            port = at(container, probe, how).get("port")
            here = (*path, probe, how, "port")
            if isinstance(port, str) and not port.isdigit():
                if not any(row.get("name") == port for row in own):
                    text = (
                        f'the {probe} of container {name} of {pods.title} asks the port "{shown(port)}", which the'
                        " container does not have; write one of its ports"
                    )
                    yield error("link-port", text, here).at(object=pods.ref)
                    continue
                port = next(row.get("containerPort") for row in own if row.get("name") == port)
            number = int(port) if isinstance(port, str) else port
            if not isinstance(number, int):
                continue
            if server is not None and server.settings is not None:
                yield from _probe_of_server(server, (*path, probe, how), at(container, probe, how), number)
            elif own and not any(row.get("containerPort") == number for row in own):
                text = (
                    f"the {probe} of container {name} of {pods.title} asks port {number}, which the container does not"
                    " declare; write one of its ports"
                )
                yield warning("link-port", text, here).at(object=pods.ref)


def _probe_of_server(server: ServerGroup, path: FieldPath, probe: Object, number: int) -> Iterator[Finding]:
    pods, is_page = server.pods, path[-1] == "httpGet"
    monitor = server.listener("monitor")
    if (is_page and number != monitor) or number not in server.listeners:
        opened = f"the monitoring port is {monitor}" if monitor else "no monitoring port (http_port) is set"
        text = (
            f"the {path[-2]} of the servers of {pods.title} asks port {number}, and in {server.conf_key} {opened}: pods"
            " never become ready, or are killed; write the same port in both"
        )
        yield error("link-port", text, (*path, "port")).at(object=pods.ref)
    page, is_moved = probe.get("path"), ("http_base_path",) in (server.settings or {})
    if is_page and isinstance(page, str) and not is_moved and page.partition("?")[0] not in _ENDPOINTS:
        right = _LIVENESS_PAGE if path[-2] == "livenessProbe" else "/healthz"
        text = (
            f'the {path[-2]} of the servers of {pods.title} asks for "{shown(page)}", which nats-server does not'
            f" answer; write {right}"
        )
        yield error("link-probe", text, (*path, "path")).at(object=pods.ref)
    if is_page and number == monitor and server.settings is not None:
        is_tls = ("https_port",) in server.settings and ("http_port",) not in server.settings
        if (str(probe.get("scheme", "HTTP")).upper() == "HTTPS") != is_tls:
            text = (
                f"the {path[-2]} of the servers of {pods.title} asks by {probe.get('scheme', 'HTTP')}, and the"
                f" monitoring port speaks {'HTTPS' if is_tls else 'HTTP'}; write scheme:"
                f" {'HTTPS' if is_tls else 'HTTP'}"
            )
            yield error("link-probe", text, (*path, "scheme")).at(object=pods.ref)


def _declared(server: ServerGroup) -> Iterator[Finding]:
    """Ports of the server's container by whose name others find it, and that nats.conf opens under another number."""
    for position, row in enumerate(listed(server.container.get("ports"))):
        use = _USES.get(str(row.get("name")), "")
        number, opened = row.get("containerPort"), server.listener(use) if use else None
        if opened is not None and isinstance(number, int) and number != opened:
            text = (
                f"container port {shown(str(row['name']))} of {server.pods.title} is {number}, and {server.conf_key}"
                f" opens {opened} for it, so connections by the name of the port fail; write the same number in both"
            )
            path = (*server.container_path, "ports", position, "containerPort")
            yield error("conf-port", text, path, number, replaced(path, opened)).at(object=server.pods.ref)


def _name(row: Object) -> str:
    return shown(str(row.get("name") or row.get("port")))


def _named(pods: Pods) -> str:
    names = {str(port.get("name")) for _, port in pods.ports() if port.get("name")}
    return f" (they have {joined(names)})" if names else ""


def _opened(server: ServerGroup | None) -> str:
    ports = sorted(server.listeners) if server is not None else []
    return f" ({server.conf_key} opens {joined(ports)})" if server is not None and ports else ""
