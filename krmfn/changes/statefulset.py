"""The effect of a change of the StatefulSet: immutable fields, rolling restarts, removed servers and volumes."""

from __future__ import annotations

from krmfn.changes import server_identity, services
from krmfn.changes.change import ADDED, APPLY, DATA_LOSS, METADATA, OUTAGE, RECREATE, RELOAD, REMOVED, RESTART, Change
from krmfn.changes.hazards import server_renamed
from krmfn.changes.labels import matches
from krmfn.changes.redaction import shown_value
from krmfn.changes.server_configuration import both
from krmfn.changes.workload import is_nats, kept_from, option, pod_labels, unavailable_at_once
from krmfn.model.lookup import at, listed
from krmfn.model.quantity import quantity_of
from krmfn.model.text import quotable, quoted, shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from krmfn.changes.change import Consequence
    from krmfn.changes.difference import Difference
    from krmfn.changes.pair import ObjectPair, States
    from krmfn.changes.workload import Workload
    from krmfn.model.code import Code
    from krmfn.model.objects import FieldPath, Object, ObjectRef

_STORAGE = ("spec", "resources", "requests", "storage")
_IMMUTABLE: dict[str | int, Code] = {
    "selector": "selector-changed",
    "serviceName": "service-name-changed",
    "podManagementPolicy": "pod-management-changed",
}


def changed(pair: ObjectPair, workload: Workload) -> list[Change]:
    """One change for each difference."""
    changes = []
    key, old, new = pair.key, pair.old, pair.new
    step = StatefulSetChange(key, workload, pair.states)
    for one in pair.differences:
        path, kind, before, after = one
        impact, code, why, recipe = step.hazard(path, before) or _verdict(one, old, new, workload)
        first, second = shown_value(path, before), shown_value(path, after)
        changes.append(Change(key, path, kind, impact, why, old=first, new=second, code=code, recipe=recipe))
    return changes


def whole(key: ObjectRef, obj: Object, kind: str) -> Change:
    """The change of an added or removed StatefulSet."""
    if kind == ADDED:
        return Change(key, (), ADDED, METADATA, "new pods start")
    if not is_nats(obj):
        return Change(key, (), REMOVED, RESTART, "its pods are deleted")
    deletes = at(obj, "spec", "persistentVolumeClaimRetentionPolicy").get("whenDeleted") == "Delete"
    what = "its volumes too" if deletes else "all data in memory; the volumes stay for a StatefulSet of the same name"
    why = f"every server is deleted, with {what}"
    return Change(key, (), REMOVED, DATA_LOSS, why, code="servers-removed", recipe=_BACK_UP)


class StatefulSetChange:
    """The effect of the whole step on the identity of servers and their data, by which fields are judged."""

    __slots__ = ("confs", "is_nats", "key", "renamed", "states", "store_moves", "workload")

    def __init__(self, key: ObjectRef, workload: Workload, states: States) -> None:
        self.key, self.workload, self.states = key, workload, states
        self.is_nats = is_nats(workload.old)
        before, after = self.confs = both(workload)
        self.store_moves = server_identity.store(workload.old, before) != server_identity.store(workload.new, after)
        self.renamed = server_renamed(before, after, workload) if self.is_nats else None

    def hazard(self, path: FieldPath, before: Any) -> Consequence | None:
        """The verdict on a field that changes names, stores or connections; None where it changes none."""
        if path[:3] == ("spec", "template", "metadata"):
            return self._labels(path)
        if not self.is_nats or path[:1] != ("spec",):
            return None
        if path[1:2] == ("volumeClaimTemplates",):
            return _claim_name(path, before)
        if path[1:2] == ("updateStrategy",):
            return _strategy(self.workload)
        return self._pod(path) if path[:3] == ("spec", "template", "spec") else None

    def _labels(self, path: FieldPath) -> Consequence | None:
        selector = at(self.workload.new, "spec", "selector")
        if path[3:4] != ("labels",) or not matches(selector, pod_labels(self.workload.new)):
            return None
        if missing := services.misses(self.key, self.workload, self.states):
            why = f"Service {shown(missing)} no longer matches the pods that restart"
            return (
                OUTAGE,
                "selector-misses",
                why,
                "change the Service's selector and the labels so that they match",
            )
        return None

    def _pod(self, path: FieldPath) -> Consequence | None:
        if not is_nats(self.workload.new):
            if path[3:4] == ("containers",):
                why = "no container runs nats-server any more: all servers stop"
                return DATA_LOSS, "servers-removed", why, _BACK_UP
            return None
        if self.store_moves and _is_about_files(path):
            why = "servers start with an empty store: the volume or the directory in it changes"
            return DATA_LOSS, "store-dir-changed", why, "keep the volume, mount and directory of the store"
        if self.renamed is not None and _is_about_names(path):
            return self.renamed
        from krmfn.changes import rollout, zone_rule

        if (unreadable := rollout.unreadable_files(path, self.workload)) is not None:
            return unreadable
        if path[3:4] == ("topologySpreadConstraints",):
            return zone_rule.stricter(self.workload)
        if "command" in path or "args" in path:
            return self._options()
        if "ports" in path and (name := services.unreachable(self.key, self.workload, self.states)):
            why = f"Service {shown(name)} uses a port name that running or new pods do not have"
            return OUTAGE, "service-port-changed", why, "use a number as targetPort"
        return None

    def _options(self) -> Consequence | None:
        work = self.workload
        names = [
            server_identity.cluster_name(one, conf) for one, conf in zip((work.old, work.new), self.confs, strict=True)
        ]
        if names[0] != names[1] and option(work.old, "cluster_name") != option(work.new, "cluster_name"):
            why = (
                "servers with different cluster names do not connect, so a running cluster is split until all"
                " have the new name"
            )
            return DATA_LOSS, "cluster-renamed", why, "keep the name of the cluster"
        return None


def _is_about_files(path: FieldPath) -> bool:
    """Whether a field of the pod decides where files are."""
    return bool({"volumes", "volumeMounts", "command", "args", "env"} & set(path)) or (
        path[3:4] == ("containers",) and len(path) == 5
    )


def _is_about_names(path: FieldPath) -> bool:
    return bool({"env", "command", "args"} & set(path)) or (path[3:4] == ("containers",) and len(path) == 5)


def _claim_name(path: FieldPath, before: Any) -> Consequence | None:
    """The verdict on a claim template: another name is a new, empty volume for each pod; other fields are immutable."""
    whole = len(path) < 4 and before is not None
    if whole or path[3:] == ("metadata", "name"):
        why = "a renamed claim template gives the pods new, empty volumes: R1 streams are lost"
        return DATA_LOSS, "claim-renamed", why, "keep the claim's name"
    return None


def _strategy(workload: Workload) -> Consequence | None:
    """The verdict on the update strategy: it restarts nothing itself, but may release changes that waited."""
    before, after = kept_from(workload.old), kept_from(workload.new)
    size = workload.new_replicas
    was, away = (unavailable_at_once(one, size) for one in (workload.old, workload.new))
    if away > was and away > max(1, (size - 1) // 2):
        why = f"a rolling restart can stop {away} of {size} servers at once, and JetStream loses its quorum"
        return OUTAGE, "rollout-loses-quorum", why, "keep maxUnavailable: 1"
    if after >= max(size, 1):
        return METADATA, "", "pods no longer restart by themselves: each gets a change when it is deleted", ""
    if after < before:
        return RESTART, "", f"pods from {workload.name}-{after} on restart if an earlier change is pending", ""
    if after > 0:
        why = f"pods below {workload.name}-{after} take changes only when the partition is lowered"
        return METADATA, "", why, ""
    return METADATA, "", "no pod is touched", ""


_BACK_UP = "back up the streams first (`nats account backup DIR`) and restore them"


def _verdict(one: Difference, old: Object, new: Object, workload: Workload) -> Consequence:
    path, _, before, after = one
    part = path[1] if path[0] == "spec" and len(path) > 1 else ""
    if part == "template":
        return _template(path, before, after, new, workload)
    if part == "volumeClaimTemplates":
        return _claim(path, before, after, old, workload)
    if part == "replicas":
        if not all(isinstance(value, (int, type(None))) for value in (before, after)):
            return METADATA, "", "one of the two is not a number", ""
        return _replicas(old, new, workload)
    if part == "persistentVolumeClaimRetentionPolicy":
        return _retention(path, after)
    if part in _IMMUTABLE:
        return RECREATE, _IMMUTABLE[part], f"{part} is immutable", _recreate(workload)
    if part == "ordinals":
        why = "pods get other ordinals: servers are deleted, and others start with other volumes"
        return DATA_LOSS, "ordinals-changed", why, _BACK_UP
    if part == "minReadySeconds":
        wait = (
            f"waits {after} s after each pod is Ready" if isinstance(after, int) and after else "does not wait longer"
        )
        return METADATA, "", f"a rolling restart {wait}; no pod is touched", ""
    if part == "revisionHistoryLimit" and after == 0:
        return METADATA, "", "no earlier revision is kept to roll back to; no pod is touched", ""
    return METADATA, "", "no pod is touched", ""


def _template(path: FieldPath, before: Any, after: Any, new: Object, workload: Workload) -> Consequence:
    labels = at(new, "spec", "selector", "matchLabels")
    if path[2:4] == ("metadata", "labels"):
        own = at(new, "spec", "template", "metadata", "labels")
        if any(own.get(name) != value for name, value in labels.items()):
            why = "the pods' labels no longer match the selector, which is immutable"
            return RECREATE, "selector-changed", why, _recreate(workload)
    from krmfn.changes import rollout

    return rollout.restart(path, before, after, workload)


def _claim(path: FieldPath, before: Any, after: Any, old: Object, workload: Workload) -> Consequence:
    if path[3:] == _STORAGE:
        first, second = quantity_of(before), quantity_of(after)
        if first is not None and second is not None and second < first:
            why = "volumes cannot shrink: the API server rejects it, and smaller volumes would be new and empty"
            return DATA_LOSS, "claim-shrunk", why, _new_cluster()
        why = "the claim template is immutable, and existing claims keep their size"
        return RECREATE, "claim-grown", why, _grow(old, after, workload)
    if path[3:] == ("spec", "storageClassName"):
        why = "the claim template is immutable, and existing claims keep their StorageClass"
        if after == "":
            why += '; "" is no StorageClass: a new claim gets no volume of its own, and waits for one that you create'
        elif after is None:
            why += "; without one a new claim gets the default StorageClass of the cluster"
        elif before == "":
            why += ' (none: "" turns dynamic provisioning off)'
        return RECREATE, "storage-class-changed", why, _new_cluster()
    return RECREATE, "claim-template-changed", "the claim template is immutable", _recreate(workload)


def _grow(old: Object, size: Any, workload: Workload) -> str:
    """The steps that grow a claim. They show its name only where krmfn chose it."""
    usual = f"{workload.name}-js-pvc"
    names = [at(row, "metadata").get("name") for row in listed(at(old, "spec").get("volumeClaimTemplates"))]
    claim = usual if usual in names else "CLAIM"
    claims = f"{quoted(f'{claim}-{workload.name}-')}$n"
    amount = (quotable(size) or "SIZE").strip('"')
    patch = f"""'{{"spec":{{"resources":{{"requests":{{"storage":"{amount}"}}}}}}}}'"""
    command = f"kubectl {_space(workload)}patch pvc {claims} -p {patch}"
    loop = f"for n in $(seq 0 {workload.old_replicas - 1}); do {command}; done"
    return f"grow each claim (its StorageClass must allow expansion): `{loop}`\n{_recreate(workload)}"


def _recreate(workload: Workload) -> str:
    command = f"kubectl {_space(workload)}delete statefulset {quoted(workload.name)} --cascade=orphan"
    return f"stop the sync, and delete the StatefulSet alone (pods and volumes stay): `{command}`\n{APPLY}"


def _space(workload: Workload) -> str:
    return f"-n {quoted(workload.namespace)} " if workload.namespace else ""


def _new_cluster() -> str:
    return f"{_BACK_UP} in a NATS with another name and the new storage"


def _replicas(old: Object, new: Object, workload: Workload) -> Consequence:
    before, after = workload.old_replicas, workload.new_replicas
    if not is_nats(old):
        return METADATA, "", "pods are added or removed", ""
    if before == 0 or after == 0:
        if before == 0:
            return METADATA, "", "servers start", ""
        return (
            OUTAGE,
            "servers-stopped",
            "every server stops; NATS is down",
            "keep the servers while clients need them",
        )
    if workload.leaves_one:
        why = "the single server deletes its streams when it joins the cluster, and until then there is no leader"
        return DATA_LOSS, "scale-from-one", why, f"{_BACK_UP} after the new cluster has formed"
    if after == 1:
        if (both(workload)[1] or {}).get(("cluster",)):
            why = f"the CRD forbids it: JetStream still expects {before} servers, and one alone serves no stream"
        else:
            why = (
                "the CRD forbids it: a server without a cluster restores no stream of several replicas, and R1 streams"
                " of the other servers are lost"
            )
        return DATA_LOSS, "cluster-size-to-1", why, f"{_BACK_UP} in a NATS with another name and size 1"
    if after > before:
        added = f"{workload.name}-{before}" if after == before + 1 else f"{workload.name}-{before} to -{after - 1}"
        added = added.replace(" to ", " and ") if after == before + 2 else added
        return RELOAD, "", f"{added} join; running servers reload the new routes", ""
    return _shrunk(new, workload)


def _shrunk(new: Object, workload: Workload) -> Consequence:
    before, after = workload.old_replicas, workload.new_replicas
    gone = [f"{workload.name}-{number}" for number in range(after, before)]
    names = " and ".join(filter(None, (", ".join(gone[:-1]), gone[-1])))
    deletes = at(new, "spec", "persistentVolumeClaimRetentionPolicy").get("whenScaled") == "Delete"
    volumes = " and volumes" if deletes else ""
    count = (
        f"is removed with its replica{volumes[:-1]} but still counts as a voter"
        if len(gone) == 1
        else f"are removed with their replicas{volumes} but still count as voters"
    )
    quorum = before // 2 + 1
    spare = after - quorum
    if spare < 0:
        effect = f"the {after} that are left have no quorum, and JetStream stops"
    else:
        effect = f"{f'{spare + 1} more losses' if spare else 'one more loss'} can stop JetStream"
    why = f"{names} {count} (quorum stays {quorum} of {before}): {effect}"
    from krmfn.cluster.peers import removal

    commands = removal(workload.namespace, workload.name, before, after)
    waits = [
        then
        for server in reversed(gone)
        for then in ("", "", f" (the ID of {server}, computed from its name); wait until no replica of a stream lags")
    ]
    steps = [f"`{command}`{then}" for command, then in zip(commands, waits, strict=True)]
    first = (
        "stop the sync, and log nats in as the user of the system account; `nats server report jetstream` lists the"
        " servers and their IDs"
    )
    move = (
        f"R1 streams of {names} are lost or come back empty: give those that you need {min(after, 3)} replicas first"
        f" (`nats stream edit STREAM --replicas {min(after, 3)}`)"
    )
    return DATA_LOSS, "scale-down", why, "\n".join((move, first, *steps, APPLY))


def _retention(path: FieldPath, after: Any) -> Consequence:
    values = after.values() if isinstance(after, dict) else [after]
    if "Delete" in values:
        when = "scaled down" if path[-1] == "whenScaled" else "deleted or scaled down"
        why = f"the volumes will be deleted when the StatefulSet is {when}"
        return DATA_LOSS, "claims-deleted", why, "keep Retain, and delete claims by hand"
    return METADATA, "", "volumes are kept", ""
