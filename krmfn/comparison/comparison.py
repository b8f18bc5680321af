"""Compares two states: every change with its class, the steps that the CRD refuses, and what cannot be compared."""

from __future__ import annotations

from krmfn.changes.change import NONE, STRENGTH, UNKNOWN, worst
from krmfn.changes.compare import changes
from krmfn.changes.entry_names import named
from krmfn.comparison.builds import unbuilt
from krmfn.comparison.packages import paired
from krmfn.comparison.row import Row
from krmfn.comparison.state import narrow, stale_renders, state_of, unread_changes
from krmfn.comparison.transitions import refusals
from krmfn.model.finding import ERROR, INFO, Findings, error
from krmfn.model.objects import OWNER
from krmfn.resourcelist import annotations as notes
from krmfn.sources.call_settings import configuration_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from krmfn.comparison.state import State
    from krmfn.comparison.transitions import Refusal
    from krmfn.model.finding import Finding
    from krmfn.model.objects import Object
    from krmfn.sources.call_settings import CallSettings
    from krmfn.sources.source import Input


class Side:
    """One state: its input, the absolute folder that it starts from, and its settings."""

    __slots__ = ("configuration", "input", "start")

    def __init__(self, found: Input, start: str, stated: CallSettings) -> None:
        self.input = found
        self.start = start
        self.configuration = configuration_of(stated, found)


class StatePair:
    """Both states of a directory, "" where the sides are compared as a whole."""

    __slots__ = ("directory", "new", "old")

    def __init__(self, directory: str, old: State, new: State) -> None:
        self.directory = directory
        self.old = old
        self.new = new


class Comparison:
    """`rows` are the changes, `refused` the steps that the CRD's rules reject, `findings` the rest, in order.

    `unjudged` are warnings about what the changes leave out. Where the states cannot be compared (`is_failed`), it has
    the errors, everything else is empty, and `failed_side` is "new" or "old", the state with the errors, "" where both
    are wrong together. `pairs` and `sides` are what was compared.
    """

    __slots__ = ("failed_side", "findings", "is_failed", "pairs", "refused", "rows", "sides", "unjudged")

    sides: tuple[Side, Side]

    def __init__(self, unjudged: Iterable[Finding], findings: Iterable[Finding] = ()) -> None:
        self.unjudged = Findings(unjudged).in_order()
        self.failed_side = ""
        self.is_failed = self.unjudged.failed
        self.findings = Findings(findings).in_order()
        self.rows: list[Row] = []
        self.refused: list[Refusal] = []
        self.pairs: list[StatePair] = []

    @property
    def worst(self) -> str | None:
        """The strongest class; None where no change is known and something cannot be judged."""
        return worst(row.change for row in self.rows) if self.rows or not self.unjudged else None

    def is_refused(self, fail_on: str | None) -> bool:
        """Whether there is a change of this class or a stronger one that no NATS allows; None: any change at all.

        A step that a known API server refuses is refused whatever its class is, unless its NATS allows it; so is one
        whose effect is not known.
        """
        if self.unjudged or any(one.decides for one in self.refused):
            return True
        if any(row.change.code == UNKNOWN for row in self.rows):
            return True
        least = STRENGTH[fail_on] if fail_on else STRENGTH[NONE] + 1
        return any(STRENGTH[r.change.impact] >= least and not (fail_on and r.is_allowed) for r in self.rows)


def compare(before: Side, after: Side, namespace: str) -> Comparison:
    """`namespace` is that of objects without one, "" for none."""
    known: dict[str, Object] = {}
    pairs = []
    for directory, old, new in paired(before.input, after.input, (before.start, after.start)):
        one = state_of(old, before.configuration, namespace, known)
        other = state_of(new, after.configuration, namespace, known)
        pairs.append((directory, one, other))
    states = [state for _, *both in pairs for state in both]
    said = Findings(dict.fromkeys(f for side in (before, after) for f in side.configuration.findings))
    said += (f for s in states for f in s.findings)
    if not said.failed and not any(state.objects for state in states):
        said.append(error("nothing-to-compare", "no Kubernetes object in either state; check the paths"))
    if said.failed:
        wrong = Comparison([finding for finding in said if finding.severity == ERROR])
        news, olds = (
            Findings(side.configuration.findings).failed or any(Findings(state.findings).failed for state in some)
            for side, some in ((after, [new for *_, new in pairs]), (before, [old for _, old, _ in pairs]))
        )
        wrong.failed_side = "new" if news else "old" if olds else ""
        return wrong
    refused = [one for _, old, new in pairs for one in refusals(old, new)]  # before _rows, which narrows a dump
    unjudged = [f for _, old, new in pairs for f in (*unread_changes(old, new), *stale_renders(old, new))]
    built = list(
        unbuilt(
            before.input, after.input, (before.start, after.start), is_rendered=any(s.rendered_here for s in states)
        )
    )
    worth = [finding for _, old, new in pairs for finding in _news(old, new) if finding.severity != INFO]
    worth += (finding for finding in built if finding.severity == INFO)
    comparison = Comparison([*unjudged, *(finding for finding in built if finding.severity != INFO)], worth)
    comparison.refused = refused
    comparison.sides = before, after
    comparison.pairs = [StatePair(*pair) for pair in pairs]
    comparison.rows = [row for directory, old, new in pairs for row in _rows(directory, old, new)]
    return comparison


def _news(old: State, new: State) -> Iterator[Finding]:
    """Findings of the new state that the old one does not have, or that are about no NATS."""
    known = {(finding.code, finding.field, finding.object) for finding in old.findings}
    for finding in new.findings:
        if finding.object not in new.crs or (finding.code, finding.field, finding.object) not in known:
            yield finding


def _rows(directory: str, old: State, new: State) -> list[Row]:
    narrow(old, new)
    narrow(new, old)
    rows = []
    found = changes(old.objects.values(), new.objects.values())
    if found and not (new.is_live or new.rendered_here.issuperset(new.objects)):
        from krmfn.comparison.final_objects import with_faults

        found = with_faults(old, new, found)
    for change in found:
        obj = new.objects.get(change.ref) or old.objects.get(change.ref) or {}  # what pods mount may be in neither
        owner = notes.of(obj).get(OWNER, "")
        codes = new.allowed.get(owner, ())
        field = named(change.path, (old.objects.get(change.ref), new.objects.get(change.ref)))
        rows.append(Row(change, directory, owner, field, is_allowed=bool(change.code) and change.code in codes))
    return rows
