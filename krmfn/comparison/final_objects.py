"""The final objects of an input, as they would be applied, checked as a whole: patched, moved or written by hand."""

from __future__ import annotations

from krmfn.changes.change import BLOCKED, BROKEN, FAULTY, STRENGTH, Change
from krmfn.checks.run import NEWEST, check, concerns
from krmfn.cluster.policies import Policies
from krmfn.comparison.packages import paired
from krmfn.goyaml.errors import Unreadable
from krmfn.model.finding import ERROR, error, info
from krmfn.model.fix import replaced
from krmfn.model.lookup import at, map_at
from krmfn.model.objects import OWNER, ObjectRef, is_config
from krmfn.model.text import counted, shown
from krmfn.rendering.staleness import mark_of, placed
from krmfn.resourcelist import annotations as notes
from krmfn.sources.source import Input

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from krmfn.cluster.settings import Settings
    from krmfn.comparison.state import State
    from krmfn.model.finding import Finding
    from krmfn.model.objects import FieldPath, Object
    from krmfn.rendering.renderer import Rendered
    from krmfn.sources.source import Source

_TOLD = frozenset(["zone-loss-possible", "zone-loss-full-zone", "memory-store-at-limit"])
"""Codes of findings that a NATS of the input has already, where its StatefulSet is as it is rendered."""
_UNKNOWN = "what it does is not known until the new state works"


class CheckedObjects:
    """The number of checked objects, 0 where none belongs to a NATS cluster, and the findings about them."""

    __slots__ = ("count", "findings")

    def __init__(self) -> None:
        self.count = 0
        self.findings: list[Finding] = []


def check_sources(
    sources: Sequence[Source],
    rendered: Sequence[Rendered],
    settings_for: Callable[[Source], Settings],
    namespace: str = "",
    start: str = "/",
) -> CheckedObjects:
    """Check the objects beside the NATS, each directory with the same objects as another by itself.

    Nothing is checked where no object has krmfn's mark and none is a StatefulSet of NATS servers. `settings_for` gives
    the settings of an object whose NATS is not here. `namespace` is that of objects without one; `start` is the
    folder below which directories count.
    """
    result = CheckedObjects()
    others = [source for source in sources if _is_final(source)]
    if not any(source.owner is not None or _runs_servers(source) for source in others):
        return result
    for _, _, found in paired(Input(), _input(others), (start, start)):
        _check(found.sources, rendered, settings_for, namespace, result)
    return result


def _check(
    sources: list[Source],
    rendered: Sequence[Rendered],
    settings_for: Callable[[Source], Settings],
    namespace: str,
    result: CheckedObjects,
) -> None:
    known: dict[ObjectRef, Source] = {}
    objects: list[Object] = []
    for source in sources:
        ref = source.ref()
        if ref is None or not ref.name:
            if ref is not None and "generateName" not in map_at(source.value(), "metadata"):
                text = f"a {shown(ref.kind)} has no name; write metadata.name"
                result.findings.append(source.place(error("not-an-object", text, ("metadata", "name"))))
            continue
        try:
            obj = placed(source.read().value, namespace)
        except Unreadable as why:
            is_ours = source.owner is not None
            text = f"not checked, because it cannot be read: {why.message}"
            result.findings.append(source.unreadable(why) if is_ours else source.place(info("not-checked", text)))
            continue
        objects.append(obj)
        known[ObjectRef.of(obj)] = source
    if not concerns(objects):
        return
    result.count += len(objects)
    owners = {one.mark: one for one in rendered}

    def settings_of(ref: ObjectRef) -> Settings:
        owner = owners.get(known[ref].owner or "")
        return owner.settings if owner is not None else settings_for(known[ref])

    version = settings_of(next(iter(known))).kubernetes_version
    found = check(
        objects,
        version=f"{version[0]}.{version[1]}" if version else NEWEST,
        policies_of=lambda ref: Policies(settings_of(ref)),
        allowed={mark: _allowed(one) for mark, one in owners.items()},
    )
    told = set()
    for obj in objects:
        owner = owners.get(mark_of(obj, namespace)) if obj.get("kind") == "StatefulSet" else None
        if owner is not None:
            found += _replicas(owner, obj)
            if any(child.get("spec") == obj.get("spec") for child in owner.children):
                told.add(ObjectRef.of(obj))
    for finding in found:
        if finding.code in _TOLD and finding.object in told:
            continue
        place = known.get(finding.object) if finding.object is not None else None
        result.findings.append(place.place(finding) if place is not None else finding)


def with_faults(old: State, new: State, found: list[Change]) -> list[Change]:
    """The changes, with errors of the new state that the old one did not have in front, as changes of class `broken`.

    A fault of both states is not a result of the step; `krmfn check` reports it. In a cluster with a new fault the
    effect of a change is unknown, so changes up to `blocked` become `broken` too. A change that is the fault is one
    row, its field and values with the fault's class and code, unless it has another code. The text of a fault is the
    meaning of its code, without a value. Call it for a new state with objects that were not rendered here, but not for
    a dump, which may be incomplete.
    """
    faults = _errors(new)
    known = {_key(one) for one in _errors(old)} if faults else set()
    faults = [one for one in faults if _key(one) not in known and one.object is not None]
    if not faults:
        return found
    from krmfn.model.codes.catalog import CODES

    marks = {ref: notes.of(obj).get(OWNER, "") for state in (old, new) for ref, obj in state.objects.items()}
    told = []
    rest = _ByObject(found)
    for fault in faults:
        if fault.object is not None:
            _, meaning, advice = CODES[fault.code]
            what, then = meaning.rstrip("."), advice.rstrip(".")
            same = rest.taken(fault.object, fault.path, fault.code)
            one = same or Change(fault.object, fault.path, FAULTY, BROKEN, what)
            one.impact, one.why, one.code, one.recipe = BROKEN, what, fault.code, then
            told.append(one)
    broken: dict[str, set[str]] = {}
    for one in told:
        broken.setdefault(one.ref.namespace, set()).add(marks.get(one.ref, ""))
    taken = set(told)
    found = [change for change in found if change not in taken]
    for change in found:
        mark, others = marks.get(change.ref, ""), broken.get(change.ref.namespace, set())
        is_of_it = bool(others) and (not mark or not others.isdisjoint((mark, "")))
        if is_of_it and STRENGTH[change.impact] <= STRENGTH[BLOCKED]:
            change.impact, change.why, change.recipe, change.code = BROKEN, _UNKNOWN, "", ""
    return [*told, *found]


class _ByObject:
    """Changes by their object, each of which one fault may take."""

    __slots__ = ("_by_object",)

    def __init__(self, found: Iterable[Change]) -> None:
        self._by_object: dict[ObjectRef, list[Change]] = {}
        for change in found:
            self._by_object.setdefault(change.ref, []).append(change)

    def taken(self, ref: ObjectRef, path: FieldPath, code: str) -> Change | None:
        """The change that is this fault: of its field without another code, or around or inside it with the same."""
        mine = self._by_object.get(ref, [])
        for change in mine:
            shorter = min(len(change.path), len(path))
            if change.path[:shorter] != path[:shorter]:
                continue
            if change.code == code or (not change.code and change.path == path):
                mine.remove(change)
                return change
        return None


def _errors(state: State) -> list[Finding]:
    if not concerns(state.objects.values()):
        return []
    return [one for one in check(state.objects.values(), allowed=state.allowed) if one.severity == ERROR]


def _key(finding: Finding) -> tuple[object, ...]:
    return finding.code, finding.object, finding.path


def _allowed(one: Rendered) -> list[str]:
    from krmfn.changes.allowances import codes_of

    return codes_of(one.source.allow)[0]


def _replicas(one: Rendered, obj: Object) -> Iterator[Finding]:
    """An error about a StatefulSet with another number of servers than its NATS asks for."""
    wanted = next((child["spec"]["replicas"] for child in one.children if child["kind"] == "StatefulSet"), None)
    found = at(obj, "spec").get("replicas", 1)
    if wanted is not None and isinstance(found, int) and found != wanted:
        ref = ObjectRef.of(obj)
        text = (
            f"StatefulSet {shown(ref.name)} has {counted(found, 'replica')}, and NATS {shown(one.ref.name)} asks for"
            f" {wanted}; write {wanted}, or change spec.cluster.size of the NATS and render again"
        )
        yield error("replicas-differ", text, ("spec", "replicas"), found, replaced(("spec", "replicas"), wanted)).at(
            object=ref
        )


def _is_final(source: Source) -> bool:
    """Whether an object is applied to the cluster and is not a NATS."""
    ref = source.quick_ref or source.ref()
    if ref is None or is_config(ref):
        return False
    return "local-config" not in source.text or source.annotations.get(notes.LOCAL_CONFIG, "false") == "false"


def _runs_servers(source: Source) -> bool:
    ref = source.quick_ref or source.ref()
    return ref is not None and ref.kind == "StatefulSet" and concerns([source.value()])


def _input(sources: list[Source]) -> Input:
    found = Input()
    found.sources = sources
    return found
