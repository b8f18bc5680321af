"""A revision of a git repository as a tree of files. One `git cat-file --batch` reads all of it."""

from __future__ import annotations

import errno
import os
import subprocess
from typing import cast

from krmfn.goyaml.errors import MAX_INPUT, Unreadable
from krmfn.model.text import shown
from krmfn.model.usage import Usage
from krmfn.sources.trees import (
    FILE,
    FOLDER,
    LINK,
    OTHER,
    SUBMODULE,
    Disk,
    is_inside,
    leads_nowhere,
    leads_out,
    outside,
    submodule,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import IO, TypeAlias

    from krmfn.sources.trees import Tree

    Entries: TypeAlias = dict[str, tuple[str, str]]
    """Kind and object of each name in a folder."""

_KINDS = {"100644": FILE, "100755": FILE, "100664": FILE, "40000": FOLDER, "120000": LINK, "160000": SUBMODULE}
"""By the mode of a tree's entry; old git wrote 100664."""
_SKIPPED = "S "
"""What `git ls-files -t` writes before a file that a sparse checkout leaves out."""
_MOST_LINKS = 40
"""Links that Linux follows in one path, too."""


def revisions(text: str) -> tuple[str, str, bool]:
    """OLD, NEW and whether to compare with their merge base (`OLD...NEW`). NEW "" is the working tree. Raises Usage.

    git checks the names; here they are only refused where git would take one for an option.
    """
    dots = "..." if "..." in text else ".."
    old, has_dots, new = text.partition(dots)
    if not old or text.startswith("-") or (has_dots and (not new or new.startswith(("-", ".")))):
        raise Usage(f'"{shown(text)}" is not a git revision; write --git main, --git main..HEAD, or --git main...HEAD')
    return old, new, dots == "..." and bool(has_dots)


class Repository:
    """The repository of the current folder; `root` is its top folder. Raises Unreadable where git cannot tell."""

    __slots__ = ("_answer", "_ask", "_has_files", "_process", "_read", "root")

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._read: dict[str, Entries] = {}
        *up, has_files = _git(["rev-parse", "--show-cdup", "--is-inside-work-tree"]).splitlines()
        self._has_files = has_files == "true"
        self.root = os.path.normpath(os.path.join(os.getcwd(), *up))

    def work_tree(self) -> Tree:
        """The files on the disk. Raises Unreadable where the repository has none, as a bare one."""
        if not self._has_files:
            raise _failed(
                "this is a bare repository or its .git folder, without files to compare; write --git OLD..NEW"
            )
        if _git(["config", "--type=bool", "core.sparseCheckout"], no=1).strip() != "true":
            return Disk(self.root)
        from krmfn.sources.work_tree import WorkTree

        listed = _git(["-C", self.root, "ls-files", "-t", "-z"]).split("\0")
        return WorkTree(self.root, [row[2:] for row in listed if row.startswith(_SKIPPED)])

    def revision(self, name: str, *, label: str = "") -> Revision:
        """The tree of a revision; `label` is what findings call it, the name itself by default. Raises Unreadable."""
        mark = _git(["rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{tree}}"], no=1)
        if not mark:
            raise _failed(f"{shown(name)} is not a revision in this clone; correct its name, or fetch it{_depth()}")
        return Revision(self, label or name, mark.split("\n")[-2])

    def merge_base(self, old: str, new: str) -> str:
        """The merge base of two revisions. Raises Unreadable."""
        found = _git(["merge-base", "--end-of-options", old, new], about=f"{old}...{new}", no=1).strip()
        if not found:
            raise _failed(f"{shown(old)} and {shown(new)} have no common commit; fetch more history, or write OLD..NEW")
        return found

    def folder(self, mark: str) -> Entries:
        """The entries of a tree object. Raises Unreadable."""
        if mark not in self._read:
            self._read[mark] = _entries(self.content(mark, "tree"), len(mark) // 2)
        return self._read[mark]

    def content(self, mark: str, kind: str = "blob") -> bytes:
        """The bytes of an object. Raises Unreadable, also for one larger than krmfn reads."""
        if self._process is None:
            self._start()
        try:
            self._ask.write(f"{mark}\n".encode())
            self._ask.flush()
            head = self._answer.readline().decode(errors="replace").split()
        except OSError as why:
            raise _failed(f"git cat-file exited ({why.strerror})") from None
        if len(head) != 3 or head[1] != kind:
            raise _failed(f"object {mark} is missing in the repository; fetch it (git fetch --unshallow, or --refetch)")
        size = int(head[2])
        if size > MAX_INPUT:
            raise Unreadable("too-large", f"the file has more than {MAX_INPUT >> 20} MiB; split it")
        data = self._answer.read(size + 1)
        if len(data) != size + 1:
            raise _failed("git cat-file exited")
        return data[:size]

    def close(self) -> None:
        """End git."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def _start(self) -> None:
        command = ["git", "cat-file", "--batch"]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self._ask = cast("IO[bytes]", self._process.stdin)
        self._answer = cast("IO[bytes]", self._process.stdout)


class Revision:
    """The files of a revision; see trees.Tree. Paths are those that the files have, or would have, on the disk."""

    __slots__ = ("_label", "_mark", "_repository")

    def __init__(self, repository: Repository, label: str, mark: str) -> None:
        self._repository = repository
        self._label = label
        self._mark = mark

    def real(self, path: str) -> str:
        """See Tree. A link is followed inside the revision."""
        root = self._repository.root
        whole = os.path.normpath(os.path.join(os.getcwd(), path))
        if not is_inside(whole, root):
            whole = _by_real_folders(whole, root)
        if not is_inside(whole, root):
            raise outside(path)
        parts = _parts(whole[len(root) :])
        here: list[str] = []
        links = 0
        while parts:
            name = parts.pop(0)
            if name == os.pardir:
                if not here:
                    raise leads_out()
                here.pop()
                continue
            kind, mark = self._entry([*here, name], is_linked=links > 0)
            if kind != LINK:
                here.append(name)
                continue
            links += 1
            if links > _MOST_LINKS:
                raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), path)
            goal = os.fsdecode(self._repository.content(mark))
            if os.path.isabs(goal):
                if not is_inside(os.path.normpath(goal), root):
                    raise leads_out()
                goal, here = os.path.normpath(goal)[len(root) :], []
            parts = _parts(goal) + parts
        return os.path.join(root, *here)

    def kind(self, real: str) -> str:
        """See Tree."""
        kind = self._at(real)[0]
        if kind == SUBMODULE:
            raise submodule()
        return kind

    def entries(self, real: str) -> list[tuple[str, str]]:
        """See Tree."""
        found = self._repository.folder(self._at(real)[1])
        return sorted((name, kind) for name, (kind, _) in found.items())

    def top(self, folder: str) -> str | None:  # noqa: ARG002 - one repository
        """See Tree."""
        return self._repository.root

    def contents(self, real: str) -> bytes:
        """See Tree."""
        return self._repository.content(self._at(real)[1])

    def shown(self, name: str) -> str:
        """See Tree."""
        return f"{self._label}:{name}"

    def _at(self, real: str) -> tuple[str, str]:
        return self._entry(_parts(real[len(self._repository.root) :]), is_linked=False)

    def _entry(self, names: list[str], *, is_linked: bool) -> tuple[str, str]:
        """Kind and object of what is at a path. Raises FileNotFoundError, or Unreadable where a link led here."""
        kind, mark = FOLDER, self._mark
        for name in names:
            if kind == SUBMODULE:
                raise submodule()
            found = self._repository.folder(mark).get(name) if kind == FOLDER else None
            if found is None:
                if is_linked:
                    raise leads_nowhere()
                raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), "/".join(names))
            kind, mark = found
        return kind, mark


def _parts(path: str) -> list[str]:
    return [part for part in path.split("/") if part not in ("", os.curdir)]


def _by_real_folders(path: str, root: str) -> str:
    """A path that begins at a link to a folder of the repository, as a path below its root."""
    parts = _parts(path)
    for count in range(1, len(parts) + 1):
        real = os.path.realpath("/" + "/".join(parts[:count]))
        if is_inside(real, root):
            return os.path.join(real, *parts[count:])
    return path


def _entries(data: bytes, width: int) -> Entries:
    """Of a tree object: each entry is mode, blank, name, NUL and the object's hash of `width` bytes."""
    found, at = {}, 0
    while at < len(data):
        end = data.index(b"\0", at)
        mode, _, name = data[at:end].partition(b" ")
        at = end + 1 + width
        found[os.fsdecode(name)] = (_KINDS.get(mode.decode(), OTHER), data[end + 1 : at].hex())
    return found


def _depth() -> str:
    """Advice for a message where the clone is shallow; "" where it is not."""
    is_shallow = _git(["rev-parse", "--is-shallow-repository"]).strip() == "true"
    return (
        " (this clone is shallow: git fetch --unshallow, or fetch-depth: 0 in actions/checkout)" if is_shallow else ""
    )


def _failed(text: str) -> Unreadable:
    return Unreadable("git-failed", text)


def _git(arguments: list[str], *, about: str = "", no: int = 0) -> str:
    """The output of git; status `no` is accepted too. Raises Unreadable."""
    try:
        done = subprocess.run(["git", *arguments], capture_output=True, check=False)  # noqa: S607
    except OSError as why:
        raise _failed(f"git cannot be run ({why.strerror})") from None
    if done.returncode not in (0, no):
        first = done.stderr.decode(errors="replace").strip().split("\n")[0]
        if not about:
            say = "run krmfn in a clone, or compare two files or directories: krmfn diff OLD NEW"
            raise _failed(f"git finds no repository here ({shown(first, 200)}); {say}")
        raise _failed(f"git cannot read {shown(about)}: {shown(first, 200)}")
    return done.stdout.decode(errors="surrogateescape")
