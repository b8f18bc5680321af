"""Settings of pods that break the operation of servers: probes, DNS, options that override nats.conf, claims."""

from __future__ import annotations

from krmfn.changes.workload import kept_from, unavailable_at_once
from krmfn.model.finding import error, warning
from krmfn.model.fix import replaced
from krmfn.model.lookup import at, listed
from krmfn.model.objects import OWNER
from krmfn.model.text import shown
from krmfn.topology.rules import ENOUGH_ZONES
from krmfn.topology.streams import majority

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krmfn.checks.server import ServerGroup
    from krmfn.checks.tree import Tree
    from krmfn.model.finding import Finding

_OVERRIDES = {
    "p": ("port",), "port": ("port",), "a": ("host",), "addr": ("host",), "net": ("host",),
    "m": ("http_port",), "http_port": ("http_port",), "ms": ("https_port",), "https_port": ("https_port",),
    "n": ("server_name",), "name": ("server_name",), "server_name": ("server_name",), "P": ("pid_file",),
    "pid": ("pid_file",), "sd": ("jetstream", "store_dir"), "store_dir": ("jetstream", "store_dir"),
    "routes": ("cluster", "routes"), "cluster": ("cluster", "listen"), "cluster_name": ("cluster", "name"),
}  # fmt: skip
"""Options of nats-server -> the setting that they override (main.go)."""
_LENIENT = ("js-enabled-only", "js-server-only")
"""Parameters by which /healthz does not ask for every stream, which a server that catches up does not have."""


def check(tree: Tree) -> Iterator[Finding]:
    """Every server."""
    for server in tree.servers:
        yield from _probes(server)
        yield from _updates(server)
        yield from _placement(server)
        yield from _names(server)
        yield from _options(server)
        yield from _claims(server)
        yield from _mark(server)


def _mark(server: ServerGroup) -> Iterator[Finding]:
    """No pod template has krmfn's mark; kustomize's commonAnnotations writes there too, and over the object's mark."""
    path = ("spec", "template", "metadata", "annotations", OWNER)
    if OWNER in at(server.pods.obj, *path[:-1]):
        text = (
            f"the pods of {server.pods.title} have the annotation {OWNER}, which krmfn writes to the object alone, so"
            " something set it on every object, and krmfn does not know whose they are; remove it from"
            " commonAnnotations, or from what else sets it"
        )
        yield warning("owner-overwritten", text, path).at(object=server.pods.ref)


def _probes(server: ServerGroup) -> Iterator[Finding]:
    pods, path = server.pods, server.container_path
    if (server.replicas or 0) > 1 and not at(server.container, "readinessProbe"):
        text = (
            f"the servers of {pods.title} have no readinessProbe, so a rolling restart stops the next server while the"
            " last one is not in the cluster yet; write the one that krmfn renders"
        )
        yield warning("probe-missing", text, (*path, "readinessProbe")).at(object=pods.ref)
    if at(server.container, "livenessProbe") and not at(server.container, "startupProbe") and server.claims():
        text = (
            f"the servers of {pods.title} have no startupProbe, so the livenessProbe kills a server that reads its"
            " streams for longer than that waits; write the one that krmfn renders"
        )
        yield warning("probe-missing", text, (*path, "startupProbe")).at(object=pods.ref)
    page = at(server.container, "livenessProbe", "httpGet").get("path")
    if isinstance(page, str) and page.startswith("/healthz") and not any(word in page for word in _LENIENT):
        text = (
            f"the livenessProbe of {pods.title} asks {shown(page)}, which fails while a stream catches up, so the"
            " kubelet kills servers that recover; write /healthz?js-enabled-only=true"
        )
        here = (*path, "livenessProbe", "httpGet", "path")
        yield warning("probe-too-strict", text, here, None, replaced(here, "/healthz?js-enabled-only=true")).at(
            object=pods.ref
        )


def _updates(server: ServerGroup) -> Iterator[Finding]:
    """An update strategy that takes the quorum away, or that never restarts a pod."""
    obj, size = server.pods.obj, server.replicas or 0
    most = unavailable_at_once(obj, size)
    if size >= ENOUGH_ZONES and size - most < majority(size):
        text = (
            f"a rolling restart of {server.pods.title} stops {most} of {size} servers at once, and JetStream needs"
            f" {majority(size)} of them; remove maxUnavailable"
        )
        path = ("spec", "updateStrategy", "rollingUpdate", "maxUnavailable")
        yield error("rollout-loses-quorum", text, path).at(object=server.pods.ref)
    kept = kept_from(obj)
    if kept > 0:
        why = "OnDelete" if at(obj, "spec", "updateStrategy").get("type") == "OnDelete" else f"partition {kept}"
        text = (
            f"a change of the pod template does not reach all servers of {server.pods.title} (updateStrategy {why});"
            " delete their pods one by one then, or write RollingUpdate without a partition"
        )
        yield warning("rollout-stopped", text, ("spec", "updateStrategy")).at(object=server.pods.ref)


def _placement(server: ServerGroup) -> Iterator[Finding]:
    """Pods that may run in one zone only, and a constraint that wants more zones."""
    node = server.pods.spec.get("nodeName")
    if isinstance(node, str) and node and (server.replicas or 0) > 1:
        text = (
            f"nodeName puts all servers of {server.pods.title} on node {shown(node)} without the scheduler, so its loss"
            " stops JetStream; remove it"
        )
        yield error("one-node", text, (*server.pods.path, "nodeName")).at(object=server.pods.ref)
    selector = at(server.pods.spec, "nodeSelector")
    for row in listed(server.pods.spec.get("topologySpreadConstraints")):
        key, least = row.get("topologyKey"), row.get("minDomains", 1)
        is_hard = row.get("whenUnsatisfiable", "DoNotSchedule") == "DoNotSchedule"
        is_counted = row.get("nodeAffinityPolicy", "Honor") == "Honor"
        if key in selector and is_hard and is_counted and isinstance(least, int) and least > 1:
            text = (
                f"the nodeSelector of {server.pods.title} allows one value of {shown(str(key))}, but a constraint needs"
                f" {least}, so only {row.get('maxSkew', 1)} of {server.replicas} servers run; remove one of them"
            )
            path = (*server.pods.path, "nodeSelector", str(key))
            yield error("constraint-without-nodes", text, path).at(object=server.pods.ref)


def _names(server: ServerGroup) -> Iterator[Finding]:
    """Pods that do not ask the DNS of the cluster find no route."""
    spec, pods = server.pods.spec, server.pods
    policy = spec.get("dnsPolicy", "ClusterFirst")
    asks_node = policy == "Default" or (policy == "ClusterFirst" and spec.get("hostNetwork") is True)
    if asks_node and server.setting("cluster", "routes"):
        text = (
            f"the servers of {pods.title} ask the DNS of the node (dnsPolicy {policy}), which does not know the names"
            " in their routes, so they form no cluster; write"
            f" {'ClusterFirstWithHostNet' if spec.get('hostNetwork') is True else 'ClusterFirst'}"
        )
        yield error("dns-policy", text, (*pods.path, "dnsPolicy")).at(object=pods.ref)


def _options(server: ServerGroup) -> Iterator[Finding]:
    """Options that override settings of nats.conf, so that nats.conf no longer tells what servers do."""
    for part in ("command", "args"):
        for number, word in enumerate(server.container.get(part) or ()):
            name = word.partition("=")[0].lstrip("-") if isinstance(word, str) and word.startswith("-") else ""
            setting = _OVERRIDES.get(name)
            if setting is not None and (setting == ("port",) or setting in (server.settings or {})):
                text = (
                    f"the option {shown(word.partition('=')[0])} of {server.pods.title} overrides"
                    f" {'.'.join(setting)} in {server.conf_key}; remove it, and write the value there"
                )
                yield warning("conf-overridden", text, (*server.container_path, part, number)).at(
                    object=server.pods.ref
                )


def _claims(server: ServerGroup) -> Iterator[Finding]:
    pods = server.pods
    retention = at(pods.obj, "spec", "persistentVolumeClaimRetentionPolicy")
    for when, what in (("whenDeleted", "is deleted"), ("whenScaled", "gets fewer servers")):
        if retention.get(when) == "Delete" and server.claims():
            text = f"{pods.title} deletes the volumes, and with them all messages, when it {what}; write {when}: Retain"
            path = ("spec", "persistentVolumeClaimRetentionPolicy", when)
            yield warning("volumes-not-retained", text, path, "Delete", replaced(path, "Retain")).at(object=pods.ref)
    for number, claim in enumerate(listed(at(pods.obj, "spec").get("volumeClaimTemplates"))):
        modes = at(claim, "spec").get("accessModes")
        if modes and all(mode == "ReadOnlyMany" for mode in modes):
            text = f"a claim of {pods.title} is ReadOnlyMany, so JetStream cannot write; write ReadWriteOnce"
            here = ("spec", "volumeClaimTemplates", number, "spec", "accessModes")
            yield error("conf-store-dir", text, here).at(object=pods.ref)
