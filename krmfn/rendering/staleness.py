"""Compares rendered objects that were committed beside their NATS with what the NATS renders now."""

from __future__ import annotations

from krmfn.model.finding import warning
from krmfn.model.objects import OWNER, ObjectRef
from krmfn.model.text import shown
from krmfn.resourcelist import annotations as notes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from krmfn.changes.change import Change
    from krmfn.model.finding import Finding
    from krmfn.model.objects import Object
    from krmfn.rendering.renderer import Rendered
    from krmfn.sources.source import Source

    StaleField = tuple[ObjectRef, str, str, str | None, str | None]

_LISTED = 6


class StaleRender:
    """A warning, and its `differences`: object, field, kind of change, committed and rendered value."""

    __slots__ = ("differences", "finding")

    def __init__(self, finding: Finding, differences: frozenset[StaleField]) -> None:
        self.finding = finding
        self.differences = differences


def stale_render(one: Rendered, committed: Sequence[Object]) -> StaleRender | None:
    """What differs between the objects of a CR and what it renders; None where nothing does.

    Added labels and annotations are not a difference: a later function of a pipeline may add them.
    """
    wanted = dict(zip(one.refs, one.children, strict=True))
    if len(wanted) == len(committed) and all(wanted.get(ObjectRef.of(obj)) == obj for obj in committed):
        return None
    from krmfn.changes.change import NONE
    from krmfn.changes.compare import changes

    found = [c for c in changes(committed, one.children) if c.impact != NONE and not _is_added_note(c)]
    if not found:
        return None
    named = list(dict.fromkeys(_named(change) for change in found))
    listed = ", ".join(named[:_LISTED]) + (f" and {len(named) - _LISTED} more" if len(named) > _LISTED else "")
    owner = shown(one.mark)
    text = (
        f"the rendered objects next to NATS {owner} are not what it renders: {listed}; render them again, or set here"
        " what they were rendered with (a RenderNATS, --config, --set)"
    )
    finding = one.source.place(warning("stale-render", text, ("metadata", "name")))
    return StaleRender(finding, frozenset((c.ref, c.field, c.kind, c.old, c.new) for c in found))


def stale_among(sources: Sequence[Source], rendered: Sequence[Rendered], namespace: str) -> Iterator[Finding]:
    """The warnings about all CRs, each with its objects among the sources; without such objects there is none."""
    return stale_of(marked(sources, namespace), rendered)


def marked(sources: Iterable[Source], namespace: str) -> dict[str, list[Object]]:
    """The objects with a mark of krmfn, by that mark; `namespace` is that of objects and marks without one."""
    found: dict[str, list[Object]] = {}
    for source in sources:
        if source.owner is not None:
            value = placed(source.value(), namespace)
            found.setdefault(mark_of(value, namespace), []).append(value)
    return found


def stale_of(marked: Mapping[str, list[Object]], rendered: Iterable[Rendered]) -> Iterator[Finding]:
    """The warnings about CRs, each with its objects by mark."""
    for one in rendered if marked else ():
        found = marked.get(one.mark)
        told = stale_render(one, found) if found else None
        if told is not None:
            yield told.finding


def mark_of(obj: Object, namespace: str) -> str:
    """The mark of the owner, with the namespace of -n where it has none; "" for an object that krmfn does not own."""
    mark = notes.of(obj).get(OWNER, "")
    return f"{namespace}/{mark}" if mark and namespace and "/" not in mark else mark


def placed(obj: Object, namespace: str) -> Object:
    """The object, in the namespace of -n where it has none."""
    metadata = obj.get("metadata")
    if not namespace or not isinstance(metadata, dict) or metadata.get("namespace"):
        return obj
    return {**obj, "metadata": {**metadata, "namespace": namespace}}


def _is_added_note(change: Change) -> bool:
    return change.kind == "removed" and change.path[:1] == ("metadata",)


def _named(change: Change) -> str:
    name = f"{shown(change.ref.kind)} {shown(change.ref.name)}"
    if change.path:
        return f"{name} differs"
    return f"{name} is missing" if change.kind == "added" else f"{name} is not rendered any more"
