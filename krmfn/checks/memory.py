"""The memory limit of the servers against GOMEMLIMIT and the memory store of JetStream."""

from __future__ import annotations

from krmfn.cluster.storage import MEMORY_PARTS, human_bytes
from krmfn.model.finding import error, warning
from krmfn.model.fix import replaced
from krmfn.model.lookup import at, listed
from krmfn.model.quantity import quantity_of
from krmfn.model.text import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krmfn.checks.server import ServerGroup
    from krmfn.model.finding import Finding
    from krmfn.model.objects import Object

LEAST_MEMORY = 4 << 20
"""Bytes: runc ends a container with a smaller limit before its program runs; Docker takes no limit below 6 MiB."""
_UNITS = {"TiB": 1 << 40, "GiB": 1 << 30, "MiB": 1 << 20, "KiB": 1 << 10, "B": 1}
"""Suffixes that GOMEMLIMIT may have (Go, package runtime)."""


def check_memory(server: ServerGroup) -> Iterator[Finding]:
    """Limits that do not fit into each other."""
    pods, path = server.pods, server.container_path
    limit = _limit(server)
    for where, container in pods.containers():
        few = _limit_of(container)
        if few is not None and 0 < few < LEAST_MEMORY:
            text = (
                f"container {shown(str(container.get('name')))} of {pods.title} has a memory limit of"
                f" {human_bytes(few)}, with which no container starts; write one with a unit, such as 32Mi"
            )
            yield error("memory-limit-small", text, (*where, "resources", "limits", "memory")).at(object=pods.ref)
    for position, row in enumerate(listed(server.container.get("env"))):
        value = row.get("value")
        if row.get("name") != "GOMEMLIMIT" or not isinstance(value, str) or value == "off":
            continue
        here = (*path, "env", position, "value")
        amount = go_bytes(value)
        if amount is None:
            text = (
                f"GOMEMLIMIT of {pods.title} is not an amount of memory as Go reads it, so servers do not start; write"
            )
            yield error("memory-gomemlimit", f"{text} one such as 800MiB", here).at(object=pods.ref)
        elif limit and amount > limit:
            fit = f"{limit * 4 // 5 >> 20}MiB"
            text = (
                f"GOMEMLIMIT of {pods.title} is {value}, above the memory limit of {human_bytes(limit)}, so a server is"
                f" killed before Go frees memory; write {fit}"
            )
            yield error("memory-gomemlimit", text, here, value, replaced(here, fit)).at(object=pods.ref)
    store = server.setting("jetstream", "max_memory_store")
    if limit and isinstance(store, int) and not isinstance(store, bool) and store * MEMORY_PARTS > limit:
        text = (
            f"jetstream.max_memory_store is {human_bytes(store)} in {server.conf_key}, and the memory limit of"
            f" {pods.title} is {human_bytes(limit)}: small messages take up to {MEMORY_PARTS} times as much memory, and"
            " the server is killed before JetStream refuses one; write a larger limit or a smaller store"
        )
        yield warning("memory-store-at-limit", text, (*path, "resources", "limits", "memory")).at(object=pods.ref)


def go_bytes(text: str) -> int | None:
    """The bytes of a GOMEMLIMIT; None for a text that Go does not start with."""
    for suffix, unit in _UNITS.items():
        if text.endswith(suffix):
            digits = text.removesuffix(suffix)
            return int(digits) * unit if digits.isascii() and digits.isdigit() else None
    return int(text) if text.isascii() and text.isdigit() else None


def _limit(server: ServerGroup) -> int | None:
    return _limit_of(server.container)


def _limit_of(container: Object) -> int | None:
    amount = quantity_of(at(container, "resources", "limits").get("memory"))
    return amount.floor if amount is not None else None
