"""`krmfn check` of many clusters: in batches, by the judges of a small check, with the findings on the disk."""

from __future__ import annotations

from krmfn.cli.progress import Progress
from krmfn.comparison.final_objects import check_sources
from krmfn.fixes.plan import Plan
from krmfn.model.finding import INFO, Findings, place_in_order
from krmfn.model.objects import API_VERSION, GROUP, KIND, ObjectRef
from krmfn.rendering.fleet import STEPS
from krmfn.rendering.fleet_stream import render
from krmfn.rendering.pipeline import PipelineResult
from krmfn.rendering.renderer import Rendered
from krmfn.rendering.staleness import marked, stale_of
from krmfn.rendering.stored_findings import InOrder, Recorded, StoredFindings
from krmfn.reports.formats.report import CheckReport
from krmfn.sources.recognition import is_rendered_kind
from krmfn.sources.source import source_lines
from krmfn.sources.trees import Disk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import BinaryIO

    from krmfn.checks.own_schemas import OwnSchemas
    from krmfn.model.finding import Finding
    from krmfn.model.objects import Object
    from krmfn.rendering.fleet import Batch, Fleet, Sum
    from krmfn.rendering.pipeline import Printed
    from krmfn.sources.call_settings import CallSettings
    from krmfn.sources.source import Input, Source

_NOT_SAID = ("child-removed",)
"""What a render does and a check does not."""


class Made:
    """What is left of a batch.

    `crs` is the number of its NATS that can be rendered, `unread` the others. `owners` are those with objects beside
    them, `known` how many the schemas of the user judge, and `faults` what those find.
    """

    __slots__ = ("crs", "faults", "known", "owners", "unread")

    def __init__(self, batch: Batch) -> None:
        self.crs = len(batch.rendered)
        read = {one.source for one in batch.rendered}
        self.unread = {(ref.namespace, ref.name) for one in batch.sources if one not in read and (ref := one.ref())}
        self.owners: list[Rendered] = []
        self.known = 0
        self.faults: list[Finding] = []


class Check:
    """One check; it is an `Output` of `rendering.fleet_stream`.

    `crs` NATS and `count` other objects were checked.
    """

    def __init__(
        self, fleet: Fleet, found: Input, stated: CallSettings, schemas: OwnSchemas | None, spool: BinaryIO
    ) -> None:
        """`schemas` are those of the user, None for none; `spool` keeps the findings."""
        self._fleet = fleet
        self._spool = spool
        self._schemas = schemas
        self._beside = _Recorder(fleet, fleet.beside.all, is_last=True)
        self._beside.result.headless = found.headless
        if stated.source is not None and stated.file:
            self._beside.result.config = (stated.source, stated.file)
        self._marked: dict[str, list[Object]] | None = None
        self.clear()

    def clear(self) -> None:
        """See Output."""
        self._last = StoredFindings(self._spool, self._beside.recorded)
        self._owners: list[Rendered] = []
        self._unread: set[tuple[str, str]] = set()
        self._known = self.crs = self.count = 0

    def stage(self) -> StoredFindings:
        """See Output."""
        return StoredFindings(self._spool, self._beside.recorded, _NOT_SAID)

    def run(self, start: str, fails: tuple[str, ...]) -> CheckReport:
        """The report. `start` is that of `comparison.inspection.inspect`, `fails` the severities that fail the check.

        Raises OSError where findings cannot be kept on the disk.
        """
        with Progress(len(self._fleet.clusters), "clusters") as progress:
            whole = render(self._fleet, self, self._fleet.settings.previous, step=progress.step)
        stages = [one for one in whole.findings.counted if isinstance(one, StoredFindings)]
        self._last.add(self._of_final_objects(stages, start))
        return CheckReport(
            InOrder([*stages, self._last]),
            _Refs(self),
            source_line=lambda one: one.source_line if isinstance(one, Recorded) else None,
            change_of=lambda one: one.change if isinstance(one, Recorded) else None,
            fails=fails,
            is_tallied=True,
        )

    def made(self, batch: Batch, own: Sequence[tuple[Rendered, Sequence[Printed]]]) -> Made:
        """See Output."""
        made = Made(batch)
        rendered = [one for one, _ in own]
        if self._marked is None:
            self._marked = marked(self._fleet.beside.all, self._fleet.namespace)
        batch.findings[STEPS] += stale_of(self._marked, rendered)
        made.owners = [_servers_of(one) for one in batch.rendered if _mark(one) in self._marked]
        if self._schemas is not None:
            made.known, made.faults = self._by_schemas(batch.sources, batch.findings)
        recorder = _Recorder(self._fleet, batch.sources)
        for findings in (*batch.findings, made.faults):
            findings[:] = recorder.recorded(findings)
        return made

    def take(self, made: Made) -> None:
        """See Output. Raises OSError."""
        self.crs += made.crs
        self._unread |= made.unread
        self._owners += made.owners
        self._known += made.known
        self._last.add(made.faults)

    def others(self, whole: Sum) -> None:
        """See Output."""

    def _by_schemas(self, sources: Sequence[Source], by_stage: Sequence[list[Finding]]) -> tuple[int, list[Finding]]:
        """How many objects the schemas of the user judge, and what they find; findings that they overrule go."""
        from krmfn.comparison.own_kinds import faults, of_kinds, without_shapes

        if self._schemas is None:
            return 0, []
        known = of_kinds(sources, self._schemas)
        for findings in by_stage if known else ():
            findings[:] = without_shapes(findings, known)
        return len(known), faults(known, self._schemas)

    def _of_final_objects(self, stages: Sequence[StoredFindings], start: str) -> list[Finding]:
        """The findings about objects beside the NATS, without those that are told already."""
        others, found = self._fleet.beside.all, []
        configuration = self._fleet.configuration
        if not all(is_rendered_kind(source) for source in others):
            checked = check_sources(others, self._owners, configuration, self._fleet.namespace, start)
            self.count, found = checked.count, [*checked.findings, *configuration.findings]
        if found:
            told = {(place_in_order(one), one.object) for one in InOrder(stages) if not _is_of_nats(one)}
            found = [one for one in found if _is_of_nats(one) or (place_in_order(one), one.object) not in told]
        known, faults = self._by_schemas(others, [found])
        self.count = max(self.count, self._known + known)
        return [*found, *faults]

    def refs(self) -> Iterator[ObjectRef]:
        """The NATS, and the other objects where they were checked."""
        for one in self._fleet.clusters:
            if not self._unread & {(one.namespace, one.name), ("", one.name)}:
                yield ObjectRef(API_VERSION, KIND, one.namespace, one.name)
        if self.count:
            yield from dict.fromkeys(ref for source in self._fleet.beside.all if (ref := source.ref()))


class _Refs:
    """The objects that a check names, told each time: they are not kept."""

    def __init__(self, check: Check) -> None:
        self._check = check

    def __iter__(self) -> Iterator[ObjectRef]:
        return self._check.refs()


class _Recorder:
    """Adds to findings the line of their source, and the edit that fixes them.

    With `is_last` to all findings that have none yet, else to those about the documents of `sources`.
    """

    def __init__(self, fleet: Fleet, sources: Sequence[Source], *, is_last: bool = False) -> None:
        self.result = PipelineResult(fleet.settings, fleet.configuration, list(sources), [])
        self._documents = None if is_last else {(one.origin.file, one.origin.index, one.origin.item) for one in sources}
        self._line_of = source_lines(sources)

    def recorded(self, findings: Sequence[Finding]) -> list[Finding]:
        """The findings in their order, recorded as far as they can be here."""
        self.result.findings = Findings(filter(self._is_to_record, findings))
        has_fix = any(one.fix is not None for one in self.result.findings)
        edits = Plan(self.result, Disk()).changes() if has_fix else {}
        return [
            Recorded(one, self._line_of(one) if one.severity != INFO else None, edits.get(one))
            if self._is_to_record(one)
            else one
            for one in findings
        ]

    def _is_to_record(self, one: Finding) -> bool:
        if isinstance(one, Recorded):
            return False
        return self._documents is None or (one.file, one.index, one.item) in self._documents


def _mark(one: Rendered) -> str:
    return one.mark


def _servers_of(one: Rendered) -> Rendered:
    """As much of a cluster as its final objects are compared with."""
    servers = [child for child in one.children if child["kind"] == "StatefulSet"]
    return Rendered(one.source, one.settings, None, (one.cr, servers, None))


def _is_of_nats(one: Finding) -> bool:
    return one.object is not None and (one.object.kind, one.object.group) == (KIND, GROUP)
