"""A comparison for a reviewer: for each cluster the changed lines, their effects, and zone loss before and after."""

from __future__ import annotations

from krmfn.changes.allowances import codes_of, may_be_allowed
from krmfn.changes.change import APPLY, BLOCKED, DATA_LOSS, OUTAGE, RESTART, STRENGTH, worst
from krmfn.changes.redaction import shown_value
from krmfn.changes.workload import container_of, is_nats, kept_from, replicas
from krmfn.model.finding import INFO, dotted
from krmfn.model.lookup import at
from krmfn.model.objects import ALLOW, OWNER, owner_mark
from krmfn.resourcelist import annotations as notes
from krmfn.topology.verdict import VERDICTS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Any

    from krmfn.comparison.comparison import Comparison, Side, StatePair
    from krmfn.comparison.row import Row
    from krmfn.comparison.state import State
    from krmfn.model.finding import Finding
    from krmfn.model.objects import FieldPath, Object, ObjectRef
    from krmfn.sources.source import Source


NOT_SET, REMOVED, HIDDEN = "(not set)", "(removed)", "(set)"
_IMAGES = (("natsImage",), ("reloaderImage",), ("exporterImage",))
_TEMPLATE = ("spec", "template")
_READ = (("spec",), ("metadata", "labels"), ("metadata", "annotations"))
"""Fields of a NATS or RenderNATS that decide what is rendered or allowed."""


class Cause:
    """A line that changed: file and line (of the new state where it has the document), field, and both values.

    `renamed` is the mark of the NATS that the same file has instead of one that is removed, "" for none.
    `old` and `new` are `HIDDEN` where a value may not be shown, and `NOT_SET` and `REMOVED` where there is none.
    """

    __slots__ = ("field", "file", "line", "new", "old", "path", "renamed")

    def __init__(self, source: Source, path: FieldPath, old: object, new: object) -> None:
        self.file = source.origin.file
        self.path = source.origin.path
        self.renamed = ""
        self.line = source.line_of(path)
        self.field = dotted(path)
        self.old = NOT_SET if old is None else _shown(path, old)
        self.new = REMOVED if new is None else _shown(path, new)


class ClusterReview:
    """One cluster. `name` is the mark of its NATS, or that of an object which has none.

    `rows` are its changes, strongest first; `zones` the codes of the verdict before and after, None where the state has
    no such NATS; `new_findings` are errors and warnings that the old state did not earn; `restarts` tells how often
    servers restart and how long that takes, None where none does. `has_nats`: the new state has its NATS.
    """

    __slots__ = ("causes", "directory", "has_nats", "name", "new_findings", "restarts", "rows", "zones")

    def __init__(self, directory: str, name: str, rows: Sequence[Row]) -> None:
        self.directory = directory
        self.name = name
        self.rows = sorted(rows, key=lambda row: -STRENGTH[row.change.impact])
        self.causes: list[Cause] = []
        self.zones: tuple[str | None, str | None] = (None, None)
        self.new_findings: list[Finding] = []
        self.restarts: Restarts | None = None
        self.has_nats = False

    @property
    def impact(self) -> str:
        """The strongest class."""
        return worst(row.change for row in self.rows)

    @property
    def classes(self) -> list[str]:
        """All classes, strongest first."""
        return list(dict.fromkeys(row.change.impact for row in self.rows))

    @property
    def is_removed(self) -> bool:
        """Whether the change removes the NATS."""
        return self.zones[0] is not None and not self.has_nats

    def steps(self, *, after: bool = False) -> list[str]:
        """The steps to take before the merge or instead of it, in order, or `after` it; commands are in backticks.

        For a cluster that is removed as a whole, only the steps that save its data.
        """
        found: dict[str, None] = {}
        for row in self.rows:
            change = row.change
            if (change.impact == BLOCKED) == after and (not self.is_removed or change.impact == self.impact):
                found.update(dict.fromkeys(change.steps))
        is_last = found.pop(APPLY, "") is None  # the steps of weaker changes come before it too
        return [*found, *([APPLY] if is_last else [])]

    @property
    def codes(self) -> dict[str, bool]:
        """Codes of changes that the NATS must allow, and whether it does."""
        return {row.change.code: row.is_allowed for row in self.rows if row.change.code}

    @property
    def needed(self) -> list[str]:
        """The codes that the NATS can allow and does not; none where the new state has no NATS."""
        return [code for code, done in self.codes.items() if not done and may_be_allowed(code) and not self.is_removed]


class Restarts:
    """A rolling restart: how many servers, one after the other, and the least and the most seconds that each takes.

    The least is its start: the kubelet waits `initialDelaySeconds` before the first probe, and until startup and
    readiness have succeeded once. The most adds the time to stop, terminationGracePeriodSeconds. What pulling images
    and catching up with large streams take is not known here.
    """

    __slots__ = ("least", "most", "servers")

    def __init__(self, statefulset: Object, servers: int) -> None:
        pod = at(statefulset, "spec", "template", "spec")
        grace = pod.get("terminationGracePeriodSeconds", 30)
        container = container_of(statefulset)
        startup, ready = at(container, "startupProbe"), at(container, "readinessProbe")
        waits = [probe.get("initialDelaySeconds", 0) for probe in (startup, ready)]
        period = ready.get("periodSeconds", 10) if ready else 0
        known = [value for value in (*waits, period, grace) if isinstance(value, int)]
        self.servers = servers
        self.least = max([0, *waits]) + period if len(known) == 4 else 0
        self.most = self.least + grace if len(known) == 4 else 0


def review(whole: Comparison) -> list[ClusterReview]:
    """The clusters with a change or a new finding, strongest first, then by name."""
    rows: dict[tuple[str, str], list[Row]] = {}
    for row in whole.rows:
        rows.setdefault((row.directory, row.owner or _name(row.change.ref)), []).append(row)
    found = {key: ClusterReview(*key, its) for key, its in rows.items()}
    for pair in whole.pairs:
        told = _by_object(pair.old), _by_object(pair.new)
        owners = _Owners(pair.old), _Owners(pair.new)
        for key in {**pair.old.crs, **pair.new.crs}:
            before, after = (some.get(key, []) for some in told)
            mark = owner_mark(key.namespace, key.name)
            one = found.get((pair.directory, mark)) or ClusterReview(pair.directory, mark, ())
            one.zones = _verdict(before), _verdict(after)
            one.has_nats = key in pair.new.crs
            one.restarts = _restarts(pair, one.rows)
            one.new_findings = list(_new_findings(before, after))
            if one.rows or (one.new_findings and key in pair.old.crs):
                one.causes = list(_causes(pair, key, whole.sides, owners))
                found[pair.directory, mark] = one
    _renamed(found.values())
    return sorted(found.values(), key=lambda one: (-STRENGTH[one.impact], one.directory, one.name))


def _renamed(found: Iterable[ClusterReview]) -> None:
    """Mark the causes of a NATS that was renamed in its file, and not removed from it."""
    whole = [(one, cause) for one in found for cause in one.causes if not cause.field]
    added: dict[str, list[str]] = {"": []}
    for one, cause in whole:
        if cause.path and cause.old == NOT_SET:
            added.setdefault(cause.path, []).append(one.name)
    for one, cause in whole:
        after = added.get(cause.path, [])
        if one.is_removed and len(after) == 1:
            cause.renamed = after[0]


def clusters_of(whole: Comparison) -> int:
    """The number of different NATS in both states together."""
    return sum(len({**pair.old.crs, **pair.new.crs}) for pair in whole.pairs)


def _restarts(pair: StatePair, rows: Sequence[Row]) -> Restarts | None:
    """The rolling restart that the rows cause, also where one of them does something stronger."""
    for row in rows:
        ref, impact = row.change.ref, row.change.impact
        old, new = pair.old.objects.get(ref), pair.new.objects.get(ref)
        if old is None or new is None or not is_nats(new):
            continue
        rolls = row.change.path[:2] == _TEMPLATE and impact in (OUTAGE, DATA_LOSS) and kept_from(new) == 0
        if impact == RESTART or rolls:
            return Restarts(new, min(replicas(old), replicas(new)))
    return None


def _name(ref: ObjectRef) -> str:
    return f"{ref.kind} {f'{ref.namespace}/' if ref.namespace else ''}{ref.name}"


def _by_object(state: State) -> dict[ObjectRef | None, list[Finding]]:
    """The findings of a state by what they are about, in their order."""
    found: dict[ObjectRef | None, list[Finding]] = {}
    for finding in state.findings:
        found.setdefault(finding.object, []).append(finding)
    return found


def _verdict(findings: Iterable[Finding]) -> str | None:
    return next((f.code for f in findings if f.code in VERDICTS), None)


def _new_findings(before: Iterable[Finding], after: Iterable[Finding]) -> Iterator[Finding]:
    known = {(f.code, f.field) for f in before}
    for finding in after:
        if finding.severity != INFO and (finding.code, finding.field) not in known:
            yield finding


def _causes(
    pair: StatePair, key: ObjectRef, sides: tuple[Side, Side], owners: tuple[_Owners, _Owners]
) -> Iterator[Cause]:
    """The lines that differ in the NATS, and in the RenderNATS that apply to it."""
    old, new = pair.old.crs.get(key), pair.new.crs.get(key)
    if old is None or new is None:
        one, other = (old, owners[1]) if old is not None else (new, owners[0])
        if one is not None and owner_mark(key.namespace, key.name) not in other:
            yield Cause(one[0], (), old, new)
        return
    before, after = (
        [one[0], *side.configuration.documents(one[0])] for one, side in zip((old, new), sides, strict=True)
    )
    for number in range(max(len(before), len(after))):
        yield from _differences(before[number : number + 1], after[number : number + 1])


class _Owners:
    """The marks of the NATS of which a state has objects, rendered ones or a dump, whether or not it has the NATS."""

    __slots__ = ("_marks", "_state")

    def __init__(self, state: State) -> None:
        self._state = state
        self._marks: set[object] | None = None

    def __contains__(self, mark: str) -> bool:
        if self._marks is None:
            self._marks = {notes.of(obj).get(OWNER) for obj in self._state.objects.values()}
        return mark in self._marks


def _differences(old: Sequence[Source], new: Sequence[Source]) -> Iterator[Cause]:
    """Of two documents, each in a list, empty where there is none."""
    if [one.text for one in old] == [one.text for one in new]:
        return
    values = [one[0].value() if one else {} for one in (old, new)]
    for path in _READ:
        before, after = (_at(value, path) for value in values)
        for where, was, now in _leaves(path, before, after):
            yield Cause((new or old)[0], where, was, now)


def _at(value: Any, path: FieldPath) -> Any:
    for part in path:
        value = value.get(part) if isinstance(value, dict) else None
    return value


def _leaves(path: FieldPath, old: Any, new: Any) -> Iterator[tuple[FieldPath, Any, Any]]:
    """Every leaf that differs; a list is one."""
    if old == new and type(old) is type(new):
        return
    maps = [isinstance(one, dict) for one in (old, new)]
    if any(maps) and all(is_map or one is None for is_map, one in zip(maps, (old, new), strict=True)):
        before, after = old or {}, new or {}
        for key in {**before, **after}:
            yield from _leaves((*path, key), before.get(key), after.get(key))
    else:
        yield path, old, new


def _shown(path: FieldPath, value: object) -> str:
    if path == ("metadata", "annotations", ALLOW):
        codes, wrong = codes_of(value)
        return HIDDEN if wrong else ",".join(codes)
    return shown_value(("image",) if path[-1:] in _IMAGES else path, value) or HIDDEN
