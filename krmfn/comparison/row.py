"""One line of a comparison."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.changes.change import Change
    from krmfn.model.objects import ObjectRef


class Row:
    """A change, and whether the annotation of its NATS allows it.

    `directory` is the one that is compared with that of the same name, "" where the states are compared as a whole;
    `owner` the mark of the NATS whose object is changed, "" for an object of none; `field` the path of the change, with
    names in place of positions where krmfn chose them.
    """

    __slots__ = ("change", "directory", "field", "is_allowed", "owner")

    def __init__(
        self, change: Change, directory: str = "", owner: str = "", field: str | None = None, *, is_allowed: bool
    ) -> None:
        self.change = change
        self.directory = directory
        self.owner = owner
        self.field = change.field if field is None else field
        self.is_allowed = is_allowed

    @property
    def object(self) -> tuple[str, ObjectRef]:
        """The changed object."""
        return self.directory, self.change.ref
