"""One NATS of many: what is kept of it while its text is not in memory."""

from __future__ import annotations

from krmfn.model.objects import owner_mark

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.sources.files import File
    from krmfn.sources.source import Source


class NatsEntry:
    """A NATS: its namespace ("" where neither it nor -n has one) and name, and where it is.

    `source` is its text where that is kept, else it is the `number`-th object of `file`. `position` is its place among
    all NATS of the input, and tells one from another.
    """

    __slots__ = ("file", "name", "namespace", "number", "position", "source")

    def __init__(
        self, namespace: str, name: str, file: File, number: int, *, source: Source | None, position: int
    ) -> None:
        self.namespace = namespace
        self.name = name
        self.file = file
        self.number = number
        self.source = source
        self.position = position

    def __eq__(self, other: object) -> bool:
        return isinstance(other, NatsEntry) and self.position == other.position

    def __hash__(self) -> int:
        return self.position

    @property
    def mark(self) -> str:
        """The mark of its children."""
        return owner_mark(self.namespace, self.name)

    @property
    def origin(self) -> File:
        """The origin, of which settings need the folder."""
        return self.file
