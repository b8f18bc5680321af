"""Clients that no package manager brings: built once by Go into a cache outside the repository."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
from pathlib import Path

import pytest

PROGRAMS = {
    "kustomize": "sigs.k8s.io/kustomize/kustomize/v5@v5.8.1",
    "sops": "github.com/getsops/sops/v3/cmd/sops@v3.11.0",
    "age-keygen": "filippo.io/age/cmd/age-keygen@v1.2.1",
}
"""Program -> the package that is built, with its version."""
BIN = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "krmfn" / "bin"


def kustomize() -> str:
    """The path of kustomize."""
    return program("kustomize")


def program(name: str) -> str:
    """The path of a program: KRMFN_<NAME>, or built; the test is skipped where neither can be."""
    path, why = _program(name)
    if path is None:
        pytest.skip(why)
    return path


@functools.cache
def _program(name: str) -> tuple[str | None, str]:
    variable = f"KRMFN_{name.replace('-', '_').upper()}"
    named = os.environ.get(variable)
    if named:
        return named, ""
    built = BIN / name
    if built.exists():
        return str(built), ""
    if shutil.which("go") is None:
        return None, f"{name} is built with Go, which is not on PATH; or set {variable}"
    BIN.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        ["go", "install", PROGRAMS[name]],
        env={**os.environ, "GOBIN": str(BIN)},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    if done.returncode:
        return None, f"{PROGRAMS[name]} cannot be built: {done.stderr[-200:]}"
    return str(built), ""
