"""Final objects, patched after the render: what `check`, `mode: validate` and `diff` tell of them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.calls import items_of, krmfn, resource_list
from tests.golden_cases import Case
from tests.tools_of_clients import kustomize

CASE = Case("monitored")
CODES = {
    "spec.replicas": ("  replicas: 3\n  serviceName", "  replicas: 5\n  serviceName", "conf-route"),
    "PodDisruptionBudget": ("maxUnavailable: 1", "maxUnavailable: 2", "pdb-loses-quorum"),
    "probe": ("port: 8222\n          initialDelaySeconds: 10\n          periodSeconds: 30", "port: 8223", "link-port"),
    "apiVersion": ("apiVersion: policy/v1\n", "apiVersion: policy/v1beta1\n", "api-version-removed"),
    "namespace": ("\n  namespace: shop", "\n  namespace: staging", "link-host"),
    "quantity": ('memory: "1Gi"', "memory: 1Gb", "schema-pattern"),
}


def tree(old: str = "", new: str = "") -> str:
    text = "".join(f"---\n{part}" for part in CASE.files().values())
    assert old in text
    return text.replace(old, new) if old else text


def codes(called) -> set[str]:
    return {row["code"] for row in json.loads(called.out) if row["severity"] == "error"}


def test_a_tree_without_a_cr_is_checked_and_counted(tmp_path: Path) -> None:
    (tmp_path / "tree.yaml").write_text(tree())
    called = krmfn("check", "-f", tmp_path / "tree.yaml")
    assert called.status == 0, called
    assert called.err.startswith("16 objects checked")
    assert "no-nats-cr" not in called.out


def test_a_tree_with_its_cr_is_checked_too(tmp_path: Path) -> None:
    (tmp_path / "tree.yaml").write_text(tree())
    called = krmfn("check", "-f", CASE.input, "--config", CASE.config, "-f", tmp_path / "tree.yaml")
    assert (called.status, called.err.partition(",")[0]) == (0, "1 NATS and 16 objects checked"), called


@pytest.mark.parametrize("name", CODES)
def test_check_tells_what_a_patch_broke(name: str) -> None:
    old, new, code = CODES[name]
    called = krmfn("check", "-f", "-", "-o", "json", stdin=tree(old, new))
    assert called.status == 1
    assert code in codes(called)
    assert all(row["file"] == "stdin" and row["line"] for row in json.loads(called.out))


def test_replicas_are_held_against_the_nats(tmp_path: Path) -> None:
    (tmp_path / "tree.yaml").write_text(tree("  replicas: 3\n  serviceName", "  replicas: 5\n  serviceName"))
    called = krmfn("check", "-f", CASE.input, "--config", CASE.config, "-f", tmp_path / "tree.yaml", "-o", "json")
    (row,) = [row for row in json.loads(called.out) if row["code"] == "replicas-differ"]
    assert (row["severity"], row["proposed"], row["field"]) == ("error", 3, "spec.replicas")


def test_errors_of_the_cr_and_of_the_tree_come_in_one_run(tmp_path: Path) -> None:
    (tmp_path / "nats.yaml").write_text(CASE.input.read_text().replace("size: 512Mi", "size: 512MB"))
    (tmp_path / "tree.yaml").write_text(tree("maxUnavailable: 1", "maxUnavailable: 2"))
    called = krmfn("check", "-f", tmp_path, "-o", "json")
    assert {"pattern-mismatch", "pdb-loses-quorum"} <= codes(called)


def test_directories_with_the_same_objects_are_trees_of_their_own(tmp_path: Path) -> None:
    for name, text in (("dev", tree()), ("prod", tree("maxUnavailable: 1", "maxUnavailable: 2"))):
        (tmp_path / name).mkdir()
        (tmp_path / name / "tree.yaml").write_text(text)
    called = krmfn("check", "-f", tmp_path, "-R", "-o", "json")
    assert codes(called) == {"pdb-loses-quorum"}
    assert [Path(row["file"]).parent.name for row in json.loads(called.out) if row["severity"] == "error"] == ["prod"]


def config(policies: str) -> str:
    spec = f"spec: {{policies: {policies}}}"
    return f"apiVersion: fn.krmfn.dev/v1alpha1\nkind: RenderNATS\nmetadata: {{name: r}}\n{spec}\n"


def test_the_nearest_configuration_sets_the_policies_of_a_tree_without_its_nats(tmp_path: Path) -> None:
    for name, digests in (("dev", "false"), ("prod", "true")):
        (tmp_path / name / "rendered").mkdir(parents=True)
        (tmp_path / name / "rendered" / "tree.yaml").write_text(tree())
        (tmp_path / name / "render.yaml").write_text(config(f"{{digests: {digests}}}"))
    called = krmfn("check", "-R", "-f", tmp_path, "-o", "json")
    rows = [row for row in json.loads(called.out) if row["severity"] == "error"]
    assert {(row["code"], Path(row["file"]).parts[-3]) for row in rows} == {("image-digest", "prod")}
    assert len(rows) == 5
    called = krmfn("check", "-R", "-f", tmp_path, "--set", "policies.digests=false")
    assert called.status == 0, called


def test_the_configuration_of_the_nats_sets_the_policies_of_its_tree_elsewhere(tmp_path: Path) -> None:
    for name in ("clusters", "deployed"):
        (tmp_path / name).mkdir()
    (tmp_path / "clusters" / "nats.yaml").write_text(CASE.input.read_text())
    (tmp_path / "clusters" / "render.yaml").write_text(config("{forbiddenTags: ['0.20*']}"))
    (tmp_path / "deployed" / "tree.yaml").write_text(tree())
    called = krmfn("check", "-R", "-f", tmp_path, "-o", "json")
    rows = [row for row in json.loads(called.out) if row["code"] == "image-tag-forbidden"]
    assert sorted(Path(row["file"]).name for row in rows) == ["render.yaml", *["tree.yaml"] * 3]


def test_a_faulty_configuration_beside_a_tree_is_told(tmp_path: Path) -> None:
    (tmp_path / "tree.yaml").write_text(tree())
    (tmp_path / "render.yaml").write_text(config("{digest: true}"))
    called = krmfn("check", "-f", tmp_path, "-o", "json")
    assert (called.status, codes(called)) == (1, {"unknown-field"})


def test_a_validator_holds_the_items_to_its_policies() -> None:
    listed = resource_list(as_items(tree()), config("{digests: true}").replace("spec: {", "spec: {mode: validate, "))
    called = krmfn(stdin=listed)
    assert called.status == 1
    assert "[image-digest]" in called.out


def test_no_cr_and_no_object_of_krmfn_is_still_an_error() -> None:
    called = krmfn("check", "-f", "-", stdin="apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: 1}\n")
    assert called.status == 1
    assert "no-nats-cr" in called.out


def test_an_annotation_of_the_nats_allows_a_code_of_the_tree(tmp_path: Path) -> None:
    allowing = "metadata:\n  annotations:\n    krmfn.dev/allow: pdb-loses-quorum\n"
    (tmp_path / "nats.yaml").write_text(CASE.input.read_text().replace("metadata:\n", allowing, 1))
    (tmp_path / "tree.yaml").write_text(tree("maxUnavailable: 1", "maxUnavailable: 2"))
    called = krmfn("check", "-f", tmp_path, "--config", CASE.config, "-o", "json")
    rows = {row["code"]: row["severity"] for row in json.loads(called.out)}
    assert (called.status, rows["pdb-loses-quorum"], "unknown-allow" in rows) == (0, "warning", False), called


PATCHED = {
    "rollout-loses-quorum": (
        "  serviceName:",
        "  updateStrategy: {rollingUpdate: {maxUnavailable: 2}}\n  serviceName:",
    ),
    "pdb-loses-quorum": ("maxUnavailable: 1", "maxUnavailable: 2"),
    "conf-unknown": ("    server_name:", "    max_paylod: 1\n    server_name:"),
}


@pytest.mark.parametrize("code", PATCHED)
def test_one_code_satisfies_check_and_diff(code: str, tmp_path: Path) -> None:
    for name in ("old", "new"):
        (tmp_path / name).mkdir()
    (tmp_path / "old" / "tree.yaml").write_text(tree())
    (tmp_path / "new" / "tree.yaml").write_text(tree(*PATCHED[code]))
    nats = CASE.input.read_text()
    for allowed, status in ((False, 1), (True, 0)):
        note = f"metadata:\n  annotations:\n    krmfn.dev/allow: {code}\n"
        for name in ("old", "new"):
            (tmp_path / name / "nats.yaml").write_text(nats.replace("metadata:\n", note, 1) if allowed else nats)
        checked = krmfn("check", "-f", tmp_path / "new", "--config", CASE.config, "-o", "json")
        assert (checked.status, code in codes(checked)) == (status, not allowed), checked
        judged = json.loads(
            krmfn("diff", tmp_path / "old", tmp_path / "new", "--config", CASE.config, "-o", "json").out
        )
        rows = [(row["class"], row["allowed"]) for row in judged["changes"] if row["code"] == code]
        assert rows == ([("outage", True)] if allowed else [("broken", False)]), judged


def as_items(text: str) -> list[str]:
    parts = [part for part in text.split("---\n") if part]
    return ["- " + "\n  ".join(part.rstrip("\n").split("\n")) + "\n" for part in parts]


VALIDATE = "apiVersion: fn.krmfn.dev/v1alpha1\nkind: RenderNATS\nmetadata:\n  name: v\nspec:\n  mode: validate\n"


def test_validate_judges_the_final_items_of_kpt() -> None:
    old, new, code = CODES["PodDisruptionBudget"]
    config = VALIDATE + "".join(f"  {line}\n" for line in ("istio: true", "zones: 3", "podMonitor: true"))
    config += "  networkPolicy: true\n  prometheusRule: true\n"
    for text, status in ((tree(), 0), (tree(old, new), 1)):
        items = as_items(CASE.input.read_text() + "---\n" + text)
        called = krmfn(stdin=resource_list(items, config))
        assert called.status == status, called
        assert len(items_of(called.out)) == len(items)
        assert (f"[{code}]" in called.out) is bool(status)


@pytest.mark.parametrize("name", ["PodDisruptionBudget", "probe", "spec.replicas"])
def test_a_validator_of_kustomize_stops_a_broken_build(name: str, tmp_path: Path) -> None:
    old, new, code = CODES[name]
    binary = tmp_path / "krmfn"
    binary.write_text('#!/bin/sh\nexec python3 -I -m krmfn "$@"\n'.replace("python3", sys.executable))
    binary.chmod(0o755)
    note = "  annotations:\n    config.kubernetes.io/function: |\n      exec: {path: ./krmfn}\n"
    (tmp_path / "validate.yaml").write_text(VALIDATE.replace("  name: v\n", f"  name: v\n{note}"))
    (tmp_path / "kustomization.yaml").write_text("resources: [tree.yaml]\nvalidators: [validate.yaml]\n")
    for text, is_good in ((tree(), True), (tree(old, new), False)):
        (tmp_path / "tree.yaml").write_text(text)
        done = subprocess.run(
            [kustomize(), "build", "--enable-alpha-plugins", "--enable-exec", str(tmp_path)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert (done.returncode == 0) is is_good, done.stderr
        assert (f"[{code}]" in done.stderr) is not is_good


def diff(tmp_path: Path, before: str, after: str, *more: str):
    (tmp_path / "old.yaml").write_text(before)
    (tmp_path / "new.yaml").write_text(after)
    return krmfn("diff", tmp_path / "old.yaml", tmp_path / "new.yaml", *more)


@pytest.mark.parametrize("name", CODES)
def test_diff_tells_a_broken_state_first_and_fails_under_every_class(name: str, tmp_path: Path) -> None:
    old, new, code = CODES[name]
    called = diff(tmp_path, tree(), tree(old, new), "--fail-on", "broken")
    assert called.status == 1, called
    assert called.out.startswith("broken: ")
    assert f" [{code}]" in called.out
    assert "one after the other" not in called.out
    assert "running servers take" not in called.out


@pytest.mark.parametrize("name", [*CODES, *PATCHED])
def test_a_change_that_is_a_fault_is_one_row_of_the_json(name: str, tmp_path: Path) -> None:
    """A reader that counts rows, or looks one up by object and field, gets one answer: broken, with the values."""
    old, new = CODES[name][:2] if name in CODES else PATCHED[name]
    rows = json.loads(diff(tmp_path, tree(), tree(old, new), "-o", "json").out)["changes"]
    of_faults = {(str(row["object"]), row["code"]) for row in rows if row["class"] == "broken" and row["code"]}
    places = [(str(row["object"]), row["field"]) for row in rows]
    assert of_faults
    assert len(places) == len(set(places))
    assert [row for row in rows if row["class"] != "broken" and (str(row["object"]), row["code"]) in of_faults] == []


def test_a_change_that_is_a_fault_keeps_its_values(tmp_path: Path) -> None:
    called = diff(tmp_path, tree(), tree("maxUnavailable: 1", "maxUnavailable: 2"), "-o", "json")
    (row,) = json.loads(called.out)["changes"]
    assert (row["class"], row["code"], row["change"], row["old"], row["new"], row["field"]) == (
        "broken", "pdb-loses-quorum", "changed", "1", "2", "spec.maxUnavailable",
    )  # fmt: skip


def test_diff_does_not_count_a_fault_that_was_there_before(tmp_path: Path) -> None:
    before = tree("maxUnavailable: 1", "maxUnavailable: 2")
    called = diff(tmp_path, before, before.replace("periodSeconds: 30", "periodSeconds: 20"))
    assert called.status == 1
    assert called.out.startswith("restart: "), called


def test_diff_tells_what_it_did_where_the_fault_is_mended(tmp_path: Path) -> None:
    called = diff(tmp_path, tree("maxUnavailable: 1", "maxUnavailable: 2"), tree())
    assert called.out.startswith("metadata: "), called


def test_diff_leaves_other_clusters_their_sentences(tmp_path: Path) -> None:
    """A fault of one cluster of a namespace says nothing about the other."""
    second = tree().replace("orders", "stock")
    before = tree() + second
    after = tree("maxUnavailable: 1", "maxUnavailable: 2") + second.replace("periodSeconds: 30", "periodSeconds: 20")
    called = diff(tmp_path, before, after, "-o", "json")
    rows = {(row["object"]["name"], row["class"]) for row in json.loads(called.out)["changes"]}
    assert ("orders-nats", "broken") in rows
    assert ("stock-nats", "restart") in rows
