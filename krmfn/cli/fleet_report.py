"""`krmfn report` of many clusters: each is modelled with its batch, and waits on the disk for the page."""

from __future__ import annotations

from krmfn.cli.progress import Progress
from krmfn.model.finding import Findings
from krmfn.model.tally import Tally
from krmfn.rendering.fleet import PRINTED, RENDERED
from krmfn.rendering.fleet_stream import render
from krmfn.reports.fleet.model import FleetView, clusters_of
from krmfn.reports.fleet.stored_clusters import StoredClusters

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import BinaryIO

    from krmfn.model.finding import Finding
    from krmfn.rendering.fleet import Batch, Sum
    from krmfn.rendering.fleet import Fleet as Clusters
    from krmfn.rendering.pipeline import Printed
    from krmfn.rendering.renderer import Rendered
    from krmfn.reports.fleet.model import ClusterView

    Made = tuple[list[ClusterView], list[Finding], dict[object, list[Finding]]]


class Report:
    """One report; it is an `Output` of `rendering.fleet_stream`."""

    def __init__(self, fleet: Clusters, spool: BinaryIO) -> None:
        self._fleet = fleet
        self._clusters = StoredClusters(spool)
        self.clear()

    def clear(self) -> None:
        """See Output."""
        self._clusters.clear()
        self._others: list[Finding] = []
        self._shared: dict[object, list[Finding]] = {}

    def run(self) -> tuple[FleetView | None, list[tuple[Finding, int, list[Finding]]]]:
        """What the report shows, None after an error, and the findings to tell then. Raises OSError."""
        with Progress(len(self._fleet.clusters), "clusters") as progress:
            whole = render(self._fleet, self, last=PRINTED, step=progress.step)
        if whole.findings.failed:
            return None, whole.findings.told()
        others = Findings(
            [*self._fleet.findings, *self._others, *(one for some in self._shared.values() for one in some)]
        )
        return FleetView(self._clusters, clusters_of((), others.in_order())[1]), []

    def stage(self) -> Tally:
        """See Output."""
        return Tally()

    def made(self, batch: Batch, _: Sequence[tuple[Rendered, Sequence[Printed]]]) -> Made:
        """See Output. An error about objects beside the NATS, which a report does not judge, leaves nothing out."""
        found = Findings([*batch.findings[RENDERED], *batch.findings[PRINTED]]).in_order()
        return (*clusters_of(batch.rendered, found), batch.shared)

    def take(self, made: Made) -> None:
        """See Output. Raises OSError."""
        clusters, others, shared = made
        for one in clusters:
            self._clusters.add(one)
        self._others += others
        self._shared |= shared

    def others(self, whole: Sum) -> None:
        """See Output."""
