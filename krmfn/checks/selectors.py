"""Selectors: of a workload its own pods, of Services, budgets, policies and monitors the pods of others."""

from __future__ import annotations

from krmfn.checks.pods import joined, title
from krmfn.model.finding import error, warning
from krmfn.model.lookup import at, listed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krmfn.checks.pods import Pods
    from krmfn.checks.tree import Tree
    from krmfn.model.finding import Finding
    from krmfn.model.objects import FieldPath, Object, ObjectRef

MONITORING = "monitoring.coreos.com"
_SELECTING = (
    ("PodDisruptionBudget", "policy", "selector", "so it guards no server, and a drain may evict all of them"),
    ("NetworkPolicy", "networking.k8s.io", "podSelector", "so it protects no pod"),
    ("PodMonitor", MONITORING, "selector", "so nothing is scraped"),
)


def check(tree: Tree) -> Iterator[Finding]:
    """Selectors that find nothing, or not what they are for."""
    for pods in tree.every_pods():
        if tree.is_ours(pods.ref, pods.obj):
            yield from _own(pods)
    for ref, obj in tree.of_kind("Service"):
        if tree.is_ours(ref, obj):
            yield from _service(tree, ref, obj)
    for kind, group, field, effect in _SELECTING:
        for ref, obj in tree.of_kind(kind, group):
            selector = at(obj, "spec").get(field)
            if not tree.is_ours(ref, obj) or selector == {}:
                continue
            spaces = _spaces(ref, obj) if kind == "PodMonitor" else [ref.namespace]
            found = spaces is None or any(tree.selected(space, selector) for space in spaces)
            if not found and not any(tree.may_lack_pods(space) for space in spaces or ()):
                yield _finds_nothing(tree, ref, ("spec", field), selector, effect)


def _own(pods: Pods) -> Iterator[Finding]:
    """A workload whose selector misses its own pods, and rules of scheduling that count other pods than these."""
    selector = at(pods.obj, "spec").get("selector")
    if pods.ref.kind in ("StatefulSet", "Deployment", "DaemonSet", "ReplicaSet") and not pods.found_by(selector):
        text = (
            f"the selector of {pods.title} does not match the labels of its pod template{_difference(selector, pods)},"
            " and the API server refuses that; write the same labels in both"
        )
        yield error("link-selector", text, ("spec", "selector")).at(object=pods.ref)
    for position, rule in enumerate(listed(pods.spec.get("topologySpreadConstraints"))):
        if not pods.found_by(rule.get("labelSelector")):
            path = (*pods.path, "topologySpreadConstraints", position, "labelSelector")
            text = (
                f"this constraint of {pods.title} counts pods other than its own"
                f"{_difference(rule.get('labelSelector'), pods)}, so it does not keep its servers apart; write the"
                " labels of the pod template"
            )
            yield warning("link-selector", text, path).at(object=pods.ref)


def _service(tree: Tree, ref: ObjectRef, obj: Object) -> Iterator[Finding]:
    spec = at(obj, "spec")
    selector, path = spec.get("selector"), ("spec", "selector")
    if spec.get("type") == "ExternalName":
        if selector:
            text = (
                f"{title(ref)} is of type ExternalName, so its name leads to externalName and its selector is ignored;"
                " remove type and externalName"
            )
            yield error("link-no-pods", text, ("spec", "type")).at(object=ref)
        return
    if not selector:
        text = (
            f"{title(ref)} has no selector, so its name leads to no pod; write the labels of the pods as its selector"
        )
        yield error("link-no-pods", text, path).at(object=ref)
        return
    found = tree.selected(ref.namespace, {"matchLabels": selector})
    if not found and not tree.may_lack_pods(ref.namespace):
        effect = "so connections to its name fail"
        yield _finds_nothing(tree, ref, path, {"matchLabels": selector}, effect)
    clusters = [pods for pods in found if tree.server_of(pods) is not None]
    if len(clusters) > 1:
        text = (
            f"{title(ref)} selects the servers of {joined(pods.title for pods in clusters)}, so a client lands in one"
            " cluster or the other; write a selector that only one of them matches"
        )
        yield error("link-selector", text, path).at(object=ref)


def _finds_nothing(tree: Tree, ref: ObjectRef, path: FieldPath, selector: object, effect: str) -> Finding:
    text = f"{title(ref)} selects no pods among these objects, {effect}"
    near = [server.pods for server in tree.servers_in(ref.namespace)] or tree.pods(ref.namespace)
    if near:
        text += f"{_difference(selector, near[0])}; write the labels of the pods that it is for"
    elif (other := next((pods for pods in tree.every_pods() if pods.found_by(selector)), None)) is not None:
        here, there = ref.namespace or "(none)", other.ref.namespace or "(none)"
        text += f"; {other.title}, whose pods it means, is in namespace {there} and not in {here}: set one namespace"
    return error("link-no-pods", text, path).at(object=ref)


def _difference(selector: object, pods: Pods) -> str:
    """Which labels the pods lack, for a message; "" where that is unknown."""
    wanted = selector.get("matchLabels") if isinstance(selector, dict) else None
    if not isinstance(wanted, dict):
        return ""
    differ = [key for key, value in wanted.items() if pods.labels.get(key) != value]
    return f" (the pods of {pods.title} do not have its value of {joined(differ)})" if differ else ""


def _spaces(ref: ObjectRef, obj: Object) -> list[str] | None:
    """The namespaces in which a monitor looks for pods; None for every namespace."""
    stated = at(obj, "spec", "namespaceSelector")
    if stated.get("any") is True:
        return None
    names = stated.get("matchNames")
    return [str(name) for name in names] if isinstance(names, list) and names else [ref.namespace]
