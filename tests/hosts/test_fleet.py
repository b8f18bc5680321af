"""Many clusters are rendered in batches: the bytes and the findings are those of a render in one piece."""

from __future__ import annotations

import gc
import shutil
import tempfile
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from krmfn.cli.main import command
from krmfn.rendering.fleet import Shard

CR = """\
apiVersion: operator.kyma-project.io/v1alpha1
kind: NATS
metadata: {name: %s, namespace: %s%s}
spec:
  cluster: {size: %s}
"""
FOREIGN = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: %s, namespace: %s}\ndata: {a: b}\n"
SETTINGS = """\
apiVersion: fn.krmfn.dev/v1alpha1
kind: RenderNATS
metadata: {name: x}
spec: {zones: [a, b, c], istio: false, %s}
"""
NAMES = ("shop", "shop-nats", "eventing-nats", "a")
NAMESPACES = ("red", "red-2", "blue")
IN_ONE_PIECE = 10**9


def tree(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


def put(root: Path, files: dict[str, str]) -> None:
    shutil.rmtree(root, ignore_errors=True)
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)


def render(folder: Path, *way: str, many: int = 0, batch: int = 2) -> tuple[int, str, str]:
    """The status and both outputs of a call; more than `many` clusters are rendered in batches."""
    printed: list[bytes] = []
    said: list[str] = []

    def write(fd: int, data: bytes) -> None:
        assert fd == 1
        printed.append(data)

    with (
        patch("krmfn.cli.commands.render.MANY", many),
        patch("krmfn.rendering.fleet.BATCH", batch),
        patch("krmfn.reports.terminal.write_all", write),
        patch("krmfn.streams.write_all", lambda _, data: said.append(data.decode())),
        patch("krmfn.streams._are_two_pipes", lambda: False),
    ):
        status = command(["render", "-R", "-f", str(folder), *way])
    return status, b"".join(printed).decode(), "".join(said)


cluster = st.tuples(st.sampled_from(NAMESPACES), st.sampled_from(NAMES))
distinct = st.lists(cluster, min_size=1, max_size=8, unique_by=lambda one: (one[0], one[1].removesuffix("-nats")))
state = st.fixed_dictionaries(
    {
        "clusters": st.dictionaries(cluster, st.sampled_from(["1", "3", "5", "3", "3", "two"]), min_size=1, max_size=6),
        "foreign": st.sets(st.tuples(st.sampled_from(NAMESPACES), st.sampled_from(["a", "shop-nats-config"]))),
        "settings": st.sampled_from(["include: all", "adopt: true", "networkPolicy: true", 'allowRemoval: ["red/a"]']),
        "left": st.sets(st.sampled_from(["blue/mine.yaml", "red/a/mine.yaml", "red/shop/secret-x.yaml"])),
    }
)


def files_of(one: dict) -> dict[str, str]:
    files = {f"{space}/{name}.yaml": CR % (name, space, "", size) for (space, name), size in one["clusters"].items()}
    files |= {f"foreign/{space}-{name}.yaml": FOREIGN % (name, space) for space, name in one["foreign"]}
    return {**files, "rendernats.yaml": SETTINGS % one["settings"]}


@settings(max_examples=12, deadline=None)
@given(st.lists(state, min_size=1, max_size=3))
def test_batches_and_processes_leave_the_same_bytes_and_findings_as_one_piece(states):
    """Three renders after each other into one directory, in which the user puts objects of other clusters."""
    ways = [((), IN_ONE_PIECE), ((), 0), (("--jobs", "2"), 0), (("--jobs", "7"), 0)]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        outs = [folder / f"out{number}" / "out" for number in range(len(ways))]
        for one in states:
            put(folder / "in", files_of(one))
            found = []
            for out, (way, many) in zip(outs, ways, strict=True):
                status, printed, said = render(folder / "in", "--output-dir", str(out), *way, many=many)
                assert printed == ""
                found.append((status, said.replace(str(out), "OUT"), tree(out) if out.exists() else None))
                for path in one["left"]:
                    (out / path).parent.mkdir(parents=True, exist_ok=True)
                    (out / path).write_text(FOREIGN % ("mine", "red"))
            assert all(other == found[0] for other in found[1:])
            printed = [render(folder / "in", *way, many=many) for way, many in ways]
            assert all(other == printed[0] for other in printed[1:])


@settings(max_examples=12, deadline=None)
@given(
    st.lists(cluster, min_size=1, max_size=8, unique_by=lambda one: (one[0], one[1].removesuffix("-nats"))), st.data()
)
def test_the_parts_of_any_number_of_shards_are_the_whole(clusters, data):
    count = data.draw(st.integers(1, 5))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        one = {"clusters": dict.fromkeys(clusters, "3"), "foreign": {("red", "a")}, "settings": "include: all"}
        put(folder / "in", files_of(one))
        assert render(folder / "in", "--output-dir", str(folder / "whole"))[0] == 0
        whole = tree(folder / "whole")
        joined: dict[str, bytes] = {}
        listed: list[bytes] = []
        for number in range(1, count + 1):
            assert render(folder / "in", "--output-dir", str(folder / "out"), "--shard", f"{number}/{count}")[0] == 0
            part = tree(folder / "out" / f"shard-{number}-of-{count}")
            listed += part.pop("kustomization.yaml").splitlines()
            assert not part.keys() & joined.keys()
            joined |= part
        assert sorted(one for one in listed if one.startswith(b"- ")) == [
            one for one in whole.pop("kustomization.yaml").splitlines() if one.startswith(b"- ")
        ]
        assert joined == whole
        assert sorted(path.name for path in (folder / "out").iterdir()) == sorted(
            f"shard-{number}-of-{count}" for number in range(1, count + 1)
        )


def test_the_share_of_a_cluster_never_changes():
    """Known values: another hash would move every cluster to another part."""
    marks = ["kyma-system/eventing-nats", "shop/shop-nats", "a", "b/c"]
    assert [next(n for n in range(1, 17) if Shard(n, 16).has(mark)) for mark in marks] == [9, 4, 11, 10]


@pytest.mark.parametrize("text", ["", "0/0", "3/2", "1", "1/0", "a/b", "1/2/3", "-1/2", "1/1000000", "²/3"])
def test_what_is_not_a_shard_says_what_to_write(tmp_path, text):
    put(tmp_path, {"a.yaml": CR % ("a", "b", "", "3")})
    status, printed, said = render(tmp_path, f"--shard={text or ' '}")
    assert (status, printed) == (2, "")
    assert "--shard" in said


@pytest.mark.parametrize("text", ["0", "-1", "two", "1.5", "1000", "²"])
def test_what_is_not_a_number_of_processes_says_what_to_write(tmp_path, text):
    put(tmp_path, {"a.yaml": CR % ("a", "b", "", "3")})
    status, _, said = render(tmp_path, f"--jobs={text}")
    assert status == 2
    assert "write --jobs N, with N from 1 to 999" in said


def test_a_name_that_two_shards_would_use_is_an_error_in_both(tmp_path):
    put(tmp_path / "in", {"a.yaml": CR % ("shop", "a", "", "3"), "b.yaml": CR % ("shop-nats", "a", "", "3")})
    shards = {n for n in range(1, 9) for mark in ("a/shop", "a/shop-nats") if Shard(n, 8).has(mark)}
    assert len(shards) == 2
    for number in shards:
        status, printed, said = render(tmp_path / "in", "--shard", f"{number}/8")
        assert (status, printed) == (1, "")
        assert "[child-collision]" in said


def test_parts_of_another_number_of_shards_are_refused(tmp_path):
    put(tmp_path / "in", {"a.yaml": CR % ("shop", "a", "", "3")})
    out = tmp_path / "out"
    assert render(tmp_path / "in", "--output-dir", str(out), "--shard", "1/2")[0] == 0
    before = tree(out)
    status, _, said = render(tmp_path / "in", "--output-dir", str(out), "--shard", "1/3")
    assert status == 1
    assert "shard-1-of-2 is a part of 2 shards, and --shard says 3" in said
    assert tree(out) == before


def test_a_cluster_that_is_gone_is_judged_by_its_own_shard_alone(tmp_path):
    marks = [f"a/c{number}" for number in range(8)]
    put(tmp_path / "in", {f"{mark}.yaml": CR % (mark[2:], "a", "", "3") for mark in marks})
    out = tmp_path / "out"
    for number in (1, 2):
        assert render(tmp_path / "in", "--output-dir", str(out), "--shard", f"{number}/2")[0] == 0
    gone = next(mark for mark in marks if Shard(2, 2).has(mark))
    (tmp_path / "in" / f"{gone}.yaml").unlink()
    assert render(tmp_path / "in", "--output-dir", str(out), "--shard", "1/2")[0] == 0
    status, _, said = render(tmp_path / "in", "--output-dir", str(out), "--shard", "2/2")
    assert (status, said.count("removal-not-allowed")) == (1, 1)
    allowed = ("--output-dir", str(out), "--shard", "2/2", "--allow-removal", gone)
    assert render(tmp_path / "in", *allowed)[0] == 0
    assert not (out / "shard-2-of-2" / gone).exists()


def test_another_number_of_shards_is_judged_by_a_copy_of_the_old_parts(tmp_path):
    marks = [f"a/c{number}" for number in range(8)]
    put(tmp_path / "in", {f"{mark}.yaml": CR % (mark[2:], "a", "", "3") for mark in marks})
    for number in (1, 2):
        assert render(tmp_path / "in", "--output-dir", str(tmp_path / "old"), "--shard", f"{number}/2")[0] == 0
    (tmp_path / "in" / f"{marks[0]}.yaml").unlink()
    said = {}
    for number in (1, 2, 3):
        way = ("--output-dir", str(tmp_path / "new"), "--previous", str(tmp_path / "old"), "--shard", f"{number}/3")
        status, _, said[number] = render(tmp_path / "in", *way)
        assert status == ("removal-not-allowed" in said[number])
    assert [number for number in said if "removal-not-allowed" in said[number]] == [
        number for number in (1, 2, 3) if Shard(number, 3).has(marks[0])
    ]


def test_findings_of_many_clusters_are_one_line_with_a_count(tmp_path):
    put(tmp_path, {f"{n:02}.yaml": CR % ("a", f"n{n:02}", "", "3") for n in range(30)})
    status, _, said = render(tmp_path)
    assert status == 0
    first, more = said.splitlines()[:2]
    assert first.startswith(f"{tmp_path}/00.yaml:")
    assert more.startswith("  and 29 more findings [")
    assert f"first in {tmp_path}/01.yaml:1, {tmp_path}/02.yaml:1, {tmp_path}/03.yaml:1" in said


def test_a_fleet_of_nothing_new_is_not_written_again(tmp_path):
    put(tmp_path / "in", {f"{n}.yaml": CR % ("a", f"n{n}", "", "3") for n in range(5)})
    out = tmp_path / "out"
    assert render(tmp_path / "in", "--output-dir", str(out))[0] == 0
    before = {path: path.lstat() for path in (out, *out.rglob("*"))}
    status, _, said = render(tmp_path / "in", "--output-dir", str(out))
    assert status == 0
    assert "0 files written, 0 removed" in said
    assert {path: path.lstat().st_ctime_ns for path in before} == {p: s.st_ctime_ns for p, s in before.items()}
    (tmp_path / "in" / "3.yaml").write_text(CR % ("a", "n3", "", "5"))
    assert render(tmp_path / "in", "--output-dir", str(out))[0] == 0
    again = {path for path, status in before.items() if path.is_file() and path.lstat().st_ino != status.st_ino}
    assert {str(path.relative_to(out)).partition("/")[0] for path in again} == {"n3", "kustomization.yaml"}


@pytest.mark.parametrize("many", [0, IN_ONE_PIECE])
def test_an_earlier_render_that_is_not_there_is_told_alike_by_every_way(tmp_path, many):
    put(tmp_path / "in", {"nats.yaml": CR % ("a", "b", "", "3"), "rendernats.yaml": SETTINGS % "profile: hardened"})
    status, out, said = render(tmp_path, "--previous", str(tmp_path / "nowhere"), many=many)
    assert (status, out) == (1, "")
    assert f"{tmp_path / 'nowhere'}: error: no such file or directory [no-such-file]" in said
    assert "krmfn.dev/owner" not in said


def test_what_a_fleet_forgets_does_not_wait_for_the_collector(tmp_path):
    """The collector is off in a call, so what refers to itself would stay for ever."""

    text = CR.replace("metadata: {name: %s, namespace: %s%s}", "metadata:\n  name: %s\n  namespace: %s%s")

    def waiting(count: int) -> int:
        put(tmp_path / "in", {f"{n}.yaml": text % (f"shop-{n:03}", "red", "", "3") for n in range(count)})
        gc.collect()
        gc.disable()
        try:
            assert render(tmp_path / "in", "--output-dir", str(tmp_path / f"out-{count}"), batch=16)[0] == 0
            return gc.collect()
        finally:
            gc.enable()

    assert waiting(160) < waiting(80) + 40
