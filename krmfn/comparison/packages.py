"""Directories that hold the same object, such as dev and prod: each is compared as a separate state."""

from __future__ import annotations

import os

from krmfn.model.objects import GROUP, is_config
from krmfn.sources.source import Input

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TypeAlias

    from krmfn.model.objects import ObjectRef
    from krmfn.sources.source import Source

    Entry: TypeAlias = tuple[int, tuple[str, ...], Source]
    """An object: whether it is of the old (0) or the new state (1), and the directories down to its file."""

HERE = "."
"""The directory of a state whose files lie beside the other directories."""


def paired(old: Input, new: Input, starts: tuple[str, str]) -> Iterator[tuple[str, Input, Input]]:
    """(directory, old, new) of every state to be compared; the directory is "" where there is one state in all.

    Directories count only where the old or the new state has an object twice, and only as deep as needed to tell the
    two apart. `starts` are the folders of the old and of the new state, below which the two have names in common.
    """
    entries: list[Entry] = []
    for side, (found, start) in enumerate(zip((old, new), starts, strict=True)):
        below = {folder: _folders(folder, start) for folder in {source.origin.folder for source in found.sources}}
        entries += [(side, below[source.origin.folder], source) for source in found.sources]
    groups = list(_parted(entries, ()))
    if len(groups) < 2:
        yield "", old, new
        return
    findings = old.findings, new.findings
    for directory, inside in groups:
        states = Input(findings[0]), Input(findings[1])
        for side, _, source in inside:
            states[side].sources.append(source)
        yield directory, *states
        findings = [], []


def _parted(entries: list[Entry], path: tuple[str, ...]) -> Iterator[tuple[str, list[Entry]]]:
    """The objects below a directory, parted by the directories in it where one is twice."""
    depth = len(path)
    below: dict[str, list[Entry]] = {}
    if _has_twins(entries):
        for entry in entries:
            folders = entry[1]
            below.setdefault(folders[depth] if len(folders) > depth else HERE, []).append(entry)
    if not set(below).difference((HERE,)):
        yield "/".join(path) or HERE, entries
        return
    for name in sorted(below):
        if name == HERE:
            yield "/".join((*path, HERE)), below[name]
        else:
            yield from _parted(below[name], (*path, name))


def _has_twins(entries: list[Entry]) -> bool:
    seen: set[tuple[int, ObjectRef]] = set()
    for side, _, source in entries:
        key = source.ref()
        if key is None or (is_config(key) and key.group != GROUP):
            continue
        if (side, key) in seen:
            return True
        seen.add((side, key))
    return False


def _folders(folder: str, start: str) -> tuple[str, ...]:
    below = os.path.relpath(folder or start, start)
    return () if below == os.curdir else tuple(below.split("/"))
