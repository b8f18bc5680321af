"""CPU and memory of the nats container, as the operator or Kubernetes reads `resources` of the CR, and of sidecars."""

from __future__ import annotations

from krmfn.model.finding import error, warning
from krmfn.model.fix import replaced
from krmfn.model.objects import shared
from krmfn.model.quantity import NotAQuantity, Quantity
from krmfn.model.text import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TypeAlias

    from krmfn.model.finding import Finding
    from krmfn.model.objects import Object

    Amounts: TypeAlias = tuple[tuple[str, str | int], ...]

COMPUTE = ("cpu", "memory")
LEAST_MEMORY = Quantity("6Mi")
"""The least memory limit that container runtimes accept (Docker; runc needs it to start a process)."""
DISK = "ephemeral-storage"
LEAST_DISK = Quantity("64Mi")
"""The kubelet keeps 5 files of 10Mi of a container's logs (containerLogMaxFiles, containerLogMaxSize), looks only every
10 seconds, and evicts a pod above its limit."""
MOST_CPU = Quantity(1024)
"""The largest instances of cloud providers have fewer than a thousand virtual CPUs."""
OPERATOR_LIMITS, SIDECAR_REQUESTS = ("50m", "32Mi"), ("10m", "20Mi")
"""CPU and memory of reloader and exporter (nats-manager, resources/nats/values.yaml)."""
EXPORTER_LIMITS = ("500m", "128Mi")
"""A scrape of 2,000 consumers (`-jsz=all`) took 0.9 s, and the exporter 30 MiB (tests/pods/test_exporter.py)."""


def container_resources(resources: Object, *, hardened: bool) -> Object:
    """The container's `resources` with canonical quantities.

    The operator copies cpu and memory only and writes "0" for what is absent; a limit of "0" below a request, which the
    API server refuses, is left out here. `hardened` copies what is set.
    """
    limits, requests = (tuple(resources.get(block, {}).items()) for block in ("limits", "requests"))
    return _as_hardened(limits, requests) if hardened else _as_operator(dict(limits), dict(requests))


@shared
def _as_hardened(limits: Amounts, requests: Amounts) -> Object:
    blocks = {"limits": _canonical(dict(limits)), "requests": _canonical(dict(requests))}
    return {name: block for name, block in blocks.items() if block}


def _as_operator(limits: Object, requests: Object) -> Object:
    asked = {name: Quantity(requests.get(name, 0)) for name in COMPUTE}
    allowed = {name: Quantity(limits.get(name, 0)) for name in COMPUTE}
    kept = {n: q.canonical() for n, q in allowed.items() if n in limits or asked[n].nano == 0}
    return {**({"limits": kept} if kept else {}), "requests": {n: q.canonical() for n, q in asked.items()}}


def with_disk(resources: Object, amount: str) -> Object:
    """The same with ephemeral storage as limit and request; as it is where a block has it already."""
    if any(DISK in resources.get(block, {}) for block in ("limits", "requests")):
        return resources
    return {block: dict(sorted({**resources.get(block, {}), DISK: amount}.items())) for block in ("limits", "requests")}


@shared
def sidecar_resources(cpu: str, memory: str, disk: str | None = None) -> Object:
    """`resources` of a container with these limits; it requests what the operator requests, or less, and all disk."""
    requests = [min(Quantity(a), Quantity(b)).canonical() for a, b in zip(SIDECAR_REQUESTS, (cpu, memory), strict=True)]
    sized = {
        "limits": {"cpu": Quantity(cpu).canonical(), "memory": Quantity(memory).canonical()},
        "requests": dict(zip(("cpu", "memory"), requests, strict=True)),
    }
    return with_disk(sized, disk) if disk else sized


def _canonical(block: dict[str, str | int]) -> dict[str, str]:
    return {name: Quantity(value).canonical() for name, value in sorted(block.items())}


def check_resources(resources: Object, *, hardened: bool) -> Iterator[Finding]:
    """Quantities that the API server refuses, and resources that are not rendered."""
    faults = list(_unreadable(resources))
    yield from faults
    if faults:
        return
    limits, requests = resources.get("limits", {}), resources.get("requests", {})
    yield from _above_limit(limits, requests)
    yield from _fractions_of_bytes(resources)
    yield from _implausible(resources)
    if hardened and resources.get("claims"):
        text = "a claim needs an entry in the pod's resourceClaims, which a NATS cannot set; remove it"
        yield error("resource-claims", text, ("spec", "resources", "claims"))
    if not hardened:
        yield from _dropped(resources)


def _unreadable(resources: Object) -> Iterator[Finding]:
    for block in ("limits", "requests"):
        for name, value in resources.get(block, {}).items():
            path = ("spec", "resources", block, name)
            try:
                amount = Quantity(value).nano
            except NotAQuantity as why:
                yield error("not-a-quantity", f"not a quantity: {why}; use one such as 500m or 1Gi", path)
                continue
            if amount < 0:
                yield error("negative-resource", "the value is negative; use 0 or more", path)


def _above_limit(limits: Object, requests: Object) -> Iterator[Finding]:
    for name, value in requests.items():
        if name in limits and Quantity(limits[name]) < Quantity(value):
            limit, path = Quantity(limits[name]).canonical(), ("spec", "resources", "requests", name)
            text = f"{Quantity(value).canonical()} must be less than or equal to the {shown(name)} limit of {limit}"
            yield error(
                "request-above-limit", f"{text}; write {limit} or raise the limit", path, fix=replaced(path, limit)
            )


def _fractions_of_bytes(resources: Object) -> Iterator[Finding]:
    for block in ("limits", "requests"):
        for name in ("memory", DISK):
            size = Quantity(resources.get(block, {}).get(name, 0))
            if size.whole() is None:
                written = str(resources[block][name])
                meant = f"{written[:-1]}Mi" if written.endswith("m") else ""
                proposed = meant or Quantity(size.floor + 1).canonical()
                text = f"{size.canonical()} has a fraction of a byte; write {proposed}"
                path = ("spec", "resources", block, name)
                yield error("fraction-of-a-byte", text, path, fix=replaced(path, proposed))


def _implausible(resources: Object) -> Iterator[Finding]:
    """Amounts with a wrong or missing unit: less memory than a container can start with, more CPU than a node has."""
    for block in ("limits", "requests"):
        stated = resources.get(block, {})
        memory, cpu = Quantity(stated.get("memory", 0)), Quantity(stated.get("cpu", 0))
        if 0 < memory.nano < LEAST_MEMORY.nano and memory.whole() is not None:
            text = f"{memory.whole()} bytes are too few for a server; write a unit, such as 512Mi"
            yield warning("implausible-resource", text, ("spec", "resources", block, "memory"), stated["memory"])
        disk = Quantity(stated.get(DISK, 0))
        if block == "limits" and 0 < disk.nano < LEAST_DISK.nano and disk.whole() is not None:
            text = (
                f"{disk.canonical()} is less than the kubelet keeps of a container's logs, and above it evicts the"
                f" server; write {LEAST_DISK.canonical()} or more"
            )
            yield warning("ephemeral-storage-too-small", text, ("spec", "resources", block, DISK), stated[DISK])
        if cpu.nano > MOST_CPU.nano:
            text = f"{cpu.canonical()} is more CPU than a node has; write cores, such as 500m or 2"
            yield warning("implausible-resource", text, ("spec", "resources", block, "cpu"), stated["cpu"])


def _dropped(resources: Object) -> Iterator[Finding]:
    others = [(b, n) for b in ("limits", "requests") for n in resources.get(b, {}) if n not in COMPUTE]
    paths: list[tuple[str, ...]] = [("spec", "resources", *other) for other in others]
    if resources.get("claims"):
        paths.append(("spec", "resources", "claims"))
    for path in paths:
        text = "profile nats-manager ignores it, like the operator; profile hardened keeps it"
        yield warning("resource-left-out", text, path)
