"""NetworkPolicies: whether they let in whom the servers need, seen together for the pods that they select."""

from __future__ import annotations

from krmfn.changes.labels import matches
from krmfn.checks.pods import joined, title
from krmfn.checks.tree import is_marked
from krmfn.model.finding import error, warning
from krmfn.model.lookup import at, listed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krmfn.checks.pods import Pods
    from krmfn.checks.server import Server
    from krmfn.checks.tree import Tree
    from krmfn.model.finding import Finding
    from krmfn.model.objects import Object, ObjectRef

GROUP = "networking.k8s.io"


def check(tree: Tree) -> Iterator[Finding]:
    """Ports that servers use and that the policies of their pods keep closed, one finding a port."""
    policies: dict[str, list[tuple[ObjectRef, Object]]] = {}
    for ref, obj in tree.of_kind("NetworkPolicy", GROUP):
        policies.setdefault(ref.namespace, []).append((ref, obj))
    for server in tree.servers:
        space = server.pods.ref.namespace
        if tree.may_lack("NetworkPolicy", space):
            continue
        own = [one for one in policies.get(space, []) if server.pods.found_by(at(one[1], "spec").get("podSelector"))]
        closing = [one for one in own if "Ingress" in types(one[1])]
        if closing:
            yield from _ingress(tree, server, closing)
        leaving = [one for one in own if "Egress" in types(one[1])]
        if leaving:
            yield from _egress(server, leaving)
        for ref, obj in own:
            yield from _names(ref, obj, server.pods)
    said = set()
    for pods in tree.every_pods():
        if is_marked(pods.obj) and tree.server_of(pods) is None:
            for one in _metrics(pods, policies.get(pods.ref.namespace, [])):
                if one.object not in said:
                    yield one
                said.add(one.object)


def _metrics(pods: Pods, policies: list[tuple[ObjectRef, Object]]) -> Iterator[Finding]:
    """Exporters in pods of their own, whose port a policy closes for everybody."""
    port = pods.port_number("metrics")
    own = [one for one in policies if pods.found_by(at(one[1], "spec").get("podSelector"))]
    closing = [one for one in own if "Ingress" in types(one[1])]
    rules = [rule for _, obj in closing for rule in listed(at(obj, "spec").get("ingress"))]
    if port is not None and closing and not any(_is_port(rule, pods, port) for rule in rules):
        names = joined(title(one) for one, _ in closing)
        text = f"{names} blocks port {port} of {pods.title}, so there are no metrics; allow the scrapers on it"
        yield warning("link-policy-port", text, ("spec", "ingress")).at(object=closing[0][0])


def types(policy: Object) -> list[str]:
    """The directions that a policy closes."""
    stated = at(policy, "spec").get("policyTypes")
    if isinstance(stated, list) and stated:
        return [str(one) for one in stated]
    return ["Ingress", *(["Egress"] if at(policy, "spec").get("egress") else [])]


def _ingress(tree: Tree, server: Server, closing: list[tuple[ObjectRef, Object]]) -> Iterator[Finding]:
    pods, ref = server.pods, closing[0][0]
    names = joined(title(one) for one, _ in closing)
    rules = [rule for _, obj in closing for rule in listed(at(obj, "spec").get("ingress"))]
    cluster, clients = server.listener("cluster"), server.listener("clients")
    if (server.replicas or 0) > 1 and cluster and not _lets_in(rules, pods, cluster, pods):
        text = (
            f"{names} blocks port {cluster} between the servers of {pods.title}, so they form no cluster; allow their"
            " own pods on it"
        )
        yield error("link-policy-port", text, ("spec", "ingress")).at(object=ref)
    if clients and not any(_is_port(rule, pods, clients) for rule in rules):
        text = f"{names} blocks port {clients} of {pods.title}, so no client can connect; allow clients on it"
        yield error("link-policy-port", text, ("spec", "ingress")).at(object=ref)
    monitor = server.listener("monitor")
    for other in tree.pods(pods.ref.namespace):
        is_exporter = tree.server_of(other) is None and _asks(other, server)
        if is_exporter and monitor and not _lets_in(rules, pods, monitor, other):
            text = f"{names} blocks port {monitor} of {pods.title} for {other.title}, so there are no metrics; allow it"
            yield warning("link-policy-port", text, ("spec", "ingress")).at(object=ref)
            break
    metrics = pods.port_number("metrics")
    own = any(port.get("name") == "metrics" and box is not server.container for box, port in pods.ports())
    if own and metrics and not any(_is_port(rule, pods, metrics) for rule in rules):
        text = f"{names} blocks port {metrics} of {pods.title}, so there are no metrics; allow the scrapers on it"
        yield warning("link-policy-port", text, ("spec", "ingress")).at(object=ref)


def _egress(server: Server, leaving: list[tuple[ObjectRef, Object]]) -> Iterator[Finding]:
    pods, cluster, ref = server.pods, server.listener("cluster"), leaving[0][0]
    rules = [rule for _, obj in leaving for rule in listed(at(obj, "spec").get("egress"))]
    if (server.replicas or 0) < 2 or not cluster:
        return
    names = joined(title(one) for one, _ in leaving)
    if not _lets_in(rules, pods, cluster, pods, peers="to"):
        text = (
            f"{names} keeps the servers of {pods.title} from connecting to each other's port {cluster}, so they form no"
            " cluster; add an egress rule to their own pods on it"
        )
        yield error("link-policy-port", text, ("spec", "egress")).at(object=ref)
    if not any(_is_port(rule, pods, 53, ("UDP", "TCP")) for rule in rules):
        text = (
            f"{names} keeps the servers of {pods.title} from asking DNS (port 53), so they do not find each other; add"
            " an egress rule for it"
        )
        yield error("link-policy-port", text, ("spec", "egress")).at(object=ref)


def _names(ref: ObjectRef, obj: Object, pods: Pods) -> Iterator[Finding]:
    """Ports by a name that no container has: such a rule lets nobody in."""
    for position, rule in enumerate(listed(at(obj, "spec").get("ingress"))):
        for number, row in enumerate(listed(rule.get("ports"))):
            name = row.get("port")
            if isinstance(name, str) and pods.port_number(name, str(row.get("protocol", "TCP"))) is None:
                text = f"{title(ref)} opens the port {name}, and no container of {pods.title} has one of that name"
                path = ("spec", "ingress", position, "ports", number, "port")
                yield warning("link-port", f"{text}; write its name or number", path).at(object=ref)


def _lets_in(rules: list[Object], pods: Pods, number: int, peer: Pods, peers: str = "from") -> bool:
    """Whether a rule lets a peer of the same namespace reach a port."""
    return any(_is_port(rule, pods, number) and _is_peer(rule.get(peers), peer) for rule in rules)


def _is_port(rule: Object, pods: Pods, number: int, protocols: tuple[str, ...] = ("TCP",)) -> bool:
    """Whether a rule is for a port; one without ports is for all."""
    rows = listed(rule.get("ports"))
    return not rows or any(_holds(row, pods, number) for row in rows if row.get("protocol", "TCP") in protocols)


def _holds(row: Object, pods: Pods, number: int) -> bool:
    port, last = row.get("port"), row.get("endPort")
    if port is None:
        return True
    if isinstance(port, str):
        return pods.port_number(port) == number
    return isinstance(port, int) and port <= number <= (last if isinstance(last, int) else port)


def _is_peer(entries: object, peer: Pods) -> bool:
    """Whether a list of peers may hold pods of the same namespace; an empty or absent one holds everybody.

    Labels of a namespace and addresses are not known here, and are taken to fit.
    """
    rows = listed(entries)
    return not rows or any(
        "ipBlock" in row or "podSelector" not in row or matches(row["podSelector"] or {}, peer.labels) for row in rows
    )


def _asks(pods: Pods, server: Server) -> bool:
    """Whether the command line of pods names a server, as an exporter's does."""
    hosts = tuple(f"//{name}." for name in server.names)
    words = [word for _, one in pods.containers() for word in (one.get("args") or ()) if isinstance(word, str)]
    return any(host in word for word in words for host in hosts)
