"""Who manages the fields of the live objects: the operator's entry that is to be renamed, and others."""

from __future__ import annotations

from krmfn.adoption.dump import OPERATOR, called, plain
from krmfn.changes.server_defaults import RESTARTED
from krmfn.model.finding import warning
from krmfn.model.lookup import at, listed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krmfn.adoption.dump import LiveCluster
    from krmfn.model.finding import Finding
    from krmfn.model.objects import Object, ObjectRef

ARGOCD, FLUX, KUBECTL = "argocd", "flux", "kubectl"
MANAGERS = {ARGOCD: "argocd-controller", FLUX: "kustomize-controller", KUBECTL: "kubectl"}
"""Client -> the field manager of its server-side apply."""
_OF_KUBERNETES = ("kube-controller-manager", "kube-scheduler", "kubelet", "kube-apiserver")
_APPLY = "Apply"
_REVOKED = ("kubectl", "before-first-apply")
"""Flux makes the fields of managers whose names begin so its own, and drops what it does not apply."""
LET_BE = "flux-client-side-apply"
"""The manager for fields that Flux is not to touch (its FAQ: why are kubectl edits rolled back)."""


def entry(obj: Object, manager: str) -> int | None:
    """The position of a manager's apply among the managedFields, None without one."""
    for number, one in enumerate(listed(at(obj, "metadata").get("managedFields"))):
        if one.get("manager") == manager and one.get("operation") == _APPLY and not one.get("subresource"):
            return number
    return None


def restarted_by(obj: Object) -> list[int]:
    """Positions of the managers for whom Flux would drop the mark of `kubectl rollout restart`: all pods would roll."""
    found = []
    for number, one in enumerate(listed(at(obj, "metadata").get("managedFields"))):
        fields = at(one, "fieldsV1", *(f"f:{part}" for part in RESTARTED[:-1]))
        if f"f:{RESTARTED[-1]}" in fields and str(one.get("manager")).startswith(_REVOKED):
            found.append(number)
    return found


def unmanaged(cluster: LiveCluster) -> list[ObjectRef]:
    """The live objects of which the dump does not say who manages their fields."""
    return [
        key for key, obj, _ in cluster.pairs if obj is not None and not listed(at(obj, "metadata").get("managedFields"))
    ]


def check_managers(cluster: LiveCluster, clients: tuple[str, ...]) -> Iterator[Finding]:
    """What the operator applied stays its own until its entry is renamed: a field no longer rendered would stay."""
    applied = []
    unknown = unmanaged(cluster)
    if unknown:
        text = (
            f"no managedFields are in the dump of {', '.join(f'{key.kind} {key.name}' for key in unknown)}, so step 4"
            " has no patches yet: dump with --show-managed-fields"
        )
        yield warning("managed-fields-missing", text).at(object=cluster.key)
    for key, obj, _ in cluster.pairs:
        if obj is None:
            continue
        if entry(obj, OPERATOR) is not None:
            applied.append(f"{key.kind} {key.name}")
        others = sorted(set(_others(obj, clients)))
        if others:
            text = (
                f"{called(key)}: fields are managed by {', '.join(others)} too; fields that they set and krmfn does"
                " not render stay after the plan"
            )
            if FLUX in clients and any(other.startswith(_REVOKED) for other in others):
                text += ", but Flux removes fields set by kubectl"
            yield warning("other-field-manager", text, ("metadata", "managedFields")).at(object=key)
    if applied:
        text = f"the operator manages the fields of {', '.join(applied)}; step 4 hands them over"
        yield warning("operators-fields", text).at(object=cluster.key)


def _others(obj: Object, clients: tuple[str, ...]) -> Iterator[str]:
    """Managers of more than metadata that are neither the operator, nor the client to be, nor Kubernetes."""
    expected = (OPERATOR, *_OF_KUBERNETES, *(MANAGERS[client] for client in clients))
    for one in listed(at(obj, "metadata").get("managedFields")):
        fields = at(one, "fieldsV1").keys() - {"f:metadata", "f:status"}
        if fields and not one.get("subresource") and one.get("manager") not in expected:
            yield plain(one.get("manager")) or "another"
