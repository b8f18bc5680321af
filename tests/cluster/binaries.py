"""The programs of the control plane: which versions, where they are kept, how the Go module proxy becomes them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

KUBERNETES, ETCD, KWOK = "1.37.2", "3.7.0", "0.8.0"
Programs = dict[str, tuple[str, str, str]]
PROGRAMS: Programs = {
    "etcd": ("go.etcd.io/etcd/server/v3", ETCD, ""),
    "kwok": ("sigs.k8s.io/kwok", KWOK, "/cmd/kwok"),
    "kube-scheduler": ("k8s.io/kubernetes", KUBERNETES, "/cmd/kube-scheduler"),
    "kube-controller-manager": ("k8s.io/kubernetes", KUBERNETES, "/cmd/kube-controller-manager"),
    "kube-apiserver": ("k8s.io/kubernetes", KUBERNETES, "/cmd/kube-apiserver"),
}
"""Program: module, version, package below the module. The small ones first, so that a lack of Go shows at once."""
TOOLS = ("openssl", "kubectl")
"""What must be on PATH besides."""
STAGING = "./staging/"


def folder() -> Path:
    """`KRMFN_CLUSTER_BIN`, or a cache of this version; the built files never lie in the repository."""
    stated = os.environ.get("KRMFN_CLUSTER_BIN")
    return Path(stated) if stated else Path.home() / f".cache/krmfn/cluster-{KUBERNETES}"


def missing(programs: Programs = PROGRAMS) -> list[str]:
    """The programs that are not in `folder()`."""
    return [name for name in programs if not os.access(folder() / name, os.X_OK)]


def absent() -> str | None:
    """Why the control plane cannot be started or built, in a sentence for a skip; None when it can."""
    if tools := [tool for tool in TOOLS if not shutil.which(tool)]:
        return f"not on PATH: {', '.join(tools)}"
    if not missing():
        return None
    if not shutil.which("go"):
        return f"{', '.join(missing())} not in {folder()}, and Go, which builds them, is not on PATH"
    if os.environ.get("KRMFN_CLUSTER_BUILD") != "1":
        return f"{', '.join(missing())} not in {folder()}; `make test-cluster` builds them (a quarter of an hour, once)"
    return None


def build(programs: Programs = PROGRAMS) -> None:
    """Build what is missing. Raises CalledProcessError with Go's own words on stderr."""
    for name in missing(programs):
        module, version, package = programs[name]
        sources = folder() / "build" / module.replace("/", "-")
        begin = time.monotonic()
        _wrapper(sources, module, version)
        _go(sources, "build", "-trimpath", "-ldflags", _linked(version), "-o", name, module + package)
        os.replace(sources / name, folder() / name)
        sys.stderr.write(f"built {folder() / name} in {time.monotonic() - begin:.0f} s\n")


def _wrapper(sources: Path, module: str, version: str) -> None:
    """A module that requires the wanted one: `go install` refuses a module whose go.mod replaces others.

    Kubernetes replaces its staging modules by folders that the proxy leaves out; the published ones take their place.
    """
    sources.mkdir(parents=True, exist_ok=True)
    if not (sources / "go.mod").exists():
        _go(sources, "mod", "init", "cluster")
    _go(sources, "mod", "edit", "-require", f"{module}@v{version}")
    replaced = (
        json.loads(_go(sources, "mod", "edit", "-json", _downloaded(sources, module, version)["GoMod"]))["Replace"]
        or []
    )
    published = f"v0.{version.removeprefix('1.')}"
    for name in [one["Old"]["Path"] for one in replaced if one["New"]["Path"].startswith(STAGING)]:
        _go(sources, "mod", "edit", "-replace", f"{name}={name}@{published}")


def module_folder(module: str, version: str) -> Path:
    """Where Go keeps the sources of a module, downloaded where they are not there."""
    return Path(_downloaded(folder(), module, version)["Dir"])


def _downloaded(where: Path, module: str, version: str) -> dict[str, str]:
    """What Go says of a module in its cache."""
    return dict(json.loads(_go(where, "mod", "download", "-json", f"{module}@v{version}")))


def _linked(version: str) -> str:
    """The linker's flags: a Kubernetes program takes its feature gates from the version that is linked in."""
    minor = version.split(".")[1]
    values = {"gitVersion": f"v{version}", "gitMajor": "1", "gitMinor": minor, "gitTreeState": "clean"}
    packages = ("k8s.io/component-base/version", "k8s.io/client-go/pkg/version")
    stated = [f"-X {package}.{key}={value}" for package in packages for key, value in values.items()]
    return " ".join(["-s -w", *stated])


def _go(where: Path, *arguments: str) -> str:
    environment = {**os.environ, "CGO_ENABLED": "0", "GOFLAGS": "-mod=mod", "GOTOOLCHAIN": "local"}
    return subprocess.run(
        ["go", *arguments], cwd=where, env=environment, stdout=subprocess.PIPE, text=True, check=True
    ).stdout
