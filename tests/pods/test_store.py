"""A file store that is full: what still works, and what heals it."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING, Any

import pytest
from nats.errors import Error
from nats.js.errors import APIError

from tests.calls import krmfn
from tests.pods.load import again, ask, config, read
from tests.pods.nats_cluster import NAME

if TYPE_CHECKING:
    from pathlib import Path

    from nats.aio.client import Client

    from tests.pods.conftest import Make, Say

FILE = {"fileStorage": {"size": "256Mi"}, "memStorage": {"enabled": False}}
LIMIT = 2**28 * 40 // 100
MESSAGE = 64 * 1024
REFUSALS = 8
"""Failures in a row after which a stream takes no more."""


async def fill(client: Client, name: str, upto: int) -> set[bytes]:
    """Publish until so many bytes are acknowledged or the stream takes no more; what was acknowledged."""
    stream = client.jetstream(timeout=5)
    acked: set[bytes] = set()

    async def publish() -> None:
        failures = 0
        while failures < REFUSALS and len(acked) * MESSAGE < upto:
            data = os.urandom(MESSAGE)
            try:
                await stream.publish(f"{name}.x", data)
            except (Error, TimeoutError):
                failures += 1
            else:
                acked.add(data)
                failures = 0

    await asyncio.gather(*(publish() for _ in range(4)))
    return acked


def test_a_full_store_stops_every_stream_and_a_larger_limit_heals_it(make: Make, say: Say, tmp_path: Path):
    nats = make({"jetStream": FILE}, fileStore="40%")
    nats.start()
    before = tmp_path / "before.yaml"
    before.write_text("---\n".join(one.text for one in nats.render()))
    address = nats.client_address()

    async def make_and_fill(client: Client) -> set[bytes]:
        stream = client.jetstream(timeout=5)
        await again(lambda: stream.add_stream(config("SMALL", 3)))
        await stream.publish("SMALL.x", b"one")
        await again(lambda: stream.add_stream(config("FULL", 3)))
        return await fill(client, "FULL", 2 * LIMIT)

    acked = ask(address, make_and_fill)
    assert 0.8 * LIMIT < len(acked) * MESSAGE < 1.1 * LIMIT
    say(f"full after {len(acked) * MESSAGE} bytes acknowledged of {LIMIT}")

    async def nothing_works(client: Client) -> None:
        stream = client.jetstream(timeout=5)
        for name in ("SMALL", "FULL"):
            with pytest.raises((Error, TimeoutError)):
                await stream.publish(f"{name}.x", b"two")
        with pytest.raises((APIError, Error, TimeoutError)):
            await stream.purge_stream("FULL")

    ask(address, nothing_works)
    uids = nats.uids()
    assert nats.ready() == set(uids), "the readiness probe sees nothing"
    assert nats.endpoints() == set(uids)
    assert [nats.monitor(n, "/healthz?js-server-only=true")[0] for n in range(3)] == [200, 200, 200]
    assert 503 in [nats.monitor(n, "/healthz")[0] for n in range(3)]

    nats.settings["fileStore"] = "50%"
    after = tmp_path / "after.yaml"
    after.write_text("---\n".join(one.text for one in nats.render()))
    called = krmfn("diff", before, after, "--fail-on", "restart")
    assert called.status == 0, called
    assert "which also heals a full store" in called.out
    nats.apply()

    async def heals(client: Client) -> None:
        stream = client.jetstream(timeout=5)
        await again(lambda: stream.publish("SMALL.x", b"three"), patience=180)
        await again(lambda: stream.publish("FULL.x", b"three"), patience=180)

    seconds = nats.until("healed", lambda: ask(address, heals) or True)
    say(f"healed {seconds:.0f} s after the limit was raised")
    assert nats.uids() == uids, "no pod restarted"

    async def reads_and_purges(client: Client) -> Any:
        stored = await read(client, "FULL")
        await client.jetstream(timeout=10).purge_stream("FULL")
        return stored

    assert acked - ask(address, reads_and_purges) == set()
    assert all(f"{NAME}-{n}" in nats.ready() for n in range(3))
