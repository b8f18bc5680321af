"""Examples of codes and classes, for `krmfn explain` and the reference; tests run each of them.

A NATS example is the `spec` of a NATS, a settings example the `spec` of a RenderNATS (with
`zones: 3` where it says nothing of zones); both as (what earns the code, what does not). A step is `spec` before and
after.
"""

from __future__ import annotations

NATS_EXAMPLES: dict[str, tuple[str, str]] = {
    "even-cluster-size": ("cluster: {size: 4}", "cluster: {size: 3}"),
    "below-minimum": ("cluster: {size: -1}", "cluster: {size: 3}"),
    "wrong-type": ("cluster: {size: three}", "cluster: {size: 3}"),
    "unknown-field": ("cluster: {sise: 3}", "cluster: {size: 3}"),
    "pattern-mismatch": (
        "jetStream: {fileStorage: {size: 20GB}}",
        "jetStream: {fileStorage: {size: 20Gi}}",
    ),
    "size-too-small": ("jetStream: {fileStorage: {size: '0'}}", "jetStream: {fileStorage: {size: 1Gi}}"),
    "storage-class-name": (
        "jetStream: {fileStorage: {storageClassName: Fast_SSD}}",
        "jetStream: {fileStorage: {storageClassName: fast-ssd}}",
    ),
    "request-above-limit": (
        "resources: {requests: {memory: 2Gi}, limits: {memory: 1Gi}}",
        "resources: {requests: {memory: 1Gi}, limits: {memory: 1Gi}}",
    ),
    "label-key": ("labels: {'my team': a}", "labels: {my-team: a}"),
    "label-value": ("labels: {team: orders & co}", "labels: {team: orders-and-co}"),
    "selector-label": ("labels: {app.kubernetes.io/name: a}", "labels: {team: a}"),
    "reserved-annotation": (
        "annotations: {config.kubernetes.io/local-config: 'true'}",
        "annotations: {example.org/team: a}",
    ),
    "zone-spread-single-server": ("cluster: {size: 1}", "cluster: {size: 3}"),
    "zone-loss-full-zone": ("cluster: {size: 5}", "cluster: {size: 3}"),
}
SETTING_EXAMPLES: dict[str, tuple[str, str]] = {
    "unsupported-value": ("zoneSpread: hard", "zoneSpread: required"),
    "invalid-zones": ("zones: [a, a, b]", "zones: [a, b, c]"),
    "too-few-zones": ("zones: 2", "zones: 3"),
    "invalid-image": ("natsImage: 'nats 2.14'", "natsImage: nats:2.14.2"),
    "invalid-kubernetes-version": ("kubernetesVersion: new", "kubernetesVersion: '1.35'"),
    "invalid-file-store": ("fileStore: most", "fileStore: 90%"),
    "file-store-above-claim": ("fileStore: 2Ti", "fileStore: 90%"),
    "invalid-hash": ("{secretMode: bcrypt, adminHash: correct-horse}", "secretMode: existing"),
    "auth-empty": ("auth: {users: []}", "auth: {users: [{name: app, passwordFrom: {secret: app, key: user.conf}}]}"),
    "conf-unknown": ("conf: {max_payloads: 1048576}", "conf: {max_payload: 1048576}"),
    "external-without-auth": (
        "service: {type: LoadBalancer}",
        "{service: {type: LoadBalancer}, auth: {users: [{name: app, passwordFrom: {secret: app, key: user.conf}}]}}",
    ),
}
STEPS: dict[str, tuple[str, str]] = {
    "scale-down": ("cluster: {size: 5}", "cluster: {size: 3}"),
    "scale-from-one": ("cluster: {size: 1}", "cluster: {size: 3}"),
    "cluster-size-to-1": ("cluster: {size: 3}", "cluster: {size: 1}"),
    "claim-grown": ("jetStream: {fileStorage: {size: 20Gi}}", "jetStream: {fileStorage: {size: 30Gi}}"),
    "claim-shrunk": ("jetStream: {fileStorage: {size: 20Gi}}", "jetStream: {fileStorage: {size: 10Gi}}"),
    "file-store-lowered": ("jetStream: {fileStorage: {size: 20Gi}}", "jetStream: {fileStorage: {size: 10Gi}}"),
    "storage-class-changed": (
        "jetStream: {fileStorage: {storageClassName: standard}}",
        "jetStream: {fileStorage: {storageClassName: fast}}",
    ),
    "memory-store-lowered": (
        "jetStream: {memStorage: {enabled: true, size: 300Mi}}",
        "jetStream: {memStorage: {enabled: false}}",
    ),
}
CLASS_STEPS: dict[str, tuple[str, str]] = {
    "none": (
        "resources: {requests: {memory: 1Gi}, limits: {memory: 1Gi}}",
        "resources: {requests: {memory: 1024Mi}, limits: {memory: 1Gi}}",
    ),
    "reload": ("logging: {debug: false}", "logging: {debug: true}"),
    "restart": ("labels: {team: a}", "labels: {team: b}"),
    "recreate": STEPS["claim-grown"],
    "data-loss": STEPS["scale-down"],
}
