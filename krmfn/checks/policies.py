"""Pod Security levels and images."""

from __future__ import annotations

from krmfn.checks.pod_security import BASELINE, RESTRICTED, violations
from krmfn.checks.pods import joined
from krmfn.cluster.images import OLDEST_SERVER, image_version, is_fixed, is_reference
from krmfn.model.finding import error
from krmfn.model.labels import MANAGED_BY
from krmfn.model.lookup import at
from krmfn.model.text import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krmfn.checks.pods import Pods
    from krmfn.checks.tree import Tree
    from krmfn.model.finding import Finding

ENFORCE = "pod-security.kubernetes.io/enforce"


def check(tree: Tree, registry: str = "") -> Iterator[Finding]:
    """`registry` is the only one that images may come from, "" for any."""
    levels = {ref.name: at(obj, "metadata", "labels").get(ENFORCE) for ref, obj in tree.of_kind("Namespace")}
    for pods in tree.every_pods():
        if tree.is_ours(pods.ref, pods.obj):
            yield from _security(pods, levels.get(pods.ref.namespace))
            yield from _images(pods, registry)
    for server in tree.servers:
        version = image_version(server.container.get("image"))
        if version is not None and version < OLDEST_SERVER[: len(version)]:
            oldest = ".".join(map(str, OLDEST_SERVER))
            text = (
                f"{server.pods.title} runs an image older than nats-server {oldest}, which lacks the probes of the pods"
            )
            path = (*server.container_path, "image")
            yield error("nats-image-too-old", f"{text}; write {oldest} or newer", path).at(object=server.pods.ref)


def _security(pods: Pods, enforced: object) -> Iterator[Finding]:
    """The level that the namespace enforces; else what the profile of krmfn promises: hardened is restricted."""
    is_hardened = at(pods.obj, "metadata", "labels").get(MANAGED_BY) == "krmfn"
    level = enforced if enforced in (BASELINE, RESTRICTED) else RESTRICTED if is_hardened else BASELINE
    if enforced == "privileged":
        return
    for path, fields in violations(pods, str(level)):
        who = (
            "its namespace enforces"
            if enforced
            else "profile hardened keeps"
            if is_hardened
            else "namespaces often enforce"
        )
        text = f"{pods.title} violates Pod Security {level}, which {who}: {joined(fields)}"
        yield error("pod-security", text, path).at(object=pods.ref)


def _images(pods: Pods, registry: str) -> Iterator[Finding]:
    for path, container in pods.containers():
        image, here = container.get("image"), (*path, "image")
        if not isinstance(image, str):
            continue
        if not is_reference(image):
            text = (
                f'"{shown(image)}" of {pods.title} is not the name of an image, so no pod starts; write'
                " registry/name:tag, the name in lower case and without spaces"
            )
            yield error("image-name", text, here, shown(image)).at(object=pods.ref)
        elif not is_fixed(image):
            text = (
                f"image {shown(image)} of {pods.title} has no fixed tag, so a restart may start another version; write"
                " a tag or a digest"
            )
            yield error("image-tag", text, here, shown(image)).at(object=pods.ref)
        if registry and not image.startswith(f"{registry.rstrip('/')}/"):
            text = (
                f"image {shown(image)} of {pods.title} is not from {shown(registry)} (imageRegistry); write one that is"
            )
            yield error("image-registry", text, here, shown(image)).at(object=pods.ref)
