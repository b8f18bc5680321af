"""Pod Security levels and images."""

from __future__ import annotations

from krmfn.checks.pod_security import BASELINE, LEVELS, PRIVILEGED, RESTRICTED, violations
from krmfn.checks.pods import joined
from krmfn.cluster.images import OLDEST_SERVER, image_version, is_fixed, is_reference
from krmfn.model.finding import error
from krmfn.model.labels import MANAGED_BY
from krmfn.model.lookup import at
from krmfn.model.text import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from krmfn.checks.pods import Pods
    from krmfn.checks.tree import Tree
    from krmfn.cluster.policies import Policies
    from krmfn.model.finding import Finding
    from krmfn.model.objects import ObjectRef

ENFORCE = "pod-security.kubernetes.io/enforce"


def check(tree: Tree, policies_of: Callable[[ObjectRef], Policies] | None = None) -> Iterator[Finding]:
    """Pods of krmfn and of NATS servers; `policies_of` are the policies that hold for an object."""
    levels = {ref.name: at(obj, "metadata", "labels").get(ENFORCE) for ref, obj in tree.of_kind("Namespace")}
    for pods in tree.every_pods():
        if tree.is_ours(pods.ref, pods.obj):
            policies = policies_of(pods.ref) if policies_of is not None else None
            yield from _security(pods, levels.get(pods.ref.namespace), policies.level if policies else "")
            yield from _images(pods, policies)
    for server in tree.servers:
        version = image_version(server.container.get("image"))
        if version is not None and version < OLDEST_SERVER[: len(version)]:
            oldest = ".".join(map(str, OLDEST_SERVER))
            text = (
                f"{server.pods.title} runs an image older than nats-server {oldest}, which lacks the probes of the pods"
            )
            path = (*server.container_path, "image")
            yield error("nats-image-too-old", f"{text}; write {oldest} or newer", path).at(object=server.pods.ref)


def _security(pods: Pods, enforced: object, wanted: str) -> Iterator[Finding]:
    """The level that is wanted, else what the namespace enforces, else what the profile promises."""
    if wanted:
        level, who = wanted, "policies.podSecurity requires"
    elif enforced in LEVELS:
        level, who = str(enforced), "its namespace enforces"
    elif at(pods.obj, "metadata", "labels").get(MANAGED_BY) == "krmfn":
        level, who = RESTRICTED, "profile hardened keeps"
    else:
        level, who = BASELINE, "namespaces often enforce"
    if level == PRIVILEGED:
        return
    for path, fields in violations(pods, level):
        text = f"{pods.title} violates Pod Security {level}, which {who}: {joined(fields)}"
        yield error("pod-security", text, path).at(object=pods.ref)


def _images(pods: Pods, policies: Policies | None) -> Iterator[Finding]:
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
            continue
        if not is_fixed(image):
            text = (
                f"image {shown(image)} of {pods.title} has no fixed tag, so a restart may start another version; write"
                " a tag or a digest"
            )
            yield error("image-not-fixed", text, here, shown(image)).at(object=pods.ref)
        for code, what, advice in policies.faults(image) if policies else ():
            text = f"image {shown(image)} of {pods.title} {what}; {advice}"
            yield error(code, text, here, shown(image)).at(object=pods.ref)
