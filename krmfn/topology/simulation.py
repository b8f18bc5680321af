"""What if: a zone is lost, a node is lost or drained, a zone comes late, the size changes. For two placements of a CR.

The even placement is what the scheduler makes where every zone has room, the worst is what the filters cannot exclude.
"""

from __future__ import annotations

from krmfn.topology.layout import UNLABELLED, Layout, Zone
from krmfn.topology.placement import even, placements, room, worst
from krmfn.topology.rules import ENOUGH_ZONES
from krmfn.topology.scheduler import Scheduler
from krmfn.topology.streams import REPLICAS, choices, kept, majority, safe
from krmfn.topology.verdict import survives

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from krmfn.cluster.cr import Spread
    from krmfn.topology.scheduler import Counts

MOST_LISTED = 1000
"""Placements that are counted one by one; a size far beyond use has more."""


class Loss:
    """A zone or node gone: servers `lost` and `left`, whether these are a majority of the meta group.

    `streams`: by replicas the placements that keep their majority, and all of them. `restarted`: servers that run after
    every one that was left has been restarted once. `returns`: whether the lost servers can start elsewhere in their
    zone, where their volumes are; None when nodes are not known.
    """

    __slots__ = ("left", "lost", "quorum", "restarted", "returns", "streams", "zone")

    def __init__(self, zone: str, size: int, running: int, lost: int, restarted: int, *, returns: bool | None) -> None:
        self.zone = zone
        self.lost = lost
        self.left = running - lost
        self.quorum = self.left >= majority(size)
        self.streams = {
            replicas: (kept(running, lost, replicas), choices(running, replicas))
            for replicas in REPLICAS
            if replicas <= running
        }
        self.restarted = restarted
        self.returns = returns


class Drain:
    """A node drained under `maxUnavailable: 1`: at least `left` servers run at any time.

    `completes`: every server of the node comes back on another one of the zone; if not the first stays Pending, and the
    others of the node stay on it, until the node takes pods again. None when nodes are not known.
    """

    __slots__ = ("completes", "left", "quorum", "zone")

    def __init__(self, zone: str, size: int, running: int, *, completes: bool | None) -> None:
        self.zone = zone
        self.left = running - 1
        self.quorum = self.left >= majority(size)
        self.completes = completes


class View:
    """One placement and what losses make of it. `safe`: by replicas the placements that survive any zone, and all.

    `survives`: whether a majority is left with any one zone lost; None where no server stands in a zone that is known.
    """

    __slots__ = ("counts", "drains", "nodes", "safe", "survives", "zones")

    def __init__(self, size: int, scheduler: Scheduler, counts: Counts, *, shares_nodes: bool) -> None:
        """`shares_nodes`: all servers of a zone are on one of its nodes, which no filter excludes."""
        running, layout = sum(counts), scheduler.layout
        held = [zone for zone, count in enumerate(counts) if count]
        self.counts = counts
        self.zones = [_zone_lost(size, scheduler, counts, z) for z in held if layout.zones[z].name != UNLABELLED]
        self.nodes = [_node_lost(size, scheduler, counts, zone, shares_nodes=shares_nodes) for zone in held]
        self.drains = [
            Drain(layout.zones[zone].name, size, running, completes=_has_another_node(layout.zones[zone]))
            for zone in held
        ]
        self.safe = {r: (safe(counts, r), choices(running, r)) for r in REPLICAS if r <= running}
        self.survives = all(loss.quorum for loss in self.zones) if self.zones else None


class ScaledCluster:
    """The size changed from the even placement: the best and the worst that can become of it, and servers Pending."""

    __slots__ = ("best", "pending", "size", "worst")

    def __init__(self, size: int, best: Counts, worst: Counts) -> None:
        self.size = size
        self.best = best
        self.worst = worst
        self.pending = size - sum(worst)


class Simulation:
    """All of it for one CR. `placements` counts what the filters allow, by zone, up to MOST_LISTED.

    `pending` servers have no place; `late_zone`: how many run while one zone is missing at install.
    """

    __slots__ = ("even", "late_zone", "pending", "placements", "scaled", "survives", "worst")

    def __init__(self, size: int, layout: Layout, rule_for: Callable[[int], Spread]) -> None:
        """`rule_for` gives the rule of a size."""
        spread = rule_for(size)
        scheduler = Scheduler(spread, layout)
        self.placements = _listed(placements(size, spread, layout))
        self.pending = size - room(size, spread, layout)
        self.even = View(size, scheduler, even(size, spread, layout), shares_nodes=False)
        self.worst = View(size, scheduler, worst(size, spread, layout), shares_nodes=True)
        self.survives = survives(size, spread, layout)
        self.late_zone = _late_zone(size, spread, layout)
        others = [to for to in (size - 2, size + 2) if to >= ENOUGH_ZONES] if size >= ENOUGH_ZONES else []
        self.scaled = [_scaled(self.even.counts, to, rule_for(to), layout) for to in others]


def _listed(found: Iterator[Counts]) -> list[Counts]:
    listed = []
    for counts in found:
        listed.append(counts)
        if len(listed) == MOST_LISTED:
            break
    return listed


def _zone_lost(size: int, scheduler: Scheduler, counts: Counts, zone: int) -> Loss:
    running = sum(scheduler.without(zone).restarted(counts))
    return Loss(scheduler.layout.zones[zone].name, size, sum(counts), counts[zone], running, returns=False)


def _node_lost(size: int, scheduler: Scheduler, counts: Counts, zone: int, *, shares_nodes: bool) -> Loss:
    """A zone whose only node is lost is lost; with another node left it stays a domain, and its servers move there."""
    one = scheduler.layout.zones[zone]
    lost = counts[zone] if shares_nodes else -(-counts[zone] // (one.usable or counts[zone]))
    others = _has_another_node(one)
    if others or lost < counts[zone]:
        running = sum(scheduler.restarted(counts)) - lost
    else:
        running = sum(scheduler.without(zone).restarted(counts))
    return Loss(one.name, size, sum(counts), lost, running, returns=others)


def _has_another_node(zone: Zone) -> bool | None:
    return None if zone.usable is None else zone.usable > 1


def _late_zone(size: int, spread: Spread, layout: Layout) -> int:
    last = max(Scheduler(spread, layout).open_zones, default=None)
    zones = tuple(Zone(z.name, 0) if position == last else z for position, z in enumerate(layout.zones))
    return room(size, spread, Layout(zones, layout.count, named=layout.named))


def _scaled(counts: Counts, size: int, spread: Spread, layout: Layout) -> ScaledCluster:
    """Growing adds servers under the new rule; shrinking takes those with the highest numbers, in whatever zone."""
    ends = Scheduler(spread, layout).grown(counts, size) if size > sum(counts) else _shrunk(counts, size)
    order = sorted(ends, key=lambda end: (-sum(end), max(end), end))
    return ScaledCluster(size, order[0], order[-1])


def _shrunk(counts: Counts, size: int) -> set[Counts]:
    now = {counts}
    for _ in range(sum(counts) - size):
        now = {(*one[:z], one[z] - 1, *one[z + 1 :]) for one in now for z in range(len(one)) if one[z]}
    return now
