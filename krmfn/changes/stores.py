"""A smaller JetStream store: the data and reservations of its streams decide whether servers start again."""

from __future__ import annotations

from krmfn.changes.change import DATA_LOSS, OUTAGE
from krmfn.cluster.storage import human, usage_command

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from krmfn.changes.change import Consequence
    from krmfn.changes.workload import Workload

MEMORY, FILE = ("jetstream", "max_memory_store"), ("jetstream", "max_file_store")
LOWERED = ("file-store-lowered", "memory-store-lowered")
"""Codes of a lowered limit. Running servers reject it on a reload, and the whole file with it."""


def lowered(path: tuple[str, ...], before: Any, after: Any, workload: Workload | None) -> Consequence | None:
    """Class, code, why and recipe where the setting is a limit that is lowered or may be; else None.

    Seen in tests/clients/test_full_store.py; a cluster that stored more in memory than the new limit lost it all.
    """
    if path not in (MEMORY, FILE) or before == after or not _falls(path, before, after):
        return None
    tail = ""
    if workload is None or not workload.restarts:
        tail = "; running servers reject the reload; no change in nats.conf takes effect until they restart"
    limit = human(before) if isinstance(before, int) and before >= 0 else "SIZE"
    usage = _usage(workload)
    if path == FILE:
        why = (
            "after the restart, servers that store more than the new limit lead no stream, and servers that reserve"
            " more may stay unhealthy (/healthz 503), which stops the rollout"
        )
        recipe = f"set fileStore: {limit} to keep the running limit, or compare storage and reserved_storage of every"
        return OUTAGE, "file-store-lowered", why + tail, f"{recipe} server with the new one: `{usage}`"
    why = (
        "streams in memory above the new limit are lost when the servers restart, and servers that reserve more may"
        " stay unhealthy"
    )
    recipe = f"set spec.jetStream.memStorage.size: {limit} to keep the running limit, or compare memory and"
    recipe = f"{recipe} reserved_memory of every server with the new one: `{usage}`"
    return DATA_LOSS, "memory-store-lowered", why + tail, recipe


def _falls(path: tuple[str, ...], before: Any, after: Any) -> bool:
    """Whether a store gets less, or could: a limit that is absent or negative is a share of the machine, unknown here.

    A memory store without a limit is the operator's way to switch it off, and no stream is kept in it.
    """
    if not isinstance(before, int) or before < 0:
        return path == FILE
    return not isinstance(after, int) or after < before


def _usage(workload: Workload | None) -> str:
    """The command that shows what one server stores and has reserved, in bytes."""
    space, name = (workload.namespace or "NAMESPACE", workload.name) if workload else ("NAMESPACE", "STATEFULSET")
    return usage_command(space, name)
