"""Zones and nodes: what is taken from where, and what is said of it."""

from __future__ import annotations

import pytest

from krmfn.cluster.environment import Node
from krmfn.topology.layout import layout_of

TAINT = ("dedicated", "control-plane", "NoSchedule")


def nodes(*zones: str | None, cordoned: tuple[int, ...] = (), tainted: tuple[int, ...] = ()) -> dict[str, Node]:
    return {
        f"n{i}": Node(zone, is_cordoned=i in cordoned, taints=[TAINT] * (i in tainted)) for i, zone in enumerate(zones)
    }


def rows(layout) -> list[tuple[str, int | None, int | None]]:
    return [(zone.name, zone.nodes, zone.usable) for zone in layout.zones]


def test_nothing_stated_and_nothing_found_is_no_layout():
    assert layout_of(None, {}) == (None, [])


def test_stated_zones_alone_have_unknown_nodes_and_are_sorted():
    layout, findings = layout_of(("b", "a"), {})
    assert (rows(layout), layout.count, findings) == ([("a", None, None), ("b", None, None)], 2, [])


def test_zones_are_found_among_nodes_and_it_is_said():
    layout, (finding,) = layout_of(None, nodes("b", "a", "a", "c", None, cordoned=(1,), tainted=(2,)))
    assert rows(layout) == [("", 1, 1), ("a", 2, 0), ("b", 1, 1), ("c", 1, 1)]
    assert layout.count == 3
    assert (finding.severity, finding.code) == ("info", "zones-from-nodes")
    assert finding.message == (
        "3 zones and their nodes taken from 5 Node items (1 cordoned, 1 tainted, 1 without a zone label)"
    )


def test_a_zone_of_control_planes_is_no_zone_for_nats():
    layout, _ = layout_of(None, nodes("a", "b", "c", "d", tainted=(3,)))
    assert layout.count == 3
    assert rows(layout)[3] == ("d", 1, 0)


def test_a_cordoned_zone_stays_a_zone():
    layout, (finding,) = layout_of(None, nodes("a", cordoned=(0,)))
    assert layout.count == 1
    assert finding.message == "1 zone and its nodes taken from 1 Node item (1 cordoned)"


def test_nodes_without_labels_are_no_zones():
    layout, _ = layout_of(None, nodes(None, None))
    assert (layout.count, rows(layout)) == (0, [("", 2, 2)])


def test_stated_zones_win_and_take_their_nodes_from_the_items():
    layout, (finding,) = layout_of(("a", "b"), nodes("a", "b", "b"))
    assert (rows(layout), layout.count) == ([("a", 1, 1), ("b", 2, 2)], 2)
    assert finding.message == "zones are those that are set, their nodes come from 3 Node items"


@pytest.mark.parametrize(
    ("stated", "said"),
    [(("a", "b", "d"), "no Node item is in zone d,"), (("a", "d", "e"), "no Node item is in zones d, e,")],
)
def test_a_stated_zone_without_nodes_is_a_warning_and_cannot_hold_servers(stated: tuple[str, ...], said: str):
    layout, findings = layout_of(stated, nodes("a", "b"))
    assert [f.severity for f in findings if f.code == "zone-without-nodes"] == ["warning"]
    assert any(said in f.message for f in findings)
    assert (layout.count, {name: usable for name, _, usable in rows(layout)}["d"]) == (3, 0)


def test_a_zone_that_is_not_stated_is_a_warning_since_servers_may_go_there():
    layout, findings = layout_of(("a",), nodes("a", "b", "c"))
    assert [f.code for f in findings] == ["zones-from-nodes", "zone-not-stated"]
    assert "zones b, c" in findings[1].message
    assert (layout.count, len(layout.zones)) == (1, 3)


def test_a_stated_number_that_fits_takes_names_and_nodes_from_the_items():
    layout, (finding,) = layout_of(2, nodes("a", "b"))
    assert (rows(layout), layout.named, finding.severity) == ([("a", 1, 1), ("b", 1, 1)], True, "info")


def test_a_stated_number_that_contradicts_the_nodes_wins_with_a_warning():
    layout, (finding,) = layout_of(4, nodes("a", "b"))
    assert (layout.count, layout.named) == (4, False)
    assert all(zone.nodes is None for zone in layout.zones)
    assert (finding.severity, finding.code, finding.proposed) == ("warning", "zones-contradict-nodes", 2)
