"""The output directory as it is before a render: which files krmfn may replace or remove, and which it must keep."""

from __future__ import annotations

import errno
import os
import shutil
import stat
from functools import partial

from krmfn.goyaml.errors import Unreadable
from krmfn.goyaml.reader import read
from krmfn.goyaml.stream import decode, split
from krmfn.model.finding import error
from krmfn.sources.source import FileOrigin, Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from typing import BinaryIO

    from krmfn.model.code import Code
    from krmfn.model.finding import Finding

COMMENT = "# Rendered by krmfn; edits are lost at the next render.\n"
"""The first line of every file that krmfn writes there, except pages."""
PAGE_COMMENT = "<!-- Written by krmfn adopt; edits are lost when it runs again. -->\n"
"""The first line of a page: in Markdown, COMMENT would be a heading."""
KUSTOMIZATION = "kustomization.yaml"
_CHUNK = 1 << 20
_PART = 1 << 16
_SEPARATOR = b"\n---"
_OTHER_KUSTOMIZATIONS = ("kustomization.yml", "Kustomization")


class OldTree:
    """The output directory before a render. `stale` are files of an earlier render that are removed.

    `conflicts` are error findings about files that are in the way and that krmfn may not replace.
    """

    __slots__ = ("_carried", "conflicts", "name", "root", "stale")

    def __init__(self, root: str, name: str, wanted: Collection[str], gone: Collection[str] = ()) -> None:
        """`name` is the root as the user wrote it; `wanted` are paths of files to be written. Raises OSError.

        `gone` are files of which every object was judged, and which may be removed.
        """
        self.root = root
        self.name = name
        self._carried: list[tuple[str, str]] = []
        found = {finding.file: finding for finding in (*self._kustomizations(), *self.in_the_way(sorted(wanted)))}
        self.conflicts = list(found.values())
        self.stale = {path for path in gone if path not in wanted}

    def content(self, path: str) -> bytes | None:
        """The bytes of a file; None where there is no such file."""
        return content_of(os.path.join(self.root, path))

    def exists(self, path: str) -> bool:
        """Whether anything has this path."""
        return os.path.lexists(os.path.join(self.root, path))

    def has(self, path: str, content: BinaryIO) -> bool:
        """Whether a regular file stands there with this content, which is read from its beginning."""
        full = os.path.join(self.root, path)
        if os.path.islink(full) or not os.path.isfile(full):
            return False
        content.seek(0)
        with open(full, "rb") as file:
            while chunk := file.read(_CHUNK):
                if content.read(len(chunk)) != chunk:
                    return False
        return not content.read(1)

    def carry_over(self, new: str) -> None:
        """Put everything except stale files into a new tree that lacks it, by hard links where that is possible."""
        if os.path.isdir(self.root):
            self._carry(self.root, new, "")
            self._carried.append((self.root, new))

    def settle(self) -> None:
        """Give the directories of the complete new tree the owner and mode that they had."""
        for source, made in self._carried:
            status = os.stat(source)
            try:
                os.chown(made, status.st_uid, status.st_gid)
            except PermissionError:
                pass
            os.chmod(made, stat.S_IMODE(status.st_mode))  # after chown, which takes bits away

    def _carry(self, source: str, goal: str, below: str) -> bool:
        """Whether anything was left out."""
        is_less = False
        with os.scandir(source) as entries:
            for entry in sorted(entries, key=lambda one: one.name):
                path, made = below + entry.name, os.path.join(goal, entry.name)
                if path in self.stale:
                    is_less = True
                elif entry.is_dir(follow_symlinks=False):
                    is_less = self._carry_directory(entry.path, made, path) or is_less
                else:
                    _link_or_copy(entry.path, made)
        return is_less

    def _carry_directory(self, source: str, made: str, path: str) -> bool:
        """Whether anything was left out. A directory that held nothing but stale files is left out itself."""
        if os.path.ismount(source):
            raise OSError(errno.EXDEV, os.strerror(errno.EXDEV), source)
        if not os.path.isdir(made):
            os.mkdir(made, 0o700)
        is_less = self._carry(source, made, f"{path}/")
        if is_less and not os.listdir(made):
            os.rmdir(made)
        else:
            self._carried.append((source, made))
        return is_less

    def _kustomizations(self) -> Iterator[Finding]:
        """Errors about a kustomization file of the user's: kustomize refuses a directory with two of them."""
        for name in _OTHER_KUSTOMIZATIONS:
            if os.path.lexists(os.path.join(self.root, name)):
                text = (
                    "krmfn did not write this file, but it is next to kustomization.yaml; use a separate"
                    " output directory"
                )
                yield self._conflict("foreign-file", text, name)

    def in_the_way(self, wanted: Iterable[str]) -> Iterator[Finding]:
        """Errors about what is in the place of a wanted file and may not be replaced by krmfn."""
        for path in wanted:
            parts = path.split("/")
            for count in range(1, len(parts) + 1):
                here = "/".join(parts[:count])
                try:
                    mode = os.lstat(os.path.join(self.root, here)).st_mode
                except FileNotFoundError:
                    break
                if count < len(parts) and stat.S_ISDIR(mode):
                    continue
                if stat.S_ISLNK(mode):
                    text = "a symbolic link is in the way of a rendered file; remove it"
                    yield self._conflict("symlink", text, here)
                elif count < len(parts) or not self._is_rendered(here):
                    text = "this file is in the way of a rendered one, and krmfn did not write all of it; move it"
                    yield self._conflict("foreign-file", text, here)
                break

    def _conflict(self, code: Code, text: str, path: str) -> Finding:
        return error(code, text).at(file=os.path.join(self.name, path))

    def _is_rendered(self, path: str) -> bool:
        return _is_rendered_file(os.path.join(self.root, path))


def listed(root: str) -> list[str]:
    """The files that an earlier render's kustomization.yaml names and that are krmfn's. Raises OSError.

    Empty where the list is not krmfn's, or cannot be read.
    """
    content = content_of(os.path.join(root, KUSTOMIZATION)) or b""
    if not is_rendered(content):
        return []
    try:
        value = read(decode(content)).value
    except Unreadable:
        return []
    named = value.get("resources") if isinstance(value, dict) else None
    if not isinstance(named, list):
        return []
    paths = [path for path in named if _is_plain(path)]
    return [path for path in paths if is_rendered(content_of(os.path.join(root, path)) or b"")]


def is_rendered(content: bytes) -> bool:
    """Whether a file is krmfn's to replace: its comment is among the first lines, or all its documents have the mark.

    Whatever tools put around it: line ends, `---`, other comments. Not with an object of the user's behind krmfn's own.
    """
    first = _first_comments(content)
    if first and _SEPARATOR not in content:
        return True  # one document, or none that can be read
    try:
        documents = split(decode(content))
    except Unreadable:
        return first
    marked = [Source(one.text, FileOrigin(None), partial(read, one.text)).owner is not None for one in documents]
    return (first and len(documents) < 2) or (bool(marked) and all(marked))


def _is_rendered_file(path: str) -> bool:
    """`is_rendered` for a file; a long document behind krmfn's comment is not read into memory."""
    descriptor = _regular_file(path)
    if descriptor is None:
        return False
    with open(descriptor, "rb") as file:
        chunk = file.read(_PART)
        if not _first_comments(chunk[: chunk.rfind(b"\n") + 1]):
            return is_rendered(chunk + file.read())
        while chunk and _SEPARATOR not in chunk:
            more = file.read(_PART)
            chunk = chunk[1 - len(_SEPARATOR) :] + more if more else b""
        if not chunk:
            return True
        file.seek(0)
        return is_rendered(file.read())


def _first_comments(content: bytes) -> bool:
    start = 0
    while start < len(content):
        end = content.find(b"\n", start) + 1 or len(content)
        for line in content[start:end].removeprefix(b"" if start else b"\xef\xbb\xbf").splitlines():
            bare = line.strip()
            if bare in (COMMENT.strip().encode(), PAGE_COMMENT.strip().encode()):
                return True
            if bare and not bare.startswith(b"#") and bare != b"---":
                return False
        start = end
    return False


def _is_plain(path: object) -> bool:
    return isinstance(path, str) and all(part not in ("", ".", "..") for part in path.split("/"))


def content_of(path: str) -> bytes | None:
    """The content of a regular file, reached over no link at its end; None for anything else."""
    descriptor = _regular_file(path)
    if descriptor is None:
        return None
    try:
        chunks = []
        while chunk := os.read(descriptor, _CHUNK):
            chunks.append(chunk)
        return b"".join(chunks)
    finally:
        os.close(descriptor)


def _regular_file(path: str) -> int | None:
    """A regular file, opened over no link at its end; None for anything else. Raises OSError."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as why:
        if why.errno in (errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.EISDIR, errno.ENXIO):
            return None
        raise
    if stat.S_ISREG(os.fstat(descriptor).st_mode):
        return descriptor
    os.close(descriptor)
    return None


def _link_or_copy(source: str, goal: str) -> None:
    """A second name for the same file; a copy with mode and times where the file system or its rules refuse one.

    A file that is there already was written anew.
    """
    try:
        os.link(source, goal, follow_symlinks=False)
    except FileExistsError:
        return
    except OSError:
        if os.path.lexists(goal):
            return
        shutil.copy2(source, goal, follow_symlinks=False)
