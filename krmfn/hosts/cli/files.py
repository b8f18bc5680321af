"""Which files the command line names: files as they are, directories by their *.yaml, *.yml and *.json."""

from __future__ import annotations

import os
import stat

from krmfn.core.finding import error
from krmfn.hosts.cli.usage import Usage

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from krmfn.core.finding import Finding

STDIN = "-"
ENDINGS = (".yaml", ".yml", ".json")
KUSTOMIZATION_FILES = ("kustomization.yaml", "kustomization.yml", "Kustomization")
_IGNORED = (*KUSTOMIZATION_FILES, "Kptfile")
"""Files by which kustomize and kpt are steered: no objects, wherever they are named."""


class File:
    """A file to read: its name as the user would write it, its real path, and whether the command line named it."""

    __slots__ = ("name", "named", "real")

    def __init__(self, name: str, real: str, *, named: bool) -> None:
        self.name = name
        self.real = real
        self.named = named


def files_of(paths: Sequence[str], *, recursive: bool) -> tuple[list[File], list[Finding]]:
    """Every file once, in the order of the paths, those of a directory sorted; error findings for what is not there.

    In a directory, names that start with a dot and links that lead out of it are skipped. Raises Usage.
    """
    if not paths:
        raise Usage("-f is missing; write -f PATH, or -f - for standard input")
    if list(paths).count(STDIN) > 1:
        raise Usage("standard input can be read once only; write -f - once")
    files: dict[str, File] = {}
    findings: list[Finding] = []
    for path in paths:
        try:
            found = list(_files(path, recursive=recursive))
        except OSError as why:
            findings.append(cannot_read(why.filename if isinstance(why.filename, str) else path, why))
            continue
        for file in found:
            files.setdefault(file.real, file)
    return list(files.values()), findings


def is_read_in_directory(path: str) -> bool:
    """Whether a file of this path, relative to what was named, would be read as one of a directory."""
    folders, name = os.path.split(path)
    hidden = any(part.startswith(".") and part not in (".", "..") for part in (*folders.split("/"), name))
    return not hidden and name not in _IGNORED and name.endswith(ENDINGS)


def cannot_read(path: str, why: OSError) -> Finding:
    """What to say of a path that is not there, or not for us to read."""
    if isinstance(why, FileNotFoundError):
        return error("no-such-file", "there is no such file or directory; write a path that exists").at(file=path)
    return error("read-failed", f"it cannot be read: {why.strerror}").at(file=path)


def _files(path: str, *, recursive: bool) -> Iterator[File]:
    if path == STDIN:
        yield File(path, path, named=True)
        return
    mode = os.stat(path).st_mode
    if stat.S_ISDIR(mode):
        yield from _inside(path, os.path.realpath(path), {os.path.realpath(path)}, recursive=recursive)
    elif os.path.basename(path) not in _IGNORED:
        yield File(path, os.path.realpath(path), named=True)


def _inside(directory: str, root: str, seen: set[str], *, recursive: bool) -> Iterator[File]:
    """`root` is where links may not lead out of; `seen` are the real paths of directories, against circles."""
    for name in sorted(os.listdir(directory)):
        path = name if directory == os.curdir else os.path.join(directory, name)
        real = os.path.realpath(path)
        if name.startswith(".") or name in _IGNORED or not real.startswith(os.path.join(root, "")):
            continue
        if os.path.isdir(real):
            if recursive and real not in seen:
                seen.add(real)
                yield from _inside(path, root, seen, recursive=recursive)
        elif name.endswith(ENDINGS) and os.path.isfile(real):
            yield File(path, real, named=False)
