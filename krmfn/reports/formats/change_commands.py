"""Changes as workflow commands of GitHub Actions, which shows them at the lines of the CR that cause them."""

from __future__ import annotations

from krmfn.changes.change import BLOCKED, METADATA, RECREATE, STRENGTH
from krmfn.comparison.review import REMOVED, review
from krmfn.reports.cluster_changes import cause_text, cluster_name
from krmfn.reports.formats.workflow_commands import command, written

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krmfn.comparison.comparison import Comparison
    from krmfn.comparison.review import Cause, ClusterReview


def as_github(whole: Comparison) -> str:
    """One command for each cause of a change that touches a running server, and for what is not judged."""
    found = [command(finding) for finding in whole.unjudged]
    if not whole.is_failed:
        found += [row for one in review(whole) for row in _commands(one)]
    return "".join(f"{row}\n" for row in found)


def _commands(one: ClusterReview) -> Iterator[str]:
    rows = [row for row in one.rows if STRENGTH[row.change.impact] > STRENGTH[METADATA]]
    if not rows:
        return
    first = rows[0].change
    text = f"{cluster_name(one)}: {first.why}"
    causes: list[Cause | None] = list(one.causes) or [None]
    for cause in causes:
        is_there = cause is not None and (cause.field or cause.new != REMOVED)  # a NATS that is removed has no line
        place = (cause.file, cause.line or None) if cause is not None and is_there else (None, None)
        reason = f"{cause_text(cause, placed=False)}: " if cause is not None else ""
        impact = first.impact
        if len(causes) > 1:  # which of them has the effect is not known
            reason += f"one of {len(causes)} changes, with the strongest effect of all: "
            impact = f"up to {impact}"
        yield written(_level(one), place, f"krmfn {impact}", f"{reason}{text}")


def _level(one: ClusterReview) -> str:
    """By the strongest change that no annotation allows."""
    strongest = max((STRENGTH[row.change.impact] for row in one.rows if not row.is_allowed), default=0)
    if strongest >= STRENGTH[RECREATE]:
        return "error"
    return "warning" if strongest >= STRENGTH[BLOCKED] else "notice"
