"""Changes of kustomize and kpt files, whose effect on the objects a comparison of files cannot see."""

from __future__ import annotations

import os

from krmfn.model.finding import info, warning
from krmfn.sources.build_files import folders_of
from krmfn.sources.files import KPTFILE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any, TypeAlias

    from krmfn.model.finding import Finding
    from krmfn.sources.build_files import BuildFile
    from krmfn.sources.source import Input

    Paths: TypeAlias = dict[str, list[str]]


def unbuilt(old: Input, new: Input, starts: tuple[str, str], *, is_rendered: bool) -> Iterator[Finding]:
    """Warnings about files of kustomize or kpt that changed, and infos about those that did not.

    `starts` are the folders below which the states have names in common. `is_rendered`: a NATS without rendered objects
    is among them; where there is none, kpt's functions have run, and what they made is compared.
    """
    before, after = (_relative(found.build, start) for found, start in zip((old, new), starts, strict=True))
    read = tuple(_by_folder(found, start) for found, start in zip((old, new), starts, strict=True))
    for path in sorted(before.keys() | after.keys()):
        first, second = before.get(path), after.get(path)
        here = second or first
        is_kpt = os.path.basename(path) == KPTFILE
        if here is None or (is_kpt and not is_rendered):
            continue
        tool, call = ("kpt", "kpt fn render") if is_kpt else ("kustomize", "kustomize build")
        changed = sorted(_changed(os.path.dirname(path), first, second, starts, read))
        if changed:
            text = (
                f"{', '.join(changed)} changed, and its effect through {tool} is not compared; build both states and"
                f" compare the output ({call})"
            )
            yield warning("unbuilt-change", text).at(file=here.name)
        elif here.steps:
            text = f"what {tool} does to this tree ({', '.join(sorted(here.steps))}) is not compared; it did not change"
            yield info("unbuilt-steps", text).at(file=here.name)


def _relative(files: Mapping[str, BuildFile], start: str) -> dict[str, BuildFile]:
    return {os.path.relpath(path, start): file for path, file in files.items()}


def _changed(
    folder: str, old: BuildFile | None, new: BuildFile | None, starts: tuple[str, str], read: tuple[Paths, ...]
) -> Iterator[str]:
    """The fields that differ, and resources that are added or removed while their objects stay.

    Where the file itself is added or removed, objects in its folder that it does not name count too.
    """
    steps, others = (one.steps if one is not None else {} for one in (old, new))
    yield from (key for key in steps.keys() | others.keys() if steps.get(key) != others.get(key))
    first, second = (_named(one, start) for one, start in zip((old, new), starts, strict=True))
    for path in first.keys() | second.keys():
        if (path in first) == (path in second):
            is_same = first[path] == second[path]
        elif old is None or new is None:
            is_same = path in read[path in second]
        else:
            mine, other = read if path in first else read[::-1]
            is_same = path in mine and path not in other
        if not is_same:
            yield "resources"
            return
    if (old is None) != (new is None):
        named = first.keys() | second.keys()
        if any(named.isdisjoint((path, *folders_of(path))) for path in read[old is None].get(folder, ())):
            yield "resources"


def _named(one: BuildFile | None, start: str) -> dict[str, Any]:
    named = one.resources.items() if one is not None else ()
    return {os.path.relpath(path, start) if os.path.isabs(path) else path: content for path, content in named}


def _by_folder(found: Input, start: str) -> Paths:
    """The files that were read, by their own paths and by every folder above them; "" is the start."""
    by: Paths = {}
    paths = {source.origin.path for source in found.sources if source.origin.path}
    for path in {os.path.relpath(path, start) for path in paths}:
        for key in (path, *folders_of(path), ""):
            by.setdefault(key, []).append(path)
    return by
