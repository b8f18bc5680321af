"""What to write so that a difference is gone: a setting of krmfn, or a field of the NATS.

A value of the live object is repeated only where it is a number, a quantity or a name: never a text chosen freely.
"""

from __future__ import annotations

from krmfn.adoption.dump import plain
from krmfn.adoption.dump_facts import domain_of
from krmfn.changes.server_configuration import settings
from krmfn.changes.workload import CONF
from krmfn.cluster.facts import OPERATOR_CHART, OPERATOR_LABELS
from krmfn.model.labels import is_qualified_name
from krmfn.model.lookup import at, listed
from krmfn.model.text import quotable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from krmfn.adoption.dump import LiveCluster
    from krmfn.changes.change import Change
    from krmfn.model.objects import FieldPath

    HazardCheck = Callable[[LiveCluster, FieldPath, Any], str]

NOTHING = "no setting makes them equal"
_IMAGES = {"nats": "natsImage", "config-reloader": "reloaderImage", "metrics": "exporterImage"}
_KNOWN_IMAGES = ("nats", "nats-server-config-reloader", "prometheus-nats-exporter")
_CLAIM = ("spec", "volumeClaimTemplates")
_POD = ("spec", "template", "spec")
_LABELS = ("spec", "template", "metadata", "labels")
_ANNOTATIONS = ("spec", "template", "metadata", "annotations")
_TAG = frozenset("0123456789.")
_PLACE = frozenset("abcdefghijklmnopqrstuvwxyz0123456789./-_:")


def remedy(cluster: LiveCluster, change: Change, old: Any, new: Any) -> str:
    """What to write; `old` and `new` are the values of the field, None for a setting of nats.conf."""
    path, kind = change.path, change.ref.kind
    if kind == "ConfigMap" and path[:2] == ("data", CONF):
        return _conf(cluster, path[2:])
    if kind == "StatefulSet":
        return _statefulset(cluster, path, old, new)
    if kind == "DestinationRule" and path == ("spec", "host"):
        return _domain(cluster)
    if path[:2] in (("metadata", "labels"), ("metadata", "annotations")):
        return _user(path, new)
    return NOTHING


def _statefulset(cluster: LiveCluster, path: FieldPath, old: Any, new: Any) -> str:
    if path == ("spec", "replicas"):
        return f"write spec.cluster.size: {old} in the NATS" if isinstance(old, int) else NOTHING
    if path[:2] == _CLAIM:
        return _claim(path, old)
    if path[:4] in (_LABELS, _ANNOTATIONS):
        return _user(path, new)
    if path[:2] == ("metadata", "labels") or path[:2] == ("metadata", "annotations"):
        return _user(path, new)
    return _pod(cluster, path, old, new) if path[:3] == _POD else NOTHING


def _pod(cluster: LiveCluster, path: FieldPath, old: Any, new: Any) -> str:
    part = path[3] if len(path) > 3 else ""
    if part == "priorityClassName":
        return f"set priorityClass={plain(old) or ''}" if old is None or plain(old) else NOTHING
    if part == "imagePullSecrets":
        return _pull_secrets(cluster)
    if part == "topologySpreadConstraints" and new is not None:
        return "set zoneSpread=preferred: change the zone rule later"
    if part == "affinity":
        return "remove zoneSpread"
    if part == "volumes":
        return _secret_volume(cluster)
    return _in_container(cluster, path, old) if part == "containers" else NOTHING


def _in_container(cluster: LiveCluster, path: FieldPath, old: Any) -> str:
    """`path` points into the rendered list, in which the containers have known names."""
    rendered = next(obj for key, _, obj in cluster.pairs if key.kind == "StatefulSet")
    rows = rendered["spec"]["template"]["spec"]["containers"]
    number = path[4] if len(path) > 4 and isinstance(path[4], int) else len(rows)
    name = rows[number]["name"] if number < len(rows) and len(path) > 5 else ""
    if not name:
        return NOTHING
    if path[5] == "image":
        return _image(cluster, name, old)
    if name != "nats":
        return NOTHING
    if path[5] == "env":
        return _domain(cluster)
    return _resources(path, old) if path[5] == "resources" else NOTHING


def _resources(path: FieldPath, old: Any) -> str:
    field = ".".join(str(part) for part in path[5:])
    if old is None:
        return f"remove spec.{field} from the NATS"
    value = quotable(old)
    known = f": {value}" if value else " with its live value"
    return f"write spec.{field}{known} in the NATS"


def _image(cluster: LiveCluster, container: str, old: Any) -> str:
    setting = _IMAGES[container]
    if isinstance(old, str) and _is_known_image(old):
        return f"set {setting}={old}"
    query = f'{{.spec.template.spec.containers[?(@.name=="{container}")].image}}'
    names = cluster.facts.names
    return (
        f"set {setting} to its live value: kubectl -n {cluster.facts.namespace} get statefulset"
        f" {names.workload} -o jsonpath='{query}'"
    )


def _is_known_image(image: str) -> bool:
    """Whether it is one of the operator's images by its last part and a tag that is a version: such may be shown."""
    place, _, tag = image.rpartition(":")
    name = place.rpartition("/")[2].removesuffix("-fips")
    known = name in _KNOWN_IMAGES and _PLACE.issuperset(place)
    return known and bool(tag) and _TAG.issuperset(tag.removesuffix("-scratch").removesuffix("-alpine"))


def _pull_secrets(cluster: LiveCluster) -> str:
    rows = listed(at(cluster.workload, *_POD).get("imagePullSecrets"))
    names = [plain(row.get("name")) for row in rows]
    if not names:
        return "remove imagePullSecrets"
    return f"set imagePullSecrets={','.join(name or '' for name in names)}" if all(names) else NOTHING


def _secret_volume(cluster: LiveCluster) -> str:
    for row in listed(at(cluster.workload, *_POD).get("volumes")):
        name = plain(at(row, "secret").get("secretName"))
        if row.get("name") == "accounts-volume" and name and name != cluster.facts.names.secret:
            return f"set secretName={name}"
    return NOTHING


def _claim(path: FieldPath, old: Any) -> str:
    if path[3:] == ("spec", "resources", "requests", "storage"):
        value = quotable(old)
        return f"write spec.jetStream.fileStorage.size: {value} in the NATS" if value else NOTHING
    if path[3:] == ("spec", "storageClassName"):
        field = "spec.jetStream.fileStorage.storageClassName"
        if old is None:
            return f"remove {field} from the NATS"
        return f"write {field}: {old} in the NATS" if plain(old) else f"write {field} with its live value"
    return NOTHING


def _user(path: FieldPath, new: Any) -> str:
    """Labels and annotations: the operator's own, which no setting changes, or those of the NATS."""
    at_pod = path[1] == "template"
    kind, key = str(path[3 if at_pod else 1]), path[4:5] if at_pod else path[2:3]
    if not key or not is_qualified_name(str(key[0])):
        return f"compare spec.{kind} of the NATS with the cluster"
    if key[0] in (*OPERATOR_LABELS, *OPERATOR_CHART):
        return f"{NOTHING}: only the operator has it"
    if new is None:
        return f"add {key[0]} to spec.{kind} of the NATS, with the value in the cluster"
    return f"check {key[0]} in spec.{kind} of the NATS: it must have the value in the cluster, or be absent"


def _domain(cluster: LiveCluster) -> str:
    """Where the live servers say another domain than the rendered ones."""
    domain = domain_of(cluster.live, cluster.facts.namespace, cluster.facts.cr_name)
    is_other = domain is not None and domain != cluster.facts.cluster_domain
    return f"set clusterDomain={domain}" if is_other else NOTHING


def _conf(cluster: LiveCluster, path: FieldPath) -> str:
    config = next((live for key, live, _ in cluster.pairs if key.kind == "ConfigMap"), None)
    running = settings(at(config, "data").get(CONF)) or {}
    name = ".".join(str(part) for part in path)
    value = running.get(tuple(str(part) for part in path))
    judge = _CONF.get(name)
    return judge(cluster, path, value) if judge else NOTHING


def _memory(_cluster: LiveCluster, _path: FieldPath, value: Any) -> str:
    field = "spec.jetStream.memStorage"
    if not isinstance(value, int):
        return f"no setting makes them equal: without a limit the servers use 75 % of the memory; set {field}"
    return f"write {field}: {{enabled: true, size: {value}}} in the NATS" if value else f"write {field}.enabled: false"


def _file(_cluster: LiveCluster, _path: FieldPath, value: Any) -> str:
    return f"write spec.jetStream.fileStorage.size: {value} in the NATS" if isinstance(value, int) else NOTHING


def _logging(_cluster: LiveCluster, path: FieldPath, value: Any) -> str:
    return f"write spec.logging.{path[0]}: {'true' if value is True else 'false'} in the NATS"


def _cluster_name(_cluster: LiveCluster, _path: FieldPath, value: Any) -> str:
    return f"set clusterName={value}" if plain(value) else "set clusterName to the name in nats.conf"


def _routes(cluster: LiveCluster, _path: FieldPath, value: Any) -> str:
    if isinstance(value, list) and len(value) != cluster.facts.size:
        return f"write spec.cluster.size: {len(value)} in the NATS"
    return _domain(cluster)


_CONF: dict[str, HazardCheck] = {
    "jetstream.max_memory_store": _memory,
    "jetstream.max_file_store": _file,
    "cluster.name": _cluster_name,
    "cluster.routes": _routes,
    "debug": _logging,
    "trace": _logging,
}
