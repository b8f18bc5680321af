"""What a change of a pod template does: which pods of the StatefulSet restart and when, and what can keep one away."""

from __future__ import annotations

from krmfn.changes.change import METADATA, OUTAGE, RESTART
from krmfn.changes.workload import container_of, is_nats, unavailable_at_once
from krmfn.cluster.images import image_version
from krmfn.model.lookup import at, listed
from krmfn.model.quantity import quantity_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from krmfn.changes.change import Consequence
    from krmfn.changes.workload import Workload
    from krmfn.model.objects import FieldPath, Object

_CONTAINERS = ("nats", "metrics", "config-reloader")
_REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
_PENDING = "stays Pending, and the rollout stops there"


def restart(path: FieldPath, before: Any, after: Any, workload: Workload) -> Consequence:
    """The effect of a field of the template on the pods, followed by what can go wrong."""
    kept, size = workload.kept_from, min(workload.old_replicas, workload.new_replicas)
    name, new = workload.name, workload.new
    if size == 0:
        return METADATA, "", "no pod runs before or after the step, so none restarts", ""
    if kept >= size:
        is_manual = at(new, "spec", "updateStrategy").get("type") == "OnDelete"
        how = "updateStrategy OnDelete" if is_manual else "the partition"
        return METADATA, "", f"pods do not restart by themselves ({how}): each gets it when it is deleted", ""
    if kept > 0:
        what = f"pods from {name}-{kept} on restart; the others when the partition is lowered"
    elif workload.old_replicas == 1:
        down = "; NATS is down until it is back"
        what = f"{name}-0 restarts{down if is_nats(workload.old) else ''}"
    else:
        what = f"rolling restart ({workload.order}), {_pace(workload, size)}"
    risk = _risk(path, before, after, workload)
    return RESTART, "", f"{_about(path, before, after, new)}{what}{'; ' if risk else ''}{risk}", ""


def _pace(workload: Workload, size: int) -> str:
    """How fast the pods are replaced (StatefulSet controller, rolling update)."""
    nats = is_nats(workload.old)
    one, more = ("server", "servers") if nats else ("pod", "pods")
    most, seconds = unavailable_at_once(workload.new, size), at(workload.new, "spec").get("minReadySeconds") or 0
    wait = f", for at least {seconds} s" if isinstance(seconds, int) and seconds else ""
    many = f"{most} {more} at a time" if most > 1 else f"one {one} at a time while all others are Ready{wait}"
    return f"{many}; R1 streams pause" if nats else many


def _about(path: FieldPath, before: Any, after: Any, new: Object) -> str:
    """The meaning of the field, where its path does not tell it."""
    if "topologySpreadConstraints" in path:
        verb = "goes" if after is None else "comes" if before is None else "changes"
        return f"the zone rule {verb}: "
    name = container_at(path, before if after is None and len(path) == 5 else None, new).get("name")
    return f"container {name}: " if name in _CONTAINERS else ""


def container_at(path: FieldPath, gone: Any, new: Object) -> Object:
    """The container at a path of a template, or `gone` where that is given; empty for another path."""
    if path[3:4] != ("containers",) or len(path) < 5 or not isinstance(path[4], int):
        return {}
    rows = listed(at(new, "spec", "template", "spec").get("containers"))
    found = gone if gone is not None else rows[path[4]] if path[4] < len(rows) else {}
    return found if isinstance(found, dict) else {}


def unreadable_files(path: FieldPath, workload: Workload) -> Consequence | None:
    """The verdict where servers become another user, who cannot enter the folders of the old one; else None.

    nats-server makes folders with mode 0700 and does not start where it cannot write to its store
    (tests/clients/test_store_user.py). The kubelet lets the group write to every file at each mount, unless
    fsGroupChangePolicy is OnRootMismatch and the root of the volume has the group already.
    """
    if path[-1] not in ("runAsUser", "securityContext"):
        return None
    is_server = container_at(path, None, workload.new) == container_of(workload.new)
    if path[3:4] != ("securityContext",) and not is_server:
        return None
    old, new = (at(one, "spec", "template", "spec", "securityContext") for one in (workload.old, workload.new))
    is_checked = new.get("fsGroupChangePolicy") == "OnRootMismatch" and new.get("fsGroup") == old.get("fsGroup")
    if _user(workload.old) == _user(workload.new) or not (is_checked and _keeps_files(workload.old)):
        return None
    why = (
        "the servers run as another user, who may not write to the folders of the old one: nats-server does not start,"
        " and the rollout stops at the first pod"
    )
    return OUTAGE, "store-not-writable", why, "keep runAsUser, or change it with fsGroupChangePolicy: Always"


def _user(statefulset: Object) -> object:
    """The user of the server's process; None for that of its image."""
    pod = at(statefulset, "spec", "template", "spec", "securityContext").get("runAsUser")
    return at(container_of(statefulset), "securityContext").get("runAsUser", pod)


def _keeps_files(statefulset: Object) -> bool:
    """Whether the server's container mounts a claim, which outlives a pod."""
    rows = listed(at(statefulset, "spec").get("volumeClaimTemplates"))
    names = {at(row, "metadata").get("name") for row in rows}
    return any(row.get("name") in names for row in listed(container_of(statefulset).get("volumeMounts")))


def _risk(path: FieldPath, before: Any, after: Any, workload: Workload) -> str:
    """What can keep a restarted pod from running; "" where nothing is known to."""
    if path[2:3] != ("spec",) or len(path) < 4:
        return ""
    field = path[3]
    if field == "containers":
        return _risk_of_container(path, before, after, workload)
    if field == "tolerations" and before is not None:
        return f"a server on a node with a taint that is no longer tolerated {_PENDING}, unless its volume can move"
    if after is None:
        return "images that need the removed Secret cannot be pulled" if field == "imagePullSecrets" else ""
    if field == "nodeSelector" or (field == "affinity" and _is_hard(path, after)):
        return f"a server whose volume is on a node or in a zone that does not fit {_PENDING}"
    if field == "schedulerName" and after != "default-scheduler":
        return "pods stay Pending unless that scheduler runs"
    if field == "hostNetwork" and after is True:
        return "servers take the ports of their nodes, so two of them cannot run on one node"
    kinds = {"runtimeClassName": "RuntimeClass", "priorityClassName": "PriorityClass"}
    kinds |= {"serviceAccountName": "ServiceAccount"}
    kind = kinds.get(str(field))
    if kind is not None and len(path) == 4 and not _is_there(kind, after, workload):
        return f"the API server refuses pods unless that {kind} exists"
    if path[3:] == ("securityContext", "fsGroup") and _keeps_files(workload.new):
        return "the kubelet first gives every file of the volume to the group, which takes long for many files"
    return ""


def _is_hard(path: FieldPath, value: Any) -> bool:
    """Whether a value at or below `affinity` is or holds a required rule, or is a part of one."""
    if _REQUIRED in path:
        return True
    inner = value.values() if isinstance(value, dict) else ()
    return isinstance(value, dict) and (_REQUIRED in value or any(_is_hard((), one) for one in inner))


def _is_there(kind: str, name: Any, workload: Workload) -> bool:
    """Whether the new state, or every cluster, has an object."""
    if str(name) in ("system-cluster-critical", "system-node-critical") or (kind, name) == (
        "ServiceAccount",
        "default",
    ):
        return True
    return any((key.kind, key.name) == (kind, name) for key in workload.states[1])


def _risk_of_container(path: FieldPath, before: Any, after: Any, workload: Workload) -> str:
    if path[5:] == ("image",) and container_at(path, None, workload.new) == container_of(workload.new):
        first, second = image_version(before), image_version(after)
        if first is not None and second is not None and second[:2] < first[:2]:
            return "an older nats-server leaves streams offline that use settings of the newer one"
    if path[5:7] == ("resources", "requests") and path[-1] in ("cpu", "memory") and _keeps_files(workload.old):
        wanted, given = quantity_of(after), quantity_of(before)
        if wanted is not None and given is not None and wanted > given:
            return "a server that no longer fits on a node that can mount its volume stays Pending"
    return ""
