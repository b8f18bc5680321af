"""The user's settings of the render and of the target cluster: one attribute per key of the functionConfig."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any, Literal

    from krmfn.model.finding import Finding

_DEFAULTS: dict[str, Any] = {
    "profile": "hardened",
    "zones": None,
    "zone_spread": "auto",
    "istio": "auto",
    "provider": None,
    "kubernetes_version": None,
    "cluster_domain": "cluster.local",
    "cluster_name": None,
    "secret_mode": "existing",
    "secret_name": None,
    "admin_hash": None,
    "admin_nkey": None,
    "secret_store": None,
    "remote_key": None,
    "file_store": None,
    "image_registry": None,
    "images": "kyma",
    "nats_image": None,
    "reloader_image": None,
    "exporter_image": None,
    "exporter_cpu": None,
    "exporter_memory": None,
    "exporter_jsz": "all",
    "reloader_cpu": None,
    "reloader_memory": None,
    "fips": False,
    "image_pull_secrets": (),
    "priority_class": None,
    "pod_monitor": False,
    "network_policy": False,
    "network_policy_egress": False,
    "prometheus_rule": False,
    "protect": False,
    "keep_cr": "keep",
    "mode": "render",
    "include": "children",
    "adopt": False,
    "allow_removal": (),
    "previous": None,
    "conf": None,
    "auth": None,
    "tls": None,
    "encryption": None,
    "server": None,
    "pod": None,
    "service": None,
    "network_policy_from": None,
    "network_policy_to": None,
    "pod_monitor_labels": None,
    "policies": None,
}


class Unknown(Exception):
    """A check needs a value that was written wrong: its default would make findings that are not true."""


def until_unknown(found: Iterable[Finding]) -> Iterator[Finding]:
    """Findings up to where the check that yields them needs a value that is unknown."""
    try:
        yield from found
    except Unknown:
        return


class Group:
    """A group of keys as it was accepted: nested dictionaries, which never change. Its values are never printed."""

    __slots__ = ("value",)

    def __init__(self, value: dict[str, Any]) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Group) and self.value == other.value

    def __hash__(self) -> int:
        return hash(repr(self.value))


class _Faulty:
    """What Settings hold beside the keys."""

    __slots__ = ("faulty",)

    faulty: frozenset[str]


class Settings(_Faulty):
    """The keys of `RenderNATS.spec` in snake_case, defaulted and frozen. None: not set, so found or chosen elsewhere.

    Values are not checked here: `krmfn.api.config` makes Settings from what a user wrote, and checks it. `faulty` are
    attributes whose values are unknown: what was written for them is wrong, and they have another value instead.
    """

    __slots__ = tuple(_DEFAULTS)

    profile: str
    zones: int | tuple[str, ...] | None
    zone_spread: str
    istio: bool | Literal["auto"]
    provider: str | None
    kubernetes_version: tuple[int, int] | None
    cluster_domain: str
    cluster_name: str | None
    secret_mode: str
    secret_name: str | None
    admin_hash: str | None
    admin_nkey: str | None
    secret_store: tuple[str, str] | None  # kind and name
    remote_key: tuple[str, str] | None  # key, and a property of it or ""
    file_store: tuple[int, str] | None  # percent of the claim and "%", or bytes and "bytes"
    image_registry: str | None
    images: str
    nats_image: str | None
    reloader_image: str | None
    exporter_image: str | None
    exporter_cpu: str | None
    exporter_memory: str | None
    exporter_jsz: str
    reloader_cpu: str | None
    reloader_memory: str | None
    fips: bool
    image_pull_secrets: tuple[str, ...]
    priority_class: str | None  # "" is set: no priority class
    pod_monitor: bool
    network_policy: bool
    network_policy_egress: bool
    prometheus_rule: bool
    protect: bool
    keep_cr: str
    mode: str
    include: str
    adopt: bool
    allow_removal: tuple[str, ...]
    previous: str | None
    conf: Group | None
    auth: Group | None
    tls: Group | None
    encryption: Group | None
    server: Group | None
    pod: Group | None
    service: Group | None
    network_policy_from: Group | None
    network_policy_to: Group | None
    pod_monitor_labels: Group | None
    policies: Group | None

    def __init__(self, **stated: Any) -> None:
        """Set some attributes; the others have their defaults. TypeError names every unknown one."""
        if not stated.keys() <= _DEFAULTS.keys():
            raise TypeError(_unknown(stated))
        put = object.__setattr__
        for name, default in _DEFAULTS.items():
            put(self, name, stated.get(name, default))
        put(self, "faulty", frozenset())

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"Settings are frozen; write settings.replaced({name}=...)")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"Settings are frozen; {name} cannot be deleted")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Settings) and self._values() == other._values()

    def __hash__(self) -> int:
        return hash(self._values())

    def __repr__(self) -> str:
        """The names of what is set; no value, since it can be confidential."""
        names = [name for name, default in _DEFAULTS.items() if getattr(self, name) != default]
        return f"Settings({', '.join(f'{name}=...' for name in names)})"

    def text(self) -> str:
        """All values as one text, to look in it for a word; never to be printed, since values can be confidential."""
        return repr([value.value if isinstance(value, Group) else value for value in self._values()])

    def replaced(self, **stated: Any) -> Settings:
        """A copy with other values for some attributes. TypeError names every unknown one."""
        made = Settings(**{**dict(zip(_DEFAULTS, self._values(), strict=True)), **stated})
        object.__setattr__(made, "faulty", self.faulty)
        return made

    def with_faulty(self, names: Iterable[str]) -> Settings:
        """The same settings, of which some more attributes are faulty."""
        made = self.replaced()
        object.__setattr__(made, "faulty", self.faulty.union(names))
        return made

    def sound(self) -> Settings:
        """The settings for checks: reading a faulty attribute raises Unknown."""
        if not self.faulty:
            return self
        made = object.__new__(_Sound)
        for name in ("faulty", *_DEFAULTS.keys() - self.faulty):
            object.__setattr__(made, name, getattr(self, name))
        return made

    def _values(self) -> tuple[Any, ...]:
        return tuple(getattr(self, name) for name in _DEFAULTS)


class _Sound(Settings):
    """Settings that lack the faulty attributes."""

    __slots__ = ()

    def __getattr__(self, name: str) -> Any:
        """Asked only for what is not there."""
        if name in _DEFAULTS:
            raise Unknown
        raise AttributeError(name)


def _unknown(stated: dict[str, Any]) -> str:
    from krmfn.model.text import nearest

    known = tuple(_DEFAULTS)
    said = []
    for name in stated:
        if name not in _DEFAULTS:
            meant = nearest(name, known)
            said.append(f"{name} (did you mean {meant}?)" if meant else name)
    return f"Settings has no {', '.join(said)}; it has {', '.join(known)}"
