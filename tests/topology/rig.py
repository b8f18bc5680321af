"""What a real scheduler did (rig/truth.json, rig/dynamic.json), and a second statement of its filter."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from krmfn.cluster.cr import Spread
from krmfn.topology.layout import UNLABELLED, Layout, Zone

if TYPE_CHECKING:
    from pathlib import Path

DECLARED = 3
"""Zones that the rig's rules were made for, whatever the layout."""
RULES = ("R1", "R10")
"""The rules that krmfn emits: the operator's preferred terms, and those with the cap."""


def rows(shared: Path, name: str) -> list[dict[str, Any]]:
    """The rows of a file of the rig that were run under a rule that krmfn emits."""
    found = [row for row in json.loads((shared / "rig" / name).read_text()) if row["rule"] in RULES]
    assert found, f"rig/{name} has no row of a rule that krmfn emits"
    return found


def spread_of(rule: str, size: int) -> Spread:
    """The rule as the rig's script makes it."""
    if rule == "R1":
        return Spread()
    return Spread(max_skew=-(-size // DECLARED), min_domains=min(size, DECLARED))


def layout_of_nodes(
    nodes: dict[str, list[str]], cordoned: list[str] | None = None, tainted: list[str] | None = None
) -> Layout:
    """A layout from zone to node names, with zones all of whose nodes take no pods."""
    zones = []
    for name in sorted(nodes):
        count = len(nodes[name])
        is_cordoned, is_tainted = name in (cordoned or []), name in (tainted or [])
        zones.append(Zone(name, count, cordoned=count * is_cordoned, tainted=count * is_tainted))
    return Layout(tuple(zones), DECLARED)


def searched(size: int, spread: Spread, layout: Layout) -> set[tuple[int, ...]]:
    """Every state in which the scheduler stops, found pod by pod from an empty cluster.

    KEP-895 and KEP-3022 put into code, and nothing shared with krmfn.topology.scheduler.
    """
    usable = [i for i, zone in enumerate(layout.zones) if zone.usable is None or zone.usable > 0]
    domains = [i for i in usable if layout.zones[i].name != UNLABELLED]
    reached, ends = {tuple([0] * len(layout.zones))}, set()
    todo = list(reached)
    while todo:
        counts = todo.pop()
        nexts = []
        for i in usable if sum(counts) < size else []:
            if spread.max_skew is not None:
                if i not in domains:
                    continue
                minimum = 0 if len(domains) < (spread.min_domains or 1) else min(counts[d] for d in domains)
                if counts[i] + 1 - minimum > spread.max_skew:
                    continue
            nexts.append((*counts[:i], counts[i] + 1, *counts[i + 1 :]))
        if not nexts:
            ends.add(counts)
        todo += [n for n in nexts if n not in reached]
        reached.update(nexts)
    return ends


def alike(counts: tuple[int, ...], layout: Layout) -> tuple[tuple[object, ...], ...]:
    """Counts without regard to which of the zones that do not differ has which."""
    return tuple(sorted((zone.usable or 0, zone.name == "", n) for zone, n in zip(layout.zones, counts, strict=True)))
