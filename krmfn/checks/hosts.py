"""Names of other objects: the headless Service of a StatefulSet, hosts of DestinationRules, pods of alerts."""

from __future__ import annotations

from krmfn.checks.pods import joined, title
from krmfn.checks.selectors import MONITORING
from krmfn.model.finding import error, warning
from krmfn.model.fix import replaced
from krmfn.model.lookup import at, listed
from krmfn.model.objects import ObjectRef
from krmfn.model.text import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krmfn.checks.pods import Pods
    from krmfn.checks.server import ServerGroup
    from krmfn.checks.tree import Tree
    from krmfn.model.finding import Finding
    from krmfn.model.objects import FieldPath, Object

ISTIO = "networking.istio.io"
_NUMBERS = "[0-9]+"
_SCALERS = (("HorizontalPodAutoscaler", "autoscaling"), ("ScaledObject", "keda.sh"))


def check(tree: Tree) -> Iterator[Finding]:
    """Names that lead to no Service or no pod of these objects."""
    for server in tree.servers:
        yield from _service_name(tree, server)
    for ref, obj in tree.of_kind("DestinationRule", ISTIO):
        if tree.is_ours(ref, obj):
            yield from _destination(tree, ref, obj)
    for ref, obj in tree.of_kind("PrometheusRule", MONITORING):
        if tree.is_ours(ref, obj):
            yield from _alerts(tree, ref, obj)
    for kind, group in _SCALERS:
        for ref, obj in tree.of_kind(kind, group):
            yield from _scaler(tree, ref, obj)
    for ref, obj in tree.of_kind("VerticalPodAutoscaler", "autoscaling.k8s.io"):
        yield from _resizer(tree, ref, obj)


def _service_name(tree: Tree, server: ServerGroup) -> Iterator[Finding]:
    pods, name, path = server.pods, server.service, ("spec", "serviceName")
    space = pods.ref.namespace
    service = tree.get("Service", space, name)
    if not isinstance(name, str) or not name:
        text = (
            f"{pods.title} has no serviceName, so its pods have no names in DNS; write the name of its headless Service"
        )
        yield error("link-service-name", text, path).at(object=pods.ref)
    elif service is None and tree.lacks("Service", space, name):
        meant = tree.near("Service", space).nearest(name)
        advice = f"did you mean {shown(meant)}?" if meant else "add it"
        text = (
            f"{pods.title} names the Service {shown(name)}, which is not among these objects, so its pods have no names"
            f" in DNS and servers do not find each other; {advice}"
        )
        yield error("link-service-name", text, path, name, replaced(path, meant)).at(object=pods.ref)
    elif service is not None:
        yield from _headless(tree, server, service)


def _headless(tree: Tree, server: ServerGroup, service: Object) -> Iterator[Finding]:
    pods, spec = server.pods, at(service, "spec")
    ref = ObjectRef.of(service)
    if spec.get("type") == "ExternalName" or spec.get("clusterIP") != "None":
        here = ("spec", "clusterIP")
        text = (
            f"{title(ref)} gives the pods of {pods.title} their names in DNS, and only a headless Service does that;"
            " write clusterIP: None"
        )
        yield error("link-service-name", text, here, None, replaced(here, "None")).at(object=ref)
        return
    selector = spec.get("selector")
    if (
        selector
        and not pods.found_by({"matchLabels": selector})
        and tree.selected(ref.namespace, {"matchLabels": selector})
    ):
        text = f"{title(ref)} is the serviceName of {pods.title} and selects other pods than these; write their labels"
        yield error("link-service-name", text, ("spec", "selector")).at(object=ref)
    if spec.get("publishNotReadyAddresses") is not True and (server.replicas or 0) > 1:
        text = (
            f"{title(ref)} names only pods that are ready, and servers of {pods.title} must find each other before they"
            " are; write publishNotReadyAddresses: true"
        )
        here = ("spec", "publishNotReadyAddresses")
        yield error("link-not-ready", text, here, None, replaced(here, value=True)).at(object=ref)


def _destination(tree: Tree, ref: ObjectRef, obj: Object) -> Iterator[Finding]:
    host, path = at(obj, "spec").get("host"), ("spec", "host")
    if not isinstance(host, str) or "*" in host:
        return
    name, space = service_of(host, ref.namespace)
    if tree.lacks("Service", space, name):
        where = tree.elsewhere("Service", name)
        hint = (
            f"; Service {shown(name)} is in namespace {shown(where) or '(none)'}"
            if where is not None
            else f"; did you mean {shown(meant)}?"
            if (meant := tree.near("Service", ref.namespace).nearest(name))
            else ""
        )
        text = (
            f'{title(ref)} is for host "{shown(host)}", which is not a Service of these objects{hint}; write the host'
            " of the Service, or clients with a sidecar use mutual TLS that the servers do not speak"
        )
        yield error("link-host", text, path).at(object=ref)
        return
    mode = at(obj, "spec", "trafficPolicy", "tls").get("mode", "")
    selector = at(tree.get("Service", space, name) or {}, "spec").get("selector")
    found = tree.selected(space, {"matchLabels": selector}) if selector else []
    if mode in ("ISTIO_MUTUAL", "MUTUAL", "SIMPLE") and any(_has_no_sidecar(pods) for pods in found):
        text = (
            f"{title(ref)} makes clients use TLS ({mode}), and the pods of {found[0].title} have no sidecar that speaks"
            " it, so connections fail; write mode: DISABLE"
        )
        here = ("spec", "trafficPolicy", "tls", "mode")
        yield error("link-mutual-tls", text, here, mode, replaced(here, "DISABLE")).at(object=ref)


def _has_no_sidecar(pods: Pods) -> bool:
    where = tuple(map(str, pods.path[:-1]))
    metadata = at(pods.obj, *where, "metadata")
    return "false" in (at(metadata, part).get("sidecar.istio.io/inject") for part in ("labels", "annotations"))


def service_of(host: str, namespace: str) -> tuple[str, str]:
    """Name and namespace of the Service that a host is: `name`, `name.namespace`, `name.namespace.svc...`."""
    parts = host.rstrip(".").split(".")
    return parts[0], parts[1] if len(parts) > 1 else namespace


def _alerts(tree: Tree, ref: ObjectRef, obj: Object) -> Iterator[Finding]:
    """Alerts that Prometheus cannot parse, and alerts about pods that are not among the objects, each fault once."""
    from krmfn.checks.promql import balanced, matchers

    servers = tree.servers_in(ref.namespace)
    is_known = any(server.names for server in servers) and not tree.may_lack("StatefulSet", ref.namespace)
    said = set()
    for path, rule, expr in _rules(obj):
        where = f"{title(ref)}, {shown(str(rule.get('alert') or rule.get('record') or 'a rule'))}"
        if not balanced(expr):
            text = (
                f"{where}: a bracket or quote of the expression is not closed, and Prometheus refuses the rules; close"
                " it"
            )
            yield error("promql", text, path).at(object=ref)
            continue
        for one in matchers(expr):
            label, operator, value = one
            wrong = ""
            if label == "namespace" and operator == "=" and ref.namespace and value != ref.namespace:
                wrong = f"the servers run in {shown(ref.namespace)}; write {shown(ref.namespace)}"
            elif (
                label == "pod"
                and is_known
                and operator in ("=", "=~")
                and not _finds(tree, ref.namespace, operator, value)
            ):
                names = [name for server in servers for name in server.names]
                wrong = f"the servers are {joined(names)}; write a pattern that finds them"
            if wrong and one not in said:
                said.add(one)
                text = f'{where}: the alert asks for {label} "{shown(value)}", so it never fires, or always: {wrong}'
                yield error("link-alert", text, path).at(object=ref)


def _resizer(tree: Tree, ref: ObjectRef, obj: Object) -> Iterator[Finding]:
    """A VerticalPodAutoscaler that restarts servers with another memory limit, which GOMEMLIMIT does not follow."""
    target, mode = at(obj, "spec", "targetRef"), at(obj, "spec", "updatePolicy").get("updateMode", "Auto")
    server = tree.server_called(ref.namespace, target.get("name"))
    if server is not None and target.get("kind") == "StatefulSet" and mode not in ("Off", "Initial"):
        text = (
            f"{title(ref)} evicts servers of {server.pods.title} and changes their memory, to which GOMEMLIMIT and"
            ' the memory store do not fit then; write updateMode: "Off"'
        )
        yield warning("link-autoscaler", text, ("spec", "updatePolicy")).at(object=ref)


def _rules(obj: Object) -> Iterator[tuple[FieldPath, Object, str]]:
    for group, rows in enumerate(listed(at(obj, "spec").get("groups"))):
        for number, rule in enumerate(listed(rows.get("rules"))):
            expr = rule.get("expr")
            if isinstance(expr, str):
                yield ("spec", "groups", group, "rules", number, "expr"), rule, expr


def _finds(tree: Tree, namespace: str, operator: str, value: str) -> bool:
    """Whether a matcher of Prometheus finds one of the servers; a pattern that cannot be read here is taken to."""
    if operator == "=":
        return tree.server_named(namespace, value) is not None
    start = value.removesuffix(_NUMBERS)
    is_prefix = start != value and start.replace("-", "").isalnum()  # as krmfn renders it
    if is_prefix and start[-1] == "-" and (server := tree.server_called(namespace, start[:-1])) and server.names:
        return True
    names = [name for server in tree.servers_in(namespace) for name in server.names]
    if is_prefix:
        return any(name.startswith(start) and name[len(start) :].isdecimal() for name in names)
    import re

    try:
        pattern = re.compile(value)
    except re.error:
        return True
    return any(pattern.fullmatch(name) for name in names)


def _scaler(tree: Tree, ref: ObjectRef, obj: Object) -> Iterator[Finding]:
    """An autoscaler that changes the number of servers, for which routes and quorum are fixed."""
    target = at(obj, "spec", "scaleTargetRef")
    server = tree.server_called(ref.namespace, target.get("name"))
    if server is not None and target.get("kind") == "StatefulSet":
        text = (
            f"{title(ref)} changes the number of servers of {server.pods.title}, and a JetStream cluster loses data"
            " or its quorum by that; remove it"
        )
        yield warning("link-autoscaler", text, ("spec", "scaleTargetRef")).at(object=ref)
