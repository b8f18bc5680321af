"""The real kustomize and kubectl: generator, transformer, validator, exec form and legacy plugin, and overlays."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tests.calls import documents, krmfn
from tests.golden_cases import CASES, Case
from tests.tools_of_clients import kustomize

if TYPE_CHECKING:
    from pathlib import Path

KUBECTL = shutil.which("kubectl")
NATS = """\
apiVersion: operator.kyma-project.io/v1alpha1
kind: NATS
metadata:
  name: orders-nats
  namespace: shop
{notes}spec:
  cluster:
    size: {size}
"""
RENDER = """\
apiVersion: fn.krmfn.dev/v1alpha1
kind: RenderNATS
metadata:
  name: render
{notes}spec:
{spec}
"""
CHILDREN = ["ConfigMap", *["Deployment"] * 3, "PodDisruptionBudget", *["Service"] * 3, "ServiceAccount", "StatefulSet"]


class Tree:
    """Kustomizations below a folder, and the two ways in which kustomize calls krmfn there."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.path, self.home = folder, folder / "krmfn", folder / "plugins"
        self.path.write_text(f'#!/bin/sh\nexec "{sys.executable}" -I -m krmfn "$@"\n')
        self.path.chmod(0o755)
        self.notes = f"  annotations:\n    config.kubernetes.io/function: |\n      exec:\n        path: {self.path}\n"
        installed = krmfn("kustomize", "install", "--dir", self.home)
        assert installed.status == 0, installed

    def write(self, name: str, kustomization: str, **files: str) -> None:
        """A folder with a kustomization, and files named with `_` for the dot."""
        folder = self.folder / name
        folder.mkdir()
        (folder / "kustomization.yaml").write_text(kustomization)
        for file, text in files.items():
            (folder / file.replace("_", ".")).write_text(text)

    def nats(self, size: int = 3, *, function: bool = True) -> str:
        return NATS.format(notes=self.notes if function else "", size=size)

    def render(self, spec: str = "  zones: [a, b, c]\n  istio: false", *, function: bool = True) -> str:
        return RENDER.format(notes=self.notes if function else "", spec=spec)

    def build(self, name: str, *command: str) -> subprocess.CompletedProcess[str]:
        """The standalone kustomize with exec functions, or another command with legacy plugins."""
        line = [
            *(command or (kustomize(), "build", "--enable-exec")),
            "--enable-alpha-plugins",
            str(self.folder / name),
        ]
        environment = {**os.environ, "KUSTOMIZE_PLUGIN_HOME": str(self.home)}
        return subprocess.run(line, env=environment, capture_output=True, text=True, timeout=120, check=False)

    def built(self, name: str, *command: str) -> list[dict[str, Any]]:
        done = self.build(name, *command)
        assert done.returncode == 0, done.stderr
        return documents(done.stdout)


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    return Tree(tmp_path)


def only(objects: list[dict[str, Any]], kind: str) -> dict[str, Any]:
    (found,) = (obj for obj in objects if obj["kind"] == kind)
    return found


def conf(objects: list[dict[str, Any]]) -> str:
    return str(only(objects, "ConfigMap")["data"]["nats.conf"])


def kinds(objects: list[dict[str, Any]]) -> list[str]:
    return sorted(obj["kind"] for obj in objects)


def in_order(objects: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(objects, key=lambda obj: (obj["kind"], obj["metadata"].get("namespace", ""), obj["metadata"]["name"]))


def test_a_generator_builds_what_render_prints(tree: Tree):
    tree.write("base", "generators: [nats.yaml]", nats_yaml=tree.nats())
    called = krmfn("render", "-f", tree.folder / "base/nats.yaml")
    assert called.status == 0, called
    assert in_order(tree.built("base")) == in_order(documents(called.out))


@pytest.mark.parametrize("name", CASES)
def test_a_transformer_builds_the_golden_children(tree: Tree, name: str):
    case = Case(name)
    config = case.config.read_text() if case.config.exists() else tree.render("  {}", function=False)
    config = config.replace("metadata:\n", "metadata:\n" + tree.notes, 1)
    text = case.input.read_text()
    tree.write("base", "resources: [input.yaml]\ntransformers: [r.yaml]", input_yaml=text, r_yaml=config)
    marked = [obj for obj in tree.built("base") if "krmfn.dev/owner" in obj["metadata"].get("annotations", {})]
    assert in_order(marked) == in_order(case.objects())


def test_a_rendernats_alone_as_generator_is_an_error_that_says_where_to_put_it(tree: Tree):
    tree.write("base", "generators: [render.yaml]", render_yaml=tree.render())
    done = tree.build("base")
    assert done.returncode == 1
    assert done.stdout == ""
    assert "put the NATS under generators, or the RenderNATS under transformers" in done.stderr


def test_an_error_names_the_nats_and_nothing_is_built(tree: Tree):
    tree.write("base", "generators: [nats.yaml]", nats_yaml=tree.nats(size=4))
    done = tree.build("base")
    assert (done.returncode, done.stdout) == (1, "")
    assert "NATS shop/orders-nats: error: spec.cluster.size: " in done.stderr


def test_an_overlay_with_namespace_labels_and_patches_keeps_routes_right(tree: Tree):
    tree.write("base", "generators: [nats.yaml]", nats_yaml=tree.nats())
    overlay = "resources: [../base]\nnamespace: elsewhere\nlabels: [{pairs: {team: orders}}]\npatches:\n- patch: |\n"
    patch = "    - {op: replace, path: /spec/template/spec/terminationGracePeriodSeconds, value: 77}\n"
    check = tree.render("  mode: validate\n  istio: false")
    tree.write("overlay", overlay + patch + "  target: {kind: StatefulSet}\nvalidators: [c.yaml]", c_yaml=check)
    objects = tree.built("overlay")
    assert {obj["metadata"]["namespace"] for obj in objects} == {"elsewhere"}
    assert {obj["metadata"]["labels"]["team"] for obj in objects} == {"orders"}
    assert only(objects, "StatefulSet")["spec"]["template"]["spec"]["terminationGracePeriodSeconds"] == 77
    workload = only(objects, "StatefulSet")
    for host in (f"{workload['metadata']['name']}-{i}.{workload['spec']['serviceName']}" for i in range(3)):
        assert f"nats://{host}:6222" in conf(objects)


def test_a_prefix_over_rendered_objects_leaves_stale_routes_which_a_validator_refuses(tree: Tree):
    tree.write("base", "generators: [nats.yaml]", nats_yaml=tree.nats())
    tree.write("blind", "resources: [../base]\nnamePrefix: eu-")
    objects = tree.built("blind")
    assert only(objects, "StatefulSet")["metadata"]["name"] == "eu-orders-nats"
    assert "nats://orders-nats-0.orders-nats:6222" in conf(objects)
    check = tree.render("  mode: validate\n  istio: false")
    tree.write("seen", "resources: [../base]\nnamePrefix: eu-\nvalidators: [check.yaml]", check_yaml=check)
    done = tree.build("seen")
    assert (done.returncode, done.stdout) == (1, "")
    assert "StatefulSet shop/eu-orders-nats: error: " in done.stderr
    assert "[renamed-child]" in done.stderr


def test_a_transformer_in_the_overlay_renders_after_the_prefix_and_the_routes_are_right(tree: Tree):
    tree.write("base", "generators: [nats.yaml]", nats_yaml=tree.nats())
    tree.write("overlay", "resources: [../base]\nnamePrefix: eu-\ntransformers: [r.yaml]", r_yaml=tree.render())
    objects = tree.built("overlay")
    assert kinds(objects) == CHILDREN
    assert "nats://eu-orders-nats-0.eu-orders-nats:6222" in conf(objects)
    assert only(objects, "StatefulSet")["metadata"]["name"] == "eu-orders-nats"


@pytest.mark.parametrize("change", ["nameSuffix: -b", "namePrefix: a-", "nameSuffix: -b\nnamespace: prod"])
@pytest.mark.parametrize(("name", "size"), [("orders-nats", 3), ("orders", 3), ("orders", 1)])
def test_children_of_a_nats_that_is_renamed_and_rendered_again_are_not_left_behind(
    tree: Tree, change: str, name: str, size: int
):
    files = {"nats_yaml": tree.nats(size).replace("orders-nats", name), "r_yaml": tree.render()}
    tree.write("base", "resources: [nats.yaml]\ntransformers: [r.yaml]", **files)
    tree.write("overlay", f"resources: [../base]\n{change}\ntransformers: [r.yaml]", r_yaml=tree.render())
    objects = tree.built("overlay")
    assert kinds(objects) == kinds(tree.built("base"))
    owners = {obj["metadata"].get("annotations", {}).get("krmfn.dev/owner") for obj in objects if obj["kind"] != "NATS"}
    renamed = only(objects, "NATS")["metadata"]
    assert owners == {f"{renamed['namespace']}/{renamed['name']}"}
    assert only(objects, "StatefulSet")["spec"]["serviceName"] in conf(objects) or size == 1


def test_children_whose_nats_an_earlier_step_dropped_stay(tree: Tree):
    drop = tree.render("  keepCR: drop\n  istio: false")
    tree.write("base", "resources: [nats.yaml]\ntransformers: [r.yaml]", nats_yaml=tree.nats(), r_yaml=drop)
    tree.write("overlay", "resources: [../base]\ntransformers: [r.yaml]", r_yaml=tree.render())
    assert kinds(tree.built("overlay")) == CHILDREN
    renamed = "resources: [../base]\nnameSuffix: -eu\ntransformers: [r.yaml]"
    tree.write("renamed", renamed, r_yaml=tree.render())
    done = tree.build("renamed")
    assert done.returncode == 1
    assert "[renamed-child]" in done.stderr


def test_with_istio_a_changed_namespace_makes_the_host_stale_which_a_validator_refuses(tree: Tree):
    istio = tree.render("  keepCR: drop\n  istio: true")
    tree.write("base", "resources: [nats.yaml]\ntransformers: [r.yaml]", nats_yaml=tree.nats(), r_yaml=istio)
    check = tree.render("  mode: validate\n  istio: true")
    tree.write("overlay", "resources: [../base]\nnamespace: other\nvalidators: [c.yaml]", c_yaml=check)
    done = tree.build("overlay")
    assert done.returncode == 1
    assert "DestinationRule other/orders-nats: error: spec.host: " in done.stderr


def test_the_operators_profile_does_not_survive_a_changed_namespace_and_a_validator_says_so(tree: Tree):
    old = tree.render("  keepCR: drop\n  profile: nats-manager\n  istio: false")
    tree.write("base", "resources: [nats.yaml]\ntransformers: [r.yaml]", nats_yaml=tree.nats(), r_yaml=old)
    check = tree.render("  mode: validate\n  istio: false")
    tree.write("overlay", "resources: [../base]\nnamespace: other\nvalidators: [c.yaml]", c_yaml=check)
    done = tree.build("overlay")
    assert done.returncode == 1
    assert "ConfigMap other/orders-nats-config: error: metadata.namespace: " in done.stderr


def test_one_server_is_not_renamed_either_since_its_exporter_would_not_find_it(tree: Tree):
    tree.write("base", "generators: [nats.yaml]", nats_yaml=tree.nats(size=1))
    check = tree.render("  mode: validate\n  istio: false")
    tree.write("overlay", "resources: [../base]\nnamePrefix: eu-\nvalidators: [c.yaml]", c_yaml=check)
    done = tree.build("overlay")
    assert done.returncode == 1
    assert "Deployment shop/eu-orders-nats-metrics-0: error: " in done.stderr


@pytest.mark.skipif(KUBECTL is None, reason="kubectl is not on PATH")
@pytest.mark.parametrize("client", ["kubectl", "kustomize"])
def test_the_legacy_plugins_build_what_exec_functions_build(tree: Tree, client: str):
    command = ("kubectl", "kustomize") if client == "kubectl" else (kustomize(), "build")
    for name, has_function in (("exec", True), ("legacy", False)):
        nats, render = tree.nats(function=has_function), tree.render(function=has_function)
        tree.write(f"{name}-generator", "generators: [nats.yaml]", nats_yaml=nats)
        files = {"nats_yaml": tree.nats(function=False), "r_yaml": render}
        tree.write(f"{name}-transformer", "namePrefix: eu-\nresources: [nats.yaml]\ntransformers: [r.yaml]", **files)
    for kind in ("generator", "transformer"):
        assert tree.built(f"legacy-{kind}", *command) == tree.built(f"exec-{kind}")


@pytest.mark.skipif(KUBECTL is None, reason="kubectl is not on PATH")
def test_the_legacy_plugin_as_validator_passes_what_is_right_and_stops_what_is_wrong(tree: Tree):
    check = tree.render("  mode: validate\n  istio: false", function=False)
    for name, size in (("good", 3), ("bad", 4)):
        nats = tree.nats(size=size, function=False)
        tree.write(name, "resources: [nats.yaml]\nvalidators: [c.yaml]", nats_yaml=nats, c_yaml=check)
    assert kinds(tree.built("good", "kubectl", "kustomize")) == ["NATS"]
    done = tree.build("bad", "kubectl", "kustomize")
    assert done.returncode == 1
    assert "size only accepts odd numbers" in done.stderr


@pytest.mark.skipif(KUBECTL is None, reason="kubectl is not on PATH")
def test_the_legacy_generator_children_pass_through_an_overlay(tree: Tree):
    tree.write("base", "generators: [nats.yaml]", nats_yaml=tree.nats(function=False))
    tree.write("overlay", "resources: [../base]\nnamespace: other")
    objects = tree.built("overlay", "kubectl", "kustomize")
    assert {obj["metadata"]["namespace"] for obj in objects} == {"other"}
    assert kinds(objects) == CHILDREN


@pytest.mark.skipif(KUBECTL is None, reason="kubectl is not on PATH")
def test_kubectl_prints_nothing_for_an_exec_function_which_is_why_there_is_a_plugin(tree: Tree):
    shutil.rmtree(tree.home)
    tree.write("base", "generators: [nats.yaml]", nats_yaml=tree.nats())
    done = tree.build("base", "kubectl", "kustomize")
    assert (done.returncode, done.stdout.strip()) == (0, "")


JOB = "---\napiVersion: batch/v1\nkind: Job\nmetadata:\n  generateName: {0}-\n  namespace: shop\nspec:\n  template:\n    spec: {{restartPolicy: Never, containers: [{{name: {0}, image: x}}]}}\n"  # noqa: E501


def test_an_object_without_a_name_is_written_and_does_not_break_kustomize(tmp_path: Path):
    (tmp_path / "all.yaml").write_text(NATS.format(notes="", size=3) + JOB.format("a") + JOB.format("b"))
    command = ("render", "-f", "all.yaml", "--set", "include=all", "--output-dir", "out")
    for _ in range(2):  # the second time they are there already
        called = krmfn(*command, cwd=tmp_path)
        assert (called.status, called.err.count("[unnamed-resource]")) == (0, 2), called
    jobs = sorted(path.name for path in (tmp_path / "out").rglob("job-*"))
    assert jobs == ["job-a.yaml", "job-b.yaml"]
    built = subprocess.run([kustomize(), "build", "out"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (built.returncode, "kind: StatefulSet" in built.stdout) == (0, True), built.stderr


SIZE_5 = "patches:\n- target: {kind: NATS}\n  patch: |-\n    - {op: replace, path: /spec/cluster/size, value: 5}\n"
COMPONENT = (
    "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\npatches:\n- target: {kind: StatefulSet}\n"
    "  patch: |-\n"
    "    - {op: add, path: /spec/template/spec/tolerations, value: [{key: a, operator: Exists}]}\n"
)
OVERLAYS: dict[str, tuple[dict[str, str], set[str], set[str]]] = {
    "two namespaces": ({"dev": "namespace: dev", "prod": "namespace: prod"}, set(), set()),
    "two prefixes": ({"dev": "namePrefix: dev-", "prod": "namePrefix: prod-"}, {"conf-route", "link-selector"}, set()),
    "a component": ({"top": "components: [../component]"}, set(), set()),
    "buildMetadata": (
        {"top": "buildMetadata: [originAnnotations, transformerAnnotations, managedByLabel]"}, set(), set()
    ),
    "sortOptions": ({"top": "sortOptions: {order: fifo}"}, set(), set()),
    "a merged key": (
        {
            "top": "configMapGenerator:\n"
            "- {name: orders-nats-config, namespace: shop, behavior: merge, literals: [a=b]}"
        },
        set(),
        set(),
    ),
    "a suffix": ({"top": "nameSuffix: -x"}, {"conf-route", "link-host", "link-service-name"}, {"removal-not-allowed"}),
    "replicas": ({"top": "replicas: [{name: orders-nats, count: 5}]"}, {"conf-route"}, {"replicas-differ"}),
    "labels with selectors": (
        {"top": "labels: [{pairs: {team: a}, includeSelectors: true}]"}, set(), {"selector-changed"}
    ),
    "another owner": ({"top": "commonAnnotations: {krmfn.dev/owner: a/b}"}, set(), {"removal-not-allowed"}),
    "the size of the NATS": ({"top": SIZE_5}, set(), {"replicas-differ"}),
}  # fmt: skip
"""Overlays over one base, and what `krmfn check` finds in the build of both forms, and in that of the transformer."""


@pytest.mark.parametrize("form", ["generator", "transformer"])
@pytest.mark.parametrize("name", OVERLAYS)
def test_what_an_overlay_breaks_in_a_build_is_found(tree: Tree, name: str, form: str):
    overlays, in_both, in_transformer = OVERLAYS[name]
    if form == "generator":
        tree.write("base", "generators: [nats.yaml]", nats_yaml=tree.nats())
    else:
        kustomization = "resources: [nats.yaml]\ntransformers: [render.yaml]"
        tree.write("base", kustomization, nats_yaml=tree.nats(function=False), render_yaml=tree.render())
    tree.write("component", COMPONENT)
    for overlay, text in overlays.items():
        tree.write(overlay, f"resources: [../base]\n{text}\n")
    tree.write("all", f"resources: [{', '.join(f'../{one}' for one in overlays)}]\n")
    done = tree.build("all")
    assert done.returncode == 0, done.stderr
    called = krmfn("check", "-f", "-", "-o", "json", stdin=done.stdout)
    found = {one["code"] for one in json.loads(called.out) if one["severity"] == "error"}
    expected = in_both | (in_transformer if form == "transformer" else set())
    assert expected <= found
    assert called.status == (1 if expected else 0)


def test_an_overlay_does_not_reach_the_nats_of_a_generator_but_a_folder_as_generator_does(tree: Tree):
    """kustomize ignores a patch whose target is not there; the NATS of a generator is not among the resources."""
    tree.write("base", "generators: [nats.yaml]", nats_yaml=tree.nats())
    tree.write("ignored", f"resources: [../base]\n{SIZE_5}")
    assert only(tree.built("ignored"), "StatefulSet")["spec"]["replicas"] == 3
    tree.write("nats", "resources: [nats.yaml]", nats_yaml=tree.nats())
    tree.write("patched", f"resources: [../nats]\n{SIZE_5}")
    tree.write("overlay", "generators: [../patched]")
    objects = tree.built("overlay")
    assert only(objects, "StatefulSet")["spec"]["replicas"] == 5
    assert "orders-nats-4" in conf(objects)
