"""Simulations as a matrix of text and as JSON."""

from __future__ import annotations

from krmfn.model.text import counted
from krmfn.reports.simulation_tables import counts_by_zone, details
from krmfn.topology.layout import UNLABELLED
from krmfn.topology.streams import REPLICAS, majority

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

    from krmfn.topology.layout import Layout, Zone
    from krmfn.topology.outlook import Outlook
    from krmfn.topology.simulation import Drain, Loss, Simulation, View

LOST = "NO QUORUM"
WAITS = "waits"
MOST_NAMED = 6
"""Zones in the name of one row; `-v` has a row for each."""
_RED = f"\x1b[31m{LOST}\x1b[0m"
_LEGEND = (
    'even: every zone has room; worst: most servers in one zone that the rules allow. "3 of 5 ok": 3 of 5 servers are'
    " left and are a quorum.\nR1, R3, R5: streams of so many replicas; of all ways to place them, those that keep their"
    " quorum whichever zone is lost.\n"
)
_LEGEND_WAITS = f"{WAITS}: no other node in the zone takes pods, so the drain waits until the node does again.\n"


def as_text(simulated: Sequence[Outlook], *, full: bool = False, color: bool = False) -> str:
    """One block for each NATS, its verdict first, and a legend. `full` adds the tables of every loss."""
    text = "\n".join("".join(f"{line}\n" for line in _block(one, full=full)) for one in simulated)
    if any(one.simulation for one in simulated):
        text += f"\n{_LEGEND}{_LEGEND_WAITS if f', {WAITS}' in text else ''}"
    return text.replace(LOST, _RED) if color else text


def as_json(simulated: Sequence[Outlook]) -> str:
    """A list with one object for each NATS; what is not known is null."""
    import json

    return json.dumps([simulation_of(one) for one in simulated], ensure_ascii=True, indent=2) + "\n"


def _block(one: Outlook, *, full: bool) -> Iterator[str]:
    size, layout, what = one.facts.size, one.layout, one.simulation
    yield f"NATS {one.facts.owner}: {one.verdict.message} [{one.verdict.code}]"
    servers = "1 server" if size == 1 else f"{size} servers, quorum {majority(size)} of {size}"
    yield f"{servers}{_zones(layout)}"
    if what is not None and layout is not None:
        placements = _placements(what)
        yield ""
        for name, view in placements.items():
            yield f"  {f'{name}:':6} {counts_by_zone(view.counts, layout)}"
        if what.pending:
            yield f"  Pending: {what.pending} of {size}, for which the rules leave no place"
        yield ""
        yield from _table([("lost", *placements), *_losses(placements, layout, size)])
        yield ""
        yield from _table([("streams", *placements), *_streams_kept(placements)])
    if full:
        yield ""
        yield from details(one)


def _placements(what: Simulation) -> dict[str, View]:
    """Both placements, or the even one alone where the worst is the same."""
    is_same = sorted(what.worst.counts) == sorted(what.even.counts)
    return {"even": what.even} if is_same else {"even": what.even, "worst": what.worst}


def _zones(layout: Layout | None) -> str:
    if layout is None:
        return "; zones not known (set zones, or add the cluster's Node objects to -f)"
    kind = "zone" if len(layout.zones) == 1 else "zones"
    return f"; {kind} {', '.join(_zone(zone, layout.title(zone.name)) for zone in layout.zones)}"


def _zone(zone: Zone, name: str) -> str:
    if zone.nodes is None:
        return name
    away = [f"{n} {what}" for n, what in ((zone.cordoned, "cordoned"), (zone.tainted, "tainted")) if n]
    return f"{name} ({', '.join([counted(zone.nodes, 'node'), *away])})"


def _losses(placements: dict[str, View], layout: Layout, size: int) -> Iterator[tuple[str, ...]]:
    """A row for each kind of loss; zones with equal cells share one."""
    kinds: tuple[tuple[str, Callable[[View], Sequence[Loss | Drain]]], ...] = (
        ("", lambda view: view.zones),
        ("a node of ", lambda view: view.nodes),
        ("drain of a node of ", lambda view: view.drains),
    )
    for kind, losses in kinds:
        rows: dict[tuple[str, ...], list[str]] = {}
        found = [{loss.zone: loss for loss in losses(view)} for view in placements.values()]
        for zone in layout.zones:
            if any(zone.name in by_zone for by_zone in found):
                cells = (
                    _cell(by_zone.get(zone.name), sum(view.counts), size)
                    for by_zone, view in zip(found, placements.values(), strict=True)
                )
                rows.setdefault(tuple(cells), []).append(zone.name)
        yield from ((f"{kind}{_named(zones, layout)}", *cells) for cells, zones in rows.items())


def _cell(loss: Loss | Drain | None, running: int, size: int) -> str:
    """`3 of 5 ok`; None: no server of this placement is there."""
    left = running if loss is None else loss.left
    text = f"{left} of {size} {'ok' if left >= majority(size) else LOST}"
    return f"{text}, {WAITS}" if getattr(loss, "completes", None) is False else text


def _named(zones: list[str], layout: Layout) -> str:
    """`zone a`, `zones a, b`, `zone-1, zone-2`; servers on nodes without a zone label are in `no zone`."""
    if zones == [UNLABELLED]:
        return "no zone"
    names = [layout.title(zone) for zone in zones]
    rest = len(names) - MOST_NAMED
    listed = ", ".join(names) if rest <= 0 else f"{', '.join(names[:MOST_NAMED])} and {rest} more"
    if not layout.named:
        return listed
    return f"{'zone' if len(names) == 1 else 'zones'} {listed}"


def _streams_kept(placements: dict[str, View]) -> Iterator[tuple[str, ...]]:
    for replicas in REPLICAS:
        yield f"R{replicas}", *(_share(view, replicas) for view in placements.values())


def _share(view: View, replicas: int) -> str:
    """`4 of 10`; `-` without so many servers, or where no zone is known."""
    share = None if view.survives is None else view.safe.get(replicas)
    return f"{share[0]} of {share[1]}" if share else "-"


def _table(rows: list[tuple[str, ...]]) -> Iterator[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        yield "  " + "  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()


def simulation_of(one: Outlook) -> dict[str, Any]:
    """One NATS as `simulate -o json` prints it; reports take their numbers from here."""
    facts, layout, what = one.facts, one.layout, one.simulation
    return {
        "namespace": facts.namespace or None,
        "name": facts.cr_name,
        "size": facts.size,
        "majority": majority(facts.size),
        "rule": {
            "zones": "required" if facts.spread.is_required else "preferred" if facts.spread.prefer_zones else "off",
            "maxSkew": facts.spread.max_skew,
            "minDomains": facts.spread.min_domains,
            "serverTags": facts.zone_tags,
            "uniqueTag": facts.unique_tag,
        },
        "zones": layout and [_zone_object(zone) for zone in layout.zones],
        "simulation": _simulation_object(what, layout) if what and layout else None,
        "verdict": {"severity": one.verdict.severity, "code": one.verdict.code, "message": one.verdict.message},
    }


def _zone_object(zone: Zone) -> dict[str, Any]:
    return {
        "name": None if zone.name == UNLABELLED else zone.name,
        "nodes": zone.nodes,
        "cordoned": zone.cordoned,
        "tainted": zone.tainted,
    }


def _simulation_object(what: Simulation, layout: Layout) -> dict[str, Any]:
    return {
        "survivesAnyZone": None if what.worst.survives is None else what.survives,
        "placements": what.placements,
        "pending": what.pending,
        "runningWithAZoneMissingAtInstall": what.late_zone,
        "even": _view_object(what.even, layout),
        "worst": _view_object(what.worst, layout),
        "scaled": [
            {"size": scaled.size, "best": scaled.best, "worst": scaled.worst, "pending": scaled.pending}
            for scaled in what.scaled
        ],
    }


def _view_object(view: View, layout: Layout) -> dict[str, Any]:
    return {
        "servers": {zone.name: count for zone, count in zip(layout.zones, view.counts, strict=True)},
        "survivesAnyZone": view.survives,
        "streamsThatSurviveAnyZone": _streams(view.safe),
        "zoneLost": [_loss_object(loss) for loss in view.zones],
        "nodeLost": [_loss_object(loss) for loss in view.nodes],
        "drained": [
            {"zone": drain.zone or None, "left": drain.left, "quorum": drain.quorum, "completes": drain.completes}
            for drain in view.drains
        ],
    }


def _loss_object(loss: Loss) -> dict[str, Any]:
    return {
        "zone": loss.zone or None,
        "lost": loss.lost,
        "left": loss.left,
        "quorum": loss.quorum,
        "streams": _streams(loss.streams),
        "runningAfterRestarts": loss.restarted,
        "lostStartElsewhere": loss.returns,
    }


def _streams(shares: dict[int, tuple[int, int]]) -> dict[str, Any]:
    return {f"R{replicas}": {"keep": share[0], "of": share[1]} for replicas, share in shares.items()}
