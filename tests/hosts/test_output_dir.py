"""`--output-dir`: the whole new state or the whole old one, foreign files kept, nothing written through a link."""

from __future__ import annotations

import itertools
import os
import random
import shutil
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from krmfn.cli.main import command
from krmfn.files import exchange as exchange_module
from krmfn.files import existing_tree, lock, output_directory
from krmfn.files.output_directory import COMMENT, KUSTOMIZATION, replace
from krmfn.model.finding import Findings
from tests.calls import FUNCTION, documents, krmfn, plain_environment
from tests.small_disk import small_disk

NATS = """\
apiVersion: operator.kyma-project.io/v1alpha1
kind: NATS
metadata: {name: shop-nats, namespace: shop}
"""
OLD = {"a/one.yaml": b"1", "a/two.yaml": b"2", "three.yaml": b"3"}


def rendered(files: dict[str, bytes]) -> dict[str, bytes]:
    """Files as `render` hands them over: each with the comment, and the list of them."""
    listed = "".join(f"- {path}\n" for path in sorted(files))
    whole = {path: COMMENT.encode() + content for path, content in files.items()}
    whole[KUSTOMIZATION] = f"{COMMENT}kind: Kustomization\nresources:\n{listed}".encode()
    return whole


def tree(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


def put(root: Path, files: dict[str, bytes], inputs: tuple[str, ...] = ()):
    """The outcome's text, or the codes of the findings."""
    outcome, findings = replace(
        str(root), rendered(files), inputs, lambda: (Findings(), existing_tree.listed(str(root)))
    )
    assert (outcome is None) == bool(findings)
    return str(outcome).rpartition(": ")[2] if outcome else [finding.code for finding in findings]


@pytest.fixture
def out(tmp_path):
    root = tmp_path / "parent" / "out"
    assert put(root, OLD) == "4 files written, 0 removed, 0 unchanged"
    return root


def test_files_and_a_list_of_them_are_written(out):
    assert tree(out) == rendered(OLD)
    assert os.listdir(out.parent) == ["out"]


def test_an_unchanged_result_touches_nothing(out):
    before = {path: os.lstat(path) for path in (out, out.parent, *out.rglob("*"))}
    assert put(out, OLD) == "0 files written, 0 removed, 4 unchanged"
    for path, status in before.items():
        now = os.lstat(path)
        assert (now.st_ino, now.st_mtime_ns, now.st_ctime_ns) == (status.st_ino, status.st_mtime_ns, status.st_ctime_ns)


def test_only_what_changed_is_written_and_what_is_no_longer_wanted_goes(out):
    kept = os.stat(out / "three.yaml")
    assert put(out, {"three.yaml": b"3", "b/four.yaml": b"4"}) == "2 files written, 2 removed, 1 unchanged"
    assert tree(out) == rendered({"three.yaml": b"3", "b/four.yaml": b"4"})
    assert not (out / "a").exists()
    assert (os.stat(out / "three.yaml").st_ino, os.stat(out / "three.yaml").st_mtime_ns) == (
        kept.st_ino,
        kept.st_mtime_ns,
    )


def test_foreign_files_stay_with_mode_and_time(out):
    script, link, empty, closed = out / "a" / "mine.sh", out / "link", out / "empty", out / "closed"
    script.write_text("#!/bin/sh\n")
    script.chmod(0o750)
    os.utime(script, (1, 1))
    link.symlink_to("nowhere")
    empty.mkdir(mode=0o711)
    closed.mkdir()
    (closed / "x").write_text("x")
    closed.chmod(0o555)
    os.mkfifo(out / "pipe")
    out.chmod(0o750)
    assert put(out, {}) == "1 file written, 3 removed, 0 unchanged"
    assert script.read_text() == "#!/bin/sh\n"
    assert (stat.S_IMODE(script.stat().st_mode), script.stat().st_mtime) == (0o750, 1)
    assert os.readlink(link) == "nowhere"
    assert [stat.S_IMODE(path.stat().st_mode) for path in (empty, closed, out)] == [0o711, 0o555, 0o750]
    assert (closed / "x").read_text() == "x"
    assert stat.S_ISFIFO((out / "pipe").stat().st_mode)
    assert put(out, {"z.yaml": b""}) == "2 files written, 0 removed, 0 unchanged"
    assert os.listdir(out.parent) == ["out"]


def test_a_directory_that_the_new_files_need_keeps_its_mode(out):
    (out / "a").chmod(0o700)
    put(out, {"a/one.yaml": b"changed"})
    assert stat.S_IMODE((out / "a").stat().st_mode) == 0o700


def test_foreign_files_are_copied_where_a_hard_link_is_refused(out, monkeypatch):
    (out / "mine").write_text("mine")
    (out / "link").symlink_to("mine")

    def refuse(*_, **__):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(existing_tree.os, "link", refuse)
    put(out, {"a/one.yaml": b"x"})
    assert ((out / "mine").read_text(), os.readlink(out / "link")) == ("mine", "mine")


def test_a_file_of_ours_that_lost_its_comment_is_the_users(out):
    (out / "three.yaml").write_text("mine now\n")
    assert put(out, {"a/one.yaml": b"1"}) == "1 file written, 1 removed, 1 unchanged"
    assert (out / "three.yaml").read_text() == "mine now\n"
    assert put(out, OLD) == ["foreign-file"]
    assert "a/two.yaml" not in tree(out)


def test_a_file_with_our_comment_that_is_not_listed_stays(out):
    (out / "copy.yaml").write_text(COMMENT)
    put(out, {})
    assert (out / "copy.yaml").exists()


@pytest.mark.parametrize(
    "listed", ["[", "resources: x\n", "- a\n", "resources: [../../other.yaml, /etc/passwd, 3, a//b]\n"]
)
def test_a_list_that_makes_no_sense_removes_nothing(out, listed):
    other = out.parent.parent / "other.yaml"
    other.write_text(COMMENT)
    (out / KUSTOMIZATION).write_text(COMMENT + listed)
    assert put(out, {"three.yaml": b"3"}) == "1 file written, 0 removed, 1 unchanged"
    assert other.exists()
    assert (out / "a" / "one.yaml").exists()


@pytest.mark.parametrize("name", [KUSTOMIZATION, "kustomization.yml", "Kustomization"])
def test_a_foreign_kustomization_is_refused(tmp_path, name):
    root = tmp_path / "out"
    root.mkdir()
    (root / name).write_text("resources: []\n")
    assert put(root, OLD) == ["foreign-file"]
    assert tree(root) == {name: b"resources: []\n"}


@pytest.mark.parametrize(
    ("make", "codes"),
    [
        (lambda root: (root / "a").symlink_to("/tmp"), ["symlink"]),
        (lambda root: (root / "three.yaml").symlink_to("/etc/hostname"), ["symlink"]),
        (lambda root: (root / "three.yaml").mkdir(), ["foreign-file"]),
        (lambda root: (root / "a").write_text("a file"), ["foreign-file"]),
        (lambda root: os.mkfifo(root / "three.yaml"), ["foreign-file"]),
        (lambda root: [(root / name).symlink_to("x") for name in ("three.yaml", KUSTOMIZATION)], ["symlink"] * 2),
    ],
)
def test_what_is_in_the_way_is_refused_and_nothing_changes(tmp_path, make, codes):
    root = tmp_path / "out"
    root.mkdir()
    make(root)
    before = sorted(os.listdir(root))
    assert put(root, OLD) == codes
    assert sorted(os.listdir(root)) == before
    assert os.listdir(tmp_path) == ["out"]


def test_the_finding_names_the_path_as_the_user_wrote_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("out").mkdir()
    Path("out/three.yaml").write_text("mine")
    _, (finding,) = replace("out", rendered(OLD), ())
    assert (finding.file, finding.code) == ("out/three.yaml", "foreign-file")


@pytest.mark.parametrize("suffix", ["", "/"])
def test_a_directory_that_is_a_link_is_refused(out, suffix):
    link = out.parent / "link"
    link.symlink_to(out)
    _, (finding,) = replace(f"{link}{suffix}", rendered({}), ())
    assert finding.code == "symlink"
    assert tree(out) == rendered(OLD)


def test_directories_that_are_in_use_are_refused(out, monkeypatch):
    monkeypatch.chdir(out)
    assert put(out, {}) == ["output-dir-in-use"]
    assert put(Path(), {}) == ["output-dir-in-use"]
    assert put(out.parent, {}) == ["output-dir-in-use"]
    assert put(Path("/"), {}) == ["output-dir-in-use"]
    monkeypatch.chdir("/")
    assert put(out, {}, (str(out / "nats.yaml"),)) == ["output-dir-in-use"]
    assert put(out / "three.yaml", {}) == ["not-a-directory"]
    assert tree(out) == rendered(OLD)
    assert put(out.parent / "out2", {}, (str(out / "nats.yaml"),)) == "1 file written, 0 removed, 0 unchanged"


def test_a_current_directory_that_is_gone_is_an_error_where_the_path_is_below_it(tmp_path, monkeypatch):
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert put(Path("out"), OLD) == ["write-failed"]
    assert put(tmp_path / "out", OLD) == "4 files written, 0 removed, 0 unchanged"


@pytest.mark.parametrize("left", ["new", "old"])
def test_what_a_killed_run_left_is_removed(out, left):
    name = out.parent / f".out.krmfn-{left}"
    shutil.copytree(out, name)
    (name / "a").chmod(0o500)
    (name / "link").symlink_to(out)
    assert put(out, OLD) == "0 files written, 0 removed, 4 unchanged"
    assert os.listdir(out.parent) == ["out"]
    name.symlink_to(out)
    assert put(out, OLD) == "0 files written, 0 removed, 4 unchanged"
    assert tree(out) == rendered(OLD)


def test_an_old_tree_that_cannot_be_removed_is_left_to_the_next_run(out, monkeypatch):
    remove = shutil.rmtree

    def refuse(_):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(output_directory.shutil, "rmtree", refuse)
    assert put(out, {}) == "1 file written, 3 removed, 0 unchanged"
    assert tree(out) == rendered({})
    assert sorted(os.listdir(out.parent)) == [".out.krmfn-new", "out"]
    monkeypatch.setattr(output_directory.shutil, "rmtree", remove)
    put(out, {})
    assert os.listdir(out.parent) == ["out"]


def test_a_run_killed_between_two_renames_is_undone(out):
    os.rename(out, out.parent / ".out.krmfn-old")
    assert put(out, OLD) == "0 files written, 0 removed, 4 unchanged"


@pytest.mark.parametrize("missing", ["symbol", "support"])
def test_without_the_exchange_there_are_two_renames(out, missing, monkeypatch):
    class Library:
        def __init__(self, *_, **__):
            if missing == "support":
                self.renameat2 = lambda *_: exchange_module_errno()

    def exchange_module_errno():
        import ctypes

        ctypes.set_errno(22)
        return -1

    monkeypatch.setattr("ctypes.CDLL", Library)
    (out / "mine").write_text("mine")
    assert put(out, {"three.yaml": b"3"}) == "1 file written, 2 removed, 1 unchanged"
    assert tree(out) == {**rendered({"three.yaml": b"3"}), "mine": b"mine"}
    assert os.listdir(out.parent) == ["out"]


def test_a_rename_that_fails_puts_the_old_tree_back(out, monkeypatch):
    monkeypatch.setattr(exchange_module, "_in_one_step", lambda *_: False)
    rename = os.rename

    def refuse(source, target):
        if str(source).endswith("-new"):
            raise OSError(5, "Input/output error")
        rename(source, target)

    monkeypatch.setattr(exchange_module.os, "rename", refuse)
    assert put(out, {}) == ["write-failed"]
    assert tree(out) == rendered(OLD)
    assert os.listdir(out.parent) == ["out"]


def test_an_exchange_that_fails_changes_nothing(out, monkeypatch):
    class Library:
        def __init__(self, *_, **__):
            import ctypes

            def busy(*_):
                ctypes.set_errno(16)
                return -1

            self.renameat2 = busy

    monkeypatch.setattr("ctypes.CDLL", Library)
    _, (finding,) = replace(str(out), rendered({}), ())
    assert "it is a mount point: use a directory inside it; nothing was changed" in finding.message
    assert tree(out) == rendered(OLD)


def test_another_file_system_inside_is_refused(out, monkeypatch):
    (out / "mounted").mkdir()
    monkeypatch.setattr(existing_tree.os.path, "ismount", lambda path: path.endswith("mounted"))
    _, (finding,) = replace(str(out), rendered({}), ())
    assert finding.code == "write-failed"
    assert "another file system" in finding.message
    assert os.listdir(out.parent) == ["out"]


def test_a_path_that_cannot_be_looked_at_is_an_error(out, monkeypatch):
    looked = os.lstat

    def refuse(path, **more):
        if str(path).endswith(KUSTOMIZATION):
            raise PermissionError(13, "Permission denied")
        return looked(path, **more)

    with monkeypatch.context() as patched:
        patched.setattr(existing_tree.os, "lstat", refuse)
        assert put(out, {}) == ["write-failed"]


def test_reading_the_old_file_reports_real_trouble(out, monkeypatch):
    opened = os.open

    def refuse(path, *rest, **more):
        if str(path).endswith("one.yaml"):
            raise OSError(5, "Input/output error")
        return opened(path, *rest, **more)

    monkeypatch.setattr(existing_tree.os, "open", refuse)
    assert put(out, {}) == ["write-failed"]


def test_an_owner_that_cannot_be_kept_is_let_go(out, monkeypatch):
    def refuse(*_):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(existing_tree.os, "chown", refuse)
    assert put(out, {}) == "1 file written, 3 removed, 0 unchanged"


def test_a_file_system_without_locks_on_directories_is_written_to(out, monkeypatch):
    def refuse(*_):
        raise OSError(37, "No locks available")

    monkeypatch.setattr(lock.fcntl, "flock", refuse)
    assert put(out, {}) == "1 file written, 3 removed, 0 unchanged"

    def fail(*_):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(lock.fcntl, "flock", fail)
    assert put(out, OLD) == ["write-failed"]


@pytest.fixture
def small(tmp_path):
    """A file system of 64 KiB of its own."""
    with small_disk(tmp_path) as folder:
        yield folder


def test_a_full_disk_changes_nothing(small):
    assert put(small / "out", OLD) == "4 files written, 0 removed, 0 unchanged"
    _, (finding,) = replace(str(small / "out"), rendered({"big.yaml": b"x" * 200_000}), ())
    assert "No space left on device; nothing was changed" in finding.message
    assert tree(small / "out") == rendered(OLD)
    assert os.listdir(small) == ["out"]


def test_a_parent_that_cannot_be_written_is_an_error(small):
    put(small / "out", OLD)
    subprocess.run(["mount", "-o", "remount,ro", str(small)], check=True)
    _, (finding,) = replace(str(small / "out"), rendered({}), ())
    said = f"the directory cannot be replaced: Read-only file system ({small / '.out.krmfn-new'}); nothing was changed"
    assert finding.message == said
    assert put(small / "out", OLD) == "0 files written, 0 removed, 4 unchanged"


def test_a_mount_point_is_not_replaced(small):
    _, (finding,) = replace(str(small), rendered(OLD), ())
    assert "it is a mount point: use a directory inside it; nothing was changed" in finding.message
    assert os.listdir(small) == []


def states(source: Path, out: Path) -> list[dict[str, bytes]]:
    """What the directory holds after each of two different renders."""
    found = []
    for setting in ("networkPolicy=true", "prometheusRule=true"):
        assert (
            command(
                [
                    *("render", "-f", str(source), "--output-dir", str(out)),
                    *("--set", setting, "--set", "istio=true", "--set", "clusterName=c"),
                ]
            )
            == 0
        )
        found.append({path: content for path, content in tree(out).items() if path != "mine"})
    return found


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "nats.yaml"
    path.write_text(NATS)
    return path


def start(source: Path, out: Path, setting: str) -> subprocess.Popen[bytes]:
    line = [
        *FUNCTION,
        "render",
        "-f",
        str(source),
        "--output-dir",
        str(out),
        f"--set={setting}",
        "--set=istio=true",
        "--set=clusterName=c",
    ]
    return subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=plain_environment())


def test_a_kill_at_any_moment_leaves_the_old_or_the_new_state(source, tmp_path):
    """The whole program, killed around the time at which it writes; runs that were faster shorten the wait."""
    out = tmp_path / "parent" / "out"
    both = states(source, out)
    (out / "mine").write_text("mine")
    chance, killed, wait = random.Random(7), 0, 0.4
    for number in range(24):
        run = start(source, out, ("prometheusRule=true", "networkPolicy=true")[number % 2])
        time.sleep(wait * chance.uniform(0.8, 1.0))
        run.send_signal(signal.SIGKILL)
        run.communicate()
        killed += run.returncode == -signal.SIGKILL
        wait *= 1.05 if run.returncode else 0.75
        now = tree(out)
        assert now.pop("mine") == b"mine"
        assert now in both
    assert killed > 3
    start(source, out, "networkPolicy=true").communicate()
    assert os.listdir(out.parent) == ["out"]


def killed_at(step: int, out: Path, files: dict[str, bytes]) -> bool:
    """Whether a run was killed before its `step`-th call of the system; False when it has fewer."""
    child = os.fork()
    if child == 0:
        seen = itertools.count(1)

        def kill(event: str, _: object) -> None:
            if event.startswith(("os.", "open", "shutil.", "ctypes.call", "fcntl.")) and next(seen) == step:
                os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(kill)
        put(out, files)
        os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


@pytest.mark.parametrize("in_one_step", [True, False])
def test_a_kill_before_each_call_of_the_system_leaves_one_state(out, in_one_step, monkeypatch):
    """Without the exchange there is a moment with no directory; the next run puts it back."""
    if not in_one_step:
        monkeypatch.setattr(exchange_module, "_in_one_step", lambda *_: False)
    new = {"a/one.yaml": b"1", "b/four.yaml": b"4"}
    (out / "mine").mkdir()
    (out / "mine" / "file").write_text("mine")
    both = [{**rendered(files), "mine/file": b"mine"} for files in (OLD, new)]
    seen = set()
    for step in itertools.count(1):
        was_killed = killed_at(step, out, new)
        if not in_one_step and not out.exists():
            assert tree(out.parent / ".out.krmfn-old") == both[0]
        else:
            assert tree(out) in both
            seen.add(both.index(tree(out)))
        if not was_killed:
            break
        put(out, OLD)
        assert tree(out) == both[0]
        assert os.listdir(out.parent) == ["out"]
    assert step > 40
    assert seen == {0, 1}


def test_two_runs_at_once_leave_one_of_their_states(source, tmp_path):
    out = tmp_path / "parent" / "out"
    both = states(source, out)
    (out / "mine").write_text("mine")
    for _ in range(20):
        runs = [start(source, out, setting) for setting in ("networkPolicy=true", "prometheusRule=true")]
        said = [run.communicate()[1] for run in runs]
        assert [run.returncode for run in runs] == [0, 0], said
        now = tree(out)
        assert now.pop("mine") == b"mine"
        assert now in both
    assert os.listdir(out.parent) == ["out"]


def test_render_writes_what_it_would_print(source, tmp_path, capfd):
    out = tmp_path / "out"
    assert command(["render", "-f", str(source)]) == 0
    printed = documents(capfd.readouterr().out)
    assert command(["render", "-f", str(source), "--output-dir", str(out)]) == 0
    said = capfd.readouterr()
    assert said.out == ""
    assert said.err.endswith(f"{out}: 11 files written, 0 removed, 0 unchanged\n")
    files = sorted(out.rglob("shop/shop-nats/*.yaml"))
    assert all(file.read_text().startswith(COMMENT) for file in files)
    written = [obj for file in files for obj in documents(file.read_text())]
    key = lambda obj: (obj["kind"], obj["metadata"]["name"])  # noqa: E731
    assert sorted(written, key=key) == sorted(printed, key=key)
    (kustomization,) = documents((out / KUSTOMIZATION).read_text())
    assert kustomization["resources"] == [str(file.relative_to(out)) for file in files]


def test_an_error_leaves_the_directory_alone(source, tmp_path, capfd):
    out = tmp_path / "out"
    assert command(["render", "-f", str(source), "--output-dir", str(out)]) == 0
    before = tree(out)
    source.write_text(NATS + "spec: {cluster: {size: 2}}\n")
    assert command(["render", "-f", str(source), "--output-dir", str(out)]) == 1
    assert tree(out) == before
    assert "unchanged" not in capfd.readouterr().err.splitlines()[-1]


def test_a_directory_that_holds_an_input_is_refused(source, tmp_path, capfd):
    assert command(["render", "-f", str(source), "--output-dir", str(tmp_path)]) == 1
    assert "is in --output-dir; use a separate directory" in capfd.readouterr().err
    other = tmp_path.parent / f"{tmp_path.name}-other.yaml"
    other.write_text(NATS.replace("shop", "other"))
    assert command(["render", "-f", str(source), "-f", str(other), "--output-dir", str(tmp_path)]) == 1
    said = capfd.readouterr().err
    assert f"is in --output-dir; skip it with --exclude {tmp_path.name}, or use a separate directory" in said


def test_two_objects_for_one_file_are_an_error(source, tmp_path, capfd):
    two = tmp_path / "two.yaml"
    two.write_text(
        "apiVersion: a/v1\nkind: X\nmetadata: {name: x}\n---\napiVersion: b/v1\nkind: X\nmetadata: {name: x}\n"
    )
    out = tmp_path / "out"
    arguments = ["render", "-f", str(source), "-f", str(two), "--output-dir", str(out), "--set", "include=all"]
    assert command(arguments) == 1
    assert "two objects would be written to x-x.yaml" in capfd.readouterr().err
    assert not out.exists()


def test_what_another_run_wrote_while_this_one_waited_is_what_the_step_starts_from(
    source, tmp_path, capfd, monkeypatch
):
    out, five = tmp_path / "parent" / "out", tmp_path / "five"
    assert command(["render", "-f", str(source), "--output-dir", str(out)]) == 0
    source.write_text(NATS + "spec: {cluster: {size: 5}}\n")
    assert command(["render", "-f", str(source), "--output-dir", str(five)]) == 0
    source.write_text(NATS)
    wait = lock._lock

    def another_run_is_first(descriptor: int, mode: int) -> None:
        monkeypatch.setattr(lock, "_lock", wait)
        shutil.rmtree(out)
        five.rename(out)
        wait(descriptor, mode)

    monkeypatch.setattr(lock, "_lock", another_run_is_first)
    capfd.readouterr()
    before = tree(five)
    assert command(["render", "-f", str(source), "--output-dir", str(out)]) == 1
    assert "[scale-down]" in capfd.readouterr().err
    assert tree(out) == before


@pytest.mark.parametrize("place", [".krmignore", "krm package", "hidden"])
def test_nothing_hides_the_earlier_render_from_the_step(source, tmp_path, place):
    out = tmp_path / "out"
    source.write_text(NATS + "spec: {cluster: {size: 5}}\n")
    assert krmfn("render", "-f", source, "--output-dir", out).status == 0
    if place == "hidden":
        (out / "shop").rename(out / ".shop")
    else:
        folder = out if place == ".krmignore" else out / "shop"
        (folder / ".krmignore").write_text("*.yaml\n")
        (folder / "Kptfile").write_text("apiVersion: kpt.dev/v1\nkind: Kptfile\nmetadata: {name: x}\n")
    before = tree(out)
    source.write_text(NATS)
    called = krmfn("render", "-f", source, "--output-dir", out)
    assert (called.status, "[scale-down]" in called.err) == (1, True), called
    source.write_text(NATS.replace("shop-nats", "other-nats"))
    called = krmfn("render", "-f", source, "--output-dir", out)
    assert (called.status, "[removal-not-allowed]" in called.err) == (1, True), called
    assert tree(out) == before


def mine(text: str) -> str:
    """A rendered object that a user made their own: another name, no mark, the comment still there."""
    lines = text.replace("name: shop-nats", "name: my-own").splitlines(keepends=True)
    return "".join(line for line in lines if "krmfn.dev/owner" not in line)


def test_a_copy_that_a_user_made_of_a_rendered_file_stays(source, tmp_path):
    out = tmp_path / "out"
    assert krmfn("render", "-f", source, "--output-dir", out).status == 0
    for path in ("shop/my-own.yaml", "shop/service-my-own.yaml"):
        (out / path).write_text(mine((out / "shop/shop-nats/service-shop-nats.yaml").read_text()))
        with (out / KUSTOMIZATION).open("a") as file:
            file.write(f"- {path}\n")
    called = krmfn("render", "-f", source, "--output-dir", out)
    assert (called.status, called.err.count("[file-left]")) == (0, 2), called
    for path in ("shop/my-own.yaml", "shop/service-my-own.yaml"):
        assert "name: my-own" in (out / path).read_text()


@pytest.mark.parametrize("own", [mine, lambda _: f"{COMMENT}mine: true\n", lambda _: f"{COMMENT}not yaml: [\n"])
def test_a_rendered_file_that_holds_another_object_now_is_not_overwritten(source, tmp_path, own):
    out = tmp_path / "out"
    assert krmfn("render", "-f", source, "--output-dir", out).status == 0
    path = out / "shop" / "shop-nats" / "service-shop-nats.yaml"
    path.write_text(own(path.read_text()))
    before = tree(out)
    called = krmfn("render", "-f", source, "--output-dir", out)
    assert (called.status, called.err.count("[foreign-file]")) == (1, 1), called
    assert tree(out) == before


def test_a_document_without_a_kind_keeps_its_file(source, tmp_path):
    out = tmp_path / "out"
    assert krmfn("render", "-f", source, "--output-dir", out).status == 0
    path = out / "shop" / "shop-nats" / "service-shop-nats.yaml"
    (out / "two.yaml").write_text(path.read_text() + "---\nmine: true\n")
    path.unlink()
    before = tree(out)
    called = krmfn("render", "-f", source, "--output-dir", out)
    assert (called.status, called.err.count("[foreign-file]")) == (1, 1), called
    assert tree(out) == before


def test_an_object_of_the_users_that_was_written_and_is_gone_from_the_input_stays(source, tmp_path):
    out = tmp_path / "out"
    other = "---\n{kind}: Secret\napiVersion: v1\nmetadata: {{name: extra, namespace: shop}}\n"
    arguments = ["-f", source.parent, "--output-dir", out, "--set", "include=all", "--exclude", "out"]
    for text, status, left in ((other, 0, 0), (other.replace("{kind}", "knd"), 1, 0), ("", 0, 1)):
        source.write_text(NATS + text.format(kind="kind"))
        called = krmfn("render", *arguments)
        assert (called.status, called.err.count("[file-left]")) == (status, left), called
        assert (out / "shop" / "secret-extra.yaml").exists()


def test_a_plan_beside_rendered_files_removes_none(out):
    files = {"plan.md": COMMENT.encode()}
    assert str(replace(str(out), files, ())[0]).endswith("1 file written, 0 removed, 0 unchanged")
    assert tree(out) == {**rendered(OLD), **files}


def test_rendered_files_among_what_is_read_are_one_line_that_says_how_to_leave_them_out(tmp_path):
    (tmp_path / "nats.yaml").write_text(NATS)
    command = ("render", "-R", "-f", ".", "--output-dir", "out")
    assert krmfn(*command, cwd=tmp_path).status == 0
    called = krmfn(*command, cwd=tmp_path)
    (line,) = [line for line in called.err.splitlines() if "[output-dir-in-use]" in line]
    assert (called.status, "--exclude out," in line) == (1, True)
    assert krmfn(*command, "--exclude", "out", cwd=tmp_path).status == 0


def test_comments_that_a_new_render_loses_are_told_and_a_number_sign_in_a_value_is_none(tmp_path):
    (tmp_path / "nats.yaml").write_text(NATS + "spec: {annotations: {note: 'a #b'}}\n")
    command = ("render", "-f", "nats.yaml", "--output-dir", "out", "--set", "prometheusRule=true")
    for _ in range(2):
        called = krmfn(*command, cwd=tmp_path)
        assert (called.status, "[comments-removed]" in called.err) == (0, False), called
    file = next((tmp_path / "out").rglob("poddisruptionbudget*"))
    text = file.read_text()
    for commented in (text + "# mine\n", text.replace("maxUnavailable: 1", "maxUnavailable: 1 # mine")):
        file.write_text(commented)
        called = krmfn(*command, cwd=tmp_path)
        assert (called.status, called.err.count("[comments-removed]"), file.name in called.err) == (0, 1, True), called
        assert file.read_text() == text
