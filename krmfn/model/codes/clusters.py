"""What the codes of findings about zones, nats.conf and settings mean."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.model.codes.files import Meaning

CLUSTERS: dict[str, Meaning] = {
    "istio-unknown": (
        "info",
        "Whether the cluster runs Istio is unknown, so no DestinationRule is rendered.",
        "Set istio to true or false.",
    ),
    "zones-from-nodes": ("info", "The zones were found from Node items.", "Nothing. Set zones to fix them."),
    "zones-contradict-nodes": (
        "warning",
        "The number of zones that is set differs from the number in the Node items.",
        "Set zones to the names of the zones.",
    ),
    "zone-without-nodes": (
        "warning",
        "A zone that is set has no Node item, so a server may stay Pending.",
        "Fix zones, or add the Node items.",
    ),
    "zone-not-stated": (
        "warning",
        "Node items are in a zone that is not set, and servers can run there.",
        "Set every zone.",
    ),
    "node-without-name": ("error", "A Node item has no name, so it cannot be counted.", "Add metadata.name."),
    "node-zone": (
        "error",
        "The zone label of a Node item is empty or not a label value.",
        "Fix the label, or remove the Node item.",
    ),
    "server-tags-absent": (
        "info",
        "Servers have no az:<zone> tags: pods can read their zone only on Kubernetes 1.35 or newer.",
        "Nothing. Set kubernetesVersion to 1.35 or newer if the cluster has it.",
    ),
    "storage-class-binds-immediately": (
        "error, warning",
        "The StorageClass binds volumes before the scheduler chooses a zone.",
        "Use a StorageClass with volumeBindingMode: WaitForFirstConsumer.",
    ),
    "zone-loss-survived": ("info", "The cluster keeps its quorum when any one zone is lost.", "Nothing."),
    "zone-loss-full-zone": (
        "warning",
        (
            "If a zone is full at first start, one zone can hold a majority of the servers, and its loss stops"
            " JetStream."
        ),
        "Use 3 servers, or one more zone.",
    ),
    "zone-loss-nodes-missing": (
        "warning",
        "A zone that is set has no node that takes pods, so spreading over zones is only preferred.",
        "Add nodes there, or fix zones.",
    ),
    "zone-loss-possible": (
        "warning",
        "The spread rule allows a majority of the servers in one zone, and losing that zone stops JetStream.",
        "Use zoneSpread auto with three or more zones.",
    ),
    "zones-unknown": ("warning", "No zones are known, so spreading over zones is only preferred.", "Set zones."),
    "too-few-zones": (
        "warning",
        "With fewer than three zones, one holds a majority of the servers, and losing it stops JetStream.",
        "Use three zones.",
    ),
    "zone-spread-single-server": (
        "warning",
        "There is one server: if its zone is lost, NATS is down.",
        "Build a new cluster of 3 to survive it. This one cannot grow without losing its streams.",
    ),
    "zone-spread-impossible": (
        "error",
        "zoneSpread required needs three or more zones and nodes for every server.",
        "Set zones, add nodes, or use zoneSpread auto.",
    ),
    "conf-max-payload": (
        "error",
        "nats.conf has a max_payload above max_pending, which is 64Mi where nothing sets it.",
        "Set server.maxPending to at least server.maxPayload.",
    ),
    "conf-duration": (
        "error",
        "A value is not a duration that nats-server reads.",
        "Write a number and a unit, such as 10s or 2m.",
    ),
    "conf-lame-duck": (
        "error",
        "nats-server refuses the times of lame duck mode.",
        "Write a duration of at least 30s, and a shorter grace period.",
    ),
    "conf-store-size": (
        "error, warning",
        "nats.conf would let a store use 75 % of the machine.",
        "Set the size of the store.",
    ),
    "conf-server-name": (
        "error",
        "nats.conf would have no server name, which a cluster needs.",
        "This is a bug in krmfn; please report it.",
    ),
    "conf-cluster-name": (
        "error",
        "nats.conf would have a cluster name that nats-server refuses.",
        "Set a clusterName without spaces.",
    ),
    "conf-routes": (
        "error",
        "nats.conf would have no routes to the other servers.",
        "This is a bug in krmfn; please report it.",
    ),
    "conf-domain": (
        "error",
        "nats-server refuses the JetStream domain.",
        "Write a name without spaces, dots, * and >.",
    ),
}
SETTINGS: dict[str, Meaning] = {
    "unknown-function-config": (
        "error",
        "krmfn does not accept a functionConfig of this kind.",
        "Use a ConfigMap or a RenderNATS.",
    ),
    "unknown-key": (
        "error",
        "Unknown key of the functionConfig.",
        "Use the key that the message proposes; krmfn --help lists all.",
    ),
    "invalid-zones": (
        "error",
        "zones is neither a list of names nor a count.",
        "Set comma-separated names, or a count above 0.",
    ),
    "too-many-zones": (
        "error, warning",
        "More than 100 zones are set, or found in Node items.",
        "Set how many zones the cluster has.",
    ),
    "invalid-file-store": (
        "error",
        "fileStore is neither a percentage nor a size.",
        "Set a percentage of the volume such as 90%, or a size such as 900Mi.",
    ),
    "invalid-kubernetes-version": (
        "error",
        "The value is not a Kubernetes version.",
        "Set major and minor version, such as 1.31.",
    ),
    "unsupported-kubernetes-version": (
        "error",
        "The Kubernetes version is too old for the rendered objects.",
        "Use 1.27 or newer.",
    ),
    "invalid-image": ("error", "The value is not an image reference.", "Write registry/path:tag, without a scheme."),
    "conflicting-settings": (
        "error",
        "Two settings contradict each other.",
        "Change one of them; the message says which.",
    ),
    "missing-key": (
        "error",
        "secretMode needs a key that is not set.",
        "Set it, or use another secretMode.",
    ),
    "invalid-hash": (
        "error",
        "adminHash is not a bcrypt hash. It may be a password.",
        "Set it to the output of krmfn secret hash. If it was a password, change that password.",
    ),
    "bcrypt-cost": (
        "warning",
        "The cost of the bcrypt hash is too low to protect the password, or so high that logins fail.",
        "Make one with cost 11: krmfn secret hash.",
    ),
    "invalid-nkey": (
        "error",
        "adminNkey is not the public key of a user. It may be a seed, which is private.",
        "Set the public key: 56 characters that begin with U. If it was a seed, make a new pair.",
    ),
    "invalid-store": (
        "error",
        "secretStore is not the name of a SecretStore or ClusterSecretStore.",
        "Set the name, or ClusterSecretStore/name.",
    ),
    "invalid-remote-key": (
        "error",
        "remoteKey is not of the form key or key#property.",
        "Set the key in the store, with #property if its value has properties.",
    ),
    "no-effect": ("warning", "The setting has no effect with the other settings.", "Remove it."),
    "alerts-without-namespace": (
        "warning",
        "The NATS has no namespace, so its alerts match pods of this name in every namespace.",
        "Set metadata.namespace, or -n.",
    ),
}
