"""Which items are children, and what becomes of them: replaced, added, removed, or an error."""

from __future__ import annotations

from krmfn.core.finding import error, info, warning
from krmfn.core.objects import ALLOW, identity, owner_mark
from krmfn.core.text import shown
from krmfn.hosts import annotations as notes
from krmfn.hosts.paths import child_path, directory_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from krmfn.core.finding import Finding
    from krmfn.core.objects import Identity, Object
    from krmfn.hosts.listed import Item
    from krmfn.hosts.program import Rendered

    Step = tuple[Rendered, Object, Object]

MANY = 100
"""More names than these take longer to look for in an object's text than the object to read."""


class Plan:
    """What becomes of the items: `replaced` by position, positions `removed`, objects `added` at the end."""

    __slots__ = ("added", "findings", "removed", "replaced")

    def __init__(self) -> None:
        self.replaced: dict[int, Object] = {}
        self.removed: set[int] = set()
        self.added: list[Object] = []
        self.findings: list[Finding] = []


def plan(items: list[Item], rendered: list[Rendered], *, adopt: bool, prune: bool, orphans: bool = True) -> Plan:
    """Upsert every child and prune what is marked and no longer wanted.

    `orphans`: children whose CR is gone go too. Not with kustomize, where an earlier step may have dropped the CR.
    """
    result = Plan()
    wanted = {identity(child): (child, one) for one in rendered for child in one.children}
    found: dict[Identity, Item] = {}
    steps: list[Step] = []
    for item, key in _existing(items, wanted):
        if key in found and item.owner is not None:
            result.removed.add(item.position)
            continue
        child, one = wanted[key]
        found[key] = item
        if item.owner is None and not adopt:
            result.findings.append(_unmarked(item, key, one))
        result.replaced[item.position] = _in_place(child, item)
        old = _earlier(item, adopt=adopt)
        if old:
            steps.append((one, old, child))
    result.findings += _steps(rendered, steps)
    taken = _files(items) if len(found) < len(wanted) else {}
    result.added = [_placed(child, one, taken) for key, (child, one) in wanted.items() if key not in found]
    if prune:
        _prune(items, rendered, result, orphans=orphans)
    return result


def _earlier(item: Item, *, adopt: bool) -> Object:
    """The object that a child takes the place of, as far as a step from it can be judged; else an empty one.

    Kustomize has no earlier state. What is no child and not to be taken over is an error of its own.
    """
    if (item.owner is None and not adopt) or notes.KUSTOMIZE_ID in item.source.text:
        return {}
    return item.source.value()


def _steps(rendered: list[Rendered], steps: list[Step]) -> Iterator[Finding]:
    """What the step from the earlier render's children would destroy; where nothing changes, nothing is imported."""
    allows = [one for one in rendered if ALLOW in one.source.text]
    if allows or any(_differs(old, new) for _, old, new in steps):
        from krmfn.hosts.previous import allowed_by, check_steps

        yield from (finding for one in allows for finding in allowed_by(one.source)[1])
        yield from check_steps(steps)


def _differs(old: Object, new: Object) -> bool:
    """Whether anything but the annotations of a host changes, or goes from labels and annotations."""
    if any(old.get(key) != new.get(key) for key in ("spec", "data")):
        return True
    before, after = old.get("metadata", {}), new["metadata"]
    return any(
        key not in after.get(part, {}) and not notes.is_hosts(key)
        for part in ("labels", "annotations")
        for key in before.get(part) or {}
    )


def _existing(items: list[Item], wanted: Mapping[Identity, object]) -> Iterator[tuple[Item, Identity]]:
    """Items with the identity of a wanted child. One whose head is not regular is read if it names one at all."""
    names = {key.name for key in wanted}
    for item in items:
        key = item.source.identity
        if key is None and (len(names) > MANY or any(name in item.source.text for name in names)):
            key = item.source.full_identity()
        if key is not None and key in wanted:
            yield item, key


def _unmarked(item: Item, key: Identity, one: Rendered) -> Finding:
    there = f" in {item.file}" if item.file else ""
    wanted = f" in {one.source.origin.file}" if one.source.origin.file else ""
    text = (
        f"{key.kind} {key.name}{there} is not krmfn's, and NATS {one.cr.name}{wanted} renders one of that name; remove"
        " it, rename the CR, or set adopt: true to replace it"
    )
    return item.source.place(error("unmarked-child", text, ("metadata", "name")))


def _in_place(child: Object, item: Item) -> Object:
    """The child with the annotations by which the host finds its file, its comments and the order of its keys."""
    return _annotated(child, {key: value for key, value in item.annotations.items() if notes.is_hosts(key)})


def _files(items: list[Item]) -> dict[str, list[Item]]:
    """Items by the file that the host gave them, without reading them."""
    files: dict[str, list[Item]] = {}
    for item in items:
        text = item.source.text
        at = text.find(f"{notes.PATH}: ")
        if at >= 0:
            path = text[at + len(notes.PATH) + 2 : text.find("\n", at)].strip("\"' ")
            files.setdefault(path, []).append(item)
    return files


def _placed(child: Object, one: Rendered, files: dict[str, list[Item]]) -> Object:
    """A new child with a file beside its CR's; nothing else of the CR's annotations is its own."""
    cr = notes.of(one.source.value())
    path = child_path(child, one.cr.name, directory_of(notes.file_of(cr)))
    extra = {notes.PATH: path}
    if notes.PACKAGE_PATH in cr:
        extra[notes.PACKAGE_PATH] = cr[notes.PACKAGE_PATH]
    there = [
        item for item in files.get(path, ()) if item.annotations.get(notes.PACKAGE_PATH) == cr.get(notes.PACKAGE_PATH)
    ]
    if there:
        extra[notes.INDEX] = str(max(item.index or 0 for item in there) + 1)
    return _annotated(child, extra)


def _annotated(child: Object, extra: dict[str, str]) -> Object:
    metadata = child["metadata"]
    annotations = dict(sorted({**metadata["annotations"], **extra}.items()))
    return {**child, "metadata": {**metadata, "annotations": annotations}}


def _prune(items: list[Item], rendered: list[Rendered], result: Plan, *, orphans: bool) -> None:
    present = {owner_mark(one.cr.namespace, one.cr.name): one for one in rendered}
    gone: dict[str, list[Item]] = {}
    for item in items:
        if item.position in result.replaced or item.position in result.removed or item.owner is None:
            continue
        if item.owner not in present and not orphans:
            continue
        result.removed.add(item.position)
        if item.owner in present:
            result.findings.append(_no_longer_wanted(item))
            result.findings += _secret_gone(item, present[item.owner])
        else:
            gone.setdefault(item.owner, []).append(item)
    for owner, left in gone.items():
        text = (
            f"NATS {shown(owner)} is gone, so the whole cluster goes: its {len(left)} objects are removed; its volumes"
            " (PersistentVolumeClaims) stay"
        )
        result.findings.append(left[0].source.place(warning("cluster-removed", text)))


def _secret_gone(item: Item, one: Rendered) -> Iterator[Finding]:
    key = item.source.full_identity()
    if key is not None and key.kind.endswith("Secret"):
        from krmfn.hosts.gone import check_gone

        yield from check_gone(one, item.source.value())


def _no_longer_wanted(item: Item) -> Finding:
    key = item.source.full_identity()
    subject = f"{key.kind} {key.name}" if key else "an object"
    return item.source.place(info("child-removed", f"{subject} is no longer wanted and is removed"))
