"""A NATS CR whose spec the API server would store: defaulted, of the right types, its CEL rules kept."""

from __future__ import annotations

from krmfn.model.objects import API_VERSION, KIND, ObjectRef

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TypeAlias

    from krmfn.cluster.settings import Settings
    from krmfn.model.objects import Object

    Taint: TypeAlias = tuple[str, str, str]  # key, value and effect


class Cr:
    """Name, namespace ("" where none is set) and defaulted spec.

    `sets_memory_size`: the size of the memory store is the user's, and not the default of the CRD.
    """

    __slots__ = ("name", "namespace", "ref", "sets_memory_size", "spec")

    def __init__(self, name: str, namespace: str, spec: Object, *, sets_memory_size: bool = True) -> None:
        self.name = name
        self.namespace = namespace
        self.spec = spec
        self.sets_memory_size = sets_memory_size
        self.ref = ObjectRef(API_VERSION, KIND, namespace, name)


class Node:
    """A node of the cluster: its zone (None without the label), its labels, and what keeps pods away from it."""

    __slots__ = ("is_cordoned", "labels", "taints", "zone")

    def __init__(
        self,
        zone: str | None,
        *,
        is_cordoned: bool = False,
        taints: Sequence[Taint] = (),
        labels: dict[str, str] | None = None,
    ) -> None:
        """`is_cordoned` is passing; `taints` are the other ones with the effect NoSchedule or NoExecute."""
        self.zone = zone
        self.is_cordoned = is_cordoned
        self.taints = taints
        self.labels = labels or {}

    @property
    def is_tainted(self) -> bool:
        """Whether pods that tolerate no taint are kept away for good."""
        return bool(self.taints)


class StorageClass:
    """What decides when a volume gets its zone. An absent `volumeBindingMode` means Immediate."""

    __slots__ = ("is_default", "is_immediate")

    def __init__(self, *, is_immediate: bool, is_default: bool) -> None:
        self.is_immediate = is_immediate
        self.is_default = is_default


class FoundSecret:
    """What makes the Secret of a CR: a Secret, an ExternalSecret or a SealedSecret among the items.

    `file` is None where no host names one. `lacks_key`: it is known to have no key `resolver.conf`. `is_sealed`: its
    values are encrypted (SOPS, SealedSecret), so it is never krmfn's to change. `owner`: the mark of a child, or None.
    `lacks_users`: it is known to have no key `sys.conf`, which the key `auth` needs. `files`: by its keys the variables
    that each defines, and whether a text is there; None for a key that is not a file of nats.conf, or if unknown.
    """

    __slots__ = ("file", "files", "is_sealed", "kind", "lacks_key", "lacks_users", "name", "owner")

    def __init__(
        self,
        kind: str,
        name: str,
        *,
        file: str | None = None,
        lacks_key: bool = False,
        lacks_users: bool = False,
        files: dict[str, dict[str, bool] | None] | None = None,
        is_sealed: bool = False,
        owner: str | None = None,
    ) -> None:
        self.kind = kind
        self.name = name
        self.file = file
        self.lacks_key = lacks_key
        self.lacks_users = lacks_users
        self.files = files
        self.is_sealed = is_sealed
        self.owner = owner


class ClusterFacts:
    """What the input items tell about the target cluster. None everywhere means: nothing found."""

    __slots__ = ("istio_versions", "nodes", "priority_classes", "provider", "secrets", "storage_classes")

    def __init__(
        self,
        istio_versions: tuple[str, ...] | None = None,
        provider: str | None = None,
        secrets: dict[tuple[str, str], list[FoundSecret]] | None = None,
    ) -> None:
        """`istio_versions`: served versions of the DestinationRule CRD, () for a cluster known to have none.

        `secrets`: what makes a Secret, by its namespace and name; only of Secrets that a CR mounts.
        `nodes` and `storage_classes` are by name, `priority_classes` are names; empty when none are among the items.
        """
        self.istio_versions = istio_versions
        self.provider = provider
        self.secrets = secrets or {}
        self.nodes: dict[str, Node] = {}
        self.storage_classes: dict[str, StorageClass] = {}
        self.priority_classes: set[str] = set()


def provider_of(settings: Settings, known: ClusterFacts) -> str:
    """The cloud provider: what is set, else what was found, else ""."""
    return settings.provider if settings.provider is not None else known.provider or ""


class Spread:
    """How the scheduler is told to spread the servers over zones (design: the operator's terms, and one hard cap)."""

    __slots__ = ("max_skew", "min_domains", "one_a_zone", "prefer_zones")

    def __init__(
        self, *, prefer_zones: bool = True, max_skew: int | None = None, min_domains: int | None = None
    ) -> None:
        """`max_skew` and `min_domains` are None where no hard constraint is wanted."""
        self.prefer_zones = prefer_zones
        self.max_skew = max_skew
        self.min_domains = min_domains
        self.one_a_zone = max_skew == 1
        """Whether every server is sure to have a zone of its own."""

    @property
    def is_required(self) -> bool:
        """Whether the hard constraint is there."""
        return self.max_skew is not None
