"""A Mermaid flowchart, which GitHub and GitLab draw: zones with their servers and volumes."""

from __future__ import annotations

from krmfn.reports.fleet.amounts import size

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from krmfn.reports.fleet.model import ClusterView, FleetView, Placement

_PLAIN = frozenset(" ,./-:_()0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")


def as_mermaid(fleet: FleetView) -> Iterator[str]:
    """One flowchart of all clusters."""
    return _lines(fleet.clusters)


def flowchart(clusters: Iterable[ClusterView]) -> str:
    """Both placements of each; what the loss of a zone leaves is named in its box."""
    return "".join(_lines(clusters))


def _lines(clusters: Iterable[ClusterView]) -> Iterator[str]:
    yield "flowchart LR\n"
    for line in _clusters(clusters):
        yield f"{line}\n"


def quoted(text: str) -> str:
    """A label: what is not plain is an entity by its number, so nothing in it is Mermaid, Markdown or HTML."""
    return f'"{"".join(c if c in _PLAIN else f"#{ord(c)};" for c in text)}"'


def _clusters(clusters: Iterable[ClusterView]) -> Iterator[str]:
    for number, one in enumerate(clusters, 1):
        for placement in one.placements:
            yield from _placement(f"c{number}{placement.name[0]}", one, placement)
        if not one.placements:
            yield f"  c{number}[{quoted(f'{one.name}: {one.outcome}')}]"


def _placement(key: str, one: ClusterView, placement: Placement) -> Iterator[str]:
    title = f"{one.name}: {placement.name} placement, quorum {one.quorum} of {one.size}"
    yield f"  subgraph {key}[{quoted(title)}]"
    for position, zone in enumerate(placement.zones):
        lost = zone.lost
        said = f", lost: {lost['left']} of {one.size} {'ok' if lost['quorum'] else 'NO QUORUM'}" if lost else ""
        yield f"    subgraph {key}z{position}[{quoted(zone.title + said)}]"
        if not zone.servers:
            yield f"      {key}z{position}s[{quoted('no server')}]"
        for server in range(zone.servers):
            name = f"{key}z{position}s{server}"
            yield f"      {name}[{quoted('NATS server')}] --- {name}d[({quoted(size(one.server.disk))})]"
        yield "    end"
    yield "  end"
