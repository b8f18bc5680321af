"""Settings of nats.conf whose change loses messages or cuts clients off, whether servers take it or restart with it.

Some of them are shown by tests with nats-server 2.14.2 (tests/clients/test_reload.py and test_hazards.py).
"""

from __future__ import annotations

from krmfn.changes import server_identity
from krmfn.changes.change import DATA_LOSS, OUTAGE
from krmfn.changes.workload import container_of
from krmfn.model.lookup import listed
from krmfn.natsconf.server import ACCOUNTS
from krmfn.natsconf.settings import ADDRESS, FILES, LISTENERS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from krmfn.changes.change import Consequence
    from krmfn.changes.workload import ServerSettings, Workload
    from krmfn.model.code import Code
    from krmfn.model.objects import KeyPath


class SettingsChange:
    """The settings before and after, and the StatefulSet that mounts them, None where none is known to."""

    __slots__ = ("new", "old", "workload")

    def __init__(self, old: ServerSettings, new: ServerSettings, workload: Workload | None) -> None:
        self.old = old
        self.new = new
        self.workload = workload

    @property
    def stores(self) -> bool:
        """Whether the servers have JetStream before the step."""
        return bool(self.old.get(("jetstream",)))

    @property
    def clustered(self) -> bool:
        """Whether the servers are, or become, members of something that knows them by name."""
        return any((name,) in side for name in ("cluster", "gateway") for side in (self.old, self.new))

    def files(self, path: KeyPath) -> list[tuple[bool, bool]]:
        """For each file that the setting names anew: whether running pods, and new ones, have it."""
        before = set(_files(path[-1], self.old.get(path)))
        names = [name for name in _files(path[-1], self._value(path)) if name not in before]
        return [self.workload.has_file(name) if self.workload is not None else (False, False) for name in names]

    def _value(self, path: KeyPath) -> Any:
        """The new value; of an added block, all that is in it."""
        if len(path) == 1 and self.new.get(path) is True:
            return {name[1]: value for name, value in self.new.items() if name[:1] == path and len(name) > 1}
        return self.new.get(path)

    def listens(self, block: str, side: ServerSettings) -> bool:
        """Whether a block opens a port."""
        return any((block, name) in side for name in ("port", "listen")) or (block, "tls") in side


def verdict(path: KeyPath, step: SettingsChange) -> Consequence | None:
    """The verdict on a setting that differs; None where it is not a hazard."""
    files = step.files(path)
    if any(not new for _, new in files):
        why = "no volume of the new pods contains a file that it names: servers reject the reload and fail to restart"
        code: Code = "conf-include" if path[-1] == "include" else "conf-file"
        return OUTAGE, code, why, "mount the file first, in a separate step"
    if path == ("cluster", "tls") and any(not running for running, _ in files):
        why = (
            "running servers lack the files and stay without TLS, and a restarted server cannot join them: the"
            " rollout stops at the first pod"
        )
        recipe = "mount the files in one step, and set cluster.tls in the next, when every server has restarted"
        return OUTAGE, "route-tls-one-step", why, recipe
    judge = _JUDGES.get(path) or _JUDGES.get(path[:1])
    return judge(path, step) if judge is not None else None


def _files(name: str, value: Any) -> Iterator[str]:
    """The files that a value names, at any depth."""
    if name in FILES and isinstance(value, str):
        yield value
    elif name in ("include", "includes") and isinstance(value, (tuple, list)):
        yield from (one for one in value if isinstance(one, str))
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _files(str(key).lower(), inner)
    elif isinstance(value, tuple) and len(value) == 2 and isinstance(value[0], dict):
        yield from _files("", value[0])
        yield from _files("include", value[1])
    elif isinstance(value, list):
        for inner in value:
            yield from _files("", inner)


def named(settings: ServerSettings) -> Iterator[str]:
    """Every file that a configuration names."""
    for path, value in settings.items():
        yield from _files(path[-1], value)


def _store_dir(_path: KeyPath, step: SettingsChange) -> Consequence | None:
    work = step.workload
    if work is not None and server_identity.store(work.old, step.old) == server_identity.store(work.new, step.new):
        return None
    if not step.stores or server_identity.store_dir(step.old) == server_identity.store_dir(step.new):
        return None
    why = "servers start with an empty store: their streams stay in the old directory"
    return DATA_LOSS, "store-dir-changed", why, "keep the directory"


def _cluster_name(path: KeyPath, step: SettingsChange) -> Consequence | None:
    if path[0] == "cluster" and (("cluster",) not in step.old or ("cluster",) not in step.new):
        return None
    work = step.workload
    if work is not None and path[0] == "cluster":
        names = (server_identity.cluster_name(work.old, step.old), server_identity.cluster_name(work.new, step.new))
        if names[0] == names[1]:
            return None
    why = (
        "servers with different cluster names do not connect, so a running cluster is split until all have the new name"
    )
    keep = "set clusterName to the old name (each profile has its own default)"
    return DATA_LOSS, "cluster-renamed", why, f"{keep}; to rename, stop all servers and start them again"


def server_renamed(old: ServerSettings | None, new: ServerSettings | None, workload: Workload) -> Consequence | None:
    """The verdict on servers whose names differ between two states; None where they are equal or unknown."""
    if server_identity.server_name(workload.old, old) == server_identity.server_name(workload.new, new):
        return None
    sides = [side for side in (old, new) if side is not None]
    if sides and not SettingsChange(old or {}, new or {}, None).clustered:
        return None
    return _RENAMED


_RENAMED: Consequence = (
    DATA_LOSS,
    "server-renamed",
    (
        "JetStream identifies peers by name: renamed servers are new peers without data, while the old peers still"
        " count for the quorum; pods become Ready, in some versions all of them, and no stream answers"
    ),
    "keep the names of the servers",
)


def _server_name(_path: KeyPath, step: SettingsChange) -> Consequence | None:
    if step.workload is not None:
        return server_renamed(step.old, step.new, step.workload)
    return _RENAMED if step.clustered and step.stores else None


def _cluster(path: KeyPath, step: SettingsChange) -> Consequence | None:
    if len(path) > 1:
        return _address("cluster", path, step)
    work = step.workload
    if path in step.new:
        if work is not None and work.leaves_one:
            why = "a single server cannot join a cluster while it runs"
            return DATA_LOSS, "scale-from-one", why, ""
        if not step.stores:
            return None
        why = "each server deletes its own streams when it joins the cluster"
        return DATA_LOSS, "scale-from-one", why, "back up the streams first (`nats account backup DIR`)"
    if not step.stores or (work is not None and work.new_replicas == 1):
        return None
    why = "the servers no longer form a cluster: each continues alone with its data, and replicas diverge"
    return DATA_LOSS, "cluster-block-removed", why, "keep the cluster block"


def _gateway(path: KeyPath, step: SettingsChange) -> Consequence | None:
    if len(path) > 1 and path[1] not in ("gateways", "name"):
        return _address("gateway", path, step)
    if len(path) > 1 and path[1] == "name":
        return _cluster_name(path, step)
    before, after = _remotes(step.old), _remotes(step.new)
    joins = (path not in step.old if len(path) == 1 else bool(after - before)) and path in step.new
    if joins and not step.stores and not step.new.get(("jetstream",)):
        return None
    if joins:
        why = (
            "two existing JetStream clusters merge into one meta group, and one of them deletes its streams from"
            " disk; every restart on the way looks healthy"
        )
        recipe = (
            "create the other cluster with its gateway block after this one has it; to connect existing"
            " clusters, use leafnodes"
        )
        return DATA_LOSS, "clusters-joined", why, recipe
    if len(path) == 1 or before - after:
        why = "JetStream's meta group still counts the servers of the clusters that leave: it can lose its quorum"
        return OUTAGE, "gateway-removed", why, "remove their peers (`nats server raft peer-remove`)"
    return None


def _remotes(side: ServerSettings) -> set[str]:
    """Names of the other clusters of a gateway."""
    rows = side.get(("gateway", "gateways"))
    rows = rows if isinstance(rows, list) else []
    inner = [row[0] for row in rows if isinstance(row, tuple) and row and isinstance(row[0], dict)]
    return {str(row.get("name")) for row in inner}


def _jetstream(path: KeyPath, step: SettingsChange) -> Consequence | None:
    name = path[1] if len(path) > 1 else ""
    if (not name and path not in step.new) or _turned_off(name, step):
        why = "JetStream is off after the next restart: no stream answers, and the files stay on disk"
        return OUTAGE, "jetstream-removed", why, "keep the jetstream block"
    if name == "domain" and step.old.get(path) is not None:
        why = "clients, leafnodes, mirrors and sources that use the old domain get no answer"
        return OUTAGE, "domain-changed", why, "keep the domain until nothing uses it"
    if name in ("key", "tpm") and step.old.get(path) is not None:
        before = step.old[path]
        if before != step.new.get(("jetstream", "prev_key")) or step.new.get(path) is None:
            why = "servers cannot decrypt their data: they start without streams, or not at all"
            return (
                DATA_LOSS,
                "encryption-key-changed",
                why,
                "keep the old key as prev_key until every server has restarted",
            )
    return None


def _turned_off(name: str, step: SettingsChange) -> bool:
    off = {"enabled": False, "disabled": True}
    return name in off and step.new.get(("jetstream", name)) is off[name]


def _users(path: KeyPath, step: SettingsChange) -> Consequence | None:
    """The verdict on accounts and users: who may connect, and whose streams are visible."""
    before, after = step.old.get(path), step.new.get(path)
    both = (("accounts",), ("authorization",))
    if after is None and not any(one in step.new for one in both):
        why = "anyone can connect without a password"
        return OUTAGE, "authentication-removed", why, "keep it"
    if path == ("accounts",) and after is not None and ACCOUNTS in step.new.get(("include",), ()):
        why = (
            "accounts/resolver.conf sets accounts too, and the later block silently replaces this one: its users"
            " are refused, and clients without credentials are let in"
        )
        recipe = "include accounts/sys.conf inside of accounts instead, as krmfn renders with auth"
        return OUTAGE, "accounts-replaced", why, recipe
    if before is None and not any(one in step.old for one in both):
        if _keeps_strangers(step):
            return None
        why = "clients without credentials are refused, or no longer see their streams"
        recipe = (
            "set no_auth_user (auth.anonymous) to a user of the global account, give every client credentials,"
            " then remove it"
        )
        return OUTAGE, "clients-cut", why, recipe
    if path != ("accounts",):
        return None
    gone = [name for name in _accounts(before) if name not in _accounts(after)]
    if gone:
        why = "clients of an account that is removed or renamed are refused, and its streams are hidden"
        return OUTAGE, "account-removed", why, "keep the account until nothing uses it"
    stores, stored = (_with_streams(value) for value in (after, before))
    if stored - stores:
        why = "the streams of an account without jetstream are hidden until it is back"
        return OUTAGE, "account-removed", why, "keep jetstream in the account"
    if stores and not stored and step.stores:
        why = (
            "JetStream moves to its own account: after the next restart the global account has none, and its streams"
            " are hidden"
        )
        return OUTAGE, "account-removed", why, "move the streams of the global account first"
    return None


def _keeps_strangers(step: SettingsChange) -> bool:
    """Whether clients without credentials stay in the global account, in which they were before."""
    rows = _accounts(step.new.get(("authorization",))).get("users")
    names = {_accounts(row).get("user") for row in rows} if isinstance(rows, list) else set()
    stranger = step.new.get(("no_auth_user",))
    return stranger is not None and stranger in names and not _with_streams(step.new.get(("accounts",)))


def _accounts(value: Any) -> dict[str, Any]:
    return value[0] if isinstance(value, tuple) and value and isinstance(value[0], dict) else {}


def _with_streams(value: Any) -> set[str]:
    rows = {name: _accounts(inner) for name, inner in _accounts(value).items()}
    return {name for name, row in rows.items() if any(key.lower() == "jetstream" and on for key, on in row.items())}


def _tls(path: KeyPath, step: SettingsChange) -> Consequence | None:
    plain = step.new.get(("allow_non_tls",)) is True
    cuts = "clients that do not use TLS, or do not trust the certificate, are refused"
    if path == ("allow_non_tls",):
        loses = step.old.get(path) is True and not plain and ("tls",) in step.new
        return (OUTAGE, "clients-cut", cuts, "move every client to TLS first") if loses else None
    if len(path) == 1 and path not in step.new:
        why = "connections are no longer encrypted, and clients that require TLS are refused"
        return OUTAGE, "clients-cut", why, "keep tls"
    if len(path) == 1:
        return None if plain else (OUTAGE, "clients-cut", cuts, "set allow_non_tls: true in an earlier step")
    if path[1] in ("verify", "verify_and_map") and step.new.get(path) is True:
        why = "clients without a certificate are refused"
        return OUTAGE, "clients-cut", why, "give every client a certificate first"
    return None


def _no_auth_user(path: KeyPath, step: SettingsChange) -> Consequence | None:
    if step.old.get(path) is None or path in step.new:
        return None
    why = "clients that connect without credentials are refused after the next restart"
    return OUTAGE, "clients-cut", why, "give every client its credentials first"


def _listener(path: KeyPath, step: SettingsChange) -> Consequence | None:
    """The verdict on a block that opens a port for clients: leafnodes, websocket, mqtt."""
    if len(path) > 1:
        return _address(path[0], path, step)
    if path in step.new or not step.listens(path[0], step.old):
        return None
    return OUTAGE, "listener-changed", f"no server listens for {path[0]} connections", "keep the block"


def _port(path: KeyPath, step: SettingsChange) -> Consequence | None:
    return _address("", path, step)


def _address(block: str, path: KeyPath, step: SettingsChange) -> Consequence | None:
    """Where a listener is: another port is one that Services, probes and routes do not know, unless the pod has it."""
    name = path[-1]
    if name not in (*ADDRESS, "http_port", "https_port"):
        return None
    if name == "host" or (path not in step.old and block in LISTENERS):
        return None
    number = _number(step.new.get(path, 4222 if path == ("port",) else None))
    if number is not None and step.workload is not None and number in _ports(step.workload):
        return None
    what = {"": "clients", "cluster": "routes"}.get(block, f"{block} connections")
    what = "probes and monitoring" if name in ("http_port", "https_port") else what
    why = (
        f"the servers listen for {what} on another port, which their pods do not declare: connections to the old"
        " port fail"
    )
    return OUTAGE, "listener-changed", why, "keep the port, or change the container, probes and Services too"


def _number(value: Any) -> int | None:
    if isinstance(value, str):
        value = value.rpartition(":")[2]
        return int(value) if value.isascii() and value.isdigit() and len(value) < 6 else None
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _ports(workload: Workload) -> set[Any]:
    """The ports that both the running and the new containers of the server name."""
    old, new = (
        {row.get("containerPort") for row in listed(container_of(one).get("ports"))}
        for one in (workload.old, workload.new)
    )
    return new if workload.restarts else old & new


_JUDGES: dict[KeyPath, Callable[[KeyPath, SettingsChange], Consequence | None]] = {
    ("accounts",): _users,
    ("allow_non_tls",): _tls,
    ("authorization",): _users,
    ("cluster",): _cluster,
    ("cluster", "name"): _cluster_name,
    ("gateway",): _gateway,
    ("http_port",): _port,
    ("https_port",): _port,
    ("jetstream",): _jetstream,
    ("jetstream", "store_dir"): _store_dir,
    ("leafnodes",): _listener,
    ("listen",): _port,
    ("mqtt",): _listener,
    ("no_auth_user",): _no_auth_user,
    ("port",): _port,
    ("server_name",): _server_name,
    ("store_dir",): _store_dir,
    ("tls",): _tls,
    ("websocket",): _listener,
}
