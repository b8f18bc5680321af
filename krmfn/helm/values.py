"""Values files as Helm merges them: which values count, the line of each, and which ones a later file replaces."""

from __future__ import annotations

from krmfn.model.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any, TypeAlias

    from krmfn.model.objects import FieldPath

    Lines: TypeAlias = dict[FieldPath, int]


class ValuePlace(Record):
    """A file as findings name it, and the line from 1; None where the line is not known."""

    file: str
    line: int | None = None


class Values:
    """`tree` is what all files together say, `places` has the place of every path in it.

    `replaced` are values that do not count: path, place, and the place of the value that counts. `files` are the names
    in their order.
    """

    __slots__ = ("files", "places", "replaced", "tree")

    def __init__(self, files: Sequence[tuple[str, dict[str, Any], Lines]]) -> None:
        """`files` in the order of `helm -f`: name, values, lines by path. Maps are merged, all else is replaced."""
        self.files = [file for file, _, _ in files]
        self.tree: dict[str, Any] = {}
        self.places: dict[FieldPath, ValuePlace] = {}
        self.replaced: list[tuple[FieldPath, Any, ValuePlace, ValuePlace]] = []
        for file, value, lines in files:
            self._merge(self.tree, value, (), file, lines)

    def _merge(self, into: dict[str, Any], value: dict[str, Any], path: FieldPath, file: str, lines: Lines) -> None:
        for name, inner in value.items():
            here = (*path, name)
            there = into.get(name)
            if isinstance(inner, dict) and inner and isinstance(there, dict) and there:
                self._merge(there, inner, here, file, lines)
                continue
            place = ValuePlace(file=file, line=lines.get(here))
            if name in into and not (inner == {} and isinstance(there, dict)):
                self._replace(here, there, place)
            elif name in into:  # an empty map adds nothing to a map
                self.replaced.append((here, {}, place, self.places[here]))
                continue
            into[name] = _copy(inner)
            for below, _ in parts(inner, here):
                self.places[below] = ValuePlace(file=file, line=lines.get(below))

    def _replace(self, path: FieldPath, value: Any, by: ValuePlace) -> None:
        self.replaced += [(leaf, inner, self.places[leaf], by) for leaf, inner in leaves(value, path)]
        for below, _ in parts(value, path):
            self.places.pop(below, None)


def parts(value: Any, path: FieldPath = ()) -> Iterator[tuple[FieldPath, Any]]:
    """(path, value) of a value and of everything in it."""
    yield path, value
    rows = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in rows:
        yield from parts(inner, (*path, key))


def leaves(value: Any, path: FieldPath = ()) -> Iterator[tuple[FieldPath, Any]]:
    """(path, value) of everything that has nothing in it: scalars, empty maps and empty lists."""
    yield from (
        (below, inner) for below, inner in parts(value, path) if not isinstance(inner, (dict, list)) or not inner
    )


def at(value: Any, path: FieldPath) -> Any:
    """The value at a path; None where there is none."""
    for key in path:
        if isinstance(value, dict):
            value = value.get(key)
        elif isinstance(value, list) and isinstance(key, int) and key < len(value):
            value = value[key]
        else:
            return None
    return value


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _copy(inner) for name, inner in value.items()}
    return [_copy(inner) for inner in value] if isinstance(value, list) else value
