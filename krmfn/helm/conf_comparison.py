"""Compares two nats.conf, setting by setting. Of values that can be secret only names and counts are shown."""

from __future__ import annotations

from krmfn.helm.equality import Equality
from krmfn.natsconf.accounts import SYSTEM
from krmfn.natsconf.parser import read_conf
from krmfn.natsconf.settings import BLOCKS, name_of
from krmfn.natsconf.tree import Block, Variable
from krmfn.natsconf.value_types import DURATION, type_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from krmfn.helm.verdict import Verdict
    from krmfn.natsconf.tree import Value

_PATHS = "mounted in a directory of its own"
_FIXED: dict[tuple[str, ...], str] = {
    ("lame_duck_duration",): "clients get 120 s to move, and the pod has the time for it",
    ("jetstream", "max_file_store"): "krmfn keeps room for the file system; set fileStore to change it",
    ("jetstream", "max_memory_store"): "the chart runs without JetStream",
    ("jetstream", "store_dir"): "the directory in the pod; nothing outside sees it",
    ("cluster", "routes"): "the names of the headless Services differ",
    ("cluster", "cluster_advertise"): "krmfn lets routes find servers by name",
    ("cluster", "connect_retries"): "krmfn lets servers wait for each other",
    ("cluster", "tls", "verify"): "nats-server always verifies routes",
    ("cluster", "tls", "timeout"): "krmfn gives routes 5 s",
    ("system_account",): "the system account has a user in krmfn",
    ("allow_non_tls",): "krmfn always writes it",
    ("jetstream", "key"): "krmfn reads the key from a file that a Secret holds",
    ("jetstream", "prev_key"): "krmfn reads the key from a file that a Secret holds",
}
SINGLE = "a single server has no routes"
_FILES = ("cert_file", "key_file", "ca_file")
_PRIVATE = (
    "accounts",
    "authorization",
    "remotes",
    "key",
    "prev_key",
    "resolver_preload",
    "operator",
    "routes",
    "gateways",
)
_OF_VALUES = {"nats": (), "monitor": ("http_port",), "profiling": ("prof_port",)}


def compare_conf(chart: str, krmfn: str, lost: Sequence[Verdict]) -> Iterator[Equality]:
    """Every setting that one of the two texts has."""
    trees = read_conf(chart), read_conf(krmfn)
    if trees[0] is None or trees[1] is None:
        of_chart = "read" if trees[0] is not None else "not a configuration"
        text = "nats-server would not start with the chart's file" if trees[0] is None else ""
        yield Equality(what="nats.conf", chart=of_chart, krmfn="not compared", reason=text)
        return
    old, new = (dict(_settings(tree, ())) for tree in trees if tree is not None)
    has_routes = any(path[0] == "cluster" for path in new)
    explained = {_setting_of(one): one for one in reversed(lost)}
    for path in sorted(old.keys() | new.keys()):
        texts = [_shown(side[path], path) if path in side else "not set" for side in (old, new)]
        if texts[0] == texts[1] and path in old and path in new and _rights(old[path]) != _rights(new[path]):
            texts[1] += ", whose users or limits are others"
        reason = "" if texts[0] == texts[1] else _reason(path, explained)
        if path[0] == "cluster" and not has_routes:
            reason = SINGLE
        yield Equality(what=f"nats.conf {'.'.join(path)}", chart=texts[0], krmfn=texts[1], reason=reason)


def _settings(tree: Block, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Value]]:
    """(path, value) of every setting by its name in nats-server; blocks with known settings are taken apart."""
    for stated, value in tree.settings.items():
        name = name_of(path[0] if len(path) == 1 else "", stated) if len(path) < 2 else stated
        here = (*path, name)
        if here == ("accounts",) and isinstance(value, Block):
            yield from (((*here, account), inner) for account, inner in value.settings.items() if account != SYSTEM)
        elif isinstance(value, Block) and (name in BLOCKS or name == "tls"):
            yield from _settings(value, here)
        else:
            yield here, value


def _shown(value: Value, path: tuple[str, ...]) -> str:
    if any(name in _PRIVATE for name in path):
        return _outline(value)
    if isinstance(value, Variable):
        return f"${value.name}"
    if isinstance(value, Block):
        return _outline(value)
    if isinstance(value, list):
        return ", ".join(_shown(inner, path) for inner in value)
    if type(value) is int and (
        path[-1] == "timeout" or type_of(path[0] if len(path) > 1 else "", path[-1]) == DURATION
    ):
        return f"{value}s"
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def _outline(value: Value) -> str:
    """Names of accounts, numbers of users: what tells two blocks apart and is not a secret."""
    if isinstance(value, Block):
        users = value.settings.get("users")
        inner = {name: _outline(one) for name, one in value.settings.items() if isinstance(one, Block)}
        parts = [f"{name} ({text})" if text else name for name, text in sorted(inner.items())]
        parts += [f"{len(users)} users"] if isinstance(users, list) else []
        return ", ".join(parts) or "set"
    return f"{len(value)} entries" if isinstance(value, list) else "set"


def _rights(value: Value) -> object:
    """Users by name with what they may do, and limits: everything of accounts but credentials, in one spelling."""
    if not isinstance(value, Block):
        return None
    settings = {_ALIASES.get(name, name): inner for name, inner in value.settings.items()}
    users = settings.get("users")
    named = [_plain(user) for user in users] if isinstance(users, list) else []
    others = {name: _plain(settings[name], name) for name in _LIMITS if name in settings}
    return sorted(map(repr, named)), {name: value for name, value in others.items() if value != "disabled"}


_LIMITS = ("limits", "jetstream", "default_permissions")
_ALIASES = {
    "username": "user",
    "pass": "password",
    "pub": "publish",
    "sub": "subscribe",
    "allow_response": "allow_responses",
    "max_mem": "max_memory",
    "max_store": "max_file",
    "max_conn": "max_connections",
    "max_subs": "max_subscriptions",
}
_WAYS = ("publish", "subscribe")


def _plain(value: Value, name: str = "") -> object:
    if isinstance(value, Block):
        inner = {_ALIASES.get(key, key): one for key, one in value.settings.items()}
        return {key: _plain(one, key) for key, one in sorted(inner.items()) if key != "password"}
    if name in _WAYS:
        return {"allow": [str(one) for one in value] if isinstance(value, list) else [str(value)]}
    if name in ("allow", "deny") and isinstance(value, str):
        return [value]
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return "enabled" if name == "jetstream" and value is True else str(value)


def _reason(path: tuple[str, ...], explained: dict[tuple[str, ...], Verdict]) -> str:
    if path[-1] in _FILES:
        return _PATHS
    for count in range(len(path), 0, -1):
        one = explained.get(path[:count]) or _below(path, explained)
        if one is not None:
            return f"lost: {'.'.join(map(str, one.path))} ({one.place.file}:{one.place.line})"
    return _FIXED.get(path, "")


def _below(path: tuple[str, ...], explained: dict[tuple[str, ...], Verdict]) -> Verdict | None:
    """A lost setting inside of this one."""
    return next((one for setting, one in explained.items() if setting[: len(path)] == path), None)


def _setting_of(one: Verdict) -> tuple[str, ...]:
    """The setting of nats.conf that a value of the chart is about."""
    names = [name for name in one.path if isinstance(name, str)]
    if names[:1] != ["config"]:
        return ("",)
    names = [name for name in names[1:] if name not in ("merge", "enabled")]
    if names and names[0] in _OF_VALUES:
        names = [*_OF_VALUES[names[0]], *([] if _OF_VALUES[names[0]] else names[1:])]
    if names[:2] == ["cluster", "routeURLs"]:
        return ("cluster", "authorization")
    block = names[0] if names else ""
    folded = names[1:2] if block not in BLOCKS else [name_of(block, name) for name in names[1:2]]
    return (*names[:1], *folded, *names[2:])
