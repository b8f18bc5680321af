"""Exporters in separate pods: each must scrape a server, each server must be scraped, and ports must fit."""

from __future__ import annotations

from krmfn.checks.pods import joined
from krmfn.model.finding import error, warning
from krmfn.model.lookup import at
from krmfn.model.text import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krmfn.checks.pods import Pods
    from krmfn.checks.tree import Tree
    from krmfn.model.finding import Finding

_NO_REPLICAS = "but no StatefulSet of servers here has a replica; write how many servers run"
_PORTS = {"http": 80, "https": 443}


def check(tree: Tree) -> Iterator[Finding]:
    """Every exporter of krmfn, and servers that no exporter scrapes where others are asked."""
    seen: dict[str, set[str]] = {}
    for pods in tree.every_pods():
        if tree.is_ours(pods.ref, pods.obj) and tree.server_of(pods) is None:
            yield from _exporter(tree, pods)
            yield from _port(pods)
            if at(pods.obj, "spec").get("replicas", 1) != 0:
                asked = seen.setdefault(pods.ref.namespace, set())
                asked.update(host.partition(".")[0] for host in _hosts(pods))
    for server in tree.servers:
        asked = seen.get(server.pods.ref.namespace, set())
        lacking = [name for name in server.names if name not in asked]
        if lacking and len(lacking) < len(server.names) and not tree.may_lack_pods(server.pods.ref.namespace):
            text = (
                f"no exporter scrapes {joined(lacking)} of {server.pods.title}, while other servers have one, so its"
                " metrics are missing; render again, or write its host in the args of its exporter"
            )
            yield warning("exporter-missing", text).at(object=server.pods.ref)


def _hosts(pods: Pods) -> Iterator[str]:
    for _, container in pods.containers():
        words = container.get("args")
        yield from (asked[0] for word in (words if isinstance(words, list) else ()) if (asked := _asked(word)))


def _port(pods: Pods) -> Iterator[Finding]:
    """The option -port of an exporter, against the port that its container declares and others scrape."""
    for path, container in pods.containers():
        words = container.get("args")
        for position, word in enumerate(words if isinstance(words, list) else ()):
            name, _, port = word.partition("=") if isinstance(word, str) else ("", "", "")
            if name not in ("-port", "--port") or not port.isdecimal():
                continue
            number = pods.port_number("metrics")
            if number is not None and int(port) != number:
                text = (
                    f"the exporter of {pods.title} answers on port {port}, and its container declares port {number} as"
                    " metrics, so nothing is scraped; write the same port in both"
                )
                yield error("link-port", text, (*path, "args", position)).at(object=pods.ref)


def _exporter(tree: Tree, pods: Pods) -> Iterator[Finding]:
    """Exporters that scrape a missing server, or a port that the server does not open."""
    servers = tree.servers_in(pods.ref.namespace)
    if not servers or tree.may_lack("StatefulSet", pods.ref.namespace):
        return
    for path, container in pods.containers():
        words = container.get("args")
        for position, word in enumerate(words if isinstance(words, list) else ()):
            asked = _asked(word)
            if asked is None or asked[0] in ("localhost", "127.0.0.1"):
                continue
            host, port = asked
            here = (*path, "args", position)
            server = tree.server_named(pods.ref.namespace, host.partition(".")[0])
            service = host.split(".")[1:2]
            if server is None or (service and server.service not in service):
                hosts = joined(f"{name}.{one.service}" for one in servers for name in one.names)
                why = f"which is not a server ({hosts}); use one of them" if hosts else _NO_REPLICAS
                text = f"{pods.title} asks the host {shown(host)}, {why}"
                yield error("link-host", text, here).at(object=pods.ref)
            elif server.settings is not None and port != server.listener("monitor"):
                text = (
                    f"{pods.title} asks port {port} of {shown(host)}, and the monitoring port in {server.conf_key} is"
                    f" {server.listener('monitor') or 'not set'}; write the same port in both"
                )
                yield error("link-port", text, here).at(object=pods.ref)


def _asked(word: object) -> tuple[str, int] | None:
    """Host and port of the last word of an exporter's command line, `NAME,URL` or a URL; None for another word."""
    if not isinstance(word, str) or "://" not in word:
        return None
    before, _, rest = word.partition("://")
    host, colon, port = rest.partition("/")[0].rpartition("@")[2].partition(":")
    if before.rpartition(",")[2] not in _PORTS or not host or (colon and not port.isdecimal()):
        return None
    return host, int(port) if colon else _PORTS[before.rpartition(",")[2]]
