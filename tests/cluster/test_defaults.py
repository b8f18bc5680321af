"""What the API server fills in is known: what it stores of many objects is no change against what was written."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING, Any

import pytest

from krmfn.changes.change import NONE
from krmfn.changes.compare import changes
from tests.changes.states import NAMESPACE
from tests.cluster.rendered import Manifest, prepare

if TYPE_CHECKING:
    from tests.cluster.api import Api, Object

COUNT = 300
LABELS = {"app": "x"}


class Maker:
    """Objects with a random choice of their fields, each field with a value that the API server takes."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def some(self, **fields: Any) -> Object:
        return {name: value for name, value in fields.items() if self.random.random() < 0.4}

    def one(self, *values: Any) -> Any:
        return self.random.choice(values)

    def probe(self) -> Object:
        return {
            **self.one(
                {"httpGet": {"port": 80, **self.some(path="/a", scheme=self.one("HTTP", "HTTPS"))}},
                {"tcpSocket": {"port": 80}},
            ),
            **self.some(
                initialDelaySeconds=self.one(0, 3),
                timeoutSeconds=self.one(1, 2),
                periodSeconds=self.one(10, 5),
                failureThreshold=self.one(3, 9),
            ),
        }

    def container(self, name: str) -> Object:
        amounts = self.some(cpu=self.one("500m", "0.5", 1), memory=self.one("1Gi", "1024Mi"))
        return {
            "name": name,
            "image": self.one("a", "a:1", "a:latest", "r:5000/a", "a@sha256:" + "0" * 64),
            **self.some(
                ports=[{"containerPort": 80, **self.some(name="http", protocol=self.one("TCP", "UDP"))}],
                env=[
                    {"name": "A", **self.some(value=self.one("", "x"))},
                    {"name": "B", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}},
                ],
                livenessProbe=self.probe(),
                readinessProbe=self.probe(),
                resources={"limits": amounts, "requests": amounts},
                stdin=self.one(True, False),
                tty=self.one(True, False),
                terminationMessagePolicy=self.one("File", "FallbackToLogsOnError"),
                imagePullPolicy=self.one("Always", "IfNotPresent", "Never"),
                securityContext=self.one({}, {"runAsUser": 1}),
                command=self.one([], ["a"]),
                lifecycle={"preStop": {"httpGet": {"port": 80}}},
                volumeMounts=[{"name": "v", "mountPath": "/v", **self.some(readOnly=self.one(True, False))}],
            ),
        }

    def volume(self) -> Object:
        items = [{"path": "a", "fieldRef": {"fieldPath": "metadata.name"}}]
        return self.one(
            {},
            {"emptyDir": {}},
            {"emptyDir": {"medium": "Memory", "sizeLimit": self.one("1Gi", "1024Mi")}},
            {"configMap": {"name": "c"}},
            {"secret": {"secretName": "s", **self.some(defaultMode=self.one(420, 256))}},
            {"downwardAPI": {"items": items}},
            {"projected": {"sources": [{"serviceAccountToken": {"path": "t"}}, {"downwardAPI": {"items": items}}]}},
            {"hostPath": {"path": "/a"}},
            {"persistentVolumeClaim": {"claimName": "c"}},
        )

    def pod(self, **fixed: Any) -> Object:
        term = {"topologyKey": "zone", "labelSelector": {"matchLabels": LABELS}}
        spec = {
            "containers": [self.container("a"), *([self.container("b")] if self.random.random() < 0.3 else [])],
            "volumes": [{"name": "v", **self.volume()}],
            **self.some(
                dnsPolicy=self.one("ClusterFirst", "Default"),
                terminationGracePeriodSeconds=self.one(30, 5),
                hostNetwork=False,
                serviceAccountName="default",
                enableServiceLinks=self.one(True, False),
                securityContext=self.one({}, {"fsGroup": 1}),
                initContainers=[self.container("i")],
                tolerations=self.one([], [{"key": "a", "operator": "Exists"}]),
                nodeSelector=self.one({}, {"a": "b"}),
                affinity=self.one({}, {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [term]}}),
                topologySpreadConstraints=[{"maxSkew": 1, "whenUnsatisfiable": "DoNotSchedule", **term}],
            ),
            **fixed,
        }
        for container in (*spec["containers"], *spec.get("initContainers", [])):
            limits = container.get("resources", {}).get("limits")
            container.get("resources", {}).update({"requests": dict(limits)} if limits else {})
        for container in spec.get("initContainers", []):
            for name in ("livenessProbe", "readinessProbe", "lifecycle"):
                container.pop(name, None)
        return {"metadata": {"labels": LABELS, **self.some(annotations={})}, "spec": spec}

    def spec(self, kind: str) -> Object:
        apps = (
            {"selector": {"matchLabels": LABELS}, "template": self.pod()}
            if kind in ("DaemonSet", "Deployment", "ReplicaSet", "StatefulSet")
            else {}
        )
        rolling = {"type": "RollingUpdate"}
        claim = {
            "accessModes": ["ReadWriteOnce"],
            "resources": {"requests": {"storage": self.one("1Gi", "1024Mi")}},
            **self.some(volumeMode="Filesystem", storageClassName=self.one("", "a")),
        }
        match kind:
            case "Deployment":
                return {
                    **apps,
                    **self.some(
                        replicas=self.one(1, 2),
                        strategy=self.one(
                            {}, rolling, {"type": "Recreate"}, {**rolling, "rollingUpdate": {"maxSurge": "25%"}}
                        ),
                        minReadySeconds=0,
                        progressDeadlineSeconds=self.one(600, 700),
                        revisionHistoryLimit=10,
                        paused=False,
                    ),
                }
            case "DaemonSet":
                return {
                    **apps,
                    **self.some(
                        updateStrategy=self.one(
                            {}, rolling, {"type": "OnDelete"}, {**rolling, "rollingUpdate": {"maxUnavailable": 1}}
                        ),
                        minReadySeconds=0,
                    ),
                }
            case "ReplicaSet":
                return {**apps, **self.some(replicas=self.one(1, 2), minReadySeconds=0)}
            case "StatefulSet":
                retain = self.one({}, {"whenDeleted": "Retain"}, {"whenScaled": "Delete"})
                return {
                    **apps,
                    "serviceName": "x",
                    **self.some(
                        replicas=1,
                        podManagementPolicy=self.one("OrderedReady", "Parallel"),
                        updateStrategy=self.one(
                            {},
                            rolling,
                            {"type": "OnDelete"},
                            {**rolling, "rollingUpdate": {"partition": self.one(0, 1)}},
                        ),
                        persistentVolumeClaimRetentionPolicy=retain,
                        ordinals={"start": self.one(0, 1)},
                        volumeClaimTemplates=[{"metadata": {"name": "w"}, "spec": claim}],
                    ),
                }
            case "Job":
                return {
                    "template": self.pod(restartPolicy="Never"),
                    **self.some(
                        backoffLimit=self.one(6, 1),
                        parallelism=self.one(1, 2),
                        suspend=False,
                        completionMode="NonIndexed",
                    ),
                }
            case "CronJob":
                return {
                    "schedule": "* * * * *",
                    "jobTemplate": {"spec": {"template": self.pod(restartPolicy="Never")}},
                    **self.some(
                        suspend=False,
                        concurrencyPolicy=self.one("Allow", "Forbid"),
                        successfulJobsHistoryLimit=3,
                        failedJobsHistoryLimit=1,
                    ),
                }
            case "Service":
                return {
                    "ports": [
                        {"port": 80, **self.some(protocol="TCP", targetPort=self.one(80, "http", 81), name="http")}
                    ],
                    "selector": LABELS,
                    **self.some(
                        type=self.one("ClusterIP", "NodePort"),
                        sessionAffinity=self.one("None", "ClientIP"),
                        internalTrafficPolicy="Cluster",
                        publishNotReadyAddresses=self.one(True, False),
                    ),
                }
            case "PersistentVolumeClaim":
                return claim
            case "NetworkPolicy":
                rule = self.some(ports=[{"port": 1, **self.some(protocol="TCP")}])
                return {
                    "podSelector": self.one({}, {"matchLabels": LABELS}),
                    **self.some(ingress=self.one([], [rule]), policyTypes=self.one(["Ingress"], ["Ingress", "Egress"])),
                }
            case _:
                return {
                    "selector": {"matchLabels": LABELS},
                    **self.one({"maxUnavailable": 1}, {"minAvailable": "50%"}),
                    **self.some(unhealthyPodEvictionPolicy="AlwaysAllow"),
                }


KINDS = {
    "Deployment": "apps/v1",
    "DaemonSet": "apps/v1",
    "ReplicaSet": "apps/v1",
    "StatefulSet": "apps/v1",
    "Job": "batch/v1",
    "CronJob": "batch/v1",
    "Service": "v1",
    "PersistentVolumeClaim": "v1",
    "NetworkPolicy": "networking.k8s.io/v1",
    "PodDisruptionBudget": "policy/v1",
}
GENERATED = {
    "Job": (("metadata", "labels"), ("spec", "selector"), ("spec", "template", "metadata", "labels")),
    "PersistentVolumeClaim": (("metadata", "finalizers"),),
}
"""What the API server makes up for an object that is created."""


@pytest.mark.parametrize("kind", KINDS)
def test_what_the_server_stores_of_random_objects_is_no_change(kind: str, api: Api) -> None:
    prepare(
        api, [Manifest(json.dumps({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "x"}}), NAMESPACE)]
    )
    maker = Maker(1)
    for number in range(COUNT // len(KINDS)):
        metadata = {"name": f"x-{number}", "namespace": NAMESPACE, **maker.some(labels={}, annotations={})}
        obj = {"apiVersion": KINDS[kind], "kind": kind, "metadata": metadata, "spec": maker.spec(kind)}
        text = json.dumps(obj)
        stored = api.apply(text, obj, NAMESPACE, dry=True).body
        for old, new in ((stored, obj), (obj, stored)):
            found = [change for change in changes([old], [new]) if change.impact != NONE]
            assert [one for one in found if not _is_generated(kind, one.path)] == [], text


def _is_generated(kind: str, path: tuple[Any, ...]) -> bool:
    return any(path[: len(made)] == made for made in GENERATED.get(kind, ()))
