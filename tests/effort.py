"""How much a piece of code does, counted in calls: the same on every machine, however busy it is."""

from __future__ import annotations

import sys
from collections import Counter
from contextlib import contextmanager
from inspect import CO_NEWLOCALS
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class TooMuch(BaseException):
    """More calls than were allowed. Not an Exception, so that no code under test takes it for one of its own."""


@contextmanager
def profiled(profile: Callable[[Any, str, Any], None]) -> Iterator[None]:
    """Give every call that the block makes to `profile`, as `sys.setprofile` does."""
    before = sys.getprofile()
    sys.setprofile(profile)
    try:
        yield
    finally:
        sys.setprofile(before)


@contextmanager
def at_most(calls: int) -> Iterator[None]:
    """Fail when the block makes more calls of functions, also of those written in C: where it would never end, too."""
    made = 0

    def count(_frame: Any, event: str, _argument: Any) -> None:
        nonlocal made
        made += event in ("call", "c_call")
        if made > calls:
            sys.setprofile(None)
            raise TooMuch(f"more than {calls} calls")

    with profiled(count):
        yield


def calls_of(work: Callable[[], object]) -> int:
    """How many calls of functions a piece of work makes, also of those written in C."""
    made = 0

    def count(_frame: Any, event: str, _argument: Any) -> None:
        nonlocal made
        made += event in ("call", "c_call")

    with profiled(count):
        work()
    return made


def functions_of(work: Callable[[], object], package: str) -> Counter[tuple[str, str]]:
    """How often a piece of work enters each function of a package, by module and name."""
    entered: Counter[tuple[str, str]] = Counter()

    def count(frame: Any, event: str, _argument: Any) -> None:
        module = frame.f_globals.get("__name__", "")
        if event == "call" and module.partition(".")[0] == package and frame.f_code.co_flags & CO_NEWLOCALS:
            entered[module, frame.f_code.co_name] += 1

    with profiled(count):
        work()
    return entered
