"""Faults below a misspelled key: they are looked for under the name that is meant, so that one run tells all."""

from __future__ import annotations

from krmfn.model.finding import dotted
from krmfn.model.fix import RENAME, Fix

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from krmfn.model.finding import Finding
    from krmfn.model.objects import FieldPath


def hidden(value: Any, found: list[Finding], look: Callable[[Any], list[Finding]]) -> list[Finding]:
    """What `look` finds below the keys that are surely misspelled, each at its path as it is written.

    Args:
        value: an object, which stays as it is
        found: what `look` found in it
        look: gives the findings of an object; it calls `hidden` itself, for misspelled keys below misspelled ones
    """
    written: dict[FieldPath, FieldPath] = {}
    for one in found:
        fix = one.fix
        if fix is not None and fix.operation == RENAME and fix.safe and fix.path == one.path:
            renamed = _renamed(value, fix.path, fix.value)
            if renamed is not None:
                value, written[*fix.path[:-1], fix.value] = renamed, fix.path
    if not written:
        return []
    below = []
    for one in look(value):
        for meant, path in written.items():
            if one.path[: len(meant)] == meant:
                below.append(_moved(one, meant, path))
    return below


def _renamed(value: Any, path: FieldPath, name: str) -> Any:
    """A copy with another key at a path; None where that key is there already, or holds nothing to look into."""
    part, rest = path[0], path[1:]
    if isinstance(value, list):
        below = _renamed(value[int(part)], rest, name)
        return None if below is None else [*value[: int(part)], below, *value[int(part) + 1 :]]
    if rest:
        below = _renamed(value[part], rest, name)
        return None if below is None else {**value, part: below}
    if name in value:
        return None
    return {name if key == part else key: item for key, item in value.items()}


def _moved(one: Finding, meant: FieldPath, written: FieldPath) -> Finding:
    """The finding at the path as it is written; the message names that path too, but for what to write instead."""

    def moved(path: FieldPath) -> FieldPath:
        return (*written, *path[len(meant) :]) if path[: len(meant)] == meant else path

    path, fix = moved(one.path), one.fix
    said, semicolon, advice = one.message.partition(";")
    return one.replace(
        path=path,
        message=said.replace(f'"{dotted(one.path)}"', f'"{dotted(path)}"') + semicolon + advice,
        fix=None if fix is None else Fix(fix.operation, moved(fix.path), fix.value, safe=fix.safe),
    )
