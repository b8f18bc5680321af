"""Whether the dump holds what is rendered, and nothing of the operator besides; whether the servers are at rest."""

from __future__ import annotations

from krmfn.adoption.dump import called
from krmfn.changes.workload import CONF, replicas
from krmfn.model.finding import error, warning
from krmfn.model.lookup import at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krmfn.adoption.dump import LiveCluster
    from krmfn.model.finding import Finding
    from krmfn.model.objects import Object, ObjectRef

_NEEDED = ("ConfigMap", "Service")
"""Without them servers do not start or do not find each other: a cluster that runs has them."""


def check_presence(cluster: LiveCluster) -> Iterator[Finding]:
    """Objects on one side only."""
    for key, live, _ in cluster.pairs:
        if live is None:
            yield _absent(cluster, key)
        elif lacks := _lacks(key, live, is_owned=key in cluster.owned):
            text = f"{called(key)} has no {lacks} in the dump, so it does not come from a cluster and proves nothing"
            yield error("not-in-dump", f"{text}; dump it with kubectl get -o yaml").at(object=key)
    rendered = {key for key, _, _ in cluster.pairs}
    for key in cluster.owned:
        if key.kind == "PersistentVolumeClaim":
            text = (
                f"{called(key)} is owned by the NATS: deleting the NATS without --cascade=orphan deletes the claim"
                " and its data too; take the steps in order, and keep the claim"
            )
            yield warning("claim-owned", text).at(object=key)
        elif key not in rendered and key != cluster.secret_key:
            text = f"{called(key)} is the operator's and is not rendered: it stays in the cluster, unmanaged"
            text += "; set istio=true to keep it" if key.kind == "DestinationRule" else "; delete it after step 6"
            yield warning("not-rendered", text).at(object=key)


def _lacks(key: ObjectRef, live: Object, *, is_owned: bool) -> str:
    """What every live object has and this one does not: manifests, and dumps that were tidied; "" for nothing.

    What has no uid may have lost its owner references too, unless they are there.
    """
    if not is_owned and not at(live, "metadata").get("uid"):
        return "uid"
    if key.kind == "StatefulSet" and not at(live, "spec", "template"):
        return "pod template"
    return CONF if key.kind == "ConfigMap" and CONF not in at(live, "data") else ""


def _absent(cluster: LiveCluster, key: ObjectRef) -> Finding:
    if key.kind == "StatefulSet":
        return _no_workload(cluster, key)
    if key.kind in _NEEDED:
        text = (
            f"{called(key)} is not in the dump, so nothing is proved; add {key.kind.lower()} to the kinds of"
            " kubectl get"
        )
        return error("not-in-dump", text).at(object=key)
    text = f"{called(key)} is not in the dump; if it is not in the cluster either, the first sync creates it"
    return warning("not-in-dump", text).at(object=key)


def _no_workload(cluster: LiveCluster, key: ObjectRef) -> Finding:
    for other, _ in cluster.live.of_kind("StatefulSet", "apps"):
        if other.name == key.name:
            text = f"{called(other)} runs, but the NATS is in namespace {key.namespace}, and objects cannot move; set"
            return error("other-namespace", f"{text} the namespace where it runs").at(object=key)
    text = (
        f"{called(key)} is not in the dump, so there is nothing to take over; add statefulset to the kinds of"
        " kubectl get"
    )
    return error("nothing-to-take-over", text).at(object=key)


def check_rest(cluster: LiveCluster) -> Iterator[Finding]:
    """A rollout that has begun goes on during the steps, and restarts what they would be blamed for.

    A server that is down is another matter: the steps do not touch it, but whoever takes them should know.
    """
    obj = cluster.workload
    if obj is None:
        return
    key = next(key for key, _, _ in cluster.pairs if key.kind == "StatefulSet")
    rolling, text = _rolling(obj), ""
    if rolling:
        text = f"{called(key)} {rolling}; wait until all servers are ready and dump again"
        yield error("rollout-in-progress", text, ("status",)).at(object=key)
        return
    wanted, ready = replicas(obj), at(obj, "status").get("readyReplicas")
    if "observedGeneration" not in at(obj, "status"):
        text = f"{called(key)} has no status in the dump: check that all servers are ready"
    elif ready != wanted:
        count = f"{ready if isinstance(ready, int) else 0} of {wanted} servers"
        text = f"{called(key)}: {count} are ready; fix that first: a cluster without a quorum takes no messages"
    if text:
        yield warning("servers-not-ready", text, ("status",)).at(object=key)


def _rolling(obj: Object) -> str:
    """What says that pods are being replaced, or soon will be; "" where nothing does."""
    status = at(obj, "status")
    if status.get("observedGeneration", 0) not in (0, at(obj, "metadata").get("generation", 0)):
        return "has a change that its controller has not seen yet"
    current, update = status.get("currentRevision"), status.get("updateRevision")
    return "is in a rolling update" if current is not None and current != update else ""
