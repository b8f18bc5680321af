"""Runs at the same time: into one directory one after the other, into directories beside each other together."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from krmfn.files import lock as lock_module
from krmfn.files import output_directory
from krmfn.files.lock import Lock
from tests.calls import FUNCTION, plain_environment
from tests.hosts.test_fleet import CR, SETTINGS, put, render, tree

if TYPE_CHECKING:
    from pathlib import Path

FEW = {"a.yaml": CR % ("a", "red", "", 3), "b.yaml": CR % ("b", "red", "", 3), "x.yaml": SETTINGS % "fips: true"}


def run(source: Path, out: Path, *more: str) -> subprocess.Popen[str]:
    line = [*FUNCTION, "render", "-R", "-f", str(source), "--output-dir", str(out), *more]
    return subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=plain_environment())


def said_by(run: subprocess.Popen[str], status: int = 0) -> str:
    """What it said until its end, which came with this status."""
    said = run.communicate(timeout=60)[1]
    assert run.returncode == status, said
    return said


@pytest.fixture
def source(tmp_path: Path) -> Path:
    put(tmp_path / "in", FEW)
    return tmp_path / "in"


@pytest.mark.parametrize("is_there", [True, False], ids=["there", "new"])
def test_a_shard_does_not_wait_for_another_one(source, tmp_path, is_there):
    out = tmp_path / "out"
    if is_there:
        for number in (1, 2):
            said_by(run(source, out, "--shard", f"{number}/2"))
        (source / "x.yaml").write_text(SETTINGS % "fips: false")
    out.mkdir(exist_ok=True)
    with Lock(str(out), is_shared=True), Lock(str(out / "shard-1-of-2")):
        said_by(run(source, out, "--shard", "2/2"))
    assert sorted(os.listdir(out)) == ["shard-1-of-2", "shard-2-of-2"][not is_there :]


@pytest.mark.parametrize("is_there", [True, False], ids=["there", "new"])
@pytest.mark.parametrize("way", [(), ("--jobs", "2")], ids=["few", "fleet"])
def test_a_run_waits_for_another_one_into_the_same_directory(source, tmp_path, is_there, way):
    out = tmp_path / "parent" / "out"
    out.parent.mkdir()
    if is_there:
        said_by(run(source, out))
    with Lock(str(out)):
        other = run(source, out, *way)
        with pytest.raises(subprocess.TimeoutExpired):
            other.wait(1.5)
    said_by(other)
    assert os.listdir(out.parent) == ["out"]


def test_a_render_without_shards_waits_for_those_with_and_is_refused_beside_them(source, tmp_path):
    out = tmp_path / "parent" / "out"
    said_by(run(source, out, "--shard", "1/2"))
    before = tree(out)
    with Lock(str(out), is_shared=True):
        whole = run(source, out)
        assert "is a part of a render with --shard, and this render has no --shard" in said_by(whole, 1)
        shutil.rmtree(out / "shard-1-of-2")
        whole = run(source, out)
        with pytest.raises(subprocess.TimeoutExpired):
            whole.wait(1.5)
        put(out / "shard-1-of-2", {path.removeprefix("shard-1-of-2/"): text.decode() for path, text in before.items()})
    assert "[other-shards]" in said_by(whole, 1)
    assert tree(out) == before


@pytest.mark.parametrize("many", [0, 10**9], ids=["fleet", "few"])
@pytest.mark.parametrize("check", [(), ("--check",)], ids=["render", "check"])
def test_parts_and_a_whole_render_are_never_in_one_directory(source, tmp_path, many, check):
    parts, whole = tmp_path / "parts", tmp_path / "whole"
    assert render(source, "--output-dir", str(parts), "--shard", "1/2")[0] == 0
    assert render(source, "--output-dir", str(whole), many=many)[0] == 0
    before = tree(parts), tree(whole)
    for out, way, word in ((parts, (), "is a part of a render"), (whole, ("--shard", "1/2"), "without --shard")):
        status, _, said = render(source, "--output-dir", str(out), *way, *check, many=many)
        assert (status, word in said, said.count("[other-shards]")) == (1, True, 1), said
    assert (tree(parts), tree(whole)) == before


def test_a_list_of_parts_that_the_user_wrote_is_not_in_the_way(source, tmp_path):
    put(tmp_path / "out", {"kustomization.yaml": "resources: [shard-1-of-2, shard-2-of-2]\n"})
    for number in (1, 2):
        assert render(source, "--output-dir", str(tmp_path / "out"), "--shard", f"{number}/2")[0] == 0


def test_parts_of_two_numbers_that_are_begun_together_do_not_both_end_well(source, tmp_path, monkeypatch):
    """The other one looked before this one was there, and puts its part in place first."""
    out = tmp_path / "out"
    whole = Lock.extend_to
    began = []

    def another_run_is_first(self: Lock, new: str) -> None:
        whole(self, new)
        if not began:
            began.append(1)
            said_by(run(source, out, "--shard", "1/3"))

    monkeypatch.setattr(Lock, "extend_to", another_run_is_first)
    status, _, said = render(source, "--output-dir", str(out), "--shard", "1/2")
    assert (status, "shard-1-of-3 is a part of 3 shards, and --shard says 2" in said) == (1, True), said
    assert os.listdir(out) == ["shard-1-of-3"]


def test_a_directory_that_is_replaced_by_hand_meanwhile_is_not_overwritten(source, tmp_path, monkeypatch):
    out = tmp_path / "parent" / "out"
    for state in ("there", "new"):
        shutil.rmtree(out.parent, ignore_errors=True)
        if state == "there":
            assert render(source, "--output-dir", str(out))[0] == 0
            (source / "x.yaml").write_text(SETTINGS % "fips: false")
        whole = Lock.extend_to

        def by_hand(self: Lock, new: str, whole=whole) -> None:
            shutil.rmtree(out, ignore_errors=True)
            put(out, {"mine": "mine"})
            whole(self, new)

        with monkeypatch.context() as patched:
            patched.setattr(Lock, "extend_to", by_hand)
            status, _, said = render(source, "--output-dir", str(out))
        assert (status, "it was removed or replaced while krmfn ran; nothing was changed" in said) == (1, True), said
        assert tree(out.parent) == {"out/mine": b"mine"}


def test_a_comparison_of_two_directories_is_no_answer(source, tmp_path, monkeypatch):
    """Another run replaces the directory while `--check` reads it: the first files are of one."""
    out, copy = tmp_path / "out", tmp_path / "copy"
    assert render(source, "--output-dir", str(out))[0] == 0
    shutil.copytree(out, copy)
    whole = output_directory.OldTree

    def replaced(*arguments: object, **more: object) -> object:
        if copy.exists():
            out.rename(tmp_path / "old")
            copy.rename(out)
        return whole(*arguments, **more)

    monkeypatch.setattr(output_directory, "OldTree", replaced)
    status, _, said = render(source, "--output-dir", str(out), "--check")
    assert (status, "another run replaced the directory while it was compared" in said) == (1, True), said
    assert render(source, "--output-dir", str(out), "--check")[0] == 0


ROUNDS = 60


def take_turns(directory: str, log: str, number: int) -> None:
    """Take the lock, put another directory in place or remove it, and write down both ends."""
    for turn in range(ROUNDS):
        with Lock(directory) as one, open(log, "a") as file:
            print("begin", file=file, flush=True)
            new = f"{directory}.new"
            os.mkdir(new)
            one.extend_to(new)
            shutil.rmtree(directory, ignore_errors=True)
            os.rename(new, directory)
            if (turn + number) % 3 == 0:
                os.rmdir(directory)
            print("end", file=file, flush=True)


def test_a_lock_is_never_held_twice_whether_its_directory_is_there_or_not(tmp_path):
    log = tmp_path / "log"
    fork = multiprocessing.get_context("fork")
    runs = [fork.Process(target=take_turns, args=(str(tmp_path / "out"), str(log), number)) for number in range(4)]
    for one in runs:
        one.start()
    for one in runs:
        one.join()
    assert [one.exitcode for one in runs] == [0] * 4
    assert log.read_text() == "begin\nend\n" * 4 * ROUNDS
    assert set(os.listdir(tmp_path)) - {"out"} == {"log"}


def test_a_lock_file_of_a_killed_run_is_taken_over_and_removed(source, tmp_path):
    out = tmp_path / "parent" / "out"
    for way in ((), ("--shard", "1/1")):
        shutil.rmtree(out, ignore_errors=True)
        (out if way else out.parent).mkdir(parents=True, exist_ok=True)
        left = [out.parent / ".out.krmfn-lock", out / ".shards.krmfn-lock" if way else out.parent / ".out.krmfn-lock"]
        for _ in range(2):  # the second time the directory is there
            for path in left:
                path.write_text("")
            said_by(run(source, out, *way))
            assert os.listdir(out.parent) == ["out"]
            assert ".shards.krmfn-lock" not in os.listdir(out)


def test_a_directory_that_is_current_needs_no_right_to_write_beside_it(source, tmp_path, monkeypatch):
    out = tmp_path / "out"
    assert render(source, "--output-dir", str(out))[0] == 0
    whole = os.open

    def read_only(path: str, flags: int, *more: int, **named: int) -> int:
        if flags & os.O_CREAT and str(path).startswith(str(tmp_path)):
            raise OSError(30, os.strerror(30), path)
        return whole(path, flags, *more, **named)

    monkeypatch.setattr(lock_module.os, "open", read_only)
    status, _, said = render(source, "--output-dir", str(out))
    assert (status, "0 files written" in said) == (0, True), said
    (source / "x.yaml").write_text(SETTINGS % "fips: false")
    status, _, said = render(source, "--output-dir", str(out))
    assert (status, "Read-only file system" in said) == (1, True), said
