"""How the servers of a zone can share its nodes: what the real scheduler's outcomes are held against."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from krmfn.topology.layout import Layout
    from krmfn.topology.scheduler import Counts


def by_node(counts: Counts, layout: Layout) -> Iterator[tuple[Counts, ...]]:
    """The ways in which the servers of each zone can share its nodes, largest count first; nodes are swapped freely.

    () for a zone without servers, or whose nodes are not known. No filter keeps two servers of one zone apart: a hard
    rule about hosts makes drains hang (rig: R6).
    """
    ways: list[tuple[Counts, ...]] = [()]
    for count, zone in zip(counts, layout.zones, strict=True):
        shares = [()] if not count or zone.usable is None else list(_shares(count, zone.usable, count))
        ways = [(*way, share) for way in ways for share in shares]
    yield from ways


def _shares(servers: int, nodes: int, before: int) -> Iterator[Counts]:
    if not servers:
        yield ()
        return
    for count in range(min(servers, before), 0, -1):
        if count * nodes < servers:
            return
        for rest in _shares(servers - count, nodes - 1, count):
            yield (count, *rest)
