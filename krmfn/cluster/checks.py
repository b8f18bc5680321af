"""What a CR must keep beyond the CRD's own rules, so that its children are accepted and run.

The path of a finding about a setting begins with the key of the setting, such as `natsImage`.
"""

from __future__ import annotations

from krmfn.cluster.cr import provider_of
from krmfn.cluster.facts import NEWEST_KUBERNETES, OPERATOR_PRIORITY_CLASS, priority_class_of
from krmfn.cluster.images import OLDEST_SERVER, Images, image_version
from krmfn.cluster.resources import check_resources
from krmfn.cluster.settings import until_unknown
from krmfn.cluster.storage import check_memory, check_storage
from krmfn.model.finding import Findings, error, info, warning
from krmfn.model.labels import LONGEST_ANNOTATIONS, check_annotations, check_labels, check_protection
from krmfn.model.names import LONGEST_HOST, LONGEST_WORKLOAD, Names, is_dns_label, is_dns_subdomain
from krmfn.model.text import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from krmfn.cluster.cr import ClusterFacts, Cr
    from krmfn.cluster.environment import FoundSecret
    from krmfn.cluster.settings import Settings
    from krmfn.model.finding import Finding
    from krmfn.model.objects import Object

    Check = Callable[[Cr, Settings, ClusterFacts], Iterator[Finding]]

SUBDOMAIN = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.'"
SERVICE_MAY_START_WITH_DIGIT = (1, 36)
"""RelaxedServiceNameValidation is on from this version (rig: API server 1.37 emulating 1.34 to 1.36)."""
LARGEST_OBJECT = 2**20
"""Bytes of an object: what a ConfigMap or Secret may hold (core/v1, MaxSecretSize). etcd takes 1.5 MiB of any kind."""
LONGEST_UNMEASURED, MOST_UNMEASURED = 2**13, 99
"""Characters and servers from which no object can get near the limits: four times four bytes of each are 128 KiB."""
STORAGE_CLASS = ("spec", "jetStream", "fileStorage", "storageClassName")


def check(cr: Cr, settings: Settings, known: ClusterFacts) -> Findings:
    """Every finding about one CR whose spec the CRD accepts. What needs a faulty setting is not checked."""
    settings = settings.sound()
    findings = Findings()
    for one in _OF_CR:
        findings += until_unknown(one(cr, settings, known))
    if not findings.failed:
        for one in _OF_RENDER:
            findings += until_unknown(one(cr, settings, known))
    return findings


def _check_sizes(cr: Cr, settings: Settings, known: ClusterFacts) -> Iterator[Finding]:
    sizes = Findings(until_unknown(_check_store(cr, settings, known)))
    yield from sizes
    hardened = settings.profile == "hardened"
    resources = Findings(check_resources(cr.spec["resources"], hardened=hardened))
    yield from resources
    if not (sizes.failed or resources.failed):
        yield from check_memory(cr, hardened=hardened)


def _check_store(cr: Cr, settings: Settings, known: ClusterFacts) -> Iterator[Finding]:
    yield from check_storage(cr, settings, provider_of(settings, known))


def _check_metadata(cr: Cr, settings: Settings, _: ClusterFacts) -> Iterator[Finding]:
    yield from check_labels(cr.spec.get("labels", {}))
    yield from check_annotations(cr.spec.get("annotations", {}))
    if settings.protect:
        once = settings.secret_mode == "generated-external-secret"
        yield from check_protection(cr.spec.get("annotations", {}), created_once=once)


def check_children(children: list[Object], cr: Cr, settings: Settings) -> Iterator[Finding]:
    """Objects that the API server would not store.

    Only what a user wrote makes an object grow, and no text of a user is in one object more than four times. So objects
    are measured only where that is long.
    """
    written = len(repr((cr.spec, settings.image_pull_secrets)))
    if written > LONGEST_UNMEASURED or cr.spec["cluster"]["size"] > MOST_UNMEASURED:
        for child in children:
            yield from _check_size(child)


def _check_size(child: Object) -> Iterator[Finding]:
    from json import dumps

    name = f"{child['kind']} {child['metadata']['name']}"
    size = len(dumps(child, ensure_ascii=False, separators=(",", ":")).encode())
    if size > LARGEST_OBJECT:
        text = (
            f"{name} would have {size} bytes, and the API server accepts {LARGEST_OBJECT}; shorten labels,"
            " annotations, resources or imagePullSecrets"
        )
        yield error("object-too-large", text, ("spec",))
    for metadata in (child["metadata"], child.get("spec", {}).get("template", {}).get("metadata", {})):
        annotations = metadata.get("annotations", {}).items()
        size = sum(len(key.encode()) + len(value.encode()) for key, value in annotations)
        if size > LONGEST_ANNOTATIONS:
            text = (
                f"the annotations of {name} would have {size} bytes in total, and the API server accepts"
                f" {LONGEST_ANNOTATIONS}; shorten them"
            )
            yield error("annotations-too-long", text, ("spec", "annotations"))
            return


def _check_host(cr: Cr, settings: Settings, known: ClusterFacts) -> Iterator[Finding]:
    """The last server's name in DNS, by which the others reach it; a wrong part of it is told alone."""
    size, workload = cr.spec["cluster"]["size"], Names(cr.name).workload
    host = f"{workload}-{size - 1}.{workload}.{cr.namespace}.svc.{settings.cluster_domain}"
    if size < 2 or len(host) <= LONGEST_HOST:
        return
    if not Findings((*_check_name(cr, settings, known), *_check_namespace(cr, settings, known))).failed:
        text = (
            f"the DNS name of a server would have {len(host)} characters, and DNS allows {LONGEST_HOST}; shorten the"
            " name, the namespace or clusterDomain"
        )
        yield error("host-name-too-long", text, ("metadata", "name"))


def _check_name(cr: Cr, settings: Settings, _: ClusterFacts) -> Iterator[Finding]:
    path, workload = ("metadata", "name"), Names(cr.name).workload
    if not is_dns_subdomain(cr.name):
        yield error(
            "cr-name", f'"{shown(cr.name)}" is not a valid name: {SUBDOMAIN}; use a name such as eventing-nats', path
        )
    elif "." in cr.name:
        yield error(
            "cr-name", f'"{cr.name}" must not contain dots, because the name of a StatefulSet must not; use "-"', path
        )
    elif len(workload) > LONGEST_WORKLOAD:
        text = (
            f'the name of StatefulSet "{workload}" has {len(workload)} characters, and the API server rejects its'
            f" pods above {LONGEST_WORKLOAD} (label controller-revision-hash); shorten the name of the NATS"
        )
        yield error("cr-name-too-long", text, path)
    elif workload[0].isdigit() and (settings.kubernetes_version or NEWEST_KUBERNETES) < SERVICE_MAY_START_WITH_DIGIT:
        text = f'Service "{workload}" starts with a digit, which Kubernetes rejects before 1.36; start with a letter'
        yield error("cr-name-starts-with-digit", text, path)
    elif workload[0].isdigit() and settings.kubernetes_version is None:
        text = f'Service "{workload}" starts with a digit, which Kubernetes rejects before 1.36; set kubernetesVersion'
        yield warning("cr-name-starts-with-digit", text, path)


def _check_namespace(cr: Cr, settings: Settings, _: ClusterFacts) -> Iterator[Finding]:
    path = ("metadata", "namespace")
    if cr.namespace and not is_dns_label(cr.namespace):
        yield error("namespace", f'"{shown(cr.namespace)}" is not a namespace name; use a-z, 0-9 and "-"', path)
    elif not cr.namespace and settings.profile == "nats-manager":
        text = "profile nats-manager needs the namespace for nats.conf; set metadata.namespace (or -n)"
        yield error("namespace-missing", text, path)


def _check_storage_class(cr: Cr, _: Settings, _known: ClusterFacts) -> Iterator[Finding]:
    name = cr.spec["jetStream"]["fileStorage"]["storageClassName"]
    if name and not is_dns_subdomain(name):
        from krmfn.model.placeholders import unresolved

        if (waiting := unresolved(name)) is not None:
            yield error(*waiting, STORAGE_CLASS)
            return
        yield error("storage-class-name", f"the value is not the name of a StorageClass: {SUBDOMAIN}", STORAGE_CLASS)


def _check_secret(cr: Cr, settings: Settings, known: ClusterFacts) -> Iterator[Finding]:
    """A Secret among the items must have the key that nats.conf includes; without one the user must know of it."""
    if settings.secret_mode == "none":
        return
    name = Names(cr.name, settings.secret_name).secret
    found = [one for one in known.secrets.get((cr.namespace, name), ()) if one.owner is None]
    if settings.secret_mode != "existing":
        if name in settings.image_pull_secrets:
            text = f'Secret "{name}" is also in imagePullSecrets; set another secretName'
            yield error("conflicting-settings", text, ("secretName",))
        yield from _competing(name, settings, found)
        return
    if not found:
        keys = "key resolver.conf" if settings.auth is None else "keys resolver.conf and sys.conf"
        command = f"krmfn secret new {name}{f' -n {cr.namespace}' if cr.namespace else ''}"
        text = f'create Secret "{name}" ({keys}) before you apply, or pods wait for it: {command}'
        yield info("secret-not-among-items", text)
    for one in found:
        if one.lacks_key:
            text = f'{one.kind} "{shown(one.name)}" has no key resolver.conf, which nats.conf needs; add it'
            yield error("secret-without-key", text)
        elif one.lacks_users and settings.auth is not None:
            text = (
                f'{one.kind} "{shown(one.name)}" has no key sys.conf, which nats.conf needs with auth; add it'
                " (krmfn secret new writes both keys)"
            )
            yield error("secret-without-key", text)


def _competing(name: str, settings: Settings, found: list[FoundSecret]) -> Iterator[Finding]:
    """Two that make the same Secret would write it in turns. With `adopt` a plain object of the same kind is replaced.

    An encrypted value is never replaced, since it could not be restored.
    """
    ours = "ExternalSecret" if "external" in settings.secret_mode else "Secret"
    for one in found:
        may_adopt = one.kind == ours and one.name == name and not one.is_sealed
        if may_adopt and settings.adopt:
            continue
        where = f" in {shown(one.file)}" if one.file else ""
        text = (
            f'secretMode {settings.secret_mode} renders {ours} "{name}", but {one.kind} "{shown(one.name)}"{where}'
            " creates the same Secret; set secretMode: existing to use that one, or remove it"
        )
        yield error(
            "competing-secret", f"{text}{', or set adopt: true to replace it' if may_adopt else ''}", ("secretMode",)
        )


def _check_image(_cr: Cr, settings: Settings, _known: ClusterFacts) -> Iterator[Finding]:
    """An older server has no such probes, so that its pods are never ready, or are killed while a stream recovers."""
    version = image_version(Images(settings).nats)
    if version is not None and version < OLDEST_SERVER[: len(version)]:
        oldest, found = (".".join(map(str, numbers)) for numbers in (OLDEST_SERVER, version))
        text = (
            f"natsImage is nats-server {found}, which lacks the endpoint /healthz?js-enabled-only=true of the probes;"
            f" use {oldest} or newer"
        )
        yield error("nats-image-too-old", text, ("natsImage",))


def _check_policies(_cr: Cr, settings: Settings, _known: ClusterFacts) -> Iterator[Finding]:
    """The children must comply with the policies by themselves, since a later step is unknown here."""
    if settings.policies is None:
        return
    from krmfn.cluster.policies import Policies

    policies, images = Policies(settings), Images(settings)
    if policies.level == "restricted" and settings.profile == "nats-manager":
        text = "policies.podSecurity is restricted, and profile nats-manager keeps baseline; set profile: hardened"
        yield error("pod-security", text, ("policies", "podSecurity"))
    used = (
        ("natsImage", images.nats, settings.nats_image),
        ("reloaderImage", images.reloader, settings.reloader_image),
        ("exporterImage", images.exporter, settings.exporter_image),
    )
    for key, image, stated in used:
        for code, what, _ in policies.faults(image):
            path = (key,) if stated is not None else ("policies",)
            yield error(code, f"{key}: {shown(image)} {what}; set another {key}", path)


def _check_priority_class(_cr: Cr, settings: Settings, known: ClusterFacts) -> Iterator[Finding]:
    name = priority_class_of(settings)
    if name and not name.startswith("system-") and name not in known.priority_classes:
        whose = ", which nats-manager's manifests create," if name == OPERATOR_PRIORITY_CLASS else ""
        text = (
            f'PriorityClass "{name}"{whose} must exist in the cluster before the first pod starts, or the API server'
            " rejects every pod. krmfn does not render it"
        )
        yield info("priority-class-not-among-items", text, ("priorityClass",))


def _check_istio(_cr: Cr, settings: Settings, known: ClusterFacts) -> Iterator[Finding]:
    if settings.istio == "auto" and known.istio_versions is None:
        text = "unknown whether the cluster runs Istio, so no DestinationRule is rendered; set istio to true or false"
        yield info("istio-unknown", text, ("istio",))


def _check_alerts(cr: Cr, settings: Settings, _: ClusterFacts) -> Iterator[Finding]:
    if settings.prometheus_rule and not cr.namespace:
        text = (
            "the NATS has no namespace, so its alerts match pods of this name in every namespace; set"
            " metadata.namespace (or -n)"
        )
        yield warning("alerts-without-namespace", text, ("metadata", "namespace"))


_OF_CR: tuple[Check, ...] = (
    _check_name,
    _check_namespace,
    _check_host,
    _check_sizes,
    _check_metadata,
    _check_storage_class,
)
_OF_RENDER: tuple[Check, ...] = (
    _check_secret,
    _check_istio,
    _check_image,
    _check_priority_class,
    _check_policies,
    _check_alerts,
)
"""Checks of what is rendered, where the CR by itself is right."""
