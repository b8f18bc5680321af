"""What a batch of clusters found out about an earlier render, as plain values that can cross processes."""

from __future__ import annotations

from krmfn.model.finding import Findings


class BatchComparison:
    """What a batch found out about the earlier render.

    `obsolete` files are deleted, `commented` are files with comments that are lost, `replaced` the positions of other
    objects that a child takes the place of. `strays` are files of a cluster with an object that is not its own, and
    `hashes` the identities, `marks` the marks of those objects: batches depend on each other where another cluster has
    one.
    `has_marked`: an object has a mark.
    """

    __slots__ = ("commented", "findings", "has_marked", "hashes", "marks", "obsolete", "replaced", "strays")

    def __init__(self) -> None:
        self.findings = Findings()
        self.obsolete: list[str] = []
        self.commented: list[str] = []
        self.replaced: set[int] = set()
        self.strays: list[str] = []
        self.hashes: set[int] = set()
        self.marks: set[str] = set()
        self.has_marked = False

    def join(self, other: BatchComparison) -> None:
        """Add what another batch found out, except its findings."""
        self.obsolete += other.obsolete
        self.commented += other.commented
        self.replaced |= other.replaced
        self.strays += other.strays
        self.hashes |= other.hashes
        self.marks |= other.marks
        self.has_marked = self.has_marked or other.has_marked
