"""`krmfn.render`, `krmfn.check` and `krmfn.simulate`: what the commands of the same names do, for objects in memory."""

from __future__ import annotations

from krmfn.comparison.inspection import inspect
from krmfn.library.inputs import input_of, plain, stated_of
from krmfn.model.finding import Findings
from krmfn.rendering.foreign_objects import add_others
from krmfn.rendering.inventory import against_previous
from krmfn.rendering.pipeline import reconcile_input, render_input
from krmfn.reports.simulation import simulation_of
from krmfn.reports.terminal import stream
from krmfn.topology.outlook import Outlook
from krmfn.topology.verdict import SURVIVED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.library.inputs import Objects
    from krmfn.library.settings import Settings
    from krmfn.model.finding import Finding
    from krmfn.model.objects import Object
    from krmfn.rendering.pipeline import PipelineResult


class Rendering:
    """`objects` are what `krmfn render` prints, as plain dicts, and `findings` what it says, errors first.

    With an error among the findings (`failed`), and with `mode="validate"`, there are no objects.
    """

    __slots__ = ("_texts", "findings", "objects")

    def __init__(self, result: PipelineResult) -> None:
        self.findings: list[Finding] = result.findings.in_order()
        printed = [] if self.failed or result.settings.mode != "render" else result.printed
        self.objects: list[Object] = [plain(one.value) for one in printed if one.value is not None]
        self._texts = tuple(one.text for one in printed)

    @property
    def failed(self) -> bool:
        """Whether a finding is an error."""
        return Findings(self.findings).failed

    def to_yaml(self) -> str:
        """The bytes that `krmfn render` prints for the same input, as text: one document for each object.

        What a caller did to `objects` is not in it. With `include="all"` an object of the input that has a head and
        cannot be read is in it as it was, and not among `objects`.
        """
        return stream(self._texts)


class Simulation:
    """`clusters` are what `krmfn simulate -o json` prints: one dict for each NATS.

    `survives`: every placement that the rules allow keeps the quorum of every cluster through the loss of any one zone;
    False where that is not known, and where a finding is an error (`failed`), in which case there are no clusters.
    """

    __slots__ = ("clusters", "findings", "survives")

    def __init__(self, result: PipelineResult) -> None:
        self.findings: list[Finding] = result.findings
        decided = [] if self.failed else result.crs
        known = [Outlook(one.facts, one.settings, one.layout) for one in decided if one.facts is not None]
        self.clusters: list[Object] = [plain(simulation_of(one)) for one in known]
        self.survives = bool(known) and all(one.verdict.code == SURVIVED for one in known)

    @property
    def failed(self) -> bool:
        """Whether a finding is an error."""
        return Findings(self.findings).failed


def render(nats: Objects, settings: Settings | None = None, *, namespace: str = "") -> Rendering:
    """The Kubernetes objects of every NATS given.

    Args:
        nats: A NATS as a dict, several objects as a list of dicts, or YAML or JSON as str or bytes; other objects among
            them are facts (Nodes, CRDs) or earlier children, as behind `krmfn render -f`.
        settings: The same as `--config`; a RenderNATS among the objects has what they leave open.
        namespace: The namespace of a NATS that has none, as `-n`; another one is an error finding.

    Returns:
        The objects and every finding. Bad input is an error finding, not an exception.

    Raises:
        TypeError: An argument is of a type that is not named above.
    """
    result = _result(nats, settings, namespace)
    reconcile_input(result)
    add_others(result)
    if not result.findings.failed:
        result.findings += against_previous(result).findings
    return Rendering(result)


def check(nats: Objects, settings: Settings | None = None, *, namespace: str = "") -> list[Finding]:
    """The findings that `krmfn check` prints, errors first; an empty list where there is nothing to say.

    Arguments and TypeError as for `render`.
    """
    result = _result(nats, settings, namespace)
    inspect(result, namespace, "/")
    return list(result.findings)


def simulate(nats: Objects, settings: Settings | None = None, *, namespace: str = "") -> Simulation:
    """Where the servers of every NATS can run, and what the loss of a zone or a node does, as `krmfn simulate`.

    Arguments and TypeError as for `render`.
    """
    return Simulation(_result(nats, settings, namespace))


def _result(nats: Objects, settings: Settings | None, namespace: str) -> PipelineResult:
    found = input_of(nats)
    return render_input(found, stated_of(settings, found, namespace), namespace)
