"""A state that cannot be read, found or paired is trouble: `diff` never calls it no change, nor `adopt` safe."""

from __future__ import annotations

import json
import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.adoption.dumps import DUMP, items
from tests.adoption.dumps import NATS as ADOPTED
from tests.calls import documents, krmfn

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NATS = """\
apiVersion: operator.kyma-project.io/v1alpha1
kind: NATS
metadata:
  name: orders
  namespace: shop
spec:
  cluster:
    size: {size}
"""
OLD, NEW = NATS.format(size=3), NATS.format(size=1)
CONFIG_MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: mine, namespace: shop}\n"
TROUBLE, CHANGED = 2, 1


def rendered(text: str) -> str:
    called = krmfn("render", "-f", "-", stdin=text)
    assert called.status == 0, called
    return called.out


RENDERED_OLD, RENDERED_NEW = rendered(OLD), rendered(NEW)


def statefulset(text: str) -> str:
    return next(part for part in text.split("---\n") if "kind: StatefulSet" in part)


def as_list(text: str, kind: str = "List") -> str:
    return json.dumps({"apiVersion": "v1", "kind": kind, "items": documents(text)})


def without(text: str, kind: str) -> str:
    return "---\n".join(part for part in text.split("---\n") if f"kind: {kind}\n" not in part)


STATES: dict[str, tuple[str, str, int]] = {
    # the new state as a text (the old one is size 3), what diff must be, and how many exit statuses it may have
    "the size itself": (OLD, NEW, CHANGED),
    "rendered": (RENDERED_OLD, RENDERED_NEW, CHANGED),
    "rendered against a NATS": (RENDERED_OLD, NEW, CHANGED),
    "a NATS against rendered": (OLD, RENDERED_NEW, CHANGED),
    "a List": (RENDERED_OLD, as_list(RENDERED_NEW), CHANGED),
    "a NATSList": (OLD, as_list(NEW, "NATSList"), CHANGED),
    "a ResourceList": (OLD, "kind: ResourceList\nitems:\n- " + NEW.replace("\n", "\n  ").strip() + "\n", CHANGED),
    "json": (OLD, json.dumps(documents(NEW)[0]), CHANGED),
    "flow": (OLD, NEW.replace("\n    size: 1", " {size: 1}").replace("cluster:\n", "cluster:"), CHANGED),
    "quotes": (OLD, NEW.replace("kind: NATS", 'kind: "NATS"'), CHANGED),
    "escapes": (OLD, NEW.replace("kind: NATS", 'kind: "N\\x41TS"'), CHANGED),
    "an anchor": (OLD, NEW.replace("kind: NATS", "kind: &k NATS"), CHANGED),
    "line ends": (OLD, NEW.replace("\n", "\r\n"), CHANGED),
    "a byte order mark": (OLD, "\ufeff" + NEW, CHANGED),
    "a separator and comments": (OLD, f"# x\n---\n# y\n{NEW}", CHANGED),
    "behind a foreign document": (OLD, f"{CONFIG_MAP}---\n{NEW}", CHANGED),
    "no StatefulSet": (RENDERED_OLD, without(RENDERED_OLD, "StatefulSet"), CHANGED),
    "another namespace": (OLD, OLD.replace("shop", "shp"), CHANGED),
    "another name": (OLD, OLD.replace("name: orders", "name: order"), CHANGED),
    "other case": (OLD, NEW.replace("NATS", "Nats"), TROUBLE),
    "another version": (OLD, NEW.replace("v1alpha1", "v1beta1"), TROUBLE),
    "another group": (OLD, NEW.replace("operator", "operatr"), TROUBLE),
    "no kind": (OLD, NEW.replace("kind: NATS\n", ""), TROUBLE),
    "no apiVersion": (OLD, NEW.partition("\n")[2], TROUBLE),
    "a commented kind": (OLD, NEW.replace("kind", "#kind"), TROUBLE),
    "kind twice": (OLD, NEW.replace("kind: NATS", "kind: NATS\nkind: Secret"), TROUBLE),
    "a size that is a text": (OLD, NEW.replace("size: 1", "size: one"), TROUBLE),
    "a template": (OLD, NEW.replace("size: 1", "size: {{ .size }}"), TROUBLE),
    "a tag": (OLD, NEW.replace("size: 1", "size: !env SIZE"), TROUBLE),
    "a variable": (OLD, NEW.replace("size: 1", "size: ${SIZE}"), TROUBLE),
    "a conflict marker": (
        OLD,
        NEW.replace("    size: 1", "<<<<<<< a\n    size: 1\n=======\n    size: 3\n>>>>>>> b"),
        TROUBLE,
    ),
    "a tab": (OLD, NEW.replace("    size", "\tsize"), TROUBLE),
    "control characters": (OLD, NEW.replace("orders", "ord\x01ers"), TROUBLE),
    "utf-16": (OLD, NEW.replace("\n", "\n\x00"), TROUBLE),
    "after the end": (OLD, f"{CONFIG_MAP}...\n{NEW}", TROUBLE),
    "the same NATS twice": (OLD, f"{OLD}---\n{NEW}", TROUBLE),
    "the same object twice": (RENDERED_OLD, f"{RENDERED_OLD}---\n{statefulset(RENDERED_NEW)}", TROUBLE),
    "a NATS and an object of its own name": (
        OLD,
        OLD + "---\n" + statefulset(RENDERED_NEW).replace("    krmfn.dev/owner: shop/orders\n", "    a: b\n"),
        TROUBLE,
    ),
    "a rendered object that cannot be read": (
        RENDERED_OLD,
        RENDERED_OLD.replace("  podManagementPolicy: Parallel", "  podManagementPolicy: *x"),
        TROUBLE,
    ),
    "an empty state": (OLD, "", TROUBLE),
    "comments alone": (OLD, "# gone\n", TROUBLE),
    "two documents of a NATS, the second without a kind": (
        OLD,
        OLD + "---\n" + NEW.replace("kind: NATS\n", ""),
        TROUBLE,
    ),
}


@pytest.mark.parametrize("name", STATES)
@pytest.mark.parametrize("swapped", [False, True], ids=["new", "old"])
def test_no_way_of_writing_hides_a_state(name: str, swapped: bool, tmp_path: Path):
    old, new, status = STATES[name]
    if swapped:
        old, new = new, old
    (tmp_path / "old.yaml").write_bytes(old.encode())
    (tmp_path / "new.yaml").write_bytes(new.encode())
    called = krmfn("diff", tmp_path / "old.yaml", tmp_path / "new.yaml", "-o", "json")
    assert called.status == status, called
    if status == TROUBLE:
        assert (json.loads(called.out)["worst"], "error: " in called.err) == (None, True)
    else:
        least = ("metadata" if swapped else "broken") if name == "no StatefulSet" else "data-loss"
        assert json.loads(called.out)["worst"] == least


PLACES: dict[str, Callable[[Path], None]] = {
    "a file with another ending": lambda folder: (folder / "nats.yaml").rename(folder / "nats.txt"),
    "a link that leads nowhere": lambda folder: relinked(folder, "missing.yaml"),
    "a link that leads out": lambda folder: relinked(folder, "/etc/hostname"),
    "a patch of a kustomization": lambda folder: (folder / "kustomization.yaml").write_text(
        "patches: [{path: nats.yaml}]"
    ),
    "a file that nobody may read": lambda folder: unreadable(folder / "nats.yaml"),
    "a folder in place of the file": lambda folder: in_place(folder / "nats.yaml"),
}


def relinked(folder: Path, target: str) -> None:
    (folder / "nats.yaml").unlink()
    (folder / "nats.yaml").symlink_to(target)


def unreadable(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def in_place(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize("name", PLACES)
@pytest.mark.parametrize("git", [False, True], ids=["folders", "git"])
def test_no_place_hides_a_state(name: str, git: bool, tmp_path: Path):
    for folder, text in (("old", OLD), ("new", NEW)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "nats.yaml").write_text(text)
        (tmp_path / folder / "mine.yaml").write_text(CONFIG_MAP)
    if git:
        for words in (
            ["init", "-q"],
            ["add", "."],
            ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "x"],
        ):
            subprocess.run(["git", *words], cwd=tmp_path, check=True)
        PLACES[name](tmp_path / "old")
        called = krmfn("diff", "--git", "HEAD", "--", "old", cwd=tmp_path)
    else:
        PLACES[name](tmp_path / "new")
        called = krmfn("diff", "old", "new", cwd=tmp_path)
    gone = name in ("a file with another ending", "a folder in place of the file")
    assert called.status == (CHANGED if gone else TROUBLE), called
    assert ("data-loss" in called.out) == gone


def twin(kind: str, change: Callable[[dict], None]) -> list[dict]:
    """The dump with an object of a kind a second time, changed."""
    objects = items()
    again = json.loads(json.dumps(next(one for one in objects if one["kind"] == kind)))
    change(again)
    return [*objects, again]


def reimaged(workload: dict) -> None:
    workload["spec"]["template"]["spec"]["containers"][0]["image"] = "nats:other"


DUMPS: dict[str, list[dict]] = {
    "a StatefulSet twice with different images": twin("StatefulSet", reimaged),
    "a StatefulSet twice": twin("StatefulSet", lambda _: None),
    "a ConfigMap twice": twin("ConfigMap", lambda one: one["data"].clear()),
    "a StatefulSet of another apiVersion as well": twin("StatefulSet", lambda one: one.update(apiVersion="apps/v2")),
    "no StatefulSet": [one for one in items() if one["kind"] != "StatefulSet"],
    "no ConfigMap": [one for one in items() if one["kind"] != "ConfigMap"],
    "a StatefulSet without a spec": [one if one["kind"] != "StatefulSet" else {**one, "spec": {}} for one in items()],
    "an object without a kind": [*items(), {"apiVersion": "v1", "metadata": {"name": "x"}}],
    "a name that is none": [*items(), {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "../x"}}],
    "a StatefulSet without a namespace as well": twin("StatefulSet", lambda one: one["metadata"].pop("namespace")),
    "a list inside the list": [*items(), {"apiVersion": "v1", "kind": "List", "items": items()[:1]}],
    "a claim that lost its volume": [
        one if one["kind"] != "PersistentVolumeClaim" else {**one, "status": {"phase": "Lost"}} for one in items()
    ],
    "claims of other names only": [
        one
        if one["kind"] != "PersistentVolumeClaim"
        else {**one, "metadata": {**one["metadata"], "name": f"x-{one['metadata']['name']}"}}
        for one in items()
    ],
    "nothing": [],
}


@pytest.mark.parametrize("name", DUMPS)
def test_no_dump_hides_what_runs_from_a_proof(name: str, tmp_path: Path):
    dump = tmp_path / "dump.json"
    dump.write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": DUMPS[name]}))
    called = krmfn("adopt", "--live", dump, "-f", ADOPTED)
    assert called.status == 1, called
    assert called.out.startswith("unsafe: ")


@pytest.mark.parametrize("place", ["clusters/prod", "clusters", "."])
def test_a_proof_is_about_what_the_settings_of_the_folder_render(place: str, tmp_path: Path):
    """The plan's own `krmfn render` reads them too: a proof without them calls a restart safe."""
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    folder = tmp_path / "clusters" / "prod"
    folder.mkdir(parents=True)
    (folder / "nats.yaml").write_text(ADOPTED.read_text())
    settings = tmp_path / place / "render.yaml"

    def adopted(spec: str) -> str:
        settings.write_text(CONFIG.replace("{zones: [a, b, c]}", spec))
        return krmfn("adopt", "--live", DUMP, "-f", folder / "nats.yaml").out

    assert adopted("{istio: true}").startswith("safe: ")
    for spec, said in (
        ("{priorityClass: none}", "[live-differs]"),
        ("{zones: [a, b, c]}", "[live-differs]"),
        ("{profile: hardened}", "render.yaml:1: error: a take-over renders"),
        ("{secretMode: none}", "[not-for-take-over]"),
        ("{zoness: 3}", "[unknown-field]"),
    ):
        out = adopted(spec)
        assert (out.startswith("unsafe: "), said in out) == (True, True), out
    settings.write_bytes(CONFIG.encode("utf-16"))
    assert "[not-utf8]" in krmfn("adopt", "--live", DUMP, "-f", folder / "nats.yaml").out


def test_the_dump_itself_is_safe():
    assert krmfn("adopt", "--live", DUMP, "-f", ADOPTED).out.startswith("safe: ")


BROKEN: dict[str, Callable[[str], str]] = {
    "cut in the middle": lambda text: text[: len(text) // 2],
    "a tab": lambda text: text.replace("  spec:", "\tspec:", 1),
    "a second document that cannot be read": lambda text: f"{text}---\na: [\n",
}


def test_no_plan_says_to_delete_a_claim(tmp_path: Path):
    owner = next(one["metadata"]["ownerReferences"] for one in items() if one["kind"] == "StatefulSet")
    objects = [
        one
        if one["kind"] != "PersistentVolumeClaim"
        else {**one, "metadata": {**one["metadata"], "ownerReferences": owner}}
        for one in items()
    ]
    dump = tmp_path / "dump.json"
    dump.write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": objects}))
    called = krmfn("adopt", "--live", dump, "-f", ADOPTED)
    assert "[claim-owned]" in called.out
    assert "delete it after step" not in called.out


@pytest.mark.parametrize("name", BROKEN)
def test_no_dump_that_cannot_be_read_is_safe(name: str, tmp_path: Path):
    dump = tmp_path / "dump.yaml"
    dump.write_text(BROKEN[name](DUMP.read_text()))
    assert krmfn("adopt", "--live", dump, "-f", ADOPTED).status == 1


HEADS = {
    "kind": ("kind: NATS\n", "x: y\n"),
    "a misspelled kind": ("kind: NATS\n", "knd: NATS\n"),
    "apiVersion": ("apiVersion: operator.kyma-project.io/v1alpha1\n", "x: y\n"),
    "both": (OLD.partition("metadata")[0], "x: y\n"),
    "a foreign version and no kind": (OLD.partition("metadata")[0], "apiVersion: v1\nknd: NATS\n"),
    "both, and no field of its own": (OLD, "metadata:\n  name: orders\nspec:\n  logging:\n    debug: true\n"),
}
COMMANDS = ("render", "check", "render --set include=all", "simulate --set zones=3")


@pytest.mark.parametrize("lost", HEADS)
@pytest.mark.parametrize("line", COMMANDS)
def test_an_object_in_a_directory_that_lost_its_head_is_an_error_there_too(lost: str, line: str, tmp_path: Path):
    command, folder = line.split(), tmp_path / "in"
    folder.mkdir()
    (folder / "a.yaml").write_text(OLD)
    (folder / "values.yaml").write_text("replicas: 3\nmetadata: {a: b}\nspec: {replicas: 1}\n")
    (folder / "Chart.yaml").write_text("apiVersion: v2\nname: chart\nversion: 0.1.0\n")
    assert krmfn(*command, "-f", folder).status == 0
    (folder / "b.yaml").write_text(OLD.replace(*HEADS[lost]).replace("name: orders", "name: bills"))
    called = krmfn(*command, "-f", folder)
    assert (called.status, "b.yaml:" in called.err + called.out) == (1, True), called
    assert krmfn("diff", folder, folder).status == TROUBLE


@pytest.mark.parametrize("lost", HEADS)
def test_no_allowed_removal_takes_the_cluster_of_a_nats_that_lost_its_head(lost: str, tmp_path: Path):
    folder, out = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    (folder / "a.yaml").write_text(OLD)
    (folder / "b.yaml").write_text(OLD.replace("name: orders", "name: bills"))
    assert krmfn("render", "-f", folder, "--output-dir", out).status == 0
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    (folder / "b.yaml").write_text(OLD.replace(*HEADS[lost]).replace("name: orders", "name: bills"))
    called = krmfn("render", "-f", folder, "--output-dir", out, "--allow-removal", "shop/bills")
    assert called.status == 1, called
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before


def bare(text: str) -> str:
    """A list as the API server prints it: kind and apiVersion are those of the list alone."""
    parts = [one for one in documents(text) if one["kind"] == "StatefulSet"]
    parts = [{key: value for key, value in one.items() if key not in ("kind", "apiVersion")} for one in parts]
    return json.dumps({"apiVersion": "apps/v1", "kind": "StatefulSetList", "items": parts})


def as_config(text: str) -> str:
    return "kind: ResourceList\nitems: []\nfunctionConfig:\n  " + text.replace("\n", "\n  ").strip() + "\n"


FOLDERS = {
    "a list of objects without a kind": (bare(RENDERED_OLD), bare(RENDERED_NEW)),
    "an object without a kind": tuple(
        statefulset(text).replace("kind: StatefulSet\n", "") for text in (RENDERED_OLD, RENDERED_NEW)
    ),
    "a NATS as functionConfig": (as_config(OLD), as_config(NEW)),
}


@pytest.mark.parametrize("name", FOLDERS)
def test_nothing_in_a_folder_is_left_out_without_a_word(name: str, tmp_path: Path):
    for folder, text in zip(("old", "new"), FOLDERS[name], strict=True):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "state.yaml").write_text(text)
        (tmp_path / folder / "mine.yaml").write_text(CONFIG_MAP)
    called = krmfn("diff", tmp_path / "old", tmp_path / "new")
    assert (called.status, called.out) == (TROUBLE, ""), called
    assert "state.yaml:" in called.err


CONFIG = "apiVersion: fn.krmfn.dev/v1alpha1\nkind: RenderNATS\nmetadata: {name: r}\nspec: {zones: [a, b, c]}\n"
WRONG = {
    "case": ("kind: RenderNATS", "kind: RenderNats"),
    "a letter": ("kind: RenderNATS", "kind: RenderNAT"),
    "version": ("v1alpha1", "v1beta1"),
    "group": ("fn.krmfn.dev", "fn.krmfn.de"),
    "key": ("kind: RenderNATS", "knd: RenderNATS"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_misspelled_configuration_is_an_error_and_not_ignored(name: str, tmp_path: Path):
    (tmp_path / "nats.yaml").write_text(OLD)
    (tmp_path / "render.yaml").write_text(CONFIG)
    assert krmfn("check", "-f", tmp_path).status == 0
    (tmp_path / "render.yaml").write_text(CONFIG.replace(*WRONG[name]))
    for command in ("check", "render"):
        called = krmfn(command, "-f", tmp_path)
        assert (called.status, "render.yaml:" in called.err + called.out) == (1, True), called
    assert krmfn("diff", tmp_path, tmp_path).status == TROUBLE


def as_link(path: Path, target: str) -> None:
    path.unlink()
    path.symlink_to(target)


LFS = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n"
ABOVE: dict[str, tuple[Callable[[Path], object], str]] = {
    "utf-16": (lambda path: path.write_bytes(CONFIG.encode("utf-16")), "not-utf8"),
    "utf-16 without a mark": (lambda path: path.write_bytes(CONFIG.encode("utf-16-le")), "not-utf8"),
    "another encoding": (lambda path: path.write_bytes(f"# \u00fc\n{CONFIG}".encode("latin-1")), "not-utf8"),
    "a link that leads nowhere": (lambda path: as_link(path, "missing.yaml"), "broken-link"),
    "a link that leads out": (lambda path: as_link(path, "/etc/hostname"), "link-leads-out"),
    "a link to itself": (lambda path: as_link(path, path.name), "read-failed"),
    "a pipe": (unreadable, "read-failed"),
    "a pointer of Git LFS": (lambda path: path.write_text(LFS), "git-lfs"),
    "text that is no YAML": (lambda path: path.write_text(f"{CONFIG}a: [\n"), "unreadable-yaml"),
    "a misspelled kind": (lambda path: path.write_text(CONFIG.replace("NATS", "Nats")), "looks-like-config"),
    "no kind": (lambda path: path.write_text(CONFIG.replace("kind: RenderNATS\n", "")), "looks-like-config"),
    "an escape": (
        lambda path: path.write_text(CONFIG.replace("kind: RenderNATS", 'kind: "RenderN\\x41TS"') + "a: [\n"),
        "unreadable-yaml",
    ),
}


@pytest.mark.parametrize("name", ABOVE)
def test_settings_in_a_folder_above_that_cannot_be_read_are_an_error(name: str, tmp_path: Path):
    hide, code = ABOVE[name]
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    below, settings = tmp_path / "clusters" / "prod", tmp_path / "render.yaml"
    below.mkdir(parents=True)
    (below / "nats.yaml").write_text(OLD)
    (tmp_path / "odd.yaml").write_bytes("a: \u00fc\n".encode("latin-1"))  # surely no settings
    settings.write_text(CONFIG)
    assert krmfn("check", "-f", below).status == 0
    hide(settings)
    for place in (below, below / "nats.yaml"):
        for command in (("render", "-f"), ("check", "-f"), ("simulate", "-f"), ("diff", below)):
            called = krmfn(*command, place, cwd=tmp_path)
            assert called.status == (TROUBLE if command[0] == "diff" else 1), called
            assert f"[{code}]" in called.err + called.out
            assert "render.yaml" in called.err + called.out
    assert krmfn("check", "-f", below, "--exclude", "render.yaml", cwd=tmp_path).status == 0


def test_settings_above_that_cannot_be_read_at_a_revision_are_trouble(tmp_path: Path):
    (tmp_path / "prod").mkdir()
    (tmp_path / "prod" / "nats.yaml").write_text(OLD)
    (tmp_path / "render.yaml").symlink_to("missing.yaml")
    for words in (["init", "-q"], ["add", "."], ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "x"]):
        subprocess.run(["git", *words], cwd=tmp_path, check=True)
    (tmp_path / "render.yaml").unlink()
    (tmp_path / "render.yaml").write_text(CONFIG)
    called = krmfn("diff", "--git", "HEAD", "--", "prod", cwd=tmp_path)
    assert (called.status, "HEAD:render.yaml" in called.err, "[broken-link]" in called.err) == (TROUBLE, True, True)


def test_a_nats_in_utf_16_in_a_folder_is_an_error(tmp_path: Path):
    (tmp_path / "a.yaml").write_text(OLD)
    (tmp_path / "b.yaml").write_bytes(OLD.replace("orders", "bills").encode("utf-16-le"))
    called = krmfn("render", "-f", tmp_path)
    assert (called.status, called.out, "b.yaml" in called.err) == (1, "", True), called
