"""Findings of thousands of clusters on the disk, in order."""

from __future__ import annotations

import os
import pickle
from heapq import merge
from itertools import pairwise

from krmfn.model.finding import ERROR, Finding, Findings, place_in_order

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import Any, BinaryIO

_HELD = 2000
"""Findings of a stage that are in memory before they are written: about 2 MB."""
_BLOCK = 25
"""Findings that are read at once from each sorted run."""


class Recorded(Finding):
    """A finding, the line of its source, and the edit that fixes it: what it was made from is not kept.

    `source_line` and `change` are None where they are not known.
    """

    source_line: str | None
    change: Any

    def __init__(self, finding: Finding, source_line: str | None, change: Any) -> None:
        self.__dict__.update(finding.__dict__, source_line=source_line, change=change)


class StoredFindings:
    """The findings of one stage (see `rendering.fleet.Stage`) but those of `left_out` codes.

    They are written to a file, which others may share, in sorted runs, which `InOrder` merges.
    """

    __slots__ = ("_file", "_left_out", "_record", "_runs", "_waiting", "failed")

    def __init__(
        self, file: BinaryIO, record: Callable[[list[Finding]], list[Finding]], left_out: Sequence[str] = ()
    ) -> None:
        """`record` makes findings ready to be kept."""
        self._file = file
        self._record = record
        self._left_out = left_out
        self._runs: list[list[int]] = []
        self._waiting = Findings()
        self.failed = False

    def add(self, findings: Iterable[Finding]) -> None:
        """See `rendering.fleet.Stage`. Raises OSError."""
        found = [one for one in findings if one.code not in self._left_out]
        self.failed = self.failed or any(one.severity == ERROR for one in found)
        self._waiting += self._record(found)
        if len(self._waiting) >= _HELD:
            self._write()

    def _write(self) -> None:
        found = self._waiting.in_order()
        places = [self._file.tell()]
        for start in range(0, len(found), _BLOCK):
            pickle.dump(list(found[start : start + _BLOCK]), self._file, pickle.HIGHEST_PROTOCOL)
            places.append(self._file.tell())
        self._file.flush()
        self._runs.append(places)
        self._waiting.clear()

    def runs(self) -> list[Iterable[Finding]]:
        """Parts of the findings, each in order."""
        return [*map(self._run, self._runs), self._waiting.in_order()]

    def _run(self, places: list[int]) -> Iterator[Finding]:
        for start, end in pairwise(places):
            yield from pickle.loads(os.pread(self._file.fileno(), end - start, start))  # noqa: S301 - written above


class InOrder:
    """All findings of some stages in order; they are read from the disk each time."""

    __slots__ = ("_stages",)

    def __init__(self, stages: Sequence[StoredFindings]) -> None:
        self._stages = stages

    def __iter__(self) -> Iterator[Finding]:
        return merge(*(run for stage in self._stages for run in stage.runs()), key=place_in_order)
