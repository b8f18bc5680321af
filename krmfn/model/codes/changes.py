"""What the codes of findings about a change mean: what the step from the earlier state would do."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.model.codes.files import Meaning

_ALLOW = "annotate the NATS with krmfn.dev/allow and this code."
CHANGES: dict[str, Meaning] = {
    "scale-from-one": (
        "error, warning",
        "A single server would become a cluster, and its streams are deleted when it joins.",
        f"Back up the streams and restore them; to go on, {_ALLOW}",
    ),
    "scale-down": (
        "error, warning",
        "Servers would be removed with their replicas, but still count as voters of JetStream's meta group.",
        f"Move the streams away and remove the peers; to go on, {_ALLOW}",
    ),
    "claim-grown": (
        "error, warning",
        "The claims of a StatefulSet would grow, and its claim template is immutable.",
        f"Grow the claims, delete the StatefulSet with --cascade=orphan, apply; to go on, {_ALLOW}",
    ),
    "claim-shrunk": (
        "error, warning",
        "The claims of a StatefulSet would shrink, and volumes cannot shrink.",
        f"Keep the size, or build a new cluster; to go on, {_ALLOW}",
    ),
    "claim-template-changed": (
        "error, warning",
        "The claim template would change, and it is immutable.",
        f"Delete the StatefulSet with --cascade=orphan, apply; to go on, {_ALLOW}",
    ),
    "claims-deleted": (
        "error, warning",
        "Volumes would be deleted together with their pods.",
        f"Keep Retain; to go on, {_ALLOW}",
    ),
    "servers-removed": (
        "error, warning",
        "A StatefulSet would be deleted, with every server and all data in memory.",
        f"Back up the streams; to go on, {_ALLOW}",
    ),
    "ordinals-changed": (
        "error, warning",
        "Pods would get other ordinals, and so other volumes.",
        f"Keep spec.ordinals; to go on, {_ALLOW}",
    ),
    "cluster-renamed": (
        "error, warning",
        "The cluster's name would change, which splits a running cluster.",
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
        (
            "Running servers reject a larger store limit on a reload; no change in nats.conf takes effect until they"
            " restart."
        ),
        "Restart the servers after the apply.",
    ),
    "setting-reload-rejected": (
        "warning",
        "Running servers reject the setting on a reload; no change in nats.conf takes effect until they restart.",
        "Restart the servers after the apply.",
    ),
    "conf-unreadable": (
        "error, warning",
        "A nats.conf cannot be parsed: servers do not start with it, and the effect of a change of it is unknown.",
        f"Check it with nats-server -t; to go on with a change, {_ALLOW}",
    ),
    "route-tls-one-step": (
        "warning",
        "TLS between servers is set in the same step as its files: a server that restarts cannot join the others.",
        f"Mount the files in one step and set cluster.tls in the next; to go on, {_ALLOW}",
    ),
    "clients-cut": (
        "warning",
        "Clients that connect today would be refused, because they lack TLS, a certificate or credentials.",
        f"Change the clients first; to go on, {_ALLOW}",
    ),
    "authentication-removed": (
        "warning",
        "Anyone could connect without credentials.",
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
        "The JetStream domain would change: clients that use the old one get no answer.",
        f"Keep the domain; to go on, {_ALLOW}",
    ),
    "gateway-removed": (
        "warning",
        "A cluster would leave a supercluster, but JetStream's meta group still counts its servers for the quorum.",
        f"Remove its peers; to go on, {_ALLOW}",
    ),
    "service-removed": (
        "warning",
        "A Service would be removed: its DNS name no longer resolves.",
        f"Keep it until no client uses its name; to go on, {_ALLOW}",
    ),
    "service-port-removed": (
        "warning",
        "A Service would lose a port that clients or servers connect to.",
        f"Keep the port; to go on, {_ALLOW}",
    ),
    "service-port-changed": (
        "warning",
        "The targetPort of a Service would be another port, or one that the pods do not have.",
        f"Keep the targetPort, as a number; to go on, {_ALLOW}",
    ),
    "service-cuts": (
        "warning",
        "A Service would no longer be reachable from some clients.",
        f"Move the clients first; to go on, {_ALLOW}",
    ),
    "selector-misses": (
        "warning",
        "The selector of a Service would no longer match the pods.",
        f"Keep a selector that matches them; to go on, {_ALLOW}",
    ),
    "object-removed": (
        "warning",
        "An object would be removed that pods need to start or clients need to connect.",
        f"Keep it while something uses it; to go on, {_ALLOW}",
    ),
    "key-removed": (
        "warning",
        "A file or variable would be removed that pods need to start.",
        f"Keep the key; to go on, {_ALLOW}",
    ),
    "budget-removed": (
        "warning",
        "A PodDisruptionBudget would no longer guard the servers: a drain could evict all of them at once.",
        f"Keep a PodDisruptionBudget of maxUnavailable 1; to go on, {_ALLOW}",
    ),
    "policy-cuts": (
        "warning",
        "A NetworkPolicy, or a policy that krmfn does not know, would block connections that are allowed today.",
        f"Allow every client that connects; to go on, {_ALLOW}",
    ),
    "mutual-tls-changed": (
        "warning",
        "Istio sidecars of clients would switch between TLS and plain text, and the servers do not.",
        f"Keep the DestinationRule and its mode; to go on, {_ALLOW}",
    ),
    "servers-stopped": (
        "warning",
        "A StatefulSet would have 0 replicas: every server stops.",
        f"Keep the servers; to go on, {_ALLOW}",
    ),
    "zone-rule-stricter": (
        "warning",
        "The zone rule becomes stricter; a server whose volume is where the rule allows no more stays Pending.",
        f"Look up the zones of the pods first, or keep zoneSpread preferred; to go on, {_ALLOW}",
    ),
    "claim-renamed": (
        "error, warning",
        "The claim template would be renamed: the pods get new, empty volumes.",
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
        "Servers would be renamed: JetStream sees new peers without data, and streams stop answering.",
        f"Keep the names of the servers; to go on, {_ALLOW}",
    ),
    "cluster-block-removed": (
        "error, warning",
        "Servers would no longer form one cluster, and the replicas of a stream diverge.",
        f"Keep the cluster block; to go on, {_ALLOW}",
    ),
    "clusters-joined": (
        "error, warning",
        "A gateway would join two JetStream clusters, and one of them deletes its streams.",
        f"Create the other cluster with its gateway, or use leafnodes; to go on, {_ALLOW}",
    ),
    "encryption-key-changed": (
        "error, warning",
        "The encryption key of JetStream would change, and servers cannot read their files.",
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
        "Flux keeps the ExternalSecret of the previous secretMode in the cluster, and it still writes the Secret.",
        "After the apply, delete it but keep the Secret: run the command in the message.",
    ),
    "secret-removed": (
        "warning",
        "The Secret that the StatefulSet mounts would be removed: running pods keep it, but no pod can restart.",
        "Protect the Secret in the cluster from removal, or create the new one first; see the message.",
    ),
    "manual-fields-removed": (
        "warning",
        (
            "A rendered object has fields that krmfn does not render, or not without a key. They were added by hand,"
            " and the render removes them."
        ),
        "Set the key that the message names; set other fields in a function or an overlay that runs after krmfn.",
    ),
    "unknown-allow": (
        "warning",
        "krmfn.dev/allow has an unknown code.",
        "Use a code from an error.",
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
        "Rendered objects next to a NATS are not what it renders. `diff` compares them: they are what is applied.",
        "Render them again, or give the settings that they were rendered with.",
    ),
    "unbuilt-change": (
        "warning",
        "A file of kustomize or kpt changed, and with it what is applied of the files that are compared.",
        "Build both states (kustomize build, kpt fn render) and compare the output.",
    ),
    "unbuilt-steps": (
        "info",
        "A file of kustomize or kpt changes what is applied, in both states alike.",
        "Nothing. To see the whole effect, build both states and compare the output.",
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
    "nothing-to-compare": ("error", "A state has no object.", "Use a path with NATS or rendered objects."),
    "git-failed": ("error", "Git cannot read the revision.", "Fix what the message names."),
}
