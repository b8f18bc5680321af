"""A stricter zone rule and servers whose volumes pin them: the verdict against every placement of the old rule."""

from __future__ import annotations

from itertools import product

import pytest

from krmfn.changes.compare import changes
from krmfn.cluster.cr import Spread
from krmfn.topology.layout import layout_of
from krmfn.topology.rules import required_spread
from krmfn.topology.scheduler import Scheduler
from tests.changes.states import rendered

ZONES = (3, 4, 5)
SIZES = (3, 5, 7)


def placements(size: int, zones: int, rule: Spread) -> list[tuple[int, ...]]:
    """All that the scheduler's filters allow, pod by pod."""
    layout, _ = layout_of(zones, {})
    assert layout is not None
    ends = Scheduler(rule, layout).grown((0,) * zones, size)
    return [counts for counts in ends if sum(counts) == size]


def strands(before: Spread, after: Spread, sizes: tuple[int, int], zones: tuple[int, int]) -> bool:
    """Whether some placement leaves a server Pending when all are restarted, in zones of which some may be new."""
    most = max(zones)
    layout, _ = layout_of(zones[1], {})
    assert layout is not None
    scheduler = Scheduler(after, layout)
    for counts in placements(sizes[0], zones[0], before):
        whole = (*counts, *(0,) * (most - len(counts)))
        for kept in product(*(range(count + 1) for count in whole)):
            if sum(kept) != min(sizes) or any(kept[zones[1] :]):
                continue
            if any(scheduler.restarted(full) != full for full in scheduler.grown(kept, sizes[1])):
                return True
    return False


def is_told(old: list[dict], new: list[dict]) -> bool:
    return any(change.code == "zone-rule-stricter" for change in changes(old, new))


@pytest.mark.parametrize("zones", ZONES)
@pytest.mark.parametrize("size", SIZES)
def test_a_first_hard_rule_can_leave_servers_pending(size: int, zones: int):
    """Servers were placed with zones unknown, or preferred: two of three may share one."""
    spec = {"cluster": {"size": size}}
    new = rendered(spec, zones)
    for old in (rendered(spec), rendered(spec, zones, zone_spread="preferred")):
        assert is_told(old, new)
        assert not is_told(new, old)
    assert strands(Spread(), required_spread(size, zones), (size, size), (zones, zones))


@pytest.mark.parametrize("zones", list(product(ZONES, ZONES)), ids=str)
@pytest.mark.parametrize("sizes", list(product(SIZES, SIZES)), ids=str)
def test_a_changed_hard_rule_is_told_where_some_placement_strands_a_server(
    sizes: tuple[int, int], zones: tuple[int, int]
):
    old, new = (rendered({"cluster": {"size": size}}, count) for size, count in zip(sizes, zones, strict=True))
    before, after = (required_spread(size, count) for size, count in zip(sizes, zones, strict=True))
    if (before.max_skew, before.min_domains) == (after.max_skew, after.min_domains):
        assert not is_told(old, new)  # no pod restarts
    elif zones[1] < zones[0]:  # where the servers of the zones that are left out go is not known
        assert is_told(old, new) or not strands(before, after, sizes, zones)
    else:
        assert is_told(old, new) == strands(before, after, sizes, zones)
