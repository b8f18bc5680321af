"""nats.conf compared setting by setting, and what a running server does with each change.

Which settings nats-server takes on a reload is in `server_settings`; everything else it rejects, and with it the whole
reload. What destroys or cuts clients off is in `hazards`.
"""

from __future__ import annotations

from krmfn.changes import hazards, stores
from krmfn.changes.change import ADDED, BLOCKED, CHANGED, NONE, OUTAGE, RELOAD, REMOVED, RESTART, Change
from krmfn.changes.workload import CONF, is_nats
from krmfn.model.objects import ObjectRef
from krmfn.model.text import quotable, quoted
from krmfn.natsconf.accounts import SYSTEM
from krmfn.natsconf.checks import seconds
from krmfn.natsconf.parser import byte_size, read_conf
from krmfn.natsconf.server import ACCOUNTS
from krmfn.natsconf.settings import BLOCKS, SECRETS, is_reloadable, is_setting, name_of
from krmfn.natsconf.tree import Block, Variable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krmfn.changes.change import Consequence
    from krmfn.changes.workload import ServerSettings, Workload
    from krmfn.model.code import Code
    from krmfn.model.objects import FieldPath

_LONGEST, _MOST = 4096, 2048
"""Characters of a text that is kept with its settings, and how many are."""
_KNOWN: dict[str, tuple[Block | None, ServerSettings | None]] = {}
_STORES = (stores.MEMORY, stores.FILE)
_NOISE: dict[tuple[str, ...], tuple[Any, ...]] = {("resolver",): ("MEMORY", "MEM"), ("port",): (4222,)}
"""Settings without effect: a resolver in memory without an operator, and the default port."""
_NAME = frozenset("abcdefghijklmnopqrstuvwxyz_")
"""Characters of names of settings. Another name may be a value in the wrong place, and is not shown."""
_SHOWN = frozenset(
    [
        "server_tags",
        "pid_file",
        "debug",
        "trace",
        "logtime",
        "connect_error_reports",
        "max_connections",
        "max_control_line",
        "max_payload",
        "max_traced_msg_len",
        "ping_interval",
        "ping_max",
        "write_deadline",
        "port",
        "http_port",
        "lame_duck_duration",
        "lame_duck_grace_period",
        "max_pending",
    ]
)
"""Settings of the top level whose numbers are shown."""
_UNKNOWN = (
    "nats-server 2.14 has no such setting; a server that does not know it rejects the reload and fails to restart"
)


def changed(key: ObjectRef, before: object, after: object, workload: Workload | None, file: str = CONF) -> list[Change]:
    """Changes of the text under `file`; `workload` is what mounts it, None where nothing is known to."""
    known = workload is not None and (before, after) == workload.confs
    old, new = both(workload) if workload is not None and known else (settings(before), settings(after))
    here = ("data", file)
    if old is None or new is None:
        if old is None and new is None and before == after:
            return []
        which, text = ("old", before) if new is not None else ("new", after)
        what, recipe = "cannot be parsed", "check it with nats-server -t"
        if text is None:
            what, recipe = "is not among the objects", f"add what the StatefulSet mounts it from to the {which} state"
        why = f"the {which} text of nats.conf {what}: the effect is unknown, and servers may fail to start"
        return [Change(key, here, CHANGED, OUTAGE, why, code="conf-unreadable", recipe=recipe)]
    step = hazards.SettingsChange(old, new, workload)
    changes = [_change(key, (*here, *_field(path)), path, step) for path in _paths(old, new)]
    if not changes:
        return [Change(key, here, CHANGED, NONE, "only formatting changes")]
    return list(_together(changes, workload))


def moved(workload: Workload) -> list[Change]:
    """Changes of the configuration where its file is another one than before: another object, part or key."""
    before, after = workload.conf_files
    places = [file and file.place for file in workload.conf_files]
    if before is after is None or places[0] == places[1] or not is_nats(workload.new):
        return []
    known = next((one for one in (after, before) if one is not None and one.text is not None), None)
    ref, key = (known.ref, known.key) if known is not None else (ObjectRef.of(workload.new), CONF)
    changes = changed(ref, *workload.confs, workload, key)
    for change in changes:
        if change.impact == RELOAD and workload.restarts:
            change.impact, change.why = RESTART, "takes effect with the restart of this change"
    return changes


def settings(text: object) -> ServerSettings | None:
    """The settings by path; sizes in bytes, durations in seconds. None for a text that is not a nats.conf."""
    return conf_of(text)[1] if isinstance(text, str) else None


def conf_of(text: str) -> tuple[Block | None, ServerSettings | None]:
    """The tree of a nats.conf and its settings by path, None for both where it is not one. Not to be changed.

    A text is parsed once: a comparison asks for it as a change, and again as a fault of the new state.
    """
    known = _KNOWN.get(text)
    if known is None:
        tree = read_conf(text)
        known = tree, settings_of(tree) if tree is not None else None
        if len(text) <= _LONGEST:
            if len(_KNOWN) >= _MOST:
                _KNOWN.clear()
            _KNOWN[text] = known
    return known


def both(workload: Workload) -> tuple[ServerSettings | None, ServerSettings | None]:
    """The settings of a workload's servers before and after, read once. Callers must not change them."""
    if workload.settings is None:
        before, after = workload.confs
        workload.settings = settings(before), settings(after)
    return workload.settings


def settings_of(tree: Block) -> ServerSettings:
    """The settings of a nats.conf that was parsed, by path."""
    found: ServerSettings = {}
    for name, stated in tree.settings.items():
        key = name_of("", name)
        value = _jetstream(stated) if key == "jetstream" else stated
        if value is None:
            continue
        if key in BLOCKS and isinstance(value, Block):
            found[key,] = True
            inner = ((name_of(key, n), v) for n, v in value.settings.items())
            found.update({(key, n): _plain((key, n), v) for n, v in inner})
            found.update({(key, "include"): value.includes} if value.includes else {})
        else:
            found[key,] = _plain((key,), value)
    if tree.includes:
        found["include",] = tree.includes
    return {path: value for path, value in found.items() if value not in _NOISE.get(path, ())}


def _jetstream(value: Any) -> Any:
    """`jetstream: true` is a block without settings, and `false` is none."""
    if isinstance(value, Block):
        return value
    words = {"enabled": True, "enable": True, "disabled": None, "disable": None}
    if isinstance(value, str):
        return words.get(value.lower(), value)
    return None if value is False else value


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


def _paths(old: ServerSettings, new: ServerSettings) -> list[tuple[str, ...]]:
    """The paths at which settings differ. An added or removed block is one path."""
    differ = [path for path in (*old, *(path for path in new if path not in old)) if old.get(path) != new.get(path)]
    blocks = {path[0] for path in differ if len(path) == 1}
    return [path for path in differ if len(path) == 1 or path[0] not in blocks]


def _field(path: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(part if _NAME.issuperset(part) else "..." for part in path)


def _change(key: ObjectRef, field: FieldPath, path: tuple[str, ...], step: hazards.SettingsChange) -> Change:
    before, after = step.old.get(path), step.new.get(path)
    kind = ADDED if before is None else REMOVED if after is None else CHANGED
    impact, code, why, recipe = hazards.verdict(path, step) or _verdict(path, before, after, step)
    first, second = (_shown(path, value) for value in (before, after))
    if first == second:  # as many routes, to other hosts
        first = second = None
    return Change(key, field, kind, impact, why, old=first, new=second, code=code, recipe=recipe)


def _verdict(path: tuple[str, ...], before: Any, after: Any, step: hazards.SettingsChange) -> Consequence:
    workload = step.workload
    if not is_setting(path) and before is None:
        return OUTAGE, "conf-unknown", _UNKNOWN, "check it with nats-server -t of the running version"
    if lowered := stores.lowered(path, before, after, workload):
        return lowered
    if _takes(path, before, after, step):
        return RELOAD, "", _why_taken(path, before), ""
    if workload is not None and workload.restarts and is_setting(path):
        return RESTART, "", "running servers cannot reload it; it takes effect with the restart of this change", ""
    code: Code = "store-limit-reload-rejected" if path in _STORES else "setting-reload-rejected"
    return BLOCKED, code, _why_rejected(path, before, workload), _restart(workload)


def _why_taken(path: tuple[str, ...], before: Any) -> str:
    why = "running servers reload it"
    if path == ("cluster", "tls") and before is None:
        return f"{why}; open routes stay unencrypted until their servers restart"
    if path in _STORES:
        return f"{why}, which also heals a full store"
    if path[-1] == "tls" or path[0] == "tls":
        return f"{why}; open connections are not affected"
    if path in (("accounts",), ("authorization",)):
        return f"{why}; clients whose credentials are no longer valid are disconnected"
    return why


def _why_rejected(path: tuple[str, ...], before: Any, workload: Workload | None) -> str:
    rest = "no change in nats.conf takes effect until they restart, and nothing restarts them"
    if path not in _STORES:
        return f"running servers reject the reload: {rest}"
    if isinstance(before, int):
        known = "before 2.14 do" if workload is not None and workload.version else "of an unknown version may"
        return f"servers {known} not accept a larger limit on a reload: {rest}"
    return f"running servers without a limit do not accept one on a reload: {rest}"


def _takes(path: tuple[str, ...], before: Any, after: Any, step: hazards.SettingsChange) -> bool:
    """Whether a running server takes the setting on SIGHUP, with the files and variables that its container has."""
    workload = step.workload
    if _unset_variables(after, step) or any(not running for running, _ in step.files(path)):
        return False
    if path == ("include",):
        return _moves_files(before, after, step)
    if path == ("system_account",) and before is None and after == SYSTEM:
        return ACCOUNTS in step.old.get(("include",), ()) and ACCOUNTS not in step.new.get(("include",), ())
    if path in _STORES:
        grows = isinstance(before, int) and isinstance(after, int) and 0 <= before < after
        return grows and workload is not None and workload.grows_stores
    if path == ("jetstream", "limits"):
        return workload is not None and workload.takes_limits
    if path == ("leafnodes",):  # a block of remotes alone opens no listener
        return not step.listens("leafnodes", step.old) and not step.listens("leafnodes", step.new)
    return is_reloadable(path, appears=before is None)


def _moves_files(before: Any, after: Any, step: hazards.SettingsChange) -> bool:
    """Whether only files that krmfn renders are added or removed: definitions of variables, and the system account.

    The latter moves into `accounts`; the content of any other file is unknown.
    """
    old, new = set(before or ()), set(after or ())
    if ACCOUNTS in old - new:
        accounts = step.new.get(("accounts",))
        if not isinstance(accounts, tuple) or SYSTEM not in accounts[0]:
            return False
        old.discard(ACCOUNTS)
    return all(isinstance(file, str) and _is_of_secret(file) for file in old ^ new)


def _unset_variables(value: Any, step: hazards.SettingsChange) -> bool:
    """Whether the value holds a variable that the running servers do not have: a reload fails on it.

    They have those of the container, those that the old settings use, and those of a file that is included anew.
    """
    names = set(_variables(value))
    if not names:
        return False
    if step.workload is None:
        return True
    names -= step.workload.variables
    names -= set(_variables(list(step.old.values())))
    files = [set(side.get(("include",), ())) for side in (step.old, step.new)]
    return bool(names) and not any(_is_of_secret(str(file)) for file in files[1] - files[0])


def _is_of_secret(file: str) -> bool:
    """Whether an included file is one of those that krmfn mounts from other Secrets."""
    from krmfn.natsconf.references import SECRETS_DIR

    return file.startswith(f"{SECRETS_DIR}/")


def _variables(value: Any) -> Iterator[str]:
    if isinstance(value, tuple) and value[:1] == ("$",):
        yield value[1]
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _variables(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _variables(inner)


def _together(changes: list[Change], workload: Workload | None) -> Iterator[Change]:
    """Mark changes that a reload would take as blocked where another change makes servers reject the whole reload."""
    rejected = [
        one for one in changes if one.impact == BLOCKED or (one.code in stores.LOWERED and not _restarts(workload))
    ]
    causes = [change.field.removeprefix("data.nats.conf.") for change in rejected]
    for change in changes:
        if causes and change.impact == RELOAD:
            change.impact = BLOCKED
            change.why = f"running servers reject it because of {causes[0]}"
            change.recipe = _restart(workload)
        yield change


def _restarts(workload: Workload | None) -> bool:
    """Whether the servers restart with the same change."""
    return workload is not None and workload.restarts


def _restart(workload: Workload | None) -> str:
    if workload is None:
        return "restart the servers after the change"
    space = f"-n {quoted(workload.namespace)} " if workload.namespace else ""
    return f"after the apply: `kubectl {space}rollout restart statefulset {quoted(workload.name)}`"


def _shown(path: tuple[str, ...], value: Any) -> str | None:
    """Numbers of settings that hold no secret, and how many entries a list of routes has."""
    if path == ("cluster", "routes") and isinstance(value, list):
        return f"{len(value)} routes"
    if path[-1] in SECRETS or (path[0] not in _SHOWN and (len(path) == 1 or not is_setting(path))):
        return None
    if isinstance(value, tuple) and value[:1] == ("s",):
        return f"{value[1]}s"
    return quotable(value) if isinstance(value, (bool, int)) else None
