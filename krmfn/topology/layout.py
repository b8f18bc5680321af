"""The zones of the target cluster and their nodes: from the settings, from Node items, or from both."""

from __future__ import annotations

from krmfn.model.finding import error, info, warning
from krmfn.model.fix import replaced

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krmfn.cluster.environment import Node
    from krmfn.model.finding import Finding
    from krmfn.model.objects import Object

UNLABELLED = ""
"""The name under which nodes without a zone label stand: no zone, and out of reach of a rule about zones."""


PLACING = frozenset(("nodeSelector", "nodeAffinity", "tolerations"))
"""What of the key `pod` decides on which nodes the servers may run."""
MOST_FOUND = 100
"""As many as can be set (`krmfn.api.keys.MOST_ZONES`)."""


class Zone:
    """A zone and how many nodes it has: `nodes` in all (None: not known, so at least one that takes pods).

    Of them `cordoned` (drained for the moment) and `tainted` take no pods; a node counts in one of the two.
    """

    __slots__ = ("cordoned", "name", "nodes", "tainted")

    def __init__(self, name: str, nodes: int | None = None, *, cordoned: int = 0, tainted: int = 0) -> None:
        self.name = name
        self.nodes = nodes
        self.cordoned = cordoned
        self.tainted = tainted

    @property
    def usable(self) -> int | None:
        """Nodes that take pods; None when not known."""
        return None if self.nodes is None else self.nodes - self.cordoned - self.tainted


class Layout:
    """Zones in the order of their names, and how many of them the rule is made for.

    `count` is what was set, else the zones with a node that is not tainted for good. `named` is False when only a
    number was set, so that the names are made up.
    """

    __slots__ = ("count", "key", "named", "zones")

    def __init__(self, zones: tuple[Zone, ...], count: int | None = None, *, named: bool = True) -> None:
        self.zones = zones
        self.count = len([z for z in zones if z.name != UNLABELLED]) if count is None else count
        self.named = named
        self.key = (self.count, named, tuple((z.name, z.nodes, z.cordoned, z.tainted) for z in zones))

    def title(self, name: str) -> str:
        """The name of a zone as people read it: `zone-1` where only a number is known, `(none)` without a label."""
        return name or "(none)" if self.named else f"zone-{name}"


def numbered(count: int) -> Layout:
    """A layout of zones of which the number alone is known."""
    return Layout(tuple(Zone(str(number)) for number in range(1, count + 1)), named=False)


def layout_of(
    stated: int | tuple[str, ...] | None, nodes: dict[str, Node], placing: Object | None = None
) -> tuple[Layout | None, list[Finding]]:
    """The layout, None when unknown, and what was taken from where. Zones that are set override Node items.

    `placing` has the parts of the key `pod` of the names in PLACING: nodes that it does not allow are left out.
    """
    if nodes and placing:
        from krmfn.topology.suitability import suitable

        every, nodes = len(nodes), suitable(nodes, placing)
        if not nodes:
            return _stated(stated), [_none_suitable(every, is_error=stated is None)]
    if not nodes:
        return _stated(stated), []
    which = "that pod allows " if placing else ""
    found = _zones(nodes)
    if len(found) > MOST_FOUND:
        return _stated(stated), [_too_many(len(found), is_error=stated is None)]
    if stated is None:
        layout = Layout(found, len([zone for zone in found if _counts(zone)]))
        return layout, [info("zones-from-nodes", f"{_taken(layout.count)} {_told(nodes)}")]
    names = {zone.name for zone in found if zone.name != UNLABELLED}
    if isinstance(stated, int):
        if stated == len(names):
            return Layout(found, stated), [_nodes_of_stated(nodes)]
        return numbered(stated), [_other_number(stated, len(names), nodes)]
    missing = tuple(Zone(name, 0) for name in stated if name not in names)
    layout = Layout(tuple(sorted(found + missing, key=lambda zone: zone.name)), len(stated))
    return layout, [_nodes_of_stated(nodes), *_contradictions(stated, names, which)]


def _none_suitable(nodes: int, *, is_error: bool) -> Finding:
    """Without a number of zones the rule would go, so that is refused."""
    keys = "pod.nodeSelector and pod.nodeAffinity allow"
    text = f"{keys} none of the {nodes} Node items, so no server can run; fix these keys, or add the nodes"
    path = ("pod",)
    return error("no-suitable-node", text, path) if is_error else warning("no-suitable-node", text, path)


def _too_many(zones: int, *, is_error: bool) -> Finding:
    """Without a number of zones the rule would be another one, so that is refused; with one the nodes are left out."""
    text = f"Node items are in {zones} zones, more than {MOST_FOUND}, so they are ignored"
    if is_error:
        return error("too-many-zones", f"{text}; set zones to the number of zones, at most {MOST_FOUND}", ("zones",))
    return warning("too-many-zones", f"{text}; remove the Node items", ("zones",))


def _stated(stated: int | tuple[str, ...] | None) -> Layout | None:
    if stated is None:
        return None
    return numbered(stated) if isinstance(stated, int) else Layout(tuple(Zone(name) for name in sorted(stated)))


def _zones(nodes: dict[str, Node]) -> tuple[Zone, ...]:
    zones: dict[str, Zone] = {}
    for node in nodes.values():
        name = node.zone or UNLABELLED
        zone = zones.setdefault(name, Zone(name, 0))
        zone.nodes = (zone.nodes or 0) + 1
        if node.is_cordoned:
            zone.cordoned += 1
        elif node.is_tainted:
            zone.tainted += 1
    return tuple(zones[name] for name in sorted(zones))


def _counts(zone: Zone) -> bool:
    """A zone of tainted nodes alone, such as control planes in a zone of their own, is none for NATS."""
    return zone.name != UNLABELLED and zone.nodes != zone.tainted


def _counted(count: int) -> str:
    return "1 zone" if count == 1 else f"{count or 'no'} zones"


def _taken(zones: int) -> str:
    """`3 zones and their nodes taken from`, before the nodes are told."""
    if not zones:
        return "no zone with nodes that take pods in"
    return f"{_counted(zones)} and {'its' if zones == 1 else 'their'} nodes taken from"


def _told(nodes: dict[str, Node]) -> str:
    """`6 Node items (1 cordoned, 2 without a zone label)`."""
    parts = {
        "cordoned": sum(node.is_cordoned for node in nodes.values()),
        "tainted": sum(node.is_tainted and not node.is_cordoned for node in nodes.values()),
        "without a zone label": sum(node.zone is None for node in nodes.values()),
    }
    said = ", ".join(f"{count} {what}" for what, count in parts.items() if count)
    return f"{len(nodes)} Node item{'s' if len(nodes) > 1 else ''}{f' ({said})' if said else ''}"


def _nodes_of_stated(nodes: dict[str, Node]) -> Finding:
    return info("zones-from-nodes", f"zones are those that are set, their nodes come from {_told(nodes)}")


def _other_number(stated: int, found: int, nodes: dict[str, Node]) -> Finding:
    cure = f"set zones to the names of the zones, or to {found}" if found else "label them, or remove them"
    text = (
        f"zones is {stated}, but {_told(nodes)} are in {_counted(found)}; krmfn uses {stated} and ignores the nodes:"
        f" {cure}"
    )
    return warning("zones-contradict-nodes", text, ("zones",), stated, replaced(("zones",), found or None))


def _contradictions(stated: tuple[str, ...], found: set[str], which: str) -> Iterator[Finding]:
    without = [name for name in sorted(stated) if name not in found]
    if without:
        item = f"no Node item {which}is in {_listed(without)}"
        text = f"{item}, so no server can run there; fix zones, or add the Node items"
        yield warning("zone-without-nodes", text, ("zones",))
    more = sorted(found.difference(stated))
    if more:
        text = (
            f"zones does not list {_listed(more)}, but Node items are there, so servers can run there; set every zone"
        )
        yield warning("zone-not-stated", text, ("zones",))


def _listed(names: list[str]) -> str:
    return f"zone {names[0]}" if len(names) == 1 else f"zones {', '.join(names)}"
