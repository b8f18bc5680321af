"""The keywords of `krmfn.Settings` and their types. Generated from the models: `make generate`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypedDict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any


class SettingValues(TypedDict, total=False):
    """The keys of `RenderNATS.spec` in snake_case; None: not set. docs/reference/rendernats.md describes each."""

    profile: Literal["hardened", "nats-manager"] | None
    zones: int | Sequence[str] | None
    zone_spread: Literal["auto", "required", "preferred", "off"] | None
    istio: bool | Literal["auto"] | None
    provider: str | None
    kubernetes_version: str | None
    cluster_domain: str | None
    cluster_name: str | None
    secret_mode: Literal["bcrypt", "existing", "external-secret", "generated-external-secret", "nkey", "none"] | None
    secret_name: str | None
    admin_hash: str | None
    admin_nkey: str | None
    secret_store: str | None
    remote_key: str | None
    file_store: int | str | None
    image_registry: str | None
    images: Literal["kyma", "upstream"] | None
    nats_image: str | None
    reloader_image: str | None
    exporter_image: str | None
    exporter_cpu: str | None
    exporter_memory: str | None
    exporter_jsz: Literal["all", "consumers", "streams", "accounts"] | None
    reloader_cpu: str | None
    reloader_memory: str | None
    fips: bool | None
    image_pull_secrets: Sequence[str] | None
    priority_class: str | None
    pod_monitor: bool | None
    network_policy: bool | None
    network_policy_egress: bool | None
    prometheus_rule: bool | None
    protect: bool | None
    keep_cr: Literal["keep", "local-config", "drop"] | None
    mode: Literal["render", "validate"] | None
    include: Literal["children", "all"] | None
    adopt: bool | None
    allow_removal: Sequence[str] | None
    previous: str | None
    conf: Mapping[str, Any] | None
    auth: Mapping[str, Any] | None
    tls: Mapping[str, Any] | None
    encryption: Mapping[str, Any] | None
    server: Mapping[str, Any] | None
    pod: Mapping[str, Any] | None
    service: Mapping[str, Any] | None
    network_policy_from: Mapping[str, Any] | None
    network_policy_to: Mapping[str, Any] | None
    pod_monitor_labels: str | None
    policies: Mapping[str, Any] | None
