"""Every setting that the key `conf` takes has a shape, so that none is printed unchecked."""

from __future__ import annotations

import pytest

from krmfn.natsconf.formats import LONGEST, is_address, is_leafnode_url, nanoseconds
from krmfn.natsconf.overrides import check
from krmfn.natsconf.setting_shapes import shape_of
from krmfn.natsconf.settings import BLOCK_SETTINGS, SINCE

SETTINGS = [
    (block, name) for block in ("", "cluster", "jetstream", "leafnodes") for name in sorted(BLOCK_SETTINGS[block])
]
BLOCKS = set(BLOCK_SETTINGS)


@pytest.mark.parametrize("setting", [*SETTINGS, *SINCE][: len(SETTINGS) + 2])
def test_a_setting_that_conf_takes_has_a_shape(setting: tuple[str, str]) -> None:
    block, name = setting
    if not block and name in BLOCKS:
        return
    conf = {block: {name: []}} if block else {name: []}
    codes = {code for code, *_ in check(conf)}
    assert "conf-owned" in codes or shape_of(block, name) is not None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10s", 10 * 10**9), ("1h30m", 5400 * 10**9), ("1.5s", 1_500_000_000), (".5s", 500_000_000), ("5.s", 5 * 10**9),
        ("9223372036854775807ns", LONGEST), ("9223372036854775808ns", None), ("2562047h", 2562047 * 3600 * 10**9),
        ("2562048h", None), ("", None), ("10", None), ("s", None), (".s", None), ("1..5s", None), ("5 s", None),
        ("-5s", None), ("\u0665s", None), ("always", None),
    ],
)  # fmt: skip
def test_a_duration_is_what_go_reads(text: str, expected: int | None) -> None:
    assert nanoseconds(text) == expected


@pytest.mark.parametrize("text", ["nats.example.com:4222", "[::1]:4222", "10.0.0.1:1", "h:65535"])
def test_an_address_has_a_host_and_a_port(text: str) -> None:
    assert is_address(text)


@pytest.mark.parametrize(
    "text", ["", "h", ":1", "h:", "h:0", "h:65536", "h:1:2", "::1:1", "[x:1", "[x]:1", "h\n:1", "a b:1"]
)
def test_what_go_does_not_split_is_no_address(text: str) -> None:
    assert not is_address(text)


@pytest.mark.parametrize("text", ["nats://h", "tls://h:7422", "wss://[::1]:443/leaf", "nats-leaf://a.b:1"])
def test_a_leafnode_connects_to_these(text: str) -> None:
    assert is_leafnode_url(text)


@pytest.mark.parametrize(
    "text", ["h:1", "ftp://h", "nats://", "nats://a b", "nats://u:p@h", "nats://h:x", "nats://h/%zz\n"]
)
def test_a_leafnode_does_not_connect_to_these(text: str) -> None:
    assert not is_leafnode_url(text)
