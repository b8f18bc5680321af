"""Clients that no package manager brings: kustomize, built once by Go into a cache outside the repository."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
from pathlib import Path

import pytest

VERSION = "v5.8.1"
MODULE = "sigs.k8s.io/kustomize/kustomize/v5"
BIN = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "krmfn" / "bin"


def kustomize() -> str:
    """The path of kustomize: KRMFN_KUSTOMIZE, or built; the test is skipped where neither can be."""
    path, why = _kustomize()
    if path is None:
        pytest.skip(why)
    return path


@functools.cache
def _kustomize() -> tuple[str | None, str]:
    named = os.environ.get("KRMFN_KUSTOMIZE")
    if named:
        return named, ""
    built = BIN / "kustomize"
    if built.exists():
        return str(built), ""
    if shutil.which("go") is None:
        return None, "kustomize is built with Go, which is not on PATH; or set KRMFN_KUSTOMIZE"
    BIN.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        ["go", "install", f"{MODULE}@{VERSION}"],
        env={**os.environ, "GOBIN": str(BIN)},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    return (
        (str(built), "")
        if done.returncode == 0
        else (None, f"kustomize {VERSION} cannot be built: {done.stderr[-200:]}")
    )
