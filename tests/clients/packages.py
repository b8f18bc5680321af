"""kpt packages in a temporary folder, rendered by the real kpt with krmfn as an exec function."""

from __future__ import annotations

import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

from tests.calls import documents

if TYPE_CHECKING:
    from pathlib import Path

KPT = shutil.which("kpt")
SECRET_FREE = {"secretMode": "none", "istio": "false", "zones": "3"}
"""Settings with which a plain CR gives neither warning nor info but the one about the file store's headroom."""


def function(folder: Path) -> Path:
    """An executable that runs krmfn with this interpreter; kpt wants a file, not an argument list."""
    script = folder / "krmfn-function"
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -I -m krmfn "$@"\n')
    script.chmod(0o755)
    return script


def cr(name: str = "eventing-nats", namespace: str = "kyma-system", spec: str = "  cluster:\n    size: 3\n") -> str:
    """A NATS CR as a user writes it."""
    return (
        "apiVersion: operator.kyma-project.io/v1alpha1\nkind: NATS\nmetadata:\n"
        f"  name: {name}\n  namespace: {namespace}\nspec:\n{spec}"
    )


class Package:
    """A kpt package with one pipeline step."""

    def __init__(self, folder: Path, files: dict[str, str], step: str = "", exec_file: Path | None = None) -> None:
        """`step` are more lines of the pipeline's entry, such as configMap, in the Kptfile's indentation."""
        self.folder = folder / "package"
        self.exec_file = exec_file or function(folder)
        for name, text in files.items():
            file = self.folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(text.encode())
        self.write_kptfile(step)

    def write_kptfile(self, step: str = "", exec_file: Path | None = None) -> None:
        """The Kptfile; another function where one is given."""
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "Kptfile").write_text(
            "apiVersion: kpt.dev/v1\nkind: Kptfile\nmetadata:\n  name: package\npipeline:\n  mutators:\n"
            f"    - exec: {exec_file or self.exec_file}\n{step}"
        )

    def render(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """`kpt fn render`."""
        return kpt("fn", "render", str(self.folder), "--allow-exec", *arguments)

    def rendered(self) -> str:
        """Render, which must succeed; what kpt said."""
        done = self.render()
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def files(self) -> dict[str, str]:
        """Every file by its path, but the Kptfile (into which kpt writes a status)."""
        files = sorted(path for path in self.folder.rglob("*") if path.is_file())
        found = {str(path.relative_to(self.folder)): path.read_bytes().decode() for path in files}
        del found["Kptfile"]
        return found


def kpt(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """Run kpt."""
    assert KPT is not None
    return subprocess.run([KPT, *arguments], input=stdin, capture_output=True, text=True, check=False, timeout=120)


def step_config(**data: str) -> str:
    """A `configMap` for the pipeline's entry."""
    return "      configMap:\n" + "".join(f"        {key}: {value!r}\n" for key, value in data.items())


QUIET = step_config(**SECRET_FREE)
HOME = "kyma-system/eventing-nats"
CHILDREN = {
    f"{HOME}/{name}.yaml"
    for name in (
        "serviceaccount-eventing-nats",
        "configmap-eventing-nats-config",
        "service-eventing-nats",
        "service-eventing-nats-client",
        "statefulset-eventing-nats",
        "poddisruptionbudget-eventing-nats",
        "service-eventing-nats-metrics",
        *(f"deployment-eventing-nats-metrics-{n}" for n in range(3)),
    )
}


def named(package: Package, kind: str) -> dict[str, dict[str, Any]]:
    """The objects of a kind by name, each there once."""
    found: dict[str, dict[str, Any]] = {}
    for path, text in package.files().items():
        if path.endswith(".yaml"):
            for obj in documents(text):
                if obj["kind"] == kind:
                    assert obj["metadata"]["name"] not in found, "there twice"
                    found[obj["metadata"]["name"]] = obj
    return found
