"""What the codes of findings about a change mean: what the step from the earlier state would do."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    Meaning: TypeAlias = tuple[str, str, str]

_ALLOW = "annotate the NATS with krmfn.dev/allow and this code."
CHANGES: dict[str, Meaning] = {
    "scale-from-one": (
        "error, warning",
        "A single server would become a cluster, and its streams are deleted when it joins.",
        f"Back up the streams and restore them; to go on, {_ALLOW}",
    ),
    "scale-down": (
        "error, warning",
        "Servers would go that stay voters of JetStream's meta group, and with them the replicas that they hold.",
        f"Move the streams away and remove the peers; to go on, {_ALLOW}",
    ),
    "claim-grown": (
        "error, warning",
        "The claims of a StatefulSet would grow, and its claim template is immutable.",
        f"Grow the claims, delete the StatefulSet with --cascade=orphan, apply; to go on, {_ALLOW}",
    ),
    "claim-shrunk": (
        "error, warning",
        "The claims of a StatefulSet would shrink, which no volume does.",
        f"Keep the size, or plan a new cluster; to go on, {_ALLOW}",
    ),
    "claim-template-changed": (
        "error, warning",
        "The claim template would change, and it is immutable.",
        f"Delete the StatefulSet with --cascade=orphan, apply; to go on, {_ALLOW}",
    ),
    "claims-deleted": (
        "error, warning",
        "Volumes would from now on be deleted with their pods.",
        f"Keep Retain; to go on, {_ALLOW}",
    ),
    "servers-removed": (
        "error, warning",
        "A StatefulSet would go, and with it every server and what is in memory.",
        f"Back up the streams; to go on, {_ALLOW}",
    ),
    "ordinals-changed": (
        "error, warning",
        "Pods would get other numbers, and so other volumes.",
        f"Keep spec.ordinals; to go on, {_ALLOW}",
    ),
    "cluster-renamed": (
        "error, warning",
        "The cluster's name would change, which splits a cluster that runs.",
        f"Keep clusterName; to go on, {_ALLOW}",
    ),
    "store-dir-changed": (
        "error, warning",
        "Servers would start with an empty store in another directory.",
        f"Keep the directory; to go on, {_ALLOW}",
    ),
    "file-store-lowered": (
        "error, warning",
        "The limit of the file store would fall; a server that stores or reserves more does not come back healthy.",
        f"Keep the limit with fileStore, or check every server first; to go on, {_ALLOW}",
    ),
    "memory-store-lowered": (
        "error, warning",
        "The limit of the memory store would fall; streams in memory that hold more are lost when the servers restart.",
        f"Keep memStorage.size, or check every server first; to go on, {_ALLOW}",
    ),
    "store-limit-reload-rejected": (
        "warning",
        "Running servers do not take the larger limit of a store, nor anything else that changes in nats.conf.",
        "Restart the servers after the apply.",
    ),
    "setting-reload-rejected": (
        "warning",
        "Running servers reject the new setting, and everything else that changes in nats.conf.",
        "Restart the servers after the apply.",
    ),
    "conf-unreadable": (
        "warning",
        "The earlier or the new nats.conf cannot be read, so nothing can be said about the change.",
        "Look at both.",
    ),
    "selector-changed": (
        "error, warning",
        "A selector would change, or no longer match, and it is immutable.",
        f"Delete the StatefulSet with --cascade=orphan, apply; to go on, {_ALLOW}",
    ),
    "service-name-changed": (
        "error, warning",
        "serviceName would change, and it is immutable.",
        f"Delete the StatefulSet with --cascade=orphan, apply; to go on, {_ALLOW}",
    ),
    "pod-management-changed": (
        "error, warning",
        "podManagementPolicy would change, and it is immutable.",
        f"Delete the StatefulSet with --cascade=orphan, apply; to go on, {_ALLOW}",
    ),
    "cluster-ip-changed": (
        "error, warning",
        "The address of a Service would change, and it is immutable.",
        f"Delete the Service, apply; to go on, {_ALLOW}",
    ),
    "immutable-object": (
        "error, warning",
        "An immutable object would change.",
        f"Delete it, apply; to go on, {_ALLOW}",
    ),
    "external-secret-left": (
        "warning",
        "Flux leaves the ExternalSecret of the mode before in the cluster, and it goes on writing the Secret.",
        "Delete it after the apply without the Secret, as the message says.",
    ),
    "secret-removed": (
        "warning",
        "The Secret that the StatefulSet mounts goes with what made it: pods keep theirs, but none can start again.",
        "Keep the Secret in the cluster from being removed, or have the new one ready; see the message.",
    ),
    "manual-fields-removed": (
        "warning",
        "A rendered object has fields that krmfn never renders: they were added by hand, and the render removes them.",
        "Set them in a function or an overlay that runs after krmfn.",
    ),
    "unknown-allow": (
        "warning",
        "krmfn.dev/allow names what is no code of a change.",
        "Write the code that an error names.",
    ),
    "nothing-to-compare": ("error", "A state holds no object.", "Write a path that holds NATS or objects."),
    "git-failed": ("error", "Git cannot read the revision.", "Mend what the message names."),
}
