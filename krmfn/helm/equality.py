"""One thing that was compared between the chart and krmfn."""

from __future__ import annotations

from krmfn.model.record import Record


class Equality(Record):
    """One thing that both render: `chart` and `krmfn` as text, and the `reason` of a difference, "" for none known."""

    what: str
    chart: str
    krmfn: str
    reason: str = ""

    @property
    def is_equal(self) -> bool:
        """Whether both are the same."""
        return self.chart == self.krmfn

    @property
    def is_unexplained(self) -> bool:
        """Whether they differ, and no reason is known."""
        return not self.is_equal and not self.reason
