"""How far a long run is, on a terminal: one line that is written over, and erased at the end."""

from __future__ import annotations

import os
from time import monotonic

from krmfn.reports.terminal import STDERR, is_colored
from krmfn.streams import write_all

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Self

FIRST = 0.5
"""Seconds after which the line appears: a run that is shorter shows none."""
_NEXT = 0.2
"""Seconds between two lines."""
_ERASE = "\r\x1b[K"


def is_shown() -> bool:
    """Whether standard error is a terminal that can erase a line and may have color, and not the log of a CI run."""
    return bool(os.environ.get("TERM")) and not os.environ.get("CI") and is_colored(None, STDERR)


def width() -> int:
    """Columns of the terminal; 80 where they are unknown. A line that goes on in the next row could not be erased."""
    try:
        return os.get_terminal_size(STDERR).columns or 80
    except OSError:
        return 80


class Progress:
    """`12,000 of 20,000 clusters, 1,480 per second, 5 s left`; nothing where it is not shown."""

    def __init__(self, total: int, what: str, now: Callable[[], float] = monotonic) -> None:
        self._total = total
        self._what = what
        self._now = now
        self._began = now()
        self._next = self._began + FIRST
        self._done = 0
        self._is_there = False
        self._is_shown = is_shown()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def step(self, count: int) -> None:
        """So many more are done."""
        self._done += count
        now = self._now()
        if not self._is_shown or now < self._next:
            return
        self._next = now + _NEXT
        self._write(_ERASE + line(self._done, self._total, self._what, now - self._began)[: width() - 1])
        self._is_there = True

    def end(self) -> None:
        """Erase the line."""
        if self._is_there:
            self._write(_ERASE)
            self._is_there = False

    def _write(self, text: str) -> None:
        try:
            write_all(STDERR, text.encode())
        except OSError:
            self._is_shown = False


def line(done: int, total: int, what: str, seconds: float) -> str:
    """What is shown when `done` took so many seconds."""
    rate = done / seconds if seconds > 0 else 0.0
    left = f", {_duration((total - done) / rate)} left" if rate else ""
    return f"{done:,} of {total:,} {what}, {rate:,.0f} per second{left}"


def _duration(seconds: float) -> str:
    whole = round(seconds)
    return f"{whole} s" if whole < 120 else f"{whole // 60} min {whole % 60} s"
