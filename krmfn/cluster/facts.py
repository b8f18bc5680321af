"""Facts: everything that is decided about one CR before anything is built. A builder asks; it does not decide."""

from __future__ import annotations

from krmfn.cluster.cr import provider_of
from krmfn.cluster.images import Images
from krmfn.cluster.resources import EXPORTER_LIMITS, OPERATOR_LIMITS, container_resources, with_disk
from krmfn.cluster.storage import claim_size, file_store_bytes, memory_store_bytes
from krmfn.model.labels import CREATED_ONCE, DASHBOARD, INSTANCE, MANAGED_BY, NAME, PROTECTION
from krmfn.model.names import Names, reads_as_number
from krmfn.model.objects import OWNER, Shared, owner_mark
from krmfn.model.quantity import Quantity

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    from krmfn.cluster.cr import ClusterFacts, Cr, Spread
    from krmfn.cluster.settings import Group, Settings
    from krmfn.model.objects import Object

    T = TypeVar("T")

EXPORTER = "nats-exporter"
"""Label `app.kubernetes.io/name` of the exporters' pods: no selector of the servers takes them for a server."""
NEWEST_KUBERNETES = (1, 37)
OPERATOR_LABELS = {
    "app.kubernetes.io/component": "nats-manager",
    "app.kubernetes.io/created-by": "nats-manager",
    MANAGED_BY: "nats-manager",
    "app.kubernetes.io/part-of": "nats-manager",
    "control-plane": "nats-manager",
}
OPERATOR_CHART = {"helm.sh/chart": "nats-0.17.3"}
OPERATOR_PRIORITY_CLASS = "nats-manager-priority-class"
OPERATOR_CLUSTER = "eventing-nats"
"""nats-manager gives every CR this cluster name and this value of the pod label `nats_cluster`."""
GO_MEMORY_SHARE = 80
"""GOMEMLIMIT in percent of the memory limit (nats-io/k8s chart README; nats-server#5870)."""


PID_LIMIT = "1Mi"
"""Limit of the directory with the process id, in which the server writes one file of some bytes."""
AMBIENT, LINKERD = "istio.io/dataplane-mode", "linkerd.io/inject"
"""The label and the annotation by which a pod stays out of Istio's ambient mesh (`none`) and Linkerd (`disabled`)."""
HBONE, LINKERD_INBOUND = 15008, 4143
"""Ports at which a pod of these meshes takes all its connections."""
ZONE_LABEL_IN_PODS = (1, 35)
"""Pods carry the zone of their node as a label from this version (gate PodTopologyLabelsAdmission; rig, section d)."""


def carries_zone_label(settings: Settings) -> bool:
    """Whether pods are known to carry their zone. Stated, not assumed: without it every server has the same tag."""
    return settings.kubernetes_version is not None and settings.kubernetes_version >= ZONE_LABEL_IN_PODS


def priority_class_of(settings: Settings) -> str:
    """Name of the PriorityClass of the pods; "" for none."""
    if settings.priority_class is not None:
        return settings.priority_class
    return "" if settings.profile == "hardened" else OPERATOR_PRIORITY_CLASS


class Facts:
    """One CR, read in the light of the settings and of what is known about the cluster."""

    def __init__(self, cr: Cr, settings: Settings, known: ClusterFacts, spread: Spread) -> None:
        """The CR must have passed `cluster.checks`."""
        self._made: dict[object, object] = {}
        self.cr_name, self.namespace = cr.name, cr.namespace
        self.owner = owner_mark(cr.namespace, cr.name)
        self.hardened = settings.profile == "hardened"
        self.names = Names(cr.name, settings.secret_name)
        self.spread = spread

        spec = cr.spec
        self.size: int = spec["cluster"]["size"]
        self.clustered = self.size >= 3
        self.replicas = self.size if self.clustered else 1
        self.zone_tags = self.hardened and self.clustered and carries_zone_label(settings)
        self.unique_tag = self.zone_tags and spread.one_a_zone
        """Only with a zone for each server: with fewer, NATS would refuse a stream with more replicas than zones."""
        self.debug: bool = spec["logging"]["debug"]
        self.trace: bool = spec["logging"]["trace"]

        self.provider = provider_of(settings, known)
        self.memory_store = memory_store_bytes(cr, hardened=self.hardened)
        self.memory_store_hardened = memory_store_bytes(cr, hardened=True)
        self.claim_size = claim_size(spec, self.provider)
        self.file_store = file_store_bytes(self.claim_size, settings.file_store, hardened=self.hardened)
        storage_class = spec["jetStream"]["fileStorage"]["storageClassName"]
        self.storage_class = None if storage_class in ("", "default") else storage_class
        self.resources = container_resources(spec["resources"], hardened=self.hardened)
        self.go_memory_limit = _go_memory_limit(spec["resources"].get("limits", {}).get("memory"))

        self.selector = Shared({NAME: "nats", INSTANCE: self.names.instance, DASHBOARD: "eventing"})
        self.exporter_selector = Shared({NAME: EXPORTER, INSTANCE: self.names.instance})
        self.pod_monitor, self.prometheus_rule = settings.pod_monitor, settings.prometheus_rule
        self._label(spec.get("labels", {}), spec.get("annotations", {}))

        self.images = Images(settings)
        self._size_sidecars(settings)
        self.image_pull_secrets = settings.image_pull_secrets
        self.secret_mounted = settings.secret_mode != "none"
        self.system_user = _system_user(settings)
        self.secret_store, self.remote_key = settings.secret_store, settings.remote_key
        self.password_from_store = settings.secret_mode == "external-secret"
        self.password_generated = settings.secret_mode == "generated-external-secret"
        self.protection = PROTECTION if settings.protect else {}
        self.created_once = CREATED_ONCE if settings.protect and self.password_generated else {}
        self.cluster_domain = settings.cluster_domain
        self.cluster_name = settings.cluster_name or (self.names.workload if self.hardened else OPERATOR_CLUSTER)
        self.quote_pod_name = self.hardened or reads_as_number(self.names.workload)
        self.istio = settings.istio is True or (settings.istio == "auto" and bool(known.istio_versions))
        self.istio_version = _newest(known.istio_versions or ()) if self.hardened else "v1alpha3"
        self.network_policy = settings.network_policy
        self.egress_limited = settings.network_policy and settings.network_policy_egress
        self.priority_class = priority_class_of(settings)
        self._group(settings)

    def _group(self, settings: Settings) -> None:
        """The groups of keys; `extended` says whether one that nats.conf is made of is there."""
        self.conf, self.auth, self.tls = _value(settings.conf), _value(settings.auth), _value(settings.tls)
        self.encryption, self.service = _value(settings.encryption), _value(settings.service)
        self.pod, self.server = _value(settings.pod), _value(settings.server)
        self.network_policy_from = _value(settings.network_policy_from)
        self.network_policy_to = _value(settings.network_policy_to)
        self.pod_monitor_labels = _value(settings.pod_monitor_labels) or {}
        self.disk = _disk(self.pod or {})
        self.service_account = self.hardened and "name" not in (self.pod or {}).get("serviceAccount", {})
        if self.disk is not None:
            self.resources = with_disk(self.resources, _disk_of_server(self.pod or {}))
        parts = (self.conf, self.auth, self.tls, self.encryption, self.service, self.server, self.pod)
        self.extended = any(part is not None for part in parts)

    def _label(self, labels: dict[str, str], annotations: dict[str, str]) -> None:
        """Labels and annotations, merged as the operator does: `managed-by` is put back on objects, not on pods."""
        inject = annotations.get("sidecar.istio.io/inject", "false")
        out_of_meshes: dict[str, str] = {}
        if self.hardened:
            common = {MANAGED_BY: "krmfn", **labels}
            all_labels = {**common, MANAGED_BY: "krmfn", **self.selector}
            self.pod_labels = {"sidecar.istio.io/inject": inject, AMBIENT: "none", **common, **self.selector}
            out_of_meshes = {LINKERD: "disabled"}
        else:
            common = {**OPERATOR_LABELS, **labels}
            managed = {MANAGED_BY: OPERATOR_LABELS[MANAGED_BY]}
            all_labels = {**OPERATOR_CHART, **common, **managed, **self.selector}
            self.pod_labels = {**self.selector, "nats_cluster": OPERATOR_CLUSTER, **common}
        self.labels = Shared(dict(sorted(all_labels.items())))
        others = {key: value for key, value in self.pod_labels.items() if key not in self.selector}
        self.exporter_labels = {**others, **self.exporter_selector}
        self.annotations = annotations
        self.pod_annotations = {
            **out_of_meshes,
            "prometheus.io/scrape": "false",
            "sidecar.istio.io/inject": "false",
            **annotations,
        }
        self.mesh_ports = (
            *((HBONE,) if self.pod_labels.get(AMBIENT) != "none" else ()),
            *((LINKERD_INBOUND,) if self.pod_annotations.get(LINKERD) != "disabled" else ()),
        )
        scraped = {} if self.pod_monitor else {"prometheus.io/port": "7777", "prometheus.io/scrape": "true"}
        self.metrics_annotations = {**scraped, **annotations}

    def _size_sidecars(self, settings: Settings) -> None:
        """In `nats-manager` the operator's; the keys are for `hardened` only."""
        cpu, memory = EXPORTER_LIMITS if self.hardened else OPERATOR_LIMITS
        self.exporter_limits = settings.exporter_cpu or cpu, settings.exporter_memory or memory
        self.exporter_go_memory_limit = _go_memory_limit(self.exporter_limits[1])
        self.exporter_jsz = settings.exporter_jsz
        cpu, memory = OPERATOR_LIMITS
        self.reloader_limits = settings.reloader_cpu or cpu, settings.reloader_memory or memory

    def once(self, make: Callable[[Facts], T]) -> T:
        """What a function makes of these facts, made when it is first asked for; it must not be changed."""
        if make not in self._made:
            self._made[make] = make(self)
        return self._made[make]  # type: ignore[return-value]

    def metadata(self, name: str, annotations: dict[str, str] | None = None) -> Object:
        """Metadata of a child; `annotations` are the CR's unless others are given."""
        namespace = {"namespace": self.namespace} if self.namespace else {}
        own = self.annotations if annotations is None else annotations
        return {
            "name": name,
            **namespace,
            "labels": self.labels,
            "annotations": dict(sorted({**own, OWNER: self.owner}.items())),
        }

    def protected_metadata(self, name: str) -> Object:
        """Metadata of a child whose removal costs more than a render: with `protect`, GitOps clients leave it."""
        return self.metadata(name, {**self.annotations, **self.protection})

    def host(self, service: str) -> str:
        """A Service's DNS name: full where the namespace is known, else short (resolved in the client's namespace)."""
        return f"{service}.{self.namespace}.svc.{self.cluster_domain}" if self.namespace else service


def _value(group: Group | None) -> Object | None:
    return None if group is None else group.value


def _disk(pod: Object) -> str | None:
    """Ephemeral storage of each container beside the server; None where it is not limited."""
    return Quantity(pod["ephemeralStorage"]).canonical() if "ephemeralStorage" in pod else None


def _disk_of_server(pod: Object) -> str:
    """The same of the server, in whole mebibytes, with the volumes that live with the pod.

    The kubelet evicts a pod that uses more than its containers may together.
    """
    sizes = (PID_LIMIT, pod["ephemeralStorage"], *(one.get("emptyDir", 0) for one in pod.get("volumes", ())))
    total = sum(Quantity(size).whole() or 0 for size in sizes)
    return Quantity(f"{-(-total >> 20)}Mi").canonical()


def _system_user(settings: Settings) -> dict[str, str] | None:
    """The user of account `$SYS` whose credentials may be in Git; None where another tool brings them."""
    if settings.secret_mode == "bcrypt":
        return {"user": "admin", "password": settings.admin_hash or ""}
    if settings.secret_mode == "nkey":
        return {"nkey": settings.admin_nkey or ""}
    return None


def _go_memory_limit(limit: str | int | None) -> str | None:
    """GOMEMLIMIT in Go's units, rounded down to a mebibyte; None without a memory limit of a mebibyte or more."""
    mebibytes = Quantity(limit).nano * GO_MEMORY_SHARE // 100 // 10**9 >> 20 if limit is not None else 0
    return f"{mebibytes}MiB" if mebibytes else None


def _newest(versions: tuple[str, ...]) -> str:
    """The newest served version of Istio's networking API; v1 where none is known."""
    return next((v for v in ("v1", "v1beta1", "v1alpha3") if v in versions), "v1")
