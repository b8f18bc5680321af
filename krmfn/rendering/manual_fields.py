"""Fields that were added to a rendered object by hand: the next render removes them, so it must say so.

A field counts as added by hand only if no setting of krmfn renders it. To know that, krmfn renders every kind with
every setting. A value that was changed by hand cannot be told from one of an earlier NATS.
"""

from __future__ import annotations

from krmfn.api.accept import accept
from krmfn.cluster.cr import ClusterFacts, Cr, Spread
from krmfn.cluster.facts import Facts
from krmfn.cluster.settings import Group, Settings
from krmfn.manifests.expand import expand
from krmfn.manifests.pod.files import EXTRA
from krmfn.model.finding import dotted, warning
from krmfn.model.objects import API_VERSION, KIND
from krmfn.model.text import shown
from krmfn.rendering import settable_fields
from krmfn.resourcelist import annotations as notes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krmfn.model.finding import Finding
    from krmfn.model.objects import KeyPath, Object


_NAMED = ("containers", "initContainers", "env", "volumes", "ports")
_FREE = ("limits", "requests")
"""Maps whose keys are the user's, from the NATS."""
_OF_USERS = ("secret-", EXTRA)
"""Prefixes of volumes that are named after objects of the user."""
_CERTIFICATE = {"issuer": {"name": "a"}, "duration": "1h", "renewBefore": "1h"}
_GROUPS: dict[str, dict[str, Any]] = {
    "auth": {"users": [{"name": "a", "passwordFrom": {"secret": "a", "key": "a"}}], "anonymous": "a"},
    "tls": {
        "ca": {"configMap": "a"},
        "clients": {"certificate": _CERTIFICATE, "ca": {"secret": "a"}, "required": False},
        "routes": {"certificate": _CERTIFICATE, "ca": {"secret": "a"}, "stage": "active"},
    },
    "pod": {
        "ephemeralStorage": "1Gi",
        "nodeSelector": {"a": "a"},
        "nodeAffinity": {
            "required": [{"matchExpressions": [{"key": "a", "operator": "a", "values": ["a"]}]}],
            "preferred": [{"weight": 1, "matchExpressions": [{"key": "a", "operator": "a", "values": ["a"]}]}],
        },
        "volumes": [
            {"name": "a", "mountPath": "/a", "secret": "a"},
            {"name": "b", "mountPath": "/b", "configMap": "a"},
            {"name": "c", "mountPath": "/c", "emptyDir": "1Gi"},
            {"name": "d", "mountPath": "/d", "claim": "a"},
        ],
        "tolerations": [{"key": "a", "operator": "a", "value": "a", "effect": "a", "tolerationSeconds": 1}],
    },
    "service": {
        "type": "LoadBalancer",
        "loadBalancerClass": "a",
        "sourceRanges": ["a"],
        "externalTrafficPolicy": "Local",
        "nodePort": 1,
    },
    "network_policy_to": {"others": [{"namespaces": ["a"], "networks": ["a"], "ports": [1]}]},
}
"""Every field of an object that a group of keys can render."""
_METADATA: tuple[KeyPath, ...] = (("metadata", "labels"), ("metadata", "annotations"))
_OF_PODS: KeyPath = ("spec", "template")
_NOT_BY_HAND = "kubectl.kubernetes.io/"
_MOST = 10


def manual_fields(before: list[Object], after: list[Object]) -> Iterator[Finding]:
    """A warning for each object of one NATS that loses fields which krmfn never renders.

    `before` and `after` are pairs. A live object is left out: the API server has added fields to it.
    """
    pairs = [(old, new) for old, new in zip(before, after, strict=True) if not _is_live(old)]
    gone = [(old, new, set(only_in(old, new))) for old, new in pairs]
    everywhere = set.intersection(*(lost for _, _, lost in gone)) if len(gone) > 1 else set()
    known: dict[str, set[KeyPath]] = {}
    for old, new, lost in gone:
        keys = dict(settable_fields.lost_fields(old, new))
        if lost:
            known = known or vocabulary()
            unknown = lost - known.get(new["kind"], set())
            by_hand = {path for path in unknown if not _is_of_nats(path, lost, everywhere)}
            top = sorted(path for path in by_hand if not any(path[:end] in lost for end in range(1, len(path))))
            keys |= {path: key for path in top if (key := settable_fields.key_of(new, path)) is not None}
            never = [path for path in top if path not in keys]
            if never:
                yield _finding(new, never)
        if keys:
            yield _removed(new, keys)


def _finding(new: Object, top: list[KeyPath]) -> Finding:
    names = list(dict.fromkeys(_shown(path) for path in top))
    fields = ", ".join(names[:_MOST]) + (", ..." if len(names) > _MOST else "")
    text = (
        f"{new['kind']} {shown(new['metadata']['name'])}: krmfn does not render {fields}, so this manual change is"
        " removed; make it in a function or an overlay that runs after krmfn"
    )
    return warning("manual-fields-removed", text)


def _removed(new: Object, keys: dict[KeyPath, str]) -> Finding:
    """A render cannot see whether a key was set before or somebody edited the object: the warning names both."""
    names = ", ".join(dict.fromkeys(keys.values()))
    fields = ", ".join(dict.fromkeys(_shown(path) for path in keys))
    text = (
        f"{new['kind']} {shown(new['metadata']['name'])}: the render removes from {fields} what no key sets any more;"
        f" if it was added by hand, set {names}"
    )
    return warning("manual-fields-removed", text)


def _shown(path: KeyPath) -> str:
    """The field for a message, without names of list entries, which could be values in the wrong place."""
    return f"{dotted(path[:-1])}[...]" if len(path) > 1 and path[-2] in _NAMED else dotted(path)


def _is_live(obj: Object) -> bool:
    return bool(obj.get("metadata", {}).get("uid"))


def _is_of_nats(path: KeyPath, lost: set[KeyPath], everywhere: set[KeyPath]) -> bool:
    """Labels and annotations of the NATS go from every object, and from the pods with the StatefulSet's own."""
    key = path[-1]
    if path[:-1] in _METADATA:
        return path in everywhere or notes.is_hosts(key) or key.startswith(_NOT_BY_HAND)
    of_pods = path[:2] == _OF_PODS and path[2:-1] in _METADATA
    return of_pods and (path[2:] in lost or key.startswith(_NOT_BY_HAND))


def only_in(old: Any, new: Any, path: KeyPath = ()) -> Iterator[KeyPath]:
    """The fields of a value that another does not have; what is equal is not looked at."""
    if old == new:
        return
    if not isinstance(old, dict) or not isinstance(new, dict):
        yield from set(paths(old, path)).difference(paths(new, path))
        return
    for key, item in old.items():
        if item is None or not isinstance(key, str):
            continue
        here = (*path, key)
        if new.get(key) is None:
            yield here
        if key not in _FREE:
            yield from only_in(item, new.get(key), here)


def paths(value: Any, path: KeyPath = ()) -> Iterator[KeyPath]:
    """Every field of an object. Entries of a list are told apart by name only where krmfn chose the name."""
    if isinstance(value, dict):
        for key, item in value.items():
            if item is not None and isinstance(key, str):
                yield (*path, key)
                if key not in _FREE:
                    yield from paths(item, (*path, key))
    elif isinstance(value, list):
        for item in value:
            if isinstance(item, dict):
                name = item.get("name")
                here = (*path, _entry(name) if path[-1] in _NAMED and isinstance(name, str) else "*")
                yield here
                yield from paths(item, here)


def _entry(name: str) -> str:
    return next((prefix for prefix in _OF_USERS if name.startswith(prefix)), name)


def vocabulary() -> dict[str, set[KeyPath]]:
    """Kind -> every field that krmfn renders with some setting."""
    found: dict[str, set[KeyPath]] = {}
    for obj in _everything():
        found.setdefault(obj["kind"], set()).update(paths(obj))
    return found


def _everything() -> Iterator[Object]:
    spec = {
        "logging": {"debug": True, "trace": True},
        "jetStream": {"fileStorage": {"storageClassName": "a"}},
        "resources": {"limits": {"memory": "1Gi"}, "requests": {"memory": "1Gi"}},
    }
    cr = {"apiVersion": API_VERSION, "kind": KIND, "metadata": {"name": "nats", "namespace": "a"}, "spec": spec}
    accepted = accept(cr)
    if accepted is None:
        raise AssertionError("the NATS with everything is accepted")
    stated = {
        "kubernetes_version": (1, 37), "istio": True, "image_pull_secrets": ("a",), "priority_class": "a",
        "pod_monitor": True, "network_policy": True, "network_policy_egress": True, "prometheus_rule": True,
        "protect": True, "admin_hash": "a", "admin_nkey": "a", "secret_store": ("SecretStore", "a"),
        "remote_key": ("a", "a"),
    }  # fmt: skip
    spread = Spread(max_skew=1, min_domains=3)
    settings = Settings().replaced(**stated, **{name: Group(value) for name, value in _GROUPS.items()})
    yield from expand(Facts(Cr("nats", "a", accepted), settings, ClusterFacts(), spread))[0]
    for mode in ("existing", "bcrypt", "nkey", "external-secret", "generated-external-secret"):
        for profile in ("hardened", "nats-manager"):
            settings = Settings().replaced(**stated, profile=profile, secret_mode=mode)
            yield from expand(Facts(Cr("nats", "a", accepted), settings, ClusterFacts(), spread))[0]
