"""Fields of rendered objects that one key sets: a render without the key removes them, also if they came by hand."""

from __future__ import annotations

from krmfn.cluster.facts import OPERATOR_PRIORITY_CLASS
from krmfn.manifests.pod.files import EXTRA
from krmfn.manifests.services import EXTERNAL

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krmfn.model.objects import KeyPath, Object


_TEMPLATE: KeyPath = ("spec", "template")
_POD: KeyPath = (*_TEMPLATE, "spec")
_ENV: KeyPath = (*_POD, "containers", "nats", "env")
_VOLUMES: KeyPath = (*_POD, "volumes")
_OWN_ENV = ("POD_NAME", "POD_NAMESPACE", "CLUSTER_ADVERTISE", "SERVER_NAME", "ZONE", "ZONE_TAG", "GOMEMLIMIT")
_BY_KEY: dict[str, dict[KeyPath, str]] = {
    "StatefulSet": {
        (*_POD, "nodeSelector"): "pod.nodeSelector",
        (*_POD, "tolerations"): "pod.tolerations",
        (*_POD, "affinity", "nodeAffinity"): "pod.nodeAffinity",
        (*_POD, "priorityClassName"): "priorityClass",
        (*_POD, "imagePullSecrets"): "imagePullSecrets",
        _ENV: "pod.env",
        _VOLUMES: "pod.volumes",
        (*_TEMPLATE, "metadata", "labels"): "pod.labels",
        (*_TEMPLATE, "metadata", "annotations"): "pod.annotations",
    },
    "Service": {
        ("spec", "loadBalancerClass"): "service.loadBalancerClass",
        ("spec", "loadBalancerSourceRanges"): "service.sourceRanges",
        ("spec", "externalTrafficPolicy"): "service.externalTrafficPolicy",
        ("spec", "ports", "client", "nodePort"): "service.nodePort",
        ("metadata", "annotations"): "service.annotations",
    },
    "ServiceAccount": {("metadata", "annotations"): "pod.serviceAccount.annotations"},
    "PodMonitor": {("metadata", "labels"): "podMonitorLabels"},
    "NetworkPolicy": {("spec", "ingress", "*", "from"): "networkPolicyFrom", ("spec", "egress"): "networkPolicyTo"},
}
"""Kind -> place -> key. Of a list an entry is meant by its name, and `*` is the first one."""


def key_of(obj: Object, path: KeyPath) -> str | None:
    """The key that sets what is at a path of an object; None where none does."""
    if obj["kind"] == "Service" and not obj["metadata"]["name"].endswith(EXTERNAL):
        return None
    for place, key in _BY_KEY.get(obj["kind"], {}).items():
        below = path[len(place) :]
        if path[: len(place)] == place and (not below or _is_settable(place, below[0])):
            return key
    return None


def _is_settable(place: KeyPath, entry: str) -> bool:
    if place == _VOLUMES:
        return entry.startswith(EXTRA)
    return place != _ENV or entry not in _OWN_ENV


def lost_fields(old: Object, new: Object) -> Iterator[tuple[KeyPath, str]]:
    """(place, key) of everything that a key sets and that has fewer entries than before."""
    for place, key in _BY_KEY.get(new["kind"], {}).items():
        if place[-1] in ("labels", "annotations") or key_of(new, place) is None:
            continue
        before, after = _entries(old, place), _entries(new, place)
        if before - after or _length(old, place) > _length(new, place):
            yield place, key


def _entries(obj: Object, place: KeyPath) -> set[str]:
    """The names in a map or list at a place; of another value, the place itself."""
    value = _at(obj, place)
    if value is None:
        return set()
    if isinstance(value, list):
        names = {str(one.get("name")) for one in value if isinstance(one, dict) and "name" in one}
        return {name for name in names if _is_settable(place, name)}
    if value == OPERATOR_PRIORITY_CLASS:  # profile nats-manager has it without a key
        return set()
    return set(value) if isinstance(value, dict) else {place[-1]}


def _length(obj: Object, place: KeyPath) -> int:
    """How many entries a list without names has; others are compared by their names."""
    value = _at(obj, place)
    is_nameless = isinstance(value, list) and place not in (_ENV, _VOLUMES)
    return len(value) if is_nameless else 0


def _at(value: Any, place: KeyPath) -> Any:
    for part in place:
        if isinstance(value, list):
            rows = [one for one in value if part == "*" or (isinstance(one, dict) and one.get("name") == part)]
            value = rows[0] if rows else None
        else:
            value = value.get(part) if isinstance(value, dict) else None
    return value
