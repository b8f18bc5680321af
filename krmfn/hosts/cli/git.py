"""The files below a path at a revision, from git itself."""

from __future__ import annotations

import subprocess

from krmfn.core.finding import error
from krmfn.core.text import shown
from krmfn.hosts.cli.files import File, is_read_in_directory
from krmfn.hosts.cli.input import Input, add_file
from krmfn.hosts.cli.stated import settings_of
from krmfn.hosts.cli.usage import Usage
from krmfn.wire.limits import MAX_INPUT
from krmfn.wire.unreadable import Unreadable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator, Sequence

    from krmfn.hosts.cli.stated import Stated

    Listed = tuple[str, str]

_FILES = ("100644", "100755")
"""Modes of regular files; links and submodules are not followed."""


class _Failed(Exception):
    """Git says no; the message is for the user."""


def revisions(text: str) -> tuple[str, str]:
    """OLD and NEW of `OLD..NEW`; "" as NEW is the working tree. Raises Usage."""
    old, dots, new = text.partition("..")
    if not old or text.startswith("-") or (dots and (not new or new.startswith(("-", ".")))):
        raise Usage(f'"{shown(text)}" is no revision; write --git main, or --git main..HEAD')
    return old, new


def gather_at(revision: str, paths: Sequence[str]) -> Input:
    """Read the files below paths of the current directory as they were; a path that was not there holds none."""
    found = Input([])
    left = MAX_INPUT
    try:
        for mark, name in _listed(revision, paths):
            data = _git(["cat-file", "blob", mark])
            left -= len(data)
            if left < 0:
                text = f"all files together have more than {MAX_INPUT >> 20} MiB; split them"
                found.findings.append(error("too-large", text).at(file=name))
                break
            shown_name = f"{revision}:{name}"
            try:
                add_file(found, data, File(name, name, named=name in paths), shown_name)
            except Unreadable as why:
                found.findings.append(error(why.code, why.message).at(file=shown_name, line=why.line))
    except _Failed as why:
        found.findings.append(error("git-failed", f"git cannot read {shown(revision)}: {why}"))
    return found


def settings_at(revision: str, parsed: Namespace, now: Stated) -> Stated:
    """What `--config` said at a revision, with the same `--set`; `now` where the file was not there. Raises Usage."""
    data = file_at(revision, parsed.config)
    return now if data is None else settings_of(f"{revision}:{parsed.config}", parsed.set, lambda _: data)


def file_at(revision: str, path: str) -> bytes | None:
    """A file as it was; None where it was not there, or git cannot tell."""
    try:
        for mark, _ in _listed(revision, [path]):
            return _git(["cat-file", "blob", mark])
    except _Failed:
        pass
    return None


def _listed(revision: str, paths: Sequence[str]) -> Iterator[Listed]:
    """(object, path from here) of each file to read."""
    for row in _git(["ls-tree", "-r", "-z", revision, "--", *paths]).decode(errors="replace").split("\0"):
        about, _, name = row.partition("\t")
        mode, _, mark = about.partition(" blob ")
        if mode in _FILES and (name in paths or is_read_in_directory(name)):
            yield mark, name


def _git(arguments: list[str]) -> bytes:
    """What git prints. Raises _Failed."""
    try:
        done = subprocess.run(["git", *arguments], capture_output=True, check=False)  # noqa: S607
    except OSError as why:
        raise _Failed(f"git cannot be run ({why.strerror})") from None
    if done.returncode:
        first = done.stderr.decode(errors="replace").strip().split("\n")[0]
        raise _Failed(shown(first, 200))
    return done.stdout
