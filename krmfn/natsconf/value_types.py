"""The types of the scalar settings of nats-server; every call checks those of the settings that it renders."""

from __future__ import annotations

SIZE, NUMBER, DURATION, SWITCH, TEXT = "a size", "a whole number", "a duration", "true or false", "a text"
_VALUE_TYPES: dict[str, dict[str, str]] = {
    "": {
        **dict.fromkeys(
            ["max_payload", "max_control_line", "max_pending", "max_traced_msg_len", "logfile_size_limit"], SIZE
        ),
        **dict.fromkeys(
            [
                "port",
                "http_port",
                "https_port",
                "logfile_max_num",
                "prof_port",
                "prof_block_rate",
                "max_connections",
                "max_subscriptions",
                "max_subscription_tokens",
                "ping_max",
                "connect_error_reports",
                "reconnect_error_reports",
                "max_closed_clients",
            ],
            NUMBER,
        ),
        **dict.fromkeys(["ping_interval", "write_deadline", "lame_duck_duration", "lame_duck_grace_period"], DURATION),
        **dict.fromkeys(
            [
                "debug",
                "trace",
                "trace_verbose",
                "trace_headers",
                "logtime",
                "logtime_utc",
                "disable_sublist_cache",
                "syslog",
                "proxy_protocol",
                "allow_non_tls",
                "no_system_account",
                "no_header_support",
                "no_fast_producer_stall",
            ],
            SWITCH,
        ),
        **dict.fromkeys(
            [
                "client_advertise",
                "server_name",
                "host",
                "default_sentinel",
                "http_base_path",
                "store_dir",
                "log_file",
                "remote_syslog",
                "pid_file",
                "ports_file_dir",
                "write_timeout",
                "no_auth_user",
                "system_account",
            ],
            TEXT,
        ),
    },
    "cluster": {
        **dict.fromkeys(["port", "connect_retries", "pool_size", "ping_max"], NUMBER),
        **dict.fromkeys(["ping_interval", "write_deadline"], DURATION),
        **dict.fromkeys(["no_advertise", "connect_backoff"], SWITCH),
        **dict.fromkeys(["name", "host", "cluster_advertise", "write_timeout"], TEXT),
    },
    "jetstream": {
        **dict.fromkeys(["max_outstanding_catchup", "max_buffered_size", "meta_compact_size"], SIZE),
        **dict.fromkeys(
            ["max_buffered_msgs", "request_queue_limit", "info_queue_limit", "meta_compact", "max_concurrent_io"],
            NUMBER,
        ),
        **dict.fromkeys(["strict", "enabled", "meta_compact_sync"], SWITCH),
        **dict.fromkeys(["sync_interval"], DURATION),
        **dict.fromkeys(["store_dir", "domain", "key", "prev_key", "cipher", "extension_hint", "unique_tag"], TEXT),
    },
    "leafnodes": dict.fromkeys(["reconnect", "write_deadline"], DURATION),
}
"""Types of the scalar settings of the blocks that krmfn renders (server/opts.go)."""


def type_of(block: str, name: str) -> str | None:
    """What a scalar setting holds: SIZE, NUMBER, DURATION, SWITCH or TEXT; None for any other setting."""
    return _VALUE_TYPES.get(block, {}).get(name)
