"""Certificates of cert-manager against the servers that use them: the Secret, the hosts, the usages, the renewal."""

from __future__ import annotations

from krmfn.checks.pods import joined, title
from krmfn.checks.tree import is_marked
from krmfn.model.finding import error, warning
from krmfn.model.lookup import at, listed
from krmfn.model.text import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krmfn.checks.server import ServerGroup
    from krmfn.checks.tree import Tree
    from krmfn.model.finding import Finding
    from krmfn.model.objects import Object, ObjectRef

GROUP = "cert-manager.io"
KEYS = frozenset(("tls.crt", "tls.key", "ca.crt"))
"""What cert-manager writes into the Secret of a Certificate without keystores and further formats."""
_PURPOSES = ("server auth", "client auth", "any")
"""Usages that become an extended key usage for TLS; with one of them, Go's TLS refuses the purposes that lack."""
_DURATION, _RENEWAL = 90 * 24 * 3600, 3600
"""Seconds: the default of `duration`, and the least of `renewBefore` and of what is left (cert-manager's webhook)."""
_UNITS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}


def check(tree: Tree) -> Iterator[Finding]:
    """Certificates that are krmfn's, or that a server of these objects uses."""
    known: dict[tuple[str, str], list[tuple[ServerGroup, str]]] = {}
    for server in tree.servers:
        for block, secret in _uses(server):
            known.setdefault((server.pods.ref.namespace, secret), []).append((server, block))
    for ref, obj in tree.of_kind("Certificate", GROUP):
        users = known.get((ref.namespace, secret_of(obj)), [])
        if not users and not is_marked(obj):
            continue
        yield from _renewal(ref, obj)
        for server, block in users:
            yield from _usages(ref, obj, block)
            yield from _hosts(tree, ref, obj, server, block)


def secret_of(obj: Object) -> str:
    """The name of the Secret that cert-manager makes for a Certificate; "" for none."""
    return str(at(obj, "spec").get("secretName") or "")


def has_only_plain_keys(obj: Object) -> bool:
    """Whether the Secret of a Certificate has `KEYS` and no others."""
    spec = at(obj, "spec")
    return not any(spec.get(key) for key in ("keystores", "additionalOutputFormats", "secretTemplate"))


def _uses(server: ServerGroup) -> Iterator[tuple[str, str]]:
    """The blocks of nats.conf, `tls` or `cluster.tls`, whose certificate comes from a Secret, each with its name."""
    for block in ("tls", "cluster.tls"):
        file = server.conf.get(*block.split("."), "cert_file") if server.conf is not None else None
        found = server.mount(file) if isinstance(file, str) else None
        secret = at(server.volume(found[0]), "secret").get("secretName") if found is not None else None
        if isinstance(secret, str):
            yield block, secret


def _usages(ref: ObjectRef, obj: Object, block: str) -> Iterator[Finding]:
    usages = at(obj, "spec").get("usages")
    stated = [one for one in usages if one in _PURPOSES] if isinstance(usages, list) else []
    needed = ("server auth", "client auth") if block == "cluster.tls" else ("server auth",)
    lacking = [one for one in needed if one not in stated]
    if stated and lacking and "any" not in stated:
        text = (
            f"{title(ref)} is the certificate of {block} in nats.conf and lacks the usage {joined(lacking)}, so every"
            " TLS connection is refused; add it"
        )
        yield error("certificate-usages", text, ("spec", "usages")).at(object=ref)


def _hosts(tree: Tree, ref: ObjectRef, obj: Object, server: ServerGroup, block: str) -> Iterator[Finding]:
    """Hosts that a certificate must have: the Services for clients, the pods for routes."""
    names = [one for one in at(obj, "spec").get("dnsNames") or () if isinstance(one, str)]
    if block == "cluster.tls":
        service = str(server.service)
        hosts = [f"{name}.{service}" for name in server.names]
        lacking = [host for host in hosts if not any(_fits(host, one) for one in names)]
        if lacking:
            text = (
                f"{title(ref)} is the certificate of the routes and is not for {joined(lacking)}, so the servers refuse"
                f" each other; add *.{shown(service)} to its dnsNames"
            )
            yield error("certificate-hosts", text, ("spec", "dnsNames")).at(object=ref)
        return
    services = [
        one.name
        for one, service in tree.of_kind("Service")
        if one.namespace == ref.namespace and server.pods.found_by({"matchLabels": at(service, "spec").get("selector")})
    ]
    yield from _namespaces(ref, names, services)
    if services and not any(one.partition(".")[0] in services for one in names):
        text = (
            f"{title(ref)} is the certificate that clients see and is not for the Service {joined(services)}, so"
            " clients in the cluster refuse it; add the name of the Service to its dnsNames"
        )
        yield warning("certificate-hosts", text, ("spec", "dnsNames")).at(object=ref)


def _namespaces(ref: ObjectRef, names: list[str], services: list[str]) -> Iterator[Finding]:
    """Names of the Services in another namespace than that of the objects."""
    parts = [[*name.split("."), "", ""][:3] for name in names]
    strange = {f"{one}.{space}" for one, space, rest in parts if one in services and rest in ("", "svc") and space}
    lost = {one for one in strange if one.partition(".")[2] != ref.namespace}
    if lost:
        text = (
            f"{title(ref)} is for {joined(lost)}, and the Services are in namespace {shown(ref.namespace)}, so clients"
            " of other namespaces refuse the certificate; write this namespace in its dnsNames"
        )
        yield warning("certificate-hosts", text, ("spec", "dnsNames")).at(object=ref)


def _fits(host: str, pattern: str) -> bool:
    """Whether a name of a certificate covers a host, which may be a shortened name."""
    one, other = host.split("."), pattern.split(".")
    return all(theirs in ("*", ours) for ours, theirs in zip(one, other, strict=False)) and len(other) >= len(one)


def _renewal(ref: ObjectRef, obj: Object) -> Iterator[Finding]:
    spec = at(obj, "spec")
    duration, before = _seconds(spec.get("duration"), _DURATION), _seconds(spec.get("renewBefore"), 0)
    if duration is not None and before is not None and before and before >= duration:
        text = (
            f"{title(ref)} is renewed {shown(str(spec.get('renewBefore')))} before its end and lives"
            f" {shown(str(spec.get('duration') or '2160h'))}, and cert-manager refuses that; write a renewBefore"
            " shorter than duration"
        )
        yield error("certificate-renewal", text, ("spec", "renewBefore")).at(object=ref)


def _seconds(text: object, default: float) -> float | None:
    """A duration of Go, such as `2160h0m0s`; None for anything else."""
    if text is None:
        return default
    total, number, rest = 0.0, "", str(text)
    while rest:
        if rest[0].isdigit() or rest[0] == ".":
            number, rest = number + rest[0], rest[1:]
            continue
        unit = "ms" if rest.startswith("ms") else rest[0]
        if unit not in _UNITS or not number.strip(".") or number.count(".") > 1:
            return None
        total, number, rest = total + float(number) * _UNITS[unit], "", rest[len(unit) :]
    return total if not number else None


def lacks_key(tree: Tree, namespace: str, secret: object, key: str) -> bool:
    """Whether a Secret is made by a Certificate of these objects and surely has no such key."""
    makers = tree.grouped("Certificate", GROUP, secret_of).get((namespace, str(secret)), [])
    return key not in KEYS and any(has_only_plain_keys(obj) for _, obj in makers)


def unused(tree: Tree, used: set[tuple[str, str, str]]) -> Iterator[tuple[ObjectRef, str]]:
    """Certificates of krmfn whose Secret no pod uses, each with the name of the Secret."""
    for ref, obj in tree.of_kind("Certificate", GROUP):
        name = secret_of(obj)
        if (
            is_marked(obj)
            and name
            and ("Secret", ref.namespace, name) not in used
            and not listed(at(obj, "spec").get("keystores"))
        ):
            yield ref, name
