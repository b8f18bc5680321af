"""What the user states about the render and the target cluster: one attribute for each key of the functionConfig."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal


class Settings:
    """The keys of `RenderNATS.spec` in snake_case, defaulted. None means: not stated, so found or chosen elsewhere."""

    __slots__ = (
        "admin_hash",
        "admin_nkey",
        "adopt",
        "cluster_domain",
        "cluster_name",
        "exporter_cpu",
        "exporter_image",
        "exporter_jsz",
        "exporter_memory",
        "fips",
        "image_pull_secrets",
        "image_registry",
        "include",
        "istio",
        "keep_cr",
        "kubernetes_version",
        "mode",
        "nats_image",
        "network_policy",
        "pod_monitor",
        "previous",
        "priority_class",
        "profile",
        "prometheus_rule",
        "protect",
        "provider",
        "reloader_cpu",
        "reloader_image",
        "reloader_memory",
        "remote_key",
        "secret_mode",
        "secret_name",
        "secret_store",
        "zone_spread",
        "zones",
    )

    def __init__(self) -> None:
        """The defaults: the state of a run in which nothing is stated."""
        self.profile: str = "hardened"
        self.zones: int | tuple[str, ...] | None = None
        self.zone_spread: str = "auto"
        self.istio: bool | Literal["auto"] = "auto"
        self.provider: str | None = None
        self.kubernetes_version: tuple[int, int] | None = None
        self.cluster_domain: str = "cluster.local"
        self.cluster_name: str | None = None
        self.secret_mode: str = "existing"
        self.secret_name: str | None = None
        self.admin_hash: str | None = None
        self.admin_nkey: str | None = None
        self.secret_store: tuple[str, str] | None = None  # kind and name
        self.remote_key: tuple[str, str] | None = None  # key, and a property of it or ""
        self.image_registry: str | None = None
        self.nats_image: str | None = None
        self.reloader_image: str | None = None
        self.exporter_image: str | None = None
        self.exporter_cpu: str | None = None
        self.exporter_memory: str | None = None
        self.exporter_jsz: str = "all"
        self.reloader_cpu: str | None = None
        self.reloader_memory: str | None = None
        self.fips: bool = False
        self.image_pull_secrets: tuple[str, ...] = ()
        self.priority_class: str | None = None  # "" is stated: no priority class
        self.pod_monitor: bool = False
        self.network_policy: bool = False
        self.prometheus_rule: bool = False
        self.protect: bool = False
        self.keep_cr: str = "keep"
        self.mode: str = "render"
        self.include: str = "children"
        self.adopt: bool = False
        self.previous: str | None = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Settings) and all(getattr(self, n) == getattr(other, n) for n in self.__slots__)

    __hash__ = None  # type: ignore[assignment]

    def replaced(self, **stated: object) -> Settings:
        """A copy with other values for some attributes."""
        copy = Settings()
        for name in self.__slots__:
            setattr(copy, name, stated[name] if name in stated else getattr(self, name))
        return copy
