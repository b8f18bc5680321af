"""The Indexed Job of examples/fleet on a real control plane, and what the commands of its pods write together."""

from __future__ import annotations

import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import yaml

from tests.calls import ROOT, plain_environment

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cluster.api import Api, Object
    from tests.cluster.control_plane import ControlPlane

EXAMPLE = ROOT / "examples" / "fleet"
NAMESPACE = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "fleet"}}
INDEX = "batch.kubernetes.io/job-completion-index"
PATIENCE = 120


def pods_of_the_job(plane: ControlPlane, api: Api) -> list[Object]:
    """The pods that the Job controller makes of the manifest as it is checked in; no kubelet starts them."""
    api.create(NAMESPACE)
    made = plane.kubectl("apply", "--server-side", "--validate=strict", "-f", str(EXAMPLE / "job.yaml"))
    assert made.returncode == 0, made.stderr
    assert "Warning" not in made.stderr
    end = time.monotonic() + PATIENCE
    while True:
        pods = api.items("/api/v1/namespaces/fleet/pods")
        if len(pods) == 4 or time.monotonic() > end:
            return pods
        time.sleep(0.5)


def words_of(pod: Object, places: dict[str, Path]) -> list[str]:
    """The arguments of the krmfn container as a kubelet expands them, with folders of this machine for its mounts."""
    (container,) = [one for one in pod["spec"]["containers"] if one["name"] == "krmfn"]
    words: list[str] = container["args"]
    for variable in container["env"]:
        source = variable["valueFrom"]["fieldRef"]["fieldPath"].removesuffix("']")
        kind, _, key = source.removeprefix("metadata.").partition("['")  # a label, before 1.31 an annotation
        words = [word.replace(f"$({variable['name']})", pod["metadata"][kind][key]) for word in words]
    assert "$(" not in " ".join(words)
    for inside, here in places.items():
        words = [word.replace(inside, str(here)) for word in words]
    return words


def krmfn(words: list[str]) -> None:
    command = [sys.executable, "-m", "krmfn", *words]
    done = subprocess.run(command, cwd=ROOT, env=plain_environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def tree(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def resources(folder: Path) -> list[Any]:
    return list(yaml.safe_load((folder / "kustomization.yaml").read_text())["resources"])


def test_the_pods_of_the_job_write_what_one_call_writes(cluster: ControlPlane, cluster_api: Api, tmp_path: Path):
    pods = pods_of_the_job(cluster, cluster_api)
    try:
        assert sorted(pod["metadata"]["annotations"][INDEX] for pod in pods) == ["0", "1", "2", "3"]
        places = {"/checkout/fleet/clusters": EXAMPLE / "clusters", "/rendered": tmp_path / "shares"}
        for pod in pods:
            krmfn(words_of(pod, places))
    finally:
        cluster.kubectl("delete", "-f", str(EXAMPLE / "job.yaml"), "--cascade=foreground", "--timeout=50s")
    krmfn(["render", "-R", "-f", str(EXAMPLE / "clusters"), "--output-dir", str(tmp_path / "whole")])
    shares = sorted((tmp_path / "shares").iterdir())
    assert [share.name for share in shares] == [f"shard-{number}-of-4" for number in (1, 2, 3, 4)]
    whole, joined = tree(tmp_path / "whole"), dict[str, bytes]()
    for share in shares:
        part = tree(share)
        assert not joined.keys() & (part.keys() - {"kustomization.yaml"})
        joined |= part
    assert {path: text for path, text in joined.items() if path != "kustomization.yaml"} == {
        path: text for path, text in whole.items() if path != "kustomization.yaml"
    }
    assert sorted(one for share in shares for one in resources(share)) == resources(tmp_path / "whole")


def test_a_share_that_fails_is_tried_again_alone(cluster: ControlPlane, cluster_api: Api):
    """The Job controller makes a new pod for the index of a failed one, and for no other."""
    pods = pods_of_the_job(cluster, cluster_api)
    try:
        failed = next(pod for pod in pods if pod["metadata"]["annotations"][INDEX] == "2")
        path = f"/api/v1/namespaces/fleet/pods/{failed['metadata']['name']}"
        cluster_api.request("PATCH", f"{path}/status", {"status": {"phase": "Failed"}}, "application/merge-patch+json")
        end = time.monotonic() + PATIENCE
        while True:
            now = cluster_api.items("/api/v1/namespaces/fleet/pods")
            again = [pod for pod in now if pod["metadata"]["annotations"][INDEX] == "2"]
            if len(again) == 2 or time.monotonic() > end:
                break
            time.sleep(0.5)
        assert len(again) == 2
        assert len(now) == 5
    finally:
        cluster.kubectl("delete", "-f", str(EXAMPLE / "job.yaml"), "--cascade=foreground", "--timeout=50s")
