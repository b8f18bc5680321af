"""The proof, point by point: which parts of the live objects equal the rendered ones."""

from __future__ import annotations

from krmfn.adoption.pod_template_digest import digest
from krmfn.changes.workload import CONF, replicas
from krmfn.model.lookup import at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krmfn.adoption.differences import FieldDifference
    from krmfn.adoption.dump import LiveCluster
    from krmfn.model.objects import FieldPath, Object, ObjectRef

POINTS = {
    "selector": "selector",
    "serviceName": "service name",
    "podManagementPolicy": "pod management policy",
    "volumeClaimTemplates": "claim template",
    "replicas": "replicas",
    "template": "pod template",
}
"""Parts of a StatefulSet's spec that are proved one by one: the immutable ones, and what starts or restarts pods."""


_FIRST = ("StatefulSet", "ConfigMap")


class Proof:
    """One point. `is_equal` is None where the dump lacks the object; `live` and `rendered` may be shown, or are ""."""

    __slots__ = ("is_equal", "live", "rendered", "what")

    def __init__(self, what: str, live: str = "", rendered: str = "", *, is_equal: bool | None) -> None:
        self.what = what
        self.is_equal = is_equal
        self.live = live
        self.rendered = rendered


def proofs(cluster: LiveCluster, different: list[FieldDifference]) -> Iterator[Proof]:
    """The StatefulSet part by part, nats.conf by its settings, every other object as a whole."""
    differing = {(one.change.ref, one.change.path[:2]) for one in different}
    for key, live, obj in sorted(cluster.pairs, key=lambda pair: pair[0].kind not in _FIRST):
        paths = {path for ref, path in differing if ref == key}
        if key.kind == "StatefulSet":
            yield from _workload(live, obj, paths)
        elif key.kind == "ConfigMap":
            yield Proof(CONF, is_equal=None if live is None else ("data", CONF) not in paths)
        else:
            yield Proof(_object(key), is_equal=None if live is None else not paths)


def _workload(live: Object | None, rendered: Object, paths: set[FieldPath]) -> Iterator[Proof]:
    for part, what in POINTS.items():
        is_equal = None if live is None else ("spec", part) not in paths
        yield Proof(what, *_values(part, live, rendered), is_equal=is_equal)
    rest = paths - {("spec", part) for part in POINTS}
    yield Proof("the rest of the StatefulSet", is_equal=None if live is None else not rest)


def _values(part: str, live: Object | None, rendered: Object) -> tuple[str, str]:
    """The digests of both pod templates, and how many servers: what may be shown and says something."""
    if live is not None and part == "template":
        return digest(at(live, "spec", part)), digest(at(rendered, "spec", part))
    if live is not None and part == "replicas":
        return str(replicas(live)), str(replicas(rendered))
    return "", ""


def _object(key: ObjectRef) -> str:
    return f"{key.kind} {key.name}"
