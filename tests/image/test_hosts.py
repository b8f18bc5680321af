"""The image as kpt, kustomize and kubectl start it. All of them are told that the engine is podman."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.calls import ROOT, documents, krmfn
from tests.tools_of_clients import kustomize

if TYPE_CHECKING:
    from tests.image.conftest import Image

FUNCTION = "config.kubernetes.io/function"


@pytest.fixture
def environment(image: Image, tmp_path: Path) -> dict[str, str]:
    """kpt asks KPT_FN_RUNTIME (KRM_FN_RUNTIME since 1.0); kustomize and kubectl always start `docker`."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "docker").symlink_to(shutil.which(image.engine.program) or "")
    runtime = Path(image.engine.program).name
    path = f"{folder}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "KPT_FN_RUNTIME": runtime, "KRM_FN_RUNTIME": runtime, "PATH": path}


@pytest.fixture
def quickstart(tmp_path: Path) -> Path:
    """A copy of the quickstart example, not yet rendered."""
    folder = tmp_path / "quickstart"
    shutil.copytree(ROOT / "examples/quickstart", folder, ignore=shutil.ignore_patterns("kyma-system"))
    return folder


def _call(command: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed")
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=180)


def _tree(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*.yaml")}


def test_kpt_shows_the_documentation(image: Image, environment: dict[str, str]):
    done = _call(["kpt", "fn", "doc", "-i", image.name], environment)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == krmfn("--help").out.strip()


def test_kpt_evaluates_the_image_as_it_evaluates_the_command(
    image: Image, environment: dict[str, str], quickstart: Path, tmp_path: Path
):
    other = shutil.copytree(quickstart, tmp_path / "exec" / "quickstart")
    script = tmp_path / "function"
    script.write_text(
        f"#!/bin/sh\nexec {shutil.which('python3', path=str(ROOT / '.venv/bin')) or 'python3'} -I -m krmfn\n"
    )
    script.chmod(0o755)
    for folder, how in ((quickstart, ["-i", image.name]), (other, ["--exec", str(script)])):
        config = str(folder / "render.yaml")
        done = _call(["kpt", "fn", "eval", str(folder), *how, "--fn-config", config], environment)
        assert done.returncode == 0, done.stderr
    assert len(_tree(quickstart)) > 7
    assert _tree(quickstart) == _tree(other)


def test_kpt_renders_a_pipeline_with_the_image(image: Image, environment: dict[str, str], quickstart: Path):
    file = quickstart / "Kptfile"
    file.write_text(file.read_text().replace("exec: krmfn", f"image: {image.name}"))
    done = _call(["kpt", "fn", "render", str(quickstart)], environment)
    assert done.returncode == 0, done.stderr
    assert (quickstart / "kyma-system/eventing-nats/statefulset-eventing-nats.yaml").is_file()


@pytest.mark.parametrize("client", ["kustomize", "kubectl"])
def test_kustomize_generates_with_the_image(client: str, image: Image, environment: dict[str, str], tmp_path: Path):
    folder = tmp_path / "generator"
    folder.mkdir()
    nats = (ROOT / "examples/plain/nats.yaml").read_text(encoding="utf-8")
    note = f"metadata:\n  annotations:\n    {FUNCTION}: |\n      container:\n        image: {image.name}\n"
    (folder / "nats.yaml").write_text(nats.replace("metadata:\n", note, 1))
    (folder / "kustomization.yaml").write_text("generators:\n- nats.yaml\n")
    command = [kustomize(), "build"] if client == "kustomize" else ["kubectl", "kustomize"]
    done = _call([*command, "--enable-alpha-plugins", str(folder)], environment)
    assert done.returncode == 0, done.stderr
    wanted = documents(krmfn("render", "-f", str(ROOT / "examples/plain/nats.yaml")).out)
    made = documents(done.stdout)
    assert sorted(map(_identity, made)) == sorted(map(_identity, wanted))
    assert {_identity(one): one.get("data") for one in made} == {_identity(one): one.get("data") for one in wanted}


def _identity(obj: dict[str, dict[str, str]]) -> tuple[str, str]:
    return str(obj["kind"]), obj["metadata"]["name"]
