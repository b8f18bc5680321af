"""Running a command for its time and its memory; what is compared is measured in turns, since machines are busy."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_ENVIRONMENT = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
"""Without what would change Python, such as PYTHONDONTWRITEBYTECODE."""


_LAUNCH = """
import os, sys, time
start = time.perf_counter()
_, status, used = os.wait4(os.posix_spawnp(sys.argv[2], sys.argv[2:], os.environ), 0)
seconds = time.perf_counter() - start
with open(sys.argv[1], "w") as file:
    print(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss << 10, os.waitstatus_to_exitcode(status), file=file)
"""
"""Starts a command from a small process: Linux counts the memory of what starts one as its own, up to then."""


class Call:
    """A command, what it reads, the folder in which it runs, its exit status, and variables of its environment."""

    def __init__(
        self,
        command: list[str],
        data: str = "",
        *,
        cwd: Path | None = None,
        expected: int = 0,
        variables: dict[str, str] | None = None,
    ) -> None:
        self.command, self.data, self.cwd, self.expected = command, data, cwd, expected
        self.variables = variables or {}


class Run:
    """Seconds on the clock and of all processors, peak memory in bytes, and what came out."""

    def __init__(self, seconds: float, worked: float, peak: int, out: bytes) -> None:
        self.seconds, self.worked, self.peak, self.out = seconds, worked, peak, out


def run(call: Call) -> Run:
    """One run, input and output through files so that no pipe's reader is measured."""
    with (
        tempfile.TemporaryFile() as given,
        tempfile.TemporaryFile() as out,
        tempfile.TemporaryFile() as said,
        tempfile.NamedTemporaryFile("r") as used,
    ):
        given.write(call.data.encode())
        given.seek(0)
        command = [sys.executable, "-I", "-S", "-c", _LAUNCH, used.name, *call.command]
        environment = {**_ENVIRONMENT, **call.variables}
        subprocess.run(command, stdin=given, stdout=out, stderr=said, env=environment, cwd=call.cwd, check=True)
        seconds, worked, peak, status = used.read().split()
        if int(status) != call.expected:
            said.seek(0)
            raise SystemExit(f"{call.command} ended with {status}: {said.read()[-500:]!r}")
        out.seek(0)
        return Run(float(seconds), float(worked), int(peak), out.read())


def in_turns(calls: dict[str, Call], rounds: int) -> dict[str, float]:
    """The median processor seconds of each call by name; a busy machine changes them less than those on the clock."""
    worked: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(rounds):
        for name, call in calls.items():
            worked[name].append(run(call).worked)
    return {name: statistics.median(values) for name, values in worked.items()}
