"""Programs and modules that no package manager brings: built once by Go into a cache outside the repository."""

from __future__ import annotations

import fcntl
import functools
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

PROGRAMS = {
    "kustomize": ("sigs.k8s.io/kustomize/kustomize/v5", "v5.8.1", ""),
    "sops": ("github.com/getsops/sops/v3", "v3.11.0", "/cmd/sops"),
    "age-keygen": ("filippo.io/age", "v1.2.1", "/cmd/age-keygen"),
    "prometheus-nats-exporter": ("github.com/nats-io/prometheus-nats-exporter", "v0.20.1", ""),
    "kubeconform": ("github.com/yannh/kubeconform", "v0.8.0", "/cmd/kubeconform"),
    "kube-score": ("github.com/zegl/kube-score", "v1.20.0", "/cmd/kube-score"),
    "promtool": ("github.com/prometheus/prometheus", "v0.316.0", "/cmd/promtool"),
}
"""Program -> module, version, and the package in it."""
BIN = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "krmfn" / "bin"
_FLAGS = ("-mod=mod", "-trimpath", "-tags=remove_all_sd")
"""promtool without what finds the machines of clouds, which takes minutes to compile."""


def kustomize() -> str:
    """The path of kustomize."""
    return program("kustomize")


def program(name: str) -> str:
    """The path of a program: KRMFN_<NAME>, or built; the test is skipped where neither can be."""
    variable = f"KRMFN_{name.replace('-', '_').upper()}"
    named = os.environ.get(variable)
    if named:
        return named
    path, why = _built(name, *PROGRAMS[name])
    if path is None:
        pytest.skip(f"{why}; or set {variable}")
    return path


def program_of(source: Path, module: str, version: str) -> str:
    """The path of a program that is built from a folder with a `main` that imports the module, or a skip."""
    path, why = _built(source.name, module, version, source=source)
    if path is None:
        pytest.skip(why)
    return path


def module_folder(module: str, version: str) -> Path:
    """The folder of a module in Go's cache; the test is skipped where it cannot be had."""
    folder, why = _downloaded(module, version)
    if folder is None:
        pytest.skip(why)
    return folder


@functools.cache
def _downloaded(module: str, version: str) -> tuple[Path | None, str]:
    if shutil.which("go") is None:
        return None, f"Go, whose module proxy has {module}, is not on PATH"
    done = _go(["mod", "download", "-json", f"{module}@{version}"], tempfile.gettempdir())
    if done.returncode:
        return None, f"{module}@{version} is not in Go's module cache, and no module proxy answers"
    return Path(json.loads(done.stdout)["Dir"]), ""


@functools.cache
def _built(
    name: str, module: str, version: str, package: str = "", *, source: Path | None = None
) -> tuple[str | None, str]:
    """Built by one of several workers, and put in place whole."""
    goal = BIN / f"{name}@{version}" / name
    if goal.exists():
        return str(goal), ""
    if shutil.which("go") is None:
        return None, f"{name} is built with Go, which is not on PATH"
    goal.parent.mkdir(parents=True, exist_ok=True)
    with (goal.parent / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        failed = goal.with_name("failed")
        if failed.exists() and not goal.exists() and failed.read_text() == _run():
            return None, f"{name} {version} cannot be built"
        why = "" if goal.exists() else _build(goal, module, version, package, source)
        if why:
            failed.write_text(_run())
    return (None, f"{name} {version} cannot be built: {why}") if why else (str(goal), "")


def _run() -> str:
    """This run of the tests: what could not be built once is not tried again by the next worker."""
    return os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))


def _build(goal: Path, module: str, version: str, package: str, source: Path | None) -> str:
    """From a module of its own, so that Go asks for no list of versions. Returns Go's last words, "" for success."""
    with tempfile.TemporaryDirectory(dir=goal.parent) as place:
        if source is not None:
            shutil.copytree(source, place, dirs_exist_ok=True)
        Path(place, "go.mod").write_text(f"module tests\n\ngo 1.25.0\n\nrequire {module} {version}\n")
        what = "." if source is not None else module + package
        done = _go(["build", *_FLAGS, "-o", "built", what], place)
        if done.returncode:
            return done.stderr[-200:]
        Path(place, "built").replace(goal)
    return ""


def _go(arguments: list[str], where: str) -> subprocess.CompletedProcess[str]:
    """A proxy that never answers is none."""
    command = ["go", *arguments]
    try:
        return subprocess.run(
            command,
            cwd=where,
            env={**os.environ, "GOFLAGS": ""},
            capture_output=True,
            text=True,
            timeout=900,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(command, 1, "", "it takes more than a quarter of an hour")
