"""All checks of final objects, in their order: shape, values, links, nats.conf, budgets, policies."""

from __future__ import annotations

from krmfn.changes.workload import is_nats
from krmfn.checks import (
    budgets,
    certificates,
    configuration,
    exporters,
    exposure,
    hosts,
    network_policies,
    operation,
    policies,
    ports,
    programs,
    references,
    selectors,
    single_object,
)
from krmfn.checks.tree import Tree
from krmfn.model.codes.links import MAY_BE_ALLOWED
from krmfn.model.finding import ERROR, INFO, WARNING, Findings, error
from krmfn.model.lookup import at
from krmfn.model.objects import ALLOW, OWNER, ObjectRef
from krmfn.model.text import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from krmfn.cluster.policies import Policies
    from krmfn.model.finding import Finding
    from krmfn.model.objects import Object

NEWEST = "1.37"
"""The version of Kubernetes whose schemas judge objects for a cluster whose version is not known."""
_LINKS = (
    selectors, ports, references, certificates, hosts, exporters, network_policies, exposure, configuration,
    operation, programs, budgets,
)  # fmt: skip
_READ_BY_CONTROLLERS = "sops"
"""A top-level key of objects that are encrypted and not applied as they are."""


def check(
    objects: Iterable[Object],
    *,
    version: str = NEWEST,
    policies_of: Callable[[ObjectRef], Policies] | None = None,
    allowed: Mapping[str, Collection[str]] | None = None,
) -> list[Finding]:
    """What is wrong with the final objects of one apply, in order.

    Args:
        objects: objects as they would be applied, each with apiVersion and kind
        version: the minor version of Kubernetes that takes them, such as "1.34"
        policies_of: the policies that hold for an object; none where it is absent
        allowed: by owner mark, codes that a NATS allows; an object may allow codes by the same annotation

    Returns:
        findings, each with the object that it is about and the path in it, and no file. An object whose shape is wrong
        takes no part in links, and no other object is held against it. Of an object that is not krmfn's (its mark, its
        cluster's labels) only the shape is checked, and links to what is.
    """
    every = list(objects)
    found: list[Finding] = []
    sound, unclear, seen = [], [], set()
    for obj in every:
        ref = _reference(obj)
        if ref in seen and ref.name:
            text = f"duplicate object {shown(ref.kind)} {shown(ref.name)}; remove one"
            found.append(error("duplicate-object", text, ("metadata", "name")).at(object=ref))
        seen.add(ref)
        faults = [] if _READ_BY_CONTROLLERS in obj else single_object.faults(obj, version)
        found += [fault.at(object=ref) for fault in faults]
        if any(fault.severity == ERROR for fault in faults):
            unclear.append(ref)
        else:
            sound.append(obj)
    tree = Tree(sound, unclear)
    for module in _LINKS:
        found += module.check(tree)
    found += policies.check(tree, policies_of)
    owners = {_reference(obj): obj for obj in every}
    return Findings(_judged(one, owners, allowed or {}) for one in found).in_order()


def _reference(obj: Object) -> ObjectRef:
    """The reference to an object that may lack a name, which is a fault of its own."""
    return ObjectRef.parse(obj) or ObjectRef(str(obj.get("apiVersion")), str(obj.get("kind")), "", "")


def concerns(objects: Iterable[Object]) -> bool:
    """Whether objects are krmfn's matter: one has its mark, or is a StatefulSet of NATS servers."""
    return any(
        isinstance(at(obj, "metadata", "annotations").get(OWNER), str)
        or (obj.get("kind") == "StatefulSet" and is_nats(obj))
        for obj in objects
    )


def _judged(finding: Finding, objects: Mapping[ObjectRef, Object], allowed: Mapping[str, Collection[str]]) -> Finding:
    """The finding; a weaker one where its object, or the NATS that renders it, allows its code."""
    if finding.code not in MAY_BE_ALLOWED or finding.object is None or finding.severity == INFO:
        return finding
    notes = at(objects.get(finding.object, {}), "metadata", "annotations")
    if finding.code in {*_words(notes.get(ALLOW)), *allowed.get(str(notes.get(OWNER)), ())}:
        return finding.replace(
            severity=WARNING if finding.severity == ERROR else INFO, message=f"{finding.message}; allowed by {ALLOW}"
        )
    return finding


def _words(annotation: object) -> Iterator[str]:
    if isinstance(annotation, str):
        yield from (word.strip() for word in annotation.split(","))
