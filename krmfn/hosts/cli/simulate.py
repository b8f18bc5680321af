"""`krmfn simulate`: where the servers of every NATS can stand, and what is left when a zone or a node is lost."""

from __future__ import annotations

from krmfn.core.finding import failed
from krmfn.hosts.cli.out import STDERR, is_colored, lines, put
from krmfn.hosts.cli.run import run as run_all
from krmfn.hosts.cli.simulated import as_json, as_text
from krmfn.hosts.output import complain
from krmfn.zones.rules import spread
from krmfn.zones.simulate import Simulation
from krmfn.zones.verdict import SURVIVED, verdict

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace

    from krmfn.core.cr import Spread
    from krmfn.core.facts import Facts
    from krmfn.core.finding import Finding
    from krmfn.hosts.program import Rendered
    from krmfn.zones.layout import Layout


class Simulated:
    """A CR's facts and verdict; `layout` and `simulation` are None where no zones are known."""

    __slots__ = ("facts", "layout", "simulation", "verdict")

    def __init__(self, one: Rendered, facts: Facts) -> None:
        settings = one.settings

        def rule_for(size: int) -> Spread:
            return spread(size, settings, one.layout)[0]

        self.facts = facts
        self.layout: Layout | None = one.layout if one.layout and one.layout.zones else None
        self.simulation = Simulation(facts.size, self.layout, rule_for) if self.layout else None
        self.verdict: Finding = verdict(facts.size, settings.zone_spread, facts.spread, one.layout)


def run(parsed: Namespace) -> int:
    """The exit status. Raises Usage."""
    result = run_all(parsed)
    said = result.findings
    if failed(said):
        complain(lines(said, color=is_colored(parsed.color, STDERR)))
        return 1
    simulated = [Simulated(one, one.facts) for one in result.crs if one.facts is not None]
    codes = {one.verdict.code for one in simulated}
    complain(lines((f for f in said if f.code not in codes), color=is_colored(parsed.color, STDERR)))
    status = 0 if codes <= {SURVIVED, *parsed.accept} else 1
    return put(as_json(simulated) if parsed.output == "json" else as_text(simulated), status)
