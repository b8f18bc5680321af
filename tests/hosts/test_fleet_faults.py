"""What goes wrong while many clusters are rendered leaves the old directory whole, no process behind, and one line."""

from __future__ import annotations

import os
import pty
import random
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from typing import TYPE_CHECKING
from unittest.mock import Mock, patch

import pytest

from krmfn.cli.main import command
from krmfn.cli.progress import Progress, line
from krmfn.rendering.jobs import WorkerLost, processes, results
from krmfn.sources.file_list import Texts
from tests.calls import FUNCTION, plain_environment
from tests.hosts.test_fleet import CR, SETTINGS, put, tree
from tests.small_disk import small_disk

if TYPE_CHECKING:
    from pathlib import Path

COUNT = 250
"""More than the number up to which an input is kept in memory."""


def files(extra: str) -> dict[str, str]:
    """The step between the two states removes objects and adds others, and destroys nothing."""
    made = {f"n{number:03}.yaml": CR % ("a", f"n{number:03}", "", "1") for number in range(COUNT)}
    return {**made, "rendernats.yaml": SETTINGS % f"{extra}: true"}


def call(source: Path, out: Path, *more: str) -> list[str]:
    return [*FUNCTION, "render", "-R", "-f", str(source), "--output-dir", str(out), *more]


@pytest.fixture(scope="module")
def fleet(tmp_path_factory):
    """Two inputs, and the directories that they are rendered into."""
    folder = tmp_path_factory.mktemp("fleet")
    both = []
    for state, extra in (("rules", "prometheusRule"), ("access", "networkPolicy")):
        put(folder / state, files(extra))
        out = folder / f"whole-{state}" / "out"
        subprocess.run(call(folder / state, out), check=True, capture_output=True, env=plain_environment())
        both.append(tree(out))
    return folder, both


@pytest.fixture
def out(fleet, tmp_path):
    """A directory with the first of the two renders, and a file of the user's."""
    folder, _ = fleet
    root = tmp_path / "parent" / "out"
    shutil.copytree(folder / "whole-rules" / "out", root)
    (root / "mine").write_text("mine")
    return root


def check_whole(out: Path, both: list[dict[str, bytes]]) -> int:
    """Which of the two states a directory has."""
    now = tree(out)
    assert now.pop("mine") == b"mine"
    assert now in both
    return both.index(now)


def children_of(parent: int) -> set[int]:
    done = subprocess.run(["ps", "-o", "pid=", "--ppid", str(parent)], capture_output=True, text=True, check=False)
    return {int(word) for word in done.stdout.split()}


def all_end(workers: set[int]) -> bool:
    """Whether all these processes end within the time of `wait_until`."""
    return wait_until(lambda: not any(map(is_alive, workers)))


def wait_until(is_so, seconds: float = 30.0) -> bool:
    end = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def is_alive(process: int) -> bool:
    """Whether it runs: one that ended and waits to be collected does not."""
    try:
        with open(f"/proc/{process}/stat") as status:
            return status.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


AS_BY_DEFAULT = """
import os, signal, sys
signal.signal(signal.SIGHUP, signal.SIG_DFL)
os.execv(sys.argv[1], sys.argv[1:])
"""
"""Run a command that SIGHUP ends, also where these tests were started by nohup."""


def start(fleet, out: Path, state: str) -> subprocess.Popen[bytes]:
    line = call(fleet[0] / state, out, "--jobs", "2")
    return subprocess.Popen(
        [sys.executable, "-c", AS_BY_DEFAULT, *line],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=plain_environment(),
    )


def test_a_kill_at_any_moment_leaves_the_old_or_the_new_fleet(fleet, out):
    chance, killed, wait, seen = random.Random(3), 0, 1.0, set()
    for number in range(10):
        run = start(fleet, out, ("access", "rules")[number % 2])
        time.sleep(wait * chance.uniform(0.3, 1.0))
        workers = children_of(run.pid)
        run.send_signal(signal.SIGKILL)
        run.communicate()
        killed += run.returncode == -signal.SIGKILL
        wait *= 1.05 if run.returncode else 0.8
        seen.add(check_whole(out, fleet[1]))
        assert all_end(workers), "a process was left behind"
    assert killed > 3
    assert start(fleet, out, "access").communicate()
    assert check_whole(out, fleet[1]) == 1
    assert os.listdir(out.parent) == ["out"]


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_leaves_no_half_of_a_directory_and_no_process(fleet, out, number, status):
    run = start(fleet, out, "access")
    assert wait_until((out.parent / ".out.krmfn-new").exists)
    workers = children_of(run.pid)
    assert workers
    run.send_signal(number)
    _, said = run.communicate()
    assert run.returncode == status
    assert b"Traceback" not in said
    assert check_whole(out, fleet[1]) == 0
    assert os.listdir(out.parent) == ["out"]
    assert all_end(workers)


def test_a_process_that_is_killed_is_one_line_and_changes_nothing(fleet, out):
    run = start(fleet, out, "access")
    assert wait_until((out.parent / ".out.krmfn-new").exists)
    os.kill(min(children_of(run.pid)), signal.SIGKILL)
    _, said = run.communicate()
    assert run.returncode == 1
    assert said.decode() == (
        "error: a process of --jobs was killed, most likely because there is not enough memory; nothing was changed;"
        " use a smaller --jobs, or give krmfn more memory [out-of-memory]\n"
    )
    assert check_whole(out, fleet[1]) == 0
    assert os.listdir(out.parent) == ["out"]


def test_two_fleets_at_once_leave_one_of_their_states(fleet, out):
    for _ in range(3):
        runs = [start(fleet, out, state) for state in ("rules", "access")]
        said = [run.communicate()[1] for run in runs]
        assert [run.returncode for run in runs] == [0, 0], said
        check_whole(out, fleet[1])
        assert os.listdir(out.parent) == ["out"]


def test_a_full_disk_changes_nothing(fleet, tmp_path):
    with small_disk(tmp_path, "2m") as small:
        run = start(fleet, small / "out", "access")
        _, said = run.communicate()
        assert run.returncode == 1
        assert b"No space left on device; nothing was changed [write-failed]" in said
        assert os.listdir(small) == []


def test_no_directory_for_temporary_files_is_needed(fleet, tmp_path):
    """As in a container with a read-only disk, where the Job of examples/fleet runs: only the output can be written."""
    source = str(fleet[0] / "rules")
    with (
        patch.object(tempfile, "_get_default_tempdir", side_effect=FileNotFoundError(2, "none")),
        patch.object(tempfile, "tempdir", None),
    ):
        assert command(["render", "-R", "-f", source, "--output-dir", str(tmp_path / "out")]) == 0
        assert command(["render", "-R", "-f", source, "--output-dir", str(tmp_path / "out"), "--check"]) == 0
        assert command(["check", "-R", "-f", source]) == 0
    assert tree(tmp_path / "out") == fleet[1][0]


@pytest.mark.parametrize("moment", [0.3, 0.6, 0.9])
def test_a_check_that_is_killed_leaves_nothing_and_needs_no_place_for_the_files(fleet, tmp_path, moment):
    """All files are missing, and the directory for temporary files has no room for them."""
    small = tmp_path / "small"
    small.mkdir()
    line = [*call(fleet[0] / "rules", tmp_path / "out"), "--check", "--jobs", "2"]
    env = {**plain_environment(), "TMPDIR": str(small)}
    began = time.monotonic()
    whole = subprocess.run(line, capture_output=True, text=True, check=False, env=env)
    took = time.monotonic() - began
    assert (whole.returncode, f"{len(fleet[1][0])} files are not current" in whole.stderr) == (1, True)
    run = subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=env)
    time.sleep(took * moment)
    assert sum(len(names) for _, _, names in os.walk(small)) == 0
    run.kill()
    run.wait()
    assert os.listdir(small) == []


@pytest.mark.parametrize("locale", ["ascii", "utf-8", "latin-1"])
def test_a_file_name_comes_back_as_the_locale_has_it(locale):
    """LC_ALL=C with PYTHONUTF8=0 has every byte outside of ASCII as a surrogate, also those that are UTF-8 together."""
    names = [name.decode(locale, "surrogateescape") for name in (b"\xc3\xbc.yaml", b"\xff.yaml", b"a.yaml")]
    texts = Texts()
    for name in names:
        texts.append(name)
    assert [texts[number] for number in range(3)] == names


@pytest.mark.parametrize("more", [(), ("--check",)])
def test_no_room_for_temporary_files_is_an_error_that_names_their_directory(fleet, tmp_path, more):
    with small_disk(tmp_path) as small:
        done = subprocess.run(
            [*call(fleet[0] / "rules", tmp_path / "out"), *more],
            capture_output=True,
            text=True,
            check=False,
            env={**plain_environment(), "TMPDIR": str(small)},
        )
        assert (done.returncode, os.listdir(small), os.listdir(tmp_path)) == (1, [], ["small"])
        assert f"No space left on device ({small}); nothing was changed" in done.stderr


def test_an_exception_in_a_process_is_that_of_the_caller():
    with pytest.raises(ZeroDivisionError):
        list(results(lambda number: 1 // number, [1, 0, 2], 2))
    with pytest.raises(WorkerLost):
        list(results(lambda _: os.kill(os.getpid(), signal.SIGKILL), [1, 2, 3], 2))
    assert list(results(lambda number: number * 2, list(range(50)), 7)) == [number * 2 for number in range(50)]


@pytest.mark.parametrize("which", [1, 2, 3])
def test_where_no_more_processes_can_begin_one_does_the_work(fleet, tmp_path, monkeypatch, which):
    """The fork of the first, second or last process fails; those before it end."""
    fork, count, children = os.fork, [0], []

    def no_more() -> int:
        count[0] += 1
        if count[0] >= which:
            raise BlockingIOError(11, "Resource temporarily unavailable")
        child = fork()
        children.append(child)
        return child

    monkeypatch.setattr(os, "fork", no_more)
    out = tmp_path / "out"
    assert command(["render", "-R", "-f", str(fleet[0] / "rules"), "--output-dir", str(out), "--jobs", "3"]) == 0
    assert tree(out) == fleet[1][0]
    assert len(children) == which - 1
    assert not any(map(is_alive, children))


def test_processes_need_no_threads(monkeypatch):
    """Where a thread that carries tasks cannot begin, who waits for their results waits forever."""
    monkeypatch.setattr("threading.Thread.start", Mock(side_effect=RuntimeError("can't start new thread")))
    found = list(results(lambda _: os.getpid(), range(20), 2))
    assert len(set(found) - {os.getpid()}) == 2


def test_processes_end_with_the_caller_that_stops_early():
    each = results(lambda _: os.getpid(), range(20), 2)
    process = next(each)
    each.close()
    assert not is_alive(process)


def test_exceptions_come_in_the_order_of_the_tasks():
    def work(number: int) -> int:
        time.sleep(0.2 if number == 1 else 0)
        if number:
            raise ValueError(number)
        return number

    each = results(work, range(9), 3)
    assert next(each) == 0
    with pytest.raises(ValueError, match=r"^1$"):
        next(each)


def test_one_process_is_enough_for_few_clusters_and_a_number_given_counts():
    assert processes(None, 200, 200) == 1
    assert processes(None, 201, 200) == len(os.sched_getaffinity(0))
    assert processes(3, 1, 200) == 3


def test_few_clusters_import_nothing_for_processes(fleet):
    code = "import sys; from krmfn.cli.main import command; command(sys.argv[1:]); print(*sys.modules, file=sys.stderr)"
    one = fleet[0] / "rules" / "n000.yaml"
    done = subprocess.run(
        [sys.executable, "-c", code, "render", "-f", str(one)],
        capture_output=True,
        text=True,
        check=True,
        env=plain_environment(),
    )
    loaded = set(done.stderr.splitlines()[-1].split())
    assert not loaded & {"multiprocessing", "concurrent.futures", "krmfn.cli.fleet", "krmfn.rendering.jobs", "tempfile"}


def on_terminal(arguments: list[str], **environment: str) -> str:
    """What a call writes to standard error when that is a terminal."""
    main, other = pty.openpty()
    base = {key: value for key, value in plain_environment().items() if key not in ("CI", "NO_COLOR")}
    run = subprocess.Popen(
        arguments, stdout=subprocess.DEVNULL, stderr=other, env={**base, "TERM": "xterm", **environment}
    )
    os.close(other)
    said = b""
    while True:
        if select.select([main], [], [], 0.1)[0]:
            try:
                chunk = os.read(main, 1 << 16)
            except OSError:  # nobody has the other end any more
                break
            if not chunk:
                break
            said += chunk
    os.close(main)
    assert run.wait() == 0
    return said.decode()


def test_progress_is_shown_on_a_terminal_and_erased(fleet, tmp_path):
    """Slowed down by a system call for each cluster, so that it takes longer than the half second."""
    slow = (
        "import sys, time; from krmfn.rendering import fleet; render = fleet.Fleet.render\n"
        "fleet.Fleet.render = lambda *a: (time.sleep(0.3), render(*a))[1]\n"
        "from krmfn.__main__ import main; sys.exit(main())"
    )
    arguments = [
        sys.executable,
        "-c",
        slow,
        *call(fleet[0] / "rules", tmp_path / "out", "--jobs", "1")[len(FUNCTION) :],
    ]
    said = on_terminal(arguments)
    shown, _, rest = said.rpartition("\r\x1b[K")
    assert f"of {COUNT} clusters, " in shown
    assert " per second, " in shown
    assert shown.split("\r\x1b[K")[1].endswith(" left")
    assert "per second" not in rest
    assert f"{tmp_path}/out: " in rest
    for environment in ({"CI": "true"}, {"NO_COLOR": "1"}, {"TERM": "dumb"}):
        assert "per second" not in on_terminal(arguments, **environment)


def test_progress_waits_for_half_a_second_and_tells_what_is_left(monkeypatch):
    written: list[bytes] = []
    monkeypatch.setattr("krmfn.cli.progress.is_shown", lambda: True)
    monkeypatch.setattr("krmfn.cli.progress.write_all", lambda _, data: written.append(data))
    now = [0.0]
    with Progress(100, "clusters", lambda: now[0]) as progress:
        for now[0] in (0.1, 0.49, 0.5, 0.6, 0.71):
            progress.step(10)
    assert written == [
        b"\r\x1b[K30 of 100 clusters, 60 per second, 1 s left",
        b"\r\x1b[K50 of 100 clusters, 70 per second, 1 s left",
        b"\r\x1b[K",
    ]
    assert line(12_000, 20_000, "clusters", 8) == "12,000 of 20,000 clusters, 1,500 per second, 5 s left"
    assert line(1, 1000, "clusters", 1) == "1 of 1,000 clusters, 1 per second, 16 min 39 s left"


def test_progress_stays_in_the_row_of_a_narrow_terminal(monkeypatch):
    written: list[bytes] = []
    now = [0.0]
    monkeypatch.setattr("krmfn.cli.progress.is_shown", lambda: True)
    monkeypatch.setattr("krmfn.cli.progress.write_all", lambda _, data: written.append(data))
    monkeypatch.setattr("os.get_terminal_size", lambda _: os.terminal_size((30, 10)))
    with Progress(100, "clusters", lambda: now[0]) as progress:
        now[0] = 1.0
        progress.step(10)
    assert written == [b"\r\x1b[K10 of 100 clusters, 10 per se", b"\r\x1b[K"]


def test_a_pipe_sees_no_progress(fleet, tmp_path):
    done = subprocess.run(
        call(fleet[0] / "rules", tmp_path / "out"), capture_output=True, check=True, env=plain_environment()
    )
    assert b"per second" not in done.stderr
    assert b"\x1b" not in done.stderr
