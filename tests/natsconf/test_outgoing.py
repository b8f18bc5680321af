"""The hosts that a nats.conf makes servers connect to, beside each other."""

from __future__ import annotations

import pytest

from krmfn.natsconf.outgoing import connections
from krmfn.natsconf.parser import read_conf

LEAF, GATEWAY, SYSLOG = "leafnodes.remotes", "gateway.gateways", "remote_syslog"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("port: 4222", []),
        ("cluster { port: 6222, routes: [nats://a:6222] }", []),
        ('leafnodes { remotes: [{ url: "tls://hub:7000" }] }', [(LEAF, 7000, "TCP")]),
        ('leafnodes { remotes: [{ urls: ["nats-leaf://u:p@hub", "[fd00::1]:7001"] }] }', [(LEAF, 7422), (LEAF, 7001)]),
        ('leaf { Remotes: [{ URL: "nats://[fd00::1]" }] }', [(LEAF, 7422)]),
        ('leafnodes { remotes: [{ url: "wss://hub/path:1" }, { url: "ws://hub" }] }', [(LEAF, 443), (LEAF, 80)]),
        ('leafnodes { remotes: [{ url: "wss://hub", proxy { url: "http://proxy:3128" } }] }', [(LEAF, 3128)]),
        ("leafnodes { remotes: [{ url: $HUB }] }", []),
        ('gateway { gateways: [{ name: b, urls: ["nats://b", "nats://c:1"] }] }', [(GATEWAY, 7222), (GATEWAY, 1)]),
        ("resolver: URL(https://accounts:9090/jwt/v1/accounts/)", [("resolver", 9090)]),
        ('resolver: "URL(http://accounts/jwt/v1/accounts/)"', [("resolver", 80)]),
        ("resolver: MEMORY", []),
        ("resolver { type: full, dir: /a }", []),
        ('remote_syslog: "udp://logs:5140"', [(SYSLOG, 5140, "UDP")]),
        ('remote_syslog: "tcp://logs"', [(SYSLOG, 514)]),
    ],
)  # fmt: skip
def test_every_connection_has_its_setting_port_and_protocol(text: str, expected: list[tuple[str | int, ...]]) -> None:
    conf = read_conf(text)
    assert conf is not None
    assert list(connections(conf)) == [(*one, "TCP")[:3] for one in expected]
