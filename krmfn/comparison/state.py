"""A state of a cluster as the command line names it: NATS to render, rendered objects, or a dump of live ones."""

from __future__ import annotations

from krmfn.comparison.dump import MADE_BY_CONTROLLERS, clusters_of, incomplete, is_operators, mixed, names_of, uid_of
from krmfn.goyaml.errors import Unreadable
from krmfn.model.finding import Findings, error, warning
from krmfn.model.objects import GROUP, KIND, OWNER, ObjectRef, is_config
from krmfn.model.text import shown
from krmfn.rendering.renderer import other_namespaces, read_cr, render
from krmfn.rendering.staleness import mark_of, placed, stale_render
from krmfn.rendering.steps import allowed_by
from krmfn.resourcelist import annotations as notes
from krmfn.sources.recognition import nats_crs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from krmfn.cluster.cr import Cr
    from krmfn.cluster.settings import Settings
    from krmfn.model.finding import Finding
    from krmfn.model.objects import Object
    from krmfn.rendering.renderer import Rendered
    from krmfn.rendering.staleness import StaleRender
    from krmfn.sources.source import Input, Source


class State:
    """`objects` by identity, the `crs` among the input with their sources, what they allow, and every finding.

    `allowed` is by owner mark. `is_live`: the objects were dumped from a cluster. `unread` are foreign objects that
    cannot be read. `rendered` are the NATS that were rendered, and `rendered_here` their objects. `stale` tells by
    owner mark where objects of the input are not what their CR renders.
    """

    __slots__ = ("allowed", "crs", "findings", "is_live", "objects", "rendered", "rendered_here", "stale", "unread")

    def __init__(self) -> None:
        self.objects: dict[ObjectRef, Object] = {}
        self.crs: dict[ObjectRef, tuple[Source, Cr]] = {}
        self.allowed: dict[str, list[str]] = {}
        self.findings = Findings()
        self.is_live = False
        self.unread: list[tuple[Source, str]] = []
        self.stale: dict[str, StaleRender] = {}
        self.rendered_here: set[ObjectRef] = set()
        self.rendered: list[Rendered] = []


def state_of(
    found: Input, settings_for: Callable[[Source], Settings], namespace: str, known: dict[str, Object]
) -> State:
    """The objects that an input would apply.

    Objects of the input count as they are: those rendered beside their NATS, and those of a dump. A NATS without
    objects is rendered. `namespace` is that of objects without one. `known` keeps the read objects by their text, so
    that what both states share is read once.
    """
    state = State()
    state.findings += found.findings
    ours = [source for source in found.sources if _is_cr(source)]
    others = [source for source in found.sources if not _is_cr(source)]
    state.findings += nats_crs(others)[1]
    objects = [(source, placed(obj, namespace)) for source, obj in _read(others, state, known)]
    every = [*((source, source.value()) for source in ours), *objects]
    state.is_live = bool(objects) and all(uid_of(obj) for _, obj in every)
    state.findings += mixed(every)
    dumped: list[Source] = []
    if state.is_live:
        clusters = clusters_of(objects)
        state.findings += incomplete(clusters)
        dumped = [source for source in ours if not clusters.keys().isdisjoint(names_of(source, namespace))]
        _read_crs(dumped, namespace, state)
    if len(dumped) < len(ours):
        live = set(dumped)
        _render([one for one in found.sources if one not in live], settings_for, namespace, objects, state)
    for source, obj in objects:
        key = ObjectRef.of(obj)
        if key in state.objects:
            text = f"{shown(key.kind)} {shown(key.name)} is in this state twice, or is also rendered"
            text += "; skip one with --exclude"
            state.findings.append(source.place(error("duplicate-object", text, ("metadata", "name"))))
        state.objects[key] = obj
    return state


def stale_renders(old: State, new: State) -> Iterator[Finding]:
    """Warnings about rendered objects in the new state that are not what their NATS renders there.

    A difference that the old state has too is not a part of the step: a later function may have made it.
    """
    for mark, one in new.stale.items():
        before = old.stale.get(mark)
        if before is None or not one.differences <= before.differences:
            yield one.finding


def unread_changes(old: State, new: State) -> Iterator[Finding]:
    """Warnings about objects that are in one state only and cannot be read, so that their effect is unknown.

    They are compared by their text: one that is the same in both states has not changed.
    """
    texts = [{source.text for source, _ in state.unread} for state in (old, new)]
    for state, other, what in ((old, texts[1], "was changed or removed"), (new, texts[0], "is new or was changed")):
        for source, why in state.unread:
            if source.text not in other:
                text = f"it {what}, and the effect is unknown, because it cannot be compared: {why}"
                yield source.place(warning("unread-change", text))


def narrow(one: State, other: State) -> None:
    """Remove from a dump the objects that neither side would apply: what controllers made, and foreign objects.

    krmfn's mark is proof of a rendered object. A label is not: pods and the Secrets of an ExternalSecret have it too.
    """
    if not one.is_live:
        return
    for key, obj in list(one.objects.items()):
        if key in other.objects or OWNER in notes.of(obj):
            continue
        if key.kind in MADE_BY_CONTROLLERS or not is_operators(obj):
            del one.objects[key]


def _render(
    sources: list[Source],
    settings_for: Callable[[Source], Settings],
    namespace: str,
    objects: list[tuple[Source, Object]],
    state: State,
) -> None:
    """Add the children of every CR that has none among the objects, and compare the children of the other CRs."""
    rendered, findings = render(sources, settings_for, namespace)
    findings += other_namespaces(rendered, namespace)
    state.findings += findings
    state.rendered = rendered
    committed: dict[str, list[Object]] = {}
    for _, obj in objects:
        committed.setdefault(mark_of(obj, namespace), []).append(obj)
    for one in rendered:
        mark = one.mark
        state.crs[one.cr.ref] = (one.source, one.cr)
        state.allowed[mark], wrong = allowed_by(one.source)
        state.findings += wrong
        if findings.failed:
            continue
        if mark not in committed:
            children = dict(zip(one.refs, one.children, strict=True))
            state.objects.update(children)
            state.rendered_here.update(children)
        elif (told := stale_render(one, committed[mark])) is not None:
            state.stale[mark] = told


def _read_crs(sources: list[Source], namespace: str, state: State) -> None:
    for source in sources:
        cr, findings = read_cr(source, namespace)
        state.findings += findings
        if cr is not None:
            state.crs[cr.ref] = (source, cr)


def _read(sources: list[Source], state: State, known: dict[str, Object]) -> list[tuple[Source, Object]]:
    """The objects that would be applied, each with a name."""
    objects = []
    for source in sources:
        try:
            value = known.get(source.text) or source.read().value
        except Unreadable as why:
            if source.owner is not None:
                state.findings.append(source.unreadable(why))
            else:
                state.unread.append((source, why.message))
            continue
        if "*" not in source.text:  # an alias may stand for something else in another list
            known[source.text] = value
        key = source.ref()
        if key is not None and not key.name and "generateName" in value.get("metadata", ()):
            state.unread.append((source, "it has no name, so each apply creates a new object"))
        elif key is None or not key.name:
            text = "not a Kubernetes object: kind, apiVersion or name is missing; remove it"
            state.findings.append(source.place(error("not-an-object", text)))
        elif not is_config(key) and notes.of(value).get(notes.LOCAL_CONFIG, "false") == "false":
            objects.append((source, value))
    return objects


def _is_cr(source: Source) -> bool:
    key = source.ref()
    return key is not None and key.kind == KIND and key.group == GROUP
