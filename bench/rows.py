"""What is measured, row by row: each beside its limit, and beside what a peer needs for the like in the same run."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

from inputs import (
    ERROR,
    as_items,
    clusters,
    fleet,
    foreign,
    kustomization,
    mixed,
    one_cr,
    one_file,
    repository,
    slow_cr,
)
from programs import BARE, chart, in_image, installed, peer
from timing import Call, Run, in_turns, run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BARE_NAME = "the bare interpreter"
START, MANY, FLEET = "Starting: one call, in times the bare interpreter", "Many items in one call", "Fleets and diffs"


class Row:
    """A line of the table; `limit` is None for what is there to compare with."""

    def __init__(
        self, group: str, what: str, value: float, limit: float | None = None, unit: str = "x", *, note: str = ""
    ) -> None:
        self.group, self.what, self.value, self.limit, self.unit, self.note = group, what, value, limit, unit, note

    @property
    def broken(self) -> bool:
        """Whether it is above its limit."""
        return self.limit is not None and self.value > self.limit

    @property
    def measured(self) -> str:
        """Value and unit."""
        digits = 0 if self.value >= 100 else 1 if self.value >= 20 else 2
        return f"{self.value:.{digits}f} {self.unit}"

    @property
    def allowed(self) -> str:
        """Limit and unit, "" for none."""
        return "" if self.limit is None else f"{self.limit:.4g} {self.unit}"


class Programs:
    """krmfn as it is installed (`command`) and as the image has it (`function`)."""

    def __init__(self, folder: Path) -> None:
        self.command = installed(folder)
        self.function = in_image(folder)


def start_rows(programs: Programs, folder: Path, rounds: int, *, peers: bool) -> Iterator[Row]:
    """Cold starts with one CR, good and wrong."""
    good, more, wrong = (one_file(folder / name, text) for name, text in _STATES.items())
    krmfn = programs.command
    ours = {
        "one NATS, as a function, the image": (1.5, Call(programs.function, one_cr())),
        "one NATS, as a function, the command": (3.2, Call([krmfn], one_cr())),
        "`krmfn render` of one NATS": (4, Call([krmfn, "render", "-f", str(good)])),
        "`krmfn check` of one NATS": (4, Call([krmfn, "check", "-f", str(good)])),
        "`krmfn diff` of two states of one NATS": (4, Call([krmfn, "diff", str(good), str(more)], expected=1)),
        "`krmfn cmp parameters`": (4, Call([krmfn, "cmp", "parameters"])),
        "one NATS that the fast reader declines, the command": (6, Call([krmfn], slow_cr())),
    }
    errors = {
        "a NATS with errors over a good one, as a function": (Call([krmfn], one_cr(wrong=True), expected=1), 1),
        "the same, `krmfn render`": (Call([krmfn, "render", "-f", str(wrong)], expected=1), 2),
        "the same, `krmfn check`": (Call([krmfn, "check", "-f", str(wrong)], expected=1), 3),
    }
    theirs = peers_at_start(folder) if peers else {}
    calls = {BARE_NAME: Call(BARE), **{name: call for name, (_, call) in ours.items()}, **theirs}
    calls |= {name: call for name, (call, _) in errors.items()}
    medians = in_turns(calls, rounds)
    bare = medians[BARE_NAME]
    for name, (limit, _) in ours.items():
        yield Row(START, name, medians[name] / bare, limit)
    names = list(ours)
    for name, (_, good_one) in errors.items():
        yield Row(START, name, medians[name] / medians[names[good_one]], 3)
    for name in theirs:
        yield Row(START, name, medians[name] / bare, note="a peer")


_STATES = {"good": "size: 3", "more": "size: 5", "wrong": ERROR}


def peers_at_start(folder: Path) -> dict[str, Call]:
    """What others need for one small input, those that are here."""
    small = kustomization(folder / "small")
    found = {}
    if kubectl := peer("kubectl"):
        found["`kubectl kustomize`, one ConfigMap"] = Call([kubectl, "kustomize", str(small)])
    if kustomize := peer("kustomize"):
        found["`kustomize build`, one ConfigMap"] = Call([kustomize, "build", str(small)])
    if (helm := peer("helm")) and (folder_of_chart := chart()):
        values = ["--set", "config.cluster.enabled=true", "--set", "config.jetstream.enabled=true"]
        found["`helm template` of the official NATS chart, three servers"] = Call(
            [helm, "template", "nats", folder_of_chart, *values]
        )
    if (kpt := peer("kpt")) and (cat := shutil.which("cat")):
        found["`kpt fn eval --exec cat`, one NATS"] = Call([kpt, "fn", "eval", "-", "--exec", cat], one_cr())
    return found


def many_rows(programs: Programs, rounds: int) -> Iterator[Row]:
    """Foreign items that must come back as they are."""
    few, many = foreign(100), foreign(10_000)
    back = run(Call(programs.function, many))
    if back.out != many.encode():
        raise SystemExit("10,000 foreign items did not come back byte for byte")
    calls = {
        "bare": Call(BARE),
        "few": Call(programs.function, few),
        "many": Call(programs.function, many),
    }
    medians = in_turns(calls, rounds)
    yield Row(MANY, "no NATS, 10,000 items, in times the bare interpreter", medians["many"] / medians["bare"], 30)
    yield Row(MANY, "growth: 10,000 items over 100", medians["many"] / medians["few"], 120)
    yield Row(MANY, "memory, no NATS, 10,000 items, over input and output", *_memory(back, many))


def _memory(measured: Run, data: str) -> tuple[float, float]:
    """Peak memory over input and output, and what that may be: 5 times, and 30 MB for the interpreter."""
    moved = len(data.encode()) + len(measured.out)
    return measured.peak / moved, 5 + 30e6 / moved


def five_thousand_rows(programs: Programs) -> Iterator[Row]:
    """Five thousand CRs in one call, beside what kpt needs to pass the same text through `cat`."""
    data, crs = mixed(10_000), 5_000
    runs = [run(Call(programs.function, data)) for _ in range(3)]
    ours = min(runs, key=lambda one: one.worked)
    yield Row(MANY, "5,000 NATS among 10,000 items, a NATS", ours.worked / crs * 1000, 0.6, "ms")
    yield Row(MANY, "memory, 5,000 NATS, over input and output", *_memory(ours, data))
    apart = run(Call(programs.function, mixed(10_000, own=True)))
    yield Row(MANY, "the same, each with a spec of its own, a NATS", apart.worked / crs * 1000, None, "ms")
    kpt, cat = peer("kpt"), shutil.which("cat")
    if kpt and cat:
        theirs = run(Call([kpt, "fn", "eval", "-", "--exec", cat], data))
        share = max(ours.seconds / theirs.seconds, ours.worked / theirs.worked)
        yield Row(MANY, "5,000 NATS, over `kpt fn eval --exec cat` of the same list", share * 100, 8, "%")


def fleet_rows(programs: Programs, folder: Path, count: int) -> Iterator[Row]:
    """A directory of clusters rendered into a directory, and the memory for it."""
    few, many = (fleet(folder / f"fleet-{n}", n) for n in (count // 10, count))
    render = [programs.command, "render", "-R"]
    has_jobs = b"--jobs" in run(Call([programs.command, "render", "--help"])).out
    one_job = ["--jobs", "1"] if has_jobs else []
    own_cache = {"KRMFN_CACHE": str(folder / "cache")}

    def rendered(crs: Path, name: str, *jobs: str) -> Run:
        return run(Call([*render, *jobs, "-f", str(crs), "--output-dir", str(folder / name)], variables=own_cache))

    small, large = rendered(few, "out-few", *one_job), rendered(many, "out", *one_job)
    what = f"`render -R --output-dir` of {count:,} NATS"
    yield Row(FLEET, f"{what}, one process, a NATS", large.worked / count * 1000, 1, "ms")
    yield Row(FLEET, f"{what}, memory", large.peak / 1e6, 150, "MB")
    apart = rendered(fleet(folder / "fleet-own", count // 10, own=True), "out-own", *one_job)
    few_of_them = f"`render -R --output-dir` of {count // 10:,} NATS, each with a spec of its own"
    yield Row(FLEET, f"{few_of_them}, a NATS", apart.worked / count * 10_000, None, "ms")
    yield Row(FLEET, f"memory of {count:,} NATS over that of {count // 10:,}", large.peak / small.peak, 1.2)
    copied = run(Call(["cp", "-r", str(folder / "out"), str(folder / "copy")]))
    yield Row(FLEET, "`cp -r` of that directory, a NATS", copied.worked / count * 1000, None, "ms")
    shutil.rmtree(folder / "copy")
    again = rendered(many, "out", *one_job)
    yield Row(FLEET, f"{what}, nothing changed, a NATS", again.worked / count * 1000, None, "ms")
    if has_jobs:
        two = rendered(many, "out-2", "--jobs", "2")
        yield Row(FLEET, f"{what}, `--jobs 2`, a NATS, on the clock", two.seconds / count * 1000, 0.6, "ms")
        yield Row(FLEET, f"{what}, one process, a NATS, on the clock", large.seconds / count * 1000, None, "ms")
        same = ["diff", "-rq", str(folder / "out"), str(folder / "out-2")]
        if subprocess.run(same, capture_output=True, check=False).returncode:
            raise SystemExit("two jobs wrote other bytes than one")


def diff_rows(programs: Programs, folder: Path, rounds: int) -> Iterator[Row]:
    """A revision against the working tree beside two folders; two states of 10,000 objects beside kpt's `cat`."""
    before, now = repository(folder / "repository", 1_000)
    calls = {
        "folders": Call([programs.command, "diff", str(before), str(now)], expected=1),
        "git": Call([programs.command, "diff", "--git", "HEAD", "--", now.name], cwd=now.parent, expected=1),
    }
    medians = in_turns(calls, rounds)
    yield Row(FLEET, "`diff --git`, 1,000 NATS, one changed, over two folders", medians["git"] / medians["folders"], 3)
    kpt, cat = peer("kpt"), shutil.which("cat")
    if not kpt or not cat:
        return
    old, new = (clusters(programs.command, size, 1_000) for size in (3, 5))
    for name, state in (("old", old), ("new", new)):
        (folder / f"{name}.yaml").write_text("---\n".join(state))
    ours = run(Call([programs.command, "diff", str(folder / "old.yaml"), str(folder / "new.yaml")], expected=1))
    theirs = run(Call([kpt, "fn", "eval", "-", "--exec", cat], as_items(old)))
    share = max(ours.seconds / theirs.seconds, ours.worked / theirs.worked)
    yield Row(FLEET, "`diff` of 10,000 objects that differ, over `kpt fn eval --exec cat`", share * 100, 10, "%")
