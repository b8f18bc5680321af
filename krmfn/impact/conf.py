"""nats.conf compared as settings, and what a running server does with each on a reload.

Which settings nats-server takes is from server/reload.go; the rows below are those that 2.14.2 was seen to take
(tests/clients/test_reload.py). Everything else it rejects, and with it the whole reload.
"""

from __future__ import annotations

from krmfn.core.text import quotable
from krmfn.impact import stores
from krmfn.impact.change import ADDED, BLOCKED, CHANGED, DATA_LOSS, NONE, RELOAD, REMOVED, RESTART, Change
from krmfn.natsconf.checks import seconds
from krmfn.natsconf.reader import byte_size, read_conf
from krmfn.natsconf.tree import Block, Variable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krmfn.core.objects import Identity
    from krmfn.impact.difference import Path
    from krmfn.impact.workload import Workload

    Verdict = tuple[str, str, str, str]
    Settings = dict[tuple[str, ...], Any]

CONF = "nats.conf"
_TAKEN = frozenset(
    (
        "server_tags", "server_metadata", "pid_file", "debug", "trace", "logtime", "connect_error_reports",
        "max_connections", "max_control_line", "max_payload", "max_traced_msg_len", "ping_interval", "ping_max",
        "write_deadline", "accounts", "authorization",
    )
)  # fmt: skip
_REJECTED_IN_CLUSTER = ("port", "host", "listen")
_STORES = (stores.MEMORY, stores.FILE)
_BLOCKS = ("jetstream", "cluster")
"""What is compared setting by setting; other blocks, such as `accounts`, are compared as one and never shown."""
_ALIASES = {
    "http": "http_port", "monitor_port": "http_port", "net": "host", "pidfile": "pid_file", "store": "store_dir",
    "storage_dir": "store_dir", "storedir": "store_dir", "max_mem": "max_memory_store",
    "max_mem_store": "max_memory_store", "max_file": "max_file_store", "max_conn": "max_connections",
    "no_advertise_": "no_advertise", "ping_max_out": "ping_max", "routes_": "routes",
}  # fmt: skip
_NOISE: dict[tuple[str, ...], str] = {("resolver",): "MEMORY"}
"""A resolver in memory without an operator says nothing to the server."""
_NAME = frozenset("abcdefghijklmnopqrstuvwxyz_")
"""What names of settings are made of; what is not may be a value in the wrong place, and is not shown."""
_NO_SECRETS = frozenset((*_TAKEN, "port", "http_port", "lame_duck_duration", "lame_duck_grace_period")) - {
    "accounts",
    "authorization",
}


def changed(key: Identity, before: object, after: object, workload: Workload | None) -> list[Change]:
    """Changes of the text under `nats.conf`; `workload` is what mounts it, None where nothing is known to."""
    old, new = settings(before), settings(after)
    here = ("data", CONF)
    if old is None or new is None:
        if _restarts(workload):
            return [Change(key, here, CHANGED, RESTART, "the servers restart with the new file")]
        why = "one of the two texts cannot be read as nats.conf, so what a running server does with it cannot be told"
        return [Change(key, here, CHANGED, BLOCKED, why, code="conf-unreadable", recipe=_restart(workload))]
    changes = [_change(key, path, old.get(path), new.get(path), workload) for path in _paths(old, new)]
    if not changes:
        return [Change(key, here, CHANGED, NONE, "the text differs, and no setting does")]
    return list(_together(changes, workload))


def settings(text: object) -> Settings | None:
    """The settings by path; sizes in bytes, durations in seconds. None for what is no configuration."""
    tree = read_conf(text) if isinstance(text, str) else None
    if tree is None:
        return None
    found: Settings = {}
    for name, value in tree.settings.items():
        key = _plain_name(name)
        if key in _BLOCKS and isinstance(value, Block):
            found[key,] = True
            found.update({(key, _plain_name(n)): _plain((key, _plain_name(n)), v) for n, v in value.settings.items()})
            found.update({(key, "include"): value.includes} if value.includes else {})
        else:
            found[key,] = _plain((key,), value)
    if tree.includes:
        found["include",] = tree.includes
    return {path: value for path, value in found.items() if path not in _NOISE or _NOISE[path] != value}


def _plain_name(name: str) -> str:
    lower = name.lower()
    return _ALIASES.get(lower, lower)


def _plain(path: tuple[str, ...], value: Any) -> Any:
    """A value that is equal to another when the server sees no difference."""
    if path in _STORES:
        size = byte_size(value)
        return value if size is None else size
    if isinstance(value, Variable):
        return ("$", value.name)
    if isinstance(value, Block):
        return ({name: _plain((), inner) for name, inner in value.settings.items()}, value.includes)
    if isinstance(value, list):
        return [_plain((), inner) for inner in value]
    time = seconds(value)
    return value if time is None else ("s", time)


def _paths(old: Settings, new: Settings) -> list[tuple[str, ...]]:
    """Where they differ. A block that comes or goes is one difference."""
    differ = [path for path in (*old, *(path for path in new if path not in old)) if old.get(path) != new.get(path)]
    blocks = {path[0] for path in differ if len(path) == 1}
    return [path for path in differ if len(path) == 1 or path[0] not in blocks]


def _change(key: Identity, path: tuple[str, ...], before: Any, after: Any, workload: Workload | None) -> Change:
    kind = ADDED if before is None else REMOVED if after is None else CHANGED
    impact, code, why, recipe = _verdict(path, before, after, workload)
    first, second = (_shown(path, value) for value in (before, after))
    if first == second:  # as many routes, to other hosts
        first = second = None
    field: Path = ("data", CONF, *(part if _NAME.issuperset(part) else "..." for part in path))
    return Change(key, field, kind, impact, why, old=first, new=second, code=code, recipe=recipe)


def _verdict(path: tuple[str, ...], before: Any, after: Any, workload: Workload | None) -> Verdict:
    if path == ("jetstream", "store_dir") and before is not None and after is not None:
        why = "servers start with an empty store: their streams stay behind in the old directory"
        return DATA_LOSS, "store-dir-changed", why, "keep the directory"
    if path == ("cluster", "name"):
        why = "servers of two names refuse each other, so a running cluster is split until all have the new one"
        keep = "state the name that it had as clusterName (each profile has a default of its own)"
        return DATA_LOSS, "cluster-renamed", why, f"{keep}; to rename, stop every server and start them anew"
    if path == ("cluster",) and workload is not None and workload.leaves_one:
        return DATA_LOSS, "scale-from-one", "a single server cannot become one of a cluster while it runs", ""
    if lowered := stores.lowered(path, before, after, workload):
        return lowered
    if _is_taken(path, before, after, workload):
        return RELOAD, "", "running servers take it on a reload", ""
    if _restarts(workload):
        return RESTART, "", "running servers do not take it; they have it after the restart that is due anyway", ""
    code = "store-limit-reload-rejected" if path in _STORES else "setting-reload-rejected"
    return BLOCKED, code, _why_rejected(path, before, workload), _restart(workload)


def _why_rejected(path: tuple[str, ...], before: Any, workload: Workload | None) -> str:
    rest = "the whole file takes no effect until they restart, and nothing restarts them"
    if path not in _STORES:
        return f"running servers reject a reload with it: {rest}"
    if isinstance(before, int):
        known = "before 2.14 do" if workload is not None and workload.version else "of an unknown version may"
        return f"servers {known} not take a larger limit on a reload: {rest}"
    return f"running servers do not take a limit on a reload where they had none: {rest}"


def _is_taken(path: tuple[str, ...], before: Any, after: Any, workload: Workload | None) -> bool:
    """Whether a running server takes the setting on SIGHUP."""
    if _unset_variables(after, workload):
        return False
    if path in _STORES:
        grows = isinstance(before, int) and isinstance(after, int) and 0 <= before < after
        return grows and workload is not None and workload.grows_stores
    if path[0] == "cluster":
        return len(path) > 1 and path[1] not in _REJECTED_IN_CLUSTER
    if path[0] == "jetstream":
        return len(path) > 1 and path[1].startswith("meta_compact")
    return path[0] in _TAKEN


def _unset_variables(value: Any, workload: Workload | None) -> bool:
    """Whether the value is a variable that the running containers do not have: a reload fails on it."""
    if isinstance(value, tuple) and len(value) > 1 and value[0] == "$":
        return workload is None or value[1] not in workload.variables
    return False


def _together(changes: list[Change], workload: Workload | None) -> Iterator[Change]:
    """A reload is rejected as a whole: what would have been taken is not."""
    rejected = [
        one for one in changes if one.impact == BLOCKED or (one.code in stores.LOWERED and not _restarts(workload))
    ]
    causes = [change.field.removeprefix("data.nats.conf.") for change in rejected]
    for change in changes:
        if causes and change.impact == RELOAD:
            change.impact = BLOCKED
            change.why = f"running servers reject it together with {causes[0]}"
            change.recipe = _restart(workload)
        yield change


def _restarts(workload: Workload | None) -> bool:
    """Whether the servers restart with the same change."""
    return workload is not None and workload.restarts


def _restart(workload: Workload | None) -> str:
    if workload is None:
        return "restart the servers after the change"
    space = f"-n {workload.namespace} " if workload.namespace else ""
    return f"after the apply: kubectl {space}rollout restart statefulset {workload.name}"


def _shown(path: tuple[str, ...], value: Any) -> str | None:
    """Numbers of settings that hold no secret, and how many entries a list of routes has."""
    if path == ("cluster", "routes") and isinstance(value, list):
        return f"{len(value)} routes"
    if path[0] not in _BLOCKS and path[0] not in _NO_SECRETS:
        return None
    if isinstance(value, tuple) and value[:1] == ("s",):
        return f"{value[1]}s"
    return quotable(value) if isinstance(value, (bool, int)) and path not in (("cluster",), ("jetstream",)) else None
