"""What a reader made of one document."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krmfn.model.finding import Finding
    from krmfn.model.objects import FieldPath


class Reading:
    """A value, where its parts are, and what in it Go's readers disagree about.

    `value` is made of dict (keys are str), list, str, int, float, bool and None; aliases and merges are written out,
    no two places share a container. It stays as it was read.
    `lines` has the 1-based line, in the text given, of every path: of the key for an entry of a mapping, of the element
    for one of a list, of the first line of the value for `()`.
    `numbers` are the same lines in the order of the parts, empty where they came by path.
    `problems` are error findings with code `ambiguous-scalar`, a path and a line: values and keys that kubectl and kpt
    read differently. They count only in fields that krmfn reads; the caller drops the others.
    """

    __slots__ = ("_lines", "numbers", "problems", "value")

    def __init__(self, value: Any, lines: dict[FieldPath, int] | list[int], problems: list[Finding]) -> None:
        """`lines` by path; or their numbers in the order in which the parts of the value stand, each before its own."""
        self.value = value
        self.problems = problems
        self.numbers = lines if isinstance(lines, list) else []
        self._lines = None if isinstance(lines, list) else lines

    @property
    def lines(self) -> dict[FieldPath, int]:
        """Line by path. Most documents are never asked for theirs."""
        if self._lines is None:
            self._lines = dict(zip(_paths(self.value, ()), self.numbers, strict=True))
        return self._lines


def _paths(value: Any, path: FieldPath) -> Iterator[FieldPath]:
    """The path of a value that is at `path`, then those of all its parts."""
    yield path
    rows = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in rows:
        yield from _paths(inner, (*path, key))
