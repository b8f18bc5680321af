"""A cluster as nats-manager leaves it: its objects as it applies them, owned by the NATS; servers that are ready."""

from __future__ import annotations

import json
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tests.calls import documents, krmfn
from tests.cluster.api import Refused
from tests.cluster.rendered import Manifest, prepare

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.cluster.api import Api, Object
    from tests.cluster.control_plane import ControlPlane

OPERATOR, FINALIZER = "nats-manager", "nats.operator.kyma-project.io/finalizer"
CRD = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/nats.operator.kyma-project.io"
NODES = ("operated-0", "operated-1")
ROOM = {"cpu": "32", "memory": "64Gi", "pods": "110"}
PATIENCE = 60.0


class Operated:
    """One NATS of the parity data, with everything that the operator applied for it."""

    def __init__(self, plane: ControlPlane, api: Api, case: Path) -> None:
        """`case` is a folder of parity/valid."""
        self.plane, self.api, self.case = plane, api, case
        (self.cr,) = documents((case / "nats.yaml").read_text())
        (self.facts,) = documents((case / "facts.yaml").read_text())
        self.name, self.namespace = str(self.cr["metadata"]["name"]), str(self.cr["metadata"]["namespace"])
        self.objects = [obj for file in sorted((case / "expected").iterdir()) for obj in documents(file.read_text())]
        (self.workload,) = [obj for obj in self.objects if obj["kind"] == "StatefulSet"]
        if all(obj["kind"] != "Secret" for obj in self.objects):
            self.objects.append(_secret(self.workload))

    def install(self) -> None:
        """What the API server of such a cluster has, on nodes that only seem to be, and its servers ready."""
        self.until("claims of an earlier test gone", self._no_claims)
        for node in NODES:
            self.api.create(_node(node))
        for number in range(self.workload["spec"]["replicas"]):
            self.api.create(_volume(self.workload, number))
        self.operate()
        self.until("servers and operator ready", self.is_ready)

    def operate(self) -> None:
        """What a user and the operator apply, and the operator itself."""
        self.plane.define(krmfn("schema", "NATS", "-o", "crd").out)
        prepare(self.api, [Manifest(json.dumps(self.workload), self.namespace)])
        metadata = {**self.cr["metadata"], "name": self.name, "namespace": self.namespace, "finalizers": [FINALIZER]}
        self.apply({**self.cr, "metadata": metadata}, "kubectl-create")
        self.reconcile()
        self.apply(_deployment(self.namespace), "kubectl-create")

    def reconcile(self) -> None:
        """Apply every object, owned by the NATS, as the operator does it whenever something changes."""
        uid = self.live(self.cr)["metadata"]["uid"]
        for obj in self.objects:
            owner = {**obj["metadata"]["ownerReferences"][0], "uid": uid}
            self.apply({**obj, "metadata": {**obj["metadata"], "ownerReferences": [owner]}}, OPERATOR)

    def apply(self, obj: Object, manager: str) -> None:
        """Server-side apply by force, as the operator does it."""
        text = json.dumps(obj)
        made = self.plane.kubectl(
            "apply", "--server-side", "--force-conflicts", f"--field-manager={manager}", "-f", "-", stdin=text
        )
        assert made.returncode == 0, made.stderr

    def kubectl(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run it, and see that it succeeds."""
        done = self.plane.kubectl(*arguments)
        assert done.returncode == 0, (arguments, done.stdout, done.stderr)
        return done

    def live(self, obj: Object) -> Object:
        """An object as it is in the cluster. Raises Refused when it is not."""
        return self.api.get(self.api.path(obj, self.namespace))

    def is_there(self, obj: Object) -> bool:
        """Whether an object is in the cluster."""
        try:
            self.live(obj)
        except Refused:
            return False
        return True

    def is_ready(self) -> bool:
        """Whether every server and the operator run as they should, by a status of what is applied now."""
        workload = self.live(self.workload)
        status, wanted = workload["status"], self.workload["spec"]["replicas"]
        deployment = self.live(_deployment(self.namespace))["status"]
        return (
            status.get("observedGeneration") == workload["metadata"]["generation"]
            and status.get("readyReplicas") == wanted == status.get("updatedReplicas")
            and status["currentRevision"] == status["updateRevision"]
            and deployment.get("readyReplicas") == 1
        )

    def pods(self) -> dict[str, str]:
        """Names and uids of the servers' pods."""
        pods = self.api.items(f"/api/v1/namespaces/{self.namespace}/pods")
        stem = f"{self.workload['metadata']['name']}-"
        metadata = [pod["metadata"] for pod in pods]
        return {one["name"]: one["uid"] for one in metadata if one["name"].startswith(stem)}

    def until(self, what: str, done: Callable[[], Any]) -> None:
        """Wait for something. Raises TimeoutError."""
        end = time.monotonic() + PATIENCE
        while not done():
            if time.monotonic() > end:
                raise TimeoutError(f"{what}: {self.seen()}")
            time.sleep(0.1)

    def seen(self) -> str:
        """What there is, for the message of a wait that was in vain."""
        return self.plane.kubectl("get", "node,pod,pvc,pv,event", "-A", "-o", "wide").stdout

    def clear(self) -> None:
        """Leave nothing behind, whatever is left."""
        space = f"/namespaces/{self.namespace}"
        for path in (f"/apis/apps/v1{space}/deployments", f"/apis/apps/v1{space}/statefulsets"):
            self.api.delete(path, {"propagationPolicy": "Background"})
        self.plane.kubectl("patch", "nats", "-n", self.namespace, self.name, "--type=merge", "-p", _NO_FINALIZERS)
        self.api.delete(CRD)
        self.until("pods gone", self._no_pods)
        self.api.delete(f"/api/v1{space}/persistentvolumeclaims")
        for kind in (
            "destinationrules.networking.istio.io",
            "configmaps",
            "secrets",
            "services",
            "poddisruptionbudgets",
        ):
            self.plane.kubectl("delete", kind, "-n", self.namespace, "--all", "--wait=false")
        self.plane.kubectl("delete", "persistentvolumes", "--all", "--wait=false")
        for node in NODES:
            self.api.delete(f"/api/v1/nodes/{node}")

    def _no_claims(self) -> bool:
        """A claim outlives its StatefulSet, and would serve the next one of the same names."""
        claims = f"/api/v1/namespaces/{self.namespace}/persistentvolumeclaims"
        self.api.delete(claims)
        return not self.api.items(claims)

    def _no_pods(self) -> bool:
        pods = f"/api/v1/namespaces/{self.namespace}/pods"
        self.api.delete(pods)
        return not self.api.items(pods)


_NO_FINALIZERS = '{"metadata":{"finalizers":null}}'


@contextmanager
def operated(plane: ControlPlane, api: Api, case: Path) -> Iterator[Operated]:
    """The cluster while the block runs."""
    made = Operated(plane, api, case)
    try:
        made.install()
        yield made
    finally:
        made.clear()


def _secret(workload: Object) -> Object:
    """What the operator made at an earlier reconcile, and does not apply again."""
    volumes = workload["spec"]["template"]["spec"]["volumes"]
    name = next(one["secret"]["secretName"] for one in volumes if "secret" in one)
    metadata = {key: value for key, value in workload["metadata"].items() if key != "name"}
    data = {"resolver.conf": "accounts: {}\n"}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": {**metadata, "name": name}, "stringData": data}


def _deployment(namespace: str) -> Object:
    """The operator itself, with the labels that it is deployed with."""
    labels = {"control-plane": "manager"}
    container = {"name": "manager", "image": "registry.example.com/nats-manager:1.0.2"}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": OPERATOR, "namespace": namespace, "labels": labels},
        "spec": {
            "replicas": 1,
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": {"containers": [container]}},
        },
    }


def _node(name: str) -> Object:
    labels = {"kubernetes.io/hostname": name, "type": "kwok", "topology.kubernetes.io/zone": f"zone-{name[-1]}"}
    status = {"allocatable": ROOM, "capacity": ROOM}
    return {"apiVersion": "v1", "kind": "Node", "metadata": {"name": name, "labels": labels}, "status": status}


def _volume(workload: Object, number: int) -> Object:
    claim = workload["spec"]["volumeClaimTemplates"][0]
    name, namespace = workload["metadata"]["name"], workload["metadata"]["namespace"]
    spec: Object = {
        "capacity": {"storage": claim["spec"]["resources"]["requests"]["storage"]},
        "accessModes": ["ReadWriteOnce"],
        "persistentVolumeReclaimPolicy": "Retain",
        "hostPath": {"path": "/nowhere"},
        "claimRef": {"namespace": namespace, "name": f"{claim['metadata']['name']}-{name}-{number}"},
        "storageClassName": claim["spec"].get("storageClassName", ""),
    }
    return {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": f"operated-{number}"}, "spec": spec}
