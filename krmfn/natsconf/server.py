"""The server's configuration for one set of facts: what the operator's chart sets, without its noise."""

from __future__ import annotations

from krmfn.natsconf.tree import Block, Variable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from krmfn.cluster.facts import Facts
    from krmfn.natsconf.tree import Value

CLIENT, CLUSTER, MONITOR, METRICS, LEAFNODES, GATEWAYS = 4222, 6222, 8222, 7777, 7422, 7522
PID_FILE = "/var/run/nats/nats.pid"
STORE_DIR = "/data"
ACCOUNTS = "accounts/resolver.conf"
ZONE_TAG_PREFIX = "az:"
"""Servers are tagged `az:<zone>`; `unique_tag` wants replicas on servers that differ in the tag of this prefix."""


def server_conf(facts: Facts) -> Block:
    """nats.conf. `max_memory_store` and `max_file_store` are always there: absent, they mean 75 % of the machine."""
    settings: dict[str, Value] = {
        "port": CLIENT,
        "pid_file": PID_FILE,
        "http_port": MONITOR,
        "server_name": Variable("SERVER_NAME"),
        **({"server_tags": Variable("ZONE_TAG")} if facts.zone_tags else {}),
        "jetstream": _jetstream(facts),
    }
    if facts.clustered:
        settings["cluster"] = _cluster(facts)
    if facts.debug:
        settings["debug"] = True
    if facts.trace:
        settings["trace"] = True
    settings["lame_duck_grace_period"] = "10s"
    settings["lame_duck_duration"] = "120s"
    tree = Block(settings, includes=(ACCOUNTS,) if facts.secret_mounted else ())
    if facts.auth is not None:
        _add_auth(tree, facts)
    if facts.encryption is not None:
        _add_encryption(tree, facts.encryption)
    if facts.tls is not None:
        from krmfn.natsconf.tls import client_settings

        settings.update(client_settings(facts.tls))
    if facts.server is not None:
        from krmfn.natsconf.server_keys import merge as set_keys

        set_keys(tree, facts.server)
    if facts.conf is not None:
        from krmfn.natsconf.overrides import merge

        merge(tree, facts.conf)
    return tree


def _add_auth(tree: Block, facts: Facts) -> None:
    """Accounts stand in nats.conf itself: an included `accounts` block would replace them without a word."""
    from krmfn.natsconf.auth import auth_settings, definitions, system_account
    from krmfn.natsconf.references import SECRETS_DIR

    auth = facts.auth or {}
    tree.settings.update(auth_settings(auth, system_account(facts.system_user) if facts.secret_mounted else None))
    tree.includes = ()
    tree.definitions = tuple(sorted({f"{SECRETS_DIR}/{secret}/{key}" for secret, key in definitions(auth)}))


def _add_encryption(tree: Block, encryption: dict[str, Any]) -> None:
    from krmfn.natsconf.encryption import encryption_settings, key_files
    from krmfn.natsconf.references import SECRETS_DIR

    jetstream = tree.settings["jetstream"]
    if isinstance(jetstream, Block):
        jetstream.settings.update(encryption_settings(encryption))
    files = {f"{SECRETS_DIR}/{secret}/{key}" for secret, key, _ in key_files(encryption)}
    tree.definitions = tuple(sorted({*tree.definitions, *files}))


def _jetstream(facts: Facts) -> Block:
    return Block(
        {
            "max_memory_store": facts.memory_store,
            "store_dir": STORE_DIR,
            "max_file_store": facts.file_store,
            **({"unique_tag": ZONE_TAG_PREFIX} if facts.unique_tag else {}),
        }
    )


def _cluster(facts: Facts) -> Block:
    return Block(
        {
            "port": CLUSTER,
            "name": facts.cluster_name,
            "routes": [f"nats://{host}:{CLUSTER}" for host in _route_hosts(facts)],
            "cluster_advertise": Variable("CLUSTER_ADVERTISE"),
            "connect_retries": 120,
            **({"no_advertise": True} if facts.service is not None else {}),
            **_route_tls(facts),
        }
    )


def _route_tls(facts: Facts) -> dict[str, Value]:
    if facts.tls is None:
        return {}
    from krmfn.natsconf.tls import route_settings

    return route_settings(facts.tls)


def _route_hosts(facts: Facts) -> list[str]:
    """Hardened: hosts that hold in any namespace, so a namespace that is set after the render breaks no route."""
    service = facts.names.workload if facts.hardened else facts.host(facts.names.workload)
    return [f"{facts.names.workload}-{i}.{service}" for i in range(facts.size)]
