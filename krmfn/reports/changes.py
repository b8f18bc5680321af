"""Changes as text, json, and Markdown for a pull request."""

from __future__ import annotations

from krmfn.changes.change import CLASSES, MEANINGS, STRENGTH, worst
from krmfn.model.finding import INFO, failed
from krmfn.model.text import shown
from krmfn.reports.findings import text
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

_COLORS = dict(zip(CLASSES, ("2", "2", "36", "33", "31", "31", "31", "1;31"), strict=True))
_ESCAPED = str.maketrans({"|": "\\|", "<": "&lt;", "`": "'", "@": "&#64;"})
LONGEST_NAME = 253


def as_text(whole: Comparison, *, color: bool) -> str:
    """The worst first, then every object with its changes; what has the same effect is said once."""
    parts = [f"{_summary(whole, color=color)}\n"]
    if whole.unjudged:
        parts.append(f"\n{_title(whole)}:\n{lines(whole.unjudged, color=color)}")
    last = None
    for group in _groups(whole.rows):
        change = group[0].change
        if group[0].object != last:
            last = group[0].object
            parts.append(f"\n{_name(*last)}\n")
        parts += (f"  {_colored(row.change.impact, color=color)}  {_what(row)}\n" for row in group)
        parts += (f"      {line}\n" for line in (change.why, change.recipe) if line)
    for title, some in _refused(whole.refused):
        said = [_severe(one) for one in some]
        parts.append(f"\n{title}:\n{lines(said, color=color)}")
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


def as_markdown(whole: Comparison) -> str:
    """A heading, and a table a class, the strongest first."""
    rows = whole.rows
    parts = [f"### krmfn: {_summary(whole, color=False)}\n"]
    if whole.unjudged:
        parts.append(f"\n**{_title(whole)}**\n\n")
        parts += (f"- {_cell(text(finding))}\n" for finding in whole.unjudged)
    for title, some in _refused(whole.refused):
        parts += (f"\n- {title}: `{_cell(one.finding.field)}`: {_cell(one.finding.message)}\n" for one in some)
    for impact in sorted({row.change.impact for row in rows}, key=STRENGTH.__getitem__, reverse=True):
        parts.append(f"\n**{impact}**: {MEANINGS[impact]}\n\n| object | change | what happens |\n| --- | --- | --- |\n")
        for group in _groups([row for row in rows if row.change.impact == impact]):
            change = group[0].change
            what = "<br>".join(_cell(_what(row)) for row in group)
            then = f"<br>{_cell(change.recipe)}" if change.recipe else ""
            parts.append(f"| {_cell(_name(*group[0].object))} | {what} | {_cell(change.why)}{then} |\n")
    return "".join(parts)


def _summary(whole: Comparison, *, color: bool) -> str:
    also = "; the API server rejects the change" if any(one.decides for one in whole.refused) else ""
    if failed(whole.unjudged):
        return f"the states cannot be compared ({_count(len(whole.unjudged), 'error')})"
    if whole.unjudged:
        also += f"; not all can be judged ({_count(len(whole.unjudged), 'warning')})"
    if not whole.rows:
        return f"{'no other change' if whole.unjudged else 'no change'}{also}"
    strongest = worst(row.change for row in whole.rows)
    objects = len({row.object for row in whole.rows})
    counts = f"{_count(len(whole.rows), 'change')} in {_count(objects, 'object')}"
    return f"{_colored(strongest, color=color)}: {MEANINGS[strongest]} ({counts}){also}"


def _title(whole: Comparison) -> str:
    return "Why" if failed(whole.unjudged) else "Not judged"


_REFUSES = "The API server rejects this change (rules of the CRD)"
_WOULD = "An API server with the NATS CRD would reject this change; the input has no such CRD, so it does not count"
_ALLOWED = "An API server with the NATS CRD would reject this change; the NATS allows it"


def _refused(refused: list[Refusal]) -> Iterator[tuple[str, list[Refusal]]]:
    """What the CRD's rules say, by what it counts for."""
    titles = [_REFUSES if one.decides else _ALLOWED if one.is_allowed else _WOULD for one in refused]
    for title in dict.fromkeys(titles):
        yield title, [one for one, its in zip(refused, titles, strict=True) if its == title]


def _severe(one: Refusal) -> Finding:
    """The finding as an error where it decides, else as worth knowing."""
    if one.decides:
        return one.finding
    finding = one.finding.at()
    finding.severity = INFO
    return finding


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _groups(rows: list[Row]) -> Iterator[list[Row]]:
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


def _what(row: Row) -> str:
    change = row.change
    code = f" [{change.code}]" if change.code else ""
    allowed = " (allowed)" if row.is_allowed else ""
    values = f": {change.old} -> {change.new}" if change.old and change.new else ""
    verb = "" if values else f" {change.kind}"
    return f"{change.field or 'the object'}{verb}{values}{code}{allowed}"


def _name(directory: str, key: ObjectRef) -> str:
    where = f"{shown(directory, LONGEST_NAME)}: " if directory else ""
    names = "/".join(shown(part, LONGEST_NAME) for part in (key.namespace, key.name) if part)
    return f"{where}{shown(key.kind, LONGEST_NAME)} {names}"


def _colored(impact: str, *, color: bool) -> str:
    return f"\x1b[{_COLORS[impact]}m{impact}\x1b[0m" if color else impact


def _cell(said: str) -> str:
    return said.translate(_ESCAPED)


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
