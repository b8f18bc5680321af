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
        "error, warning",
        "A nats.conf cannot be read: servers do not start with it, and what a change of it does is not known.",
        f"Check it with nats-server -t; to go on with a change, {_ALLOW}",
    ),
    "setting-unknown": (
        "warning",
        "A setting of nats.conf is not one of nats-server 2.14: a server that does not know it does not start again.",
        f"Check it with nats-server -t of the version that runs; to go on, {_ALLOW}",
    ),
    "file-not-mounted": (
        "warning",
        "nats.conf names a file that no volume of the pods holds: servers do not start again.",
        f"Mount the file first; to go on, {_ALLOW}",
    ),
    "route-tls-one-step": (
        "warning",
        "TLS between servers comes in the same step as its files: a server that restarts cannot join the others.",
        f"Mount the files in one step and set cluster.tls in the next; to go on, {_ALLOW}",
    ),
    "clients-cut": (
        "warning",
        "Clients that connect today would be refused: by TLS, a certificate or credentials that they lack.",
        f"Change the clients first; to go on, {_ALLOW}",
    ),
    "authentication-removed": (
        "warning",
        "Everybody could connect without credentials.",
        f"Keep accounts or authorization; to go on, {_ALLOW}",
    ),
    "account-removed": (
        "warning",
        "An account, or its JetStream, would be removed: its clients are refused, or its streams are hidden.",
        f"Keep it until nothing uses it; to go on, {_ALLOW}",
    ),
    "listener-changed": (
        "warning",
        "Servers would no longer listen on a port that others connect to.",
        f"Keep the port; to go on, {_ALLOW}",
    ),
    "jetstream-removed": (
        "warning",
        "JetStream would be off after the next restart: no stream answers.",
        f"Keep the jetstream block; to go on, {_ALLOW}",
    ),
    "domain-changed": (
        "warning",
        "The JetStream domain would change: who names the old one gets no answer.",
        f"Keep the domain; to go on, {_ALLOW}",
    ),
    "gateway-removed": (
        "warning",
        "A cluster would leave others that JetStream's meta group still counts for its quorum.",
        f"Remove the peers that leave; to go on, {_ALLOW}",
    ),
    "service-removed": (
        "warning",
        "A Service would be removed: its name is no longer resolved.",
        f"Keep it until nothing connects by its name; to go on, {_ALLOW}",
    ),
    "service-port-removed": (
        "warning",
        "A Service would lose a port that clients or servers connect to.",
        f"Keep the port; to go on, {_ALLOW}",
    ),
    "service-port-changed": (
        "warning",
        "A port of a Service would lead to a port that the pods do not have, or to another one.",
        f"Keep the port that it leads to, by its number; to go on, {_ALLOW}",
    ),
    "service-cuts": (
        "warning",
        "A Service would no longer be reached from where it is reached today.",
        f"Move the clients first; to go on, {_ALLOW}",
    ),
    "selector-misses": (
        "warning",
        "A Service would no longer find the pods.",
        f"Keep a selector that finds them; to go on, {_ALLOW}",
    ),
    "object-removed": (
        "warning",
        "An object would be removed that pods need to start, or by which clients come.",
        f"Keep it while something uses it; to go on, {_ALLOW}",
    ),
    "key-removed": (
        "warning",
        "A file or variable would be removed that pods need to start.",
        f"Keep the key; to go on, {_ALLOW}",
    ),
    "budget-removed": (
        "warning",
        "A drain could take so many servers at once that JetStream loses its quorum.",
        f"Keep a PodDisruptionBudget of maxUnavailable 1; to go on, {_ALLOW}",
    ),
    "policy-cuts": (
        "warning",
        "A NetworkPolicy, or a rule that krmfn does not read, would refuse connections that are let in today.",
        f"List everybody who connects; to go on, {_ALLOW}",
    ),
    "mutual-tls-changed": (
        "warning",
        "Sidecars of clients would speak to the servers in another way, TLS or plain, than the one that works.",
        f"Keep the DestinationRule and its mode; to go on, {_ALLOW}",
    ),
    "servers-stopped": (
        "warning",
        "A StatefulSet would have no replica: every server stops.",
        f"Keep the servers; to go on, {_ALLOW}",
    ),
    "rollout-breaks-quorum": (
        "warning",
        "A rolling restart could take so many servers at once that JetStream loses its quorum.",
        f"Keep maxUnavailable 1; to go on, {_ALLOW}",
    ),
    "claim-renamed": (
        "error, warning",
        "The claim template would get another name: the pods get new, empty volumes.",
        f"Keep the claim's name; to go on, {_ALLOW}",
    ),
    "claim-removed": (
        "error, warning",
        "A claim or a volume would be deleted.",
        f"Keep it; to go on, {_ALLOW}",
    ),
    "namespace-removed": (
        "error, warning",
        "A namespace would be deleted, and everything in it.",
        f"Keep it; to go on, {_ALLOW}",
    ),
    "definition-removed": (
        "error, warning",
        "A CustomResourceDefinition would be deleted, and with it every object of its kind.",
        f"Keep it; to go on, {_ALLOW}",
    ),
    "server-renamed": (
        "error, warning",
        "Servers would get other names: to JetStream they are new peers without data, and streams stop to answer.",
        f"Keep the names of the servers; to go on, {_ALLOW}",
    ),
    "cluster-block-removed": (
        "error, warning",
        "Servers would stop being one cluster, and the replicas of a stream go apart.",
        f"Keep the cluster block; to go on, {_ALLOW}",
    ),
    "clusters-joined": (
        "error, warning",
        "A gateway would join two clusters with JetStream, and one of the two deletes its streams.",
        f"Create the other cluster with its gateway, or use leafnodes; to go on, {_ALLOW}",
    ),
    "encryption-key-changed": (
        "error, warning",
        "The key of JetStream's files would change, and servers cannot read what they have.",
        f"Keep the old key as prev_key until every server has restarted; to go on, {_ALLOW}",
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
    "effect-unknown": (
        "warning",
        "An object of a kind that krmfn does not know was changed or removed. Its controller may delete what it made.",
        "See what its controller does, or leave the object out (--exclude). `--fail-on` fails whatever its class.",
    ),
    "unnamed-resource": (
        "warning",
        "An object without a name (generateName) is not listed in kustomization.yaml, since kustomize refuses it.",
        "Give it a name, or create it yourself (kubectl create -f).",
    ),
    "comments-removed": (
        "info",
        "Rendered files had comments that the new render does not have.",
        "Write them into the NATS or its file.",
    ),
    "stale-render": (
        "warning",
        "Rendered objects beside a NATS are not what it renders. `diff` compares them: they are what is applied.",
        "Render them again, or give the settings that they were rendered with.",
    ),
    "unbuilt-change": (
        "warning",
        "A file of kustomize or kpt changed, and with it what is applied of the files that are compared.",
        "Build both states (kustomize build, kpt fn render) and compare what that prints.",
    ),
    "unbuilt-steps": (
        "info",
        "A file of kustomize or kpt changes what is applied, in both states alike.",
        "Nothing; to see the whole effect, build both states and compare what that prints.",
    ),
    "mixed-state": (
        "error",
        "Some objects of a NATS are from a dump of a cluster, and others are not.",
        "Compare a dump alone, or remove metadata.uid from the files.",
    ),
    "incomplete-dump": (
        "error",
        "A dump has some objects of a NATS, but not its StatefulSet or its ConfigMap.",
        "Dump all objects of the NATS.",
    ),
    "nothing-to-compare": ("error", "A state holds no object.", "Write a path that holds NATS or objects."),
    "git-failed": ("error", "Git cannot read the revision.", "Mend what the message names."),
}
