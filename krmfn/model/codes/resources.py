"""What the codes of findings about the fields of a NATS mean."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.model.codes.files import Meaning

RESOURCES: dict[str, Meaning] = {
    "wrong-type": (
        "error",
        "A value has the wrong type.",
        "Use the type that the message names; quote strings that look like numbers.",
    ),
    "unknown-field": (
        "error",
        "Unknown field, or a field at the wrong level.",
        "Remove it, or use the field that the message proposes.",
    ),
    "missing-field": ("error", "A required field is missing.", "Set it."),
    "unsupported-value": (
        "error",
        "The value is not one of those that the field allows.",
        "Use one of the values in the message.",
    ),
    "pattern-mismatch": (
        "error",
        "A size is not a Kubernetes quantity.",
        "Use a number and a unit, such as 512Mi or 1Gi.",
    ),
    "above-maximum": (
        "error",
        "A number is larger than the field allows.",
        "Use at most the number in the message.",
    ),
    "below-minimum": (
        "error",
        "A number is smaller than the field allows.",
        "Use at least the number in the message.",
    ),
    "invalid-name": (
        "error",
        "A name breaks the rules of Kubernetes or NATS.",
        'Use lower case letters, digits, "-" and ".", or the name that the message proposes.',
    ),
    "live-object": (
        "warning",
        "The NATS is a dump of a live object. The API server ignores or rejects what it wrote itself, such as uid.",
        "Remove the fields that the message names, or run krmfn fix.",
    ),
    "duplicate-entry": ("error", "Two entries of a list have the same name.", "Remove one of the two."),
    "even-cluster-size": (
        "error, warning",
        "An even size costs one more server and tolerates no more failures.",
        "Use 3 or 5.",
    ),
    "memory-storage-size-0": (
        "error",
        "Memory storage is enabled with size 0.",
        "Set enabled: false, or a size such as 1Gi.",
    ),
    "cluster-size-to-1": (
        "error, warning",
        "A cluster of several servers would become one server, which loses its streams.",
        "Keep the size, or build a new cluster; to go on, annotate the NATS with krmfn.dev/allow and this code.",
    ),
    "file-storage-size-changed": (
        "error, warning",
        "The same size of the file store is written differently, which an API server with the CRD rejects.",
        "Keep the size as it was written; to go on, annotate the NATS with krmfn.dev/allow and this code.",
    ),
    "storage-class-changed": (
        "error, warning",
        "The StorageClass would change, and the claims of a StatefulSet are immutable.",
        "Keep the StorageClass; to go on, annotate the NATS with krmfn.dev/allow and this code.",
    ),
    "cr-name": (
        "error",
        "The name of the NATS cannot be used for a StatefulSet.",
        'Use lower case letters, digits and "-".',
    ),
    "cr-name-too-long": (
        "error",
        "The name is so long that the API server would reject the pods of the StatefulSet.",
        "Shorten the name of the NATS.",
    ),
    "cr-name-starts-with-digit": (
        "error, warning",
        "Before Kubernetes 1.36, the name of a Service must not start with a digit.",
        "Start the name with a letter, or set kubernetesVersion.",
    ),
    "namespace": ("error", "The value is not a valid namespace name.", 'Use a-z, 0-9 and "-".'),
    "namespace-missing": (
        "error",
        "Profile nats-manager needs a namespace for nats.conf, and none is set.",
        "Set metadata.namespace, or -n on the command line.",
    ),
    "storage-class-name": (
        "error",
        "The value is not a valid StorageClass name.",
        'Use lower case letters, digits, "-" and ".".',
    ),
    "not-a-quantity": ("error", "A value is not a quantity.", "Use a number and a unit, such as 500m or 1Gi."),
    "size-too-small": ("error", "A size is negative, or leaves no room for the store.", "Use a size such as 1Gi."),
    "implausible-resource": (
        "warning",
        "An amount of CPU, memory or storage is far from what a server can use; its unit is probably wrong or missing.",
        "Write cores for CPU (500m, 2) and a unit for memory and storage (512Mi, 10Gi); `fileStore` also takes 85%.",
    ),
    "ephemeral-storage-too-small": (
        "error, warning",
        "A limit of ephemeral storage is below the logs that the kubelet keeps of a container; it evicts such pods.",
        "Write 64Mi or more; also count emptyDir volumes.",
    ),
    "image-not-fixed": (
        "error, warning",
        "An image has no tag or the tag latest, so a restart may start another version.",
        "Write a tag of a version, or a digest.",
    ),
    "fraction-of-a-byte": (
        "error",
        "A size is not a whole number of bytes.",
        "Use the size that the message proposes.",
    ),
    "negative-resource": ("error", "A resource is negative.", "Use 0 or more."),
    "below-provider-minimum": (
        "error",
        "The volume is smaller than the provider's minimum.",
        "Use at least the size in the message.",
    ),
    "memory-storage-off": (
        "warning",
        "Memory storage is enabled, but size 0 switches it off.",
        "Set enabled: false instead.",
    ),
    "memory-store-at-limit": (
        "warning",
        "The memory store takes more than a third of the memory limit, and small messages need three times their size.",
        "Raise the limit to three times memStorage.size, or lower memStorage.size.",
    ),
    "memory-store-size": (
        "info",
        "memStorage.size is not set and the default is too large: the memory store gets a third of the memory limit.",
        "Nothing. Set memStorage.size to choose a size.",
    ),
    "file-store-headroom": (
        "info",
        "The limit of the file store is below the size of its volume, so the store is full before the disk is.",
        "Nothing. Set max_bytes on every stream: a full store stops all streams. Raise fileStore to repair one.",
    ),
    "file-store-below-eventing": (
        "info",
        "The file store is too small for the stream of Kyma Eventing, which the volume could hold.",
        "With Kyma Eventing use a larger volume; else nothing.",
    ),
    "file-store-without-headroom": (
        "warning",
        "fileStore is close to the size of the volume, so the disk can be full before the store.",
        "Use the percentage in the message once the servers store and reserve less than that.",
    ),
    "file-store-above-claim": (
        "error",
        "fileStore is larger than the volume.",
        "Use at most 100%, or a smaller size.",
    ),
    "request-above-limit": (
        "error",
        "A resource request is above its limit.",
        "Lower the request, or raise the limit.",
    ),
    "resource-claims": (
        "error",
        "Resource claims of devices cannot be rendered: the pod has no resourceClaims entry for them.",
        "Remove spec.resources.claims.",
    ),
    "resource-left-out": (
        "warning",
        "The operator ignores this resource, and so does profile nats-manager.",
        "Use profile hardened to keep it, or remove it.",
    ),
    "label-key": (
        "error, warning",
        "A key is not a valid label key.",
        'Use [prefix/]name with letters, digits, "-", "_" and ".".',
    ),
    "label-value": (
        "error, warning",
        "A value is not a valid label value.",
        'Use at most 63 letters, digits, "-", "_" and ".".',
    ),
    "selector-label": ("error", "The label is part of the pod selector, which is immutable.", "Remove it."),
    "annotation-key": (
        "error, warning",
        "A key is not a valid annotation key.",
        'Use [prefix/]name with letters, digits, "-", "_" and ".".',
    ),
    "unknown-annotation": (
        "warning",
        "An annotation of the NATS begins with `krmfn.dev/`, but krmfn does not read it; it is probably misspelled.",
        "Write `krmfn.dev/allow` for the codes of allowed changes, or remove the annotation.",
    ),
    "annotations-too-long": (
        "error",
        "The annotations of an object are larger than the API server allows.",
        "Shorten those of the NATS.",
    ),
    "object-too-large": (
        "error",
        "An object is larger than the API server accepts (1 MiB).",
        "Shorten labels, annotations, resources or imagePullSecrets.",
    ),
    "host-name-too-long": (
        "error",
        "The DNS names of the servers are longer than DNS allows.",
        "Shorten the name of the NATS, its namespace or clusterDomain.",
    ),
    "reserved-annotation": (
        "error",
        "The annotation controls krmfn, kpt or kustomize and would hide or misplace an object.",
        "Remove it.",
    ),
    "substitution-marker": (
        "error",
        "A value contains ${ or $$, which Flux would substitute after the render.",
        "Remove it.",
    ),
    "nats-image-too-old": (
        "error",
        "This nats-server image lacks the health endpoint that the probes use.",
        "Use nats-server 2.9.10 or newer.",
    ),
    "priority-class-not-among-items": (
        "info",
        "The PriorityClass of the pods is not in the input. If the cluster does not have it, no pod is created.",
        "Check that the cluster has it, or set priorityClass.",
    ),
    "secret-not-among-items": (
        "info",
        "The Secret of the system account is not in the input, so it cannot be checked.",
        "Create it before you apply, or pods wait for it.",
    ),
    "competing-secret": (
        "error",
        "Another object in the input creates the same Secret of the system account that krmfn would render.",
        "Set secretMode: existing, or remove the other object.",
    ),
    "conflicting-annotation": (
        "error",
        "The NATS sets an annotation to another value than protect: true does.",
        "Remove the annotation, or protect.",
    ),
    "secret-without-key": (
        "error",
        "The Secret of the system account has no key resolver.conf, so servers would not start.",
        "Add the key.",
    ),
}
