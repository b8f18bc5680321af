"""A page in Markdown, for a repository or a wiki: verdicts, losses, amounts, connections, objects, findings."""

from __future__ import annotations

from itertools import chain

from krmfn.model.text import shown
from krmfn.reports.findings import text
from krmfn.reports.fleet.amounts import cores, size
from krmfn.reports.fleet.mermaid import flowchart
from krmfn.reports.fleet.model import LEGEND, lost_rows, share

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from krmfn.model.finding import Finding
    from krmfn.reports.fleet.amounts import Amounts
    from krmfn.reports.fleet.model import ClusterView, FleetView, Placement

_REPLICAS = ("R1", "R3", "R5")
_SPECIAL = {ord(c): f"&#{ord(c)};" for c in "&<>|`*_[]()#~@!\\$"}


def as_markdown(fleet: FleetView) -> Iterator[str]:
    """The whole page; the picture is a Mermaid block."""
    return (f"{line}\n" for line in _page(fleet))


def plain(value: str) -> str:
    """Text that no Markdown reader takes for markup, a link or a mention."""
    return value.translate(_SPECIAL)


def _page(fleet: FleetView) -> Iterator[str]:
    yield "# NATS clusters"
    yield ""
    yield f"{plain(fleet.summary)}."
    if len(fleet.clusters) > 1:
        yield ""
        heads = ("cluster", "any one zone lost", "servers", "CPU", "memory", "disk", "warnings")
        rows = (
            (one.name, one.outcome, str(one.size), *_amounts(one.amounts), str(one.warnings)) for one in fleet.clusters
        )
        whole = ("all", "", str(fleet.servers), *_amounts(fleet.amounts), str(fleet.warnings))
        yield from _table(heads, chain(rows, [whole]))
    for one in fleet.clusters:
        yield from _cluster(one)
    yield from _findings(fleet.findings, "## Findings about no single cluster")


def _cluster(one: ClusterView) -> Iterator[str]:
    yield ""
    yield f"## {plain(one.name)}"
    yield ""
    yield plain(f"{one.verdict.message} [{one.verdict.code}]")
    if one.file:
        yield ""
        yield f"From {plain(shown(one.file, 253))}."
    if one.placements:
        yield ""
        yield "```mermaid"
        yield flowchart([one]).rstrip("\n")
        yield "```"
    for placement in one.placements:
        yield from _placement(placement, one)
    if one.placements:
        yield ""
        yield LEGEND
    yield ""
    yield "### Resources"
    yield ""
    heads = ("", "CPU", "memory", "disk", "CPU limit", "memory limit")
    limits = {name: (cores(a.cpu_limit), size(a.memory_limit)) for name, a in one.parts.items()}
    yield from _table(heads, [(name, *_amounts(a), *limits[name]) for name, a in one.parts.items()])
    yield ""
    yield "### Connections"
    yield ""
    yield f"- Clients connect to {plain(one.url)}"
    yield from (f"- Service {plain(s.name)}: {plain(', '.join(s.ports))} ({s.use})" for s in one.services)
    yield f"- Secret {plain(one.secret)}: {plain(one.secret_from)}" if one.secret else f"- Secret: {one.secret_from}"
    yield f"- Image {plain(one.image)}"
    yield ""
    yield f"### {len(one.objects)} objects"
    yield ""
    yield from _table(("kind", "name", "file below --output-dir"), one.objects)
    yield from _findings(one.findings, "### Findings")


def _placement(placement: Placement, one: ClusterView) -> Iterator[str]:
    where = ", ".join(f"{zone.servers} in {zone.title}" for zone in placement.zones)
    yield ""
    yield f"### {placement.name.capitalize()} placement: {plain(where)}"
    yield ""
    yield f"This is where {placement.meaning}." if placement.name == "even" else f"These are the {placement.meaning}."
    yield ""
    rows = [
        (
            title,
            f"{loss['left']} of {one.size} {'ok' if loss['quorum'] else 'NO QUORUM'}",
            *(share(loss["streams"], replicas) for replicas in _REPLICAS),
        )
        for _, title, loss in lost_rows(placement)
    ]
    if placement.survives is not None:
        kept = "ok" if placement.survives else "NO QUORUM"
        rows.append(("whichever zone", kept, *(share(placement.streams, replicas) for replicas in _REPLICAS)))
    yield from _table(("lost", "servers left", *_REPLICAS), rows)


def _amounts(amounts: Amounts) -> tuple[str, str, str]:
    return cores(amounts.cpu), size(amounts.memory), size(amounts.disk)


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |"
    yield f"|{' --- |' * len(heads)}"
    yield from (f"| {' | '.join(map(plain, row))} |" for row in rows)


def _findings(findings: Sequence[Finding], title: str) -> Iterator[str]:
    if findings:
        yield ""
        yield title
        yield ""
        yield from (f"- {plain(text(one))}" for one in findings)
