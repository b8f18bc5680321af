"""Compares the objects of before with the rendered ones: each is kept, replaced, added, removed, or refused.

Every tool and command uses this module. They differ in where the objects of before come from (items of a list, files of
an earlier render, a directory of the user's) and in what they do with the result.
"""

from __future__ import annotations

from krmfn.goyaml.errors import Unreadable
from krmfn.model.finding import Findings, error, info, warning
from krmfn.model.fix import replaced
from krmfn.model.names import Names
from krmfn.model.objects import ObjectRef
from krmfn.model.text import shown
from krmfn.natsconf.accounts import FILE
from krmfn.resourcelist import annotations as notes
from krmfn.sources.recognition import looks_like, unidentified

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from krmfn.model.finding import Finding
    from krmfn.model.objects import Object
    from krmfn.rendering.renderer import Rendered
    from krmfn.sources.source import Source

    Wanted = dict[ObjectRef, tuple[int, Rendered]]
    """Which of its children an object is, and of which CR."""

_STATES = ("StatefulSet", "ConfigMap")
"""Kinds that decide what a step does to servers; every render has both."""
_MISPLACED = frozenset(("moved-child", "renamed-child"))
_SECRETS = ("Secret", "ExternalSecret", "Password")
"""Kinds of children whose name a setting decides."""


class Policy:
    """Which changes are allowed.

    `adopt`: an object without a mark may be replaced by the child of its identity. `prune`: False where some objects
    may be hidden, so that none is removed. `has_state`: False where the objects come from the same run and not from an
    earlier one (kustomize): then no step is checked, and children whose CR is not there stay. `is_whole`: the objects
    are all of an earlier render, so that one which is missing was removed by somebody. `allow_removal` are the marks of
    CRs whose clusters may be removed. `elsewhere` tells whether the CR of a mark is checked in another batch.
    """

    __slots__ = ("adopt", "allow_removal", "elsewhere", "has_state", "is_whole", "prune")

    def __init__(
        self,
        *,
        adopt: bool = False,
        prune: bool = True,
        has_state: bool = True,
        is_whole: bool = True,
        allow_removal: Collection[str] = (),
        elsewhere: Callable[[str], bool] = lambda _: False,
    ) -> None:
        self.adopt = adopt
        self.prune = prune
        self.has_state = has_state
        self.is_whole = is_whole
        self.allow_removal = allow_removal
        self.elsewhere = elsewhere


class Changeset:
    """What happens to the objects of before; those in neither `replaced` nor `removed` are kept unchanged.

    `added` are children without an earlier object: the identity, which of the children of its CR it is, and the CR.
    With an error among the findings nothing of it is to be carried out. `refused` are objects of a CR that is there,
    with the code of the error.
    """

    __slots__ = ("added", "findings", "refused", "removed", "replaced")

    def __init__(self) -> None:
        self.replaced: dict[Source, Object] = {}
        self.removed: set[Source] = set()
        self.refused: list[tuple[Source, str]] = []
        self.added: list[tuple[ObjectRef, int, Rendered]] = []
        self.findings = Findings()


def reconcile(sources: Sequence[Source], rendered: Sequence[Rendered], policy: Policy) -> Changeset:
    """Pair every child with the object of before that has its identity, and decide about the marked rest."""
    result = Changeset()
    wanted: Wanted = {ref: (number, one) for one in rendered for number, ref in enumerate(one.refs)}
    found: dict[ObjectRef, list[Source]] = {}
    for source in sources:
        key = source.quick_ref or source.ref()
        if key in wanted:
            found.setdefault(key, []).append(source)
    result.findings += _pair(found, wanted, policy, result)
    result.added = [(key, *pair) for key, pair in wanted.items() if key not in found]
    left = [source for source in sources if source not in result.replaced and source.owner is not None]
    if policy.prune and left:
        twins = {source for same in found.values() for source in same}
        result.findings += _prune([one for one in left if one not in twins], sources, rendered, policy, result)
    if policy.has_state and policy.is_whole and policy.prune:
        misplaced = {source.owner for source, code in result.refused if code in _MISPLACED}
        rest = [one for one in rendered if one.mark not in misplaced]
        result.findings += _lost_states(sources, rest, found)
    return result


def _lost_states(
    sources: Sequence[Source], rendered: Sequence[Rendered], found: dict[ObjectRef, list[Source]]
) -> Iterator[Finding]:
    """Errors about CRs that have earlier children, but not those that are needed to check the step."""
    owners: dict[str, Source] = {}
    for source in sources:
        if source.owner is not None:
            owners.setdefault(source.owner, source)
    for one in rendered:
        sibling = owners.get(one.mark)
        if sibling is None:
            continue
        for key in one.refs:
            if key.kind in _STATES and key not in found:
                text = (
                    f"{_of(key)} is missing, but other rendered objects of NATS {shown(one.ref.name)}"
                    f" exist{_in(sibling, 'such as')}, so the change cannot be judged; restore it from Git, or delete"
                    " all rendered objects of this NATS to start from nothing"
                )
                yield one.source.place(error("unclear-state", text, ("metadata", "name")))


def _pair(found: dict[ObjectRef, list[Source]], wanted: Wanted, policy: Policy, result: Changeset) -> Iterator[Finding]:
    steps: dict[Rendered, list[tuple[Object, Object]]] = {}
    for key, same in found.items():
        number, one = wanted[key]
        for twin in same[1:]:
            yield _twice(key, same[0], twin)
        source = same[0]
        if source.owner is None and not policy.adopt:
            yield unmarked(source, key, one)
            continue
        child = result.replaced[source] = one.children[number]
        if policy.has_state:
            try:
                steps.setdefault(one, []).append((source.read().value, child))
            except Unreadable as why:
                yield source.unreadable(why)
    for one in {one: None for _, one in wanted.values()}:
        yield from _judged(one, steps.get(one, []))


def _judged(one: Rendered, steps: list[tuple[Object, Object]]) -> Iterator[Finding]:
    """Findings about the step from the earlier children. `steps` is imported only where something changes."""
    allows = one.source.allow is not None
    if allows or any(_differs(old, new) for old, new in steps):
        from krmfn.rendering.steps import allowed_by, check_steps

        if allows:
            yield from allowed_by(one.source)[1]
        yield from check_steps(one, steps)


def _differs(old: Object, new: Object) -> bool:
    """Whether a field changes or a label or annotation is removed; annotations of kpt and kustomize do not count."""
    if any(old.get(key) != new.get(key) for key in ("spec", "data")):
        return True
    before, after = old.get("metadata", {}), new["metadata"]
    return any(
        key not in after.get(part, {}) and not notes.is_hosts(key)
        for part in ("labels", "annotations")
        for key in before.get(part) or {}
    )


def _prune(
    left: list[Source], sources: Sequence[Source], rendered: Sequence[Rendered], policy: Policy, result: Changeset
) -> Iterator[Finding]:
    """Decide about marked objects that no child replaces."""
    present = {mark: one for one in rendered for mark in _marks(one, policy)}
    gone: dict[str, list[Source]] = {}
    for source in left:
        owner = source.owner or ""
        one = present.get(owner)
        if one is None:
            if not policy.elsewhere(owner):
                gone.setdefault(owner, []).append(source)
            continue
        refused = _moved(source, one) if policy.has_state else None
        if refused is not None:
            result.refused.append((source, refused.code))
            yield refused
            continue
        result.removed.add(source)
        yield source.place(info("child-removed", f"{_named(source)} is no longer rendered and is removed"))
        if policy.has_state:
            yield from _secret_gone(source, one)
    for owner, objects in gone.items() if policy.has_state else ():
        if owner in policy.allow_removal and not (why := list(_not_sure(owner, sources))):
            result.removed.update(objects)
            text = (
                f"cluster {shown(owner)} is removed, because its NATS is not in the input and allowRemoval names it:"
                f" krmfn removes {_counted(objects)}; its volumes (PersistentVolumeClaims) stay"
            )
            yield objects[0].place(warning("cluster-removed", text))
        elif owner in policy.allow_removal:
            yield from why
        else:
            yield objects[0].place(_not_allowed(owner, objects))


def _marks(one: Rendered, policy: Policy) -> Iterator[str]:
    """The mark of a CR, and the marks that it had before kustomize renamed or moved it."""
    yield one.mark
    if not policy.has_state:
        yield from notes.earlier_marks(one.source.annotations)


def _twice(key: ObjectRef, first: Source, twin: Source) -> Finding:
    """An error about two objects with one identity: it is unknown which one the cluster has."""
    where = _in(first, "first in")
    text = f"duplicate object {_of(key)}{where}; remove one, or skip one (--exclude, .krmignore)"
    return twin.place(error("duplicate-object", text, ("metadata", "name")))


def unmarked(source: Source, key: ObjectRef, one: Rendered) -> Finding:
    """The finding about an object that has the identity of a child and not the mark."""
    text = (
        f"{_of(key)}{_in(source, 'in')} was not rendered by krmfn, and NATS {one.ref.name}{_in(one.source, 'in')}"
        " renders an object of that name; remove it, skip it (--exclude, .krmignore), rename the NATS, or set adopt:"
        " true to replace it"
    )
    return source.place(error("unmarked-child", text, ("metadata", "name")))


def _moved(source: Source, one: Rendered) -> Finding | None:
    """An error about a child that a later function moved or renamed; None for one that is no longer rendered."""
    key = source.ref()
    if key is None:
        return None
    owner = shown(source.owner or "")
    for other in one.refs:
        if (other.group, other.kind, other.name) == (key.group, key.kind, key.name):
            text = (
                f"{_of(key)} belongs to NATS {owner}, which renders it in namespace"
                f" {shown(other.namespace) or '(none)'}: a later function moved it (for example set-namespace); set"
                " the namespace on the NATS too, or move krmfn after that function in the pipeline"
            )
            return source.place(error("moved-child", text, ("metadata", "namespace")))
    names = Names(one.ref.name)
    known = (names.workload, names.config, names.client, names.metrics)
    exporter = key.name.removeprefix(f"{names.metrics}-").isdigit()
    is_known = key.name in known or exporter or (key.kind in _SECRETS and _is_own_secret(source, key, one))
    if key.kind == "StatefulSet" or not is_known:
        text = (
            f"{_of(key)} belongs to NATS {owner}, which renders no object of that name: a later function renamed it;"
            " move krmfn after that function in the pipeline, or restore the name"
        )
        return source.place(error("renamed-child", text, ("metadata", "name")))
    return None


def _is_own_secret(source: Source, key: ObjectRef, one: Rendered) -> bool:
    """Whether krmfn could have rendered a Secret, or what makes one: a copied mark on the user's own is not enough."""
    data = source.value().get("data")
    others = set(data) - {FILE} if isinstance(data, dict) else set()
    return key.namespace == one.ref.namespace and not others


def _not_allowed(owner: str, objects: list[Source]) -> Finding:
    text = (
        f"NATS {shown(owner)} is not in the input, so {_counted(objects)} would be removed; restore the NATS, or set"
        f" allowRemoval: {shown(owner)} to remove the cluster"
    )
    return error("removal-not-allowed", text, fix=replaced(("allowRemoval",), owner if owner == shown(owner) else None))


def _not_sure(owner: str, sources: Sequence[Source]) -> Iterator[Finding]:
    """Errors about objects that could be the CR of a cluster whose removal is allowed."""
    from krmfn.api.table import NATS

    namespace, _, name = owner.rpartition("/")
    key = ObjectRef("", "", namespace, name)
    fields = NATS["fields"]["spec"]["fields"]
    for source in unidentified(sources):
        text = (
            f"this object cannot be identified, so cluster {shown(owner)} is not removed; fix it or remove it"
            " from the input"
        )
        yield source.place(error("unidentified-object", text))
    for source in sources:
        if source.owner is None and looks_like(source, key, fields):
            text = (
                f"{_named(source)} has the name of NATS {shown(owner)}, whose removal is allowed, and could be that"
                " NATS with a typo; fix its apiVersion and kind, or remove it from the input"
            )
            yield source.place(error("looks-like-nats", text, ("kind",)))


def _secret_gone(source: Source, one: Rendered) -> Iterator[Finding]:
    key = source.ref()
    if key is not None and key.kind.endswith("Secret"):
        from krmfn.rendering.lost_secret import check_gone

        yield from check_gone(one, source.value())


def _counted(objects: Iterable[Source]) -> str:
    names = [_named(one) for one in objects]
    listed = ", ".join(names[:3]) + (", ..." if len(names) > 3 else "")
    return f"its object ({listed})" if len(names) == 1 else f"its {len(names)} objects ({listed})"


def _named(source: Source) -> str:
    key = source.ref()
    return _of(key) if key is not None else "an object"


def _of(key: ObjectRef) -> str:
    return f"{shown(key.kind)} {shown(key.name)}"


def _in(source: Source, how: str) -> str:
    """The file of an object for a message; "" where it is unknown."""
    return f" ({how} {shown(source.origin.file, 200)})" if source.origin.file else ""
