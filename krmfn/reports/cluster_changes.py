"""One changed cluster in words and as data: why, what it does, and what the loss of a zone does before and after."""

from __future__ import annotations

from krmfn.changes.change import NONE
from krmfn.comparison.review import HIDDEN, NOT_SET, REMOVED
from krmfn.model.text import shown
from krmfn.reports.terminal import row as finding_row

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from krmfn.comparison.review import Cause, ClusterReview

LONGEST_NAME = 253
_ZONES = {
    None: "no such NATS",
    "zone-loss-survived": "survives any zone",
    "zone-loss-full-zone": "survives any zone, unless one was full at install",
    "zone-loss-possible": "may lose its quorum",
    "zone-loss-nodes-missing": "may lose its quorum",
    "zones-unknown": "not known",
    "too-few-zones": "can lose its quorum",
    "zone-spread-single-server": "goes down with its zone",
}


def cluster_name(one: ClusterReview) -> str:
    """The mark of the NATS, with its directory where directories are compared."""
    where = f"{shown(one.directory, LONGEST_NAME)}: " if one.directory else ""
    return f"{where}{shown(one.name, LONGEST_NAME)}"


def cause_text(cause: Cause, *, placed: bool = True) -> str:
    """`clusters/prod/nats.yaml:17 spec.cluster.size: 3 -> 5`; without `placed` no file and line."""
    line = f":{cause.line}" if cause.line else ""
    place = f"{shown(cause.file, LONGEST_NAME)}{line} " if cause.file else f"line {cause.line} " if cause.line else ""
    place = place if placed else ""
    if not cause.field:
        return f"{place}NATS {'removed' if cause.new == REMOVED else 'added'}"
    if HIDDEN not in (cause.old, cause.new):
        return f"{place}{cause.field}: {cause.old} -> {cause.new}"
    kind = "added" if cause.old == NOT_SET else "removed" if cause.new == REMOVED else "changed"
    return f"{place}{cause.field} {kind}"


def effect_text(one: ClusterReview) -> str:
    """The classes, strongest first, and the codes with whether they are allowed."""
    codes = ", ".join(f"{code}{' (allowed)' if is_allowed else ''}" for code, is_allowed in one.codes.items())
    return f"{', '.join(one.classes) or NONE}{f' [{codes}]' if codes else ''}"


def zones_text(one: ClusterReview) -> str:
    """What the loss of a zone does: before -> after, or the one that did not change."""
    before, after = (_ZONES[code] for code in one.zones)
    if one.zones == (None, None):
        return ""
    return after if before == after else f"{before} -> {after}"


def cluster_data(one: ClusterReview) -> dict[str, Any]:
    """As JSON has it; null where there is nothing."""
    return {
        "directory": one.directory or None,
        "name": one.name,
        "class": one.impact,
        "causes": [
            {"file": c.file, "line": c.line, "field": c.field or None, "old": c.old, "new": c.new} for c in one.causes
        ],
        "zoneLoss": {"before": one.zones[0], "after": one.zones[1]},
        "newFindings": [finding_row(finding) for finding in one.new_findings],
    }
