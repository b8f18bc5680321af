"""Which spread rule a cluster gets."""

from __future__ import annotations

import pytest

from krmfn.core.settings import Settings
from krmfn.zones.rules import spread, zone_count


def rule(size: int, zones: object, mode: str = "auto"):
    return spread(size, Settings().replaced(zones=zones, zone_spread=mode))


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


@pytest.mark.parametrize(
    ("size", "zones", "code"),
    [
        (3, None, "zones-unknown"),
        (3, 1, "too-few-zones"),
        (5, 2, "too-few-zones"),
        (1, 3, "zone-spread-single-server"),
        (1, None, "zone-spread-single-server"),
    ],
)
def test_auto_falls_back_to_preferred_and_says_what_a_lost_zone_costs(size: int, zones: int | None, code: str):
    chosen, findings = rule(size, zones)
    assert (chosen.max_skew, chosen.min_domains, chosen.prefer_zones) == (None, None, True)
    assert [(f.severity, f.code) for f in findings] == [("warning", code)]


def test_preferred_and_off_are_taken_at_their_word():
    assert rule(3, 3, "preferred")[0].max_skew is None
    assert rule(3, None, "preferred")[1] == []
    off, findings = rule(3, 3, "off")
    assert (off.prefer_zones, off.max_skew, findings) == (False, None, [])


@pytest.mark.parametrize("zones", [None, 1, 2, ("a", "b")])
def test_required_without_three_zones_is_an_error_and_no_guess(zones: object):
    _, findings = rule(3, zones, "required")
    assert [(f.severity, f.code) for f in findings] == [("error", "zone-spread-impossible")]


def test_required_for_one_server_is_a_warning():
    assert [(f.severity, f.code) for f in rule(1, 3, "required")[1]] == [("warning", "zone-spread-single-server")]


def test_zones_are_counted_from_names_or_taken_as_a_number():
    assert zone_count(Settings().replaced(zones=("a", "b", "c"))) == 3
    assert zone_count(Settings().replaced(zones=4)) == 4
    assert zone_count(Settings()) is None
