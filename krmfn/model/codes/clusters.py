"""What the codes of findings about zones, nats.conf and settings mean."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    Meaning: TypeAlias = tuple[str, str, str]

CLUSTERS: dict[str, Meaning] = {
    "istio-unknown": (
        "info",
        "Nothing says whether the cluster runs Istio; no DestinationRule is rendered.",
        "State istio: true or false.",
    ),
    "zones-from-nodes": ("info", "The zones were found from Node items.", "Nothing; state zones to be sure of them."),
    "zones-contradict-nodes": (
        "warning",
        "The stated number of zones is not the number that Node items show.",
        "State the names of the zones.",
    ),
    "zone-without-nodes": (
        "warning",
        "No Node item stands in a stated zone, so a server may have to wait for one.",
        "Correct zones, or add the Node items.",
    ),
    "zone-not-stated": (
        "warning",
        "Node items stand in a zone that is not stated, and servers can be placed there.",
        "State every zone.",
    ),
    "node-without-name": ("error", "A Node item has no name, so it cannot be counted.", "Write its name."),
    "node-zone": (
        "error",
        "The zone label of a Node item is empty or no label value.",
        "Correct the label, or leave the Node out.",
    ),
    "server-tags-absent": (
        "info",
        "Servers carry no tag of their zone: pods know it from Kubernetes 1.35 on.",
        "State kubernetesVersion 1.35 or later once the cluster runs it.",
    ),
    "storage-class-binds-immediately": (
        "error, warning",
        "The storage class binds volumes before the scheduler has chosen a zone.",
        "Use a class with volumeBindingMode: WaitForFirstConsumer.",
    ),
    "zone-loss-survived": ("info", "The loss of any one zone leaves a majority of the servers.", "Nothing."),
    "zone-loss-full-zone": (
        "warning",
        "Zones without room at install can leave a majority of the servers in one zone.",
        "Use three servers, or more zones.",
    ),
    "zone-loss-nodes-missing": (
        "warning",
        "A stated zone has no node that takes pods, so zones are only preferred.",
        "Add nodes there, or correct zones.",
    ),
    "zone-loss-possible": (
        "warning",
        "The rule lets one zone hold a majority of the servers, and its loss stops JetStream.",
        "Use zoneSpread auto with three or more zones.",
    ),
    "zones-unknown": ("warning", "No zones are known, so spreading over them is only preferred.", "State zones."),
    "too-few-zones": (
        "warning",
        "With fewer than three zones the loss of the larger one stops JetStream.",
        "Use three zones.",
    ),
    "zone-spread-single-server": ("warning", "One server stands in one zone.", "Plan a cluster of three for more."),
    "zone-spread-impossible": (
        "error",
        "zoneSpread required needs three or more zones, and nodes that can hold every server.",
        "State zones, add nodes, or use zoneSpread auto.",
    ),
    "conf-max-payload": (
        "error",
        "nats.conf would have a message limit above the pending limit.",
        "Report it: krmfn renders no such file.",
    ),
    "conf-duration": (
        "error",
        "nats.conf would have a duration that is none.",
        "Report it: krmfn renders no such file.",
    ),
    "conf-lame-duck": (
        "error",
        "nats.conf would have lame duck times that the server refuses.",
        "Report it: krmfn renders no such file.",
    ),
    "conf-store-size": (
        "error, warning",
        "nats.conf would let a store take three quarters of the machine.",
        "Write the size of the store.",
    ),
    "conf-server-name": (
        "error",
        "nats.conf would have no server name, which a cluster needs.",
        "Report it: krmfn renders no such file.",
    ),
    "conf-cluster-name": (
        "error",
        "nats.conf would have a cluster name that the server refuses.",
        "Write clusterName without spaces.",
    ),
    "conf-routes": (
        "error",
        "nats.conf would have no routes to the other servers.",
        "Report it: krmfn renders no such file.",
    ),
    "conf-domain": (
        "error",
        "nats.conf would have a JetStream domain that the server refuses.",
        "Report it: krmfn renders no such file.",
    ),
}
SETTINGS: dict[str, Meaning] = {
    "unknown-function-config": (
        "error",
        "The functionConfig is of no kind that is known here.",
        "Write a ConfigMap or a RenderNATS.",
    ),
    "unknown-key": (
        "error",
        "There is no such key of the functionConfig.",
        "Write the key that the message names; krmfn --help lists all.",
    ),
    "invalid-zones": (
        "error",
        "The zones are neither names nor a number of zones.",
        "Write names with commas between them, or a number above 0.",
    ),
    "too-many-zones": (
        "error, warning",
        "More than 100 zones are set, or found in Node items.",
        "Set how many zones the cluster has.",
    ),
    "invalid-file-store": (
        "error",
        "fileStore is neither a share of the volume nor a size.",
        "Write a share such as 90%, or a size such as 900Mi.",
    ),
    "invalid-kubernetes-version": (
        "error",
        "The text is no Kubernetes version.",
        "Write major and minor version, such as 1.31.",
    ),
    "unsupported-kubernetes-version": (
        "error",
        "The Kubernetes version lacks fields that the objects need.",
        "Use 1.27 or newer.",
    ),
    "invalid-image": ("error", "The text is no image reference.", "Write registry/path:tag, without a scheme."),
    "conflicting-settings": ("error", "Two settings exclude each other.", "Change one of them as the message says."),
    "missing-key": (
        "error",
        "The secret mode needs a key that is not stated.",
        "State it, or use another secretMode.",
    ),
    "invalid-hash": (
        "error",
        "adminHash is no bcrypt hash; it may be a password.",
        "Write what krmfn secret hash prints. Change a password that was written here.",
    ),
    "bcrypt-cost": (
        "warning",
        "The hash was made with a cost that is too low to protect the password, or too high to log in with.",
        "Make one of cost 11 with krmfn secret hash.",
    ),
    "invalid-nkey": (
        "error",
        "adminNkey is no public key of a user; it may be a seed, which is private.",
        "Write the public key, 56 characters that begin with U. Make a new pair if a seed was written here.",
    ),
    "invalid-store": (
        "error",
        "secretStore is no name of a SecretStore or ClusterSecretStore.",
        "Write the name, or ClusterSecretStore/name.",
    ),
    "invalid-remote-key": (
        "error",
        "remoteKey is neither key nor key#property.",
        "Write the key in the store, and a property of its value where it has some.",
    ),
    "no-effect": ("warning", "The setting has no effect with the others.", "Remove it."),
    "alerts-without-namespace": (
        "warning",
        "The alerts count the pods of this name in every namespace, since the namespace of the NATS is not known.",
        "State metadata.namespace, or -n.",
    ),
}
