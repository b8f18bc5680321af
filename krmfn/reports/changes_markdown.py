"""Changes as a comment on a pull request: at most 40 lines, however many clusters there are."""

from __future__ import annotations

from krmfn.changes.change import STRENGTH
from krmfn.comparison.review import review
from krmfn.model.text import counted
from krmfn.reports.changes import object_name, refusals, summary, title, what
from krmfn.reports.cluster_changes import (
    allowance,
    assumptions,
    cause_text,
    cluster_name,
    effect_text,
    zones_text,
)
from krmfn.reports.findings import text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from krmfn.comparison.comparison import Comparison
    from krmfn.comparison.review import ClusterReview
    from krmfn.comparison.row import Row
    from krmfn.comparison.transitions import Refusal
    from krmfn.model.objects import ObjectRef

LINES = 40
_CLUSTERS, _CAUSES, _FINDINGS, _UNJUDGED, _ERRORS, _NAMES, _ALLOWED = 7, 4, 2, 3, 30, 12, 2
"""The most of each that is shown; how many more there are is said. Together they leave room for a few steps."""
_FEWEST_STEPS = 3
_FRAME = 8
"""Lines of the folded table without its rows."""
_ESCAPED = {ord(char): f"&#{ord(char)};" for char in "&<|@#$\\"} | {ord("`"): "'", ord("\n"): " ", ord("\r"): " "}
_LINKS = (("](", "]&#40;"), ("][", "]&#91;"), ("://", "&#58;//"), ("www.", "www&#46;"))
"""What would make a link of text: only the codes and names in brackets that krmfn writes stay as they are."""


def as_markdown(whole: Comparison) -> str:
    """The verdict, a row for each cluster, the steps before the merge, new findings, and all changes folded."""
    parts = [f"### krmfn: {summary(whole, color=False)}"]
    if whole.unjudged:
        most = _ERRORS if whole.is_failed else _UNJUDGED
        said = (f"- {cell(text(finding))}" for finding in whole.unjudged)
        parts += ["", f"**{title(whole)}**", "", *_listed(said, most, "- and {} more")]
    clusters = review(whole)
    if clusters:
        parts += ["", *_table(clusters)]
    parts += _refused([one for one in whole.refused if one.decides])
    rest = [*_allowances(clusters), *_new_findings(clusters)]
    parts += _steps(clusters, LINES - len(parts) - len(rest) - _FRAME // 2)
    parts += rest
    notes = [*_refused([one for one in whole.refused if not one.decides])]
    if time := assumptions(clusters):
        notes += ["", cell(time)]
    rows = [row for one in clusters for row in one.rows]
    parts += _folded(rows, LINES - len(parts), notes) if rows else notes
    return "".join(f"{line}\n" for line in parts)


def cell(said: str) -> str:
    """Text that no reader of Markdown takes for a cell, HTML, code, a link, a formula or a mention."""
    safe = said.translate(_ESCAPED)
    for link, words in _LINKS:
        safe = safe.replace(link, words)
    return safe


def step(said: str) -> str:
    """A step with its commands, which are in backticks, as code; all other text is escaped."""
    parts = said.split("`")
    if len(parts) % 2 == 0:
        return cell(said)
    return "".join(f"`{part}`" if number % 2 and part else cell(part) for number, part in enumerate(parts))


class Effect:
    """Changes with one effect, as one: the names of the `objects` and what changed in each of them."""

    __slots__ = ("changed", "impact", "objects", "why")

    def __init__(self, impact: str, why: str, changed: tuple[str, ...]) -> None:
        self.impact = impact
        self.why = why
        self.changed = changed
        self.objects: list[str] = []


def effects(rows: Sequence[Row]) -> list[Effect]:
    """Rows of one object with the same effect are one, and so are objects with the same changes; strongest first."""
    changed: dict[tuple[tuple[str, ObjectRef], str, str, str], list[str]] = {}
    for row in sorted(rows, key=lambda row: -STRENGTH[row.change.impact]):
        change = row.change
        changed.setdefault((row.object, change.impact, change.why, change.recipe), []).append(what(row))
    found: dict[tuple[str, str, str, tuple[str, ...]], Effect] = {}
    for (name, impact, why, recipe), fields in changed.items():
        key = (impact, why, recipe, tuple(fields))
        found.setdefault(key, Effect(impact, why, tuple(fields))).objects.append(object_name(*name))
    return list(found.values())


def _table(clusters: Sequence[ClusterReview]) -> Iterator[str]:
    yield "| cluster | effect | because | loss of a zone |"
    yield "| --- | --- | --- | --- |"
    for one in clusters[:_CLUSTERS]:
        causes = _listed((cell(cause_text(cause)) for cause in one.causes), _CAUSES, "and {} more")
        cells = (cell(cluster_name(one)), cell(effect_text(one)), "<br>".join(causes), cell(zones_text(one)))
        yield f"| {' | '.join(cells)} |"
    rest = clusters[_CLUSTERS:]
    if rest:
        counts: dict[str, int] = {}
        for one in rest:
            counts[one.impact] = counts.get(one.impact, 0) + 1
        yield f"| and {len(rest)} more | {', '.join(f'{name}: {number}' for name, number in counts.items())} | | |"


def _refused(refused: Sequence[Refusal]) -> Iterator[str]:
    said = [
        f"- {heading}: `{cell(one.finding.field)}`: {cell(one.finding.message)}"
        for heading, some in refusals(list(refused))
        for one in some
    ]
    if said:
        yield from ("", *_listed(said, _FINDINGS, "- and {} more"))


def _steps(clusters: Sequence[ClusterReview], room: int) -> Iterator[str]:
    """What is done before the merge, and after it, as far as `room` lines go."""
    for heading, after in (("Before you merge", False), ("After the merge", True)):
        having = [one for one in clusters if one.steps(after=after)]
        names = [f"{cell(cluster_name(one))}: " if len(clusters) > 1 else "" for one in having]
        steps = [name + step(said) for name, one in zip(names, having, strict=True) for said in one.steps(after=after)]
        if steps:
            most = max(room - 4, _FEWEST_STEPS)
            yield from ("", f"**{heading}**", "")
            yield from (f"{number}. {said}" for number, said in enumerate(steps[:most], 1))
            if steps[most:]:
                yield f"{most + 1}. {counted(len(steps) - most, 'more step')}: run krmfn diff to see them all"
            room -= 4 + min(len(steps), most)


def _allowances(clusters: Sequence[ClusterReview]) -> Iterator[str]:
    """What allows the changes, the same words once."""
    said: dict[str, list[str]] = {}
    for one in clusters:
        if allowance(one):
            said.setdefault(allowance(one), []).append(cell(cluster_name(one)))
    lines = [f"{f'{_named(names)}: ' if len(clusters) > 1 else ''}{step(words)}" for words, names in said.items()]
    for line in _listed(lines, _ALLOWED, "And {} more: run krmfn diff to see them."):
        yield from ("", line)


def _named(names: Sequence[str]) -> str:
    return ", ".join(_listed(names, _CAUSES, "and {} more"))


def _new_findings(clusters: Sequence[ClusterReview]) -> Iterator[str]:
    found = [text(finding) for one in clusters for finding in one.new_findings]
    if found:
        yield from ("", f"**{counted(len(found), 'new finding')}**", "")
        yield from _listed((f"- {cell(one)}" for one in found), _FINDINGS, "- and {} more")


def _folded(rows: Sequence[Row], room: int, notes: Sequence[str]) -> Iterator[str]:
    """All changes as far as `room` lines go, and notes about them, which a reader unfolds."""
    found = effects(rows)
    most = room - _FRAME - len(notes)
    if most < 1:
        yield from ("", f"{counted(len(rows), 'change')}: run krmfn diff to see them")
        return
    yield from ("", f"<details><summary>{counted(len(rows), 'change')}, the strongest first</summary>", "")
    yield from ("| object | change | what happens |", "| --- | --- | --- |")
    for one in found[:most]:
        names, fields = (_listed(map(cell, some), _NAMES, "and {} more") for some in (one.objects, one.changed))
        yield f"| {'<br>'.join(names)} | {'<br>'.join(fields)} | **{one.impact}**: {cell(one.why)} |"
    if found[most:]:
        yield f"| and {len(found) - most} more: run krmfn diff to see them | | |"
    yield from (*notes, "", "</details>")


def _listed(parts: Iterable[str], most: int, more: str) -> list[str]:
    """The first of them, and how many more there are."""
    found = list(parts)
    rest = len(found) - most
    return found if rest <= 0 else [*found[:most], more.format(rest)]
