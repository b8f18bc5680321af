"""Changes as text and as json."""

from __future__ import annotations

from krmfn.changes.change import CLASSES, FAULTY, MEANINGS, STRENGTH, worst
from krmfn.comparison.review import review
from krmfn.model.finding import INFO
from krmfn.model.text import counted, shown
from krmfn.reports.cluster_changes import cause_text, cluster_data, cluster_name, effect_text, zones_text
from krmfn.reports.terminal import lines, reference
from krmfn.reports.terminal import row as finding_row

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krmfn.comparison.comparison import Comparison
    from krmfn.comparison.row import Row
    from krmfn.comparison.transitions import Refusal
    from krmfn.model.finding import Finding
    from krmfn.model.objects import ObjectRef

_COLORS = dict(zip(CLASSES, ("2", "2", "36", "33", "31", "31", "31", "1;31", "1;31"), strict=True))
LONGEST_NAME = 253


def as_text(whole: Comparison, *, color: bool) -> str:
    """The worst first, then every object with its changes; what has the same effect is said once."""
    parts = [f"{summary(whole, color=color)}\n"]
    if whole.unjudged:
        parts.append(f"\n{title(whole)}:\n{lines(whole.unjudged, color=color)}")
    for one in review(whole):
        if one.causes:
            parts.append(f"\n{cluster_name(one)}: {effect_text(one)}\n")
            parts += (f"  {cause_text(cause)}\n" for cause in one.causes)
            parts.append(f"  loss of a zone: {zones_text(one)}\n")
    last = None
    for group in groups(strongest_first(whole.rows)):
        change = group[0].change
        if group[0].object != last:
            last = group[0].object
            parts.append(f"\n{object_name(*last)}\n")
        parts += (f"  {_colored(row.change.impact, color=color)}  {what(row)}\n" for row in group)
        parts += (f"      {line}\n" for line in (change.why, change.recipe) if line)
    for heading, some in refusals(whole.refused):
        said = [_severe(one) for one in some]
        parts.append(f"\n{heading}:\n{lines(said, color=color)}")
    return "".join(parts)


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
        return f"the states cannot be compared ({counted(len(whole.unjudged), 'error')})"
    if whole.unjudged:
        also += f"; not all can be judged ({counted(len(whole.unjudged), 'warning')})"
    if not whole.rows:
        return f"{'no other change' if whole.unjudged else 'no change'}{also}"
    strongest = worst(row.change for row in whole.rows)
    objects = len({row.object for row in whole.rows})
    counts = f"{counted(len(whole.rows), 'change')} in {counted(objects, 'object')}"
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
    values = f": {change.old} -> {change.new}" if change.old and change.new else ""
    verb = "" if values else " is wrong" if change.kind == FAULTY else f" {change.kind}"
    return f"{change.field or 'the object'}{verb}{values}{code}{allowed}"


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
        "recipe": change.recipe or None,
    }
