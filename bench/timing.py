"""Running a command for its time and its memory; what is compared is measured in turns, since machines are busy."""

from __future__ import annotations

import os
import statistics
import subprocess
import tempfile
import time


class Run:
    """Seconds on the clock and of all processors, peak memory in bytes, and how many bytes came out."""

    def __init__(self, seconds: float, worked: float, peak: int, out: int) -> None:
        self.seconds, self.worked, self.peak, self.out = seconds, worked, peak, out


def run(command: list[str], data: str, env: dict[str, str] | None = None, expected: int = 0) -> Run:
    """One run, input and output through files so that no pipe's reader is measured; `expected` is its exit status."""
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as out:
        given.write(data.encode())
        given.seek(0)
        start = time.perf_counter()
        process = subprocess.Popen(command, stdin=given, stdout=out, stderr=subprocess.DEVNULL, env=env)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != expected:
            raise SystemExit(f"{command} ended with {process.returncode}")
        worked = usage.ru_utime + usage.ru_stime
        return Run(seconds, worked, usage.ru_maxrss << 10, os.fstat(out.fileno()).st_size)


def in_turns(commands: dict[str, tuple[list[str], str]], rounds: int) -> dict[str, float]:
    """The median seconds of each command by name."""
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, (command, data) in commands.items():
            seconds[name].append(run(command, data).seconds)
    return {name: statistics.median(values) for name, values in seconds.items()}
