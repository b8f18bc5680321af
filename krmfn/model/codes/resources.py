"""What the codes of findings about the fields of a NATS mean."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    Meaning: TypeAlias = tuple[str, str, str]

RESOURCES: dict[str, Meaning] = {
    "wrong-type": (
        "error",
        "A value is not of the type that the field has.",
        "Write a value of the type that the message names; texts that look like numbers need quotes.",
    ),
    "unknown-field": (
        "error",
        "The kind has no such field, or not at this level.",
        "Remove it, or write the field that the message names.",
    ),
    "missing-field": ("error", "A field that must be there is absent.", "Write it."),
    "unsupported-value": (
        "error",
        "The field takes one of a few values, and this is none of them.",
        "Write one of the values that the message lists.",
    ),
    "pattern-mismatch": (
        "error",
        "A size is not spelled as Kubernetes spells quantities.",
        "Write a number and a unit, such as 512Mi or 1Gi.",
    ),
    "above-maximum": (
        "error",
        "A number is larger than the field allows.",
        "Write the most that the message names, or less.",
    ),
    "below-minimum": (
        "error",
        "A number is smaller than the field allows.",
        "Write the least that the message names, or more.",
    ),
    "invalid-name": (
        "error",
        "A name does not have the syntax that Kubernetes or NATS wants.",
        'Write lower case letters, digits, "-" and ".", or what the message proposes.',
    ),
    "duplicate-entry": ("error", "Two entries of a list have the same name.", "Remove one of the two."),
    "even-cluster-size": (
        "error",
        "The number of servers is even: one more to pay for, and not one more that may fail.",
        "Use 3 or 5.",
    ),
    "memory-storage-size-0": (
        "error",
        "Memory storage is enabled with the size 0.",
        "Write enabled: false, or a size such as 1Gi.",
    ),
    "cluster-size-to-1": (
        "error, warning",
        "A cluster of several servers would become one server, which loses its streams.",
        "Keep the size, or plan a new cluster; to go on, annotate the NATS with krmfn.dev/allow and this code.",
    ),
    "file-storage-size-changed": (
        "error, warning",
        "The size of the file store is spelled in another way, which an API server with the CRD refuses.",
        "Write the size as it was; to go on, annotate the NATS with krmfn.dev/allow and this code.",
    ),
    "storage-class-changed": (
        "error, warning",
        "The storage class changes, and a StatefulSet's claims cannot.",
        "Keep the class that was set; to go on, annotate the NATS with krmfn.dev/allow and this code.",
    ),
    "cr-name": (
        "error",
        "The name of the NATS is no name from which a StatefulSet can be named.",
        'Write lower case letters, digits and "-".',
    ),
    "cr-name-too-long": (
        "error",
        "Pods of a StatefulSet with so long a name would be refused.",
        "Shorten the name of the NATS.",
    ),
    "cr-name-starts-with-digit": (
        "error, warning",
        "A Service may not start with a digit before Kubernetes 1.36.",
        "Start the name with a letter, or state kubernetesVersion.",
    ),
    "namespace": ("error", "The namespace is no name of a namespace.", 'Write a-z, 0-9 and "-".'),
    "namespace-missing": (
        "error",
        "Profile nats-manager writes the namespace into nats.conf, and none is stated.",
        "Write metadata.namespace, or -n on the command line.",
    ),
    "storage-class-name": (
        "error",
        "The storage class is no name of an object.",
        'Write lower case letters, digits, "-" and ".".',
    ),
    "not-a-quantity": ("error", "A text is no quantity.", "Write a number and a unit, such as 500m or 1Gi."),
    "size-too-small": ("error", "A size is negative, or leaves no room for the store.", "Write a size such as 1Gi."),
    "fraction-of-a-byte": ("error", "A size is no whole number of bytes.", "Write the size that the message proposes."),
    "negative-resource": ("error", "A resource is negative.", "Write 0 or more."),
    "below-provider-minimum": (
        "error",
        "The provider makes no volume as small as this.",
        "Write the size that the message names, or more.",
    ),
    "memory-storage-off": (
        "warning",
        "Memory storage is enabled, and its size switches it off.",
        "Write enabled: false to say so.",
    ),
    "memory-store-at-limit": (
        "warning",
        "The memory store takes more than a third of the memory limit, and small messages need three times their size.",
        "Write a limit of three times memStorage.size, or a smaller memStorage.size.",
    ),
    "memory-store-size": (
        "info",
        "memStorage.size is not set and the default does not fit: the memory store gets a third of the memory limit.",
        "Nothing; write memStorage.size to fix a size.",
    ),
    "file-store-headroom": (
        "info",
        "The limit of the file store, below what its file system can hold. A full store stops all streams.",
        "Give every stream max_bytes; raise fileStore to heal a full store.",
    ),
    "file-store-without-headroom": (
        "warning",
        "fileStore is more than the file system of the volume is sure to hold, so the disk can be full first.",
        "Write the share that the message names, once the servers store and reserve less than that.",
    ),
    "file-store-above-claim": (
        "error",
        "fileStore is larger than the volume.",
        "Write a share of at most 100%, or a smaller size.",
    ),
    "request-above-limit": (
        "error",
        "A resource request is above its limit.",
        "Write a smaller request, or raise the limit.",
    ),
    "resource-claims": (
        "error",
        "A claim on a device cannot be rendered: the pod has no entry for it.",
        "Remove spec.resources.claims.",
    ),
    "resource-left-out": (
        "warning",
        "The operator ignores this resource, and so does profile nats-manager.",
        "Use profile hardened to keep it, or remove it.",
    ),
    "label-key": ("error", "A key is no label key.", 'Write [prefix/]name with letters, digits, "-", "_" and ".".'),
    "label-value": ("error", "A value is no label value.", 'Write at most 63 letters, digits, "-", "_" and ".".'),
    "selector-label": ("error", "The label selects the pods, and a selector can never change.", "Remove it."),
    "annotation-key": (
        "error",
        "A key is no annotation key.",
        'Write [prefix/]name with letters, digits, "-", "_" and ".".',
    ),
    "annotations-too-long": (
        "error",
        "All annotations of an object together are longer than the API server takes.",
        "Shorten those of the NATS.",
    ),
    "object-too-large": (
        "error",
        "An object is larger than the API server stores (1 MiB).",
        "Shorten labels, annotations, resources or imagePullSecrets.",
    ),
    "host-name-too-long": (
        "error",
        "The names by which servers find each other are longer than a name in DNS may be.",
        "Shorten the name of the NATS, its namespace or clusterDomain.",
    ),
    "reserved-annotation": (
        "error",
        "The annotation steers krmfn or its hosts and would hide or misplace an object.",
        "Remove it.",
    ),
    "substitution-marker": (
        "error",
        "A value holds ${ or $$, which Flux would replace after the render.",
        "Write it without.",
    ),
    "nats-image-too-old": (
        "error",
        "The image is of a nats-server that lacks the health checks by which Kubernetes judges the pods.",
        "Write an image of 2.9.10 or newer.",
    ),
    "priority-class-not-among-items": (
        "info",
        "The pods name a PriorityClass that is not among the items; without it in the cluster no pod is made.",
        "Make sure that it is in the cluster, or set priorityClass.",
    ),
    "secret-not-among-items": (
        "info",
        "The Secret of the system account is not among the items, so nothing can be said about it.",
        "Make sure that it is in the cluster before the first pod starts.",
    ),
    "competing-secret": (
        "error",
        "krmfn would render what makes the Secret of the system account, and another object makes the same one.",
        "Set secretMode: existing, or remove the other object.",
    ),
    "conflicting-annotation": (
        "error",
        "The NATS has an annotation that protect writes with another value.",
        "Remove the annotation, or leave protect out.",
    ),
    "secret-without-key": (
        "error",
        "The Secret of the system account lacks the key resolver.conf, so the server would not start.",
        "Add the key.",
    ),
}
