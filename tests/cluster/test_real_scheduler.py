"""Where the real scheduler puts the rendered servers. Its volumes are bound late and then hold a server in its zone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cluster.api import Refused
from tests.cluster.layout import Layout
from tests.cluster.prediction import by_zone, found, predicted, simulated
from tests.cluster.scene import scene

if TYPE_CHECKING:
    from tests.cluster.api import Api

TOO_MANY_REQUESTS = 429
PREFERRED = [
    (1, Layout("1+1+1"), "1/0/0"),
    (3, Layout("1"), "3 n3"),
    (3, Layout("3"), "3"),
    (3, Layout("2+1"), "2/1"),
    (5, Layout("3+3"), "3/2"),
    (3, Layout("3", labelled=False), "3"),
    (5, Layout("2+2+2"), "2/2/1"),
]
"""Size, layout, what the two preferences make of it where nothing is known of zones."""

REQUIRED = [
    (3, "3", Layout("1+1+1"), "1/1/1"),
    (3, "3", Layout("2+2+2"), "1/1/1"),
    (5, "3", Layout("1+1+1"), "2/2/1 n2"),
    (5, "3", Layout("2+2+2"), "2/2/1"),
    (5, "3", Layout("4+1+1"), "2/2/1 n2"),
    (7, "3", Layout("2+2+2"), "3/2/2 n2"),
    (7, "3", Layout("4+1+1"), "3/2/2 n2"),
    (3, "4", Layout("1+1+1+1"), "1/1/1/0"),
    (5, "4", Layout("1+1+1+1"), "2/1/1/1 n2"),
    (3, "3", Layout("2+1"), "1/1 P1"),
    (5, "3", Layout("3+3"), "2/2 P1"),
    (7, "3", Layout("3+3"), "3/3 P1"),
    (3, "3", Layout("1+1+1", cordoned="c"), "1/1/0 P1"),
    (5, "3", Layout("2+2+2", cordoned="c"), "2/2/0 P1"),
]
"""Size, stated zones, layout, where the servers are under the hard cap; a zone that is missing is waited for."""


@pytest.mark.parametrize(("size", "layout", "expected"), PREFERRED, ids=str)
def test_without_known_zones_the_preferences_spread_what_they_can(
    size: int, layout: Layout, expected: str, cluster_api: Api
) -> None:
    with scene(cluster_api, layout, size) as here:
        placed = here.install()
        assert placed.shape == expected
        assert found(placed, layout) in predicted(here.workload, layout)


@pytest.mark.parametrize(("size", "zones", "layout", "expected"), REQUIRED, ids=str)
def test_with_stated_zones_no_zone_takes_more_than_its_share(
    size: int, zones: str, layout: Layout, expected: str, cluster_api: Api
) -> None:
    with scene(cluster_api, layout, size) as here:
        placed = here.install(f"zones={zones}")
        assert placed.shape == expected
        assert found(placed, layout) in predicted(here.workload, layout)


SIMULATED = [
    (1, Layout("1+1+1")),
    (3, Layout("1+1+1")),
    (5, Layout("2+2+2")),
    (5, Layout("4+1+1")),
    (7, Layout("2+2+1+1")),
    (3, Layout("2+1")),
    (5, Layout("3+3")),
    (5, Layout("2+2+2", cordoned="c")),
    (3, Layout("3", labelled=False)),
]
"""Size and layout, where krmfn sees the cluster's own nodes and chooses the rule by them."""


@pytest.mark.parametrize(("size", "layout"), SIMULATED, ids=str)
def test_simulate_on_the_nodes_of_the_cluster_foretells_the_placement(
    size: int, layout: Layout, cluster_api: Api
) -> None:
    with scene(cluster_api, layout, size) as here:
        shapes, pending = simulated(here.source(nodes=True))
        placed = here.install(nodes=True)
        assert by_zone(placed, layout) in shapes
        assert placed.pending == pending == 0


def test_a_zone_that_joins_late_takes_the_servers_that_waited_for_it(cluster_api: Api) -> None:
    with scene(cluster_api, Layout("1+1"), 5) as here:
        assert here.install("zones=3").shape == "2/2 P1 n2"
        here.layout = Layout("1+1+1")
        here.add_zone("c", 1)
        here.until("all placed", lambda: len(here.running()) == here.size)
        assert here.settle().shape == "2/2/1 n2"


def test_while_a_zone_is_gone_every_server_of_the_others_can_restart(cluster_api: Api) -> None:
    with scene(cluster_api, Layout("1+1+1"), 5) as here:
        placed = here.install("zones=3")
        lost = min(placed.zones, key=lambda zone: placed.zones[zone])
        here.remove_zone(lost)
        survivors = here.running()
        assert len(survivors) == 4
        for pod in survivors:
            here.restart(pod)
        here.settle()
        assert here.running() == survivors


def test_growing_from_three_to_five_servers_rolls_out_and_ends_even(cluster_api: Api) -> None:
    """The cap changes with the size, so every server restarts; its volume keeps it in its zone."""
    with scene(cluster_api, Layout("2+2+2"), 3) as here:
        assert here.install("zones=3").shape == "1/1/1"
        here.size = 5
        here.install("zones=3")
        here.until("rolled out", here.updated)
        placed = here.settle()
        assert (sorted(placed.zones.values()), placed.pending) == ([1, 2, 2], 0)


def test_while_one_server_is_away_no_other_may_be_evicted(cluster_api: Api) -> None:
    with scene(cluster_api, Layout("2+2+2"), 3) as here:
        here.install("zones=3")
        here.until("budget known", lambda: cluster_api.get(here.budget)["status"].get("disruptionsAllowed") == 1)
        assert cluster_api.get(here.budget)["status"]["expectedPods"] == 3
        here.cordon()
        here.evict("nats-0")
        here.until("one away", lambda: cluster_api.get(here.budget)["status"]["disruptionsAllowed"] == 0)
        with pytest.raises(Refused, match="disruption budget") as refusal:
            here.evict("nats-1")
        assert refusal.value.status == TOO_MANY_REQUESTS
