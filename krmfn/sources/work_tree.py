"""The working tree of a git repository: the files on the disk, and the names of those that a sparse checkout omits."""

from __future__ import annotations

import os

from krmfn.goyaml.errors import Unreadable
from krmfn.sources.trees import FILE, FOLDER, Disk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


class WorkTree:
    """See trees.Tree. A file that a sparse checkout leaves out is there, but reading it is an error.

    `absent` are such files, as paths from `root`, the top folder of the repository.
    """

    __slots__ = ("_disk", "_folders", "_root")

    def __init__(self, root: str, absent: Iterable[str]) -> None:
        self._disk = Disk(root)
        self._root = root
        self._folders: dict[str, dict[str, str]] = {}
        for path in absent:
            kind = FILE
            while path:
                path, _, name = path.rpartition("/")  # noqa: PLW2901 - from the file up to the top
                inside = self._folders.setdefault(os.path.join(root, path) if path else root, {})
                is_known = name in inside
                inside.setdefault(name, kind)
                kind = FOLDER
                if is_known:
                    break

    def real(self, path: str) -> str:
        """See Tree."""
        try:
            return self._disk.real(path)
        except (FileNotFoundError, Unreadable):
            real = os.path.realpath(path)
            if self._absent(real):
                return real
            raise

    def kind(self, real: str) -> str:
        """See Tree."""
        try:
            return self._disk.kind(real)
        except FileNotFoundError:
            if kind := self._absent(real):
                return kind
            raise

    def entries(self, real: str) -> list[tuple[str, str]]:
        """See Tree."""
        absent = self._folders.get(real, {})
        if not absent:
            return self._disk.entries(real)
        found = dict(self._disk.entries(real)) if os.path.isdir(real) else {}
        return sorted({**absent, **found}.items())

    def top(self, folder: str) -> str | None:  # noqa: ARG002 - one repository
        """See Tree."""
        return self._root

    def contents(self, real: str) -> bytes:
        """See Tree."""
        try:
            return self._disk.contents(real)
        except FileNotFoundError:
            if self._absent(real):
                text = (
                    "not checked out (sparse checkout), so it cannot be compared; run git sparse-checkout disable, or"
                    " compare two revisions"
                )
                raise Unreadable("not-checked-out", text) from None
            raise

    def shown(self, name: str) -> str:
        """See Tree."""
        return name

    def _absent(self, real: str) -> str:
        """The kind of a file or folder that the sparse checkout omits; "" for any other."""
        folder, name = os.path.split(real)
        return self._folders.get(folder, {}).get(name, "")
