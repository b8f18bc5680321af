"""The filters, by the sentences of the scheduler's documentation, and what they make of restarts."""

from __future__ import annotations

import pytest

from krmfn.cluster.cr import Spread
from krmfn.topology.layout import Layout, Zone, numbered
from krmfn.topology.rules import required_spread
from krmfn.topology.scheduler import Scheduler

ONE = Spread(max_skew=1, min_domains=3)
"""What looks right and is wrong: the rig's R4."""


def test_a_zone_may_be_ahead_of_the_emptiest_by_the_skew_and_no_more():
    scheduler = Scheduler(Spread(max_skew=2, min_domains=3), numbered(3))
    assert [scheduler.admits((2, 1, 0), zone) for zone in range(3)] == [False, True, True]
    assert scheduler.admits((2, 1, 1), 0)


def test_with_too_few_domains_the_emptiest_counts_as_none():
    scheduler = Scheduler(ONE, numbered(2))
    assert [scheduler.admits((1, 0), zone) for zone in range(2)] == [False, True]
    assert not scheduler.admits((1, 1), 0)


def test_a_zone_that_is_lost_or_has_no_free_node_takes_nothing_and_is_not_counted():
    layout = Layout((Zone("a", 1), Zone("b", 1), Zone("c", 1), Zone("d", 2, cordoned=1, tainted=1)))
    scheduler = Scheduler(ONE, layout)
    assert scheduler.open_zones == [0, 1, 2]
    assert not scheduler.admits((1, 1, 1, 0), 3)
    assert not scheduler.without(2).admits((0, 0, 0, 0), 2)
    assert scheduler.admits((1, 1, 1, 0), 0)


def test_nodes_without_a_zone_are_out_of_reach_of_the_constraint_and_not_of_a_wish():
    layout = Layout((Zone("", 3), Zone("a", 1)))
    assert Scheduler(ONE, layout).open_zones == [1]
    assert Scheduler(Spread(), layout).open_zones == [0, 1]


@pytest.mark.parametrize(("size", "counts"), [(3, (1, 1, 1)), (5, (2, 2, 1)), (7, (3, 2, 2))])
def test_in_the_outage_of_any_zone_every_healthy_server_restarts_under_the_rule(size: int, counts: tuple[int, ...]):
    scheduler = Scheduler(required_spread(size, 3), numbered(3))
    for zone in range(3):
        assert sum(scheduler.without(zone).restarted(counts)) == size - counts[zone]
    assert scheduler.restarted(counts) == counts


def test_a_skew_of_one_keeps_healthy_servers_out_until_the_quorum_is_gone():
    assert Scheduler(ONE, numbered(3)).without(2).restarted((2, 2, 1)) == (1, 1, 0)


def test_a_wish_keeps_no_server_out():
    assert Scheduler(Spread(), numbered(3)).without(0).restarted((4, 1, 0)) == (0, 1, 0)


def test_a_server_that_waited_comes_back_when_its_zone_does():
    scheduler = Scheduler(ONE, numbered(3))
    now = list(scheduler.without(0).restarted((1, 1, 1)))
    assert now == [0, 1, 1]
    scheduler.schedule(now, (1, 1, 1))
    assert now == [1, 1, 1]


def test_added_servers_go_wherever_the_filters_let_them():
    scheduler = Scheduler(required_spread(5, 3), numbered(3))
    assert scheduler.grown((1, 1, 1), 5) == {(3, 1, 1), (1, 3, 1), (1, 1, 3), (2, 2, 1), (2, 1, 2), (1, 2, 2)}
    assert Scheduler(ONE, numbered(2)).grown((1, 1), 5) == {(1, 1)}
