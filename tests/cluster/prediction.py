"""What krmfn says beforehand: the placements that the rendered rule allows, in the same words as what was found."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from krmfn.cluster.cr import Spread
from krmfn.topology.layout import UNLABELLED, Layout, Zone
from krmfn.topology.placement import placements
from tests.calls import krmfn
from tests.topology.sharing import by_node

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tests.cluster import layout
    from tests.cluster.api import Object

Shape = tuple[tuple[int, tuple[int, ...]], ...]
"""For each zone its number of usable nodes, and servers on each node, most first: the same for zones that are alike."""


def predicted(workload: Object, cluster: layout.Layout) -> set[Shape]:
    """The shapes that krmfn expects of a rendered StatefulSet on these nodes."""
    size, spread = workload["spec"]["replicas"], _spread(workload)
    zones = tuple(_zones(cluster))
    known = Layout(zones)
    return {
        _shape((zone.usable or 0, share) for zone, share in zip(zones, way, strict=True))
        for counts in placements(size, spread, known)
        for way in by_node(counts, known)
    }


def found(placement: layout.Placement, cluster: layout.Layout) -> Shape:
    """The shape of what the scheduler did."""
    nodes: dict[str, list[int]] = {zone: [] for zone in cluster.zones}
    for zone, name in cluster.nodes():
        nodes[zone].append(placement.nodes[name])
    return _shape(
        (zone.usable or 0, tuple(counts)) for zone, counts in zip(_zones(cluster), nodes.values(), strict=True)
    )


def simulated(source: str) -> tuple[set[Shape], int]:
    """What `krmfn simulate` says of a CR and nodes: shapes by zone only, and how many servers stay pending."""
    called = krmfn("simulate", "-f", "-", "-o", "json", stdin=source)
    assert called.out, called
    (one,) = json.loads(called.out)
    usable = [zone["nodes"] - zone["cordoned"] - zone["tainted"] for zone in one["zones"]]
    simulation = one["simulation"]
    shapes = {_shape(zip(usable, ((n,) for n in counts), strict=True)) for counts in simulation["placements"]}
    return shapes, simulation["pending"]


def by_zone(placement: layout.Placement, cluster: layout.Layout) -> Shape:
    """The shape of what the scheduler did, by zone only."""
    counts = placement.zones.values()
    return _shape((zone.usable or 0, (n,)) for zone, n in zip(_zones(cluster), counts, strict=True))


def _shape(zones: Iterable[tuple[int, tuple[int, ...]]]) -> Shape:
    used = ((usable, tuple(sorted((n for n in share if n), reverse=True))) for usable, share in zones)
    return tuple(sorted(used))


def _zones(cluster: layout.Layout) -> Iterator[Zone]:
    for name, count in cluster.zones.items():
        cordoned = count if name in cluster.cordoned else 0
        yield Zone(name if cluster.labelled else UNLABELLED, count, cordoned=cordoned)


def _spread(workload: Object) -> Spread:
    """The rule in the rendered manifest."""
    stated = workload["spec"]["template"]["spec"].get("topologySpreadConstraints", [])
    return Spread(max_skew=stated[0]["maxSkew"], min_domains=stated[0]["minDomains"]) if stated else Spread()
