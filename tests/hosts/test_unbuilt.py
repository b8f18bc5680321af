"""What kustomize and kpt make of a tree is not in its files: `diff` says so where it changed."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.calls import krmfn

if TYPE_CHECKING:
    from pathlib import Path

NATS = """\
apiVersion: operator.kyma-project.io/v1alpha1
kind: NATS
metadata:
  name: orders
  namespace: shop
"""
FOREIGN = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {}\n  namespace: shop\n"
PATCH = "- op: add\n  path: /spec\n  value: {{cluster: {{size: {}}}}}\n"
BASE = "resources: [nats.yaml]\n"
CHART = "helmCharts: [{name: extra, releaseName: extra}]\n"
VARS = "vars: [{{name: X, objref: {{kind: NATS, name: orders}}, fieldref: {{fieldpath: metadata.{}}}}}]\n"
KPTFILE = """\
apiVersion: kpt.dev/v1
kind: Kptfile
metadata: {{name: shop}}
pipeline:
  mutators:
  - image: krmfn
    configMap: {{zones: '{}'}}
"""
TREE = {"app/nats.yaml": NATS}
CHANGES: dict[str, tuple[dict[str, str], dict[str, str], str]] = {
    # files before, files after, what is named
    "an inline patch": (
        {"app/kustomization.yaml": f"{BASE}patches: [{{patch: 'a: 1'}}]\n"},
        {"app/kustomization.yaml": f"{BASE}patches: [{{patch: 'a: 2'}}]\n"},
        "patches",
    ),
    "replicas": (
        {"app/kustomization.yaml": BASE},
        {"app/kustomization.yaml": f"{BASE}replicas: [{{name: orders-nats, count: 1}}]\n"},
        "replicas",
    ),
    "images": (
        {"app/Kustomization": f"{BASE}images: [{{name: nats, newTag: '1'}}]\n"},
        {"app/Kustomization": f"{BASE}images: [{{name: nats, newTag: '2'}}]\n"},
        "images",
    ),
    "a namespace": (
        {"app/kustomization.yml": f"{BASE}namespace: a\n"},
        {"app/kustomization.yml": f"{BASE}namespace: b\n"},
        "namespace",
    ),
    "a patch in a file that is not an object": (
        {"app/kustomization.yaml": f"{BASE}patches: [{{path: p.yaml}}]\n", "app/p.yaml": PATCH.format(3)},
        {"app/kustomization.yaml": f"{BASE}patches: [{{path: p.yaml}}]\n", "app/p.yaml": PATCH.format(1)},
        "patches",
    ),
    "a component elsewhere": (
        {"app/kustomization.yaml": f"{BASE}components: [../c]\n", "c/kustomization.yaml": "namePrefix: a-\n"},
        {"app/kustomization.yaml": f"{BASE}components: [../c]\n", "c/kustomization.yaml": "namePrefix: b-\n"},
        "components",
    ),
    "a base elsewhere": (
        {"app/kustomization.yaml": "resources: [nats.yaml, ../base]\n", "base/a.yaml": FOREIGN.format("a")},
        {"app/kustomization.yaml": "resources: [nats.yaml, ../base]\n", "base/a.yaml": FOREIGN.format("b")},
        "resources",
    ),
    "values of a local chart": (
        {"app/kustomization.yaml": f"{BASE}{CHART}", "app/charts/extra/values.yaml": "size: 1\n"},
        {"app/charts/extra/values.yaml": "size: 2\n"},
        "helmCharts",
    ),
    "a template of a local chart": (
        {"app/kustomization.yaml": f"{BASE}{CHART}", "app/charts/extra/templates/a.yaml": "a: {{ .Values.a }}\n"},
        {"app/charts/extra/templates/a.yaml": "a: {{ .Values.b }}\n"},
        "helmCharts",
    ),
    "a local chart in another folder": (
        {"app/kustomization.yaml": f"{BASE}{CHART}helmGlobals: {{chartHome: ../c}}\n", "c/extra/values.yaml": "a: 1\n"},
        {"c/extra/values.yaml": "a: 2\n"},
        "helmCharts",
    ),
    "the version of a remote chart": (
        {"app/kustomization.yaml": f"{BASE}helmCharts: [{{name: a, repo: 'https://example.com', version: 1.0.0}}]\n"},
        {"app/kustomization.yaml": f"{BASE}helmCharts: [{{name: a, repo: 'https://example.com', version: 1.1.0}}]\n"},
        "helmCharts",
    ),
    "vars": (
        {"app/kustomization.yaml": f"{BASE}{VARS.format('name')}"},
        {"app/kustomization.yaml": f"{BASE}{VARS.format('namespace')}"},
        "vars",
    ),
    "a NATS that is no longer a resource": (
        {"app/kustomization.yaml": BASE},
        {"app/kustomization.yaml": "resources: []\n"},
        "resources",
    ),
    "a kustomization that leaves out the NATS": ({}, {"app/kustomization.yaml": "resources: []\n"}, "resources"),
    "a remote base": (
        {"app/kustomization.yaml": "resources: [nats.yaml, 'https://example.com/a?ref=1']\n"},
        {"app/kustomization.yaml": "resources: [nats.yaml, 'https://example.com/a?ref=2']\n"},
        "resources",
    ),
    "text that is no kustomization": (
        {"app/kustomization.yaml": BASE},
        {"app/kustomization.yaml": f"{BASE}images: [\n"},
        "text",
    ),
    "a kustomization above": (
        {"kustomization.yaml": "resources: [app/nats.yaml]\nnamePrefix: a-\n"},
        {"kustomization.yaml": "resources: [app/nats.yaml]\nnamePrefix: b-\n"},
        "namePrefix",
    ),
    "settings of a kpt function": ({"app/Kptfile": KPTFILE.format(3)}, {"app/Kptfile": KPTFILE.format(2)}, "pipeline"),
    "the package around of kpt": ({"Kptfile": KPTFILE.format(3)}, {"Kptfile": KPTFILE.format(2)}, "pipeline"),
}  # fmt: skip


def committed(root: Path, files: dict[str, str], *, new: bool = False) -> None:
    if new:
        subprocess.run(["git", "init", "-q"], cwd=root, check=True)
    for name, text in {**TREE, **files}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    subprocess.run(["git", "add", "-A"], cwd=root, check=True)
    subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "x"], cwd=root, check=True)


@pytest.mark.parametrize("name", CHANGES)
def test_a_step_of_kustomize_or_kpt_that_changed_is_never_no_change(name: str, tmp_path: Path):
    before, after, named = CHANGES[name]
    committed(tmp_path, before, new=True)
    same = krmfn("diff", "--git", "HEAD", "--", "app", cwd=tmp_path)
    assert (same.status, same.out) == (0, "no change\n"), same
    committed(tmp_path, after)
    called = krmfn("diff", "--git", "HEAD~1..HEAD", "--fail-on", "data-loss", "--", "app", cwd=tmp_path)
    assert (called.status, called.out.count("[unbuilt-change]")) == (1, 1), called
    said = called.out.partition(" changed, and its effect through ")[0]
    assert named in said.rpartition("warning: ")[2].split(", ")
    back = krmfn("diff", "--git", "HEAD..HEAD~1", "--", "app", cwd=tmp_path)
    assert (back.status, "[unbuilt-change]" in back.out) == (1, True), back


def test_a_kustomization_beside_a_file_counts_where_it_names_the_file(tmp_path: Path):
    for number, tag in enumerate("ab"):
        steps = {
            "app/kustomization.yaml": f"{BASE}namePrefix: {tag}-\n",
            "other/kustomization.yaml": f"namePrefix: {tag}-\n",
        }
        committed(tmp_path, steps, new=number == 0)
    called = krmfn("diff", "--git", "HEAD~1..HEAD", "--", "app/nats.yaml", cwd=tmp_path)
    assert (called.status, called.out.count("[unbuilt-change]")) == (1, 1), called
    committed(tmp_path, {"app/kustomization.yaml": "resources: []\nnamePrefix: c-\n"})
    committed(tmp_path, {"app/kustomization.yaml": "resources: []\nnamePrefix: d-\n"})
    assert krmfn("diff", "--git", "HEAD~1..HEAD", "--", "app/nats.yaml", cwd=tmp_path).status == 0


def test_steps_that_did_not_change_are_told_and_do_not_count(tmp_path: Path):
    committed(
        tmp_path, {"app/kustomization.yaml": f"{BASE}namePrefix: a-\n", "app/Kptfile": KPTFILE.format(3)}, new=True
    )
    called = krmfn("diff", "--git", "HEAD", "--", "app", cwd=tmp_path)
    assert (called.status, called.out, called.err.count("[unbuilt-steps]")) == (0, "no change\n", 2)


def test_two_folders_are_compared_with_their_own_steps(tmp_path: Path):
    for name, tag in (("old", 1), ("new", 2)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "nats.yaml").write_text(NATS)
        (tmp_path / name / "kustomization.yaml").write_text(f"{BASE}images: [{{name: nats, newTag: '{tag}'}}]\n")
    called = krmfn("diff", "old", "new", cwd=tmp_path)
    assert (called.status, "new/kustomization.yaml: warning: images changed" in called.out) == (1, True), called
    assert krmfn("diff", "old", "new", "--exclude", "kustomization.yaml", cwd=tmp_path).status == 0


def test_a_resource_that_comes_with_its_file_is_compared_and_not_warned_of(tmp_path: Path):
    committed(tmp_path, {"app/kustomization.yaml": BASE}, new=True)
    more = {"app/kustomization.yaml": "resources: [nats.yaml, more]\n", "app/more/a.yaml": FOREIGN.format("a")}
    (tmp_path / "app/more").mkdir()
    committed(tmp_path, more)
    for revisions in ("HEAD~1..HEAD", "HEAD..HEAD~1"):
        called = krmfn("diff", "--git", revisions, "--", "app", cwd=tmp_path)
        assert (called.status, "ConfigMap shop/a" in called.out, "[unbuilt" in called.out) == (1, True, False), called


def test_a_package_whose_functions_have_run_is_compared_by_what_they_made(tmp_path: Path):
    committed(tmp_path, {"app/Kptfile": KPTFILE.format(3)}, new=True)
    rendered = krmfn("render", "-f", "app", cwd=tmp_path).out
    committed(tmp_path, {"app/Kptfile": KPTFILE.format(3), "app/out.yaml": rendered})
    committed(tmp_path, {"app/Kptfile": KPTFILE.format(2)})
    called = krmfn("diff", "--git", "HEAD~1..HEAD", "--", "app", cwd=tmp_path)
    assert (called.status, called.out) == (0, "no change\n")


def test_a_directory_that_krmfn_rendered_has_no_steps(tmp_path: Path):
    (tmp_path / "nats.yaml").write_text(NATS)
    assert krmfn("render", "-f", "nats.yaml", "--output-dir", "out", cwd=tmp_path).status == 0
    called = krmfn("diff", "nats.yaml", "out", cwd=tmp_path)
    assert (called.status, called.out, "[unbuilt" in called.err) == (0, "no change\n", False)
