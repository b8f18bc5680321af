"""A directory of rendered files, replaced as a whole or not at all.

The new tree is built beside the old one and the two are exchanged in one step, so that a reader, a second run or a
kill at any moment sees the one or the other. Files that are not krmfn's are carried over.
"""

from __future__ import annotations

import errno
import os
import shutil
import stat
from contextlib import nullcontext

from krmfn.files.exchange import exchange, synchronized
from krmfn.files.existing_tree import COMMENT, KUSTOMIZATION, OldTree
from krmfn.files.lock import Lock, LockFile
from krmfn.files.spool import spool
from krmfn.model.finding import Findings, error
from krmfn.model.tally import FEW, FIRST
from krmfn.model.text import counted, shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
    from typing import BinaryIO, Protocol, TypeAlias

    from krmfn.model.finding import Finding

    Check: TypeAlias = Callable[[], tuple[Findings, Collection[str]]]
    Make: TypeAlias = Callable[[str, str], tuple["WriteSummary | None", list[Finding]]]
    """Gets the real paths of the old and of the new directory, and fills the new one where there is a change."""
    Conflicts: TypeAlias = Callable[[], Iterable[Finding]]

    class Writer(Protocol):
        """Takes the files that differ from those that are there, also from other processes. Raises OSError."""

        def write(self, path: str, content: bytes) -> None:
            """A file, by its path below the directory."""

        def copy(self, path: str, content: BinaryIO) -> None:
            """The same for a content that is not in memory, from its beginning."""

        def clear(self) -> None:
            """Forget all files so far."""


__all__ = ["COMMENT", "KUSTOMIZATION", "WriteSummary", "replace"]
_ADVICE = {
    errno.EBUSY: "; it is a mount point: use a directory inside it",
    errno.EXDEV: "; it is on another file system than its parent: use a directory inside it",
}
_OF_A_PATH = (errno.EACCES, errno.EPERM, errno.EROFS)
"""Errors that depend on which path it is: the directory, a file in it or what is around it."""


class WriteSummary:
    """How many files were written, removed and left unchanged."""

    __slots__ = ("directory", "removed", "unchanged", "written")

    def __init__(self, where: str, written: int, removed: int, unchanged: int) -> None:
        self.directory = where
        self.written = written
        self.removed = removed
        self.unchanged = unchanged

    @property
    def is_change(self) -> bool:
        """Whether anything was written or removed."""
        return bool(self.written or self.removed)

    def __str__(self) -> str:
        counts = f"{counted(self.written, 'file')} written, {self.removed} removed, {self.unchanged} unchanged"
        return f"{shown(self.directory, 200)}: {counts}"


def replace(
    directory: str,
    files: dict[str, bytes],
    inputs: Collection[str],
    judge: Check | None = None,
    *,
    conflicts: Conflicts = tuple,
    is_check: bool = False,
) -> tuple[WriteSummary | None, list[Finding]]:
    """Make `files` (path below the directory -> content) the rendered files of a directory.

    `inputs` are real paths of files that were read: none may be inside. Parents of the directory are made. `judge`
    looks at what is there while no other run can change it: it returns findings, and the files that may go, since it
    saw all that they hold. On an error finding, its own or another, nothing is changed. All other files stay.
    `conflicts` are errors about what must not be in the directory or beside it.
    `is_check`: nothing is changed in any case, and every file that would be is an error finding.
    """

    def make(target: str, new: str) -> tuple[WriteSummary | None, list[Finding]]:
        judged, gone = judge() if judge is not None else (Findings(), ())
        if judged.failed:
            return None, judged
        old = OldTree(target, directory, files, gone)
        if old.conflicts:
            return None, [*judged, *old.conflicts]
        same = {path for path, content in files.items() if old.content(path) == content}
        outcome = WriteSummary(directory, len(files) - len(same), len(old.stale), len(same))
        if is_check:
            return outcome, [*judged, *_not_current(old, sorted(files.keys() - same))]
        if outcome.is_change:
            _build(new, old, {path: content for path, content in files.items() if path not in same})
        return outcome, judged

    return _guarded(directory, inputs, make, conflicts, is_check=is_check)


def _not_current(old: OldTree, differ: Sequence[str]) -> Iterator[Finding]:
    """Errors about files that differ from what is rendered, the paths of which are sorted, and about stale ones.

    One for each file; of more than FEW, one for the directory.
    """
    found = {path: "differs from what is rendered" if old.exists(path) else "is missing" for path in differ}
    found.update(dict.fromkeys(sorted(old.stale), "is not rendered any more"))
    if len(found) <= FEW:
        for path, what in found.items():
            yield _stale(f"this file {what}", os.path.join(old.name, path))
    else:
        first = "; ".join(f"{shown(path, 200)} {found[path]}" for path in list(found)[:FIRST])
        yield _stale(f"{len(found)} files are not current: {first}; ...", old.name)


def _stale(text: str, where: str) -> Finding:
    return error("not-current", f"{text}; render without --check, and commit the result").at(file=where)


class FillResult:
    """What a fill did: whether it `failed`, files that may be removed, and how many were written or left unchanged."""

    __slots__ = ("failed", "obsolete", "unchanged", "written")

    def __init__(self, obsolete: Collection[str] = (), written: int = 0, unchanged: int = 0, *, failed: bool) -> None:
        self.failed = failed
        self.obsolete = obsolete
        self.written = written
        self.unchanged = unchanged


def replace_in_parts(
    directory: str,
    inputs: Collection[str],
    fill: Callable[[str, Writer], FillResult],
    conflicts: Conflicts,
    *,
    is_part: bool = False,
    is_check: bool = False,
) -> tuple[WriteSummary | None, list[Finding]]:
    """`replace` for files that are not in memory at once.

    `fill` gets the real path of the directory, which no other run changes meanwhile, and writes the files that differ
    from those there, from other processes too. When it failed, nothing is changed. The findings are those of krmfn's
    own trouble with the directory. `is_part`: other parts of the directory around it are written at the same time.
    """

    def make(target: str, new: str) -> tuple[WriteSummary | None, list[Finding]]:
        if is_check:
            with spool() as names:
                return fill_with(target, new, DifferingFiles(names))
        return fill_with(target, new, NewTree(new))

    def fill_with(target: str, new: str, writer: Writer) -> tuple[WriteSummary | None, list[Finding]]:
        filled = fill(target, writer)
        old = OldTree(target, directory, (), filled.obsolete)
        if filled.failed or old.conflicts:
            return None, [] if filled.failed else old.conflicts
        outcome = WriteSummary(directory, filled.written, len(old.stale), filled.unchanged)
        if isinstance(writer, DifferingFiles):
            return outcome, list(_not_current(old, writer.sorted()))
        if outcome.is_change:
            os.makedirs(new, exist_ok=True)
            old.carry_over(new)
            _sync_tree(new)
            old.settle()
        return outcome, []

    return _guarded(directory, inputs, make, conflicts, is_part=is_part, is_check=is_check)


class DifferingFiles:
    """A Writer that keeps the names alone. `names` is a file that other processes share, with its position."""

    __slots__ = ("_names",)

    def __init__(self, names: BinaryIO) -> None:
        self._names = names

    def write(self, path: str, _: bytes) -> None:
        """See Writer."""
        os.write(self._names.fileno(), f"{path}\0".encode())

    def copy(self, path: str, _: BinaryIO) -> None:
        """See Writer."""
        self.write(path, b"")

    def clear(self) -> None:
        """See Writer."""
        self._names.seek(0)
        self._names.truncate()

    def sorted(self) -> list[str]:
        """The names of all files that were written."""
        self._names.seek(0)
        return sorted(self._names.read().decode().split("\0")[:-1])


class NewTree:
    """A Writer of the new tree, whose directory is made with the first file."""

    __slots__ = ("root",)

    def __init__(self, root: str) -> None:
        self.root = root

    def copy(self, path: str, content: BinaryIO) -> None:
        """See Writer."""
        full = os.path.join(self.root, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        content.seek(0)
        with open(full, "xb") as file:
            shutil.copyfileobj(content, file)

    def clear(self) -> None:
        """See Writer."""
        _remove(self.root)

    def write(self, path: str, content: bytes) -> None:
        """See Writer."""
        _write(self.root, path, content)


def _guarded(
    directory: str,
    inputs: Collection[str],
    make: Make,
    conflicts: Conflicts,
    *,
    is_part: bool = False,
    is_check: bool,
) -> tuple[WriteSummary | None, list[Finding]]:
    """Exchange the directory while no other run can; one that krmfn must not replace, and OSError, are errors.

    `is_check`: there is no new tree, no exchange and no lock.
    """
    try:
        real = os.path.realpath(directory)
        refused = [finding.at(file=directory) for finding in _refusals(directory, real, inputs)] or list(conflicts())
        if refused:
            return None, refused
        if is_check:
            return _compared(directory, real, make)
        parent = os.path.dirname(real)
        os.makedirs(parent, exist_ok=True)
        if not is_part:
            with Lock(real) as lock:
                return _exchanged(real, make, conflicts, lock)
        with Lock(parent, is_shared=True), Lock(real) as lock:
            return _exchanged(real, make, conflicts, lock, LockFile(os.path.join(parent, "shards")))
    except OSError as why:
        done = "compared" if is_check else "replaced"
        advice = _ADVICE.get(why.errno or 0, "")
        where = f" ({shown(why.filename, 200)})" if why.errno in _OF_A_PATH and isinstance(why.filename, str) else ""
        text = f"the directory cannot be {done}: {why.strerror}{where}{advice}; nothing was changed"
        return None, [error("write-failed", text).at(file=directory)]


def _refusals(directory: str, real: str, inputs: Collection[str]) -> Iterator[Finding]:
    """Errors about a directory that krmfn must not replace, such as one that holds its own input."""
    inside = os.path.join(real, "")
    if os.path.islink(directory.rstrip("/")):
        yield error("symlink", "--output-dir is a symbolic link; use the directory that it points to")
    elif os.path.exists(real) and not os.path.isdir(real):
        yield error("not-a-directory", "--output-dir is a file; use a directory")
    elif _here().startswith(inside):
        text = "--output-dir contains the current directory, and it is replaced as a whole"
        yield error("output-dir-in-use", f"{text}; use a separate directory")
    else:
        read = [path for path in inputs if path.startswith(inside)]
        if read:
            more = f" (and {len(read) - 1} more)" if len(read) > 1 else ""
            text = f"{shown(read[0], 200)}{more} is an input file and is in --output-dir"
            name = shown(os.path.basename(real), 200)
            advice = f"skip it with --exclude {name}, or " if len(read) < len(inputs) else ""
            yield error("output-dir-in-use", f"{text}; {advice}use a separate directory")


def _here() -> str:
    """The current directory with a slash at its end; "" where it was removed."""
    try:
        return os.path.join(os.path.realpath(os.getcwd()), "")
    except FileNotFoundError:
        return ""


def _compared(directory: str, target: str, make: Make) -> tuple[WriteSummary | None, list[Finding]]:
    """What `make` tells about the directory, if it is the same one from its first file to its last."""
    before = _identity(target)
    outcome, findings = make(target, "")
    if _identity(target) != before:
        text = "another run replaced the directory while it was compared; run krmfn again"
        return None, [*findings, error("write-failed", text).at(file=directory)]
    return outcome, findings


def _identity(path: str) -> tuple[int, int] | None:
    """What a directory with the same path has of its own; None where there is none. Raises OSError."""
    try:
        status = os.stat(path)
    except FileNotFoundError:
        return None
    return status.st_dev, status.st_ino


def _exchanged(
    target: str, make: Make, conflicts: Conflicts, lock: Lock, last: LockFile | None = None
) -> tuple[WriteSummary | None, list[Finding]]:
    """Put the new tree that `make` fills beside the old one in its place. Raises OSError. The lock is held.

    `last` is held during the last look at `conflicts`, which a run that shares a lock with this one may have caused.
    """
    parent, name = os.path.split(target)
    new, aside = os.path.join(parent, f".{name}.krmfn-new"), os.path.join(parent, f".{name}.krmfn-old")
    while _was_put_back(target, aside):
        lock.renew()
    for path in (new, aside):
        _remove(path)
    if last:
        last.remove_left()
    try:
        outcome, findings = make(target, new)
        if outcome is None or not outcome.is_change:
            _remove(new)
            return outcome, findings
        lock.extend_to(new)
        with last or nullcontext():
            found = list(conflicts())
            if not found:
                exchange(new, target, aside)
        if found:
            _remove(new)
            return None, found
    except BaseException:
        _remove(new)
        raise
    try:
        _forget(parent, new, aside)
    except BaseException:
        _forget(parent, new, aside)  # a signal ends the run, and the new tree is in place
        raise
    return outcome, findings


def _forget(parent: str, *old: str) -> None:
    """Remove the old tree. The new one is in place by now: what cannot be removed is left to the next run."""
    try:
        _sync(parent)
        for left in old:
            _remove(left)
    except OSError:
        pass


def _build(new: str, old: OldTree, files: dict[str, bytes]) -> None:
    """The whole new tree, on the disk when this returns."""
    os.mkdir(new)
    for path, content in sorted(files.items()):
        _write(new, path, content)
        _sync(os.path.join(new, path))
    old.carry_over(new)
    for folder, _, _ in os.walk(new):
        _sync(folder)
    old.settle()


def _sync_tree(root: str) -> None:
    """Bring many files to the disk: in one call where the system has it, which is faster than one for each."""
    descriptor = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    try:
        if synchronized(descriptor):
            return
    finally:
        os.close(descriptor)
    for folder, _, names in os.walk(root):
        for name in names:
            if not os.path.islink(os.path.join(folder, name)):
                _sync(os.path.join(folder, name))
        _sync(folder)


def _was_put_back(target: str, aside: str) -> bool:
    """Undo what a run left that was killed while there was no directory: the lock says that none is at work."""
    is_lost = os.path.isdir(aside) and not os.path.lexists(target)
    if is_lost:
        os.rename(aside, target)
    return is_lost


def _remove(path: str) -> None:
    """Remove a file or a whole tree, also directories that are not writable; links are not followed."""
    if os.path.islink(path) or os.path.isfile(path):
        os.unlink(path)
    elif os.path.isdir(path):
        os.chmod(path, stat.S_IRWXU)
        for folder, inner, _ in os.walk(path):
            for name in inner:
                if not os.path.islink(os.path.join(folder, name)):
                    os.chmod(os.path.join(folder, name), stat.S_IRWXU)
        shutil.rmtree(path)


def _write(root: str, path: str, content: bytes) -> None:
    full = os.path.join(root, path)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
    try:
        descriptor = os.open(full, flags, 0o666)
    except FileNotFoundError:
        os.makedirs(os.path.dirname(full), exist_ok=True)
        descriptor = os.open(full, flags, 0o666)
    try:
        view = memoryview(content)
        while view:
            view = view[os.write(descriptor, view) :]
    finally:
        os.close(descriptor)


def _sync(path: str) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
