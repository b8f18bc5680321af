"""Why values of the chart have no equal in krmfn, and what to do instead; by the longest path that fits.

Every path of the chart that no rule takes has a reason here, which a test checks.
"""

from __future__ import annotations

_LISTENER = "opens a port that no Service and NetworkPolicy of krmfn has; it is not supported yet"
_PATCH = "a JSON patch depends on what the chart renders; write what it sets with kustomize over the rendered objects"
_OBJECT = "change the rendered object with kustomize"
_NAME = "krmfn derives the names of its objects from the name of the NATS"
_SIDECAR = "krmfn writes this container itself"
REASONS = {
    "global.image.pullPolicy": "krmfn always writes IfNotPresent",
    "tlsCA": "no TLS block of the file uses it",
    "config.cluster.port": "the port of routes is always 6222",
    "config.cluster.routeURLs": (
        "routes have no password; set tls.routes, whose servers verify each other, and networkPolicy"
    ),
    "config.cluster.tls": "krmfn has no key for it; routes are verified, with a timeout of 5 s",
    "config.cluster.tls.patch": _PATCH,
    "config.cluster.patch": _PATCH,
    "config.jetstream.fileStore.enabled": "a NATS always has a file store on a volume",
    "config.jetstream.fileStore.pvc.enabled": (
        "without a volume all streams are lost when a pod restarts; a NATS always has one"
    ),
    "config.jetstream.fileStore.pvc.merge": "a NATS sets size and StorageClass of its volumes only",
    "config.jetstream.fileStore.pvc.patch": "a NATS sets size and StorageClass of its volumes only",
    "config.jetstream.fileStore.pvc.name": _NAME,
    "config.jetstream.patch": _PATCH,
    "config.nats.port": "the port of clients is always 4222",
    "config.nats.tls": "krmfn has no key for it; see tls.clients",
    "config.nats.tls.patch": _PATCH,
    "config.leafnodes": f"a leaf node listener {_LISTENER}",
    "config.websocket": f"a websocket listener {_LISTENER}",
    "config.mqtt": f"an MQTT listener {_LISTENER}",
    "config.gateway": f"a gateway {_LISTENER}",
    "config.monitor.enabled": "probes and metrics need the monitoring port",
    "config.monitor.port": "the monitoring port is always 8222",
    "config.monitor.tls": "probes and metrics read the monitoring port without TLS; networkPolicy closes it to others",
    "config.resolver": "accounts by JWT are not supported yet; use auth.accounts",
    "config.patch": _PATCH,
    "container.image.pullPolicy": "krmfn always writes IfNotPresent",
    "container.ports": f"krmfn writes the ports of the container itself; {_OBJECT}",
    "container.env": "pod.env has a string, a key of a Secret or ConfigMap, or a field of the pod",
    "container.merge": f"there is no key for it; {_OBJECT}",
    "container.patch": _PATCH,
    "container.resources": "a NATS takes limits and requests, as maps of quantities",
    "container.resources.claims": "a NATS has no resource claims",
    "reloader.enabled": "rotated certificates and passwords need the reloader",
    "reloader.image.pullPolicy": "krmfn always writes IfNotPresent",
    "reloader.env": _SIDECAR,
    "reloader.merge": f"{_SIDECAR}; reloaderCpu and reloaderMemory are its limits",
    "reloader.patch": _PATCH,
    "promExporter.image.pullPolicy": "krmfn always writes IfNotPresent",
    "promExporter.port": "metrics are always on port 7777",
    "promExporter.monitorDomain": "exporters read the monitoring port without TLS",
    "promExporter.env": _SIDECAR,
    "promExporter.merge": f"{_SIDECAR}; exporterCpu and exporterMemory are its limits, exporterJsz its metrics",
    "promExporter.patch": _PATCH,
    "promExporter.podMonitor.merge": f"podMonitorLabels has its labels; else {_OBJECT}",
    "promExporter.podMonitor.patch": _PATCH,
    "promExporter.podMonitor.name": _NAME,
    "service.enabled": "clients need the Service; it is always rendered",
    "service.ports": "the Service for clients has port 4222 only; routes and monitoring are on the headless Service",
    "service.merge": f"the key service is for a load balancer or node ports; else {_OBJECT}",
    "service.patch": _PATCH,
    "service.name": _NAME,
    "statefulSet.merge": f"there is no key for it; {_OBJECT}",
    "statefulSet.patch": _PATCH,
    "podTemplate.configChecksumAnnotation": (
        "servers reload nats.conf; krmfn restarts them only for settings that no reload takes"
    ),
    "podTemplate.topologySpreadConstraints": (
        "krmfn has one rule for zones (zones, zoneSpread) and prefers other nodes; see docs/explanation/zones.md"
    ),
    "podTemplate.merge": f"there is no key for it; {_OBJECT}",
    "podTemplate.patch": _PATCH,
    "headlessService.merge": _OBJECT,
    "headlessService.patch": _PATCH,
    "headlessService.name": _NAME,
    "configMap.merge": _OBJECT,
    "configMap.patch": _PATCH,
    "configMap.name": _NAME,
    "podDisruptionBudget.enabled": (
        "without it a drain can evict two servers at once and stop JetStream; it is always rendered"
    ),
    "podDisruptionBudget.merge": "it is always maxUnavailable: 1, which keeps the quorum in a drain",
    "podDisruptionBudget.patch": _PATCH,
    "podDisruptionBudget.name": _NAME,
    "serviceAccount.merge": f"pod.serviceAccount has its annotations; else {_OBJECT}",
    "serviceAccount.patch": _PATCH,
    "serviceAccount.name": "pod.serviceAccount.name takes an account of yours; krmfn names its own like the NATS",
    "natsBox": (
        "krmfn renders no nats-box; keep the Deployment as a file beside the NATS, or run kubectl"
        " run -it --rm --image natsio/nats-box"
    ),
    "extraResources": "write them as files beside the NATS; kpt, kustomize, Argo CD and Flux apply them together",
}
"""Longest prefix of a path -> the reason."""
MATCHLESS = "krmfn has nothing of the kind; change the rendered objects with kustomize"


def reason(path: str) -> str:
    """The reason for a path of the chart."""
    parts = path.split(".")
    for count in range(len(parts), 0, -1):
        known = REASONS.get(".".join(parts[:count]))
        if known is not None:
            return known
    return MATCHLESS
