"""Services and their ports."""

from __future__ import annotations

from krmfn.checks.rules.constraints import (
    addresses,
    between,
    forbidden,
    inner,
    is_address,
    label,
    maps,
    needed,
    networks,
    one_of,
    port,
    subdomain,
)
from krmfn.checks.rules.metadata import labels, qualified
from krmfn.model.finding import error
from krmfn.model.text import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krmfn.model.finding import Finding
    from krmfn.model.objects import FieldPath, Object

HEADLESS = "None"
_OUTSIDE = ("NodePort", "LoadBalancer")
_NEAR = ("PreferClose", "PreferSameZone", "PreferSameNode")


def service_spec(value: Object, path: FieldPath) -> Iterator[Finding]:
    """What a Service selects and under which addresses and ports it answers."""
    yield from labels(inner(value, "selector"), (*path, "selector"))
    kind, address = value.get("type") or "ClusterIP", value.get("clusterIP")
    if kind == "ExternalName":
        yield from needed(value, path, "externalName")
        yield from subdomain({"externalName": str(value.get("externalName")).removesuffix(".")}, path, "externalName")
    elif address != HEADLESS:
        yield from needed(value, path, "ports")
    elif kind in _OUTSIDE:
        text = f"a Service of type {kind} needs an address; remove clusterIP"
        yield error("schema-conflict", text, (*path, "clusterIP"), address)
    yield from _addresses(value, path)
    yield from _ports(value, path)
    if kind not in _OUTSIDE and not value.get("externalIPs"):
        yield from forbidden(value, path, "externalTrafficPolicy", f"on a Service of type {kind}")
    client = inner(inner(value, "sessionAffinityConfig"), "clientIP")
    yield from between(client, (*path, "sessionAffinityConfig", "clientIP"), 1, 86400, "timeoutSeconds")
    yield from one_of(value, path, "trafficDistribution", _NEAR)


def _addresses(value: Object, path: FieldPath) -> Iterator[Finding]:
    first = value.get("clusterIP")
    if isinstance(first, str) and first not in ("", HEADLESS):
        yield from address(first, (*path, "clusterIP"))
    yield from addresses(value, path, "clusterIPs", besides=("", HEADLESS))
    yield from addresses(value, path, "externalIPs")
    yield from networks(value, path, "loadBalancerSourceRanges")
    both = value.get("clusterIPs")
    if isinstance(both, list) and both and both[0] != (first or both[0]):
        text = "the first of clusterIPs is not clusterIP; write the same"
        yield error("schema-conflict", text, (*path, "clusterIPs", 0))


def address(text: str, path: FieldPath) -> Iterator[Finding]:
    """The address of a Service in its cluster."""
    if not is_address(text):
        advice = "did you mean None?" if text.lower() == "none" else "write an IP address, or None for a headless one"
        yield error("schema-pattern", f'"{shown(text)}" is not an address; {advice}', path, shown(text))


def _ports(value: Object, path: FieldPath) -> Iterator[Finding]:
    """Names: each port of several has its own."""
    ports = maps(value, "ports")
    seen: set[str] = set()
    for index, one in enumerate(ports):
        name, at = one.get("name"), (*path, "ports", index, "name")
        if not name and len(ports) > 1:
            yield error("schema-missing", "each of several ports needs a name; write one", at)
        if isinstance(name, str) and name:
            if name in seen:
                text = f'duplicate port name "{shown(name)}"; use another'
                yield error("duplicate-entry", text, at, shown(name))
            seen.add(name)


def service_port(value: Object, path: FieldPath) -> Iterator[Finding]:
    """A port under which a Service answers, and the one of the pods behind it."""
    yield from between(value, path, 1, 65535, "port")
    yield from label(value, path, "name")
    if value.get("targetPort") not in (None, "", 0):
        yield from port(value, path, "targetPort")
    yield from qualified(value, path, "appProtocol")
