"""A NATS CR whose spec the API server would store: defaulted, of the right types, its CEL rules kept."""

from __future__ import annotations

from krmfn.model.objects import API_VERSION, KIND, ObjectRef

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.cluster.environment import FoundSecret, Node, StorageClass
    from krmfn.cluster.settings import Settings
    from krmfn.model.objects import Object


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
