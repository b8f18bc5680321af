"""The group `server` as settings of nats.conf."""

from __future__ import annotations

from krmfn.model.quantity import Quantity
from krmfn.natsconf.checks import seconds
from krmfn.natsconf.tree import Block

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krmfn.model.objects import KeyPath
    from krmfn.natsconf.tree import Value


SETTINGS: dict[KeyPath, KeyPath] = {
    ("maxPayload",): ("max_payload",),
    ("maxControlLine",): ("max_control_line",),
    ("maxConnections",): ("max_connections",),
    ("maxPending",): ("max_pending",),
    ("maxSubscriptions",): ("max_subscriptions",),
    ("writeDeadline",): ("write_deadline",),
    ("pingInterval",): ("ping_interval",),
    ("pingMax",): ("ping_max",),
    ("clientAdvertise",): ("client_advertise",),
    ("noAdvertise",): ("cluster", "no_advertise"),
    ("lameDuck", "duration"): ("lame_duck_duration",),
    ("lameDuck", "grace"): ("lame_duck_grace_period",),
    ("jetStream", "domain"): ("jetstream", "domain"),
    ("jetStream", "syncInterval"): ("jetstream", "sync_interval"),
    ("jetStream", "maxOutstandingCatchup"): ("jetstream", "max_outstanding_catchup"),
    ("jetStream", "requestQueueLimit"): ("jetstream", "request_queue_limit"),
    ("jetStream", "limits", "maxAckPending"): ("jetstream", "limits", "max_ack_pending"),
    ("jetStream", "limits", "maxHaAssets"): ("jetstream", "limits", "max_ha_assets"),
    ("jetStream", "limits", "maxRequestBatch"): ("jetstream", "limits", "max_request_batch"),
    ("jetStream", "limits", "duplicateWindow"): ("jetstream", "limits", "duplicate_window"),
}
"""Path of a key below `server` -> path of its setting. `namePrefix` is a variable of the container."""
SIZES: tuple[KeyPath, ...] = (
    ("maxPayload",),
    ("maxControlLine",),
    ("maxPending",),
    ("jetStream", "maxOutstandingCatchup"),
)
"""Keys that hold bytes: nats-server reads suffixes otherwise than Kubernetes."""
DEFAULT_LAME_DUCK = {"duration": "120s", "grace": "10s"}
AFTER_LAME_DUCK = 30
"""Seconds between the end of lame duck mode, which includes its grace period, and SIGKILL (nats-server, server.go)."""


def set_keys(server: dict[str, Any]) -> Iterator[tuple[KeyPath, KeyPath, Value]]:
    """(path of the key, path of the setting, value of the setting) of everything that is set."""
    for key, setting in SETTINGS.items():
        value: Any = server
        for part in key:
            value = value.get(part) if isinstance(value, dict) else None
        if value is not None:
            yield key, setting, Quantity(value).whole() or 0 if key in SIZES else value


def merge(tree: Block, server: dict[str, Any]) -> None:
    """Put the settings into nats.conf. One server has no cluster block, and gets none."""
    for _, (*blocks, name), value in set_keys(server):
        here: Block | None = tree
        for block in blocks:
            here = _inner(here, block) if here is not None else None
        if here is not None:
            here.settings[name] = value


def _inner(tree: Block, name: str) -> Block | None:
    if name not in tree.settings and name == "limits":
        tree.settings[name] = Block({})
    inner = tree.settings.get(name)
    return inner if isinstance(inner, Block) else None


def grace_seconds(server: dict[str, Any] | None) -> int:
    """Seconds that a pod has to stop: lame duck mode, and what comes after it."""
    duration = (server or {}).get("lameDuck", {}).get("duration", DEFAULT_LAME_DUCK["duration"])
    return (seconds(duration) or 0) + AFTER_LAME_DUCK
