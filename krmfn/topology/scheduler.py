"""The scheduler's filters, as far as a rule about zones, volumes that pin a pod, and nodes that take none go.

What nodes have room for is not known to a renderer and not looked at here. Stated from kube-scheduler's
PodTopologySpread and VolumeBinding filters, and held against what a real scheduler did (tests/topology/test_rig.py).
"""

from __future__ import annotations

from krmfn.topology.layout import UNLABELLED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from krmfn.cluster.cr import Spread
    from krmfn.topology.layout import Layout

    Counts = tuple[int, ...]
    """Running pods for each zone of a layout, in its order."""


class Scheduler:
    """A layout under a rule. A zone can be closed (lost, or its last node drained) and opened again.

    With `nodeTaintsPolicy: Honor` deleted, unreachable and cordoned nodes are alike: the zone is not a domain, its pods
    are not counted, and with fewer domains than `minDomains` the smallest count is taken to be 0.
    """

    __slots__ = ("closed", "layout", "open_zones", "spread")

    def __init__(self, spread: Spread, layout: Layout, closed: frozenset[int] = frozenset()) -> None:
        """`closed` holds positions of zones of the layout."""
        self.spread = spread
        self.layout = layout
        self.closed = closed
        self.open_zones = [
            position
            for position, zone in enumerate(layout.zones)
            if position not in closed and zone.usable != 0 and not (spread.is_required and zone.name == UNLABELLED)
        ]
        """Zones in which a new pod can run, but for the spread of the others: the domains of the constraint."""

    def without(self, zone: int) -> Scheduler:
        """The same with one more zone closed."""
        return Scheduler(self.spread, self.layout, self.closed | {zone})

    def admits(self, counts: Sequence[int], zone: int) -> bool:
        """Whether one more pod passes the filters of a zone. A pod with a volume passes those of its own zone only."""
        domains = self.open_zones
        if zone not in domains:
            return False
        if self.spread.max_skew is None or self.spread.min_domains is None:
            return True
        smallest = min(counts[domain] for domain in domains) if len(domains) >= self.spread.min_domains else 0
        return counts[zone] + 1 - smallest <= self.spread.max_skew

    def restarted(self, counts: Counts) -> Counts:
        """What runs after every pod of the open zones was deleted once, one after the other; volumes pin all of them.

        A pod that could not come back is tried again with every further one, as the scheduler does. Where a restart
        leaves everything as it was, the next one in the zone does too, and is left out.
        """
        pinned = tuple(0 if position in self.closed else count for position, count in enumerate(counts))
        now = list(pinned)
        for zone, count in enumerate(pinned):
            for _ in range(count):
                before = now.copy()
                now[zone] -= 1
                self.schedule(now, pinned)
                if now == before:
                    break
        return tuple(now)

    def grown(self, counts: Counts, size: int) -> set[Counts]:
        """Every state in which the scheduler stops when pods without a volume are added up to `size`."""
        ends, todo = set(), {counts}
        while todo:
            now = todo.pop()
            zones = [zone for zone in self.open_zones if self.admits(now, zone)] if sum(now) < size else []
            if not zones:
                ends.add(now)
            todo.update((*now[:zone], now[zone] + 1, *now[zone + 1 :]) for zone in zones)
        return ends

    def schedule(self, now: list[int], pinned: Counts) -> None:
        """Add to `now` whatever the filters let run of the pods that `pinned` holds for each zone."""
        waiting = [zone for zone, count in enumerate(pinned) if now[zone] < count]
        while any(self.admits(now, zone) for zone in waiting):
            for zone in waiting:
                if self.admits(now, zone):
                    now[zone] += 1
            waiting = [zone for zone in waiting if now[zone] < pinned[zone]]
