"""NetworkPolicies: whether all policies of a pod together allow the connections that servers need."""

from __future__ import annotations

from krmfn.changes.labels import matches
from krmfn.checks.pods import joined, title
from krmfn.checks.tree import is_marked
from krmfn.manifests.network_policies import DNS_PORTS
from krmfn.model.finding import error, warning
from krmfn.model.lookup import at, listed
from krmfn.natsconf.outgoing import connections

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krmfn.checks.pods import Pods
    from krmfn.checks.server import ServerGroup
    from krmfn.checks.tree import Tree
    from krmfn.model.finding import Finding
    from krmfn.model.objects import Object, ObjectRef

GROUP = "networking.k8s.io"
SYSTEM = "kube-system"
"""The namespace in which most clusters run DNS."""


def check(tree: Tree) -> Iterator[Finding]:
    """Ports that servers use and that policies of their pods block, one finding per port."""
    exporters = _Exporters(tree)
    for server in tree.servers:
        space = server.pods.ref.namespace
        if tree.may_lack("NetworkPolicy", space):
            continue
        own = tree.selecting(server.pods, "NetworkPolicy", GROUP, "podSelector")
        closing = [one for one in own if "Ingress" in types(one[1])]
        if closing:
            yield from _ingress(exporters, server, closing)
        leaving = [one for one in own if "Egress" in types(one[1])]
        if leaving:
            yield from _egress(server, leaving)
            yield from _outgoing(server, leaving)
        for ref, obj in own:
            yield from _names(ref, obj, server.pods)
    said = set()
    for pods in tree.every_pods():
        if is_marked(pods.obj) and tree.server_of(pods) is None:
            for one in _metrics(exporters, pods, tree.selecting(pods, "NetworkPolicy", GROUP, "podSelector")):
                if one.object not in said:
                    yield one
                said.add(one.object)


class _Exporters:
    """Pods whose command lines name servers of their namespace, as those of exporters do.

    `asks` has the pods by server, `asked` the servers by pods.
    """

    __slots__ = ("asked", "asks")

    def __init__(self, tree: Tree) -> None:
        self.asks: dict[ObjectRef, list[Pods]] = {}
        self.asked: dict[ObjectRef, list[ServerGroup]] = {}
        for pods in tree.every_pods():
            if tree.server_of(pods) is None:
                named = (tree.server_named(pods.ref.namespace, name) for name in _hosts(pods))
                servers = {one.pods.ref: one for one in named if one is not None}
                self.asked[pods.ref] = list(servers.values())
                for ref in servers:
                    self.asks.setdefault(ref, []).append(pods)


def _metrics(exporters: _Exporters, pods: Pods, own: list[tuple[ObjectRef, Object]]) -> Iterator[Finding]:
    """Exporters in pods of their own, whose port a policy closes for everybody, or which it keeps from the servers."""
    port = pods.port_number("metrics")
    closing = [one for one in own if "Ingress" in types(one[1])]
    rules = [rule for _, obj in closing for rule in listed(at(obj, "spec").get("ingress"))]
    if port is not None and closing and not any(_is_port(rule, pods, port) for rule in rules):
        names = joined(title(one) for one, _ in closing)
        text = f"{names} blocks port {port} of {pods.title}, so there are no metrics; allow the scrapers on it"
        yield warning("link-policy-port", text, ("spec", "ingress")).at(object=closing[0][0])
    leaving = [one for one in own if "Egress" in types(one[1])]
    rules = [rule for _, obj in leaving for rule in listed(at(obj, "spec").get("egress"))]
    for server in exporters.asked[pods.ref]:
        monitor = server.listener("monitor")
        if leaving and monitor:
            what = ""
            if not _allows(rules, server.pods, monitor, server.pods, peers="to"):
                what = f"connecting to port {monitor} of {server.pods.title}"
            elif not _resolves(rules, pods):
                what = "asking DNS (port 53, UDP)"
            if what:
                names = joined(title(one) for one, _ in leaving)
                text = f"{names} keeps {pods.title} from {what}, so there are no metrics; add an egress rule for it"
                yield warning("link-policy-port", text, ("spec", "egress")).at(object=leaving[0][0])


def types(policy: Object) -> list[str]:
    """The directions that a policy closes."""
    stated = at(policy, "spec").get("policyTypes")
    if isinstance(stated, list) and stated:
        return [str(one) for one in stated]
    return ["Ingress", *(["Egress"] if at(policy, "spec").get("egress") else [])]


def _ingress(exporters: _Exporters, server: ServerGroup, closing: list[tuple[ObjectRef, Object]]) -> Iterator[Finding]:
    pods, ref = server.pods, closing[0][0]
    names = joined(title(one) for one, _ in closing)
    rules = [rule for _, obj in closing for rule in listed(at(obj, "spec").get("ingress"))]
    cluster, clients = server.listener("cluster"), server.listener("clients")
    if (server.replicas or 0) > 1 and cluster and not _allows(rules, pods, cluster, pods):
        text = (
            f"{names} blocks port {cluster} between the servers of {pods.title}, so they form no cluster; allow their"
            " own pods on it"
        )
        yield error("link-policy-port", text, ("spec", "ingress")).at(object=ref)
    if clients and not any(_is_port(rule, pods, clients) for rule in rules):
        text = f"{names} blocks port {clients} of {pods.title}, so no client can connect; allow clients on it"
        yield error("link-policy-port", text, ("spec", "ingress")).at(object=ref)
    monitor = server.listener("monitor")
    for other in exporters.asks.get(pods.ref, []):
        if monitor and not _allows(rules, pods, monitor, other):
            text = f"{names} blocks port {monitor} of {pods.title} for {other.title}, so there are no metrics; allow it"
            yield warning("link-policy-port", text, ("spec", "ingress")).at(object=ref)
            break
    metrics = pods.port_number("metrics")
    own = any(port.get("name") == "metrics" and box is not server.container for box, port in pods.ports())
    if own and metrics and not any(_is_port(rule, pods, metrics) for rule in rules):
        text = f"{names} blocks port {metrics} of {pods.title}, so there are no metrics; allow the scrapers on it"
        yield warning("link-policy-port", text, ("spec", "ingress")).at(object=ref)


def _egress(server: ServerGroup, leaving: list[tuple[ObjectRef, Object]]) -> Iterator[Finding]:
    pods, cluster, ref = server.pods, server.listener("cluster"), leaving[0][0]
    rules = [rule for _, obj in leaving for rule in listed(at(obj, "spec").get("egress"))]
    if (server.replicas or 0) < 2 or not cluster:
        return
    names = joined(title(one) for one, _ in leaving)
    if not _allows(rules, pods, cluster, pods, peers="to"):
        text = (
            f"{names} keeps the servers of {pods.title} from connecting to each other's port {cluster}, so they form no"
            " cluster; add an egress rule to their own pods on it"
        )
        yield error("link-policy-port", text, ("spec", "egress")).at(object=ref)
    if not _resolves(rules, pods):
        text = (
            f"{names} keeps the servers of {pods.title} from asking DNS (port 53, UDP), so they do not find each other;"
            " add an egress rule for it to any pod, or to those of DNS"
        )
        yield error("link-policy-port", text, ("spec", "egress")).at(object=ref)


def _outgoing(server: ServerGroup, leaving: list[tuple[ObjectRef, Object]]) -> Iterator[Finding]:
    """Outgoing connections of servers to others than themselves. The peers are unknown, so only the port is checked."""
    rules = [rule for _, obj in leaving for rule in listed(at(obj, "spec").get("egress"))]
    for setting, port, protocol in dict.fromkeys(connections(server.conf)) if server.conf is not None else ():
        if not any(_has_number(rule, port, protocol) and _leads_out(rule, server.pods) for rule in rules):
            text = (
                f"{joined(title(one) for one, _ in leaving)} keeps the servers of {server.pods.title} from connecting"
                f" to {protocol} port {port}, which {setting} in {server.conf_key} needs; add an egress rule for it"
            )
            yield error("link-policy-port", text, ("spec", "egress")).at(object=leaving[0][0])


def _resolves(rules: list[Object], pods: Pods) -> bool:
    """Whether a rule lets pods ask DNS, by UDP: on a port of it, or by the name that its pods give the port."""
    return any(
        (any(_has_number(rule, port, "UDP") for port in DNS_PORTS) or _has_name(rule, "dns")) and _leads_out(rule, pods)
        for rule in rules
    )


def _has_number(rule: Object, number: int, protocol: str) -> bool:
    """Whether a rule is for a port of pods that are not known, which no name tells."""
    rows = listed(rule.get("ports"))
    return not rows or any(
        row.get("protocol", "TCP") == protocol and not isinstance(row.get("port"), str) and _spans(row, number)
        for row in rows
    )


def _has_name(rule: Object, name: str) -> bool:
    return any(row.get("port") == name and row.get("protocol", "TCP") == "UDP" for row in listed(rule.get("ports")))


def _leads_out(rule: Object, pods: Pods) -> bool:
    """Whether a rule holds more than pods of the same namespace, but where those could be the ones that are meant."""
    rows = listed(rule.get("to"))
    return not rows or pods.ref.namespace == SYSTEM or any("podSelector" not in r or len(r) > 1 for r in rows)


def _names(ref: ObjectRef, obj: Object, pods: Pods) -> Iterator[Finding]:
    """Ports by a name that no container has: such a rule allows no connection."""
    for position, rule in enumerate(listed(at(obj, "spec").get("ingress"))):
        for number, row in enumerate(listed(rule.get("ports"))):
            name = row.get("port")
            if isinstance(name, str) and pods.port_number(name, str(row.get("protocol", "TCP"))) is None:
                text = f"{title(ref)} opens the port {name}, and no container of {pods.title} has one of that name"
                path = ("spec", "ingress", position, "ports", number, "port")
                yield warning("link-port", f"{text}; write its name or number", path).at(object=ref)


def _allows(rules: list[Object], pods: Pods, number: int, peer: Pods, peers: str = "from") -> bool:
    """Whether a rule lets a peer of the same namespace reach a port of pods; with `to`, lets pods reach the peer."""
    return any(_is_port(rule, pods, number) and _is_peer(rule.get(peers), peer) for rule in rules)


def _is_port(rule: Object, pods: Pods, number: int, protocols: tuple[str, ...] = ("TCP",)) -> bool:
    """Whether a rule is for a port; one without ports is for all."""
    rows = listed(rule.get("ports"))
    return not rows or any(_holds(row, pods, number) for row in rows if row.get("protocol", "TCP") in protocols)


def _holds(row: Object, pods: Pods, number: int) -> bool:
    port = row.get("port")
    return pods.port_number(port) == number if isinstance(port, str) else _spans(row, number)


def _spans(row: Object, number: int) -> bool:
    """Whether a port, a range or every port holds a number."""
    port, last = row.get("port"), row.get("endPort")
    if port is None:
        return True
    return isinstance(port, int) and port <= number <= (last if isinstance(last, int) else port)


def _is_peer(entries: object, peer: Pods) -> bool:
    """Whether a list of peers may hold pods of the same namespace; an empty or absent one holds everybody.

    Labels of namespaces and IP addresses are unknown here and count as a match.
    """
    rows = listed(entries)
    return not rows or any(
        "ipBlock" in row or "podSelector" not in row or matches(row["podSelector"] or {}, peer.labels) for row in rows
    )


def _hosts(pods: Pods) -> Iterator[str]:
    """What can be the name of a pod in the command line: in `//nats-0.nats.ns`, all that ends before a dot."""
    for _, container in pods.containers():
        for word in container.get("args") or ():
            for part in word.split("//")[1:] if isinstance(word, str) else ():
                labels = part.partition("/")[0].split(".")
                yield from (".".join(labels[:count]) for count in range(1, len(labels)))
