"""Flux substitutes variables in what it applies; what krmfn renders comes out as it went in, strict or not."""

from __future__ import annotations

import re
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
import yaml

from tests.calls import ROOT, documents, krmfn
from tests.golden_cases import CASES, Case

if TYPE_CHECKING:
    from pathlib import Path

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
EXAMPLE = ROOT / "examples/flux"


class NotSubstituted(Exception):
    """What stops a whole Kustomization."""


def substituted(text: str, variables: dict[str, str], *, strict: bool = True) -> str:
    """Flux's rules (fluxcd/pkg/envsubst): `$$` is one `$`, `${NAME}` and `${NAME:-default}` a value, `$NAME` stays."""
    out, at = "", 0
    while at < len(text):
        if text.startswith("$$", at):
            out, at = out + "$", at + 2
        elif text.startswith("${", at):
            end = text.find("}", at)
            name, colon, default = text[at + 2 : end].partition(":-")
            if end < 0 or not NAME.fullmatch(name):
                raise NotSubstituted(text[at : at + 20])
            if name not in variables and not colon and strict:
                raise NotSubstituted(name)
            out, at = out + variables.get(name, default), end + 1
        else:
            out, at = out + text[at], at + 1
    return out


def test_the_rules_are_those_that_the_real_package_was_seen_to_have():
    assert substituted("$SYS $(POD) $2a$11$x", {}) == "$SYS $(POD) $2a$11$x"
    assert substituted("a$$b $$(X) ${X} ${Y:-z}", {"X": "1"}) == "a$b $(X) 1 z"
    for text in ("${X}", "${a.b}", "${"):
        with pytest.raises(NotSubstituted):
            substituted(text, {})


@pytest.mark.parametrize("name", CASES)
def test_a_rendered_object_comes_out_of_a_strict_substitution_unchanged(name: str):
    called = krmfn(*Case(name).render_arguments())
    assert called.status == 0, called
    for obj in documents(called.out):
        text = yaml.safe_dump(obj)
        assert substituted(text, {"SERVER_NAME": "x", "POD_NAME": "x", "CLUSTER_ADVERTISE": "x"}) == text
    assert substituted(called.out, {}) == called.out


@pytest.mark.parametrize("value", ["${size}", "$$x"])
def test_a_variable_left_in_a_nats_is_an_error_that_names_the_field(tmp_path: Path, value: str):
    file = tmp_path / "nats.yaml"
    file.write_text(
        "apiVersion: operator.kyma-project.io/v1alpha1\nkind: NATS\nmetadata: {name: nats, namespace: shop}\n"
        f'spec:\n  annotations: {{a: "{value}"}}\n'
    )
    called = krmfn("render", "-f", file)
    assert (called.status, called.out) == (1, "")
    assert "spec.annotations.a" in called.err


def test_a_variable_in_the_place_of_a_size_is_an_error(tmp_path: Path):
    file = tmp_path / "nats.yaml"
    file.write_text(
        "apiVersion: operator.kyma-project.io/v1alpha1\nkind: NATS\nmetadata: {name: nats, namespace: shop}\n"
        "spec:\n  cluster: {size: '${size}'}\n  jetStream: {fileStorage: {size: '${file}'}}\n"
    )
    called = krmfn("render", "-f", file)
    assert called.status == 1
    assert "spec.cluster.size" in called.err
    assert "spec.jetStream.fileStorage.size" in called.err


def test_the_rendered_folder_has_nothing_but_objects_and_their_kustomization(tmp_path: Path):
    shutil.copytree(EXAMPLE, tmp_path / "flux")
    source = tmp_path / "flux/source/eu"
    out = tmp_path / "flux/rendered/eu"
    arguments = ("-f", source / "nats.yaml", "--config", source / "render.yaml", "--output-dir", out)
    called = krmfn("render", *arguments)
    assert called.status == 0, called
    files = sorted(file for file in out.rglob("*") if file.is_file())
    kinds = {obj["kind"] for file in files for obj in documents(file.read_text())}
    assert not kinds & {"NATS", "RenderNATS"}
    listed = yaml.safe_load((out / "kustomization.yaml").read_text())["resources"]
    assert listed == sorted(str(file.relative_to(out)) for file in files if file.name != "kustomization.yaml")
    again = {file: file.read_bytes() for file in files}
    assert krmfn("render", *arguments).status == 0
    assert {file: file.read_bytes() for file in files} == again


@pytest.mark.skipif(shutil.which("kubectl") is None, reason="kubectl is not on PATH")
def test_the_examples_patch_protects_the_statefulset_and_leaves_its_pods_alone(tmp_path: Path):
    shutil.copytree(EXAMPLE, tmp_path / "flux")
    source = tmp_path / "flux/source/eu"
    rendered = tmp_path / "flux/rendered/eu"
    called = krmfn("render", "-f", source / "nats.yaml", "--config", source / "render.yaml", "--output-dir", rendered)
    assert called.status == 0, called
    done = subprocess.run(
        ["kubectl", "kustomize", tmp_path / "flux/deploy/eu"], capture_output=True, text=True, check=True
    )
    note = "kustomize.toolkit.fluxcd.io/prune"
    for obj in documents(done.stdout):
        assert (note in obj["metadata"]["annotations"]) is (obj["kind"] == "StatefulSet")
        if obj["kind"] == "StatefulSet":
            assert note not in obj["spec"]["template"]["metadata"].get("annotations", {})
