"""The objects of many clusters as one text, which waits on the disk until it is known that no finding is an error."""

from __future__ import annotations

from krmfn.model.objects import owner_mark
from krmfn.rendering.batch_comparison import BatchComparison
from krmfn.rendering.fleet import BESIDE, OTHERS, STEPS, Entangled, Part, Sum
from krmfn.rendering.jobs import results
from krmfn.rendering.previous_render import PreviousRender

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from typing import BinaryIO

    from krmfn.rendering.fleet import Fleet
    from krmfn.rendering.pipeline import Printed


def render(
    fleet: Fleet,
    spool: BinaryIO,
    previous: str | None,
    others: Callable[[Sum], Sequence[Printed]],
    *,
    jobs: int,
    step: Callable[[int], None],
) -> Sum:
    """Write all documents to `spool`; see `files.fleet_directory.replace` for the rest. Raises WorkerLost."""
    try:
        return _Stream(fleet, spool, previous, fleet.own).run(fleet.batches(), others, jobs, step)
    except Entangled:
        spool.seek(0)
        spool.truncate()
        whole = fleet.batches(max(1, len(fleet.clusters)))
        return _Stream(fleet, spool, previous, set(), is_whole=True).run(whole, others, 1, lambda _: None)


class _Stream:
    """One attempt."""

    def __init__(
        self, fleet: Fleet, spool: BinaryIO, previous: str | None, folders: Collection[str], *, is_whole: bool = False
    ) -> None:
        self._fleet = fleet
        self._spool = spool
        self._sum = Sum(fleet, is_whole=is_whole)
        self._previous = PreviousRender.named(fleet, previous, folders)
        if self._previous:
            self._sum.findings.stages[STEPS].add(self._previous.findings)

    def run(
        self,
        batches: Sequence[tuple[int, int]],
        others: Callable[[Sum], Sequence[Printed]],
        jobs: int,
        step: Callable[[int], None],
    ) -> Sum:
        """Raises Entangled, WorkerLost."""
        findings, judged = self._sum.findings, BatchComparison()
        for part in results(self._work, batches, jobs):
            self._sum.add(part)
            self._spool.write(part.text.encode())
            for one in part.judged:
                judged.join(one)
            step(part.count)
        if len(batches) > 1 and (self._sum.wanted.has(judged.hashes) or self._fleet.has_any(judged.marks)):
            raise Entangled
        findings.stages[BESIDE].add(self._fleet.gone(self._sum.replaced))
        if not findings.failed_before(OTHERS):
            self._spool.writelines(f"---\n{one.text}".encode() for one in others(self._sum))
        if self._previous and not findings.failed_before(STEPS) and not self._previous.findings.failed:
            found, _ = self._previous.gone(judged.replaced, judged.strays, has_marked=judged.has_marked)
            findings.stages[STEPS].add(found)
        return self._sum

    def _work(self, task: tuple[int, int]) -> Part:
        batch = self._fleet.render(*task)
        part = Part(task[1] - task[0], batch)
        if batch.failed:
            return part
        own = [
            (one, printed)
            for one, printed in zip(batch.rendered, batch.printed, strict=True)
            if owner_mark(one.cr.namespace, one.cr.name) not in self._fleet.foreign
        ]
        part.text = "".join(f"---\n{file.text}" for _, printed in own for file in printed)
        if self._previous and not self._previous.findings.failed:
            part.judged = [self._previous.judge([one for one, _ in own])]
            part.findings[STEPS] += part.judged[0].findings
        return part
