"""`krmfn render` of many clusters: in batches, by one process or several, in memory that does not grow with them."""

from __future__ import annotations

import signal

from krmfn.cli.progress import Progress
from krmfn.files.fleet_directory import replace
from krmfn.files.spool import place, spool
from krmfn.model.finding import ERROR, Findings, error
from krmfn.model.objects import owner_mark
from krmfn.rendering.fleet import OTHERS, Fleet
from krmfn.rendering.fleet_stream import Documents, render
from krmfn.rendering.foreign_objects import add_others, left_out
from krmfn.rendering.jobs import WorkerLost, processes
from krmfn.rendering.pipeline import PipelineResult
from krmfn.reports.terminal import lines, put_bytes, tallied
from krmfn.sources.clusters import MANY
from krmfn.streams import CHUNK, complain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import BinaryIO, NoReturn

    from krmfn.model.finding import Finding
    from krmfn.rendering.fleet import Batch, Sum
    from krmfn.rendering.pipeline import Printed
    from krmfn.reports.verbosity import Verbosity


def kept(what: str, work: Callable[[BinaryIO], int], *, color: bool) -> int:
    """The exit status of some work with a file without a name, where it keeps `what` does not fit into memory."""
    try:
        with spool() as file:
            return work(file)
    except WorkerLost:
        found = _lost()
    except OSError as why:
        found = error("write-failed", f"the {what} cannot be kept in {place()}: {why.strerror}")
    complain(lines([found], color=color))
    return 1


class Call:
    """One call of the command for a fleet. `beside` are the objects beside the children, as far as they are printed."""

    def __init__(
        self,
        fleet: Fleet,
        verbosity: Verbosity,
        directory: str | None = None,
        previous: str | None = None,
        *,
        jobs: int | None,
        judge: Callable[[Batch], None] = lambda _: None,
        is_check: bool = False,
    ) -> None:
        """`directory` is that of `--output-dir`; `jobs` is None where the command line does not say.

        `previous` is a directory with an earlier render to compare with; `judge` may change the findings of a batch.
        `is_check`: the directory is compared and not written.
        """
        self._is_check = is_check
        self._judge = judge
        self._fleet = fleet
        self._jobs = processes(jobs, len(fleet.clusters), MANY)
        self._directory = directory
        self._previous = previous
        self._verbosity = verbosity
        self.beside = PipelineResult(fleet.settings, fleet.configuration, list(fleet.beside.all), [])

    def run(self, *, color: bool, is_terse: bool = False) -> int:
        """The exit status. SIGTERM and SIGHUP end it as an interrupt does, so that nothing is left behind.

        SIGHUP stays ignored where the caller ignores it, as nohup does.

        `is_terse`: beside an error nothing else is told.
        """
        signal.signal(signal.SIGTERM, _end)
        if signal.getsignal(signal.SIGHUP) == signal.SIG_DFL:
            signal.signal(signal.SIGHUP, _end)

        def render_into(spool: BinaryIO) -> int:
            with Progress(len(self._fleet.clusters), "clusters") as progress:
                said, whole = self._render(spool, progress)
            told = whole.findings.told()
            if is_terse and whole.findings.failed:
                told = [one for one in told if one[0].severity == ERROR]
            complain(tallied([one for one in told if self._verbosity.shows(one[0])], color=color))
            complain(self._verbosity.rest(sum(1 + more for one, more, _ in told if not self._verbosity.shows(one))))
            if whole.findings.failed:
                return 1
            complain("" if self._verbosity.quiet else said + left_out(self.beside))
            return put_file(spool) if self.is_printed else 0

        return kept("objects", render_into, color=color)

    @property
    def is_printed(self) -> bool:
        """Whether the objects go to standard output."""
        return self._directory is None and self._fleet.settings.mode == "render"

    def _render(self, spool: BinaryIO, progress: Progress) -> tuple[str, Sum]:
        """The message about the output directory, and the findings of all clusters. Raises OSError, WorkerLost."""
        if self._directory is None or self._fleet.settings.mode != "render":
            output = Documents(spool, self._others, self._judge)
            return "", render(self._fleet, output, self._previous, jobs=self._jobs, step=progress.step)
        outcome, whole = replace(
            self._fleet,
            self._directory,
            self._previous,
            self._others,
            jobs=self._jobs,
            step=progress.step,
            is_check=self._is_check,
        )
        return f"{outcome}\n" if outcome else "", whole

    def _others(self, whole: Sum) -> list[Printed]:
        result = self.beside
        result.printed, result.findings = [], Findings()
        result.changes.replaced = {result.sources[number]: {} for number in whole.replaced}
        add_others(result)
        whole.findings.stages[OTHERS].add(result.findings)
        shard = self._fleet.shard
        if shard is None:
            return result.printed
        return [one for one in result.printed if shard.has(owner_mark(one.ref.namespace, one.ref.name or one.path))]


def _end(number: int, _: object) -> NoReturn:
    raise SystemExit(128 + number)


def _lost() -> Finding:
    text = (
        "a process of --jobs was killed, most likely because there is not enough memory; nothing was changed; use a"
        " smaller --jobs, or give krmfn more memory"
    )
    return error("out-of-memory", text)


def put_file(spool: BinaryIO) -> int:
    """Print what is in a file; 1 when not every byte could be written, else 0."""
    spool.seek(0)
    while chunk := spool.read(CHUNK):
        if put_bytes(chunk):
            return 1
    return 0
