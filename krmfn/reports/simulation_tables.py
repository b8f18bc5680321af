"""Simulations as full tables: every loss with its streams, for `krmfn simulate -v`."""

from __future__ import annotations

from krmfn.topology.simulation import MOST_LISTED
from krmfn.topology.streams import REPLICAS
from krmfn.topology.verdict import written

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from krmfn.cluster.cr import Spread
    from krmfn.topology.layout import Layout
    from krmfn.topology.outlook import Outlook
    from krmfn.topology.scheduler import Counts
    from krmfn.topology.simulation import Drain, Loss, Simulation, View

HEAD = ("lost", "left", "meta group", *(f"R{replicas}" for replicas in REPLICAS), "after restarts of the rest")
MOST_SHOWN = 12
"""Placements in one line of text; JSON has them all."""


def details(one: Outlook) -> Iterator[str]:
    """The rule, every placement by zone, a table for each of the two placements, a late zone, other sizes."""
    yield f"rule: {_rule(one.facts.spread)}{_tags(one)}"
    if one.layout is not None and one.simulation is not None:
        yield from _simulation(one.simulation, one.layout, one.facts.size)


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
    yield f"{name} placement: {counts_by_zone(view.counts, layout)}"
    rows = [HEAD]
    rows += [_row(zone_title(loss.zone, layout), loss, size) for loss in view.zones]
    rows += [_row(f"a node of {zone_title(loss.zone, layout)}", loss, size) for loss in view.nodes]
    if view.survives is not None:
        any_zone = [_share(view.safe.get(replicas)) for replicas in REPLICAS]
        rows.append(("whichever zone", "", "quorum" if view.survives else "lost", *any_zone, ""))
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    for row in rows:
        yield "  " + "  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()
    yield f"  drain, one server at a time: {'; '.join(_drains(view.drains, layout))}"


def counts_by_zone(counts: Counts, layout: Layout) -> str:
    """`2 in a, 2 in b, 1 in c`; of more than MOST_SHOWN zones only how many have so many: `10 in each of 99 zones`."""
    if len(counts) > MOST_SHOWN:
        zones_with = {count: counts.count(count) for count in sorted(counts, reverse=True)}
        return ", ".join(f"{count} in {_each(zones)}" for count, zones in zones_with.items())
    zones = (layout.title(zone.name) for zone in layout.zones)
    return ", ".join(f"{count} in {zone}" for zone, count in zip(zones, counts, strict=True))


def _each(zones: int) -> str:
    return "1 zone" if zones == 1 else f"each of {zones} zones"


def zone_title(name: str, layout: Layout) -> str:
    """`zone a`, `zone-1`, `no zone`."""
    if not name:
        return "no zone"
    return f"zone {name}" if layout.named else layout.title(name)


def _row(name: str, loss: Loss, size: int) -> tuple[str, ...]:
    returns = {True: ", the others on another node", False: "", None: ", the others if their zone has another node"}
    return (
        name,
        f"{loss.left} of {size}",
        "quorum" if loss.quorum else "lost",
        *(_share(loss.streams.get(replicas)) for replicas in REPLICAS),
        f"{loss.restarted} run{returns[loss.returns]}",
    )


def _share(share: tuple[int, int] | None) -> str:
    return f"{share[0]} of {share[1]}" if share else "-"


def _drains(drains: Sequence[Drain], layout: Layout) -> Iterator[str]:
    says = {
        True: "move to another node",
        False: "wait until the node takes pods again",
        None: "move where the zone has another node",
    }
    for completes, text in says.items():
        zones = [drain for drain in drains if drain.completes is completes]
        if zones:
            names = ", ".join(layout.title(drain.zone) for drain in zones)
            state = "quorum" if zones[0].quorum else "no quorum"
            yield f"those of {names} {text} ({zones[0].left} run meanwhile, {state})"
