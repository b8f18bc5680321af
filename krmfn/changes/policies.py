"""The connections that a NetworkPolicy allows, and the clients that a change of it cuts off."""

from __future__ import annotations

from krmfn.changes.change import METADATA, OUTAGE
from krmfn.changes.labels import frozen
from krmfn.changes.workload import pod_labels
from krmfn.model.lookup import at, listed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krmfn.changes.change import Consequence
    from krmfn.changes.pair import States
    from krmfn.model.objects import FieldPath, Object, ObjectRef

_RECIPE = "allow every client that connects, or remove the policy"
_DIRECTIONS = (
    ("Ingress", "ingress", "from", "connections that it no longer allows are blocked; open ones may be cut", _RECIPE),
    (
        "Egress",
        "egress",
        "to",
        "the pods reach only what it lists, and without DNS not each other; open connections may be cut",
        "allow DNS and all that the pods connect to, or leave egress out",
    ),
)
"""Direction, its rules, their peers, and what a smaller list does."""


def added(key: ObjectRef, obj: Object, states: States) -> Consequence:
    """The change of an added policy: it closes pods that no other one selects, except for what it lists."""
    if all(_is_closed_already(key, obj, direction, states) for direction in _types(obj)):
        return METADATA, "", "it allows more connections to pods that another policy protects already", ""
    why = "connections that it does not allow are blocked"
    return OUTAGE, "policy-cuts", why, _RECIPE


def removed(key: ObjectRef, obj: Object, states: States) -> Consequence:
    """The change of a removed policy: pods that no other one selects are open, others lose what it allowed."""
    if any(_is_held_closed(key, obj, direction, states) for direction in _types(obj)):
        why = "connections that only it allowed are blocked by another policy for the same pods"
        return OUTAGE, "policy-cuts", why, _RECIPE
    return METADATA, "", "every pod can reach the route and monitoring ports of the servers", ""


def changed(old: Object, new: Object, path: FieldPath) -> Consequence:
    """The change of one field, judged by what the whole policy allows before and after."""
    if path[1:2] == ("podSelector",):
        why = "it selects other pods: connections to those are blocked unless it allows them"
        return OUTAGE, "policy-cuts", why, _RECIPE
    for direction, rules, peers, why, recipe in _DIRECTIONS:
        if direction not in _types(new):
            continue
        if direction not in _types(old) or not _covers(_rules(old, rules), _rules(new, rules), peers):
            return OUTAGE, "policy-cuts", why, recipe
    return METADATA, "", "it allows all that it allowed before, and more", ""


def _types(policy: Object) -> list[str]:
    stated = at(policy, "spec").get("policyTypes")
    if isinstance(stated, list) and stated:
        return [one for one in stated if isinstance(one, str)]
    return ["Ingress", *(["Egress"] if at(policy, "spec").get("egress") else [])]


def _rules(policy: Object, name: str) -> list[Object]:
    return listed(at(policy, "spec").get(name))


def _covers(old: list[Object], new: list[Object], peers: str) -> bool:
    """Whether the new rules allow everything that the old ones allowed."""
    return all(any(_holds(rule, wider, peers) for wider in new) for rule in old)


def _holds(rule: Object, wider: Object, peers: str) -> bool:
    """Whether `wider` allows all that `rule` allows; an empty or absent list allows everything."""
    for part, entries in ((peers, _same), ("ports", _port)):
        narrow, wide = rule.get(part) or [], wider.get(part) or []
        if wide and not (narrow and all(entries(one) in [entries(other) for other in wide] for one in narrow)):
            return False
    return True


def _same(entry: Any) -> Any:
    return entry


def _port(entry: Any) -> Any:
    return {"protocol": "TCP", **entry} if isinstance(entry, dict) else entry


def _is_closed_already(key: ObjectRef, obj: Object, direction: str, states: States) -> bool:
    """Whether every pod that it selects is selected by a policy that was there before and stays."""
    closed = states.marks(key, _closed, stay=True)
    selectors: tuple[Any, ...] = ({}, at(obj, "spec").get("podSelector"))
    return any((direction, frozen(selector)) in closed for selector in selectors)


def _is_held_closed(key: ObjectRef, obj: Object, direction: str, states: States) -> bool:
    """Whether a policy of the new state closes a pod that this one selected, as far as the pods are known."""
    selector, closed = at(obj, "spec").get("podSelector"), states.marks(key, _closed)
    selectors: tuple[Any, ...] = ({}, selector)
    if any((direction, frozen(one)) in closed for one in selectors):
        return True
    if selector == {}:
        return direction in closed
    pods = states.selected(key.namespace, selector)
    found = (other for one in pods for other in states.policies(key.namespace, pod_labels(one.old)))
    return any(direction in _types(other) for other in found)


def _closed(policy: Object) -> Iterator[Any]:
    """The directions that a policy closes, each by itself and with whom it selects."""
    for direction in _types(policy):
        yield direction
        yield direction, frozen(at(policy, "spec").get("podSelector"))
