"""The output directory of many clusters: a batch is checked and written where it is rendered, then all is exchanged."""

from __future__ import annotations

import os
from array import array
from itertools import islice

from krmfn.files.existing_tree import COMMENT, KUSTOMIZATION, OldTree, listed
from krmfn.files.kustomization import HEAD, same_file, unnamed
from krmfn.files.output_directory import FillResult, replace_in_parts
from krmfn.files.parts import beside_part, beside_whole
from krmfn.files.render_cache import CachedBatch, CachedCluster, RenderCache, files_digest
from krmfn.files.spool import spool
from krmfn.goyaml.emitter import document
from krmfn.goyaml.errors import Unreadable
from krmfn.rendering.batch_comparison import BatchComparison
from krmfn.rendering.fleet import BESIDE, FILES, OTHERS, STEPS, BatchResult, DependentBatches, Sum
from krmfn.rendering.inventory import lost_comments
from krmfn.rendering.jobs import results
from krmfn.rendering.previous_render import PreviousRender
from krmfn.sources.nats_list import positions

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence
    from typing import BinaryIO

    from krmfn.files.output_directory import Writer, WriteSummary
    from krmfn.model.finding import Finding
    from krmfn.model.objects import ObjectRef
    from krmfn.rendering.fleet import Batch, Fleet, Marks
    from krmfn.rendering.pipeline import Printed
    from krmfn.rendering.renderer import Rendered

_LINES = 1000
"""Lines of kustomization.yaml that are printed at once."""


def replace(
    fleet: Fleet,
    directory: str,
    previous: str | None,
    others: Callable[[Sum], Sequence[Printed]],
    *,
    jobs: int,
    step: Callable[[int], None],
    is_check: bool = False,
) -> tuple[WriteSummary | None, Sum]:
    """Make the objects of all clusters the files of a directory, or change nothing. Raises WorkerLost.

    Those of a shard are the files of its part of the directory.

    With `is_check` nothing is changed, and every file that would be is an error finding.

    `previous` is a directory with an earlier render to compare with, `others` gives the objects that are printed beside
    the children, once the clusters are known. `step` is told how many clusters more are done.
    """
    whole = [Sum(fleet)]
    shard, above = fleet.shard, directory
    if shard is not None:
        directory = os.path.join(directory, shard.folder)

    def conflicts() -> Iterator[Finding]:
        return beside_part(above, shard.count) if shard is not None else beside_whole(directory)

    def fill(target: str, writer: Writer) -> FillResult:
        work = _Directory(fleet, directory, target, writer, previous=previous, folders=fleet.own)
        try:
            whole[0] = work.sum
            return work.fill(fleet.batches(), others, jobs, step)
        except DependentBatches:
            writer.clear()
            work = _Directory(fleet, directory, target, writer, previous=previous, folders=set())
            whole[0] = work.sum
            return work.fill(fleet.whole, others, 1, lambda _: None)

    outcome, trouble = replace_in_parts(
        directory, fleet.files, fill, conflicts, is_part=shard is not None, is_check=is_check
    )
    whole[0].findings.stages[FILES].add(trouble)
    return outcome, whole[0]


class PathSpool:
    """The paths of the files of every cluster, on the disk, in the order in which the clusters came."""

    def __init__(self, spool: BinaryIO) -> None:
        self._spool = spool
        self._ends = array("q", [0])

    def add(self, paths: Sequence[str]) -> None:
        """The paths of the next cluster."""
        self._ends.append(self._ends[-1] + self._spool.write("".join(f"{path}\n" for path in paths).encode()))

    def sorted(self, folders: Marks, others: Sequence[str]) -> Iterator[str]:
        """All paths and `others`, sorted. `folders` are those of the clusters, and equal their marks."""
        left = sorted(others, reverse=True)
        for number in positions(range(len(folders)), lambda one: f"{folders[one]}/"):
            self._spool.seek(self._ends[number])
            block = self._spool.read(self._ends[number + 1] - self._ends[number])
            for path in sorted(block.decode().splitlines()):
                while left and left[-1] < path:
                    yield left.pop()
                yield path
        yield from reversed(left)

    def among(self, wanted: set[str]) -> set[str]:
        """Which of these paths are among those of the clusters."""
        if not wanted:
            return set()
        self._spool.seek(0)
        return {path for line in self._spool if (path := line.decode().rstrip("\n")) in wanted}


class _Directory:
    """Fills the new tree once."""

    def __init__(
        self, fleet: Fleet, name: str, target: str, writer: Writer, *, previous: str | None, folders: Collection[str]
    ) -> None:
        self.sum = Sum(fleet, is_whole=not folders)
        self._fleet = fleet
        self._name = name
        self._target = target
        self._writer = writer
        self._old = OldTree(target, name, ())
        self._listed: list[list[str]] = []
        self._output = PreviousRender(fleet, name, adopt=fleet.settings.adopt, everything=True, folders=folders)
        self._previous = PreviousRender.named(fleet, previous, folders)
        self._earlier = [self._output, *([self._previous] if self._previous else [])]
        self._cache = None
        if folders and not previous:
            self._cache = RenderCache.of(target, [COMMENT.encode(), *fleet.inputs()])
        for one in self._earlier:
            self.sum.findings.stages[STEPS].add(one.findings)

    def _files_listed(self) -> list[str]:
        """The files that the earlier kustomization.yaml names; read when first asked."""
        if not self._listed:
            self._listed.append(listed(self._target))
        return self._listed[0]

    def fill(
        self,
        batches: Sequence[tuple[int, int]],
        others: Callable[[Sum], Sequence[Printed]],
        jobs: int,
        step: Callable[[int], None],
    ) -> FillResult:
        """Write what differs. Raises DependentBatches, WorkerLost, OSError."""
        written = unchanged = 0
        kept: set[str] = set()
        judged = [BatchComparison() for _ in self._earlier]
        with spool() as file:
            paths = PathSpool(file)
            for part in results(self._work, batches, jobs):
                self.sum.add(part)
                written, unchanged = written + part.written, unchanged + part.unchanged
                for one in part.paths:
                    paths.add(one)
                if part.kept is not None:
                    kept.add(part.kept)
                for whole, of_part in zip(judged, part.comparisons, strict=False):
                    whole.join(of_part)
                step(part.count)
            if len(batches) > 1 and any(
                self.sum.wanted.has(one.hashes) or self._fleet.has_any(one.marks) for one in judged
            ):
                raise DependentBatches
            added = self._add_others(others, paths)
            if added is None:
                return FillResult(failed=True)
            gone = [*judged[0].obsolete, *self._judge_rest(judged, {one.path: one.ref for one in added})]
            if self.sum.findings.failed:
                return FillResult(failed=True)
            files = {one.path: f"{COMMENT}{one.text}".encode() for one in added}
            for path, content in files.items():
                written, unchanged = self._write(path, content, written, unchanged)
            nameless = {one.path for one in added if not one.ref.name}
            listing = paths.sorted(self._fleet.own, [path for path in files if path not in nameless])
            if self._list(listing):
                written += 1
            else:
                unchanged += 1
            self.sum.findings.stages[FILES].add(map(unnamed, sorted(nameless)))
            if self._cache is not None:
                self._cache.keep_only(kept)
            return FillResult(gone, written, unchanged, failed=False)

    def _write(self, path: str, content: bytes, written: int, unchanged: int) -> tuple[int, int]:
        if self._old.content(path) == content:
            return written, unchanged + 1
        self._writer.write(path, content)
        return written + 1, unchanged

    def _add_others(self, others: Callable[[Sum], Sequence[Printed]], paths: PathSpool) -> Sequence[Printed] | None:
        """The objects beside the children that are printed; None where a finding so far is an error."""
        findings = self.sum.findings
        findings.stages[BESIDE].add(self._fleet.gone(self.sum.replaced))
        if findings.failed_before(OTHERS):
            return None
        added = others(self.sum)
        counts: dict[str, int] = {}
        for one in added:
            counts[one.path] = counts.get(one.path, 0) + 1
        twice = {path for path, count in counts.items() if count > 1} | paths.among(set(counts))
        findings.stages[OTHERS].add(map(same_file, sorted(twice)))
        return None if findings.failed_before(STEPS) else added

    def _judge_rest(self, judged: Sequence[BatchComparison], added: dict[str, ObjectRef]) -> list[str]:
        """Judge the objects that belong to no cluster here; return the files that are removed."""
        steps, in_the_way = self.sum.findings.stages[STEPS], self.sum.findings.stages[FILES]
        gone: list[str] = []
        for earlier, one in zip(self._earlier, judged, strict=True):
            if earlier.findings.failed:
                continue
            is_output = earlier is self._output
            found, files = earlier.gone(
                one.replaced,
                one.strays,
                has_marked=one.has_marked,
                wanted=added if is_output else None,
                listed=self._files_listed,
            )
            steps.add(found)
            gone += files
        files = [*judged[0].commented, *self._output.commented(judged[0].replaced, COMMENT)]
        first = sorted(files, key=lambda path: path.split("/"))[:1]
        steps.add(lost_comments(first, len(files)))
        in_the_way.add(self._old.in_the_way(sorted({*added, KUSTOMIZATION})))
        return gone

    def _list(self, paths: Iterator[str]) -> bool:
        """Write kustomization.yaml; False where the file has this content already."""
        with spool() as file:
            block = list(islice(paths, _LINES))
            file.write(f"{COMMENT}{document({**HEAD, 'resources': block})}".encode())
            while block := list(islice(paths, _LINES)):
                file.write(document({"resources": block}).partition("\n")[2].encode())
            if self._old.has(KUSTOMIZATION, file):
                return False
            self._writer.copy(KUSTOMIZATION, file)
        return True

    def _work(self, task: tuple[int, int]) -> BatchResult:
        """Render, judge and write one batch, unless the cache tells that it would change nothing. Raises OSError."""
        key = self._key(task)
        cached = self._cache.load(key) if self._cache is not None and key is not None else None
        if cached is not None and not self._output.findings.failed and all(map(self._is_there, cached.clusters)):
            return self._unchanged(task, cached, key)
        batch = self._fleet.render(*task)
        wanted = batch.wanted
        part = BatchResult(task[1] - task[0], batch, wanted)
        own = [
            (one, printed)
            for one, printed in zip(batch.rendered, batch.printed, strict=False)
            if one.mark not in self._fleet.foreign
        ]
        part.paths = [[file.path for file in printed] for _, printed in own]
        if batch.failed or self._output.findings.failed:
            return part
        changed = []
        to_look_at: list[str] = []
        digests: dict[str, str] = {}
        for one, printed in own:
            files = {file.path: f"{COMMENT}{file.text}".encode() for file in printed}
            if key is not None:
                digests[one.mark] = files_digest(files)
            if self._is_same(one, files):
                part.unchanged += len(files)
                continue
            changed.append((one, printed))
            if os.path.lexists(os.path.join(self._target, one.mark)):
                to_look_at += files
                for path, content in files.items():
                    part.written, part.unchanged = self._write(path, content, part.written, part.unchanged)
            else:
                to_look_at += list(files)[:1]  # what is in the way of one is in the way of all
                part.written += len(files)
                for path, content in files.items():
                    self._writer.write(path, content)
        part.comparisons = [
            self._output.judge(
                [one for one, _ in changed], [files for _, files in changed], COMMENT, self._files_listed
            )
        ]
        if self._previous:
            part.comparisons.append(self._previous.judge([one for one, _ in own]))
        part.comparisons[0].has_marked = True
        for judged in part.comparisons:
            part.findings[STEPS] += judged.findings
        part.findings[FILES] += self._old.in_the_way(sorted(to_look_at))
        if key is not None and not part.findings[STEPS] and not part.findings[FILES]:
            paths = {one.mark: [file.path for file in printed] for one, printed in own}
            clusters = [
                CachedCluster(one.mark, namespace, refs, paths.get(one.mark, []), digests.get(one.mark, ""))
                for one, (namespace, refs) in zip(batch.rendered, wanted, strict=True)
            ]
            part.kept = self._keep(batch, clusters, key)
        return part

    def _key(self, task: tuple[int, int]) -> str | None:
        if self._cache is None:
            return None
        try:
            parts = self._fleet.inputs_of(*task)
        except (OSError, Unreadable):
            return None  # which rendering says
        return self._cache.key(parts) if parts else None

    def _unchanged(self, task: tuple[int, int], cached: CachedBatch, key: str | None) -> BatchResult:
        self._fleet.forget()
        part = BatchResult(task[1] - task[0], cached, [(one.namespace, one.refs) for one in cached.clusters])
        part.paths = [one.paths for one in cached.clusters if one.paths]
        part.unchanged = sum(map(len, part.paths))
        part.comparisons = [self._output.judge([])]
        part.comparisons[0].has_marked = True
        part.kept = key
        return part

    def _is_there(self, one: CachedCluster) -> bool:
        """`_is_same` for a cluster of which only hashes are known; true for one of another shard."""
        if not one.paths:
            return True
        if self._output.other_objects.has(one.mark, one.refs):
            return False
        files = self._files_in(one.mark, {path.rpartition("/")[2] for path in one.paths})
        there = {f"{one.mark}/{name}": content for name, content in files.items()} if files is not None else None
        return there is not None and files_digest(there) == one.digest

    def _keep(self, batch: Batch, clusters: list[CachedCluster], key: str) -> str | None:
        """Keep what was rendered for the next run, under this key; None where it is not kept.

        A NATS that allows something is judged each time.
        """
        if self._cache is None or any(one.source.allow is not None for one in batch.rendered):
            return None
        kept = self._cache.store(key, CachedBatch(clusters, batch.findings, batch.shared, batch.replaced))
        return key if kept else None

    def _is_same(self, one: Rendered, files: dict[str, bytes]) -> bool:
        """Whether the folder of a cluster holds just the rendered files, and no step has to be judged."""
        if one.source.allow is not None or self._output.other_objects.of([one]):
            return False
        there = self._files_in(one.mark, {path.rpartition("/")[2] for path in files})
        return there is not None and all(
            there.get(path.removeprefix(f"{one.mark}/")) == content for path, content in files.items()
        )

    def _files_in(self, mark: str, names: set[str]) -> dict[str, bytes] | None:
        """The files in the folder of a cluster; None where other names are there, or links."""
        folder = os.path.join(self._target, mark)
        if os.path.islink(folder) or os.path.islink(os.path.dirname(folder)):
            return None
        try:
            if set(os.listdir(folder)) != names:
                return None
        except OSError:
            return None
        files = {name: self._old.content(f"{mark}/{name}") for name in names}
        return {name: content for name, content in files.items() if content is not None}
