"""Which spread rule a StatefulSet gets. The decision is made here and nowhere else."""

from __future__ import annotations

from krmfn.core.cr import Spread
from krmfn.core.finding import error, warning

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.core.finding import Finding
    from krmfn.core.settings import Settings

ENOUGH_ZONES = 3
"""With two zones the larger one holds a majority: no rule survives its loss."""


def spread(size: int, settings: Settings) -> tuple[Spread, list[Finding]]:
    """The rule for a cluster of `size` servers, and what the user must know of it.

    `required` adds one hard constraint to the operator's preferred terms: zone, DoNotSchedule, `maxSkew` = size / zones
    rounded up, `minDomains` = the smaller of size and zones. So no zone can take a majority while another is missing, a
    late zone is waited for, and with a zone lost every healthy pod can restart (rig: rule R10, sections e and f;
    `maxSkew` 1 loses quorum there after two restarts). It is never used for fewer than three zones or servers, since on
    nodes without zone labels, or with too few zones, it leaves pods Pending.
    """
    mode, zones = settings.zone_spread, zone_count(settings)
    possible = zones is not None and zones >= ENOUGH_ZONES and size >= ENOUGH_ZONES
    if mode == "off":
        return Spread(prefer_zones=False), []
    if zones is not None and possible and mode in ("auto", "required"):
        return Spread(max_skew=-(-size // zones), min_domains=min(size, zones)), []
    if mode == "required":
        return Spread(), list(_impossible(size, zones))
    return Spread(), [] if mode == "preferred" else [_only_preferred(size, zones)]


def zone_count(settings: Settings) -> int | None:
    """How many zones are known; None when nothing tells."""
    zones = settings.zones
    return zones if zones is None or isinstance(zones, int) else len(zones)


def _impossible(size: int, zones: int | None) -> tuple[Finding]:
    if size < ENOUGH_ZONES:
        text = "zoneSpread required says nothing for one server; the loss of its zone stops it until the zone is back"
        return (warning("zone-spread-single-server", text, ("spec", "cluster", "size")),)
    known = "no zones are known" if zones is None else f"{zones} known" if zones != 1 else "1 is known"
    text = f"zoneSpread required needs three or more zones ({known}); state zones, or use zoneSpread auto"
    return (error("zone-spread-impossible", text),)


def _only_preferred(size: int, zones: int | None) -> Finding:
    if size < ENOUGH_ZONES:
        text = (
            "one server runs in one zone, and while that zone is lost there is no NATS; plan a new cluster of three for"
            " more (growing a running one from 1 to 3 deletes its streams)"
        )
        return warning("zone-spread-single-server", text, ("spec", "cluster", "size"), size)
    majority = size // 2 + 1
    if zones is None:
        text = (
            f"no zones are known, so spreading is only preferred: {majority} of {size} servers may share a zone, and"
            " its loss stops JetStream; state zones (three or more) to make it required"
        )
        return warning("zones-unknown", text)
    larger = size if zones == 1 else -(-size // zones)
    word = "zone" if zones == 1 else "zones"
    text = (
        f"{zones} {word} cannot survive the loss of the larger one: it holds {larger} or more of {size} servers, a"
        f" majority is {majority}, and JetStream stops until it is back; use three zones"
    )
    return warning("too-few-zones", text)
