"""Changes as text and as json."""

from __future__ import annotations

from krmfn.changes.change import CLASSES, FAULTY, HARMLESS, MEANINGS, STRENGTH, worst
from krmfn.cluster.storage import human
from krmfn.comparison.review import clusters_of, review
from krmfn.model.finding import INFO
from krmfn.model.text import counted, shown
from krmfn.reports.cluster_changes import (
    allowance,
    assumptions,
    cause_text,
    cluster_data,
    cluster_name,
    effect_text,
    zones_text,
)
from krmfn.reports.terminal import lines, reference
from krmfn.reports.terminal import row as finding_row

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krmfn.changes.change import Change
    from krmfn.comparison.comparison import Comparison
    from krmfn.comparison.review import ClusterReview
    from krmfn.comparison.row import Row
    from krmfn.comparison.transitions import Refusal
    from krmfn.model.finding import Finding
    from krmfn.model.objects import ObjectRef

_COLORS = dict(zip(CLASSES, ("2", "2", "36", "33", "31", "31", "31", "1;31", "1;31"), strict=True))
_BYTES = ("max_file_store", "max_memory_store", "max_payload", "max_pending")
_FEW = 5
"""So many harmless changes are shown where nothing stronger changes."""
LONGEST_NAME = 253


def as_text(whole: Comparison, *, color: bool, verbose: bool = False) -> str:
    """The verdict, then every cluster, strongest first: its cause, effects, steps, and what allows it.

    Harmless changes beside stronger ones are counted, and shown if `verbose`.
    """
    parts = [f"{summary(whole, color=color)}\n"]
    if whole.unjudged:
        parts.append(f"\n{title(whole)}:\n{lines(whole.unjudged, color=color)}")
    clusters = review(whole)
    for one in clusters:
        parts += _cluster(one, color=color, verbose=verbose)
    for heading, some in refusals(whole.refused):
        said = [_severe(one) for one in some]
        parts.append(f"\n{heading}:\n{lines(said, color=color)}")
    if time := assumptions(clusters):
        parts.append(f"\n{time}\n")
    return "".join(parts)


def _cluster(one: ClusterReview, *, color: bool, verbose: bool) -> Iterator[str]:
    if one.causes or one.zones != (None, None):
        yield f"\n{cluster_name(one)}: {effect_text(one)}\n"
        yield from (f"  {cause_text(cause)}\n" for cause in one.causes)
        yield f"  loss of a zone: {zones_text(one)}\n"
    harmless = [row for row in one.rows if row.change.impact in HARMLESS]
    folds = not verbose and (len(harmless) < len(one.rows) or len(harmless) > _FEW)
    yield from _rows([row for row in one.rows if row.change.impact not in HARMLESS] if folds else one.rows, color=color)
    if folds and harmless:
        more = "more " if len(harmless) < len(one.rows) else ""
        yield f"\n+ {counted(len(harmless), f'{more}harmless change')} (use -v)\n"
    for heading, steps in (("Before you merge", one.steps()), ("After the merge", one.steps(after=True))):
        if steps:
            yield f"\n{heading}:\n"
            yield from (f"  {number}. {step}\n" for number, step in enumerate(steps, 1))
    if allowance(one):
        yield f"\n{allowance(one)}\n"
    if one.new_findings:
        yield f"\nNew findings:\n{lines(one.new_findings, color=color)}"


def _rows(rows: list[Row], *, color: bool) -> Iterator[str]:
    last = None
    for group in groups(strongest_first(rows)):
        if group[0].object != last:
            last = group[0].object
            yield f"\n{object_name(*last)}\n"
        yield from (f"  {_colored(row.change.impact, color=color)}  {what(row)}\n" for row in group)
        yield f"      {group[0].change.why}\n" if group[0].change.why else ""


def as_json(whole: Comparison) -> str:
    """`worst`, every change, what the CRD says, and findings about what cannot be judged.

    null where there is nothing, or nothing that may be shown.
    """
    import json

    return json.dumps(as_data(whole), ensure_ascii=True, indent=2) + "\n"


def as_data(whole: Comparison) -> dict[str, Any]:
    """What `as_json` prints, as plain values."""
    return {
        "worst": whole.worst,
        "clusters": [cluster_data(one) for one in review(whole)],
        "changes": [_json_row(row) for row in whole.rows],
        "refused": [
            {
                "code": one.finding.code,
                "message": one.finding.message,
                "field": one.finding.field or None,
                "file": one.finding.file,
                "line": one.finding.line,
                "allowed": one.is_allowed,
                "decides": one.decides,
            }
            for one in whole.refused
        ],
        "unjudged": [finding_row(finding) for finding in whole.unjudged],
    }


def strongest_first(rows: list[Row]) -> list[Row]:
    """Objects in the order of the strongest change of each, and so the changes of one."""
    of_object: dict[tuple[str, ObjectRef], int] = {}
    for row in rows:
        of_object[row.object] = max(of_object.get(row.object, 0), STRENGTH[row.change.impact])
    places = {name: number for number, name in enumerate(of_object)}
    return sorted(rows, key=lambda r: (-of_object[r.object], places[r.object], -STRENGTH[r.change.impact]))


def summary(whole: Comparison, *, color: bool) -> str:
    """One line: the strongest class and what it means, how many changes, and what is left open."""
    also = "; the API server rejects the change" if any(one.decides for one in whole.refused) else ""
    if whole.is_failed:
        side = whole.failed_side
        said = f"the {side} state does not render" if side else "the states cannot be compared"
        return f"{said} ({counted(len(whole.unjudged), 'error')})"
    if whole.unjudged:
        also += f"; not all can be judged ({counted(len(whole.unjudged), 'warning')})"
    if not whole.rows:
        return f"{'no other change' if whole.unjudged else 'no change'}{also}"
    strongest = worst(row.change for row in whole.rows)
    if all(row.is_allowed for row in whole.rows if row.change.impact == strongest):
        also = f"; allowed by the NATS{also}"
    objects = len({row.object for row in whole.rows})
    counts = f"{counted(len(whole.rows), 'change')} in {counted(objects, 'object')}"
    changed, known = len({(row.directory, row.owner) for row in whole.rows if row.owner}), clusters_of(whole)
    if 1 < known >= changed > 0:
        counts = f"{changed} of {known} clusters, {counts}"
    return f"{_colored(strongest, color=color)}: {MEANINGS[strongest]} ({counts}){also}"


def title(whole: Comparison) -> str:
    """The heading over `unjudged`."""
    return "Why" if whole.is_failed else "Not judged"


_REFUSES = "The API server rejects this change (rules of the CRD)"
_WOULD = "An API server with the NATS CRD would reject this change; the input has no such CRD, so it does not count"
_ALLOWED = "An API server with the NATS CRD would reject this change; the NATS allows it"


def refusals(refused: list[Refusal]) -> Iterator[tuple[str, list[Refusal]]]:
    """What the CRD's rules say, by what it counts for."""
    titles = [_REFUSES if one.decides else _ALLOWED if one.is_allowed else _WOULD for one in refused]
    for title in dict.fromkeys(titles):
        yield title, [one for one, its in zip(refused, titles, strict=True) if its == title]


def _severe(one: Refusal) -> Finding:
    """The finding as an error where it decides, else as worth knowing."""
    if one.decides:
        return one.finding
    return one.finding.replace(severity=INFO)


def groups(rows: list[Row]) -> Iterator[list[Row]]:
    """Neighbours of one object with the same effect."""
    group: list[Row] = []
    for row in rows:
        if group and _effect(row) != _effect(group[0]):
            yield group
            group = []
        group.append(row)
    if group:
        yield group


def _effect(row: Row) -> tuple[object, ...]:
    return row.object, row.change.impact, row.change.why, row.change.recipe


def what(row: Row) -> str:
    """The field with both values, where they may be shown, its code, and whether it is allowed."""
    change = row.change
    code = f" [{change.code}]" if change.code else ""
    allowed = " (allowed)" if row.is_allowed else ""
    old, new = (_amount(change, value) for value in (change.old, change.new))
    values = f": {old} -> {new}" if old and new else ""
    verb = "" if values else " is wrong" if change.kind == FAULTY else f" {change.kind}"
    return f"{row.field or 'the object'}{verb}{values}{code}{allowed}"


def _amount(change: Change, value: str | None) -> str | None:
    """Bytes of nats.conf as a quantity, where that is exact."""
    if value and change.path[-1:] and change.path[-1] in _BYTES and value.isdigit():
        return human(int(value))
    return value


def object_name(directory: str, key: ObjectRef) -> str:
    """Kind, namespace and name of an object, with its directory where directories are compared."""
    where = f"{shown(directory, LONGEST_NAME)}: " if directory else ""
    names = "/".join(shown(part, LONGEST_NAME) for part in (key.namespace, key.name) if part)
    return f"{where}{shown(key.kind, LONGEST_NAME)} {names}"


def _colored(impact: str, *, color: bool) -> str:
    return f"\x1b[{_COLORS[impact]}m{impact}\x1b[0m" if color else impact


def _json_row(row: Row) -> dict[str, Any]:
    change = row.change
    return {
        "directory": row.directory or None,
        "object": reference(change.ref),
        "field": change.field or None,
        "change": change.kind,
        "old": change.old,
        "new": change.new,
        "class": change.impact,
        "code": change.code or None,
        "allowed": row.is_allowed,
        "why": change.why,
        "recipe": change.advice or None,
    }
