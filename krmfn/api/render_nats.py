"""The functionConfig in its typed form, `fn.krmfn.dev/v1alpha1` RenderNATS: settings of the render and of the cluster.

A field that is absent, null or empty is not set. The default that a field's schema shows is the one of `Settings`.
Syntax of names is checked in `config`, once for this form and for the flat one.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import (
    Field,
    PlainSerializer,
    ValidatorFunctionWrapHandler,
    WithJsonSchema,
    WrapValidator,
    model_validator,
)
from pydantic_core import PydanticCustomError, PydanticKnownError

from krmfn.api.auth_model import Auth
from krmfn.api.encryption_model import Encryption
from krmfn.api.keys import MOST_ZONES
from krmfn.api.level import Level, ObjectMeta, StringMap, Text, whole
from krmfn.api.pod_model import NetworkPolicyFrom, NetworkPolicyTo, Pod, Service
from krmfn.api.policies_model import Policies
from krmfn.api.server_model import Server
from krmfn.api.tls_model import Tls
from krmfn.model.quantity import LARGEST


def _zones(value: Any, names: ValidatorFunctionWrapHandler) -> Any:
    value = whole(value)
    if isinstance(value, list):
        if len(value) > MOST_ZONES:
            raise PydanticKnownError(
                "too_long", {"field_type": "List", "max_length": MOST_ZONES, "actual_length": len(value)}
            )
        return names(value)
    if not isinstance(value, int) or isinstance(value, bool):
        raise PydanticCustomError("zones_type", "neither integer nor list")
    if value < 1:
        raise PydanticKnownError("greater_than_equal", {"ge": 1})
    if value > MOST_ZONES:
        raise PydanticKnownError("less_than_equal", {"le": MOST_ZONES})
    return value


def _istio(value: Any, auto: ValidatorFunctionWrapHandler) -> Any:
    return value if isinstance(value, bool) else auto(value)


def _file_store(value: Any, text: ValidatorFunctionWrapHandler) -> Any:
    value = whole(value)
    if not isinstance(value, int) or isinstance(value, bool):
        return text(value)
    if value < 1:
        raise PydanticKnownError("greater_than_equal", {"ge": 1})
    if value > LARGEST:
        raise PydanticKnownError("less_than_equal", {"le": LARGEST})
    return value


def _as_it_is(value: Any) -> Any:
    return value


_COUNT_OR_NAMES = {
    "anyOf": [
        {"type": "integer", "minimum": 1, "maximum": MOST_ZONES},
        {"type": "array", "items": {"type": "string"}, "maxItems": MOST_ZONES},
    ]
}
_SWITCH_OR_AUTO = {"anyOf": [{"type": "boolean"}, {"type": "string", "enum": ["auto"]}]}
_BYTES_OR_TEXT = {"anyOf": [{"type": "integer", "minimum": 1, "maximum": LARGEST}, {"type": "string"}]}
Zones = Annotated[list[Text], WrapValidator(_zones), PlainSerializer(_as_it_is), WithJsonSchema(_COUNT_OR_NAMES)]
Istio = Annotated[Literal["auto"], WrapValidator(_istio), PlainSerializer(_as_it_is), WithJsonSchema(_SWITCH_OR_AUTO)]
FileStore = Annotated[Text, WrapValidator(_file_store), PlainSerializer(_as_it_is), WithJsonSchema(_BYTES_OR_TEXT)]
Choice = Literal["bcrypt", "existing", "external-secret", "generated-external-secret", "nkey", "none"]


def _stated(default: Any, description: str) -> Any:
    """A field that need not be set; `default` is what holds then, None where it is found or chosen elsewhere."""
    extra = {} if default is None else {"default": default}
    return Field(None, description=description, json_schema_extra=extra)


class ConfigMetadata(ObjectMeta):
    """Metadata of the functionConfig; krmfn reads none of it."""

    name: Text | None = Field(default=None, description="Name of the configuration; kustomize requires one.")
    namespace: Text | None = Field(default=None, description="Ignored.")
    labels: StringMap | None = Field(default=None, description="Ignored.")
    annotations: StringMap | None = Field(
        default=None, description="Ignored by krmfn; kpt and kustomize read their own."
    )


class RenderSpec(Level):
    """The keys. The same names serve `--set`, the ConfigMap form and Argo CD's parameters, there as plain text."""

    @model_validator(mode="before")
    @classmethod
    def _empty_is_not_stated(cls, value: Any) -> Any:
        """An empty text where a choice, a switch or a list belongs counts as absent; `config` judges other texts."""
        if not isinstance(value, dict):
            return value
        choices = {field.alias for field in cls.model_fields.values() if field.annotation != Text | None}
        return {key: item for key, item in value.items() if item != "" or key not in choices}

    profile: Literal["hardened", "nats-manager"] | None = _stated(
        "hardened",
        "Which objects are rendered: `hardened`, or `nats-manager`, the objects of the operator, for a take-over"
        " without restarts.",
    )
    zones: Zones | None = _stated(
        None,
        "Availability zones of the target cluster, up to 100: a list of names, or their number. Default: taken from"
        " the label `topology.kubernetes.io/zone` of Node items; else unknown.",
    )
    zone_spread: Literal["auto", "required", "preferred", "off"] | None = _stated(
        "auto",
        "How servers are spread over zones. `auto` is `required` when three or more zones are known and the size is"
        " 3 or more, else `preferred`.",
    )
    istio: Istio | None = _stated(
        "auto",
        "Whether the cluster runs Istio, so that a DestinationRule is rendered. `auto` looks for the CRD among the"
        " items and in Argo CD's `KUBE_API_VERSIONS`; if it is not found, `false`.",
    )
    provider: Text | None = _stated(
        None,
        "Cloud provider. Only `alicloud` has an effect: volumes have at least 20Gi there, and 20Gi if no size is set."
        " Default: taken from a `shoot-info` ConfigMap; else none. An empty string means none.",
    )
    kubernetes_version: Text | None = _stated(
        None,
        "Kubernetes version of the target cluster, such as `1.31`; 1.27 or newer. Default: `KUBE_VERSION` in Argo CD,"
        " else the newest that krmfn knows.",
    )
    cluster_domain: Text | None = _stated("cluster.local", "DNS domain of the target cluster.")
    cluster_name: Text | None = _stated(
        None,
        "Name of the NATS cluster, the same on all servers. Changing it splits a running cluster. Default: the name"
        " of the CR in `hardened`, `eventing-nats` in `nats-manager`.",
    )
    secret_mode: Choice | None = _stated(
        "existing",
        "Where the credentials of the system account come from. `existing`: a Secret that you create, for example"
        " with `krmfn secret new`. `bcrypt` and `nkey`: krmfn renders a Secret with the hash of a password, or a"
        " public key. `external-secret` and `generated-external-secret`: External Secrets Operator creates the"
        " Secret, from a password in a store, or from one that it generates once. `none` (hardened only): no system"
        " user, for tests.",
    )
    secret_name: Text | None = _stated(
        None,
        "Name of the Secret with the key `resolver.conf`, in every mode. Default: the name of the StatefulSet and"
        " `-secret`.",
    )
    admin_hash: Text | None = _stated(
        None, "For `secretMode: bcrypt`: the bcrypt hash of the system user's password. `krmfn secret hash` makes one."
    )
    admin_nkey: Text | None = _stated(
        None, "For `secretMode: nkey`: the public nkey of the system user: 56 characters that begin with `U`."
    )
    secret_store: Text | None = _stated(
        None,
        "For `secretMode: external-secret`: name of a SecretStore, or `ClusterSecretStore/<name>`.",
    )
    remote_key: Text | None = _stated(
        None,
        "For `secretMode: external-secret`: key of the password in the store, or `key#property` if the value has"
        " properties and one of them is the password.",
    )
    file_store: FileStore | None = _stated(
        None,
        "Limit of the file store of each server (`max_file_store`): a percentage of the volume such as `90%`, or a"
        " size such as `900Mi`. nats-server 2.14 and newer reload a larger limit, which fixes a full"
        " store; a smaller limit is an error until the NATS allows it. Only in `hardened`. Default: 90 % of a volume"
        " of 10Gi or more, 85 % from 1Gi, 80 % from 512Mi, 75 % from 128Mi, 60 % of a smaller one.",
    )
    image_registry: Text | None = _stated(
        None, "Registry that replaces the operator's registry, with an optional path and no scheme."
    )
    images: Literal["kyma", "upstream"] | None = _stated(
        "kyma",
        "Where the images come from by default: `kyma`, the registry of the operator, or `upstream`, the NATS project's"
        " own on docker.io, of the same versions. `imageRegistry` replaces either registry. Only in `hardened`.",
    )
    nats_image: Text | None = _stated(None, "Image of the server. Default: the operator's.")
    reloader_image: Text | None = _stated(None, "Image of the configuration reloader. Default: the operator's.")
    exporter_image: Text | None = _stated(None, "Image of the Prometheus exporter. Default: the operator's.")
    exporter_cpu: Text | None = _stated(None, "CPU limit of each exporter. Only in `hardened`. Default: `500m`.")
    exporter_memory: Text | None = _stated(
        None,
        "Memory limit of each exporter; GOMEMLIMIT is 80 % of it. Only in `hardened`. Default: `128Mi`; with 2,000"
        " consumers 30Mi were used.",
    )
    exporter_jsz: Literal["all", "consumers", "streams", "accounts"] | None = _stated(
        "all",
        "Which JetStream metrics the exporter has (its flag `-jsz`): `accounts` is the cheapest, `all` has series"
        " for each consumer. Only in `hardened`.",
    )
    reloader_cpu: Text | None = _stated(
        None, "CPU limit of the configuration reloader. Only in `hardened`. Default: `50m`."
    )
    reloader_memory: Text | None = _stated(
        None, "Memory limit of the configuration reloader. Only in `hardened`. Default: `32Mi`."
    )
    fips: bool | None = _stated(False, "Whether the operator's FIPS images are used by default.")
    image_pull_secrets: list[Text] | None = _stated(None, "Names of the image pull Secrets. Default: none.")
    priority_class: Text | None = _stated(
        None,
        "PriorityClass of the pods; it must exist in the cluster. An empty string means none. Default: none in"
        " `hardened`, the operator's in `nats-manager`.",
    )
    pod_monitor: bool | None = _stated(
        False, "Whether a PodMonitor is rendered, so that Prometheus Operator scrapes the servers."
    )
    network_policy: bool | None = _stated(
        False,
        (
            "Whether a NetworkPolicy is rendered, so that only the servers reach each other's route and"
            " monitoring ports."
        ),
    )
    network_policy_egress: bool | None = _stated(
        False,
        "Whether the NetworkPolicy also limits where the pods may connect to: DNS, routes between the servers, the"
        " monitoring port for the exporters, and what `networkPolicyTo` lists. Needs `networkPolicy: true`.",
    )
    prometheus_rule: bool | None = _stated(False, "Whether a PrometheusRule with alerts is rendered.")
    protect: bool | None = _stated(
        False,
        "Whether the StatefulSet and the Secret have annotations that keep Argo CD (`Prune=confirm,Delete=confirm`)"
        " and Flux (`prune: disabled`) from removing them without confirmation.",
    )
    keep_cr: Annotated[Literal["keep", "local-config", "drop"] | None, Field(alias="keepCR")] = _stated(
        "keep",
        "What happens to the CR among the items: it is kept, kept with the annotation"
        " `config.kubernetes.io/local-config`, or dropped.",
    )
    mode: Literal["render", "validate"] | None = _stated("render", "Whether objects are rendered or only checked.")
    include: Literal["children", "all"] | None = _stated(
        "children",
        "Whether `render` and `cmp` print the rendered objects only, or all other objects of the input too.",
    )
    adopt: bool | None = _stated(
        False, "Whether an existing object with the name of a rendered one, but without krmfn's mark, is replaced."
    )
    allow_removal: list[Text] | None = _stated(
        None,
        "Clusters that may be deleted because their NATS was removed: `<namespace>/<name>`, or `<name>` if the NATS"
        " had no namespace. krmfn deletes no other cluster. Default: none.",
    )
    previous: Text | None = _stated(
        None,
        "Directory of an earlier render to compare with, on the command line. A function compares with its items.",
    )
    conf: Any = _stated(
        None,
        "Settings of nats.conf that have no key, by their names in nats-server: blocks are merged, lists and values"
        " replaced, `null` removes a setting. A value `{secret, key, variable}` comes from a file that a Secret holds."
        " Only in `hardened`.",
    )
    auth: Auth | None = _stated(
        None, "Who may connect: users and accounts. Absent: every client may, without a password. Only in `hardened`."
    )
    tls: Tls | None = _stated(
        None, "Certificates of the servers. Absent: connections are not encrypted. Only in `hardened`."
    )
    encryption: Encryption | None = _stated(
        None, "Encryption of the streams on disk. Absent: they are in plain text. Only in `hardened`."
    )
    server: Server | None = _stated(None, "Names, limits and JetStream settings of the servers. Only in `hardened`.")
    pod: Pod | None = _stated(None, "Where the servers run. Only in `hardened`.")
    service: Service | None = _stated(
        None, "Service for clients outside of the cluster. Absent: none is rendered. Only in `hardened`."
    )
    network_policy_from: NetworkPolicyFrom | None = _stated(
        None, "Who may connect, for `networkPolicy: true`. Only in `hardened`."
    )
    network_policy_to: NetworkPolicyTo | None = _stated(
        None,
        "Where the servers may connect to, besides each other, for `networkPolicyEgress: true`. Only in `hardened`.",
    )
    pod_monitor_labels: StringMap | None = _stated(
        None, "Labels of the PodMonitor, by which Prometheus selects it, for `podMonitor: true`. Only in `hardened`."
    )
    policies: Policies | None = _stated(
        None, "Rules for all pods, rendered or patched: Pod Security level, registries, digests and tags."
    )


class RenderNATS(Level):
    """How NATS resources are rendered, and what is known of the target cluster."""

    api_version: Literal["fn.krmfn.dev/v1alpha1"] = Field(description="Group and version of the configuration.")
    kind: Literal["RenderNATS"] = Field(description="Kind of the configuration.")
    metadata: ConfigMetadata = Field(default=ConfigMetadata(), description="Metadata of the configuration.")
    spec: RenderSpec = Field(default=RenderSpec(), description="Settings of the render.")
