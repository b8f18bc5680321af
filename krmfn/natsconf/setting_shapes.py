"""What each setting of the key `conf` may hold: type, range, words, and the names inside of a block.

From server/opts.go of nats-server 2.14 and 2.15, and from what a server checks when it starts. Tests
hold that every setting that `conf` takes has a shape, and that a real server starts with what fits.
"""

from __future__ import annotations

from krmfn.natsconf.formats import (
    LAST_PORT,
    is_address,
    is_compression,
    is_domain,
    is_leafnode_url,
    is_mapping,
    is_proxy_url,
    is_public_key,
    is_subject,
    is_syslog_url,
    is_thresholds,
    is_version,
    is_weight,
)
from krmfn.natsconf.shapes import Either, Free, Named, Scalar, Several
from krmfn.natsconf.value_types import DURATION, NUMBER, SIZE, SWITCH, TEXT, type_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.natsconf.shapes import Shape

_OWN_PORTS = (4222, 6222, 8222)
"""Ports on which every server listens (server.py)."""
_INT32 = 2**31 - 1


def _words(*words: str) -> Scalar:
    listed = f"{', '.join(words[:-1])} or {words[-1]}"
    return Scalar(kind=TEXT, is_right=lambda text: text.lower() in words, what=f"one of its values; write {listed}")


_TEXT, _SWITCH, _DURATION = Scalar(kind=TEXT), Scalar(kind=SWITCH), Scalar(kind=DURATION)
_COUNT = Scalar(kind=NUMBER, least=0)
_TIME = Either(of=(_DURATION, Scalar(kind=NUMBER, least=0, most=_INT32)), what="a duration such as 5s")
_FILE = _TEXT
_ADDRESS = Scalar(kind=TEXT, is_right=is_address, what="an address; write host:port, such as nats.example.com:4222")
_SUBJECT = Scalar(kind=TEXT, is_right=is_subject, what="a subject; write one such as orders.>")
_SUBJECTS = Either(of=(_SUBJECT, Several(of=_SUBJECT)), what="a subject, or a list of them")
_RULE = Either(
    of=(_SUBJECT, Several(of=_SUBJECT), Named(fields_by_name={"allow": _SUBJECTS, "deny": _SUBJECTS})),
    what="subjects, or allow and deny",
)
_POLICY = Scalar(
    kind=TEXT,
    is_right=lambda text: text in ("default", "close", "retry"),
    what="one of its values; write default, close or retry",
)
_MODE = Scalar(
    kind=TEXT,
    is_right=is_compression,
    what="a mode of compression; write off, accept, s2_fast, s2_better, s2_best or s2_auto",
)
_THRESHOLDS = Several(
    of=_DURATION, least=1, is_right=is_thresholds, what="1 to 4 durations in ascending order, such as 10ms, 50ms, 100ms"
)
_COMPRESSION = Either(
    of=(
        _SWITCH,
        _MODE,
        Named(
            fields_by_name={
                "mode": _MODE,
                **dict.fromkeys(("rtt_thresholds", "thresholds", "rtts", "rtt"), _THRESHOLDS),
            }
        ),
    ),
    what="true, false, a mode, or a block with mode and rtt_thresholds",
)
_URL = Scalar(
    kind=TEXT,
    is_right=is_leafnode_url,
    what="the URL of a leafnode listener; write one such as tls://hub.example.com:7422",
)
_URLS = Either(of=(_URL, Several(of=_URL, least=1)), what="a URL, or a list of them")
_SUITES = (
    *("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"),
    *("TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA", "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA"),
    *("TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA"),
    *("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"),
    *("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"),
    *("TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256", "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"),
)
"""The suites that Go does not call insecure (crypto/tls, CipherSuites)."""
_CURVES = ("X25519MLKEM768", "X25519", "CurveP256", "CurveP384", "CurveP521")
_TLS_OF_REMOTE = Named(
    fields_by_name={
        **dict.fromkeys(("cert_file", "key_file", "ca_file"), _FILE),
        **dict.fromkeys(("insecure", "verify", "verify_and_map"), _SWITCH),
        "cipher_suites": Several(
            of=Scalar(
                kind=TEXT,
                is_right=_SUITES.__contains__,
                what="a secure suite of Go; write one such as TLS_AES_128_GCM_SHA256",
            ),
            least=1,
        ),
        "curve_preferences": Several(
            of=Scalar(
                kind=TEXT,
                is_right=_CURVES.__contains__,
                what=f"a curve; write {', '.join(_CURVES[:-1])} or {_CURVES[-1]}",
            ),
            least=1,
        ),
        "timeout": _TIME,
        "min_version": Scalar(
            kind=TEXT, is_right=("1.2", "1.3").__contains__, what="a version of TLS; write 1.2 or 1.3, in quotes"
        ),
        **dict.fromkeys(("handshake_first", "first", "immediate"), _SWITCH),
    }
)
_REMOTE = Named(
    fields_by_name={
        **dict.fromkeys(
            (
                *("no_randomize", "dont_randomize", "hub", "ws_compress", "ws_compression", "websocket_compress"),
                *("websocket_compression", "ws_no_masking", "websocket_no_masking", "isolate_leafnode_interest"),
                *("isolate", "request_isolation", "disabled", "ignore_discovered_servers"),
            ),
            _SWITCH,
        ),
        **dict.fromkeys(("url", "urls"), _URLS),
        **dict.fromkeys(("account", "local"), _TEXT),
        **dict.fromkeys(("creds", "credentials", "nkey", "seed"), _FILE),
        **dict.fromkeys(("deny_imports", "deny_import", "deny_exports", "deny_export"), _SUBJECTS),
        **dict.fromkeys(
            ("jetstream_cluster_migrate", "js_cluster_migrate"),
            Either(
                of=(_SWITCH, Named(fields_by_name={"leader_migrate_delay": _DURATION})), what="true, false, or a block"
            ),
        ),
        "tls": _TLS_OF_REMOTE,
        "compression": _COMPRESSION,
        **dict.fromkeys(("first_info_timeout", "dial_timeout"), _DURATION),
        "proxy": Named(
            fields_by_name={
                "url": Scalar(
                    kind=TEXT, is_right=is_proxy_url, what="the URL of a proxy; write one such as http://proxy:3128"
                ),
                "username": _TEXT,
                "password": _TEXT,
                "timeout": _DURATION,
            }
        ),
    },
    is_right=lambda remote: any(name.lower() in ("url", "urls") for name in remote),
    what="a remote with a URL; write url",
)
_DESTINATION = Named(
    fields_by_name={
        **dict.fromkeys(("dest", "destination"), _TEXT),
        "weight": Either(
            of=(
                Scalar(kind=NUMBER, least=0, most=100),
                Scalar(kind=TEXT, is_right=is_weight, what="a weight; write 0 to 100"),
            ),
            what="a weight from 0 to 100",
        ),
        "cluster": _TEXT,
    },
    is_right=lambda one: any(name.lower() == "weight" for name in one),
    what="a destination with a weight; write destination and weight",
)
_SHAPES: dict[tuple[str, str], Shape] = {
    ("", "max_payload"): Scalar(kind=SIZE, least=1, most=_INT32),
    ("", "max_control_line"): Scalar(kind=SIZE, least=1, most=_INT32),
    ("", "max_pending"): Scalar(kind=SIZE, least=1),
    ("", "max_traced_msg_len"): Scalar(kind=SIZE, least=0, most=_INT32),
    ("", "logfile_size_limit"): Scalar(kind=SIZE, least=0),
    ("", "max_connections"): Scalar(kind=NUMBER, least=-1, most=_INT32),
    ("", "max_subscriptions"): Scalar(kind=NUMBER, least=-1, most=_INT32),
    ("", "max_subscription_tokens"): Scalar(kind=NUMBER, least=1, most=255),
    ("", "max_closed_clients"): Scalar(kind=NUMBER, least=1, most=1_000_000),
    ("", "ping_max"): Scalar(kind=NUMBER, least=1, most=_INT32),
    ("", "prof_port"): Scalar(
        kind=NUMBER,
        least=1,
        most=LAST_PORT,
        is_right=lambda port: port not in _OWN_PORTS,
        what=f"a port other than {', '.join(map(str, _OWN_PORTS))}; write one such as 6060",
    ),
    ("", "prof_block_rate"): _COUNT,
    ("", "logfile_max_num"): _COUNT,
    ("", "connect_error_reports"): _COUNT,
    ("", "reconnect_error_reports"): _COUNT,
    ("", "write_timeout"): _POLICY,
    ("", "client_advertise"): _ADDRESS,
    ("", "remote_syslog"): Scalar(
        kind=TEXT, is_right=is_syslog_url, what="the URL of a log server; write one such as udp://logs.example.com:514"
    ),
    ("", "server_metadata"): Free(of=_TEXT),
    ("", "feature_flags"): Free(of=_SWITCH),
    ("", "default_js_domain"): Free(
        of=_TEXT,
        is_right=lambda _, domain: is_domain(domain),
        what="a JetStream domain; write letters, digits, - and _",
    ),
    ("", "mappings"): Free(
        of=Either(
            of=(_TEXT, _DESTINATION, Several(of=_DESTINATION, least=1)),
            what="a destination, or a list of {destination, weight}",
        ),
        is_right=is_mapping,
        what="a mapping of one subject to another; write $1 in the destination for the first * of the subject, > in"
        " both or in none, and weights of at most 100 together",
    ),
    ("", "ocsp"): Either(
        of=(_SWITCH, Named(fields_by_name={"mode": _words("always", "must", "never", "auto"), "url": _TEXT})),
        what="true, false, or a block with mode and url",
    ),
    ("", "ocsp_cache"): Either(
        of=(
            _SWITCH,
            Named(
                fields_by_name={
                    "type": _words("none", "local"),
                    "local_store": _TEXT,
                    "preserve_revoked": _SWITCH,
                    "save_interval": _TIME,
                }
            ),
        ),
        what="true, false, or a block with type and local_store",
    ),
    ("", "proxies"): Named(
        fields_by_name={
            "trusted": Several(
                of=Named(
                    fields_by_name=dict.fromkeys(
                        ("key", "public_key"),
                        Scalar(kind=TEXT, is_right=is_public_key, what="a public nkey; write the 56 characters of one"),
                    )
                )
            )
        }
    ),
    ("cluster", "pool_size"): Scalar(kind=NUMBER, least=-1, most=1000),
    ("cluster", "connect_retries"): Scalar(kind=NUMBER, least=0, most=_INT32),
    ("cluster", "ping_max"): Scalar(kind=NUMBER, least=1, most=_INT32),
    ("cluster", "write_timeout"): _POLICY,
    ("cluster", "compression"): _COMPRESSION,
    ("cluster", "accounts"): Several(
        of=_TEXT, is_right=lambda names: len(set(names)) == len(names), what="different accounts; remove the second one"
    ),
    ("cluster", "permissions"): Named(
        fields_by_name=dict.fromkeys(("import", "export", "pub", "publish", "sub", "subscribe"), _RULE)
    ),
    ("jetstream", "sync_interval"): Either(
        of=(Scalar(kind=TEXT, is_right="always".__eq__, what=""), _DURATION), what="a duration such as 1m, or always"
    ),
    ("jetstream", "max_outstanding_catchup"): Scalar(kind=SIZE, least=1),
    ("jetstream", "max_buffered_size"): Scalar(kind=SIZE, least=1),
    ("jetstream", "meta_compact_size"): Scalar(kind=SIZE, least=0),
    ("jetstream", "max_buffered_msgs"): Scalar(kind=NUMBER, least=1, most=_INT32),
    ("jetstream", "request_queue_limit"): Scalar(kind=NUMBER, least=1),
    ("jetstream", "info_queue_limit"): Scalar(kind=NUMBER, least=1),
    ("jetstream", "meta_compact"): _COUNT,
    ("jetstream", "max_concurrent_io"): Scalar(kind=NUMBER, least=1, most=_INT32),
    ("jetstream", "domain"): Scalar(
        kind=TEXT, is_right=is_domain, what="a JetStream domain; write letters, digits, - and _"
    ),
    ("jetstream", "extension_hint"): _words("no_extend", "will_extend"),
    ("jetstream", "limits"): Named(
        fields_by_name={
            **dict.fromkeys(
                ("max_ack_pending", "max_ha_assets", "max_request_batch", "default_max_consumers"),
                Scalar(kind=NUMBER, least=-1, most=_INT32),
            ),
            "duplicate_window": _DURATION,
            "batch": Named(
                fields_by_name={
                    **dict.fromkeys(("max_inflight_per_stream", "max_inflight_total", "max_msgs"), _COUNT),
                    "timeout": _DURATION,
                }
            ),
        }
    ),
    ("leafnodes", "dial_timeout"): _DURATION,
    ("leafnodes", "remotes"): Several(of=_REMOTE),
    ("leafnodes", "advertise"): _ADDRESS,
    ("leafnodes", "no_advertise"): _SWITCH,
    ("leafnodes", "isolate_leafnode_interest"): _SWITCH,
    ("leafnodes", "min_version"): Scalar(
        kind=TEXT, is_right=is_version, what="a version of nats-server from 2.8.0 on; write one such as 2.11.0"
    ),
    ("leafnodes", "compression"): _COMPRESSION,
    ("leafnodes", "write_timeout"): _POLICY,
}


def shape_of(block: str, name: str) -> Shape | None:
    """What a setting may hold, by its block ("" for the top level) and its own name; None for one that has no shape."""
    found = _SHAPES.get((block, name))
    kind = type_of(block, name)
    return found if found is not None or kind is None else Scalar(kind=kind)
