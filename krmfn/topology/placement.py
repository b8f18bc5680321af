"""Placements of the servers: all that the scheduler's filters allow, and two in detail, the even and the worst.

A closed form and no search: a full placement can be reached if and only if the largest and the smallest zone differ by
at most `maxSkew` (fill the zones in turns: then no step differs more than the end does). With too few zones for
`minDomains` the smallest count is 0 throughout. tests/topology holds this against a pod by pod search.
"""

from __future__ import annotations

from krmfn.topology.scheduler import Scheduler

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krmfn.cluster.cr import Spread
    from krmfn.topology.layout import Layout
    from krmfn.topology.scheduler import Counts


def holds(size: int, spread: Spread, layout: Layout) -> bool:
    """Whether every server can be scheduled. A new JetStream cluster has no meta leader until all of them run."""
    return size <= room(size, spread, layout)


def room(size: int, spread: Spread, layout: Layout) -> int:
    """How many of `size` servers the filters let run."""
    zones = len(Scheduler(spread, layout).open_zones)
    if not zones or spread.max_skew is None or spread.min_domains is None or zones >= spread.min_domains:
        return size if zones else 0
    return min(size, zones * spread.max_skew)


def even(size: int, spread: Spread, layout: Layout) -> Counts:
    """What the preferred terms lead to where every zone has room: counts that differ by one at most."""
    counts = [0] * len(layout.zones)
    usable = Scheduler(spread, layout).open_zones
    zones = [zone for zone in usable if layout.zones[zone].name] or usable
    servers = room(size, spread, layout)
    for turn, zone in enumerate(zones):
        counts[zone] = servers // len(zones) + (turn < servers % len(zones))
    return tuple(counts)


def worst(size: int, spread: Spread, layout: Layout) -> Counts:
    """The placement with most servers in one zone: what full zones can lead to, since only the filters are sure."""
    zones = sorted(Scheduler(spread, layout).open_zones, key=lambda zone: not layout.zones[zone].name)
    counts = [0] * len(layout.zones)
    if not zones:
        return tuple(counts)
    left = room(size, spread, layout)
    low, high = max(_windows(left, len(zones), spread), key=lambda window: window[1])
    for turn, zone in enumerate(zones):
        counts[zone] = min(high, left - low * (len(zones) - turn - 1))
        left -= counts[zone]
    return tuple(counts)


def most(size: int, spread: Spread, layout: Layout) -> int:
    """The largest number of servers that the loss of one zone can take."""
    return max(worst(size, spread, layout), default=0)


def _windows(servers: int, zones: int, spread: Spread) -> Iterator[tuple[int, int]]:
    """Smallest and largest count that go together, for every smallest count."""
    skew, needed = spread.max_skew, spread.min_domains
    if skew is None or needed is None:
        yield 0, servers
        return
    for low in range(servers // zones + 1 if zones >= needed else 1):
        yield low, min(low + skew, servers - low * (zones - 1))


def placements(size: int, spread: Spread, layout: Layout) -> Iterator[Counts]:
    """Every placement by zone; zones that do not differ in their nodes are swapped freely, so each is given once.

    Fewer servers than `size` run where the filters hold the rest: then the placement is the only one.
    """
    zones = Scheduler(spread, layout).open_zones
    servers = room(size, spread, layout)
    kinds = [(layout.zones[zone].usable, not layout.zones[zone].name) for zone in zones]
    order = sorted(range(len(zones)), key=lambda turn: (kinds[turn][0] or 0, kinds[turn][1], turn))
    same = [turn > 0 and kinds[order[turn]] == kinds[order[turn - 1]] for turn in range(len(order))]
    ends = [turn for turn in range(len(same)) if turn + 1 == len(same) or not same[turn + 1]]
    is_fixed = spread.is_required and len(zones) >= (spread.min_domains or 0)
    for low, high in _windows(servers, len(zones), spread) if zones else [(0, 0)]:
        for bounds in _with_smallest(low, high, ends, len(zones)) if is_fixed else [[(low, high)] * len(zones)]:
            for chosen in _fill(servers, bounds, same, 0, high):
                counts = [0] * len(layout.zones)
                for turn, count in zip(order, chosen, strict=True):
                    counts[zones[turn]] = count
                yield tuple(counts)


def _with_smallest(low: int, high: int, ends: list[int], zones: int) -> Iterator[list[tuple[int, int]]]:
    """Bounds for each zone under which one has exactly `low`: the last such zone, which ends a run of equal ones."""
    for last in reversed(ends):
        yield [(low, high)] * last + [(low, low)] + [(low + 1, high)] * (zones - last - 1)


def _fill(left: int, bounds: list[tuple[int, int]], same: list[bool], turn: int, before: int) -> Iterator[Counts]:
    """Counts within their bounds that sum up to `left`; of zones that are the `same` the later has no more.

    No count is tried that the zones after it cannot complete, so that every step leads to a result.
    """
    if turn == len(same):
        if not left:
            yield ()
        return
    low, high = bounds[turn]
    least = sum(bound[0] for bound in bounds[turn + 1 :])
    for count in range(min(high, before if same[turn] else high, left - least), low - 1, -1):
        if count + _most_after(count, bounds, same, turn) < left:
            return
        for rest in _fill(left - count, bounds, same, turn + 1, count):
            yield (count, *rest)


def _most_after(count: int, bounds: list[tuple[int, int]], same: list[bool], turn: int) -> int:
    """How many servers the zones after one with `count` can take."""
    total, cap = 0, count
    for later in range(turn + 1, len(same)):
        high = bounds[later][1]
        cap = min(cap, high) if same[later] else high
        total += cap
    return total
