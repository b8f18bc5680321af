"""The nodes on which the scheduler may put the servers: nodeSelector, required node affinity and tolerations."""

from __future__ import annotations

from krmfn.cluster.environment import Node

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from krmfn.cluster.environment import Taint
    from krmfn.model.objects import Object


def suitable(nodes: dict[str, Node], placing: Object) -> dict[str, Node]:
    """The nodes that these parts of the key `pod` allow, by name, each with the taints that they do not tolerate.

    A node that is not allowed counts for no zone: `nodeAffinityPolicy` of a spread constraint is `Honor` by default.
    """
    selector, tolerations = placing.get("nodeSelector") or {}, placing.get("tolerations") or []
    terms = (placing.get("nodeAffinity") or {}).get("required") or []
    found = {}
    for name, node in nodes.items():
        if selector.items() <= node.labels.items() and (not terms or any(_is_met(term, node) for term in terms)):
            left = [taint for taint in node.taints if not any(_tolerates(one, taint) for one in tolerations)]
            found[name] = Node(node.zone, is_cordoned=node.is_cordoned, taints=left, labels=node.labels)
    return found


def _is_met(term: Object, node: Node) -> bool:
    return all(
        _OPERATORS[row["operator"]](node.labels.get(row["key"]), row.get("values") or [])
        for row in term["matchExpressions"]
    )


def _compared(label: str | None, values: list[str]) -> int:
    """1 where a label is greater than the one value, -1 where it is less; 0 also where it is not a whole number."""
    try:
        number, limit = int(label or ""), int(values[0])
    except ValueError:
        return 0
    return (number > limit) - (number < limit)


_OPERATORS: dict[str, Callable[[str | None, list[str]], bool]] = {
    "In": lambda label, values: label in values,
    "NotIn": lambda label, values: label not in values,
    "Exists": lambda label, _: label is not None,
    "DoesNotExist": lambda label, _: label is None,
    "Gt": lambda label, values: _compared(label, values) > 0,
    "Lt": lambda label, values: _compared(label, values) < 0,
}


def _tolerates(toleration: Object, taint: Taint) -> bool:
    """As Kubernetes: without a key, `Exists` tolerates every taint; without an effect, all effects."""
    key, value, effect = taint
    if toleration.get("effect") not in (None, effect) or toleration.get("key") not in (None, key):
        return False
    return toleration.get("operator") == "Exists" or (toleration.get("value") or "") == value
