"""Findings of thousands of clusters, counted: memory holds the first of each code, not all of them."""

from __future__ import annotations

from krmfn.model.finding import ERROR, Findings, place_in_order

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from krmfn.model.finding import Finding

FEW = 10
"""Findings of one code that are all told."""
FIRST = 3
"""Places that are named beside the first finding of a code with more than FEW."""
_SLACK = 64


class Tally:
    """For each severity and code the number of findings, and the first of them in their order."""

    __slots__ = ("_counts", "_first")

    def __init__(self) -> None:
        self._counts: dict[tuple[str, str], int] = {}
        self._first: dict[tuple[str, str], list[Finding]] = {}

    def add(self, findings: Iterable[Finding]) -> None:
        """Count them."""
        for one in findings:
            key = (one.severity, one.code)
            self._counts[key] = self._counts.get(key, 0) + 1
            first = self._first.setdefault(key, [])
            first.append(one)
            if len(first) > _SLACK:
                first[:] = Findings(first).in_order()[:FEW]

    def join(self, other: Tally) -> None:
        """Count those of another tally too."""
        for key, first in other._first.items():
            self._counts[key] = self._counts.get(key, 0) + other._counts[key]
            self._first.setdefault(key, []).extend(first)

    @property
    def failed(self) -> bool:
        """Whether any is an error."""
        return any(severity == ERROR for severity, _ in self._counts)

    def told(self) -> list[tuple[Finding, int, list[Finding]]]:
        """The findings to tell, in order, each with how many of its code follow untold, and the first of those.

        Of a code with more than FEW one is told, with the places of the next.
        """
        shown: list[tuple[Finding, int, list[Finding]]] = []
        for key, first in self._first.items():
            count, kept = self._counts[key], Findings(first).in_order()
            if count > FEW:
                shown.append((kept[0], count - 1, kept[1 : FIRST + 1]))
            else:
                shown += [(one, 0, []) for one in kept]
        return sorted(shown, key=lambda row: place_in_order(row[0]))
