"""Configurations that `nats-server -t` accepts, and with which the server ends at its start or lets everybody in.

Each was seen with 2.14.2 and 2.15.1 (tests/clients/test_pitfalls.py). What is in an included file is not known
here, so a rule that needs to know all users or accounts is silent where one is included.
"""

from __future__ import annotations

from krmfn.cluster.storage import human_bytes
from krmfn.model.finding import error
from krmfn.natsconf.accounts import SYSTEM
from krmfn.natsconf.parser import byte_size
from krmfn.natsconf.settings import by_name, in_lower_case
from krmfn.natsconf.tree import Block

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krmfn.model.finding import Finding

    Conf = dict[str, Any]

_LISTENERS = ("cluster", "gateway", "leafnodes", "websocket", "mqtt")
_WITH_TLS = ("", *_LISTENERS)
_SIZES = {
    "max_file_store": ("the file store", ("max_file", "max_store", "max_disk", "store", "disk")),
    "max_memory_store": ("the memory store", ("max_memory", "max_mem", "mem", "memory")),
}
"""Store of a server -> its name, and the names of an account's share of it (server/opts.go)."""
_ANY = frozenset((None, "", "0.0.0.0", "::"))  # noqa: S104
"""Addresses of a listener that takes the port on all of them."""
_PASSWORDS = ("password", "pass")
_OFF = (False, None, "disabled", "disable")


def pitfalls(conf: Block) -> Iterator[Finding]:
    """Every finding; none shows a value."""
    top = by_name("", conf)
    blocks = {name: by_name(name, top[name]) for name in _LISTENERS if isinstance(top.get(name), Block)}
    yield from _tls(top, blocks)
    yield from _ports(top, blocks)
    yield from _listeners(top, blocks)
    accounts = _accounts(top)
    users = list(_users(top, accounts))
    yield from _credentials(top, users)
    yield from _account_settings(top, accounts)
    yield from _system(conf, top, accounts)
    if not any(block.includes for block in conf.blocks()):
        yield from _names(top, blocks, accounts, users)


def _dies(text: str, *path: str) -> Finding:
    return error("conf-start", f"{text}: nats-server -t accepts it, but servers exit at start", path)


def _tls(top: Conf, blocks: dict[str, Conf]) -> Iterator[Finding]:
    for name in _WITH_TLS:
        tls = (blocks.get(name, {}) if name else top).get("tls")
        if isinstance(tls, Block) and not tls.includes:
            names = set(by_name("tls", tls))
            if not names & {"cert_file", "cert_store", "certs"}:
                where = f"{name}.tls" if name else "tls"
                text = (
                    f"{where} names no certificate, so no connection is made; set cert_file and key_file, or remove it"
                )
                yield error("tls-without-certificate", text, (where,))
    if "https_port" in top and "tls" not in top:
        yield _dies("https_port is set without tls; set tls, or http_port", "https_port")


def _ports(top: Conf, blocks: dict[str, Conf]) -> Iterator[Finding]:
    """Two listeners on one port; of two addresses each could have it."""
    taken: list[tuple[str, object, int]] = []
    rows = [("port", top.get("host"), top.get("port", 4222))]
    rows += [(name, top.get("host"), top[name]) for name in ("http_port", "https_port") if name in top]
    rows += [(f"{name}.port", block.get("host"), block["port"]) for name, block in blocks.items() if "port" in block]
    for name, host, port in rows:
        if not isinstance(port, int) or port <= 0:
            continue
        same = [other for other, there, number in taken if number == port and (there == host or {there, host} & _ANY)]
        taken.append((name, host, port))
        if same:
            yield _dies(f"{name} is {port}, which {same[0]} has already; write another port", name)


def _listeners(top: Conf, blocks: dict[str, Conf]) -> Iterator[Finding]:
    websocket, gateway = blocks.get("websocket"), blocks.get("gateway")
    if websocket is not None and "port" in websocket:
        yield from _websocket(top, websocket)
    is_alone = not blocks.keys() & {"cluster", "gateway", "leafnodes"}
    if blocks.get("mqtt", {}).get("port") is not None and top.get("jetstream") in _OFF and is_alone:
        yield _dies("mqtt needs JetStream; add jetstream", "mqtt")
    if gateway is not None and "port" in gateway:
        name, cluster = gateway.get("name"), blocks.get("cluster", {}).get("name")
        if isinstance(name, str) and isinstance(cluster, str) and name != cluster:
            yield _dies("gateway.name is not the name of the cluster; write cluster.name there", "gateway")
        if "leafnodes" in blocks and "system_account" not in top and "operator" not in top:
            yield _dies("leafnodes together with a gateway need system_account; set it", "system_account")


def _websocket(top: Conf, websocket: Conf) -> Iterator[Finding]:
    if "tls" not in websocket and websocket.get("no_tls") is not True:
        yield _dies("websocket has neither tls nor no_tls; set one of them", "websocket")
    origins = websocket.get("allowed_origins", [])
    origins = origins if isinstance(origins, list) else [origins]
    if any(isinstance(one, str) and "://" not in one for one in origins):
        text = (
            "an entry of websocket.allowed_origins has no scheme; write https://host, and leave all out for any origin"
        )
        yield _dies(text, "websocket")
    if origins and websocket.get("same_origin") is True:
        text = "websocket has allowed_origins and same_origin, so every browser is refused; remove one of them"
        yield error("conf-origins", text, ("websocket",))
    if "jwt_cookie" in websocket and not {"operator", "trusted_keys"} & top.keys():
        yield _dies("websocket.jwt_cookie needs operator; remove it", "websocket")


def _accounts(top: Conf) -> dict[str, Conf]:
    accounts = top.get("accounts")
    rows = accounts.settings if isinstance(accounts, Block) else {}
    return {name: in_lower_case(account) for name, account in rows.items()}


def _users(top: Conf, accounts: dict[str, Conf]) -> Iterator[tuple[str, Conf]]:
    """(account, settings) of every user; "" is the global account."""
    for name, holder in (("", in_lower_case(top.get("authorization"))), *accounts.items()):
        rows = holder.get("users", [])
        for row in rows if isinstance(rows, list) else []:
            if isinstance(row, Block):
                yield name, in_lower_case(row)


def _credentials(top: Conf, users: list[tuple[str, Conf]]) -> Iterator[Finding]:
    authorization = in_lower_case(top.get("authorization"))
    if authorization.get("token") == "":
        text = "authorization.token is empty, so everybody can connect; write one"
        yield error("conf-open", text, ("authorization",))
    maps = by_name("tls", top.get("tls")).get("verify_and_map") is True
    rows = [*users, *([("", authorization)] if "user" in authorization else [])]
    for _, user in rows:
        name = user.get("user", user.get("username"))
        given = [user[key] for key in _PASSWORDS if key in user]
        is_anonymous = name is not None and name == top.get("no_auth_user")
        if name is not None and not any(one != "" for one in given) and not (maps or is_anonymous or "nkey" in user):
            text = "a user has no password, or an empty one, so everybody can connect as this user; write one"
            yield error("conf-open", text, ("accounts",))


def _account_settings(top: Conf, accounts: dict[str, Conf]) -> Iterator[Finding]:
    stores = {name for name, account in accounts.items() if account.get("jetstream") not in _OFF}
    system = top.get("system_account", SYSTEM)
    if isinstance(system, str) and system in stores:
        yield _dies("the system account has JetStream; remove jetstream there", "accounts")
    of_all = in_lower_case(top.get("authorization"))
    if stores - {system} and ("users" in of_all or "user" in of_all) and top.get("jetstream") not in _OFF:
        text = (
            "users of authorization and an account with JetStream: the global account has none after the next"
            " restart, and its streams are hidden; move the users into an account"
        )
        yield error("users-beside-jetstream-accounts", text, ("authorization",))
    for store, (what, names) in _SIZES.items():
        size = byte_size(by_name("jetstream", top.get("jetstream")).get(store))
        total = sum(_share(account, names) for account in accounts.values())
        if size is not None and 0 <= size < total:
            text = (
                f"the accounts may use {human_bytes(total)} together, and {what} of a server has {human_bytes(size)}: a"
                f" reload accepts it, but servers do not start again; lower the limits, or raise {store}"
            )
            yield error("account-limits-exceed-store", text, ("accounts",))


def _share(account: Conf, names: tuple[str, ...]) -> int:
    limits = in_lower_case(account.get("jetstream"))
    sizes = (byte_size(limits[name]) for name in names if name in limits)
    return sum(size for size in sizes if size is not None and size > 0)


def _system(conf: Block, top: Conf, accounts: dict[str, Conf]) -> Iterator[Finding]:
    """The system account, where every account is known: none is in an included file."""
    name, block = top.get("system_account"), top.get("accounts")
    is_whole = not conf.includes and not (isinstance(block, Block) and block.includes)
    if isinstance(name, str) and is_whole and name not in accounts and name != "$G" and "operator" not in top:
        yield _dies("system_account is not one of accounts; name an existing one", "system_account")


def _names(
    top: Conf,
    blocks: dict[str, Conf],
    accounts: dict[str, Conf],
    users: list[tuple[str, Conf]],
) -> Iterator[Finding]:
    """Names of users and accounts that are not there; every one of them is known here."""
    known = {user.get("user", user.get("username", user.get("nkey"))) for _, user in users}
    known.add(in_lower_case(top.get("authorization")).get("user"))
    stranger = top.get("no_auth_user")
    if isinstance(stranger, str) and stranger not in known and "operator" not in top:
        yield _dies("no_auth_user is not one of the users; name an existing one", "no_auth_user")
    remotes = blocks.get("leafnodes", {}).get("remotes", [])
    for row in remotes if isinstance(remotes, list) else []:
        remote = in_lower_case(row)
        account = remote.get("account", remote.get("local"))
        if isinstance(account, str) and account not in {*accounts, "$G", SYSTEM} and "operator" not in top:
            text = "a remote of leafnodes names an account that does not exist; name one of accounts, or remove account"
            yield _dies(text, "leafnodes")
    if "operator" in top and (set(accounts) - {SYSTEM} or users):
        yield _dies("operator replaces accounts and users; remove them", "operator")


def replaced_accounts(conf: Block, included: list[Block]) -> Iterator[Finding]:
    """The block `accounts` of an included file and of nats.conf: the later one replaces the other without a word."""
    if _accounts(by_name("", conf)) and any(_accounts(by_name("", file)) for file in included):
        text = (
            "accounts is set in nats.conf and in a file that it includes, and the later block silently replaces"
            " the other: users of one are refused, and others may get in without credentials; write accounts once,"
            " and include files of users inside an account"
        )
        yield error("accounts-replaced", text, ("accounts",))
