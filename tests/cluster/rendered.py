"""What krmfn renders, as text for the API server and as objects for a test; and what the server made of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.calls import documents, krmfn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.cluster.api import Api, Object

BY_SERVER = ("uid", "resourceVersion", "generation", "creationTimestamp", "managedFields", "selfLink")
"""What the server writes into the metadata of an object."""
OPERATORS_PORT = (
    "spec.template.spec.containers[2].ports[5]: duplicate port {0} spec.template.spec.containers[1].ports[0]"
)
OPERATORS_WARNINGS = [
    OPERATORS_PORT.format("definition with"),
    OPERATORS_PORT.format('name "metrics" with')
    + ", services and probes that select ports by name will use spec.template.spec.containers[1].ports[0]",
]
"""The operator declares the exporter's port in two containers; its pod template is kept, so that nothing restarts."""


class Manifest:
    """One rendered document: the text, which is what is sent, and the object in it."""

    def __init__(self, text: str, namespace: str) -> None:
        """`namespace` is where an object goes that states none."""
        (self.object,) = documents(text)
        self.text, self.kind = text, str(self.object["kind"])
        self.namespace = str(self.object["metadata"].get("namespace", namespace))

    @property
    def warnings(self) -> list[str]:
        """What the server is known to say of it: of the operator's StatefulSet only."""
        by = self.object["metadata"]["labels"]["app.kubernetes.io/managed-by"]
        return OPERATORS_WARNINGS if (self.kind, by) == ("StatefulSet", "nats-manager") else []


def render(*arguments: str, stdin: str = "", namespace: str = "default") -> list[Manifest]:
    """The manifests of `krmfn render` with these arguments, in its order. Fails with its findings when it refuses."""
    called = krmfn("render", *arguments, stdin=stdin)
    assert called.status == 0, called
    texts = called.out.removeprefix("---\n").split("\n---\n")
    return [Manifest(text.rstrip("\n") + "\n", namespace) for text in texts]


def prepare(api: Api, manifests: list[Manifest], labels: dict[str, str] | None = None) -> None:
    """Make what the rendered objects take for granted: their namespaces and priority classes."""
    for name in {manifest.namespace for manifest in manifests}:
        api.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels or {}}})
    for manifest in manifests:
        name = _pod_spec(manifest.object).get("priorityClassName", "system-")
        if not name.startswith("system-"):
            api.create(
                {
                    "apiVersion": "scheduling.k8s.io/v1",
                    "kind": "PriorityClass",
                    "metadata": {"name": name},
                    "value": 1000,
                }
            )


def _pod_spec(obj: Object) -> Object:
    return dict(obj["spec"]["template"]["spec"]) if obj["kind"] == "StatefulSet" else {}


def drift(rendered: Any, live: Any, path: str = "") -> Iterator[str]:
    """Where the live object says something else than the rendered one: what Argo CD would show as out of sync.

    A field that only the live object has is a default of the server; a list is compared item by item and in length.
    """
    if isinstance(rendered, dict) and isinstance(live, dict):
        for key, value in rendered.items():
            yield from drift(value, live.get(key), f"{path}.{key}")
    elif isinstance(rendered, list) and isinstance(live, list) and len(rendered) == len(live):
        for number, pair in enumerate(zip(rendered, live, strict=True)):
            yield from drift(*pair, f"{path}[{number}]")
    elif rendered != live:
        yield f"{path}: rendered {rendered!r}, live {live!r}"


def stated(live: Object) -> Object:
    """An object without what only the server writes: equal for two objects that were made from equal manifests."""
    metadata = {key: value for key, value in live["metadata"].items() if key not in BY_SERVER}
    spec = {key: value for key, value in live.get("spec", {}).items() if key not in ("clusterIP", "clusterIPs")}
    rest = {key: value for key, value in live.items() if key not in ("metadata", "spec", "status")}
    return {**rest, "metadata": metadata, "spec": spec}
