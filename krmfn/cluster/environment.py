"""Objects of the target cluster that are among the input items; a call without such items does not import this."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TypeAlias

    Taint: TypeAlias = tuple[str, str, str]  # key, value and effect


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
