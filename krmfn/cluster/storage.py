"""Sizes of JetStream's stores, in bytes, and of the volume below them."""

from __future__ import annotations

from krmfn.model.finding import error, info, warning
from krmfn.model.fix import replaced
from krmfn.model.quantity import LARGEST, NANO, NotAQuantity, Quantity
from krmfn.model.text import quotable, quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TypeAlias

    from krmfn.cluster.cr import Cr
    from krmfn.cluster.settings import Settings
    from krmfn.model.finding import Finding
    from krmfn.model.objects import Object

    FileStore: TypeAlias = tuple[int, str]

FILE_SIZE = ("spec", "jetStream", "fileStorage", "size")
FILE_STORE = ("fileStore",)
"""The setting, which alone can raise the limit above the default."""
MEMORY_LIMIT = ("spec", "resources", "limits", "memory")
MEMORY_SIZE = ("spec", "jetStream", "memStorage", "size")
DEFAULT_CLAIM = "1Gi"
ALICLOUD_CLAIM = "20Gi"
"""Default and smallest volume on Alibaba Cloud (nats-manager, pkg/manager/overrides.go)."""
STORE_SHARES = ((10 << 30, 90), (1 << 30, 85), (512 << 20, 80), (128 << 20, 75), (0, 60))
"""Percent of a claim for the file store in `hardened`, by the least size in bytes of the claim.

A fresh file system leaves this much of a volume to the server: XFS 78.6 % of 300Mi, 87.5 % of 512Mi, 93.7 % of 1Gi;
ext4 with 5 % reserved blocks 71.8 % of 32Mi, 82.4 % of 128Mi, 88.2 % of 512Mi, 88.5 % of 1Gi, 92.3 % of 10Gi; ext4 as
kubelet makes it (no reserved blocks) about 5 % more. tests/clients/test_file_systems.py measures ext4. The rest is for
Raft logs and indexes, which the limit does not count.
"""
MEMORY_PARTS = 3
"""A memory store may take one part in three of the memory limit: with 100-byte messages a server was killed when 35 %
of its limit was stored; filled to a third, three servers with GOMEMLIMIT peaked at 221 of 256 MiB (nats-server 2.14.2,
three replicas)."""
LEAST_STORE = Quantity("1Mi")
"""A smaller store lacks its unit: it holds one message of the largest size (max_payload, 1 MB by default) at most."""
EVENTING_STREAM = 700 << 20
"""Bytes that Kyma Eventing reserves for its stream by default (eventing-manager, `streamMaxBytes` 700Mi)."""


def memory_limit_bytes(resources: Object) -> int:
    """The container's memory limit in bytes, 0 without one."""
    return Quantity(resources.get("limits", {}).get("memory", 0)).floor


def memory_store_bytes(cr: Cr, *, hardened: bool) -> int:
    """`max_memory_store`: 0 when memory storage is off; an absent setting would mean 75 % of the RAM.

    In `hardened`, a size that the CR leaves out is what the memory limit carries, in whole MiB, and at most the CRD's
    default of 1Gi.
    """
    memory = cr.spec["jetStream"]["memStorage"]
    if not memory["enabled"]:
        return 0
    size = Quantity(memory["size"]).floor
    limit = memory_limit_bytes(cr.spec["resources"])
    if not hardened or cr.sets_memory_size or not limit:
        return size
    return min(size, limit // MEMORY_PARTS >> 20 << 20)


def claim_size(spec: Object, provider: str) -> Quantity:
    """The volume claim's size; without one the provider's default."""
    stated = spec["jetStream"]["fileStorage"].get("size")
    return Quantity(stated if stated is not None else ALICLOUD_CLAIM if provider == "alicloud" else DEFAULT_CLAIM)


def file_store_bytes(claim: Quantity, stated: FileStore | None, *, hardened: bool) -> int:
    """`max_file_store`: what `fileStore` sets; else the whole claim, as the operator does, or a share of it."""
    size = claim.floor
    amount, unit = stated or (store_share(claim) if hardened else 100, "%")
    return size * amount // 100 if unit == "%" else amount


def share_bytes(claim: Quantity) -> int:
    """The default of `max_file_store` in `hardened`."""
    return claim.floor * store_share(claim) // 100


def store_share(claim: Quantity) -> int:
    """Percent of a claim that any of the usual file systems holds beside the logs of JetStream."""
    size = claim.floor
    return next(share for least, share in STORE_SHARES if size >= least)


def human(amount: int) -> str:
    """Bytes as a quantity such as 910Mi, where that is exact; else the plain number."""
    return Quantity(f"{amount >> 10}Ki").canonical() if amount and amount % 1024 == 0 else str(amount)


def human_bytes(amount: int) -> str:
    """The same for a sentence: `910Mi`, or `912680550 bytes`."""
    return human(amount) if not human(amount).isdigit() else f"{amount} bytes"


def usage_command(namespace: str, workload: str, number: int = 0) -> str:
    """The command that prints what one server stores and has reserved, in bytes."""
    path = f"/api/v1/namespaces/{namespace}/pods/{workload}-{number}:8222/proxy/jsz"
    return f"kubectl get --raw {quoted(path)}"


def check_storage(cr: Cr, settings: Settings, provider: str) -> Iterator[Finding]:
    """Sizes that nats-server or a volume cannot have."""
    stream = cr.spec["jetStream"]
    memory, file = stream["memStorage"], stream["fileStorage"]
    faults = list(check_bytes(memory["size"], MEMORY_SIZE)) if memory["enabled"] else []
    yield from faults
    if memory["enabled"] and not faults and Quantity(memory["size"]).nano == 0:
        text = "size 0 switches memory storage off although enabled is true; set enabled: false"
        yield warning("memory-storage-off", text, MEMORY_SIZE)
    elif memory["enabled"] and not faults:
        yield from _implausible(memory["size"], MEMORY_SIZE)
    faults = list(check_bytes(file["size"], FILE_SIZE, least=2)) if "size" in file else []
    yield from faults
    if faults:
        return
    if "size" in file:
        yield from _implausible(file["size"], FILE_SIZE)
    if settings.profile == "hardened":
        yield from _file_store(claim_size(cr.spec, provider), settings.file_store)
    if "size" in file and provider == "alicloud" and Quantity(file["size"]) < Quantity(ALICLOUD_CLAIM):
        shown = Quantity(file["size"]).canonical()
        text = f"{shown} is below the minimum required size of {ALICLOUD_CLAIM} for alicloud; write {ALICLOUD_CLAIM}"
        yield error("below-provider-minimum", text, FILE_SIZE, shown, replaced(FILE_SIZE, ALICLOUD_CLAIM))


def check_memory(cr: Cr, *, hardened: bool) -> Iterator[Finding]:
    """A memory store against the memory limit; sizes and resources must be in order."""
    store, limit = memory_store_bytes(cr, hardened=hardened), memory_limit_bytes(cr.spec["resources"])
    if not store or not limit:
        return
    if hardened and not cr.sets_memory_size and store < Quantity(cr.spec["jetStream"]["memStorage"]["size"]).floor:
        text = (
            f"memStorage.size is not set and its default is too large: max_memory_store is {human(store)}, a third of"
            " the memory limit; set a size, or enabled: false"
        )
        yield info("memory-store-size", text, MEMORY_SIZE)
    if store * MEMORY_PARTS > limit:
        proposed = Quantity(f"{-(-store * MEMORY_PARTS >> 20)}Mi").canonical()
        current = Quantity(cr.spec["resources"]["limits"]["memory"]).canonical()
        text = (
            f"memory storage of {human_bytes(store)} can need {MEMORY_PARTS} times as much memory when messages are"
            f" small, but the memory limit is {current}: the server is OOMKilled before JetStream rejects a message;"
            f" set a limit of {proposed}, or a memStorage.size of {human(limit // MEMORY_PARTS >> 20 << 20)}"
        )
        yield warning("memory-store-at-limit", text, MEMORY_LIMIT, current, replaced(MEMORY_LIMIT, proposed))


def check_bytes(value: str | int, path: tuple[str, ...], least: int = 0) -> Iterator[Finding]:
    """A size must be a whole number of bytes, not negative (nats-server reads that as "dynamic") and below 2^63."""
    shown = quotable(value)
    subject = f"{shown} " if shown else "the value "
    try:
        size = Quantity(value)
    except NotAQuantity as why:
        example = "use whole bytes with a suffix, such as 1Gi"
        yield error("not-a-quantity", f"{subject}is not a quantity: {why}; {example}", path)
        return
    if size.nano < least * NANO:
        text = "is negative" if size.nano < 0 else "leaves no room for the store"
        yield error("size-too-small", f"{subject}{text}; use a size such as 1Gi", path)
    elif size.whole() is None:
        proposed = Quantity(min(size.floor + 1, LARGEST)).canonical()
        text = f"{subject}has a fraction of a byte; write {proposed}"
        yield error("fraction-of-a-byte", text, path, fix=replaced(path, proposed))


def _implausible(value: str | int, path: tuple[str, ...]) -> Iterator[Finding]:
    """A sound size that is far too small."""
    size = Quantity(value)
    if size < LEAST_STORE:
        text = f"{size.floor} bytes are too few for a store; write a unit, such as 1Gi"
        yield warning("implausible-resource", text, path, value)


def _file_store(claim: Quantity, stated: FileStore | None) -> Iterator[Finding]:
    """The limit of the file store against the claim that must hold it."""
    size, limit = claim.floor, file_store_bytes(claim, stated, hardened=True)
    share = store_share(claim)
    safe = share_bytes(claim)
    subject = (
        f"fileStore sets max_file_store to {human_bytes(limit)}"
        if stated
        else f"max_file_store is {human_bytes(limit)}"
    )
    if limit > size:
        text = f"{subject}, but the volume has only {claim.canonical()}; use {share}%, or at most 100%"
        yield error("file-store-above-claim", text, FILE_STORE)
    elif limit > safe:
        text = (
            f"{subject} on a {claim.canonical()} volume: the file system and JetStream's logs need room too, so the"
            f" disk can be full before the store, and a full disk switches JetStream off; {share}% is safe. Keep this"
            " value only while servers store or reserve more than that"
        )
        yield warning("file-store-without-headroom", text, FILE_STORE)
    else:
        text = (
            f'{subject}, {round(limit * 100 / size)} % of the {claim.canonical()} volume, so NATS reports "full"'
            " before the disk does; set max_bytes on every stream, and fileStore if servers run with a larger limit"
        )
        yield info("file-store-headroom", text, FILE_SIZE)
        if limit < EVENTING_STREAM <= size:
            text = (
                f"Kyma Eventing's stream of {human(EVENTING_STREAM)} does not fit into the file store; use 1Gi or more"
            )
            yield info("file-store-below-eventing", text, FILE_SIZE)
