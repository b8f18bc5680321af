"""The effect of a change of a Service on the clients that connect by its name."""

from __future__ import annotations

from krmfn.changes.change import METADATA, OUTAGE, RECREATE
from krmfn.changes.labels import finds
from krmfn.changes.server_configuration import both
from krmfn.changes.workload import container_of, pod_labels
from krmfn.model.lookup import at, listed
from krmfn.model.text import shown
from krmfn.natsconf.settings import LISTENERS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from krmfn.changes.change import Consequence
    from krmfn.changes.pair import ObjectPair, States
    from krmfn.changes.workload import ServerSettings, Workload
    from krmfn.model.objects import FieldPath, Object, ObjectRef

_NOTHING: Consequence = (METADATA, "", "no pod is touched", "")
_OPEN = {"ClusterIP": 1, "NodePort": 2, "LoadBalancer": 3}
"""Types of Services by how many clients reach them."""


class ServiceChange:
    """A Service before and after, and the StatefulSets whose pods it selected."""

    __slots__ = ("new", "old", "pair")

    def __init__(self, pair: ObjectPair) -> None:
        self.pair = pair
        self.old, self.new = pair.old, pair.new

    @property
    def selected(self) -> list[Workload]:
        """The StatefulSets whose running pods it finds."""
        selector = at(self.old, "spec").get("selector")
        if not isinstance(selector, dict) or not selector:
            return []
        return self.pair.states.selected(self.pair.key.namespace, {"matchLabels": selector})


_EFFECTS = {
    "sessionAffinity": "new connections are spread over the servers in another way",
    "trafficDistribution": "new connections are spread over the servers in another way",
}
_SERVERS = (4222, 6222)
"""Ports of clients and routes: a headless Service without them, such as that of exporters, is not for servers."""


def removed(obj: Object) -> Consequence:
    """The change of a removed Service, also where another one has its ports."""
    ports = {row.get("port") for row in listed(at(obj, "spec").get("ports"))}
    if at(obj, "spec").get("clusterIP") == "None" and ports.intersection(_SERVERS):
        why = "servers no longer find each other by name, and a restarted server cannot join the cluster"
    else:
        why = "its DNS name no longer resolves: new connections through it fail"
    return OUTAGE, "service-removed", why, "keep it until no client uses its name"


def changed(step: ServiceChange, path: FieldPath, before: Any, after: Any) -> Consequence:
    """The change of one field of a Service."""
    part = path[1] if len(path) > 1 else ""
    if part == "clusterIP" and "ExternalName" not in (before, after):
        chosen = " and the API server has already chosen one" if before is None else ""
        return (
            RECREATE,
            "cluster-ip-changed",
            f"the clusterIP of a Service is immutable{chosen and ','}{chosen}",
            "delete the object, then apply",
        )
    if part == "selector":
        return _selector(step)
    if part == "ports":
        return _ports(step, path, before, after)
    if part == "publishNotReadyAddresses":
        return _not_ready(step, after)
    if part == "loadBalancerSourceRanges":
        opens = after is None if len(path) == 2 else before is None
        return _NOTHING if opens else _cut("clients from addresses that it does not allow are cut off")
    if part == "externalTrafficPolicy":
        return _outside(step, after)
    return _cuts(str(part), before, after) if len(path) < 4 else _NOTHING


def _outside(step: ServiceChange, after: Any) -> Consequence:
    """The change of the nodes by which clients outside the cluster connect."""
    kind = at(step.new, "spec").get("type")
    if kind not in ("NodePort", "LoadBalancer"):
        return _NOTHING
    if after != "Local":
        return METADATA, "", "clients can connect to every node, and servers see the address of the node", ""
    if kind == "NodePort":
        return _cut("clients that connect to a node without a server are cut off")
    return METADATA, "", "the load balancer sends clients only to nodes with a server that is Ready", ""


def _cuts(part: str, before: Any, after: Any) -> Consequence:
    if part == "type":
        fewer = _OPEN.get(str(after or "ClusterIP"), 0) < _OPEN.get(str(before or "ClusterIP"), 4)
        if fewer:
            return _cut("clients from outside the cluster, or that use the old address, are cut off")
    if part in _EFFECTS:
        return METADATA, "", _EFFECTS[part], ""
    if part in ("externalName", "loadBalancerIP", "loadBalancerClass", "externalIPs") and before not in (None, after):
        return _cut("clients that use the old address are cut off")
    if part == "internalTrafficPolicy" and after == "Local":
        return _cut("clients on a node without a server are cut off")
    return _NOTHING


def _not_ready(step: ServiceChange, after: Any) -> Consequence:
    """The change of `publishNotReadyAddresses`, by which servers find each other when all of them start."""
    if at(step.new, "spec").get("clusterIP") != "None":
        more = "also " if after is True else "no longer "
        return METADATA, "", f"new connections {more}go to servers before they are Ready", ""
    if after is True or not step.selected:
        return METADATA, "", f"DNS {'also' if after is True else 'no longer'} names pods before they are Ready", ""
    why = "DNS names only pods that are Ready: servers that all start at once do not find each other"
    return OUTAGE, "link-not-ready", why, "keep publishNotReadyAddresses: true"


def _cut(why: str) -> Consequence:
    return OUTAGE, "service-cuts", why, "move the clients first"


def _selector(step: ServiceChange) -> Consequence:
    space, states = step.pair.key.namespace, step.pair.states
    before, after = (states.running(space, at(one, "spec").get("selector")) for one in (step.old, step.new))
    if before and all(one in after for one in before):
        others = [f"{one.kind} {shown(one.name)}" for one in after if one not in before]
        if not others:
            return METADATA, "", "it still matches the same pods", ""
        more = f" and {len(others) - 1} more" if len(others) > 1 else ""
        why = f"it also matches the pods of {others[0]}{more}: some new connections through it go there"
        return OUTAGE, "selector-misses", why, "keep a selector that matches only its own pods"
    why = "it no longer matches the running pods: new connections through it fail"
    return OUTAGE, "selector-misses", why, "keep a selector that matches the pods"


def _ports(step: ServiceChange, path: FieldPath, before: Any, after: Any) -> Consequence:
    if len(path) > 3:
        if path[3] == "targetPort":
            return _target(step, int(path[2]))
        if (
            path[3] == "nodePort"
            and before is None
            and at(step.old, "spec").get("type") not in ("NodePort", "LoadBalancer")
        ):
            return METADATA, "", "new connections can use the new port", ""
        if path[3] == "nodePort" and after is not None:
            return _cut("clients that connect to the port of a node are cut off")
        return METADATA, "", "connections are not affected", ""
    if before is None:
        return METADATA, "", "new connections can use the new port", ""
    rows = listed(before) if isinstance(before, list) else listed([before])
    uses = [_use(step, row) for row in rows]
    if "clients" in uses or not rows:
        why = "new connections to the removed port fail"
        return OUTAGE, "service-port-removed", why, "keep the port until no client uses it"
    if "monitoring" in uses:
        return METADATA, "", "monitoring that scrapes the servers through this port fails", ""
    return METADATA, "", "no server listened on this port", ""


def _target(step: ServiceChange, position: int) -> Consequence:
    """Where the port leads, before and after; also while the pods before the step run."""
    row = next(iter(listed(at(step.new, "spec").get("ports"))[position:]), {})
    same = [port for port in listed(at(step.old, "spec").get("ports")) if port.get("port") == row.get("port")]
    first = {_number(one.old, same[0]) for one in step.selected if same}
    now = {_number(one.old, row) for one in step.selected}
    later = {_number(one.new, row) for one in step.selected}
    if first and first == now == later and None not in first:
        return METADATA, "", "it still leads to the same port", ""
    why = "it leads to another port, or to one that the running pods do not have: new connections through it fail"
    return OUTAGE, "service-port-changed", why, "keep its targetPort"


def _number(workload: Object, port: Object) -> int | None:
    """The port of the pod that a port of a Service leads to; None where no container has one of that name."""
    target = port.get("targetPort", port.get("port"))
    if not isinstance(target, str):
        return target if isinstance(target, int) else None
    if target.isdigit():
        return int(target)
    rows = (row for one in _containers(workload) for row in listed(one.get("ports")))
    number = next((row.get("containerPort") for row in rows if row.get("name") == target), None)
    return number if isinstance(number, int) else None


def _containers(workload: Object) -> list[Object]:
    return listed(at(workload, "spec", "template", "spec").get("containers"))


def _use(step: ServiceChange, port: Object) -> str:
    """Who uses a port: `clients`, `monitoring`, or "" where nothing listens on it."""
    uses = {_use_of(one, _number(one.old, port)) for one in step.selected}
    return next((use for use in ("clients", "monitoring", "") if use in uses), "clients")


def _use_of(workload: Workload, number: int | None) -> str:
    conf = both(workload)[0]
    if conf is None:
        return "clients"
    if number in _listened(conf):
        return "clients"
    declared = [row.get("containerPort") for one in _containers(workload.old) for row in listed(one.get("ports"))]
    own = [row.get("containerPort") for row in listed(container_of(workload.old).get("ports"))]
    return "monitoring" if number == conf.get(("http_port",)) or (number in declared and number not in own) else ""


def _listened(conf: ServerSettings) -> set[object]:
    """The ports on which clients and other servers connect."""
    found: set[object] = set() if ("port",) in conf or ("listen",) in conf else {4222}
    for path in (
        ("port",),
        ("listen",),
        *((block, name) for block in ("cluster", *LISTENERS) for name in ("port", "listen")),
    ):
        value = conf.get(path)
        text = value.rpartition(":")[2] if isinstance(value, str) else ""
        if isinstance(value, int) or (text.isascii() and text.isdigit()):
            found.add(value if isinstance(value, int) else int(text))
    return found


def misses(key: ObjectRef, workload: Workload, states: States) -> str:
    """The name of a Service of the new state that finds the running pods and not the new ones; "" for none."""
    for name, obj in states.services(key.namespace, pod_labels(workload.old)):
        if not finds(at(obj, "spec").get("selector"), pod_labels(workload.new)):
            return name
    return ""


def unreachable(key: ObjectRef, workload: Workload, states: States) -> str:
    """The name of a Service that leads to a port by a name that the running or the new pods lack; "" for none."""
    for name, obj in states.services(key.namespace, pod_labels(workload.new)):
        for row in listed(at(obj, "spec").get("ports")):
            had, has = _number(workload.old, row), _number(workload.new, row)
            if had is not None and had != has:
                return name
    return ""
