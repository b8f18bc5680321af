"""Many clusters, batch by batch: an `Output` takes what it needs of each, and the rest is forgotten."""

from __future__ import annotations

from krmfn.model.tally import Tally
from krmfn.rendering.batch_comparison import BatchComparison
from krmfn.rendering.fleet import BESIDE, FILES, OTHERS, STEPS, BatchResult, DependentBatches, Sum
from krmfn.rendering.jobs import results
from krmfn.rendering.previous_render import PreviousRender

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from typing import Any, BinaryIO, Protocol

    from krmfn.rendering.fleet import Batch, Fleet, Stage
    from krmfn.rendering.pipeline import Printed
    from krmfn.rendering.renderer import Rendered

    class Output(Protocol):
        """What is made of the clusters."""

        def stage(self) -> Stage:
            """Where the findings of one stage are kept."""

        def made(self, batch: Batch, own: Sequence[tuple[Rendered, Sequence[Printed]]]) -> Any:
            """What is kept of a batch; it may come from another process.

            `own` are its clusters with what is printed of each, without those of other shards; none where it failed.
            """

        def take(self, made: Any) -> None:
            """Keep it; batches come in their order."""

        def others(self, whole: Sum) -> None:
            """Take the objects beside the clusters too; no finding so far is an error."""

        def clear(self) -> None:
            """Forget all that was taken: the clusters come once more."""


class Documents:
    """An output: all documents in a file, which waits on the disk until it is known that no finding is an error."""

    def __init__(
        self,
        spool: BinaryIO,
        others: Callable[[Sum], Sequence[Printed]],
        judge: Callable[[Batch], None] = lambda _: None,
    ) -> None:
        """`others` gives the objects that are printed beside the children, once the clusters are known.

        `judge` may change the findings of a batch.
        """
        self._spool = spool
        self._others = others
        self._judge = judge

    def stage(self) -> Stage:
        """See Output."""
        return Tally()

    def made(self, batch: Batch, own: Sequence[tuple[Rendered, Sequence[Printed]]]) -> bytes:
        """See Output."""
        self._judge(batch)
        return "".join(f"---\n{file.text}" for _, printed in own for file in printed).encode()

    def take(self, made: bytes) -> None:
        """See Output. Raises OSError."""
        self._spool.write(made)

    def others(self, whole: Sum) -> None:
        """See Output. Raises OSError."""
        self._spool.writelines(f"---\n{one.text}".encode() for one in self._others(whole))

    def clear(self) -> None:
        """See Output."""
        self._spool.seek(0)
        self._spool.truncate()


def render(
    fleet: Fleet,
    output: Output,
    previous: str | None = None,
    *,
    last: int = FILES,
    jobs: int = 1,
    step: Callable[[int], None] = lambda _: None,
) -> Sum:
    """Give all clusters to an output. Raises WorkerLost, and what the output raises.

    `previous` is a directory with an earlier render to compare with, `last` the stage after which nothing is judged.
    `step` is told how many clusters more are done.
    """
    try:
        return _Stream(fleet, output, previous, fleet.own, last=last).run(fleet.batches(), jobs, step)
    except DependentBatches:
        output.clear()
        return _Stream(fleet, output, previous, set(), last=last, is_whole=True).run(fleet.whole, 1, lambda _: None)


class _Stream:
    """One attempt."""

    def __init__(
        self,
        fleet: Fleet,
        output: Output,
        previous: str | None,
        folders: Collection[str],
        *,
        last: int,
        is_whole: bool = False,
    ) -> None:
        self._fleet = fleet
        self._output = output
        self._last = last
        self._sum = Sum(fleet, is_whole=is_whole, stages=[output.stage() for _ in range(last + 1)])
        self._previous = PreviousRender.named(fleet, previous, folders)
        if self._previous:
            self._sum.findings.stages[STEPS].add(self._previous.findings)

    def run(self, batches: Sequence[tuple[int, int]], jobs: int, step: Callable[[int], None]) -> Sum:
        """Raises DependentBatches, WorkerLost."""
        findings, judged = self._sum.findings, BatchComparison()
        for part in results(self._work, batches, jobs):
            self._sum.add(part)
            self._output.take(part.made)
            for one in part.comparisons:
                judged.join(one)
            step(part.count)
        if len(batches) > 1 and (self._sum.wanted.has(judged.hashes) or self._fleet.has_any(judged.marks)):
            raise DependentBatches
        if self._last < BESIDE:
            return self._sum
        findings.stages[BESIDE].add(self._fleet.gone(self._sum.replaced))
        if not findings.failed_before(OTHERS):
            self._output.others(self._sum)
        if self._previous and not findings.failed_before(STEPS) and not self._previous.findings.failed:
            found, _ = self._previous.gone(judged.replaced, judged.strays, has_marked=judged.has_marked)
            findings.stages[STEPS].add(found)
        return self._sum

    def _work(self, task: tuple[int, int]) -> BatchResult:
        batch = self._fleet.render(*task)
        own: list[tuple[Rendered, Sequence[Printed]]] = []
        judged = []
        if not batch.failed:
            own = [
                (one, printed)
                for one, printed in zip(batch.rendered, batch.printed, strict=True)
                if one.mark not in self._fleet.foreign
            ]
            if self._previous and not self._previous.findings.failed:
                judged = [self._previous.judge([one for one, _ in own])]
                batch.findings[STEPS] += judged[0].findings
        made = self._output.made(batch, own)
        part = BatchResult(task[1] - task[0], batch, batch.wanted)
        part.made, part.comparisons = made, judged
        return part
