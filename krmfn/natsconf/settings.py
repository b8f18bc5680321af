"""The settings of nats-server: which there are, their other names, and which a running server takes.

Names are from server/opts.go of 2.14 and 2.15; what a running server takes was seen with 2.14.2
(tests/clients/test_reload.py).
"""

from __future__ import annotations

from krmfn.natsconf.tree import Block

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

ADDRESS = ("port", "host", "listen")
"""Settings of a block that say where it listens."""
LISTENERS = ("leafnodes", "websocket", "mqtt", "gateway")
"""Blocks that may open a port of their own for clients or other clusters."""
FILES = frozenset(("cert_file", "key_file", "ca_file", "credentials", "creds", "nkey_file"))
"""Settings that name a file of the server's container, wherever they are."""
SECRETS = frozenset(("key", "prev_key", "tpm", "authorization", "remotes", "routes", "gateways"))
"""Settings of blocks whose values are never shown."""
_COMMON = "listen host port"
_TLS = (
    "cert_file key_file ca_file insecure verify verify_and_map verify_cert_and_check_known_urls"
    " allow_insecure_cipher_suites cipher_suites curve_preferences timeout connection_rate_limit pinned_certs"
    " cert_store cert_match_by cert_match ca_certs_match handshake_first cert_match_skip_invalid ocsp_peer certs"
    " min_version"
)
BLOCK_SETTINGS: dict[str, frozenset[str]] = {
    "": frozenset(
        [
            "listen",
            "client_advertise",
            "port",
            "server_name",
            "host",
            "debug",
            "trace",
            "trace_verbose",
            "trace_headers",
            "logtime",
            "logtime_utc",
            "mappings",
            "disable_sublist_cache",
            "accounts",
            "default_sentinel",
            "authorization",
            "http",
            "https",
            "http_port",
            "https_port",
            "http_base_path",
            "cluster",
            "gateway",
            "leafnodes",
            "store_dir",
            "jetstream",
            "log_file",
            "logfile_size_limit",
            "logfile_max_num",
            "syslog",
            "remote_syslog",
            "pid_file",
            "ports_file_dir",
            "prof_port",
            "prof_block_rate",
            "max_control_line",
            "max_payload",
            "max_pending",
            "proxy_protocol",
            "max_connections",
            "max_traced_msg_len",
            "max_subscriptions",
            "max_subscription_tokens",
            "ping_interval",
            "ping_max",
            "tls",
            "ocsp",
            "allow_non_tls",
            "write_deadline",
            "write_timeout",
            "lame_duck_duration",
            "lame_duck_grace_period",
            "operator",
            "resolver",
            "resolver_tls",
            "resolver_preload",
            "resolver_pinned_accounts",
            "no_auth_user",
            "system_account",
            "no_system_account",
            "no_header_support",
            "trusted_keys",
            "connect_error_reports",
            "reconnect_error_reports",
            "websocket",
            "mqtt",
            "server_tags",
            "server_metadata",
            "feature_flags",
            "default_js_domain",
            "ocsp_cache",
            "no_fast_producer_stall",
            "max_closed_clients",
            "proxies",
            "include",
        ]
    ),
    "cluster": frozenset(
        f"{_COMMON} name authorization routes tls cluster_advertise no_advertise connect_retries connect_backoff"
        " permissions pool_size accounts compression ping_interval ping_max write_deadline write_timeout"
        " include".split()
    ),
    "gateway": frozenset(
        f"{_COMMON} name authorization tls advertise connect_retries connect_backoff gateways reject_unknown_cluster"
        " write_deadline write_timeout include".split()
    ),
    "jetstream": frozenset(
        [
            "enabled",
            "disabled",
            "strict",
            "store_dir",
            "sync_interval",
            "max_memory_store",
            "max_file_store",
            "domain",
            "key",
            "prev_key",
            "cipher",
            "extension_hint",
            "limits",
            "tpm",
            "unique_tag",
            "max_outstanding_catchup",
            "max_buffered_size",
            "max_buffered_msgs",
            "request_queue_limit",
            "info_queue_limit",
            "meta_compact",
            "meta_compact_size",
            "meta_compact_sync",
            "include",
        ]
    ),
    "leafnodes": frozenset(
        f"{_COMMON} authorization remotes reconnect tls advertise no_advertise min_version compression"
        " isolate_leafnode_interest write_deadline write_timeout include".split()
    ),
    "mqtt": frozenset(
        f"{_COMMON} tls authorization no_auth_user ack_wait js_api_timeout max_ack_pending js_domain stream_replicas"
        " consumer_replicas consumer_memory_storage consumer_inactive_threshold reject_qos2_publish"
        " downgrade_qos2_subscribe include".split()
    ),
    "tls": frozenset(f"{_TLS} include".split()),
    "websocket": frozenset(
        f"{_COMMON} advertise no_tls tls same_origin allowed_origins handshake_timeout compression authorization"
        " jwt_cookie user_cookie pass_cookie token_cookie no_auth_user headers ping_interval include".split()
    ),
}
"""Settings by block, "" for the top level. These blocks are compared setting by setting, others as a whole."""
BLOCKS = frozenset(BLOCK_SETTINGS) - {""}
_ALIASES: dict[str, dict[str, str]] = {
    "": {
        "monitor_port": "http_port", "net": "host", "pidfile": "pid_file", "storedir": "store_dir", "maps": "mappings",
        "no_sublist_cache": "disable_sublist_cache", "leaf": "leafnodes", "logfile": "log_file",
        "log_size_limit": "logfile_size_limit", "log_max_num": "logfile_max_num", "max_conn": "max_connections",
        "max_subs": "max_subscriptions", "max_sub_tokens": "max_subscription_tokens", "operators": "operator",
        "roots": "operator", "root": "operator", "root_operators": "operator", "root_operator": "operator",
        "account_resolver": "resolver", "accounts_resolver": "resolver", "system": "system_account",
        "no_system": "no_system_account", "no_sys_acc": "no_system_account", "trusted": "trusted_keys",
        "ws": "websocket", "http": "http_port", "https": "https_port", "ping_max_out": "ping_max",
    },
    "cluster": {"net": "host", "advertise": "cluster_advertise"},
    "gateway": {"net": "host", "reject_unknown": "reject_unknown_cluster"},
    "jetstream": {
        "enable": "enabled", "disable": "disabled", "store": "store_dir", "storedir": "store_dir",
        "sync": "sync_interval", "max_mem_store": "max_memory_store", "max_mem": "max_memory_store",
        "max_file": "max_file_store", "ek": "key", "encryption_key": "key", "prev_ek": "prev_key",
        "prev_encryption_key": "prev_key",
    },
    "leafnodes": {
        "net": "host", "reconnect_delay": "reconnect", "reconnect_interval": "reconnect",
        "leafnode_advertise": "advertise", "minimum_version": "min_version", "isolate": "isolate_leafnode_interest",
    },
    "mqtt": {
        "net": "host", "authentication": "authorization", "ackwait": "ack_wait", "api_timeout": "js_api_timeout",
        "max_pending": "max_ack_pending", "max_inflight": "max_ack_pending",
        "consumer_auto_cleanup": "consumer_inactive_threshold",
    },
    "tls": {"first": "handshake_first", "immediate": "handshake_first", "certificates": "certs"},
    "websocket": {
        "net": "host", "compress": "compression", "authentication": "authorization", "origins": "allowed_origins",
        "allowed_origin": "allowed_origins", "allow_origins": "allowed_origins", "allow_origin": "allowed_origins",
        "origin": "allowed_origins",
    },
}  # fmt: skip
_RELOADABLE: dict[str, frozenset[str]] = {
    "": frozenset(
        [
            "server_tags",
            "server_metadata",
            "pid_file",
            "debug",
            "trace",
            "trace_headers",
            "logtime",
            "connect_error_reports",
            "max_connections",
            "max_control_line",
            "max_payload",
            "max_traced_msg_len",
            "ping_interval",
            "ping_max",
            "write_deadline",
            "accounts",
            "authorization",
            "client_advertise",
            "mappings",
            "no_fast_producer_stall",
            "tls",
            "resolver_preload",
            "trace_verbose",
            "logtime_utc",
            "log_file",
            "ports_file_dir",
            "prof_block_rate",
            "reconnect_error_reports",
        ]
    ),
    "cluster": BLOCK_SETTINGS["cluster"] - {*ADDRESS, "include"},
    "gateway": frozenset(("tls",)),
    "jetstream": frozenset(("meta_compact", "meta_compact_size", "meta_compact_sync")),
    "leafnodes": frozenset(("remotes", "tls", "compression")),
    "mqtt": frozenset(
        [
            "ack_wait",
            "max_ack_pending",
            "stream_replicas",
            "consumer_replicas",
            "consumer_memory_storage",
            "consumer_inactive_threshold",
            "tls",
        ]
    ),
    "tls": BLOCK_SETTINGS["tls"] - {"include"},
    "websocket": frozenset(("tls",)),
}
SINCE: dict[tuple[str, ...], tuple[int, int]] = {
    ("jetstream", "max_concurrent_io"): (2, 15),
    ("leafnodes", "dial_timeout"): (2, 15),
    ("jetstream", "limits", "default_max_consumers"): (2, 15),
}
"""Settings that nats-server 2.14 does not have, and the first minor version that has them."""


def name_of(block: str, name: str) -> str:
    """The name that a setting is compared by; case makes no difference to the server."""
    lower = name.lower()
    return _ALIASES.get(block, {}).get(lower, lower)


def by_name(block: str, value: Any) -> dict[str, Any]:
    """The settings of a block by the names that they are compared by; empty for what is not a block."""
    return {name_of(block, key): inner for key, inner in value.settings.items()} if isinstance(value, Block) else {}


def in_lower_case(value: Any) -> dict[str, Any]:
    """The same of a block that has no aliases here."""
    return {key.lower(): inner for key, inner in value.settings.items()} if isinstance(value, Block) else {}


def is_setting(path: tuple[str, ...]) -> bool:
    """Whether nats-server 2.14 has a setting of this name; what is below blocks that are one is not looked at."""
    block, name = ("", path[0]) if len(path) == 1 else path[:2]
    return name in BLOCK_SETTINGS.get(block, ())


def is_reloadable(path: tuple[str, ...], *, appears: bool) -> bool:
    """Whether a running server takes the setting on SIGHUP, in a block that it has. `appears`: the block is new."""
    if len(path) > 1:
        return path[1] in _RELOADABLE.get(path[0], ())
    return path[0] in _RELOADABLE[""] or (path[0] == "resolver" and not appears)


def is_known(block: str, name: str) -> bool:
    """Whether nats-server 2.14 or 2.15 has the setting in a block, "" for the top level."""
    return name in BLOCK_SETTINGS.get(block, ()) or (block, name) in SINCE
