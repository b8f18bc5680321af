"""Changes as a comment on a pull request: at most 40 lines, however many clusters there are."""

from __future__ import annotations

from krmfn.changes.allowances import may_be_allowed
from krmfn.changes.change import STRENGTH
from krmfn.comparison.review import review
from krmfn.model.text import counted
from krmfn.reports.changes import object_name, refusals, summary, title, what
from krmfn.reports.cluster_changes import cause_text, cluster_name, effect_text, zones_text
from krmfn.reports.findings import text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from krmfn.comparison.comparison import Comparison
    from krmfn.comparison.review import ClusterReview
    from krmfn.comparison.row import Row
    from krmfn.model.objects import ObjectRef

LINES = 40
_CLUSTERS, _CAUSES, _STEPS, _FINDINGS, _UNJUDGED, _ERRORS, _NAMES = 7, 4, 3, 2, 3, 30, 12
"""The most of each that is shown; how many more there are is said. Together they leave two lines for the changes."""
_FRAME = 8
"""Lines of the folded table without its rows."""
_ESCAPED = str.maketrans({"|": "\\|", "<": "&lt;", "`": "'", "@": "&#64;", "\n": " ", "\r": " "})


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
    if whole.refused:
        said = (
            f"- {heading}: `{cell(one.finding.field)}`: {cell(one.finding.message)}"
            for heading, some in refusals(whole.refused)
            for one in some
        )
        parts += ["", *_listed(said, _FINDINGS, "- and {} more")]
    parts += [*_steps(clusters), *_new_findings(clusters)]
    if whole.rows:
        parts += _folded([row for one in clusters for row in one.rows], LINES - len(parts))
    return "".join(f"{line}\n" for line in parts)


def cell(said: str) -> str:
    """Text that no reader of Markdown takes for a cell, HTML, code or a mention."""
    return said.translate(_ESCAPED)


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


def _steps(clusters: Sequence[ClusterReview]) -> Iterator[str]:
    """The recipes, which are done before this is merged, and what allows the rest."""
    steps = [f"{cell(cluster_name(one))}: {cell(recipe)}" for one in clusters for recipe in one.recipes]
    if steps:
        yield from ("", "**Before you merge**", "")
        yield from (f"{number}. {step}" for number, step in enumerate(steps[:_STEPS], 1))
        if steps[_STEPS:]:
            yield f"{_STEPS + 1}. {len(steps) - _STEPS} more steps for other clusters: run krmfn diff to see them all"
    needed = [
        (one, [code for code, done in one.codes.items() if not done and may_be_allowed(code)]) for one in clusters
    ]
    wanted = [f"{cell(cluster_name(one))}: `krmfn.dev/allow: {','.join(codes)}`" for one, codes in needed if codes]
    if wanted:
        yield ""
        yield f"To allow it, annotate the NATS: {'; '.join(_listed(wanted, _STEPS, 'and {} more'))}"


def _new_findings(clusters: Sequence[ClusterReview]) -> Iterator[str]:
    found = [text(finding) for one in clusters for finding in one.new_findings]
    if found:
        yield from ("", f"**{counted(len(found), 'new finding')}**", "")
        yield from _listed((f"- {cell(one)}" for one in found), _FINDINGS, "- and {} more")


def _folded(rows: Sequence[Row], room: int) -> Iterator[str]:
    """All changes as far as `room` lines go, which a reader unfolds."""
    found = effects(rows)
    most = room - _FRAME
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
    yield from ("", "</details>")


def _listed(parts: Iterable[str], most: int, more: str) -> list[str]:
    """The first of them, and how many more there are."""
    found = list(parts)
    rest = len(found) - most
    return found if rest <= 0 else [*found[:most], more.format(rest)]
