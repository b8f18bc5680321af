"""One changed cluster in words and as data: why, what it does, and what the loss of a zone does before and after."""

from __future__ import annotations

from krmfn.changes.change import NONE, RESTART
from krmfn.comparison.review import HIDDEN, NOT_SET, REMOVED
from krmfn.model.objects import ALLOW
from krmfn.model.text import counted, quoted, shown
from krmfn.reports.terminal import row as finding_row
from krmfn.topology.verdict import VERDICTS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from krmfn.comparison.review import Cause, ClusterReview, Restarts

LONGEST_NAME = 253


def cluster_name(one: ClusterReview) -> str:
    """The mark of the NATS, with its directory where directories are compared."""
    where = f"{shown(one.directory, LONGEST_NAME)}: " if one.directory else ""
    return f"{where}{shown(one.name, LONGEST_NAME)}"


def cause_text(cause: Cause, *, placed: bool = True) -> str:
    """`clusters/prod/nats.yaml:17 spec.cluster.size: 3 -> 5`; without `placed` no file and line."""
    line = f":{cause.line}" if cause.line else ""
    place = f"{shown(cause.file, LONGEST_NAME)}{line} " if cause.file else f"line {cause.line} " if cause.line else ""
    place = place if placed else ""
    if not cause.field and cause.renamed:
        return f"{place}NATS renamed to {shown(cause.renamed, LONGEST_NAME)}, which is a new and empty cluster"
    if not cause.field:
        return f"{place}NATS {'removed' if cause.new == REMOVED else 'added'}"
    if HIDDEN not in (cause.old, cause.new):
        return f"{place}{cause.field}: {cause.old} -> {cause.new}"
    kind = "added" if cause.old == NOT_SET else "removed" if cause.new == REMOVED else "changed"
    return f"{place}{cause.field} {kind}"


def effect_text(one: ClusterReview) -> str:
    """The strongest class, a restart beside it, the codes with whether they are allowed, and how long it takes."""
    codes = ", ".join(f"{code}{' (allowed)' if is_allowed else ''}" for code, is_allowed in one.codes.items())
    classes = [name for name in one.classes if name in (one.impact, RESTART)]
    if one.restarts and RESTART not in classes:
        classes.append(RESTART)
    time = f" ({duration(one.restarts)})" if one.restarts else ""
    return f"{', '.join(classes) or NONE}{time}{f' [{codes}]' if codes else ''}"


def duration(restarts: Restarts) -> str:
    """`3 servers one by one, 1 to 9 min`, in whole minutes; without a time where the probes do not tell one."""
    least, most = (-(-seconds * restarts.servers // 60) for seconds in (restarts.least, restarts.most))
    order = f"{counted(restarts.servers, 'server')}{' one by one' if restarts.servers > 1 else ''}"
    return f"{order}, {f'{least} to ' if least < most else ''}{most} min" if most else order


def assumptions(clusters: Iterable[ClusterReview]) -> str:
    """What the times of `duration` are made of; "" where there are none."""
    known = {(one.restarts.least, one.restarts.most - one.restarts.least) for one in clusters if one.restarts}
    known = {times for times in known if sum(times)}
    if not known:
        return ""
    ready, stop = (
        f"{min(some)}{f' to {max(some)}' if min(some) < max(some) else ''} s" for some in zip(*known, strict=True)
    )
    return (
        f"Time of a restart: a server is Ready at the earliest {ready} after its start (probes), and stops within"
        f" {stop} (terminationGracePeriodSeconds). Pulling images and catching up with large streams take longer."
    )


def zones_text(one: ClusterReview) -> str:
    """What the loss of a zone does: before -> after, or the one that did not change."""
    before, after = (VERDICTS[code] if code else "no such NATS" for code in one.zones)
    if one.zones == (None, None):
        return ""
    return after if before == after else f"{before} -> {after}"


def allowance(one: ClusterReview) -> str:
    """What allows the changes of a cluster, with the part to copy in backticks; "" where nothing is left to allow."""
    if one.needed:
        return f"To allow it, annotate the NATS: `{ALLOW}: {','.join(one.needed)}`"
    if one.is_removed and any(not done for done in one.codes.values()):
        mark = quoted(shown(one.name, LONGEST_NAME))
        return f"No annotation allows it, since its NATS is removed: `krmfn render --allow-removal {mark}`"
    return ""


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
        "restarts": {
            "servers": one.restarts.servers,
            "leastSeconds": one.restarts.least * one.restarts.servers or None,
            "mostSeconds": one.restarts.most * one.restarts.servers or None,
        }
        if one.restarts
        else None,
        "before": one.steps(),
        "afterwards": one.steps(after=True),
        "needsAllow": one.needed,
        "newFindings": [finding_row(finding) for finding in one.new_findings],
    }
