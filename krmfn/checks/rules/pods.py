"""Pods: their containers together, where they may run, what they mount."""

from __future__ import annotations

from krmfn.checks.rules.constraints import (
    LARGEST_ID,
    addresses,
    at_most_one,
    between,
    forbidden,
    inner,
    label,
    maps,
    needed,
    subdomain,
)
from krmfn.checks.rules.metadata import labels, qualified, topology_key
from krmfn.model.finding import error, warning
from krmfn.model.names import is_dns_label
from krmfn.model.text import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krmfn.model.finding import Finding
    from krmfn.model.objects import FieldPath, Object

LARGEST_MODE = 0o777


def pod_spec(value: Object, path: FieldPath) -> Iterator[Finding]:
    """What a pod says beside its containers and volumes."""
    yield from needed(value, path, "containers")
    yield from _container_names(value, path)
    yield from labels(inner(value, "nodeSelector"), (*path, "nodeSelector"))
    yield from subdomain(value, path, "serviceAccountName", "nodeName", "priorityClassName", "runtimeClassName")
    yield from label(value, path, "hostname", "subdomain")
    yield from between(value, path, 1, LARGEST_ID, "activeDeadlineSeconds")
    yield from addresses(inner(value, "dnsConfig"), (*path, "dnsConfig"), "nameservers")
    if value.get("dnsPolicy") == "None" and not inner(value, "dnsConfig").get("nameservers"):
        text = "dnsPolicy None needs name servers; write some"
        yield error("schema-missing", text, (*path, "dnsConfig", "nameservers"))


def _container_names(value: Object, path: FieldPath) -> Iterator[Finding]:
    """A name that an init container and a container share; within one list the keys tell."""
    first = {item.get("name") for item in maps(value, "initContainers")}
    for index, item in enumerate(maps(value, "containers")):
        if item.get("name") in first and isinstance(item.get("name"), str):
            text = f'an init container has the name "{shown(item["name"])}" too; write another'
            yield error("duplicate-entry", text, (*path, "containers", index, "name"))


def security_context(value: Object, path: FieldPath) -> Iterator[Finding]:
    """Ids of a pod or container, and privileges that contradict each other."""
    yield from between(value, path, 0, LARGEST_ID, "runAsUser", "runAsGroup", "fsGroup")
    if value.get("allowPrivilegeEscalation") is False:
        added = inner(value, "capabilities").get("add") or ()
        if value.get("privileged") is True or "CAP_SYS_ADMIN" in added:
            text = "a privileged container escalates privileges; write true, or remove privileged and CAP_SYS_ADMIN"
            yield error("schema-conflict", text, (*path, "allowPrivilegeEscalation"), False)


def profile(value: Object, path: FieldPath) -> Iterator[Finding]:
    """A seccomp or AppArmor profile."""
    yield from needed(value, path, "type")
    if value.get("type") == "Localhost":
        if value.get("localhostProfile") is None:
            yield from needed(value, path, "localhostProfile")
    elif value.get("type"):
        yield from forbidden(value, path, "localhostProfile", "unless the type is Localhost")


def toleration(value: Object, path: FieldPath) -> Iterator[Finding]:
    """A taint that the pod bears."""
    if value.get("key"):
        yield from qualified(value, path, "key")
    elif value.get("operator") != "Exists":
        yield error("schema-conflict", "without a key the operator must be Exists; write it", (*path, "operator"))
    if value.get("operator") == "Exists":
        yield from forbidden(value, path, "value", "with the operator Exists")
    if value.get("tolerationSeconds") is not None and value.get("effect") != "NoExecute":
        text = "tolerationSeconds needs the effect NoExecute; write it, or remove tolerationSeconds"
        yield error("schema-conflict", text, (*path, "effect"))


def weighted(value: Object, path: FieldPath) -> Iterator[Finding]:
    """A preferred term."""
    yield from between(value, path, 1, 100, "weight")


def affinity_term(value: Object, path: FieldPath) -> Iterator[Finding]:
    """A term of pod affinity or anti-affinity."""
    yield from topology_key(value, path)


def node_affinity(value: Object, path: FieldPath) -> Iterator[Finding]:
    """The hard rule of node affinity."""
    hard = value.get("requiredDuringSchedulingIgnoredDuringExecution")
    if isinstance(hard, dict):
        yield from needed(hard, (*path, "requiredDuringSchedulingIgnoredDuringExecution"), "nodeSelectorTerms")


def spread(value: Object, path: FieldPath) -> Iterator[Finding]:
    """A topology spread constraint."""
    yield from between(value, path, 1, None, "maxSkew", "minDomains")
    yield from needed(value, path, "topologyKey", "whenUnsatisfiable")
    if value.get("minDomains") is not None and value.get("whenUnsatisfiable") == "ScheduleAnyway":
        yield from forbidden(value, path, "minDomains", "with whenUnsatisfiable ScheduleAnyway")


def volume(value: Object, path: FieldPath) -> Iterator[Finding]:
    """A volume: a name and one source."""
    yield from needed(value, path, "name")
    yield from label(value, path, "name")
    sources = [name for name in value if name != "name"]
    if sources:
        yield from at_most_one(value, path, sources)
    else:
        text = "the volume has no source, so it is an empty directory; write emptyDir: {}, or what is meant"
        yield warning("volume-without-source", text, path)


def volume_mount(value: Object, path: FieldPath) -> Iterator[Finding]:
    """Where a volume is mounted."""
    yield from needed(value, path, "name", "mountPath")
    for name in ("subPath", "subPathExpr"):
        text = value.get(name)
        if isinstance(text, str) and (text.startswith("/") or ".." in text.split("/")):
            yield error("schema-pattern", f"{name} must be a path below the volume, without ..", (*path, name))
    if value.get("subPath"):
        yield from forbidden(value, path, "subPathExpr", "beside subPath")


def config_map_source(value: Object, path: FieldPath) -> Iterator[Finding]:
    """A ConfigMap, or what names one: a volume, a projection or an environment."""
    yield from needed(value, path, "name")
    yield from between(value, path, 0, LARGEST_MODE, "defaultMode")


def secret_source(value: Object, path: FieldPath) -> Iterator[Finding]:
    """A Secret as a volume."""
    yield from needed(value, path, "secretName")
    yield from between(value, path, 0, LARGEST_MODE, "defaultMode")


def claim_source(value: Object, path: FieldPath) -> Iterator[Finding]:
    """A claim as a volume."""
    yield from needed(value, path, "claimName")


def host_path(value: Object, path: FieldPath) -> Iterator[Finding]:
    """A directory of the node."""
    yield from needed(value, path, "path")


def projection(value: Object, path: FieldPath) -> Iterator[Finding]:
    """A source of a projected volume."""
    sources = ("configMap", "secret", "downwardAPI", "serviceAccountToken", "clusterTrustBundle", "podCertificate")
    yield from at_most_one(value, path, sources)


def projected(value: Object, path: FieldPath) -> Iterator[Finding]:
    """A projected volume."""
    yield from between(value, path, 0, LARGEST_MODE, "defaultMode")


def token(value: Object, path: FieldPath) -> Iterator[Finding]:
    """A token of the service account."""
    yield from needed(value, path, "path")
    yield from between(value, path, 600, 2**32, "expirationSeconds")


def item(value: Object, path: FieldPath) -> Iterator[Finding]:
    """A key and the file that it becomes."""
    yield from needed(value, path, "key", "path")
    yield from file_path(value, path)


def file_path(value: Object, path: FieldPath) -> Iterator[Finding]:
    """The path and mode of a file in a volume."""
    file = value.get("path")
    if isinstance(file, str) and (file.startswith(("/", "..")) or ".." in file.split("/")):
        yield error("schema-pattern", "the path of a file must be relative, without ..", (*path, "path"))
    yield from between(value, path, 0, LARGEST_MODE, "mode")


def downward_file(value: Object, path: FieldPath) -> Iterator[Finding]:
    """A field of the pod as a file."""
    yield from needed(value, path, "path")
    yield from file_path(value, path)


def claim_spec(value: Object, path: FieldPath) -> Iterator[Finding]:
    """What a claim asks for."""
    yield from needed(value, path, "accessModes")
    modes = value.get("accessModes")
    if isinstance(modes, list) and "ReadWriteOncePod" in modes and len(modes) > 1:
        yield error("schema-conflict", "ReadWriteOncePod cannot be combined with other modes", (*path, "accessModes"))
    yield from subdomain(value, path, "storageClassName")
    if not inner(inner(value, "resources"), "requests").get("storage"):
        text = "the claim has no size; set resources.requests.storage"
        yield error("schema-missing", text, (*path, "resources", "requests", "storage"))


def namespace_names(value: Object, path: FieldPath) -> Iterator[Finding]:
    """Namespaces of an affinity term."""
    for index, name in enumerate(value.get("namespaces") or ()):
        if isinstance(name, str) and not is_dns_label(name):
            yield error("invalid-name", f'"{shown(name)}" is not a name of a namespace', (*path, "namespaces", index))
