"""Simulations as tables of text and as JSON."""

from __future__ import annotations

from krmfn.topology.layout import UNLABELLED
from krmfn.topology.simulation import MOST_LISTED
from krmfn.topology.streams import REPLICAS, majority
from krmfn.topology.verdict import written

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from krmfn.cluster.cr import Spread
    from krmfn.topology.layout import Layout, Zone
    from krmfn.topology.outlook import Outlook
    from krmfn.topology.scheduler import Counts
    from krmfn.topology.simulation import Drain, Loss, Simulation, View

HEAD = ("lost", "left", "meta group", *(f"R{replicas}" for replicas in REPLICAS), "after restarts of the rest")
MOST_SHOWN = 12
"""Placements in one line of text; JSON has them all."""


def as_text(simulated: Sequence[Outlook]) -> str:
    """One block a CR, an empty line between two; the last line of a block is the verdict."""
    return "\n".join("".join(f"{line}\n" for line in _block(one)) for one in simulated)


def as_json(simulated: Sequence[Outlook]) -> str:
    """A list with one object a CR; what is not known is null."""
    import json

    return json.dumps([simulation_of(one) for one in simulated], ensure_ascii=True, indent=2) + "\n"


def _block(one: Outlook) -> Iterator[str]:
    facts = one.facts
    yield f"NATS {facts.owner}: {_servers(facts.size)}{_zones(one.layout)}"
    yield f"rule: {_rule(facts.spread)}{_tags(one)}"
    if one.layout is not None and one.simulation is not None:
        yield from _simulation(one.simulation, one.layout, facts.size)
    yield f"verdict: {one.verdict.message} [{one.verdict.code}]"


def _servers(count: int) -> str:
    return "1 server" if count == 1 else f"{count} servers"


def _zones(layout: Layout | None) -> str:
    if layout is None:
        return ", zones not known (state zones, or add the cluster's Node objects to -f)"
    return f", {'zone' if len(layout.zones) == 1 else 'zones'} {', '.join(_zone(zone) for zone in layout.zones)}"


def _zone(zone: Zone) -> str:
    name = zone.name or "(none)"
    if zone.nodes is None:
        return name
    away = [f"{n} {what}" for n, what in ((zone.cordoned, "cordoned"), (zone.tainted, "tainted")) if n]
    nodes = "1 node" if zone.nodes == 1 else f"{zone.nodes} nodes"
    return f"{name} ({', '.join([nodes, *away])})"


def _rule(spread: Spread) -> str:
    if spread.is_required:
        return f"zones required (maxSkew {spread.max_skew}, minDomains {spread.min_domains}), hosts preferred"
    return "zones and hosts preferred" if spread.prefer_zones else "hosts preferred, zones not looked at"


def _tags(one: Outlook) -> str:
    if not one.facts.zone_tags:
        return ""
    return "; server tags az:<zone>, unique_tag az:" if one.facts.unique_tag else "; server tags az:<zone>"


def _simulation(what: Simulation, layout: Layout, size: int) -> Iterator[str]:
    distinct = list(dict.fromkeys(written(counts) for counts in what.placements))
    shown = ", ".join(distinct[:MOST_SHOWN])
    rest = len(distinct) - MOST_SHOWN
    more = "" if rest <= 0 else f" and {'at least ' if len(what.placements) == MOST_LISTED else ''}{rest} more"
    yield f"placements by zone: {shown}{more}{f', {what.pending} Pending' if what.pending else ''}"
    yield from _view("even", what.even, layout, size)
    if sorted(what.worst.counts) != sorted(what.even.counts):
        yield from _view("worst", what.worst, layout, size)
    yield ""
    if layout.count > 1:
        yield f"with a zone missing at install: {_late(what.late_zone, size)}"
    for scaled in what.scaled:
        worst = "" if sorted(scaled.best) == sorted(scaled.worst) else f", at worst {written(scaled.worst)}"
        wait = f", {scaled.pending} Pending" if scaled.pending else ""
        yield f"scaled to {scaled.size}: {written(scaled.best)}{worst}{wait}"


def _late(running: int, size: int) -> str:
    if running == size:
        return "all run in the other zones and stay there when it comes"
    wait = "waits" if size - running == 1 else "wait"
    return (
        f"{running} of {size} run and {size - running} {wait} for it; until then a new cluster has no leader, and those"
        " that run are not Ready and restart every quarter of an hour"
    )


def _view(name: str, view: View, layout: Layout, size: int) -> Iterator[str]:
    yield ""
    yield f"{name} placement: {_counts(view.counts, layout)}"
    rows = [HEAD]
    rows += [_row(f"zone {loss.zone}", loss, size) for loss in view.zones]
    rows += [
        _row(f"a node of zone {loss.zone}" if loss.zone else "a node of no zone", loss, size) for loss in view.nodes
    ]
    if view.survives is not None:
        any_zone = [_share(view.safe.get(replicas)) for replicas in REPLICAS]
        rows.append(("whichever zone", "", "quorum" if view.survives else "lost", *any_zone, ""))
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    for row in rows:
        yield "  " + "  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()
    yield f"  drain, one server at a time: {'; '.join(_drains(view.drains))}"


def _counts(counts: Counts, layout: Layout) -> str:
    return ", ".join(f"{zone.name or '(none)'} {count}" for zone, count in zip(layout.zones, counts, strict=True))


def _row(name: str, loss: Loss, size: int) -> tuple[str, ...]:
    returns = {True: ", and the lost on another node", False: "", None: ", and the lost where another node is"}
    return (
        name,
        f"{loss.left} of {size}",
        "quorum" if loss.quorum else "lost",
        *(_share(loss.streams.get(replicas)) for replicas in REPLICAS),
        f"{loss.restarted} run{returns[loss.returns]}",
    )


def _share(share: tuple[int, int] | None) -> str:
    return f"{share[0]} of {share[1]}" if share else "-"


def _drains(drains: Sequence[Drain]) -> Iterator[str]:
    says = {
        True: "move to another node",
        False: "wait until the node takes pods again",
        None: "move where the zone has another node",
    }
    for completes, text in says.items():
        zones = [drain for drain in drains if drain.completes is completes]
        if zones:
            names = ", ".join(drain.zone or "(none)" for drain in zones)
            state = "quorum" if zones[0].quorum else "no quorum"
            yield f"those of {names} {text} ({zones[0].left} run meanwhile, {state})"


def simulation_of(one: Outlook) -> dict[str, Any]:
    """What JSON says of one NATS."""
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
