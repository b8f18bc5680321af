"""A new user's path, timed: from `git clone` to rendered objects, once for each host, each in a clone of its own.

python bench/first_steps.py [HOST...]

Downloads are part of it (pip's cache is not used); Python, git, make and the host itself must be there. A host that is
not here is left out of the table. The image is built on a base of Debian packages, which wants root.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
AGAIN = 9
"""Runs of the last command after the first; the table has their median."""
ON_PATH = 'export PATH="$PWD/.venv/bin:$PATH"\n'
ARGO_CD = """\
cd examples/argocd/app
export ARGOCD_APP_NAMESPACE=shop KUBE_VERSION=1.33.1 KUBE_API_VERSIONS=v1,apps/v1
export ARGOCD_APP_PARAMETERS='[{"name": "zones", "string": "3"}]'
"""
TRY = "BASE=localhost/krmfn-base:try IMAGE=localhost/krmfn:try"


class Host:
    """What it needs on PATH, what is done once after the clone, the command that renders, what tidies up."""

    def __init__(self, needs: str, once: str, renders: str, after: str = "true") -> None:
        self.needs, self.once, self.renders, self.after = needs, once, renders, after

    @property
    def script(self) -> str:
        """Everything after `cd krmfn`."""
        return f"{self.once}{self.renders}\n"


HOSTS = {
    "a shell": Host("git", "", "make demo"),
    "kpt": Host("kpt", f"make demo\n{ON_PATH}", "kpt fn render --allow-exec examples/quickstart"),
    "kustomize": Host(
        "kustomize",
        f"make demo\n{ON_PATH}",
        "kustomize build --enable-alpha-plugins --enable-exec examples/kustomize-transformer",
    ),
    "kubectl": Host(
        "kubectl",
        f'make demo\n{ON_PATH}export KUSTOMIZE_PLUGIN_HOME="$PWD/plugins"\nkrmfn kustomize install\n',
        "kubectl kustomize --enable-alpha-plugins examples/kustomize-legacy",
    ),
    "Argo CD's plugin": Host("git", f"make demo\n{ON_PATH}{ARGO_CD}", "krmfn cmp generate"),
    "the image": Host(
        "podman",
        f"make base-image image {TRY}\n",
        "podman run --rm -i localhost/krmfn:try render -f - --set zones=3 --set istio=false"
        " < examples/quickstart/nats.yaml",
        "podman rmi localhost/krmfn:try localhost/krmfn-base:try",
    ),
}


def measured(host: Host) -> tuple[float, float]:
    """Seconds from the clone to the first objects, and of the last command when it is given again."""
    loop = (
        f"for i in {{1..{AGAIN}}}; do s=$EPOCHREALTIME; {host.renders} > /dev/null 2>&1; echo $s $EPOCHREALTIME; done"
    )
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        clone = ["git", "clone", "--quiet", f"file://{ROOT}", f"{folder}/krmfn"]
        subprocess.run(clone, check=True)
        done = bash(f"{host.script}echo BEGIN; {loop}", Path(folder, "krmfn"))
        total = time.perf_counter() - start
        bash(host.after, Path(folder))
    pairs = [line.split() for line in done.partition("BEGIN\n")[2].splitlines()]
    seconds = sorted(float(end) - float(begin) for begin, end in pairs)
    return total - sum(seconds), seconds[len(seconds) // 2]


def bash(script: str, folder: Path) -> str:
    """What a script prints; what it says besides is shown where it fails."""
    environment = {**os.environ, "PIP_NO_CACHE_DIR": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    command = ["bash", "-euo", "pipefail", "-c", script]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{script}\nended with {done.returncode}:\n{done.stderr[-2000:]}")
    return done.stdout


def main() -> None:
    """Print the table."""
    wanted = sys.argv[1:] or list(HOSTS)
    print("| host | the command that renders | first objects after | every next time |")
    print("| --- | --- | --- | --- |")
    for name in wanted:
        host = HOSTS[name]
        if shutil.which(host.needs) is None:
            print(f"{name}: {host.needs} is not here", file=sys.stderr)
            continue
        first, again = measured(host)
        print(f"| {name} | `{host.renders}` | {first:.0f} s | {again:.2f} s |", flush=True)
    print(f"\n{os.cpu_count()} cores, Python {platform.python_version()}, downloads included.")


if __name__ == "__main__":
    main()
