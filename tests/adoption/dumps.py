"""A real dump of a cluster that nats-manager runs, for tests that change one thing in it."""

from __future__ import annotations

import functools
import json
from typing import TYPE_CHECKING, Any

import yaml

from krmfn.adoption.assessment import Assessment
from krmfn.adoption.dump import LiveCluster, LiveObjects
from krmfn.adoption.dump_facts import settings_from_dump
from krmfn.api.accept import accept
from krmfn.cluster.cr import ClusterFacts, Cr, Spread
from krmfn.cluster.facts import Facts
from krmfn.cluster.settings import Settings
from krmfn.manifests.expand import expand
from krmfn.model.objects import ObjectRef
from tests.calls import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable

Object = dict[str, Any]
DUMP, NATS = ROOT / "examples/take-over/live.yaml", ROOT / "examples/take-over/nats.yaml"
NAME, NAMESPACE = "eventing-nats", "kyma-system"
UID = "11111111-2222-3333-4444-555555555555"
BOTH = ("argocd", "flux")


@functools.cache
def text() -> str:
    """The dump as json, which is quicker to read again and again."""
    return json.dumps(yaml.load(DUMP.read_text(encoding="utf-8"), yaml.CSafeLoader))


def items() -> list[Object]:
    """A fresh copy of every object."""
    return list(json.loads(text())["items"])


def of_kind(objects: Iterable[Object], kind: str) -> Object:
    return next(obj for obj in objects if obj["kind"] == kind)


def without(objects: Iterable[Object], *kinds: str) -> list[Object]:
    return [obj for obj in objects if obj["kind"] not in kinds]


def changed(kind: str, *path: Any, value: Any) -> list[Object]:
    """The dump with one field of the first object of a kind set, or removed for None."""
    objects = items()
    put(of_kind(objects, kind), *path, value=value)
    return objects


def put(obj: Any, *path: Any, value: Any) -> None:
    """Set a field, or remove it for None; maps on the way are made."""
    for part in path[:-1]:
        obj = obj.setdefault(part, {}) if isinstance(obj, dict) else obj[part]
    if value is None:
        del obj[path[-1]]
    else:
        obj[path[-1]] = value


def made(api_version: str, kind: str, name: str, namespace: str = NAMESPACE, **more: Any) -> Object:
    return {"apiVersion": api_version, "kind": kind, "metadata": {"name": name, "namespace": namespace}, **more}


def container(objects: list[Object], name: str) -> Object:
    rows = of_kind(objects, "StatefulSet")["spec"]["template"]["spec"]["containers"]
    return next(row for row in rows if row["name"] == name)


def live_of(objects: list[Object]) -> LiveObjects:
    found = {}
    for obj in objects:
        metadata = obj["metadata"]
        key = ObjectRef(obj["apiVersion"], obj["kind"], metadata.get("namespace", ""), metadata["name"])
        found[key] = obj
    return LiveObjects(found)


def judged(
    objects: list[Object] | None = None,
    spec: Object | None = None,
    *,
    clients: tuple[str, ...] = BOTH,
    app: str | None = None,
    name: str = NAME,
    namespace: str = NAMESPACE,
    spread: Spread | None = None,
    **settings: Any,
) -> Assessment:
    """The verdict on the dump (or on other objects) and a NATS with this spec."""
    live = live_of(items() if objects is None else objects)
    metadata = {"name": name, "namespace": namespace}
    accepted = accept(
        {"apiVersion": "operator.kyma-project.io/v1alpha1", "kind": "NATS", "metadata": metadata, "spec": spec or {}}
    )
    assert accepted is not None
    cr = Cr(name, namespace, accepted)
    stated, _ = settings_from_dump(live, [cr], Settings().replaced(profile="nats-manager", **settings))
    facts = Facts(cr, stated, ClusterFacts(), spread or Spread())
    return Assessment(live, [LiveCluster(facts, expand(facts)[0], live)], clients, app)


def codes(verdict: Assessment, severity: str = "") -> set[str]:
    """The codes of all findings, or of those of a severity."""
    return {one.code for one in verdict.all_findings() if severity in ("", one.severity)}


def messages(verdict: Assessment, code: str) -> str:
    """What is said under a code."""
    return "\n".join(one.message for one in verdict.all_findings() if one.code == code)


CURED = {"operator-running", "owner-reference", "finalizer", "operators-fields"}
"""What the plan cures in the dump as it is."""
