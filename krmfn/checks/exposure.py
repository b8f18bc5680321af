"""Access to the servers: listen addresses of nats.conf, Services for outside clients, ports of sidecars."""

from __future__ import annotations

from krmfn.checks.pods import title
from krmfn.checks.ports import PROBES
from krmfn.model.finding import error, warning
from krmfn.model.lookup import at, listed
from krmfn.model.text import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krmfn.checks.server import ServerGroup
    from krmfn.checks.tree import Tree
    from krmfn.model.finding import Finding
    from krmfn.model.objects import Object, ObjectRef

_LISTENERS = (
    ("clients", "clients", "no client"),
    ("cluster", "routes", "no server"),
    ("monitor", "probes", "no probe"),
)
_OUTSIDE = ("LoadBalancer", "NodePort")
_NODE_PORTS = range(30000, 32768)
"""Ports of nodes unless --service-node-port-range of the API server says otherwise."""
_OTHER_PROTOCOLS = frozenset(
    ("http", "https", "http2", "grpc", "grpc-web", "mongo", "mysql", "redis", "kubernetes.io/h2c", "kubernetes.io/ws")
)
"""Values of `appProtocol` for which Istio does not pass a connection through (Istio, protocol selection)."""


def check(tree: Tree) -> Iterator[Finding]:
    """Every server, and every Service that selects one."""
    for server in tree.servers:
        yield from _loopback(server)
        yield from _neighbours(server)
    for ref, obj in tree.of_kind("Service"):
        selector = at(obj, "spec").get("selector")
        for pods in tree.selected(ref.namespace, {"matchLabels": selector}) if selector else ():
            if (selected := tree.server_of(pods)) is not None:
                yield from _service(selected, ref, obj)


def _loopback(server: ServerGroup) -> Iterator[Finding]:
    """A port that only the containers of the same pod reach."""
    for use, name, lost in _LISTENERS:
        address = server.address(use)
        is_asked = use != "monitor" or any(at(server.container, probe, "httpGet") for probe in PROBES)
        if address is not None and _is_loopback(address) and is_asked:
            text = (
                f"{server.conf_key} opens the port for {name} on {shown(address)}, so {lost} outside of the pod reaches"
                " it; write the port alone"
            )
            assert server.file is not None  # noqa: S101
            yield error("conf-listen", text, (server.file.part, server.file.key)).at(object=server.file.ref)


def _is_loopback(address: str) -> bool:
    host = address.strip("[]").lower()
    return host in ("localhost", "::1") or host.startswith("127.")


def _neighbours(server: ServerGroup) -> Iterator[Finding]:
    """Containers beside the server that take its port: those of a pod share one network."""
    for path, container in server.pods.containers():
        for number, row in enumerate(listed(container.get("ports"))):
            port = row.get("containerPort")
            if container is not server.container and port in server.listeners and row.get("protocol", "TCP") == "TCP":
                text = (
                    f"container {shown(str(container.get('name')))} of {server.pods.title} has port {port}, which the"
                    f" server opens ({server.conf_key}), and only one container of a pod can; write another port"
                )
                here = (*path, "ports", number, "containerPort")
                yield error("port-taken", text, here).at(object=server.pods.ref)


def _service(server: ServerGroup, ref: ObjectRef, obj: Object) -> Iterator[Finding]:
    spec = at(obj, "spec")
    is_outside = spec.get("type") in _OUTSIDE
    is_told = server.setting("cluster", "no_advertise") is not True and server.setting("client_advertise") is None
    if is_outside and is_told and server.settings is not None and (server.replicas or 0) > 1:
        text = (
            f"{title(ref)} is for clients outside of the cluster, and the servers tell clients the addresses of pods,"
            f" which those cannot reach; set cluster.no_advertise: true in {server.conf_key}"
        )
        yield warning("external-without-no-advertise", text, ("spec", "type")).at(object=ref)
    for number, row in enumerate(listed(spec.get("ports"))):
        here, node = ("spec", "ports", number), row.get("nodePort")
        if is_outside and isinstance(node, int) and node and node not in _NODE_PORTS:
            text = (
                f"nodePort {node} of {title(ref)} is not one of {_NODE_PORTS[0]} to {_NODE_PORTS[-1]}, and the API"
                " server refuses it unless its --service-node-port-range differs; write one of these, or none"
            )
            yield warning("node-port", text, (*here, "nodePort"), node).at(object=ref)
        target = row.get("targetPort", row.get("port"))
        port = server.pods.port_number(target) if isinstance(target, str) else target
        is_nats = port is not None and port in (server.listener("clients"), server.listener("cluster"))
        if is_nats and row.get("appProtocol") in _OTHER_PROTOCOLS:
            text = (
                f"appProtocol {row['appProtocol']} of {title(ref)} is not the protocol of NATS, so the proxies of Istio"
                " break its connections; write tcp"
            )
            yield warning("link-protocol", text, (*here, "appProtocol")).at(object=ref)
