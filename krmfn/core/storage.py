"""Sizes of JetStream's stores, in bytes, and of the volume below them."""

from __future__ import annotations

from krmfn.core.finding import error, info, warning
from krmfn.core.quantity import LARGEST, NANO, NotAQuantity, Quantity
from krmfn.core.text import quotable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krmfn.core.finding import Finding
    from krmfn.core.objects import Object

FILE_SIZE = ("spec", "jetStream", "fileStorage", "size")
MEMORY_SIZE = ("spec", "jetStream", "memStorage", "size")
DEFAULT_CLAIM = "1Gi"
ALICLOUD_CLAIM = "20Gi"
"""Default and smallest volume on Alibaba Cloud (nats-manager, pkg/manager/overrides.go)."""
STORE_SHARE = 90
"""Percent of the volume given to the file store in `hardened`: the rest is for file system and Raft logs."""


def memory_store_bytes(spec: Object) -> int:
    """`max_memory_store`: 0 when memory storage is off; an absent setting would mean 75 % of the RAM."""
    memory = spec["jetStream"]["memStorage"]
    return Quantity(memory["size"]).nano // NANO if memory["enabled"] else 0


def claim_size(spec: Object, provider: str) -> Quantity:
    """The volume claim's size; without one the provider's default."""
    stated = spec["jetStream"]["fileStorage"].get("size")
    return Quantity(stated if stated is not None else ALICLOUD_CLAIM if provider == "alicloud" else DEFAULT_CLAIM)


def file_store_bytes(claim: Quantity, *, hardened: bool) -> int:
    """`max_file_store`: the whole claim as the operator does, or 90 % of it."""
    amount = claim.nano // NANO
    return amount * STORE_SHARE // 100 if hardened else amount


def check_storage(spec: Object, provider: str, *, hardened: bool) -> Iterator[Finding]:
    """Sizes that nats-server or a volume cannot have."""
    stream = spec["jetStream"]
    memory, file = stream["memStorage"], stream["fileStorage"]
    faults = list(check_bytes(memory["size"], MEMORY_SIZE)) if memory["enabled"] else []
    yield from faults
    if memory["enabled"] and not faults and Quantity(memory["size"]).nano == 0:
        text = "a size of 0 switches memory storage off although enabled is true; write enabled: false"
        yield warning("memory-storage-off", text, MEMORY_SIZE)
    if "size" not in file:
        yield from _headroom(spec, provider, hardened=hardened)
        return
    faults = list(check_bytes(file["size"], FILE_SIZE, least=2))
    yield from faults
    if faults:
        return
    yield from _headroom(spec, provider, hardened=hardened)
    if provider == "alicloud" and Quantity(file["size"]) < Quantity(ALICLOUD_CLAIM):
        shown = Quantity(file["size"]).canonical()
        text = f"{shown} is below the minimum required size of {ALICLOUD_CLAIM} for alicloud; write {ALICLOUD_CLAIM}"
        yield error("below-provider-minimum", text, FILE_SIZE, shown, ALICLOUD_CLAIM)


def check_bytes(value: str | int, path: tuple[str, ...], least: int = 0) -> Iterator[Finding]:
    """A size must be a whole number of bytes, not negative (nats-server reads that as "dynamic") and below 2^63."""
    shown = quotable(value)
    subject = f"{shown} " if shown else "the value "
    try:
        size = Quantity(value)
    except NotAQuantity as why:
        example = "write whole bytes with a suffix, such as 1Gi"
        yield error("not-a-quantity", f"{subject}is no quantity: {why}; {example}", path, proposed="1Gi")
        return
    if size.nano < least * NANO:
        text = "is negative" if size.nano < 0 else "leaves no room"
        yield error("size-too-small", f"{subject}{text}; write a size such as 1Gi", path, proposed="1Gi")
    elif size.whole() is None:
        proposed = Quantity(min(size.nano // NANO + 1, LARGEST)).canonical()
        text = f"{subject}has a fraction of a byte; write {proposed}"
        yield error("fraction-of-a-byte", text, path, proposed=proposed)


def _headroom(spec: Object, provider: str, *, hardened: bool) -> Iterator[Finding]:
    if hardened:
        claim = claim_size(spec, provider)
        text = (
            f"max_file_store is {file_store_bytes(claim, hardened=True)} bytes, {STORE_SHARE} % of the volume of"
            f" {claim.canonical()}, so that a full stream is an error of NATS and not of the disk"
        )
        yield info("file-store-headroom", text, FILE_SIZE)
