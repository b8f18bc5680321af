"""One NATS in a namespace of its own: rendered by krmfn, applied, watched, asked."""

from __future__ import annotations

import datetime as dt
import json
import time
import urllib.error
import urllib.request
from typing import TYPE_CHECKING, Any

from tests.cluster.rendered import Manifest, prepare, render
from tests.pods.cluster import is_true
from tests.pods.node import CGROUPS, GROUP

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cluster.api import Object
    from tests.pods.cluster import Cluster

NAME = "eventing-nats"
SETTINGS = {"zones": "a,b,c", "kubernetesVersion": "1.37", "istio": "false"}
TOGETHER = dt.timedelta(seconds=2)
"""Between the ends of two pods that no wait separates: times are whole seconds, and a server that is waited for takes
longer to be Ready."""
RESTRICTED = {"pod-security.kubernetes.io/enforce": "restricted"}
SYSTEM = 'accounts { "$SYS" { users: [{user: "admin", password: "secret"}] } }\n'
SPEC = {
    "cluster": {"size": 3},
    "jetStream": {"fileStorage": {"size": "1Gi"}, "memStorage": {"enabled": True, "size": "128Mi"}},
    "resources": {"requests": {"cpu": "10m", "memory": "64Mi"}, "limits": {"cpu": "500m", "memory": "1Gi"}},
}


class NatsCluster:
    """Its CR, and what became of it."""

    def __init__(
        self, cluster: Cluster, folder: Path, namespace: str, spec: Object | None = None, **settings: str
    ) -> None:
        """`spec` replaces parts of SPEC, `settings` are keys of RenderNATS. Applies nothing."""
        self.cluster, self.api, self.folder, self.namespace = cluster, cluster.api, folder, namespace
        self.spec, self.settings = {**SPEC, **(spec or {})}, {**SETTINGS, **settings}
        self._space = f"/api/v1/namespaces/{namespace}"
        self.workload = f"/apis/apps/v1/namespaces/{namespace}/statefulsets/{NAME}"

    def write(self, folder: Path | None = None) -> Path:
        """The CR and its RenderNATS in a folder, as a user keeps them; the path of the CR."""
        folder = folder or self.folder
        folder.mkdir(exist_ok=True)
        metadata = {"name": NAME, "namespace": self.namespace}
        cr = {
            "apiVersion": "operator.kyma-project.io/v1alpha1",
            "kind": "NATS",
            "metadata": metadata,
            "spec": self.spec,
        }
        (folder / "nats.json").write_text(json.dumps(cr))
        return folder / "nats.json"

    def arguments(self) -> list[str]:
        """The settings on a command line."""
        return [word for key, value in self.settings.items() for word in ("--set", f"{key}={value}")]

    def render(self) -> list[Manifest]:
        return render("-f", str(self.write()), *self.arguments(), namespace=self.namespace)

    def apply(self) -> None:
        """Render, and apply every object as a GitOps client does."""
        manifests = self.prepare()
        for one in manifests:
            self.api.apply(one.text, one.object, self.namespace, force=True)

    def prepare(self) -> list[Manifest]:
        """What is there before the objects: namespace, priority class, Secret; the rendered objects."""
        manifests = self.render()
        prepare(self.api, manifests, RESTRICTED if self.settings.get("profile") != "nats-manager" else {})
        secret = {
            "metadata": {"name": f"{NAME}-secret", "namespace": self.namespace},
            "stringData": {"resolver.conf": SYSTEM},
        }
        self.api.create({"apiVersion": "v1", "kind": "Secret", **secret})
        return manifests

    def start(self) -> float:
        """Apply, and wait until every server is Ready; the seconds that took."""
        self.apply()
        return self.until_ready()

    def change(self, **spec: Object) -> None:
        """Replace parts of the spec, and apply."""
        self.spec.update(spec)
        self.apply()

    def pods(self) -> dict[str, Object]:
        """Name -> pod of each server, in order."""
        pods = self.api.items(f"{self._space}/pods?labelSelector=app.kubernetes.io/name%3Dnats")
        return {pod["metadata"]["name"]: pod for pod in sorted(pods, key=lambda pod: str(pod["metadata"]["name"]))}

    def pod(self, ordinal: int) -> Object:
        return self.pods()[f"{NAME}-{ordinal}"]

    def uids(self) -> dict[str, str]:
        """Name of each pod -> what tells it from the pod of that name before."""
        return {name: str(pod["metadata"]["uid"]) for name, pod in self.pods().items()}

    def ready(self) -> set[str]:
        """Names of the pods that are Ready and not on their way out."""
        pods = self.pods().items()
        return {name for name, pod in pods if is_true(pod, "Ready") and "deletionTimestamp" not in pod["metadata"]}

    def is_settled(self) -> bool:
        """Whether every wanted server runs, is Ready, and is of the newest template."""
        obj = self.api.get(self.workload)
        spec, status = obj["spec"], obj["status"]
        return (
            status.get("observedGeneration") == obj["metadata"]["generation"]
            and status.get("readyReplicas", 0)
            == spec["replicas"]
            == status.get("updatedReplicas")
            == status["replicas"]
            and len(self.ready()) == spec["replicas"] == len(self.pods())
        )

    def order_of_ends(self, patience: float = 400) -> list[set[str]]:
        """Until all is settled: which pods of now were told to end, in their order, and which of them together."""
        old, ended = self.uids(), dict[str, dt.datetime]()

        def done() -> bool:
            for name, pod in self.pods().items():
                metadata = pod["metadata"]
                if metadata["uid"] == old.get(name) and "deletionTimestamp" in metadata:
                    ended.setdefault(name, dt.datetime.fromisoformat(metadata["deletionTimestamp"]))
            return self.is_settled()

        self.until("every server Ready with the new template", done, patience)
        steps: list[set[str]] = []
        last = dt.datetime.min.replace(tzinfo=dt.UTC)
        for name, time_of_end in sorted(ended.items(), key=lambda one: one[1]):
            if time_of_end - last > TOGETHER:
                steps.append(set())
            steps[-1].add(name)
            last = time_of_end
        return steps

    def claims(self) -> dict[str, str]:
        """Name of each claim -> its volume."""
        claims = self.api.items(f"{self._space}/persistentvolumeclaims")
        return {claim["metadata"]["name"]: str(claim["spec"].get("volumeName")) for claim in claims}

    def why_pending(self, name: str) -> str:
        """What the scheduler says of a pod that it cannot place; "" where there is nothing to say."""
        conditions = self.pods().get(name, {"status": {}})["status"].get("conditions", [])
        return " ".join(one.get("message", "") for one in conditions if one.get("reason") == "Unschedulable")

    def is_running(self, name: str) -> bool:
        """Whether the server's container runs, Ready or not."""
        states = self.pods()[name]["status"].get("containerStatuses") or []
        return any(one["name"] == "nats" and "running" in one["state"] for one in states)

    def until_ready(self, patience: float = 240) -> float:
        return self.until("every server Ready", self.is_settled, patience)

    def until(self, what: str, done: Callable[[], Any], patience: float = 180) -> float:
        return self.cluster.until(what, done, patience)

    def kubectl(self, *arguments: str, stdin: str = "") -> str:
        return self.cluster.kubectl("-n", self.namespace, *arguments, stdin=stdin)

    def client_address(self) -> str:
        """Of the Service for clients; pods of the headless Service where there is none (profile nats-manager)."""
        if self.settings.get("profile") == "nats-manager":
            return ",".join(f"nats://{pod['status']['podIP']}:4222" for pod in self.pods().values())
        return f"nats://{self.api.get(f'{self._space}/services/{NAME}-client')['spec']['clusterIP']}:4222"

    def endpoints(self, service: str = f"{NAME}-client") -> set[str]:
        """Names of the pods to which a Service leads new connections."""
        slices = self.api.items(f"/apis/discovery.k8s.io/v1/namespaces/{self.namespace}/endpointslices")
        return {
            end["targetRef"]["name"]
            for part in slices if part["metadata"]["labels"]["kubernetes.io/service-name"] == service
            for end in part.get("endpoints") or [] if end["conditions"].get("ready")
        }  # fmt: skip

    def monitor(self, ordinal: int, path: str) -> tuple[int, Any]:
        """Status and page of a server's monitoring port."""
        try:
            with urllib.request.urlopen(f"http://{self.pod(ordinal)['status']['podIP']}:8222{path}", timeout=5) as page:
                return page.status, json.load(page)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)

    def merge_config(self, conf: Callable[[str], str]) -> None:
        """Change nats.conf in the cluster, as a new render would."""
        path = f"{self._space}/configmaps/{NAME}-config"
        text = self.api.get(path)["data"]["nats.conf"]
        self.api.merge(path, {"data": {"nats.conf": conf(text)}})

    def log(self, name: str, container: str = "nats") -> str:
        return self.kubectl("logs", name, "-c", container)

    def usage(self, container: str, kind: str) -> list[int]:
        """A figure of each container of a name, from a file of its cgroup; `kind` is `<hierarchy>/*/<file>`."""
        hierarchy, _, file = kind.split("/")
        pods = self.api.items(f"{self._space}/pods")
        states = [one for pod in pods for one in pod["status"].get("containerStatuses", [])]
        names = [one["containerID"].rpartition("/")[2] for one in states if one["name"] == container]
        found = [path for name in names for path in (CGROUPS / hierarchy / GROUP).glob(f"*/kubepods/**/{name}/{file}")]
        return [int(path.read_text()) for path in found]

    def remove(self) -> None:
        """Take everything away at once, without grace."""
        self.cluster.kubectl("delete", "namespace", self.namespace, "--wait=false")
        for _ in range(100):
            pods = self.api.items(f"{self._space}/pods")
            if not pods:
                return
            for pod in pods:
                self.api.delete(f"{self._space}/pods/{pod['metadata']['name']}")
            time.sleep(0.2)
