"""What the groups `conf`, `auth` and `tls` must keep in the light of one NATS."""

from __future__ import annotations

from krmfn.cluster.images import image_version
from krmfn.cluster.storage import human_bytes
from krmfn.model.finding import dotted, error, warning
from krmfn.natsconf.accounts import GLOBAL, SYSTEM
from krmfn.natsconf.auth import has_streams, limit_of, users_of
from krmfn.natsconf.overrides import accounts_of, place, since
from krmfn.natsconf.server import server_conf
from krmfn.natsconf.server_keys import set_keys
from krmfn.natsconf.settings import BLOCKS, name_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krmfn.cluster.facts import Facts
    from krmfn.model.finding import Finding


def check_groups(facts: Facts) -> Iterator[Finding]:
    """Every finding; none shows a value that can be a secret."""
    yield from _check_versions(facts)
    yield from _check_single(facts)
    if facts.auth is not None:
        yield from _check_limits(facts)
        yield from _check_streams(facts)
    yield from _check_names(facts)
    yield from _check_map(facts)
    if facts.server is not None:
        yield from _check_server(facts, facts.server)
    if facts.service is not None:
        yield from _check_external(facts)
    if facts.egress_limited:
        yield from _check_egress(facts)


def _check_egress(facts: Facts) -> Iterator[Finding]:
    """Connections of `conf` that the NetworkPolicy keeps the servers from."""
    from krmfn.natsconf.outgoing import connections

    allowed = [
        (one.get("protocol", "TCP"), one.get("ports")) for one in (facts.network_policy_to or {}).get("others", ())
    ]
    for setting, port, protocol in dict.fromkeys(connections(facts.once(server_conf))):
        if not any(protocol == by and port in ports if ports else True for by, ports in allowed):
            text = (
                f"setting conf.{setting}: networkPolicyEgress keeps the servers from connecting to {protocol} port"
                f" {port}; allow it in networkPolicyTo.others"
            )
            yield error("link-policy-port", text, ("conf",))


def _check_server(facts: Facts, server: dict[str, Any]) -> Iterator[Finding]:
    """A setting has one place, and an effect."""
    of_conf = set(_named(facts.conf or {}))
    for key, setting, _ in set_keys(server):
        where = dotted(("spec", "server", *key))
        if any(setting[:end] in of_conf for end in range(1, len(setting) + 1)):
            text = f"{where}: spec.conf sets {dotted(setting)} too; remove it there"
            yield error("conf-duplicate", text, ("server", *key))
        if setting[0] == "cluster" and not facts.clustered:
            yield warning(
                "no-effect", f"{where}: the NATS has one server, and no cluster block; remove it", ("server", *key)
            )


def _named(conf: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    """Paths of the settings that `conf` sets as a whole."""
    for name, value in conf.items():
        block = name_of("", name)
        if block not in BLOCKS or not isinstance(value, dict):
            yield (block,)
            continue
        for inner in value:
            yield block, name_of(block, inner)


def _check_external(facts: Facts) -> Iterator[Finding]:
    """A server that the world reaches, and that lets everybody in."""
    if facts.auth is None:
        text = "setting service: clients outside of the cluster would need no password; set auth first"
        yield error("external-without-auth", text, ("service",))
    if (facts.tls or {}).get("clients") is None:
        text = (
            "setting service: clients outside of the cluster send passwords and messages in plain text; set tls.clients"
        )
        yield warning("external-without-tls", text, ("service",))
    if facts.clustered and facts.once(server_conf).get("cluster", "no_advertise") is not True:
        in_conf = "no_advertise" in (facts.conf or {}).get("cluster", {})
        text = (
            "setting service: clients outside of the cluster would be told the addresses of pods, which they cannot"
            f" reach; remove {'cluster.no_advertise from conf' if in_conf else 'server.noAdvertise: false'}"
        )
        yield error("external-without-no-advertise", text, ("service",))


def _check_map(facts: Facts) -> Iterator[Finding]:
    """With `verify: map` a user has a certificate and no password; without it such a user has no credential at all."""
    maps = (facts.tls or {}).get("clients", {}).get("verify") == "map"
    users = [(path, user) for path, _, user in users_of(facts.auth or {})]
    if maps and not users:
        text = "setting tls.clients.verify: map takes the user from the certificate, but there are no users; set auth"
        yield error("tls-map-users", f"{text}, or verify: required", ("tls", "clients", "verify"))
    for path, user in users:
        where = f"setting {dotted(('auth', *path))}"
        by_certificate = user.get("certificate") is True
        if by_certificate and not maps:
            text = f"{where}: certificate: true needs tls.clients.verify: map, or anyone can be this user"
            yield error("empty-credential", text, ("auth", *path))
        elif maps and not by_certificate and "nkey" not in user:
            text = f"{where}: with tls.clients.verify: map a password is not used; set certificate: true"
            yield error("tls-map-users", text, ("auth", *path))


def _check_versions(facts: Facts) -> Iterator[Finding]:
    version = image_version(facts.images.nats)
    for path, first in since(facts.conf or {}):
        if version is not None and version < first:
            text = f"{place(path)}: nats-server before {first[0]}.{first[1]} has no such setting, and would not start"
            yield error("conf-unknown", f"{text}; write a natsImage of {first[0]}.{first[1]} or newer", ("conf", *path))


def _check_single(facts: Facts) -> Iterator[Finding]:
    """One server has no cluster block, and must not get one: it would wait for others."""
    if facts.clustered:
        return
    for name in facts.conf or {}:
        if name_of("", name) == "cluster":
            text = f"{place((name,))}: the NATS has one server, and no cluster block; remove it"
            yield error("conf-owned", text, ("conf", name))


def _check_limits(facts: Facts) -> Iterator[Finding]:
    """A server whose accounts may use more than it has dies at its next start (10047), and takes it until then."""
    stores = (("maxFile", facts.file_store, "the file store"), ("maxMemory", facts.memory_store, "the memory store"))
    for name, store, what in stores:
        total = sum(limit_of(account, name) for account in (facts.auth or {}).get("accounts", {}).values())
        if total > store:
            text = (
                f"setting auth.accounts: {name} of all accounts is {human_bytes(total)} together, and {what} of a"
                f" server has {human_bytes(store)}: servers would not start again; lower {name}, or enlarge the store"
            )
            yield error("account-limits-exceed-store", text, ("auth", "accounts"))


def _check_names(facts: Facts) -> Iterator[Finding]:
    """A server does not start with a setting of an account that it does not have; an included file may have more."""
    if facts.auth is None and facts.secret_mounted and facts.system_user is None:
        return
    accounts = (facts.auth or {}).get("accounts", {})
    for path, name in accounts_of(facts.conf or {}):
        if name not in accounts and name not in (SYSTEM, GLOBAL):
            text = f"{place(path)}: there is no such account, and servers would not start"
            yield error("unknown-account", f"{text}; write one of auth.accounts, or {GLOBAL}", ("conf", *path))
        elif path[-1] == name and (name == SYSTEM or has_streams(accounts.get(name, {}))):
            text = f"{place(path)}: the account has JetStream in this cluster, and servers would not start"
            yield error("unknown-account", f"{text}; remove it, or jetStream of the account", ("conf", *path))


def _check_streams(facts: Facts) -> Iterator[Finding]:
    accounts = (facts.auth or {}).get("accounts", {})
    if accounts and not (facts.auth or {}).get("users") and not any("jetStream" in one for one in accounts.values()):
        text = "setting auth.accounts: no account has jetStream, so no client can use a stream; set jetStream: true"
        yield warning("account-jetstream-missing", text, ("auth", "accounts"))
