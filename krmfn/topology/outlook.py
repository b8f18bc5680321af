"""One cluster in its zones: where its servers can run, how many each loss leaves, and the verdict."""

from __future__ import annotations

from krmfn.topology.rules import spread
from krmfn.topology.simulation import Simulation
from krmfn.topology.verdict import verdict

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.cluster.cr import Spread
    from krmfn.cluster.facts import Facts
    from krmfn.cluster.settings import Settings
    from krmfn.model.finding import Finding
    from krmfn.topology.layout import Layout


class Outlook:
    """A CR's facts and verdict; `layout` and `simulation` are None where no zones are known."""

    __slots__ = ("facts", "layout", "simulation", "verdict")

    def __init__(self, facts: Facts, settings: Settings, layout: Layout | None) -> None:
        def rule_for(size: int) -> Spread:
            return spread(size, settings, layout)[0]

        self.facts = facts
        self.layout: Layout | None = layout if layout and layout.zones else None
        self.simulation = Simulation(facts.size, self.layout, rule_for) if self.layout else None
        self.verdict: Finding = verdict(facts.size, settings.zone_spread, facts.spread, layout)
