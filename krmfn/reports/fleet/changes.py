"""Changes as one HTML page that needs nothing else, with the zones of every changed cluster as they will be."""

from __future__ import annotations

from krmfn.changes.change import BLOCKED, MEANINGS, NONE, STRENGTH
from krmfn.comparison.review import review
from krmfn.reports.changes import refusals, summary, title
from krmfn.reports.changes_markdown import effects
from krmfn.reports.cluster_changes import allowance, assumptions, cause_text, cluster_name, effect_text, zones_text
from krmfn.reports.findings import text
from krmfn.reports.fleet.html import cluster_section, page, scrolled
from krmfn.reports.fleet.markup import joined, tag, with_code
from krmfn.reports.fleet.model import ClusterView

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from krmfn.comparison.comparison import Comparison
    from krmfn.comparison.review import ClusterReview
    from krmfn.comparison.row import Row
    from krmfn.reports.fleet.markup import Markup


def as_html(whole: Comparison) -> str:
    """The whole page; where the states cannot be compared, it says why."""
    clusters = review(whole)
    parts = [tag("h1", "What this change does"), tag("p", summary(whole, color=False))]
    parts += _list(title(whole), [text(finding) for finding in whole.unjudged])
    for heading, some in refusals(whole.refused):
        parts += _list(heading, [text(one.finding) for one in some])
    if clusters:
        parts.append(_table(clusters))
    for heading, after in (("Before you merge", False), ("After the merge", True)):
        steps = [f"{cluster_name(one)}: {step}" for one in clusters for step in one.steps(after=after)]
        parts += _list(heading, [with_code(step) for step in steps], "ol")
    lead = "To allow it"
    allowed = [f"{cluster_name(one)}: {allowance(one).removeprefix(f'{lead}, ')}" for one in clusters if allowance(one)]
    parts += _list(lead, [with_code(one) for one in allowed])
    parts += _list("New findings", [text(finding) for one in clusters for finding in one.new_findings])
    parts += [_changes(one) for one in clusters if one.rows]
    if time := assumptions(clusters):
        parts.append(tag("p", time, class_="soft"))
    parts += _drawings(whole, clusters)
    return page(f"krmfn diff: {summary(whole, color=False)}", tag("main", joined(*parts), id="main"))


def _table(clusters: Sequence[ClusterReview]) -> Markup:
    heads = ("Cluster", "Effect", "Because", "Loss of a zone")
    head = tag("tr", *(tag("th", name, scope="col") for name in heads))
    rows = [
        tag(
            "tr",
            tag("th", cluster_name(one), scope="row"),
            tag("td", tag("span", effect_text(one), class_=f"badge {_color(one.impact)}")),
            tag("td", tag("ul", *(tag("li", cause_text(cause)) for cause in one.causes), class_="plain")),
            tag("td", zones_text(one)),
        )
        for one in clusters
    ]
    table = tag("table", tag("thead", head), tag("tbody", joined(*rows)), class_="impact")
    return scrolled(table, "Clusters, the strongest effect first")


def _color(impact: str) -> str:
    return "bad" if STRENGTH[impact] >= STRENGTH[BLOCKED] else "good" if impact == NONE else "soft"


def _changes(one: ClusterReview) -> Markup:
    head = tag("tr", *(tag("th", name, scope="col") for name in ("Object", "Change", "What happens")))
    table = tag("table", tag("thead", head), tag("tbody", joined(*_rows(one.rows))), class_="changes")
    name = cluster_name(one)
    summed = tag("summary", tag("h2", name), " ", tag("span", f"{one.impact}: {MEANINGS[one.impact]}", class_="soft"))
    return tag("details", joined(summed, scrolled(table, f"Changes of {name}")), class_="changes")


def _rows(rows: Sequence[Row]) -> Iterator[Markup]:
    for one in effects(rows):
        yield tag(
            "tr",
            tag("td", ", ".join(one.objects)),
            tag("td", "; ".join(one.changed)),
            tag("td", tag("b", one.impact), f": {one.why}"),
        )


def _list(heading: str, lines: Sequence[str], kind: str = "ul") -> list[Markup]:
    if not lines:
        return []
    return [tag("h2", heading), tag(kind, joined(*(tag("li", line) for line in lines)), class_="plain")]


def _drawings(whole: Comparison, clusters: Iterable[ClusterReview]) -> Iterator[Markup]:
    """The changed clusters of the new state, where it has them as NATS."""
    changed = {(one.directory, one.name) for one in clusters}
    number = 0
    for pair in whole.pairs:
        for one in pair.new.rendered:
            if one.facts is None or (pair.directory, one.mark) not in changed:
                continue
            if not number:
                yield tag("h2", "The clusters after the change")
            number += 1
            yield cluster_section(ClusterView(one, one.facts, pair.new.findings), number, is_open=False)
