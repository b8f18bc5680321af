"""The placements that the filters allow: against a search pod by pod, and against what a real scheduler did."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from krmfn.cluster.cr import Spread
from krmfn.topology.layout import Layout, Zone, numbered
from krmfn.topology.placement import even, holds, most, placements, room, worst
from krmfn.topology.rules import required_spread
from tests.topology.rig import alike, layout_of_nodes, rows, searched, spread_of
from tests.topology.sharing import by_node

if TYPE_CHECKING:
    from pathlib import Path

SIZES = st.sampled_from([1, 3, 5, 7])


@st.composite
def layouts(draw: st.DrawFn) -> Layout:
    """One to five zones, some without a usable node, some with unknown nodes, perhaps nodes without a label."""
    zones = []
    for name in ["", *"abcde"[: draw(st.integers(1, 5))]]:
        nodes = draw(st.one_of(st.none(), st.integers(0, 3))) if name else draw(st.integers(0, 1))
        cordoned = draw(st.integers(0, nodes)) if nodes else 0
        if name or nodes:
            zones.append(Zone(name, nodes, cordoned=cordoned))
    return Layout(tuple(zones), draw(st.integers(1, 6)))


@st.composite
def spreads(draw: st.DrawFn) -> Spread:
    if draw(st.booleans()):
        return Spread()
    return Spread(max_skew=draw(st.integers(1, 4)), min_domains=draw(st.integers(1, 5)))


@given(SIZES, spreads(), layouts())
@settings(max_examples=200, deadline=None, derandomize=True)
def test_placements_are_exactly_those_that_a_pod_by_pod_search_ends_in(size: int, spread: Spread, layout: Layout):
    found = list(placements(size, spread, layout))
    expected = searched(size, spread, layout)
    assert set(found) <= expected
    assert len({alike(counts, layout) for counts in found}) == len(found), "one placement twice"
    assert {alike(counts, layout) for counts in found} == {alike(counts, layout) for counts in expected}


@given(SIZES, spreads(), layouts())
@settings(max_examples=200, deadline=None, derandomize=True)
def test_the_even_and_the_worst_placement_are_among_them_and_none_is_worse(size: int, spread: Spread, layout: Layout):
    every = searched(size, spread, layout)
    assert worst(size, spread, layout) in every
    assert most(size, spread, layout) == max(max(counts) for counts in every)
    assert even(size, spread, layout) in every
    assert {sum(counts) for counts in every} == {room(size, spread, layout)}
    assert holds(size, spread, layout) == all(sum(counts) == size for counts in every)


@pytest.mark.parametrize(
    ("size", "zones", "expected"),
    [
        (3, 3, {(1, 1, 1)}),
        (5, 3, {(2, 2, 1), (3, 1, 1)}),
        (7, 3, {(3, 3, 1), (3, 2, 2), (4, 2, 1)}),
        (3, 4, {(1, 1, 1, 0)}),
        (5, 4, {(2, 2, 1, 0), (2, 1, 1, 1)}),
        (7, 4, {(2, 2, 2, 1), (3, 2, 1, 1)}),
        (5, 5, {(1, 1, 1, 1, 1)}),
    ],
)
def test_what_the_rule_allows_by_size_and_zones(size: int, zones: int, expected: set[tuple[int, ...]]):
    found = set(placements(size, required_spread(size, zones), numbered(zones)))
    assert {tuple(sorted(counts, reverse=True)) for counts in found} == expected


def test_a_zone_that_comes_late_is_waited_for():
    assert list(placements(5, Spread(max_skew=2, min_domains=3), numbered(2))) == [(2, 2)]
    assert list(placements(3, Spread(max_skew=1, min_domains=3), numbered(2))) == [(1, 1)]


def test_without_a_node_that_takes_pods_nothing_runs():
    closed = Layout((Zone("a", 2, cordoned=1, tainted=1),))
    assert list(placements(3, Spread(), closed)) == [(0,)]
    assert (worst(3, Spread(), closed), even(3, Spread(), closed), room(3, Spread(), closed)) == ((0,), (0,), 0)


def test_servers_of_a_zone_share_its_nodes_in_every_way_that_differs():
    layout = Layout((Zone("a", 2), Zone("b", 1), Zone("c")))
    assert sorted(by_node((3, 2, 1), layout)) == [((2, 1), (2,), ()), ((3,), (2,), ())]
    assert list(by_node((0, 0, 0), layout)) == [((), (), ())]


def test_a_size_beyond_any_use_is_answered_at_once():
    spread = required_spread(1001, 3)
    assert most(1001, spread, numbered(3)) == 556
    assert sum(even(1001, spread, numbered(3))) == 1001


def test_every_outcome_of_the_real_scheduler_is_a_placement_by_zone_and_by_node(shared: Path):
    seen = 0
    for row in rows(shared, "truth.json"):
        layout = layout_of_nodes(row["layout"], row["cordoned"], row["tainted"])
        spread = spread_of(row["rule"], row["size"])
        found = {alike(counts, layout) for counts in placements(row["size"], spread, layout)}
        for outcome in row["outcomes"]:
            counts = tuple(outcome["zones"].get(zone.name or "(none)", 0) for zone in layout.zones)
            assert alike(counts, layout) in found, row
            assert room(row["size"], spread, layout) == row["size"] - outcome["pending"], row
            shares = tuple(
                tuple(sorted((n for node in row["layout"][zone.name] if (n := outcome["nodes"][node])), reverse=True))
                for zone in layout.zones
            )
            assert shares in set(by_node(counts, layout)), row
            seen += 1
    assert seen > 100


def test_no_placement_is_more_than_the_filters_allow_in_the_layouts_of_the_rig(shared: Path):
    for row in rows(shared, "truth.json"):
        layout = layout_of_nodes(row["layout"], row["cordoned"], row["tainted"])
        spread = spread_of(row["rule"], row["size"])
        assert set(placements(row["size"], spread, layout)) <= searched(row["size"], spread, layout)
