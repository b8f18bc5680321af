"""One finding a CR: is the loss of any one zone survived, and if not, what to change."""

from __future__ import annotations

from krmfn.model.finding import info, warning
from krmfn.topology.rules import ENOUGH_ZONES, closed_zones, required_spread
from krmfn.topology.streams import choices, majority, safe

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.cluster.cr import Spread
    from krmfn.model.finding import Finding
    from krmfn.topology.layout import Layout
    from krmfn.topology.scheduler import Counts

SIZE = ("spec", "cluster", "size")
SURVIVED = "zone-loss-survived"
"""Every placement that the filters allow keeps a majority through the loss of any one zone."""
VERDICTS = {
    SURVIVED: "survives any zone",
    "zone-loss-full-zone": "survives any zone, if servers are spread evenly",
    "zone-loss-possible": "may lose its quorum",
    "zone-loss-nodes-missing": "may lose its quorum",
    "zones-unknown": "zones not known",
    "too-few-zones": "can lose its quorum",
    "zone-spread-single-server": "goes down with its zone",
}
"""The codes of all verdicts, each with the few words that a table has room for."""
_SAID: dict[tuple[object, ...], Finding] = {}


def verdict(size: int, mode: str, spread: Spread, layout: Layout | None) -> Finding:
    """Info when every placement that the filters allow survives, else a warning; `mode` is the stated zoneSpread."""
    key = (size, mode, spread.max_skew, spread.min_domains, layout and layout.key)
    if key not in _SAID:
        _SAID[key] = _verdict(size, mode, spread, layout)
    return _SAID[key]


def survives(size: int, spread: Spread, layout: Layout) -> bool:
    """Whether a majority is left with any one zone gone, wherever the filters may have put the servers."""
    from krmfn.topology.placement import most

    return size - most(size, spread, layout) >= majority(size)


def written(counts: Counts) -> str:
    """Counts by zone, largest first, empty zones left out unless all are: `2/2/1`."""
    return "/".join(str(count) for count in sorted(counts, reverse=True) if count) or "0"


def _verdict(size: int, mode: str, spread: Spread, layout: Layout | None) -> Finding:
    if size < ENOUGH_ZONES:
        return _single()
    if layout is None or not layout.count:
        return _unknown(size, layout)
    if layout.count < ENOUGH_ZONES:
        return _too_few(size, layout.count)
    if not spread.is_required:
        return _nodes_missing(size, layout) if mode == "auto" else _only_preferred(size, mode, layout)
    from krmfn.topology.placement import even, most  # a call without zones does without it

    usual = even(size, spread, layout)
    if survives(size, spread, layout):
        return info("zone-loss-survived", _survived(size, usual, layout.count))
    return warning("zone-loss-full-zone", _full_zone(size, usual, most(size, spread, layout), layout.count))


def _single() -> Finding:
    text = (
        "one server: if its zone is lost, NATS is down; it cannot grow to 3 (its streams would be deleted), build a"
        " new cluster of 3"
    )
    return warning("zone-spread-single-server", text, SIZE, 1)


def _unknown(size: int, layout: Layout | None) -> Finding:
    why = "no zones are known" if layout is None else "no Node item that takes pods has a zone label"
    text = (
        f"{why}, so spreading is only preferred: one zone can hold {majority(size)} of {size} servers, and losing it"
        " stops JetStream; set three or more zones to make it required"
    )
    return warning("zones-unknown", text)


def _too_few(size: int, zones: int) -> Finding:
    if zones == 1:
        text = f"one zone: it holds all {size} servers, and losing it stops JetStream until it is back; use three"
    else:
        larger = -(-size // 2)
        text = (
            f"two zones: one holds {larger} or more of {size} servers, and losing it stops JetStream until it is"
            " back; use three"
        )
    return warning("too-few-zones", text, ("zones",))


def _nodes_missing(size: int, layout: Layout) -> Finding:
    text = (
        f"{closed_zones(layout)}, so zones are only preferred: required would leave servers Pending, and a new"
        f" cluster has no leader until all {size} run. Losing a zone with {majority(size)} or more servers stops"
        " JetStream; add nodes there, or fix zones"
    )
    return warning("zone-loss-nodes-missing", text, ("zones",))


def _only_preferred(size: int, mode: str, layout: Layout) -> Finding:
    wish = "only prefers different zones" if mode == "preferred" else "does not spread over zones"
    fit = required_spread(size, layout.count)
    gain = (
        "the cluster survives the loss of any one zone"
        if survives(size, fit, layout)
        else "only a zone that is full at first start can undo that"
    )
    text = (
        f"zoneSpread {mode} {wish}: one zone can hold {majority(size)} or more of {size} servers, and losing it stops"
        f" JetStream until it is back; with auto they are spread and {gain}"
    )
    return warning("zone-loss-possible", text, ("zoneSpread",))


def _survived(size: int, usual: Counts, zones: int) -> str:
    left = size - max(usual)
    text = f"survives the loss of any one zone ({written(usual)}, {left} of {size} left, quorum {majority(size)})"
    if size < zones:
        text += f"; {size} of {zones} zones are used, chosen by the scheduler"
    return text + _streams(usual)


def _full_zone(size: int, usual: Counts, most_in_one: int, zones: int) -> str:
    """The price of the rule that never blocks a restart: skew may grow once every zone has a server (rig: full)."""
    text = (
        f"{written(usual)} survives the loss of any one zone. But if a zone is full at first start, one zone can hold"
        f" {most_in_one} of {size}, for good (volumes keep them there), and losing it stops JetStream. Safe:"
        f" {ENOUGH_ZONES} servers, or {zones + 1} zones"
    )
    return text + _streams(usual)


def _streams(usual: Counts) -> str:
    """What becomes of a stream with three replicas, which are on any three servers."""
    every = choices(sum(usual), ENOUGH_ZONES)
    good = safe(usual, ENOUGH_ZONES)
    if good == every:
        return ". R3 streams survive it too"
    return f". R3 streams: {good} of {every} placements of the replicas survive it"
