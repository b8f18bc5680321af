"""What a reader made of one document."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from krmfn.core.finding import Finding


class Reading:
    """A value, where its parts stand, and what in it Go's readers disagree about.

    `value` is made of dict (keys are str), list, str, int, float, bool and None; aliases and merges are written out,
    no two places share a container.
    `lines` has the 1-based line, in the text given, of every path: of the key for an entry of a mapping, of the element
    for one of a list, of the first line of the value for `()`.
    `problems` are error findings with code `ambiguous-scalar`, a path and a line: values and keys that kubectl and kpt
    read differently. They count only in fields that krmfn reads; the caller drops the others.
    """

    __slots__ = ("lines", "problems", "value")

    def __init__(self, value: Any, lines: dict[tuple[str | int, ...], int], problems: list[Finding]) -> None:
        self.value = value
        self.lines = lines
        self.problems = problems
