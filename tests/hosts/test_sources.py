"""Where objects come from: the same rules for the disk and for git revisions, and the nearest RenderNATS."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from krmfn.cli.main import command
from krmfn.sources.files import Walk
from krmfn.sources.ignorefile import ignored
from krmfn.sources.trees import Disk
from tests.calls import documents, krmfn, resource_list
from tests.hosts.cli.texts import CONFIG_MAP

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

WHO = ("-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "protocol.file.allow=always")
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
RENDER = "apiVersion: fn.krmfn.dev/v1alpha1\nkind: RenderNATS\nmetadata:\n  name: r\nspec:\n  istio: false\n{more}"
FOREIGN = {
    "generateName": "apiVersion: batch/v1\nkind: Job\nmetadata:\n  generateName: a-\n  namespace: ns\nspec: {}\n",
    "large": f"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: big\ndata:\n  a: {'x' * 300_000}\n",
    "tag": "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: tagged\ndata:\n  a: !env_var HOME\n",
}
NO_OBJECTS = {
    "template": "{{- if .on }}\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .name }}\n{{- end }}\n",
    "control": "a: \x01\n",
    "values": "replicas: !env_var REPLICAS\n",
}


def git(*arguments: str, cwd: Path | None = None) -> str:
    done = subprocess.run(["git", *WHO, *arguments], check=True, capture_output=True, text=True, cwd=cwd)
    return done.stdout.strip()


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Write files by path below a repository, which is the current folder."""
    monkeypatch.chdir(tmp_path)
    git("init", "-q", "-b", "main")

    def write_files(files: dict[str, str], *, commit: bool = True) -> None:
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        if commit:
            git("add", "-A", "-f")
            git("commit", "-q", "-m", "x")

    return write_files


@pytest.fixture
def diff(capfd: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    def run(*arguments: str) -> tuple[int, str, str]:
        capfd.readouterr()
        return command(["diff", *arguments]), *capfd.readouterr()

    return run


@pytest.mark.parametrize(
    ("file", "path"),
    [
        (".deploy/nats.yaml", ".deploy"),
        (".deploy/prod/nats.yaml", ".deploy/prod"),
        ("nats.yaml", "./nats.yaml"),
        ("nats.conf", "./nats.conf"),
        ("a/nats.yaml", "a/../a/nats.yaml"),
        ("a/nats.yaml", "{here}/a"),
        ("a/nats.yaml", "{here}/a/nats.yaml"),
        ("a b/näts.yaml", "a b"),
        ("a\nb/nats.yaml", "a\nb"),
    ],
)
def test_a_change_is_seen_however_its_path_is_written(write, diff, tmp_path, file, path):
    write({file: CR.format(size=3)})
    write({file: CR.format(size=1)}, commit=False)
    for revision in ("HEAD", "main"):
        status, out, _ = diff("--git", revision, "--", path.format(here=tmp_path))
        assert (status, "spec.replicas: 3 -> 1" in out) == (1, True)
    write({})
    git("commit", "-q", "-m", "y", "--allow-empty")
    status, out, _ = diff("--git", "HEAD~2..HEAD", "--fail-on", "data-loss", "--", path.format(here=tmp_path))
    assert (status, "spec.replicas: 3 -> 1" in out) == (1, True)


def test_paths_are_relative_to_the_current_folder(write, diff, tmp_path, monkeypatch):
    write({"x/nats.yaml": CR.format(size=3), "sub/a.txt": ""})
    write({"x/nats.yaml": CR.format(size=1)}, commit=False)
    monkeypatch.chdir(tmp_path / "sub")
    assert "spec.replicas: 3 -> 1" in diff("--git", "HEAD", "--", "../x")[1]
    os.symlink(tmp_path, tmp_path.parent / f"{tmp_path.name}-link")
    assert "spec.replicas: 3 -> 1" in diff("--git", "HEAD", "--", f"{tmp_path}-link/x/nats.yaml")[1]


@pytest.mark.parametrize("path", ["nowhere", "x/nowhere.yaml", "x/nats.yaml/deeper"])
def test_a_path_that_is_at_neither_side_is_an_error(write, diff, path):
    write({"x/nats.yaml": CR.format(size=3)})
    status, out, err = diff("--git", "HEAD", "--", "x", path)
    assert (status, out) == (2, "")
    assert f"{path}: error: exists neither at the revision nor in the working tree" in err
    assert "exists at neither revision" in diff("--git", "HEAD..HEAD", "--", path)[2]


@pytest.mark.parametrize("path", ["..", "/etc", "../other/nats.yaml"])
def test_a_path_outside_the_repository_is_an_error(write, diff, tmp_path, path):
    write({"x/nats.yaml": CR.format(size=3)})
    (tmp_path.parent / "other").mkdir(exist_ok=True)
    (tmp_path.parent / "other/nats.yaml").write_text(CR.format(size=3))
    status, out, err = diff("--git", "HEAD", "--", path)
    assert (status, out) == (2, "")
    assert "[outside-repository]" in err


def test_links_inside_the_repository_are_followed_on_both_sides(write, diff, tmp_path):
    (tmp_path / "prod").mkdir()
    (tmp_path / "prod/nats.yaml").symlink_to("../base/nats.yaml")
    (tmp_path / "all").symlink_to("prod")
    write({"base/nats.yaml": CR.format(size=3)})
    write({"base/nats.yaml": CR.format(size=1)}, commit=False)
    for path in ("prod", "all", "all/nats.yaml", "prod/nats.yaml"):
        status, out, _ = diff("--git", "HEAD", "--", path)
        assert (status, "spec.replicas: 3 -> 1" in out) == (1, True), path


@pytest.mark.parametrize(
    ("target", "code"),
    [("../nothing.yaml", "broken-link"), ("/etc/passwd", "link-leads-out"), ("../../x.yaml", "link-leads-out")],
)
def test_a_link_that_cannot_be_followed_is_an_error_on_either_side(write, diff, tmp_path, target, code):
    (tmp_path.parent / "x.yaml").write_text(CR.format(size=3))
    write({"prod/nats.yaml": CR.format(size=3)})
    (tmp_path / "prod/more.yaml").symlink_to(target)
    write({})
    os.unlink(tmp_path / "prod/more.yaml")
    assert diff("--git", "HEAD", "--", "prod")[0] == 2
    assert f"[{code}]" in diff("--git", "HEAD", "--", "prod")[2]
    write({})
    (tmp_path / "prod/more.yaml").symlink_to(target)
    assert f"[{code}]" in diff("--git", "HEAD", "--", "prod")[2]


def test_a_submodule_cannot_be_seen_and_is_an_error_unless_it_is_left_out(write, diff, tmp_path):
    other = tmp_path.parent / f"{tmp_path.name}-other"
    other.mkdir()
    git("init", "-q", cwd=other)
    (other / "nats.yaml").write_text(CR.format(size=3))
    git("add", "-A", cwd=other)
    git("commit", "-q", "-m", "x", cwd=other)
    write({"clusters/nats.yaml": CR.format(size=3).replace("name: nats", "name: own")})
    git("submodule", "-q", "add", str(other), "clusters/other")
    git("commit", "-q", "-m", "y")
    for path in ("clusters", "clusters/other", "clusters/other/nats.yaml"):
        status, out, err = diff("--git", "HEAD", "--", path)
        assert (status, out) == (2, ""), path
        assert "[submodule]" in err
    assert diff("--git", "HEAD", "--exclude", "other/", "--", "clusters")[0] == 0


def test_three_dots_compare_with_the_merge_base(write, diff):
    write({"nats.yaml": CR.format(size=3)})
    git("checkout", "-q", "-b", "topic")
    write({"nats.yaml": CR.format(size=5)})
    git("checkout", "-q", "main")
    write({"nats.yaml": CR.format(size=7)})
    assert "spec.replicas: 7 -> 5" in diff("--git", "main..topic", "--", "nats.yaml")[1]
    assert "spec.replicas: 3 -> 5" in diff("--git", "main...topic", "--", "nats.yaml")[1]
    git("checkout", "-q", "--orphan", "alone")
    write({"nats.yaml": CR.format(size=9)})
    status, out, err = diff("--git", "main...alone", "--", "nats.yaml")
    assert (status, out) == (2, "")
    assert "no common commit" in err


def test_a_pointer_of_git_lfs_is_no_empty_state(write, diff):
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 3\n"
    write({"c/nats.yaml": CR.format(size=3), "c/more.yaml": pointer})
    assert "[git-lfs]" in diff("--git", "HEAD", "--", "c")[2]


def test_an_object_that_git_does_not_have_is_trouble(write, diff, tmp_path):
    write({"c/nats.yaml": CR.format(size=3)})
    mark = git("rev-parse", "HEAD:c/nats.yaml")
    (tmp_path / ".git/objects" / mark[:2] / mark[2:]).unlink()
    status, out, err = diff("--git", "HEAD", "--", "c")
    assert (status, out) == (2, "")
    assert "[git-failed]" in err


def test_a_configuration_by_any_spelling_counts_as_it_was(write, diff):
    write({"nats.yaml": CR.format(size=3), "render.conf": RENDER.format(more="  zones: 3\n")})
    write({"render.conf": RENDER.format(more="  zones: 2\n")}, commit=False)
    for config in ("./render.conf", "render.conf", os.path.abspath("render.conf")):
        out = diff("--config", config, "--git", "HEAD", "--", "nats.yaml")[1]
        assert "topologySpreadConstraints" in out, config


def test_old_and_new_keep_their_order(tmp_path, monkeypatch, diff):
    monkeypatch.chdir(tmp_path)
    for name, size in (("prod", 3), ("staging", 5)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "nats.yaml").write_text(CR.format(size=size).replace("  namespace: ns\n", ""))
    assert "spec.replicas: 5 -> 3" in diff("-n", "prod", "staging", "prod")[1]
    assert "spec.replicas: 5 -> 3" in diff("staging", "-n", "prod", "--", "prod")[1]
    assert diff("prod", "prod")[:2] == (0, "no change\n")


def test_the_nearest_configuration_holds_for_each_nats(tmp_path):
    for name, more in (("dev", ""), ("prod", "  zones: 3\n"), ("prod/eu", None)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "nats.yaml").write_text(CR.format(size=3).replace("name: nats", f"name: {name[-2:]}-nats"))
        if more is not None:
            (tmp_path / name / "render.yaml").write_text(RENDER.format(more=more))
    hard = "topologySpreadConstraints"

    def with_rule(*arguments: str) -> set[str]:
        called = krmfn("render", "-f", tmp_path, "-R", *arguments)
        assert called.status == 0, called
        return {o["metadata"]["name"] for o in documents(called.out) if hard in str(o)}

    assert with_rule() == {"od-nats", "eu-nats"}
    assert with_rule("--set", "zones=3") == {"ev-nats", "od-nats", "eu-nats"}
    (tmp_path / "own.conf").write_text(RENDER.format(more="  zoneSpread: 'off'\n"))
    assert with_rule("--config", str(tmp_path / "own.conf")) == set()
    (tmp_path / "own.conf").write_text(RENDER.format(more="  clusterName: c\n"))
    assert with_rule("--config", str(tmp_path / "own.conf")) == {"od-nats", "eu-nats"}
    called = krmfn("simulate", "-f", tmp_path, "-R", "-o", "json")
    assert [bool(one["zones"]) for one in json.loads(called.out)] == [True, False, True]
    assert krmfn("status", "-f", tmp_path, "-R").out.count("availabilityZonesUsed") == 2
    called = krmfn("cmp", "generate", "-R", cwd=tmp_path)
    assert {o["metadata"]["name"] for o in documents(called.out) if hard in str(o)} == {"od-nats", "eu-nats"}


def test_two_configurations_of_one_folder_are_an_error_that_names_both(tmp_path):
    (tmp_path / "nats.yaml").write_text(CR.format(size=3))
    (tmp_path / "a.yaml").write_text(RENDER.format(more=""))
    (tmp_path / "b.yaml").write_text(RENDER.format(more="  zones: 3\n"))
    for path in (tmp_path, tmp_path / "nats.yaml"):
        called = krmfn("check", "-f", path)
        assert called.status == 1
        (line,) = [line for line in called.out.splitlines() if "[several-configurations]" in line]
        assert "b.yaml:" in line
        assert "a.yaml has a RenderNATS for the same directory too" in line
    called = krmfn("render", "-f", tmp_path, "--config", tmp_path / "b.yaml")
    assert called.status == 0, called


def test_a_key_of_the_whole_call_must_be_the_same_everywhere(tmp_path):
    for name, more in (("a", "  include: all\n"), ("b", "  include: children\n")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "nats.yaml").write_text(CR.format(size=3).replace("name: nats", f"name: {name}-nats"))
        (tmp_path / name / "render.yaml").write_text(RENDER.format(more=more))
    called = krmfn("render", "-f", tmp_path, "-R")
    assert (called.status, called.out) == (1, "")
    assert "include differs between" in called.err
    assert krmfn("render", "-f", tmp_path, "-R", "--set", "include=all").status == 0


def test_what_the_call_completes_is_judged_with_it(tmp_path):
    (tmp_path / "nats.yaml").write_text(CR.format(size=3))
    (tmp_path / "render.yaml").write_text(RENDER.format(more="  secretStore: vault\n  remoteKey: k\n"))
    called = krmfn("render", "-f", tmp_path, "--set", "secretMode=external-secret")
    assert called.status == 0, called


def test_a_configuration_that_changed_is_a_change_of_the_clusters_below(write, diff):
    write({"clusters/prod/nats.yaml": CR.format(size=3), "clusters/render.yaml": RENDER.format(more="")})
    write({"clusters/render.yaml": RENDER.format(more="  zones: 3\n")}, commit=False)
    for path in ("clusters", "clusters/prod", "clusters/prod/nats.yaml"):
        status, out, _ = diff("--git", "main", "--", path)
        assert (status, out.partition(":")[0]) == (1, "outage"), path
    os.rename("clusters/render.yaml", "common.yaml")
    os.symlink("../common.yaml", "clusters/render.yaml")
    assert diff("--git", "main", "--", "clusters/prod/nats.yaml")[1].startswith("outage")
    os.unlink("clusters/render.yaml")
    os.rename("common.yaml", "clusters/prod/render.yaml")
    assert diff("--git", "main", "--", "clusters")[1].startswith("outage")


@pytest.mark.parametrize(
    "kustomization",
    [
        "patches:\n- path: nats.yaml\n",
        "patches: [{path: ./nats.yaml, target: {kind: NATS}}]\n",
        "patchesStrategicMerge:\n- nats.yaml\n",
        "patchesJson6902:\n- path: ../overlay/nats.yaml\n  target: {version: v1, kind: NATS, name: n}\n",
        '{"\\u0070atches": [{"path": "nats.yaml"}]}\n',
        "kind: Component\npatches:\n- path: nats.yaml\n",
        "patches: [\n",
    ],
)
@pytest.mark.parametrize("name", ["kustomization.yaml", "kustomization.yml", "Kustomization"])
def test_a_patch_is_no_nats(write, diff, tmp_path, kustomization, name):
    write(
        {"base/nats.yaml": CR.format(size=3), "overlay/nats.yaml": CR.format(size=5), f"overlay/{name}": kustomization}
    )
    for path in ("overlay", "overlay/nats.yaml"):
        for words in (("render",), ("check",)):
            called = krmfn(*words, "-f", path, cwd=tmp_path)
            assert called.status == 1
            assert "overlay/nats.yaml:1: error: " in called.out + called.err
            assert "[kustomize-patch]" in called.out + called.err
        status, out, err = diff("--git", "HEAD", "--", path)
        assert (status, out) == (2, "")
        assert err.count("[kustomize-patch]") == 2
    called = krmfn("cmp", "generate", cwd=tmp_path / "overlay")
    assert (called.status, called.out) == (1, "")
    assert "[kustomize-patch]" in called.err
    assert krmfn("cmp", "generate", cwd=tmp_path / "base", env={**os.environ, "KUBE_API_VERSIONS": "v1"}).status == 0


@pytest.mark.parametrize(
    ("target", "code"),
    [
        ("../kustomization.conf", "kustomize-patch"),
        ("missing.yaml", "broken-link"),
        ("/etc/hostname", "link-leads-out"),
    ],
)
def test_a_kustomization_behind_a_link_names_patches_too(write, diff, tmp_path, target, code):
    write({"overlay/nats.yaml": CR.format(size=3), "kustomization.conf": "patches:\n- path: nats.yaml\n"})
    (tmp_path / "overlay/kustomization.yaml").symlink_to(target)
    write({})
    for path in ("overlay", "overlay/nats.yaml"):
        called = krmfn("render", "-f", path, cwd=tmp_path)
        assert (called.status, f"[{code}]" in called.err) == (1, True), called
        status, _, err = diff("--git", "HEAD", "--", path)
        assert (status, err.count(f"[{code}]")) == (2, 2)


def test_a_patch_at_the_top_of_the_repository_is_no_nats_at_a_revision(write, diff):
    write({"nats.yaml": CR.format(size=3), "kustomization.yaml": "patches:\n- path: nats.yaml\n"})
    status, _, err = diff("--git", "HEAD", "--", ".")
    assert (status, "HEAD:nats.yaml:1: error: " in err, err.count("[kustomize-patch]")) == (2, True, 2)


def test_a_patch_that_a_transformer_names_is_no_nats(tmp_path):
    (tmp_path / "nats.yaml").write_text(CR.format(size=3))
    (tmp_path / "t.yaml").write_text(
        "apiVersion: builtin\nkind: PatchTransformer\nmetadata: {name: t}\npath: nats.yaml\n"
    )
    assert "[kustomize-patch]" in krmfn("render", "-f", tmp_path).err


@pytest.mark.parametrize("name", [*FOREIGN, *NO_OBJECTS])
def test_a_foreign_document_stops_nothing(write, diff, tmp_path, name):
    text = {**FOREIGN, **NO_OBJECTS}[name]
    write({"c/nats.yaml": CR.format(size=3), "c/deep/other.yaml": text})
    for words in (
        ("render",),
        ("check",),
        ("simulate", "--set=zones=3"),
        ("report",),
        ("render", "--set", "include=all"),
    ):
        called = krmfn(*words, "-f", tmp_path / "c", "-R")
        assert called.status == 0, called
        if "include=all" in words:
            assert (text in called.out) == (name in FOREIGN)
            assert ("[left-out]" in called.err) == (name in NO_OBJECTS)
    out = tmp_path / "out"
    called = krmfn("render", "-f", tmp_path / "c", "-R", "--set", "include=all", "--output-dir", out)
    assert called.status == 0, called
    assert diff("--git", "HEAD", "--", "c")[:2] == (0, "no change\n")
    write({"c/deep/other.yaml": f"{text}# more\n"}, commit=False)
    status, printed, _ = diff("--git", "HEAD", "--", "c")
    assert (status, printed.partition(";")[0]) == (1, "no other change")
    assert printed.count("[unread-change]") == 2


def test_what_could_be_a_nats_and_cannot_be_read_is_still_an_error(tmp_path):
    (tmp_path / "nats.yaml").write_text(CR.format(size=3))
    (tmp_path / "more.yaml").write_text(CR.format(size=3) + "  labels: !env_var LABELS\n")
    called = krmfn("render", "-f", tmp_path)
    assert (called.status, called.out) == (1, "")
    assert "more.yaml:9: error: " in called.err


def test_outputs_put_together_keep_every_object(tmp_path):
    (tmp_path / "a.yaml").write_text(CR.format(size=3))
    (tmp_path / "b.yaml").write_text(CR.format(size=3).replace("name: nats", "name: b-nats"))
    for words in (("render", "--set", "istio=false"), ("status",)):
        both = "".join(krmfn(*words, "-f", tmp_path / name).out for name in ("a.yaml", "b.yaml"))
        apart = sum(len(documents(krmfn(*words, "-f", tmp_path / name).out)) for name in ("a.yaml", "b.yaml"))
        assert len(documents(both)) == apart
    assert krmfn("secret", "new", "a").out.startswith("---\n")


IGNORE = """\
# comment
*.tmpl.yaml
/top.yaml
skipped/
deep/one.yaml
[ab]?.yaml
!keep.tmpl.yaml
 spaced.yaml
\\#hash.yaml
"""
IGNORE_FILES = (
    "nats.yaml", "a.tmpl.yaml", "keep.tmpl.yaml", "sub/b.tmpl.yaml", "sub/keep.tmpl.yaml", "top.yaml", "sub/top.yaml",
    "skipped/x.yaml", "sub/skipped/y.yaml", "deep/one.yaml", "x/deep/one.yaml", "ab.yaml", "cb.yaml", "sub/b1.yaml",
    "spaced.yaml", "#hash.yaml", "deep/two.yaml",
)  # fmt: skip


def object_of(name: str) -> str:
    plain = "".join(char if char.isalnum() else "-" for char in name).strip("-")
    return f"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {plain}\n"


@pytest.mark.skipif(shutil.which("kpt") is None, reason="kpt is not here")
def test_a_krmignore_leaves_out_what_kpt_leaves_out(tmp_path):
    kptfile = "apiVersion: kpt.dev/v1\nkind: Kptfile\nmetadata:\n  name: p\n"
    package = tmp_path / "p"
    for name in IGNORE_FILES:
        for folder in ("", "inner/"):
            file = package / f"{folder}{name}"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(object_of(f"{folder}{name}"))
    for folder, ignore in (("", IGNORE), ("inner/", "nats.yaml\n")):
        (package / f"{folder}Kptfile").write_text(kptfile)
        (package / f"{folder}.krmignore").write_text(ignore)
    done = subprocess.run(["kpt", "fn", "source", str(package)], capture_output=True, text=True, check=True)
    (listed,) = documents(done.stdout)
    by_kpt = {item["metadata"]["name"] for item in listed["items"] if item["kind"] == "ConfigMap"}
    walk = Walk(Disk(), recursive=True)
    found = {
        object_of(os.path.relpath(file.name, package)).rpartition(" ")[2].strip() for file in walk.files([str(package)])
    }
    assert found == by_kpt
    assert 15 < len(found) < 2 * len(IGNORE_FILES)


@pytest.mark.parametrize(
    ("pattern", "path", "is_folder", "expected"),
    [
        ("a", "a", False, True), ("a", "x/a", False, True), ("/a", "x/a", False, False), ("a/", "a", False, False),
        ("a/", "x/a", True, True), ("x/*.yaml", "y/x/a.yaml", False, True), ("*", "a/b", False, True),
        ("**", "a", False, True), ("[^a]", "b", False, True), ("[^a]", "a", False, False), ("[!a]", "b", False, False),
        ("[a-c]x", "bx", False, True), ("[", "[", False, False), ("a\\*", "a*", False, True),
        ("\\**", "*b", False, True),
        ("!a", "a", False, False), ("/", "a", False, False), ("?", "ä", False, True), ("*\\", "x", False, False),
    ],
)  # fmt: skip
def test_patterns_are_those_of_go(pattern, path, is_folder, expected):
    assert ignored(pattern.encode()).matches(path, is_folder=is_folder) is expected


def test_exclude_and_krmignore_hold_for_every_command_and_for_each_side(write, diff, tmp_path):
    write({"c/nats.yaml": CR.format(size=3), "c/broken/nats.yaml": CR.format(size=4)})
    for words in (("render",), ("check",), ("simulate", "--set=zones=3"), ("status",), ("secret", "new")):
        assert krmfn(*words, "-f", "c", "-R", cwd=tmp_path).status == 1
        assert krmfn(*words, "-f", "c", "-R", "--exclude", "broken", cwd=tmp_path).status == 0
        assert krmfn(*words, "-f", "c", "-R", "--exclude=broken/*", cwd=tmp_path).status == 0
    assert diff("--git", "HEAD", "--", "c")[0] == 2
    assert diff("--git", "HEAD", "--exclude", "broken/", "--", "c")[0] == 0
    assert diff("c", "c", "--exclude", "broken/")[0] == 0
    write({"c/.krmignore": "broken\n"})
    assert diff("--git", "HEAD", "--", "c")[0] == 0
    assert krmfn("check", "-f", "c", "-R", cwd=tmp_path).status == 0
    os.unlink("c/.krmignore")
    status, _, err = diff("--git", "HEAD", "--", "c")
    assert status == 2, "the folder is left out at the revision only"
    assert "HEAD:" not in "".join(line for line in err.splitlines() if "even-cluster-size" in line)
    environment = {**os.environ, "KUBE_API_VERSIONS": "v1"}
    assert krmfn("cmp", "generate", "-R", cwd=tmp_path / "c", env=environment).status == 1
    assert krmfn("cmp", "generate", "-R", "--exclude", "broken", cwd=tmp_path / "c", env=environment).status == 0


def test_one_process_of_git_reads_all_files(write, diff, monkeypatch):
    write({f"c/n{number}.yaml": CONFIG_MAP.replace("other", f"o{number}") for number in range(20)})
    started = []
    real = subprocess.Popen

    class Counted(real):  # type: ignore[valid-type,misc]
        def __init__(self, arguments: list[str], *more: object, **named: object) -> None:
            started.append(arguments[1])
            super().__init__(arguments, *more, **named)

    monkeypatch.setattr(subprocess, "Popen", Counted)
    assert diff("--git", "HEAD~0..HEAD", "--", "c")[:2] == (0, "no change\n")
    assert started.count("cat-file") == 1
    assert len(started) <= 4


@pytest.mark.parametrize("nearest", ["sub/render.yaml", "render.yaml"])
def test_an_item_that_configures_holds_for_the_nats_of_its_folder_and_below(nearest):
    def item(text: str, path: str) -> str:
        note = f"  annotations:\n    internal.config.kubernetes.io/path: '{path}'\n"
        lines = text.replace("metadata:\n", f"metadata:\n{note}", 1).splitlines()
        return "".join(f"{'- ' if number == 0 else '  '}{line}\n" for number, line in enumerate(lines))

    items = [
        item(CR.format(size=3), "sub/deep/nats.yaml"),
        item(CR.format(size=3).replace("name: nats", "name: top-nats"), "nats.yaml"),
        item(RENDER.format(more="  zones: 3\n"), nearest),
    ]
    called = krmfn(stdin=resource_list(items))
    assert called.status == 0, called
    (whole,) = documents(called.out)
    hard = {o["metadata"]["name"] for o in whole["items"] if "topologySpreadConstraints" in str(o)}
    assert hard == ({"nats"} if nearest.startswith("sub") else {"nats", "top-nats"})
    again = krmfn(stdin=called.out)
    assert again.out == called.out
    config = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c\ndata:\n  zones: '2'\n"
    called = krmfn(stdin=resource_list(items, config))
    assert called.status == 0, called
    (whole,) = documents(called.out)
    assert "topologySpreadConstraints" not in str(whole["items"])
    two = [*items, item(RENDER.format(more=""), nearest.replace("render", "other"))]
    called = krmfn(stdin=resource_list(two))
    assert called.status == 1
    assert "[several-configurations]" in called.err


def test_what_a_sparse_checkout_leaves_out_was_not_removed(write, diff, tmp_path):
    """A file that git keeps off the disk cannot be compared; a folder without objects does not count."""
    files = {"prod/nats.yaml": CR.format(size=3), "app/main.go": "package main\n"}
    files["dev/nats.yaml"] = CR.format(size=3).replace("name: nats", "name: dev")
    write(files)
    git("sparse-checkout", "set", "dev")
    assert not (tmp_path / "prod").exists()
    for path in (".", "prod", "prod/nats.yaml"):
        status, out, err = diff("--git", "HEAD", "--", path)
        assert (status, out) == (2, ""), path
        assert "prod/nats.yaml: error: not checked out (sparse checkout)" in err
        assert "main.go" not in err
    assert diff("--git", "HEAD", "--exclude", "prod/", "--", ".")[0] == 0
    assert diff("--git", "HEAD..HEAD", "--", "prod")[0] == 0
    git("sparse-checkout", "set", "prod")
    assert diff("--git", "HEAD", "--", "prod")[0] == 0
    (tmp_path / "prod/nats.yaml").unlink()
    assert diff("--git", "HEAD", "--", "prod/nats.yaml")[0] == 1  # this one was removed


def test_a_link_to_what_a_sparse_checkout_leaves_out_is_not_broken(write, diff, tmp_path):
    write({"base/nats.yaml": CR.format(size=3), "dev/a.txt": "x\n"}, commit=False)
    (tmp_path / "dev/nats.yaml").symlink_to("../base/nats.yaml")
    write({})
    git("sparse-checkout", "set", "dev")
    assert "dev/nats.yaml: error: not checked out" in diff("--git", "HEAD", "--", "dev")[2]


def test_a_repository_without_a_working_tree_has_no_files_to_compare(write, diff, tmp_path, monkeypatch):
    write({"prod/nats.yaml": CR.format(size=3)})
    git("clone", "-q", "--bare", ".", "bare.git")
    for folder in ("bare.git", ".git"):
        monkeypatch.chdir(tmp_path / folder)
        status, out, err = diff("--git", "main", "--", "prod")
        assert (status, out) == (2, "")
        assert "this is a bare repository or its .git folder" in err
    monkeypatch.chdir(tmp_path / "bare.git")
    assert diff("--git", "main..main", "--", "prod")[0] == 0


def test_a_revision_that_a_shallow_clone_lacks_is_named_with_the_way_to_get_it(write, diff, tmp_path, monkeypatch):
    write({"prod/nats.yaml": CR.format(size=3)})
    write({"prod/nats.yaml": CR.format(size=5)})
    missing = "error: main~2 is not a revision in this clone; correct its name, or fetch it"
    assert diff("--git", "main~2", "--", "prod") == (2, "", f"{missing} [git-failed]\n")
    git("clone", "-q", "--depth=1", f"file://{tmp_path}", "shallow")
    monkeypatch.chdir(tmp_path / "shallow")
    assert "git fetch --unshallow" in diff("--git", "main~1..main", "--", "prod")[2]
