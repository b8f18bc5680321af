"""Which spread rule a cluster gets."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from krmfn.cluster.environment import Node
from krmfn.cluster.settings import Settings
from krmfn.topology.layout import Layout, Zone, layout_of, numbered
from krmfn.topology.rules import spread
from tests.topology.rig import searched


def rule(size: int, zones: int | tuple[str, ...] | None, mode: str = "auto"):
    stated = Settings().replaced(zones=zones, zone_spread=mode)
    return spread(size, stated, layout_of(zones, {})[0])


@pytest.mark.parametrize(
    ("size", "zones", "max_skew", "min_domains"),
    [(3, 3, 1, 3), (5, 3, 2, 3), (7, 3, 3, 3), (3, 4, 1, 3), (5, 4, 2, 4), (7, 4, 2, 4), (3, 5, 1, 3), (9, 3, 3, 3)],
)
def test_no_zone_can_take_a_majority_while_another_is_missing(size: int, zones: int, max_skew: int, min_domains: int):
    for mode in ("auto", "required"):
        chosen, findings = rule(size, zones, mode)
        assert (chosen.max_skew, chosen.min_domains, chosen.prefer_zones) == (max_skew, min_domains, True)
        assert findings == []
        assert max_skew < size // 2 + 1


@pytest.mark.parametrize(("size", "zones"), [(3, None), (3, 1), (5, 2), (1, 3), (1, None), (5, ("a", "b"))])
def test_auto_falls_back_to_preferred_where_required_cannot_help(size: int, zones: int | None):
    chosen, findings = rule(size, zones)
    assert (chosen.max_skew, chosen.min_domains, chosen.prefer_zones, findings) == (None, None, True, [])


def test_preferred_and_off_are_taken_at_their_word():
    assert rule(3, 3, "preferred")[0].max_skew is None
    off, findings = rule(3, 3, "off")
    assert (off.prefer_zones, off.max_skew, findings) == (False, None, [])


@pytest.mark.parametrize(("zones", "known"), [(None, "none are"), (1, "1 is"), (2, "2 are"), (("a", "b"), "2 are")])
def test_required_without_three_zones_is_an_error_and_no_guess(zones: object, known: str):
    _, (finding,) = rule(3, zones, "required")
    assert (finding.severity, finding.code) == ("error", "zone-spread-impossible")
    assert f"{known} known" in finding.message


def test_one_server_gets_the_preferred_terms_even_where_required_is_stated():
    chosen, findings = rule(1, 3, "required")
    assert (chosen.is_required, findings) == (False, [])


def test_nodes_that_cannot_hold_every_server_make_auto_prefer_and_required_an_error():
    layout = Layout((Zone("a", 2), Zone("b", 2), Zone("c", 2, cordoned=2)))
    chosen, findings = spread(3, Settings(), layout)
    assert (chosen.is_required, findings) == (False, [])
    _, (finding,) = spread(3, Settings().replaced(zone_spread="required"), layout)
    assert (finding.severity, finding.code) == ("error", "zone-spread-impossible")
    assert "2 of 3 servers" in finding.message
    assert "zone c has no node that takes pods" in finding.message


def test_two_closed_zones_are_both_named():
    layout = Layout((Zone("a", 1), Zone("b", 1, tainted=1), Zone("c", 0)))
    _, (finding,) = spread(3, Settings().replaced(zone_spread="required"), layout)
    assert "zones b, c have no node that takes pods" in finding.message


def test_a_closed_zone_does_not_matter_where_the_others_hold_every_server():
    layout = Layout((Zone("a", 1), Zone("b", 1), Zone("c", 1), Zone("d", 1, cordoned=1)))
    assert spread(5, Settings(), layout)[0].is_required
    assert not spread(7, Settings(), layout)[0].is_required


@st.composite
def nodes(draw: st.DrawFn) -> dict[str, Node]:
    zone = st.sampled_from([None, "a", "b", "c", "d", "e"])
    made = st.builds(
        lambda z, c, t: Node(z, is_cordoned=c, taints=[("a", "", "NoSchedule")] * t), zone, st.booleans(), st.booleans()
    )
    return {f"n{number}": node for number, node in enumerate(draw(st.lists(made, max_size=8)))}


@given(
    st.sampled_from([1, 3, 5, 7]),
    nodes(),
    st.one_of(st.none(), st.integers(1, 6), st.lists(st.sampled_from("abcdef"), min_size=1, unique=True).map(tuple)),
)
@settings(max_examples=200, deadline=None, derandomize=True)
def test_auto_never_leaves_a_server_pending_when_the_nodes_can_hold_it(
    size: int, found: dict[str, Node], stated: int | tuple[str, ...] | None
):
    """A new JetStream cluster elects no leader until all its servers run, so one Pending pod is no JetStream at all."""
    layout, _ = layout_of(stated, found)
    if layout is None:
        return
    chosen, findings = spread(size, Settings().replaced(zones=stated), layout)
    assert findings == []
    can_hold = any(zone.usable is None or zone.usable > 0 for zone in layout.zones)
    ends = searched(size, chosen, layout)
    assert {sum(end) for end in ends} == {size if can_hold else 0}


def test_a_number_of_zones_names_none_of_them():
    assert not numbered(3).named
    assert [zone.name for zone in numbered(3).zones] == ["1", "2", "3"]
