"""Which spread rule a StatefulSet gets, decided only here. `verdict` rates the rule."""

from __future__ import annotations

from krmfn.cluster.cr import Spread
from krmfn.cluster.facts import carries_zone_label
from krmfn.model.finding import error, info

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krmfn.cluster.settings import Settings
    from krmfn.model.finding import Finding
    from krmfn.topology.layout import Layout

ENOUGH_ZONES = 3
"""With two zones the larger one holds a majority: no rule survives its loss."""


def spread(size: int, settings: Settings, layout: Layout | None) -> tuple[Spread, list[Finding]]:
    """The rule for a cluster of `size` servers, and why a stated one is impossible. `layout` None: no zones are known.

    `required` adds one hard constraint to the operator's preferred terms: zone, DoNotSchedule, `maxSkew` = size / zones
    rounded up, `minDomains` = the smaller of size and zones. So no zone can take a majority while another is missing, a
    late zone is waited for, and with a zone lost every healthy pod can restart (rig: rule R10, sections e and f;
    `maxSkew` 1 loses quorum there after two restarts). It is never used for fewer than three zones or servers, since on
    nodes without zone labels, or with too few zones, it leaves pods Pending. `auto` leaves it out where nodes are known
    and cannot hold every server under it: a new JetStream cluster has no leader until all of them run.
    """
    mode = settings.zone_spread
    if mode in ("off", "preferred") or size < ENOUGH_ZONES:
        return Spread(prefer_zones=mode != "off"), []
    if layout is None or layout.count < ENOUGH_ZONES:
        return Spread(), [] if mode == "auto" else [_impossible(layout)]
    from krmfn.topology.placement import holds  # a call without zones does without it

    required = required_spread(size, layout.count)
    if holds(size, required, layout):
        return required, []
    return Spread(), [] if mode == "auto" else [_no_room(size, required, layout)]


def required_spread(size: int, zones: int) -> Spread:
    """The hard rule for some number of servers and zones."""
    return Spread(max_skew=-(-size // zones), min_domains=min(size, zones))


def closed_zones(layout: Layout) -> str:
    """Which zones have no node that takes pods, for a message: `zone c has no node that takes pods`."""
    names = [zone.name for zone in layout.zones if zone.name and zone.usable == 0]
    zones, have = ("zone", "has") if len(names) == 1 else ("zones", "have")
    return f"{zones} {', '.join(names)} {have} no node that takes pods"


def _impossible(layout: Layout | None) -> Finding:
    zones = layout.count if layout else 0
    known = f"{zones or 'none'} {'is' if zones == 1 else 'are'} known"
    text = f"zoneSpread required needs three or more zones, but {known}; set zones, or use zoneSpread auto"
    return error("zone-spread-impossible", text, ("zoneSpread",))


def _no_room(size: int, required: Spread, layout: Layout) -> Finding:
    from krmfn.topology.placement import room

    text = (
        f"with zoneSpread required only {room(size, required, layout)} of {size} servers could run, because"
        f" {closed_zones(layout)}, and a new cluster has no leader until all run; add nodes there, fix zones, or use"
        " zoneSpread auto"
    )
    return error("zone-spread-impossible", text, ("zoneSpread",))


def check_tags(settings: Settings, spread: Spread) -> Iterator[Finding]:
    """Say how to get server tags where they are missing and zones are held apart."""
    if settings.profile != "hardened" or not spread.is_required or carries_zone_label(settings):
        return
    version = settings.kubernetes_version
    stated = "not set" if version is None else f"{version[0]}.{version[1]}"
    text = f"no az:<zone> server tags (kubernetesVersion is {stated}); set kubernetesVersion=1.35 if the cluster has it"
    yield info("server-tags-absent", text)
