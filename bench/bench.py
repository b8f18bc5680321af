"""Speed and memory as ratios within one run, each beside its limit. Ends with 1 when a limit is broken.

python bench/bench.py [--quick]
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from inputs import as_items, cluster, foreign, mixed, one_cr, slow_cr
from timing import Run, in_turns, run

from image import bundle

ROOT = Path(__file__).parent.parent
ENTRY = "import sys\nsys.path.insert(0, {root!r})\nfrom krmfn.__main__ import entry\nentry()\n"
ISOLATED = [sys.executable, "-I", "-S"]
INSTALLED = Path(sys.executable).with_name("krmfn")
CRS = 5_000
OBJECTS = 10_000


class Row:
    """A line of the table."""

    def __init__(self, what: str, value: float, limit: float | None, unit: str = "x") -> None:
        """Without a limit it is there to compare with."""
        self.what, self.value, self.limit, self.unit = what, value, limit, unit

    @property
    def broken(self) -> bool:
        """Whether it is above its limit."""
        return self.limit is not None and self.value > self.limit

    def __str__(self) -> str:
        limit = "" if self.limit is None else f"{self.limit:g}"
        return f"{self.what:<58}{self.value:>9.2f} {self.unit:<4}{limit:>8}  {'BROKEN' if self.broken else ''}".rstrip()


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer rounds and no comparison with kpt")
    quick = parser.parse_args().quick
    with tempfile.TemporaryDirectory() as folder:
        function = [*ISOLATED, str(image_entry(Path(folder)))]
        site = [sys.executable, "-I", "-c", ENTRY.format(root=str(ROOT))]
        rows = [
            *one_cr_rows(function, site, Path(folder), 10 if quick else 40),
            *many_rows(function, 3 if quick else 9),
            *fleet_rows(function, compare=not quick),
            *([] if quick else diff_rows(Path(folder))),
        ]
    print(f"{'':<58}{'measured':>9}     {'limit':>8}")
    for row in rows:
        print(row)
    return int(any(row.broken for row in rows))


def image_entry(folder: Path) -> Path:
    """The entry point of the image, beside a copy of the package as the image holds it."""
    shutil.copytree(ROOT / "krmfn", folder / "krmfn", ignore=shutil.ignore_patterns("__pycache__"))
    bundle.write(folder, sys.executable, str(folder))
    entry = folder / "entry.py"
    entry.write_text(bundle.ENTRY.format(python=sys.executable, library=folder))
    return entry


def one_cr_rows(function: list[str], site: list[str], folder: Path, rounds: int) -> list[Row]:
    """Cold starts with one CR, in times the bare interpreter."""
    commands = {
        "bare": ([*ISOLATED, "-c", "pass"], ""),
        "one CR, function mode, the image's entry point": (function, one_cr()),
        "one CR, the installed command": ([str(INSTALLED)], one_cr()),
        "one CR that only the slow reader reads": (site, slow_cr()),
    }
    limits = {"one CR, function mode, the image's entry point": 1.6, "one CR, the installed command": 3.5}
    limits["one CR that only the slow reader reads"] = 5
    if kubectl := shutil.which("kubectl"):
        (folder / "kustomization.yaml").write_text("resources: [one.yaml]\n")
        (folder / "one.yaml").write_text("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: one\n")
        commands["for comparison: kubectl kustomize, one resource"] = ([kubectl, "kustomize", str(folder)], "")
    medians = in_turns(commands, rounds)
    bare = medians.pop("bare")
    return [Row(name, seconds / bare, limits.get(name)) for name, seconds in medians.items()]


def many_rows(function: list[str], rounds: int) -> list[Row]:
    """Foreign items that must come back as they are."""
    few, many = foreign(100), foreign(10_000)
    medians = in_turns(
        {"bare": ([*ISOLATED, "-c", "pass"], ""), "few": (function, few), "many": (function, many)}, rounds
    )
    peak = run(function, many)
    return [
        Row("no CR, 10,000 items", medians["many"] / medians["bare"], 40),
        Row("growth, 10,000 items over 100", medians["many"] / medians["few"], 130),
        Row("memory, no CR, 10,000 items", *memory(peak, many), "x"),
    ]


def memory(measured: Run, data: str) -> tuple[float, float]:
    """Peak memory over input and output, and what that may be: 6 times, and 30 MB for the interpreter."""
    moved = len(data.encode()) + measured.out
    return measured.peak / moved, 6 + 30e6 / moved


def fleet_rows(function: list[str], *, compare: bool) -> list[Row]:
    """Five thousand CRs in one call, beside what kpt needs to pass the same text through `cat`."""
    data = mixed(2 * CRS)
    measured = run(function, data)
    rows = [
        Row("5,000 CRs among 10,000 items, a CR", measured.seconds / CRS * 1000, 1, "ms"),
        Row("memory, 5,000 CRs", *memory(measured, data), "x"),
    ]
    kpt, cat = shutil.which("kpt"), shutil.which("cat")
    if compare and kpt and cat:
        through_kpt = run([kpt, "fn", "eval", "-", "--exec", cat], data)
        rows.append(Row("5,000 CRs over kpt fn eval --exec cat", measured.seconds / through_kpt.seconds, 0.1))
    return rows


def diff_rows(folder: Path) -> list[Row]:
    """Two states of 10,000 objects, beside what kpt needs to pass the new one through `cat`.

    The larger of two ratios, on the clock and of the processors' work: kpt keeps several busy, krmfn one.
    """
    kpt, cat = shutil.which("kpt"), shutil.which("cat")
    if not kpt or not cat:
        return []
    old, new = (cluster(size, OBJECTS) for size in (3, 5))
    few = [after if number % 50 == 0 else before for number, (before, after) in enumerate(zip(old, new, strict=True))]
    rows = []
    for what, objects in (("10,000 objects that differ", new), ("the same, one in 50 differs", few)):
        for name, state in (("old", old), ("new", objects)):
            (folder / f"{name}.yaml").write_text("---\n".join(state))
        ours = run([str(INSTALLED), "diff", str(folder / "old.yaml"), str(folder / "new.yaml")], "", expected=1)
        theirs = run([kpt, "fn", "eval", "-", "--exec", cat], as_items(objects))
        ratio = max(ours.seconds / theirs.seconds, ours.worked / theirs.worked)
        rows.append(Row(f"diff, {what}, over kpt's cat", ratio, 0.1))
    return rows


if __name__ == "__main__":
    sys.exit(main())
