"""`krmfn diff` over a tree in which several directories hold the same NATS: each is compared with its own past."""

from __future__ import annotations

import json
import subprocess

import pytest

from krmfn.cli.main import command
from tests.calls import as_item, documents, krmfn, resource_list

CR = """\
apiVersion: operator.kyma-project.io/v1alpha1
kind: NATS
metadata:
  name: nats
  namespace: ns
spec:
  cluster:
    size: {size}
"""
SIZE = "StatefulSet ns/nats"


@pytest.fixture
def write(tmp_path):
    """Write files below a directory from sizes by path."""

    def run(root: str, **sizes: int) -> str:
        for path, size in sizes.items():
            file = tmp_path / root / path.replace("__", "/") / "nats.yaml"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(CR.format(size=size))
        return str(tmp_path / root)

    return run


def changed(capfd, *arguments: str) -> tuple[int, dict[str | None, set[str]]]:
    """The status, and the classes of changes of the StatefulSet by directory."""
    status = command(["diff", "-o", "json", *arguments])
    found: dict[str | None, set[str]] = {}
    for row in json.loads(capfd.readouterr()[0])["changes"]:
        if row["field"] == "spec.replicas":
            found.setdefault(row["directory"], set()).add(row["class"])
    return status, found


def test_the_same_nats_in_several_directories_is_compared_by_directory(write, capfd):
    old = write("old", dev=3, stage=3, prod=5)
    new = write("new", dev=5, stage=3, prod=3)
    assert changed(capfd, old, new) == (1, {"dev": {"reload"}, "prod": {"data-loss"}})
    command(["diff", old, new])
    out = capfd.readouterr()[0]
    assert f"\ndev: {SIZE}\n" in out
    assert f"\nprod: {SIZE}\n" in out
    assert "stage" not in out
    command(["diff", old, new, "-o", "markdown"])
    assert f"| prod: {SIZE} |" in capfd.readouterr()[0]


def test_one_nats_in_one_directory_names_no_directory(write, capfd):
    old, new = write("old", dev=3), write("new", prod=5)
    assert changed(capfd, old, new) == (1, {None: {"reload"}})


def test_directories_are_as_deep_as_parts_what_is_twice(write, capfd):
    old = write("old", apps__prod__eu=3, apps__prod__us=3, apps__dev__any=3)
    new = write("new", apps__prod__eu=5, apps__prod__us=3, apps__dev__any=5)
    assert changed(capfd, old, new)[1] == {"apps/prod/eu": {"reload"}, "apps/dev": {"reload"}}


def test_a_directory_that_comes_or_goes_is_all_added_or_removed(write, capfd):
    old, new = write("old", dev=3, stage=3), write("new", dev=3, prod=3)
    status = command(["diff", old, new, "-o", "json"])
    rows = json.loads(capfd.readouterr()[0])["changes"]
    assert status == 1
    assert {(row["directory"], row["change"]) for row in rows} == {("stage", "removed"), ("prod", "added")}


def test_a_file_beside_the_directories_is_compared_too(tmp_path, write, capfd):
    old, new = write("old", dev=3, prod=3), write("new", dev=3, prod=3)
    for root, size in (("old", 3), ("new", 5)):
        (tmp_path / root / "own.yaml").write_text(CR.format(size=size))
    assert changed(capfd, old, new)[1] == {".": {"reload"}}


def test_rendered_objects_of_several_directories_are_not_mixed_up(tmp_path, write, capfd):
    for root, sizes in (("old", (3, 3)), ("new", (3, 5))):
        for stage, size in zip(("dev", "prod"), sizes, strict=True):
            cr = write(f"{root}-{stage}-cr", here=size)
            assert command(["render", "-f", cr, "-R", "--output-dir", str(tmp_path / root / stage)]) == 0
    capfd.readouterr()
    assert changed(capfd, str(tmp_path / "old"), str(tmp_path / "new"))[1] == {"prod": {"reload"}}


def test_twice_in_one_directory_is_still_trouble(tmp_path, write, capfd):
    old, new = write("old", dev=3, prod=3), write("new", dev=3, prod=3)
    (tmp_path / "new/prod/again.yaml").write_text(CR.format(size=3))
    assert command(["diff", old, new]) == 2
    assert "[duplicate-cr]" in capfd.readouterr()[1]


def test_an_error_in_one_directory_is_said_once(tmp_path, write, capfd):
    old, new = write("old", dev=3, prod=3), write("new", dev=3, prod=3)
    (tmp_path / "new/dev/more.yaml").write_text(CR.format(size=3) + "  labels: [\n")
    assert command(["diff", old, new]) == 2
    assert capfd.readouterr()[1].count("[unreadable-yaml]") == 1


@pytest.mark.parametrize("path", [".", "./", "apps", "./apps/", "{here}/apps"])
def test_revisions_of_a_tree_are_compared_by_directory(path, tmp_path, write, capfd, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write(".", apps__dev=3, apps__prod=3)
    for arguments in (("init", "-q"), ("add", "."), ("commit", "-q", "-m", "first")):
        who = ("-c", "user.name=a", "-c", "user.email=a@b.c")
        subprocess.run(["git", *who, *arguments], check=True, capture_output=True)
    write(".", apps__prod=5)
    assert changed(capfd, "--git", "HEAD", "--", path.format(here=tmp_path)) == (1, {"apps/prod": {"reload"}})


@pytest.mark.parametrize("name", ["check", "render", "simulate"])
def test_the_same_nats_in_several_directories_is_an_error_that_says_what_to_call(name, write):
    root = write("root", dev=3, staging=3, prod=5)
    called = krmfn(name, "-R", "-f", ".", cwd=root)
    found = [line for line in (called.out + called.err).splitlines() if "[duplicate-cr]" in line]
    assert (called.status, len(found)) == (1, 2)
    assert all(text in found[1] for text in ("in dev/nats.yaml and in staging/nats.yaml", "krmfn check -f staging"))
    assert krmfn("check", "-f", "staging", cwd=root).status == 0


def test_the_same_nats_twice_in_one_directory_says_which_to_remove(tmp_path, write):
    root = write("root", dev=3)
    (tmp_path / "root/dev/again.yaml").write_text(CR.format(size=3))
    called = krmfn("check", "-f", "dev", cwd=root)
    assert "in dev/again.yaml and in dev/nats.yaml; remove one, or " in called.out
    assert "--exclude" in called.out


def test_items_of_several_directories_name_both_and_what_to_call():
    items = [as_item(CR.format(size=3), f"{name}/nats.yaml") for name in ("dev", "prod")]
    called = krmfn(stdin=resource_list(items))
    (said,) = [one["message"] for one in documents(called.out)[0]["results"] if "[duplicate-cr]" in one["message"]]
    assert all(text in said for text in ("in dev/nats.yaml and in prod/nats.yaml", "kpt fn render prod"))
