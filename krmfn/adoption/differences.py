"""Where what runs and what is rendered differ, what the first sync would do there, and what to write instead."""

from __future__ import annotations

from krmfn.adoption.live import called
from krmfn.adoption.remedies import remedy
from krmfn.core.finding import error, info, warning
from krmfn.core.objects import OWNER
from krmfn.impact.change import METADATA, NONE, RELOAD
from krmfn.impact.compare import changes
from krmfn.impact.difference import differences as raw_differences

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krmfn.adoption.live import Cluster
    from krmfn.core.finding import Finding
    from krmfn.core.objects import Identity, Object
    from krmfn.impact.change import Change

    Path = tuple[str | int, ...]
    Values = dict[tuple[Identity, Path], tuple[Any, Any]]


class Different:
    """A change that the first sync would make, and `write`: what makes it equal ("" where nothing does)."""

    __slots__ = ("change", "write")

    def __init__(self, change: Change, write: str) -> None:
        self.change = change
        self.write = write


def differences(cluster: Cluster) -> list[Different]:
    """Everything that differs in objects that are on both sides; what changes no setting is left out."""
    pairs = [(key, live, _as_live(live, obj)) for key, live, obj in cluster.pairs if live is not None]
    values: Values = {}
    for key, live, obj in pairs:
        values.update({(key, path): (old, new) for path, _, old, new in raw_differences(live, obj)})
    found = changes([live for _, live, _ in pairs], [obj for _, _, obj in pairs])
    return [
        Different(change, remedy(cluster, change, *values.get((change.identity, change.path), (None, None))))
        for change in found
        if change.impact != NONE
    ]


def findings(different: list[Different]) -> Iterator[Finding]:
    """An error for what restarts, is refused or loses something; an object's own labels are worth knowing."""
    for one in different:
        change = one.change
        values = f" ({change.old} runs, {change.new} is rendered)" if change.old and change.new else ""
        text = f"{called(change.identity)}: {change.field} would be {change.kind}{values}: {change.why}"
        text += f"; {one.write}" if one.write else ""
        yield _finding(change, text).at(object=change.identity)


def _finding(change: Change, text: str) -> Finding:
    if change.impact == METADATA and change.path[:1] == ("metadata",):
        return info("live-differs", text, change.path)
    if change.impact in (METADATA, RELOAD):
        return warning("live-differs", text, change.path)
    return error("live-differs", text, change.path)


def _as_live(live: Object, rendered: Object) -> Object:
    """Without krmfn's mark, and in the API version in which the cluster was asked: neither is a change."""
    metadata = rendered["metadata"]
    kept = {key: value for key, value in metadata.get("annotations", {}).items() if key != OWNER}
    return {**rendered, "apiVersion": live["apiVersion"], "metadata": {**metadata, "annotations": kept}}
