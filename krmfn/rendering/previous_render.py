"""An earlier render of many clusters in a directory: each cluster's own files are read with it, the others first.

A cluster's own files are those that are directly in the folder where its children are written.
"""

from __future__ import annotations

import os

from krmfn.model.finding import Findings
from krmfn.rendering.batch_comparison import BatchComparison
from krmfn.rendering.fleet import ObjectIndex
from krmfn.rendering.inventory import commented, judge_files, nothing_to_compare, objects_in
from krmfn.rendering.reconciliation import reconcile
from krmfn.sources.files import ENDINGS, STEERING, File
from krmfn.sources.input import gather_files
from krmfn.sources.recognition import nats_crs
from krmfn.sources.trees import FILE, FOLDER, Disk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Container, Iterable, Sequence

    from krmfn.model.finding import Finding
    from krmfn.model.objects import ObjectRef
    from krmfn.rendering.fleet import Fleet
    from krmfn.rendering.pipeline import Printed
    from krmfn.rendering.renderer import Rendered
    from krmfn.sources.source import Source


class _Others(Disk):
    """The disk without the files of an earlier render that are read with their clusters."""

    __slots__ = ("_folders", "_top")

    def __init__(self, root: str, folders: Container[str]) -> None:
        super().__init__()
        self._top = os.path.join(root, "")
        self._folders = folders

    def entries(self, real: str) -> list[tuple[str, str]]:
        """See Tree."""
        found = super().entries(real)
        if not os.path.join(real, "").startswith(self._top):
            return found
        below = real[len(self._top) :]
        if below in self._folders:
            return [one for one in found if not _is_read(*one)]
        return [(name, kind) for name, kind in found if kind != FOLDER or not self._has_no_more(real, below, name)]

    def _has_no_more(self, real: str, below: str, name: str) -> bool:
        """Whether a folder is that of a cluster and has only files that are read with it."""
        if (f"{below}/{name}" if below else name) not in self._folders:
            return False
        try:
            return all(_is_read(*one) for one in super().entries(os.path.join(real, name)))
        except OSError:
            return False  # which the walk finds too, and says


def _is_read(name: str, kind: str) -> bool:
    return kind == FILE and name.endswith(ENDINGS)


class PreviousRender:
    """The render in a directory, which the user named so; `findings` are errors about what cannot be read there.

    `adopt`: an unmarked object may be replaced. `everything`: no file is left out. `folders` are those of the clusters.
    """

    __slots__ = ("_adopt", "_everything", "_fleet", "_folders", "directory", "findings", "other_objects")

    def __init__(
        self, fleet: Fleet, directory: str, *, adopt: bool, everything: bool, folders: Collection[str] = ()
    ) -> None:
        self._fleet = fleet
        self._adopt = adopt
        self._everything = everything
        self._folders = folders
        self.directory = directory
        self.findings = Findings()
        self.other_objects = ObjectIndex(())
        if everything and not os.path.isdir(directory):
            return  # of the first render
        tree = _Others(os.path.realpath(directory), folders) if folders else None
        sources, changes = objects_in(directory, everything=everything, tree=tree)
        self.findings = changes.findings
        self.other_objects = ObjectIndex(sources)

    @classmethod
    def named(cls, fleet: Fleet, directory: str | None, folders: Collection[str]) -> PreviousRender | None:
        """The earlier render in a directory that the user names; None where the user names none."""
        return cls(fleet, directory, adopt=True, everything=False, folders=folders) if directory else None

    def files_of(self, one: Rendered) -> list[File]:
        """The cluster's own files."""
        folder = one.mark
        path = os.path.join(self.directory, folder)
        if folder not in self._folders or os.path.realpath(path) != os.path.join(
            os.path.realpath(self.directory), folder
        ):
            return []
        try:
            entries = Disk().entries(path)
        except OSError:
            return []
        names = [name for name, kind in entries if kind == FILE and name.endswith(ENDINGS) and name not in STEERING]
        named = [name for name in names if self._everything or not name.startswith(".")]
        return [
            File(os.path.join(path, name), os.path.join(os.path.realpath(path), name), named=False) for name in named
        ]

    def judge(
        self,
        rendered: Sequence[Rendered],
        printed: Iterable[Sequence[Printed]] = (),
        header: str = "",
        listed: Callable[[], Collection[str]] = lambda: (),
    ) -> BatchComparison:
        """The step to these clusters. `printed` are their files where the directory is the output."""
        judged = BatchComparison()
        sources: list[Source] = []
        for one in rendered:
            found = gather_files(self.files_of(one), Disk())
            _, findings = nats_crs(found.sources)
            judged.findings += [*found.findings, *findings]
            sources += found.sources
            self._look_for_strays(one, found.sources, judged)
        if judged.findings.failed:
            return judged
        others = self.other_objects.of(rendered)
        judged.has_marked = any(source.owner is not None for source in sources)
        changes = reconcile([*others, *sources], rendered, self._fleet.policy(is_whole=True, adopt=self._adopt))
        judged.findings += changes.findings
        judged.replaced = {
            self.other_objects.position[one] for one in changes.replaced if one in self.other_objects.position
        }
        if header:
            wanted = {file.path: file.ref for files in printed for file in files}
            found_there, judged.obsolete = judge_files(sources, self.directory, wanted, changes.replaced, listed)
            judged.findings += found_there
            judged.commented = commented(changes.replaced, header)
        return judged

    def _look_for_strays(self, one: Rendered, sources: Iterable[Source], judged: BatchComparison) -> None:
        mark = one.mark
        wanted = set(one.refs)
        for source in sources:
            key = source.ref()
            if source.owner == mark and key in wanted:
                continue
            if source.owner != mark:
                judged.strays.append(source.origin.file or "")
                if source.owner is not None:
                    judged.marks.add(source.owner)
            if key is not None and key not in wanted:
                judged.hashes.add(hash(key))

    def gone(
        self,
        replaced: set[int],
        strays: Iterable[str],
        *,
        has_marked: bool,
        wanted: dict[str, ObjectRef] | None = None,
        listed: Callable[[], Collection[str]] = lambda: (),
    ) -> tuple[list[Finding], list[str]]:
        """Findings about objects whose NATS is missing, and the files that are removed.

        `replaced` are the objects that a child takes the place of, `strays` files of clusters with other objects,
        `wanted` the files that are written beside those of the clusters, None where the directory is not the output.
        """
        if not self._everything and not has_marked and not any(one.owner is not None for one in self.other_objects.all):
            return [nothing_to_compare(self.directory)], []
        taken = {self.other_objects.all[number] for number in replaced}
        there = [one for one in self.other_objects.all if one not in taken]
        files = [File(path, os.path.realpath(path), named=False) for path in dict.fromkeys(strays)]
        apart = gather_files(files, Disk()).sources
        policy = self._fleet.policy(is_whole=True, adopt=self._adopt, of_batch=False)
        findings = reconcile([*there, *apart], (), policy).findings
        if wanted is None:
            return findings, []
        found, gone = judge_files(self.other_objects.all, self.directory, wanted, taken, listed)
        return [*findings, *found], gone

    def commented(self, replaced: set[int], header: str) -> list[str]:
        """The files of objects beside the clusters' own that are written anew and have comments."""
        return commented((self.other_objects.all[number] for number in sorted(replaced)), header)
