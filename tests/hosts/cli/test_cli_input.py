"""From paths to objects: which files are read, how lists are unpacked, and what is said of what cannot be read."""

from __future__ import annotations

import json
import os
import subprocess

import pytest

from krmfn.goyaml import errors
from krmfn.sources import input as cli_input
from krmfn.sources.input import gather
from tests.calls import FUNCTION, krmfn, resource_list
from tests.effort import calls_of
from tests.hosts.cli.texts import CONFIG_MAP, NATS

FOREIGN = 'apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nx: "'


def names(found):
    return [source.ref().name for source in found.sources]


def findings(ran):
    return [(row["code"], row["file"].rpartition("/")[2], row["line"]) for row in json.loads(ran.out)]


def test_a_directory_is_read_in_order_and_not_deeper(write, tmp_path):
    for name in ("b.yaml", "a.yml", "c.json", "deep/d.yaml", "e.txt", ".hidden.yaml", ".git/f.yaml"):
        write(name, NATS.replace("shop-nats", name.replace("/", "-").strip(".")))
    write("kustomization.yaml", "resources: [a.yml]\n")
    write("Kptfile", "apiVersion: kpt.dev/v1\nkind: Kptfile\n")
    assert names(gather([str(tmp_path)], recursive=False)) == ["a.yml", "b.yaml", "c.json"]
    assert names(gather([str(tmp_path)], recursive=True)) == ["a.yml", "b.yaml", "c.json", "deep-d.yaml"]


def test_a_file_found_twice_is_read_once(write, tmp_path):
    path = write("one/nats.yaml", NATS)
    os.symlink(path, tmp_path / "one" / "again.yaml")
    found = gather([str(tmp_path / "one"), str(path), str(tmp_path / "one" / ".." / "one")], recursive=True)
    assert names(found) == ["shop-nats"]
    assert found.files == [str(path.resolve())]


def test_a_link_that_leads_out_or_nowhere_is_an_error_and_a_circle_is_read_once(run, write, tmp_path):
    write("outside/nats.yaml", NATS)
    write("in/sub/nats.yaml", NATS.replace("shop-nats", "inside"))
    os.symlink(tmp_path / "in", tmp_path / "in" / "sub" / "circle")
    os.symlink(tmp_path / "in" / "sub", tmp_path / "in" / "twice")
    os.symlink("/bin/sh", tmp_path / "in" / "program")
    assert names(gather([str(tmp_path / "in")], recursive=True)) == ["inside"]
    assert gather([str(tmp_path / "in")], recursive=True).findings == []
    os.symlink(tmp_path / "outside" / "nats.yaml", tmp_path / "in" / "leads-out.yaml")
    os.symlink(tmp_path / "outside", tmp_path / "in" / "folder-out")
    os.symlink(tmp_path / "nothing", tmp_path / "in" / "broken.yaml")
    for name in ("render", "check", "simulate", "report"):
        ran = run(name, "-f", tmp_path / "in", "-R")
        assert ran.status == 1
        said = ran.out + ran.err
        assert "in/broken.yaml: error: a broken symbolic link" in said
        assert said.count("[link-leads-out]") == 2
    ran = run("diff", tmp_path / "in", tmp_path / "in")
    assert (ran.status, ran.out) == (2, "")
    ran = run(
        "render",
        "-f",
        tmp_path / "in",
        "-R",
        *(w for n in ("leads-out.yaml", "folder-out", "/broken.yaml") for w in ("--exclude", n)),
    )
    assert ran.status == 0
    (tmp_path / ".git").mkdir()
    os.unlink(tmp_path / "in" / "broken.yaml")
    ran = run("render", "-f", tmp_path / "in", "-R", "-o", "json", "--exclude", "folder-out")
    assert ran.status == 0, "inside the same repository a link is followed"
    owners = {obj["metadata"]["annotations"]["krmfn.dev/owner"] for obj in json.loads(ran.out)["items"]}
    assert owners == {"shop/inside", "shop/shop-nats"}


def test_documents_that_are_no_objects_are_ignored_in_a_directory_only(run, write, tmp_path):
    write("nats.yaml", NATS)
    values = write("values.yaml", "# values\nreplicas: 3\n---\n- a\n---\napiVersion: ''\nkind: x\n")
    assert run("check", "-f", tmp_path, "-o", "json").status == 0
    ran = run("check", "-f", values, "-f", tmp_path, "-o", "json")
    assert ran.status == 1
    assert [f for f in findings(ran) if f[0] == "not-an-object"] == [
        ("not-an-object", "values.yaml", 2),
        ("not-an-object", "values.yaml", 4),
        ("not-an-object", "values.yaml", 6),
    ]


def test_a_named_kustomization_is_ignored_since_a_glob_names_it(run, write):
    path, other = write("nats.yaml", NATS), write("kustomization.yaml", "resources: [nats.yaml]\n")
    assert run("check", "-f", path, "-f", other).status == 0


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        (NATS + "---\nkind: a: b\n", "unreadable-yaml", 7),
        (NATS.encode() + b"# \xff", "not-utf8", 6),
        (NATS + "\0", "control-character", 6),
        (NATS + "--- x\n", "bad-separator", 6),
    ],
)
def test_what_cannot_be_read_is_an_error_with_file_and_line(run, write, text, code, line):
    ran = run("check", "-f", write("nats.yaml", text), "-o", "json")
    assert ran.status == 1
    assert (code, "nats.yaml", line) in findings(ran)


def test_paths_that_are_not_there_are_all_named(run, write, tmp_path):
    path = write("nats.yaml", NATS)
    ran = run("render", "-f", tmp_path / "a.yaml", "-f", path, "-f", tmp_path / "b\x1b.yaml")
    assert ran.status == 1
    assert ran.out == ""
    assert ran.err.count("[no-such-file]") == 2
    assert "\x1b" not in ran.err
    assert ran.err.count("no-nats-cr") == 0


def test_a_file_that_cannot_be_read_is_an_error(run, write, monkeypatch):
    path = write("nats.yaml", NATS)

    def refuse(_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("krmfn.sources.trees.read_all", refuse)
    ran = run("check", "-f", path)
    assert ran.status == 1
    assert "nats.yaml: error: cannot be read: Permission denied [read-failed]" in ran.out


def test_standard_input_is_read_once_and_called_stdin():
    called = krmfn("check", "-f", "-", "-o", "json", stdin=NATS.replace("shop-nats", "Shop"))
    assert called.status == 1
    assert [row["file"] for row in json.loads(called.out)] == ["stdin"]


@pytest.mark.parametrize("text", ["", "# only a comment\n", "---\n---\n"])
def test_empty_standard_input_is_an_error(text):
    called = krmfn("render", "-f", "-", stdin=text)
    assert called.status == 1
    assert called.out == ""
    assert called.err.startswith("stdin: error: standard input is empty; ")


def test_no_nats_is_an_error(run, write):
    for name in ("render", "check"):
        ran = run(name, "-f", write("other.yaml", CONFIG_MAP))
        assert ran.status == 1
        assert "[no-nats-cr]" in ran.out + ran.err


def test_a_nats_without_a_name_is_not_overlooked(run, write):
    path = write("nats.yaml", NATS.replace("  name: shop-nats\n", ""))
    ran = run("check", "-f", path, "-o", "json")
    assert findings(ran) == [("missing-field", "nats.yaml", 3)]


@pytest.mark.parametrize("kind", ["List", "NATSList"])
def test_a_list_is_unpacked_with_the_lines_of_the_file(run, write, kind):
    item = NATS.replace("\n", "\n  ").rstrip() + "\n  spec: {cluster: {size: yes}}\n"
    text = f"# a dump\napiVersion: v1\nkind: {kind}\nitems:\n- {item}"
    ran = run("check", "-f", write("dump.yaml", text), "-o", "json")
    assert findings(ran) == [("ambiguous-scalar", "dump.yaml", 10)]


def test_a_json_list_is_unpacked(write):
    nats = {"apiVersion": "operator.kyma-project.io/v1alpha1", "kind": "NATS", "metadata": {"name": "j"}}
    found = gather(
        [str(write("a.json", json.dumps({"kind": "List", "apiVersion": "v1", "items": [nats]})))], recursive=False
    )
    assert names(found) == ["j"]


def test_a_resource_list_is_unpacked_without_reading_foreign_items(run, write):
    items = [
        "- " + NATS.replace("\n", "\n  ").rstrip() + "\n",
        "- {apiVersion: v1, kind: X, metadata: {name: x}, y: *z}\n",
    ]
    ran = run("check", "-f", write("list.yaml", "# a comment\n" + resource_list(items)), "-o", "json")
    assert ran.status == 0
    bad = items[0].replace("name: shop-nats", "name: [a]")
    ran = run("check", "-f", write("list.yaml", resource_list([*items, bad])), "-o", "json")
    assert findings(ran)[0] == ("wrong-type", "list.yaml", 13)
    assert ran.status == 1


def test_an_item_that_says_it_is_a_nats_must_be_readable(run, write):
    item = "- {apiVersion: operator.kyma-project.io/v1alpha1, kind: NATS, metadata: {name: a}, spec: *none}\n"
    ran = run("check", "-f", write("list.yaml", resource_list([item])), "-o", "json")
    assert findings(ran) == [("unknown-anchor", "list.yaml", 4)]


def test_a_resource_list_that_is_broken_is_an_error(run, write):
    ran = run("check", "-f", write("list.yaml", "apiVersion: v1\nkind: ResourceList\nitems: 3\n"), "-o", "json")
    assert [row["code"] for row in json.loads(ran.out)] == ["not-a-list"]


def test_what_only_mentions_a_resource_list_is_an_object(write):
    text = CONFIG_MAP.replace("# kept", "# a ResourceList")
    assert names(gather([str(write("a.yaml", text))], recursive=False)) == ["other"]


def test_large_foreign_objects_pass_and_large_ones_of_ours_do_not(run, write, monkeypatch):
    large = "x" * errors.MAX_OBJECT
    path, foreign = write("nats.yaml", NATS), write("large.yaml", f'{FOREIGN}{large}"\n')
    assert run("check", "-f", path, "-f", foreign).status == 0
    assert "1 other object was left out" in run("render", "-f", path, "-f", foreign).err
    ours = write("ours.yaml", NATS.replace("  name:", f"  annotations: {{a: {large}}}\n  name:"))
    ran = run("check", "-f", ours, "-o", "json")
    assert findings(ran) == [("too-large", "ours.yaml", 1)]
    monkeypatch.setattr(cli_input, "MAX_LIST", errors.MAX_OBJECT)
    assert findings(run("check", "-f", ours, "-o", "json")) == [("too-large", "ours.yaml", 1)]


def test_a_large_object_with_a_regular_head_is_refused_too(run, write):
    ran = run("check", "-f", write("nats.yaml", f"{NATS}status:\n  x: {'y' * errors.MAX_OBJECT}\n"), "-o", "json")
    assert findings(ran) == [("too-large", "nats.yaml", 1)]


def test_a_large_item_of_a_resource_list_is_refused(run, write):
    item = "- " + NATS.replace("\n", "\n  ").rstrip() + f"\n  status:\n    x: {'y' * errors.MAX_OBJECT}\n"
    ran = run("check", "-f", write("list.yaml", resource_list([item])), "-o", "json")
    assert findings(ran) == [("too-large", "list.yaml", 4)]


def test_all_files_together_have_a_limit(run, write, monkeypatch):
    monkeypatch.setattr(cli_input, "MAX_INPUT", len(NATS) + 10)
    ran = run("check", "-f", write("a.yaml", NATS), "-f", write("b.yaml", NATS), "-o", "json")
    assert findings(ran)[0] == ("too-large", "b.yaml", None)


def test_an_item_that_cannot_be_printed_again_is_an_error(run, write):
    text = 'apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: X, metadata: {name: x}, y: "\\a"}\n'
    ran = run("check", "-f", write("list.yaml", text), "-o", "json")
    assert ("unprintable-value", "list.yaml", 4) in findings(ran)


def test_a_missing_namespace_is_set_and_another_one_contradicts(run, write):
    path = write("a.yaml", NATS.replace("  namespace: shop\n", ""))
    ran = run("render", "-f", path, "-n", "elsewhere", "-o", "json")
    assert ran.status == 0
    assert {item["metadata"]["namespace"] for item in json.loads(ran.out)["items"]} == {"elsewhere"}
    path = write("b.yaml", NATS)
    assert run("render", "-f", path, "-n", "shop").status == 0
    for words in (
        ("render", "-f", path),
        ("check", "-f", path),
        ("status", "-f", path),
        ("simulate", "-f", path),
        ("report", "-f", path),
    ):
        ran = run(*words, "-n", "elsewhere")
        assert ran.status == 1
        assert (
            'b.yaml:5: error: metadata.namespace: the NATS is in namespace "shop", but -n is "elsewhere"'
            in ran.out + ran.err
        )
    ran = run("diff", path, path, "-n", "elsewhere")
    assert (ran.status, ran.out) == (2, "")


def test_the_output_of_another_command_can_be_read_as_a_file(write):
    path = write("nats.yaml", NATS)
    line = f"{' '.join(FUNCTION)} render -f <(cat {path}) -o json"
    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=True)
    assert len(json.loads(done.stdout)["items"]) == 10


def test_a_long_list_takes_no_longer_an_item_than_a_short_one(write):
    def calls(items: int) -> int:
        item = "- {apiVersion: v1, kind: X, metadata: {name: n}}\n"
        path = write("list.yaml", "apiVersion: v1\nkind: List\nitems:\n" + item * items)
        found = []
        made = calls_of(lambda: found.append(gather([str(path)], recursive=False)))
        assert len(found[0].sources) == items
        return made

    assert calls(4_000) < 11 * calls(400)
