"""File trees in which paths are looked up: the disk, or a revision of a git repository."""

from __future__ import annotations

import os
import stat

from krmfn.goyaml.errors import Unreadable
from krmfn.model.text import shown
from krmfn.streams import read_all

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    class Tree(Protocol):
        """Folders and files. A real path is absolute and has no links in it."""

        def real(self, path: str) -> str:
            """The real path of a path as a user writes it. Raises OSError, and Unreadable for what cannot be seen."""

        def kind(self, real: str) -> str:
            """FILE, FOLDER or OTHER. Raises OSError, Unreadable."""

        def entries(self, real: str) -> list[tuple[str, str]]:
            """The names in a folder, sorted, each with FILE, FOLDER, LINK, SUBMODULE or OTHER. Raises OSError."""

        def top(self, folder: str) -> str | None:
            """The top folder of the repository that a folder is in; None where it is in none."""

        def contents(self, real: str) -> bytes:
            """The bytes of a file. Raises OSError, Unreadable."""

        def shown(self, name: str) -> str:
            """The name of a file as findings show it."""


FILE, FOLDER, LINK, SUBMODULE, OTHER = "file", "folder", "link", "submodule", "other"


class Disk:
    """The files on the disk; with a `root` nothing outside that folder is read, in whatever way it is reached."""

    __slots__ = ("_root",)

    def __init__(self, root: str | None = None) -> None:
        self._root = root

    def real(self, path: str) -> str:
        """See Tree."""
        try:
            real = os.path.realpath(path, strict=True)
        except FileNotFoundError:
            if os.path.exists(path):  # a pipe, such as the shell makes of <(command), has no real path
                return os.path.abspath(path)
            if _has_broken_link(path):
                raise leads_nowhere() from None
            raise
        if self._root is not None and not is_inside(real, self._root):
            raise leads_out() if is_inside(os.path.abspath(path), self._root) else outside(path)
        return real

    def kind(self, real: str) -> str:
        """See Tree."""
        return _kind(os.stat(real).st_mode)

    def entries(self, real: str) -> list[tuple[str, str]]:
        """See Tree."""
        with os.scandir(real) as entries:
            return sorted((entry.name, _entry_kind(entry)) for entry in entries)

    def top(self, folder: str) -> str | None:
        """See Tree."""
        return self._root or repository(folder)

    def contents(self, real: str) -> bytes:
        """See Tree."""
        descriptor = os.open(real, os.O_RDONLY)
        try:
            return read_all(descriptor)
        finally:
            os.close(descriptor)

    def shown(self, name: str) -> str:
        """See Tree."""
        return name


class RememberedFiles(Disk):
    """The disk, with a copy of some files in memory."""

    __slots__ = ("_known",)

    def __init__(self) -> None:
        super().__init__()
        self._known: dict[str, bytes] = {}

    def remember(self, real: str) -> bytes:
        """The bytes of a file, now and until they are forgotten. Raises OSError, Unreadable."""
        if real not in self._known:
            self._known[real] = super().contents(real)
        return self._known[real]

    def forget(self) -> None:
        """Read all files from the disk again."""
        self._known.clear()

    def contents(self, real: str) -> bytes:
        """See Tree."""
        known = self._known.get(real)
        return super().contents(real) if known is None else known


def is_inside(path: str, folder: str) -> bool:
    """Whether a path is a folder or below it; both are absolute, and normal."""
    return path == folder or path.startswith(os.path.join(folder, ""))


def _has_broken_link(path: str) -> bool:
    """Whether a path that is not there ends at a link, and not at a name that nothing has."""
    while path and not os.path.lexists(path):
        path = os.path.dirname(path.rstrip("/"))
    return os.path.islink(path.rstrip("/"))


def repository(real: str) -> str | None:
    """The top folder of the git repository that a folder is in; None where it is in none."""
    while not os.path.lexists(os.path.join(real, ".git")):
        above = os.path.dirname(real)
        if above == real:
            return None
        real = above
    return real


def leads_nowhere() -> Unreadable:
    """The finding about a broken link."""
    text = "a broken symbolic link; fix it, remove it, or skip it with --exclude"
    return Unreadable("broken-link", text)


def leads_out() -> Unreadable:
    """The finding about a link to a file outside the folder or repository that is read."""
    text = (
        "a symbolic link that leads out of the repository (or of the directory, outside a repository); copy"
        " its target there"
    )
    return Unreadable("link-leads-out", f"{text}, or skip it with --exclude")


def not_regular() -> Unreadable:
    """The finding about a pipe or a device in a folder of files."""
    return Unreadable("read-failed", "not a regular file; remove it, or skip it with --exclude")


def submodule() -> Unreadable:
    """The finding about a submodule at a revision."""
    text = "a git submodule, whose files are in another repository; compare them there, or skip it"
    return Unreadable("submodule", f"{text} with --exclude")


def outside(path: str) -> Unreadable:
    """The finding about a path that leads out of the repository."""
    text = f'"{shown(path)}" is outside the repository; use a path inside it'
    return Unreadable("outside-repository", text)


def _kind(mode: int) -> str:
    return FILE if stat.S_ISREG(mode) else FOLDER if stat.S_ISDIR(mode) else OTHER


def _entry_kind(entry: os.DirEntry[str]) -> str:
    if entry.is_symlink():
        return LINK
    return FILE if entry.is_file() else FOLDER if entry.is_dir() else OTHER
