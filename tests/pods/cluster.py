"""The whole cluster: a real control plane, four real nodes in three zones, names and disks."""

from __future__ import annotations

import fcntl
import subprocess
import time
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from tests.cluster import binaries
from tests.cluster.control_plane import running
from tests.pods import images, island, node, programs
from tests.pods.services import Disks, Names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.cluster.control_plane import ControlPlane

NODES = {"a1": 1, "a2": 2, "b1": 3, "c1": 4}
PATIENCE = 180.0


class Cluster:
    """A running cluster."""

    def __init__(self, plane: ControlPlane, nodes: dict[str, node.Node]) -> None:
        self.plane, self.api, self.nodes = plane, plane.api, nodes

    def kubectl(self, *arguments: str, stdin: str = "") -> str:
        """Run kubectl, see that it succeeds, and return its output."""
        done = self.plane.kubectl(*arguments, stdin=stdin)
        assert done.returncode == 0, (arguments, done.stdout, done.stderr)
        return done.stdout

    def is_ready(self, name: str) -> bool:
        """Whether a node says that it is ready."""
        found = [one for one in self.api.items("/api/v1/nodes") if one["metadata"]["name"] == name]
        return any(is_true(one, "Ready") for one in found)

    def until(self, what: str, done: Callable[[], Any], patience: float = PATIENCE) -> float:
        """Wait for something; the seconds it took. Raises TimeoutError that says what there is."""
        begin = time.monotonic()
        while not done():
            if time.monotonic() - begin > patience:
                raise TimeoutError(f"{what}: {self.kubectl('get', 'node,pod,pvc,event', '-A', '-o', 'wide')}")
            time.sleep(0.2)
        return time.monotonic() - begin


def is_true(obj: dict[str, Any], condition: str) -> bool:
    """Whether a node or pod has a condition."""
    conditions = obj["status"].get("conditions", [])
    return any(one["type"] == condition and one["status"] == "True" for one in conditions)


@contextmanager
def started(run: Path) -> Iterator[Cluster]:
    """The cluster while the block runs; this thread is in its network meanwhile.

    One at a time: clusters would share a folder of cgroups. A second one waits.
    """
    with ExitStack() as stack:
        lock = stack.enter_context((binaries.folder() / "pods.lock").open("w"))
        fcntl.flock(lock, fcntl.LOCK_EX)
        node.remove_cgroups()
        stack.callback(node.remove_cgroups)
        here = stack.enter_context(island.entered(run, NODES))
        images.write(run / "images")
        plane_run = run / "plane"
        plane_run.mkdir()
        plane = stack.enter_context(running(plane_run, controllers=True, address=island.ADDRESS, kubelets=True))
        _proxy(plane, stack)
        for service in (Names(plane.api), Disks(plane.api, here)):
            stack.callback(service.stop)
        nodes = {
            name: node.Node(here, name, number, run / "images", plane.kubeconfig) for name, number in NODES.items()
        }
        cluster = Cluster(plane, nodes)
        stack.callback(cluster.api.close)
        for one in nodes.values():
            one.start()
            stack.callback(one.kill)
        for name in nodes:
            cluster.until(f"node {name}", lambda name=name: cluster.is_ready(name))
        yield cluster


def _proxy(plane: ControlPlane, stack: ExitStack) -> None:
    """Addresses of Services, for the control plane and the tests."""
    file = plane.run / "proxy.yaml"
    file.write_text(node.proxy(plane.kubeconfig, "control-plane", island.ADDRESS))
    log = stack.enter_context((plane.run / "kube-proxy.log").open("wb"))
    environment = {"PATH": programs.search_path(), "LD_LIBRARY_PATH": programs.libraries()}
    command = [*island.MORTAL, str(binaries.folder() / "kube-proxy"), f"--config={file}"]
    process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True)
    stack.callback(process.wait)
    stack.callback(process.kill)
