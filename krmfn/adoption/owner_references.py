"""What ties the live objects to the NATS: owner references, its finalizer, a deletion that has begun."""

from __future__ import annotations

from krmfn.adoption.dump import called
from krmfn.model.finding import error, warning
from krmfn.model.lookup import at, listed
from krmfn.model.objects import GROUP, KIND
from krmfn.model.text import counted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krmfn.adoption.dump import LiveCluster
    from krmfn.model.finding import Finding

FINALIZER = "nats.operator.kyma-project.io/finalizer"
REFERENCES = ("metadata", "ownerReferences")


def check_ownership(cluster: LiveCluster) -> Iterator[Finding]:
    """Every tie that must be cut before the NATS goes."""
    yield from _check_references(cluster)
    yield from _check_strangers(cluster)
    yield from _check_finalizers(cluster)
    yield from _check_deletion(cluster)


def _check_references(cluster: LiveCluster) -> Iterator[Finding]:
    if not cluster.owned:
        return
    if not cluster.uid:
        text = (
            f"{called(cluster.key)} owns objects, but is not in the dump with its uid: add nats to the kinds of"
            " kubectl get"
        )
        yield error("not-in-dump", text).at(object=cluster.key)
        return
    kinds = ", ".join(f"{key.kind} {key.name}" for key in cluster.owned)
    objects = counted(len(cluster.owned), "object")
    text = (
        f"{called(cluster.key)} owns {objects}, which are deleted with it ({kinds}); step 3 removes the owner"
        " references"
    )
    yield warning("owner-reference", text).at(object=cluster.key)
    for key, obj in cluster.owned.items():
        number = cluster.reference(obj) or 0
        if listed(at(obj, "metadata").get("ownerReferences"))[number].get("uid") != cluster.uid:
            text = (
                f"{called(key)} is owned by a NATS with another uid: the garbage collector can delete it at any moment"
            )
            path = (*REFERENCES, number, "uid")
            yield error("foreign-owner", f"{text}; remove the owner reference first", path).at(object=key)


def _check_strangers(cluster: LiveCluster) -> Iterator[Finding]:
    """An owner of another kind would go on to own the object; a StatefulSet may own its claims."""
    for key, obj in cluster.members():
        for number, one in enumerate(listed(at(obj, "metadata").get("ownerReferences"))):
            kind, group = one.get("kind"), str(one.get("apiVersion")).partition("/")[0]
            is_nats = kind == KIND and group == GROUP
            is_claims = key in cluster.claims and kind in ("StatefulSet", "Pod")
            if not is_claims and not (is_nats and cluster.reference(obj) == number):
                text = (
                    f"{called(key)} has an owner that is not this NATS and is deleted with it; remove the"
                    " owner reference first"
                )
                yield error("foreign-owner", text, (*REFERENCES, number)).at(object=key)


def _check_finalizers(cluster: LiveCluster) -> Iterator[Finding]:
    for one in finalizers(cluster):
        if one == FINALIZER:
            text = (
                f"{called(cluster.key)} has the operator's finalizer; without the operator nothing removes it;"
                " step 2 does"
            )
            yield warning("finalizer", text, ("metadata", "finalizers")).at(object=cluster.key)
        else:
            text = (
                f"{called(cluster.key)} has a finalizer that is not the operator's; find out which controller"
                " removes it before step 7"
            )
            yield warning("finalizer", text, ("metadata", "finalizers")).at(object=cluster.key)


def finalizers(cluster: LiveCluster) -> list[str]:
    """Those of the live NATS."""
    found = at(cluster.cr, "metadata").get("finalizers")
    return [str(one) for one in found] if isinstance(found, list) else []


def _check_deletion(cluster: LiveCluster) -> Iterator[Finding]:
    space = cluster.live.find("v1", "Namespace", "", cluster.facts.namespace)
    around = [] if space is None else [(key, obj) for key, obj in cluster.live.objects.items() if obj is space]
    for key, obj in (*cluster.members(), *around):
        if at(obj, "metadata").get("deletionTimestamp") is not None:
            text = f"{called(key)} is being deleted, and that cannot be undone; wait until it is gone, and dump again"
            yield error("being-deleted", text, ("metadata", "deletionTimestamp")).at(object=key)
