"""A NATS cluster on loopback whose servers carry the tags of zones, and what its clients see of it."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import nats
from nats.errors import Error
from nats.js.api import Placement, StorageType

from krmfn.cluster.cr import ClusterFacts, Cr, Spread
from krmfn.cluster.facts import Facts
from krmfn.cluster.settings import Settings
from krmfn.natsconf.server import server_conf
from krmfn.natsconf.tree import conf
from krmfn.topology.rules import required_spread
from tests.clients.servers import Placed, free_port

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Awaitable, Callable, Sequence
    from contextlib import ExitStack
    from pathlib import Path

    from nats.aio.client import Client

PATIENCE = 30.0
"""Seconds for an election: servers give up a leader after 10 seconds and then vote, perhaps more than once."""
SPEC = {
    "jetStream": {
        "memStorage": {"enabled": False, "size": "1Gi"},
        "fileStorage": {"storageClassName": "default", "size": "1Gi"},
    },
    "logging": {"debug": False, "trace": False},
    "resources": {},
}


def rendered(layout: Sequence[int]) -> str:
    """nats.conf as krmfn renders it for the zones of a layout, on a cluster that puts the zone into pods."""
    size, zones = sum(layout), len(layout)
    cr = Cr("nats", "", {"cluster": {"size": size}, **SPEC})
    settings = Settings().replaced(kubernetes_version=(1, 35), secret_mode="none")
    spread = required_spread(size, zones) if zones >= 3 else Spread()
    return conf(server_conf(Facts(cr, settings, ClusterFacts(), spread)))


class Cluster:
    """Servers by zone: `layout` has how many stand in each."""

    def __init__(self, folder: Path, layout: Sequence[int], *, unique_tag: bool = False) -> None:
        """`unique_tag` puts the setting where krmfn does not render it."""
        text = rendered(layout)
        if unique_tag:
            assert "unique_tag" not in text
            text = text.replace("jetstream {\n", 'jetstream {\n  unique_tag: "az:"\n')
        self.layout, self.unique_tag = layout, "unique_tag" in text
        self.zones = [zone for zone, count in enumerate(layout) for _ in range(count)]
        ports = [free_port() for _ in self.zones]
        self.placed = [Placed(text, folder / str(i), ports, port) for i, port in enumerate(ports)]
        self.processes: dict[int, subprocess.Popen[bytes]] = {}

    def start(self, stack: ExitStack, servers: Sequence[int] | None = None) -> None:
        """Start all servers, or some, with the environment that their pods would have."""
        for i in range(len(self.zones)) if servers is None else servers:
            environment = {
                "SERVER_NAME": f'"nats-{i}"',
                "ZONE_TAG": f'"az:{self.zones[i]}"',
                "CLUSTER_ADVERTISE": '"127.0.0.1"',
            }
            self.processes[i] = self._started(stack, self.placed[i], environment)

    @staticmethod
    def _started(stack: ExitStack, placed: Placed, environment: dict[str, str]) -> subprocess.Popen[bytes]:
        """A connection of somebody else may have the port of a server for a moment: then it is started once more."""
        try:
            return stack.enter_context(placed.running(environment))
        except AssertionError:
            time.sleep(1)
            return stack.enter_context(placed.running(environment))

    def kill_zone(self, zone: int) -> None:
        """End every server of a zone without a good-bye."""
        for i in [i for i, where in enumerate(self.zones) if where == zone]:
            process = self.processes.pop(i)
            process.kill()
            process.wait()

    def leader(self) -> str | None:
        """The meta group's leader as the servers that run agree on it; None also when one of them does not answer."""
        try:
            seen = {self.placed[i].get("/jsz").get("meta_cluster", {}).get("leader") for i in self.processes}
        except OSError:
            return None
        return seen.pop() if len(seen) == 1 else None

    async def client(self) -> Client:
        """A client of the servers that run."""

        async def quiet(_: Exception) -> None:
            return

        urls = [f"nats://127.0.0.1:{self.placed[i].client}" for i in self.processes]
        return await nats.connect(urls, error_cb=quiet, connect_timeout=5)

    async def create(self, name: str, replicas: int, zone: int | None = None) -> list[int]:
        """Make a stream, in one zone or anywhere; the zones in which its replicas stand. Raises what NATS answers."""
        where = None if zone is None else Placement(tags=[f"az:{zone}"])
        client = await self.client()
        try:
            stream = client.jetstream(timeout=5)
            made = await stream.add_stream(
                name=name, subjects=[f"{name}.*"], num_replicas=replicas, storage=StorageType.FILE, placement=where
            )
            if made.cluster is None or made.cluster.leader is None:
                raise TimeoutError
            peers = [made.cluster.leader, *(peer.name for peer in made.cluster.replicas or [])]
            return [self.zones[int(str(peer).rpartition("-")[2])] for peer in peers]
        finally:
            await client.close()

    async def takes(self, names: Sequence[str]) -> list[bool]:
        """Which streams acknowledge a message within two seconds."""
        client = await self.client()
        try:
            stream = client.jetstream(timeout=2)
            sent = [stream.publish(f"{name}.a", b"x") for name in names]
            return [
                not isinstance(answer, BaseException) for answer in await asyncio.gather(*sent, return_exceptions=True)
            ]
        finally:
            await client.close()

    async def can_create(self) -> bool:
        """Whether the meta group makes a new stream within five seconds.

        In a zone that lives, by its tag: for some minutes NATS also places streams on servers that are gone.
        """
        zone = self.zones[min(self.processes)]
        try:
            await self.create(f"new{time.monotonic_ns()}", 1, zone)
        except (Error, TimeoutError):
            return False
        return True


async def eventually(what: Callable[[], Awaitable[bool]], seconds: float = PATIENCE) -> bool:
    """Whether something becomes true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if await what():
            return True
        await asyncio.sleep(0.3)
    return False
