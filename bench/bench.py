"""Speed and memory as ratios within one run, each beside its limit. Ends with 1 when a limit is broken.

python bench/bench.py [--quick | --gate] [--write]

Peers are measured in the same run where they are on PATH, or named: KRMFN_KUBECTL, KRMFN_KUSTOMIZE, KRMFN_KPT,
KRMFN_HELM, and KRMFN_NATS_CHART for the folder of the official chart. A kustomize that the tests have built is found.
`--write` puts the table into docs/explanation/speed.md. `--gate` is the short form for CI: starts only, processor time,
each with twice its limit; a row that is above it is measured twice more, since a machine may be busy.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import platform
import shutil
import sys
import tempfile
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parent.parent))

from programs import ROOT, peer, version
from rows import FLEET, MANY, START, Programs, Row, diff_rows, five_thousand_rows, fleet_rows, many_rows, start_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

PAGE = ROOT / "docs" / "explanation" / "speed.md"
BEGIN, END = "<!-- written by make bench -->\n", "<!-- end -->\n"
GATE_FACTOR, GATE_TRIES = 2, 3
FLEET_SIZE = 20_000
MEMORY, NEEDED = Path("/dev/shm"), 4 << 30
"""A file system in memory, and the bytes that must be free there: 200,000 files of a page each, three times at most."""


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer rounds, no peers, no fleets")
    parser.add_argument("--gate", action="store_true", help="the short form for CI")
    parser.add_argument("--write", action="store_true", help="write the table into docs/explanation/speed.md")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as installed, tempfile.TemporaryDirectory(dir=in_memory()) as folder:
        place = Path(folder)
        programs = Programs(Path(installed))
        if asked.gate:
            return gate(lambda: [*start_rows(programs, place, 11, peers=False), *many_rows(programs, 3)])
        groups = [
            start_rows(programs, place, 10 if asked.quick else 40, peers=not asked.quick),
            many_rows(programs, 3 if asked.quick else 9),
        ]
        if not asked.quick:
            groups += five_thousand_rows(programs), diff_rows(programs, place, 3)
            groups.append(fleet_rows(programs, place, FLEET_SIZE))
        rows = []
        for row in chain.from_iterable(groups):
            show([row])
            rows.append(row)
    if asked.write:
        text = PAGE.read_text(encoding="utf-8")
        before, after = text.partition(BEGIN)[0], text.partition(END)[2]
        PAGE.write_text(f"{before}{BEGIN}{machine()}\n{table(rows)}{END}{after}", encoding="utf-8")
    return int(any(row.broken for row in rows))


def in_memory() -> Path | None:
    """A folder in memory with enough room, or None: the usual one.

    What a new file costs is a matter of the disk: on one ext4 `cp` took between 0.03 and 0.27 ms, here 0.02 ms.
    """
    return MEMORY if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > NEEDED else None


def gate(measure: Callable[[], list[Row]]) -> int:
    """1 when a row is above twice its limit each time that it is measured."""
    for _ in range(GATE_TRIES):
        rows = measure()
        slow = [row for row in rows if row.limit is not None and row.value > row.limit * GATE_FACTOR]
        if not slow:
            return 0
        show(slow)
    return 1


def show(rows: Iterable[Row]) -> None:
    """Print rows as plain text."""
    for row in rows:
        print(f"{row.what:<64}{row.measured:>10}{row.allowed:>10}{'  BROKEN' if row.broken else ''}", flush=True)


def table(rows: list[Row]) -> str:
    """The rows as Markdown, a table for each group."""
    text = ""
    for group in (START, MANY, FLEET):
        lines = [f"| {row.what} | {row.measured} | {row.allowed or row.note} |\n" for row in rows if row.group == group]
        if lines:
            text += f"| {group} | measured | at most |\n| --- | --- | --- |\n{''.join(lines)}\n"
    return text


def machine() -> str:
    """Date, Python, the class of the machine and the versions of the peers; no name of a host."""
    ram = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    peers = {
        "kubectl": ["version", "--client"],
        "kustomize": ["version"],
        "helm": ["version", "--short"],
        "kpt": ["version"],
    }
    there = [f"{name} {version([path, *words])}" for name, words in peers.items() if (path := peer(name))]
    files = "in memory" if in_memory() else "on disk"
    return (
        f"Measured on {dt.datetime.now(tz=dt.UTC):%Y-%m-%d} with Python {platform.python_version()} on"
        f" {os.cpu_count()} cores ({platform.machine()}, {ram:.0f} GiB), files {files};"
        f" load {os.getloadavg()[0]:.1f} at the end."
        f" Peers: {', '.join(there) or 'none'}.\n"
    )


if __name__ == "__main__":
    sys.exit(main())
