"""Objects as krmfn renders them, for tests that change one thing."""

from __future__ import annotations

import json
from typing import Any

from krmfn.api.accept import accept
from krmfn.changes.compare import changes
from krmfn.cluster.cr import ClusterFacts, Cr
from krmfn.cluster.facts import Facts
from krmfn.cluster.settings import Settings
from krmfn.manifests.expand import expand
from krmfn.topology.layout import layout_of
from krmfn.topology.rules import spread

Object = dict[str, Any]
NAME, NAMESPACE = "eventing-nats", "kyma-system"


def rendered(spec: Object | None = None, zones: int | None = None, **settings: object) -> list[Object]:
    """The children of a NATS with this spec."""
    metadata = {"name": NAME, "namespace": NAMESPACE}
    accepted = accept(
        {"apiVersion": "operator.kyma-project.io/v1alpha1", "kind": "NATS", "metadata": metadata, "spec": spec or {}}
    )
    assert accepted is not None
    stated = Settings().replaced(zones=zones, **settings)
    layout, _ = layout_of(stated.zones, {})
    rule, _ = spread(accepted["cluster"]["size"], stated, layout)
    return expand(Facts(Cr(NAME, NAMESPACE, accepted), stated, ClusterFacts(), rule))[0]


def of_kind(objects: list[Object], kind: str) -> Object:
    """The first object of a kind."""
    return next(obj for obj in objects if obj["kind"] == kind)


def with_change(objects: list[Object], kind: str, path: tuple[str | int, ...], value: Any) -> list[Object]:
    """A copy with one field set, or removed for None."""
    made = json.loads(json.dumps(objects))  # without the maps that children share
    here: Any = of_kind(made, kind)
    for part in path[:-1]:
        here = here[part]
    if value is None:
        del here[path[-1]]
    else:
        here[path[-1]] = value
    return made


def classes(old: list[Object], new: list[Object]) -> dict[str, str]:
    """Class by kind and field."""
    return {f"{c.ref.kind} {c.field}": c.impact for c in changes(old, new)}


def codes(old: list[Object], new: list[Object]) -> set[str]:
    """The codes of all changes."""
    return {c.code for c in changes(old, new)} - {""}
