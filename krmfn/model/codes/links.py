"""What the codes of findings about final objects mean: objects that do not fit each other, or their nats.conf."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.model.codes.files import Meaning

_AGAIN = "Correct the patch, or change the NATS and render again."
LINKS: dict[str, Meaning] = {
    "link-selector": (
        "error, warning",
        "A selector does not match the pods that it is for, or matches those of two clusters.",
        "Write the labels of the pod template.",
    ),
    "link-no-pods": (
        "error",
        "A Service, PodDisruptionBudget, NetworkPolicy or PodMonitor selects no pods among the objects.",
        "Write the labels of the pods, and the same namespace.",
    ),
    "link-port": (
        "error, warning",
        "A port of a Service, probe, PodMonitor or exporter leads to a port that the pods do not have.",
        "Write the name or number of a port that the pods have and nats.conf opens.",
    ),
    "link-local": (
        "warning",
        "A Service leads only to pods of the client's own node, and other nodes have clients too.",
        "Write internalTrafficPolicy: Cluster.",
    ),
    "one-node": (
        "error",
        "All servers run on one node, which nodeName names, and its loss stops JetStream.",
        "Remove nodeName; use pod.nodeSelector or pod.nodeAffinity.",
    ),
    "link-port-twice": (
        "warning",
        "A PodMonitor scrapes every pod more than once, since two containers declare the port.",
        "Keep one container by a relabeling with action keep.",
    ),
    "link-probe": (
        "error",
        "A probe of the servers uses a path or a scheme that nats-server does not answer.",
        "Write the path and the scheme that the message names.",
    ),
    "link-policy-port": (
        "error, warning",
        "NetworkPolicies keep servers from clients, exporters or each other, or from DNS and hosts in nats.conf.",
        "Add a rule for them; in a RenderNATS, networkPolicyTo.others.",
    ),
    "link-reference": (
        "error, info",
        "Pods name a ConfigMap, Secret, key or ServiceAccount that is not among the objects.",
        "Write the name of one that is; an info asks you to make sure that the cluster has it.",
    ),
    "link-unused": ("warning", "No pod uses a ConfigMap or Secret that krmfn rendered.", _AGAIN),
    "link-volume": (
        "error",
        "A container mounts a volume that its pod does not have; the API server refuses the pods.",
        "Write the name of a volume or of a claim template.",
    ),
    "link-service-name": (
        "error",
        "The Service for the DNS names of the servers is missing, not headless, or not the one in serviceName.",
        "Keep the headless Service, and its name in serviceName and CLUSTER_ADVERTISE.",
    ),
    "link-not-ready": (
        "error, warning",
        "The headless Service hides servers that are not ready, and they must find each other before they are.",
        "Write publishNotReadyAddresses: true.",
    ),
    "link-host": (
        "error",
        "A DestinationRule or an exporter uses a host that is not a Service or server of these objects.",
        "Write the host of the Service; a namespace that is set after the render does not change it.",
    ),
    "link-mutual-tls": (
        "error",
        "A DestinationRule makes clients use TLS towards pods without a sidecar.",
        "Write mode: DISABLE.",
    ),
    "link-alert": ("error", "An alert asks for another namespace or other pods than those of the servers.", _AGAIN),
    "link-autoscaler": ("warning", "An autoscaler changes the number of servers or their memory.", "Remove it."),
    "promql": (
        "error",
        "A bracket or quote of an alert's expression is not closed; Prometheus refuses the rules.",
        "Close it; promtool check rules shows details.",
    ),
    "two-service-accounts": (
        "warning",
        "serviceAccount, which is deprecated, and serviceAccountName differ.",
        "Remove serviceAccount.",
    ),
    "conf-missing": (
        "error",
        "The file that servers read their configuration from is not mounted, or the mounted object does not have it.",
        _AGAIN,
    ),
    "server-program": (
        "error",
        "The command of the servers starts with a program that their image does not have.",
        "Write nats-server.",
    ),
    "conf-route": (
        "error",
        "The routes of nats.conf do not match the pods: wrong number, name, Service, namespace or port.",
        "Render it for as many servers; replicas alone change nothing in nats.conf.",
    ),
    "conf-identity": (
        "error",
        "All servers would have the same name, or advertise the same host.",
        "Set server_name and cluster_advertise from $(POD_NAME).",
    ),
    "conf-variable": (
        "error, info",
        "nats.conf uses a variable that the container does not set; nats-server does not start.",
        "Add it to env.",
    ),
    "conf-port": (
        "error",
        "A port of the container has another number than nats.conf opens.",
        "Write the same number in both.",
    ),
    "conf-store-dir": (
        "error",
        "The store is not on a volume that outlives the pod, or cannot be written.",
        "Mount the claim template at jetstream.store_dir.",
    ),
    "store-over-claim": (
        "error",
        "jetstream.max_file_store is larger than the volume.",
        "Write a smaller store or a larger claim.",
    ),
    "conf-jetstream": (
        "error",
        "nats.conf does not enable JetStream, but the servers have a volume for it.",
        "Keep the block jetstream.",
    ),
    "store-not-writable": (
        "warning",
        "The servers run as a user that cannot write to the volume: no fsGroup, or another user than the one before.",
        "Write securityContext.fsGroup, as krmfn renders it, and keep runAsUser.",
    ),
    "conf-include": (
        "error, warning",
        "nats.conf includes a file that no mounted object has; nats-server does not start.",
        "Keep the key resolver.conf of the Secret, and its mount.",
    ),
    "conf-file": (
        "error, warning",
        "nats.conf names a certificate or another file that is not mounted; nats-server does not start.",
        "Mount it in the server and in the reloader; in a RenderNATS, add it to pod.volumes.",
    ),
    "conf-process-id": (
        "error",
        "The reloader cannot signal the server: another file, another volume, or no shared process namespace.",
        "Mount one volume at pid_file in both containers, and set shareProcessNamespace: true.",
    ),
    "conf-not-watched": (
        "warning",
        "The reloader does not mount a file that nats.conf names, so a change of it is never loaded.",
        "Mount the volume in the reloader too.",
    ),
    "conf-overridden": (
        "warning",
        "An option of the command line overrides a setting of nats.conf.",
        "Remove the option, and write the value in nats.conf.",
    ),
    "certificate-usages": (
        "error",
        "A Certificate lacks the usage that TLS asks for: server auth, and for routes client auth too.",
        "Add the usage.",
    ),
    "certificate-hosts": (
        "error, warning",
        "A Certificate is not for the names by which clients or other servers reach the servers.",
        "Add the names to its dnsNames.",
    ),
    "certificate-renewal": (
        "error",
        "A Certificate would be renewed before it becomes valid; cert-manager refuses it.",
        "Write a renewBefore that is shorter than duration.",
    ),
    "exporter-missing": (
        "warning",
        "Some servers have no exporter that runs, while others have one.",
        "Render again.",
    ),
    "probe-missing": (
        "warning",
        "A probe is missing: without a readinessProbe restarts do not wait, without a startupProbe slow starts fail.",
        "Keep the probe that krmfn renders.",
    ),
    "probe-too-strict": (
        "warning",
        "The livenessProbe fails while a stream catches up, and the kubelet kills the server.",
        "Write /healthz?js-enabled-only=true.",
    ),
    "dns-policy": (
        "error",
        "The servers do not ask the DNS of the cluster, so they do not find each other.",
        "Write dnsPolicy: ClusterFirst, with hostNetwork ClusterFirstWithHostNet.",
    ),
    "volumes-not-retained": (
        "warning",
        "Volumes, and all messages on them, are deleted with the StatefulSet or with a server.",
        "Write Retain.",
    ),
    "conf-watched": (
        "error",
        "The reloader watches a file that it does not mount, and does not start.",
        "Mount the volume in the reloader too.",
    ),
    "memory-gomemlimit": (
        "error",
        "GOMEMLIMIT is above the memory limit, or is not an amount of memory.",
        "Write 80 % of the limit, such as 1638MiB for 2Gi.",
    ),
    "variable-unset": (
        "error, warning",
        "A command, argument or subPathExpr uses a variable that its container does not set.",
        "Add the variable to env, or write $$(NAME) for the text.",
    ),
    "no-shell": (
        "error",
        "A container runs a shell, and its image is the one of the NATS project without a shell.",
        "Write the tag with -alpine, or run nats-server itself.",
    ),
    "grace-too-short": (
        "warning",
        "Pods are killed before lame duck mode, or a preStop hook, has moved clients and leaders away.",
        "Write a terminationGracePeriodSeconds above lame_duck_duration and above what the hook takes.",
    ),
    "owner-overwritten": (
        "warning",
        "Something, such as commonAnnotations of kustomize, overwrote the annotation krmfn.dev/owner.",
        "Remove krmfn.dev/owner from commonAnnotations, and build again.",
    ),
    "lame-duck-missing": (
        "warning",
        "The servers have no preStop hook that starts lame duck mode.",
        "Keep the preStop hook that krmfn renders.",
    ),
    "no-servers": ("warning", "The StatefulSet has 0 replicas.", "Write how many servers nats.conf is for."),
    "ordered-start": (
        "warning",
        "Pods start one after the other, and the first server of a new cluster waits for the others.",
        "Write podManagementPolicy: Parallel.",
    ),
    "pdb-loses-quorum": (
        "error, warning",
        "A PodDisruptionBudget lets a drain evict so many servers that JetStream loses its quorum.",
        "Write maxUnavailable: 1, and no minAvailable.",
    ),
    "pdb-blocks-drain": (
        "error",
        "A PodDisruptionBudget lets no server be evicted, so a drain never ends.",
        "Write maxUnavailable: 1, and no minAvailable.",
    ),
    "pdb-twice": (
        "error",
        "Two PodDisruptionBudgets cover the same pods, and then the API server does not evict any of them.",
        "Remove one.",
    ),
    "pdb-missing": (
        "warning",
        "No PodDisruptionBudget guards the servers.",
        "Keep the one that krmfn renders.",
    ),
    "host-rule-required": (
        "warning",
        "A required rule needs a node for each server, so a drain can leave a server Pending.",
        "Write the rule as preferred.",
    ),
    "conf-listen": (
        "error",
        "nats.conf opens a port on an address of the pod itself, so no other pod reaches it.",
        "Write the port alone: `port: 4222`, `http_port: 8222`.",
    ),
    "port-taken": (
        "error",
        "Another container of the servers' pods has a port that the server opens, and one of them does not start.",
        "Write another port.",
    ),
    "node-port": (
        "warning",
        "A nodePort is outside of the range that API servers give to Services.",
        "Write one of 30000 to 32767, or none.",
    ),
    "link-protocol": (
        "warning",
        "A Service gives a port of NATS the appProtocol of another protocol, which the proxies of Istio then expect.",
        "Write tcp.",
    ),
    "scrape-timeout": (
        "error",
        "A PodMonitor has a scrapeTimeout above its interval, and Prometheus Operator ignores it.",
        "Write a shorter scrapeTimeout.",
    ),
    "rollout-loses-quorum": (
        "error, warning",
        "A rolling restart stops so many servers at once that JetStream loses its quorum.",
        "Remove maxUnavailable from updateStrategy.",
    ),
    "rollout-stopped": (
        "warning",
        "A change of the pod template does not restart all servers.",
        "Delete the pods one by one, or write RollingUpdate without a partition.",
    ),
    "constraint-without-nodes": (
        "error",
        "A nodeSelector allows one zone only, but a constraint needs more, so some servers stay Pending.",
        "Remove the zone from nodeSelector.",
    ),
    "memory-limit-small": (
        "error",
        "A container cannot start with its memory limit; a unit is probably missing.",
        "Write the limit with its unit, such as 512Mi.",
    ),
    "image-name": (
        "error",
        "A value is not an image name, so no pod starts.",
        "Write registry/name:tag in lower case and without spaces.",
    ),
    "topology-key": (
        "error, warning",
        "A topology spread constraint counts over a key that is not a label of nodes, so pods stay Pending.",
        "Write topology.kubernetes.io/zone.",
    ),
    "pod-security": (
        "error",
        "Pods violate the Pod Security level that policies.podSecurity, their namespace or their profile requires.",
        "Keep the securityContext that krmfn renders; profile hardened keeps restricted, nats-manager baseline.",
    ),
    "image-registry": (
        "error",
        "An image is not from the registries that policies.registries or imageRegistry sets.",
        "Write one that is.",
    ),
    "image-digest": (
        "error",
        "An image has no digest, which policies.digests requires.",
        "Write the digest after the tag, such as nats:2.14.2-scratch@sha256:..., or remove policies.digests.",
    ),
    "image-tag-forbidden": (
        "error",
        "An image has a tag that policies.forbiddenTags excludes.",
        "Write another tag, or change policies.forbiddenTags.",
    ),
    "not-checked": (
        "info",
        "An object that is not krmfn's cannot be read, and is not checked.",
        "Nothing, or correct it; kubectl apply --dry-run=server says more.",
    ),
    "replicas-differ": (
        "error",
        "The StatefulSet does not have the number of replicas that its NATS sets.",
        "Change spec.cluster.size of the NATS and render again.",
    ),
}
"""Findings of `krmfn.checks` but for shape and values."""
_REFUSED = frozenset(("link-volume", "replicas-differ"))
"""What no annotation allows: an API server refuses it, or the NATS is the place to say it."""
MAY_BE_ALLOWED = frozenset(LINKS) - _REFUSED | {
    "conf-unknown", "even-cluster-size", "image-not-fixed",
    "memory-store-at-limit", "zone-loss-possible", "zone-loss-full-zone", "external-without-no-advertise",
}  # fmt: skip
"""Codes that `krmfn.dev/allow` takes, on the NATS or on the object: an error becomes a warning, a warning an info."""
