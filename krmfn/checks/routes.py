"""Routes, names and hosts of the servers, held against the pods that the StatefulSet makes."""

from __future__ import annotations

from krmfn.checks.pods import joined
from krmfn.checks.programs import references
from krmfn.model.finding import error, warning
from krmfn.model.fix import replaced
from krmfn.model.lookup import listed
from krmfn.model.text import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krmfn.checks.server import ServerGroup
    from krmfn.model.finding import Finding
    from krmfn.model.objects import FieldPath

_REPLICAS = ("spec", "replicas")


def check_routes(server: ServerGroup) -> Iterator[Finding]:
    """Findings about nats.conf without a path; those about the StatefulSet have path and object."""
    count, ref = server.replicas, server.pods.ref
    if count is None:
        return
    if count == 0:
        text = f"{server.pods.title} has 0 replicas, so no server runs; write how many servers nats.conf is for"
        yield warning("no-servers", text, _REPLICAS, count).at(object=ref)
        return
    routes = server.setting("cluster", "routes")
    if ("cluster",) in (server.settings or {}) and isinstance(routes, list):
        yield from _hosts(server, [route for route in routes if isinstance(route, str)])
        if count == 1 and routes:
            text = (
                f"{server.pods.title} has 1 replica, and {server.conf_key} makes it a member of a cluster, which has no"
                " quorum alone; write as many replicas as it has routes, or remove cluster"
            )
            yield error("conf-route", text, _REPLICAS, count).at(object=ref)
    elif count > 1 and ("cluster",) not in (server.settings or {}):
        text = (
            f"{server.pods.title} has {count} replicas, and {server.conf_key} has no cluster, so each is a separate"
            " server with its own streams; write replicas: 1, or render it for so many servers"
        )
        yield error("conf-route", text, _REPLICAS, count, replaced(_REPLICAS, 1)).at(object=ref)
    if count > 1:
        yield from _identity(server)
        if count % 2 == 0:
            text = (
                f"{server.pods.title} has {count} replicas, which tolerate no more failures than {count - 1}; write an"
                " odd number"
            )
            yield warning("even-cluster-size", text, _REPLICAS, count).at(object=ref)
    yield from _start(server, count)


def _hosts(server: ServerGroup, routes: list[str]) -> Iterator[Finding]:
    """Every server has a route to it, and every route names a server by its Service, namespace and port."""
    wanted, found = set(server.names), set()
    port, service, space = server.listener("cluster"), server.service, server.pods.ref.namespace
    strangers, name = [], server.conf_key
    for route in routes:
        host, number = host_of(route)
        parts = host.split(".")
        if len(parts) == 1 and parts[0] == service and (port is None or number in (port, None)):
            return  # one name for all of them
        if parts[0] not in wanted:
            strangers.append(host)
            continue
        found.add(parts[0])
        if len(parts) == 1 or parts[1] != service:
            text = (
                f'{name}: the route to "{shown(host)}" does not go by serviceName {shown(str(service))} of'
                f" {server.pods.title}"
            )
            yield error("conf-route", f"{text}, so the name is not in DNS; write {parts[0]}.{shown(str(service))}")
        elif len(parts) > 2 and space and parts[2] != space:
            text = (
                f'{name}: the route to "{shown(host)}" names namespace {shown(parts[2])}, and the servers run in'
                f" {space}"
            )
            yield error("conf-route", f"{text}; write {parts[0]}.{parts[1]}")
        if port is not None and number is not None and number != port:
            text = f'{name}: the route to "{shown(host)}" names port {number}, and cluster.port is {port}; write {port}'
            yield error("conf-route", text)
    if strangers:
        text = (
            f"{name}: the route{'s' if len(strangers) > 1 else ''} to {joined(strangers)}"
            f" lead{'' if len(strangers) > 1 else 's'} to no server of {server.pods.title}, whose pods are"
            f" {joined(server.names)}; render it for so many servers of this name"
        )
        yield error("conf-route", text)
    missing = [one for one in server.names if one not in found]
    if missing:
        text = (
            f"{name}: no route leads to {joined(missing)} of {server.pods.title}, which has {server.replicas} replicas:"
            " it may not join the cluster; write a route to every server, or the number of servers that nats.conf is"
            " for"
        )
        yield error("conf-route", text)


def host_of(route: str) -> tuple[str, int | None]:
    """Host and port of a route; user and password in it are left out."""
    rest = route.partition("://")[2] or route
    host, _, port = rest.rpartition("@")[2].rstrip("/").partition(":")
    return host, int(port) if port.isascii() and port.isdigit() else None


def _identity(server: ServerGroup) -> Iterator[Finding]:
    """Each server needs a name of its own, and an advertised host of its own that is in DNS."""
    environment, ref = server.environment, server.pods.ref
    fixed = server.settings or {}
    for path in (("server_name",), ("cluster", "cluster_advertise")):
        value = fixed.get(path)
        setting = ".".join(path)
        if isinstance(value, str):
            text = f"{server.conf_key}: {setting} is one value for all servers; write a variable such as $SERVER_NAME"
            yield error("conf-identity", text)
            continue
        if not (isinstance(value, tuple) and value[:1] == ("$",)) or value[1] not in environment:
            continue
        plain = environment[value[1]]
        here = (*server.container_path, "env", _position(server, value[1]))
        if not isinstance(plain, str):
            continue
        wanted = [name for name in references(plain) if name not in _before(server, value[1])]
        if wanted:
            text = (
                f"variable {value[1]} of {server.pods.title} uses $({wanted[0]}), which is not set before it, so all"
                f" servers have the same {setting}; set {wanted[0]} from the pod's metadata.name before it"
            )
            yield error("conf-identity", text, here).at(object=ref)
        elif not references(plain):
            text = (
                f"variable {value[1]} of {server.pods.title} gives all servers the same {setting}; write $(POD_NAME) in"
                " it"
            )
            yield error("conf-identity", text, here).at(object=ref)
        elif path[0] == "cluster":
            yield from _advertised(server, value[1], plain.strip('"'), here)


def _advertised(server: ServerGroup, name: str, host: str, path: FieldPath) -> Iterator[Finding]:
    parts = host.partition(":")[0].split(".")
    if len(parts) > 1 and "$" not in parts[1] and parts[1] != server.service:
        text = (
            f"variable {name} of {server.pods.title} advertises hosts of Service {shown(parts[1])}, and serviceName is"
            f" {shown(str(server.service))}, so the names are not in DNS; write {shown(str(server.service))}"
        )
        yield error("link-service-name", text, path).at(object=server.pods.ref)


def _position(server: ServerGroup, name: str) -> int:
    rows = listed(server.container.get("env"))
    return next(number for number, row in enumerate(rows) if row.get("name") == name)


def _before(server: ServerGroup, name: str) -> set[str]:
    rows = listed(server.container.get("env"))
    return {str(row.get("name")) for row in rows[: _position(server, name)]}


def _start(server: ServerGroup, count: int) -> Iterator[Finding]:
    """The first server of a new cluster is not ready before the others run."""
    policy = server.pods.obj["spec"].get("podManagementPolicy", "OrderedReady")
    if count > 1 and policy == "OrderedReady" and ("cluster",) in (server.settings or {}):
        text = (
            f"{server.pods.title} starts its pods one after the other, each when the one before is ready, and the first"
            " server of a new cluster is not ready before a quorum runs; write podManagementPolicy: Parallel"
        )
        path = ("spec", "podManagementPolicy")
        yield warning("ordered-start", text, path, policy, replaced(path, "Parallel")).at(object=server.pods.ref)
