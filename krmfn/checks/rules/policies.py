"""PodDisruptionBudgets, NetworkPolicies, rules of access."""

from __future__ import annotations

from krmfn.checks.rules.constraints import between, inner, needed, networks, one_of, port, subdomain, value_text
from krmfn.model.finding import error
from krmfn.model.text import quotable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krmfn.model.finding import Finding
    from krmfn.model.objects import FieldPath, Object

RBAC = "rbac.authorization.k8s.io"


def budget(value: Object, path: FieldPath) -> Iterator[Finding]:
    """How many pods may be missing."""
    if value.get("minAvailable") is not None and value.get("maxUnavailable") is not None:
        text = "minAvailable and maxUnavailable may not both be set; remove one"
        yield error("schema-conflict", text, (*path, "minAvailable"))
    for name in ("minAvailable", "maxUnavailable"):
        yield from amount_of_pods(value, path, name)


def amount_of_pods(value: Object, path: FieldPath, name: str, *, least: int = 0) -> Iterator[Finding]:
    """A number of pods, or a share of them such as 25%."""
    amount = value.get(name)
    if not isinstance(amount, str):
        yield from between(value, path, least, None, name)
        return
    digits, percent, rest = amount.partition("%")
    if not percent or rest or not digits.isascii() or not digits.isdigit() or int(digits) > 100:
        advice = f"write {int(amount)} without quotes" if amount.isascii() and amount.isdigit() else "write 1 or 25%"
        text = f"{value_text(amount)} is not a number or a percentage; {advice}"
        yield error("schema-pattern", text, (*path, name), amount if quotable(amount) else None)


def network_peer(value: Object, path: FieldPath) -> Iterator[Finding]:
    """Who may connect: pods, namespaces, or a block of addresses."""
    named = [name for name in ("podSelector", "namespaceSelector", "ipBlock") if value.get(name) is not None]
    if not named:
        yield error("schema-missing", "an empty peer; set podSelector, namespaceSelector or ipBlock", path)
    if "ipBlock" in named and len(named) > 1:
        text = "ipBlock cannot be combined with podSelector and namespaceSelector; use a separate entry"
        yield error("schema-conflict", text, (*path, "ipBlock"))


def ip_block(value: Object, path: FieldPath) -> Iterator[Finding]:
    """A block of addresses, less some."""
    yield from needed(value, path, "cidr")
    yield from networks(value, path, "cidr")
    yield from networks(value, path, "except")


def network_policy(value: Object, path: FieldPath) -> Iterator[Finding]:
    """Which directions a NetworkPolicy is about."""
    kinds = value.get("policyTypes")
    if isinstance(kinds, list) and len(kinds) > 2:
        yield error(
            "schema-range", f"{len(kinds)} entries are too many; write Ingress, Egress or both", (*path, "policyTypes")
        )


def network_port(value: Object, path: FieldPath) -> Iterator[Finding]:
    """A port that may be reached."""
    if value.get("port") is not None:
        yield from port(value, path, "port")
    elif value.get("endPort") is not None:
        yield error("schema-missing", "endPort needs a port; write it", (*path, "port"))
    yield from between(value, path, 1, 65535, "endPort")
    yield from one_of(value, path, "protocol", ("TCP", "UDP", "SCTP"), empty=False)
    first, last = value.get("port"), value.get("endPort")
    if last is not None and isinstance(first, str):
        yield error(
            "schema-conflict", "endPort needs the number of a port, and the port has a name", (*path, "endPort")
        )
    elif isinstance(first, int) and isinstance(last, int) and last < first:
        yield error("below-minimum", f"{last} is below the port {first}; write a larger one", (*path, "endPort"), last)


def access_rule(value: Object, path: FieldPath) -> Iterator[Finding]:
    """What a Role allows."""
    yield from needed(value, path, "verbs")
    if not value.get("nonResourceURLs"):
        yield from needed(value, path, "resources", "apiGroups")


def role_reference(value: Object, path: FieldPath) -> Iterator[Finding]:
    """The role that a RoleBinding gives."""
    yield from needed(value, path, "name")
    yield from one_of(value, path, "kind", ("Role", "ClusterRole"), empty=False)
    yield from one_of(value, path, "apiGroup", (RBAC,))


def subject(value: Object, path: FieldPath) -> Iterator[Finding]:
    """Who gets a role."""
    yield from needed(value, path, "name")
    yield from one_of(value, path, "kind", ("ServiceAccount", "User", "Group"), empty=False)
    if value.get("kind") == "ServiceAccount":
        yield from subdomain(value, path, "name")
        yield from one_of(value, path, "apiGroup", ("",))
    else:
        yield from one_of(value, path, "apiGroup", (RBAC,))


def storage_class(value: Object, path: FieldPath) -> Iterator[Finding]:
    """A class of storage."""
    yield from needed(value, path, "provisioner")


def priority(value: Object, path: FieldPath) -> Iterator[Finding]:
    """A PriorityClass of a user; larger values are those of Kubernetes."""
    if not str(inner(value, "metadata").get("name", "")).startswith("system-"):
        yield from between(value, path, -(2**31), 10**9, "value")
