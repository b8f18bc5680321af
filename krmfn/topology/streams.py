"""Arithmetic of majorities: of how many replica placements a stream keeps its quorum, given servers by zone."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

REPLICAS = (1, 3, 5)
"""Streams have up to five replicas (nats-server, StreamMaxReplicas); an even number tolerates no more than one less."""


def majority(members: int) -> int:
    """What a RAFT group of `members` needs to elect a leader and to write."""
    return members // 2 + 1


def choices(of: int, take: int) -> int:
    """How many ways there are to take some `of` so many; 0 for more than there are."""
    ways = 1
    for step in range(take):
        ways = ways * (of - step) // (step + 1)
    return ways


def kept(servers: int, lost: int, replicas: int) -> int:
    """Placements of a stream's replicas on `servers` that keep a majority when `lost` of these are gone."""
    spare = replicas - majority(replicas)
    return sum(choices(lost, gone) * choices(servers - lost, replicas - gone) for gone in range(spare + 1))


def safe(counts: Sequence[int], replicas: int) -> int:
    """Placements of replicas that keep a majority whichever zone is lost: none has more than that many in a zone.

    `unique_tag` changes no number: it is rendered only where every server has a zone of its own anyway.
    """
    spare = replicas - majority(replicas)
    ways = [1] + [0] * replicas
    for count in counts:
        ways = [
            sum(ways[total - here] * choices(count, here) for here in range(min(spare, total) + 1))
            for total in range(replicas + 1)
        ]
    return ways[replicas]
