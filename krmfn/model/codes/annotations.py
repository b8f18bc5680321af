"""The annotations that krmfn reads or writes: on what, what each means, and an example."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    Annotation: TypeAlias = tuple[str, str, str]

ANNOTATIONS: dict[str, Annotation] = {
    "krmfn.dev/allow": (
        "a NATS, or an object with a finding; you write it",
        "Allows what has these codes, separated by commas: a change, or a finding. Remove it in the next change.",
        "krmfn.dev/allow: scale-down",
    ),
    "krmfn.dev/owner": (
        "every rendered object; krmfn writes it",
        "The NATS that the object was rendered for. krmfn replaces and removes only objects with this mark.",
        "krmfn.dev/owner: shop/orders-nats",
    ),
    "krmfn.dev/restart-hash": (
        "the pods of a StatefulSet; krmfn writes it",
        "A hash of the settings that a running server does not reload: when they change, the servers restart.",
        "",
    ),
    "config.kubernetes.io/local-config": (
        "any object; you write it",
        "kpt and kustomize do not apply the object. For a NATS, the key keepCR: local-config writes it.",
        'config.kubernetes.io/local-config: "true"',
    ),
    "config.kubernetes.io/function": (
        "a RenderNATS for kustomize; you write it",
        "How kustomize runs krmfn: a container or a program.",
        "config.kubernetes.io/function: |\n  exec: {path: krmfn}",
    ),
    "internal.config.kubernetes.io/path": (
        "items of a function; kpt, kustomize and krmfn write it",
        "The file of the item below its package. A new object gets a file beside its NATS.",
        "internal.config.kubernetes.io/path: nats.yaml",
    ),
    "internal.config.kubernetes.io/index": (
        "items of a function; kpt, kustomize and krmfn write it",
        "The position of the item in its file, from 0.",
        "internal.config.kubernetes.io/index: '0'",
    ),
    "internal.config.kubernetes.io/package-path": (
        "items of a function; kpt writes it",
        "The package of the item. A rendered object gets that of its NATS.",
        "",
    ),
    "config.kubernetes.io/path": (
        "items of a function; older kpt and kustomize write it",
        "The same as internal.config.kubernetes.io/path.",
        "",
    ),
    "config.kubernetes.io/index": (
        "items of a function; older kpt and kustomize write it",
        "The same as internal.config.kubernetes.io/index.",
        "",
    ),
    "argocd.argoproj.io/sync-options": (
        "the StatefulSet and the Secret; krmfn writes it with protect: true",
        "Keeps Argo CD from pruning and deleting the object.",
        "",
    ),
    "kustomize.toolkit.fluxcd.io/prune": (
        "the StatefulSet and the Secret; krmfn writes it with protect: true",
        "Keeps Flux from pruning the object.",
        "kustomize.toolkit.fluxcd.io/prune: disabled",
    ),
}
