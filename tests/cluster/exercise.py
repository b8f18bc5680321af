"""The commands of the take-over page and of its plan, run by a shell as a user would paste them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from tests.calls import ROOT

if TYPE_CHECKING:
    from tests.cluster.operated import Operated

PAGE = ROOT / "docs/how-to/take-over-from-nats-manager.md"
STEP = re.compile(r"^## (\d)\. .*?(?=^## \d|\Z)", re.MULTILINE | re.DOTALL)
BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PRINTED = re.compile(r"^```text\n(.*?)^```$", re.MULTILINE | re.DOTALL)
MANAGERS = {"argocd": "argocd-controller", "flux": "kustomize-controller"}
SYNC = {
    "argocd": 'case "$2" in sync) {apply};; esac',
    "flux": "{apply}",
}
"""What the client does to the cluster when the plan's own command is given: a forced server-side apply."""
APPLY = "kubectl apply --server-side --force-conflicts --field-manager={manager} -k rendered"


class Exercise:
    """A directory with the NATS of a case, and a shell whose kubectl is that of the cluster."""

    def __init__(self, live: Operated, where: Path, client: str, *, pods: bool = False) -> None:
        """`client`: argocd or flux. `pods`: whether servers run that answer."""
        self.live, self.where, self.client = live, where, client
        shutil.copy(live.case / "nats.yaml", where / "nats.yaml")
        self.tools = where / "bin"
        self.tools.mkdir()
        apply = APPLY.format(manager=MANAGERS[client])
        self._tool(client, SYNC[client].format(apply=apply))
        options = f"--kubeconfig={live.plane.kubeconfig} --cache-dir={live.plane.run}/kubectl"
        # Where no kubelet runs, no pod answers; tests/clients/test_full_store.py has what a server shows.
        page = "" if pods else 'case "$*" in *8222/proxy/jsz) echo "{}"; exit;; esac'
        self._tool("kubectl", f'{page}\nexec {shutil.which("kubectl")} {options} "$@"')

    def _tool(self, name: str, line: str) -> None:
        file = self.tools / name
        file.write_text(f"#!/bin/bash\n{line}\n")
        file.chmod(0o755)

    def shell(self, script: str) -> str:
        """Run a script as a user would paste it, and stop at the first failure."""
        path = os.pathsep.join([str(self.tools), str(Path(sys.executable).parent), os.environ["PATH"]])
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script],
            cwd=self.where, env={**os.environ, "PATH": path}, capture_output=True, text=True, timeout=180, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{script}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def from_page(self, word: str) -> str:
        """The page's own command that starts so, for this case's namespace and client."""
        (line,) = re.findall(rf"^    ({word} .*)$", PAGE.read_text(), re.MULTILINE)
        line = line.replace("kyma-system", self.live.namespace).replace("--for flux", f"--for {self.client}")
        fips = " --set fips=true" if self.live.facts["fips"] else ""
        return line + (fips if word == "krmfn adopt" else "")

    def keep_memory(self, said: str) -> None:
        """Write the size of the memory store into the NATS where the plan asks for that."""
        if size := re.search(r"Write `size: (\w+)` there", said):
            nats = yaml.safe_load((self.where / "nats.yaml").read_text())
            stream = nats.setdefault("spec", {}).setdefault("jetStream", {})
            stream.setdefault("memStorage", {})["size"] = size[1]
            (self.where / "nats.yaml").write_text(yaml.safe_dump(nats))


def expected(plan: str) -> dict[int, list[str]]:
    """Number -> the lines that the commands of a step print, as far as the plan says."""
    return {
        int(found[1]): [line for text in PRINTED.findall(found[0]) for line in text.splitlines() if line != "(nothing)"]
        for found in STEP.finditer(plan)
    }


def steps(plan: str) -> dict[int, str]:
    """Number -> the commands of a step."""
    return {int(found[1]): "".join(BLOCK.findall(found[0])) for found in STEP.finditer(plan)}
