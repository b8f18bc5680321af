"""From one profile to the other under a running cluster, and taking over what the operator applied."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.cluster.api import Refused
from tests.cluster.rendered import Manifest, drift, prepare, render, stated
from tests.golden_cases import Case

if TYPE_CHECKING:
    from tests.cluster.api import Api, Object

CASES = ("hardened-defaults", "hardened-everything", "name-without-nats", "memory-off", "size-1", "several-crs")
KEPT = ("uid", "generation")
OPERATOR = "nats-manager"
"""The field manager under which the operator applies, by force, what the profile of the same name renders."""
MOVES = [("nats-manager", "hardened"), ("hardened", "nats-manager")]


def manifests(name: str, profile: str) -> dict[str, Manifest]:
    """By URL-like name, so that two profiles can be compared."""
    made = render(*Case(name).render_arguments()[1:], "--set", f"profile={profile}")
    return {f"{one.kind} {one.namespace}/{one.object['metadata']['name']}": one for one in made}


def applied(api: Api, wanted: dict[str, Manifest], manager: str = "krmfn") -> dict[str, Object]:
    """What the server stores; no unknown warning is let through."""
    prepare(api, list(wanted.values()))
    live = {}
    for name, one in wanted.items():
        answer = api.apply(one.text, one.object, one.namespace, manager=manager)
        assert answer.warnings == one.warnings, name
        live[name] = answer.body
    return live


def removed(api: Api, *states: dict[str, Manifest]) -> None:
    for one in (one for wanted in states for one in wanted.values()):
        api.delete(api.path(one.object, one.namespace))


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize(("old", "new"), MOVES)
def test_a_move_between_profiles_keeps_every_object_and_leaves_nothing_of_the_old_one(
    old: str, new: str, name: str, api: Api
) -> None:
    before, after = manifests(name, old), manifests(name, new)
    try:
        first, moved = applied(api, before), applied(api, after)
        for one in first.keys() & moved.keys():
            assert first[one]["metadata"]["uid"] == moved[one]["metadata"]["uid"], one
        assert any(one.startswith("StatefulSet") for one in first.keys() & moved.keys())
        removed(api, before, after)
        assert {one: stated(live) for one, live in moved.items()} == {
            one: stated(live) for one, live in applied(api, after).items()
        }
    finally:
        removed(api, before, after)


@pytest.mark.parametrize("name", CASES)
def test_taking_over_from_the_operator_with_its_own_profile_changes_no_workload(name: str, api: Api) -> None:
    """No new generation: no server restarts."""
    wanted = manifests(name, "nats-manager")
    try:
        first = applied(api, wanted, manager=OPERATOR)
        for one, manifest in wanted.items():
            taken = api.apply(manifest.text, manifest.object, manifest.namespace, force=True).body
            assert stated(taken) == stated(first[one])
            assert [taken["metadata"].get(key) for key in KEPT] == [first[one]["metadata"].get(key) for key in KEPT]
    finally:
        removed(api, wanted)


def test_hardened_under_another_field_manager_leaves_what_the_operator_still_owns(api: Api) -> None:
    """Ports, labels, exporter, priority class: the operator's entry in managedFields must be renamed before."""
    by_operator, wanted = manifests("hardened-defaults", "nats-manager"), manifests("hardened-defaults", "hardened")
    (name,) = [name for name in wanted if name.startswith("StatefulSet")]
    try:
        applied(api, by_operator, manager=OPERATOR)
        with pytest.raises(Refused, match="conflict"):
            api.apply(wanted[name].text, wanted[name].object, wanted[name].namespace)
        mixed = api.apply(wanted[name].text, wanted[name].object, wanted[name].namespace, force=True).body
        (difference,) = drift(wanted[name].object, mixed)
        assert difference.startswith(".spec.template.spec.containers: "), "the operator's exporter stays"
        assert "priorityClassName" in mixed["spec"]["template"]["spec"]
    finally:
        removed(api, by_operator, wanted)


def test_hardened_after_the_operators_entry_was_renamed_leaves_nothing_of_the_operator(api: Api) -> None:
    by_operator, wanted = manifests("hardened-defaults", "nats-manager"), manifests("hardened-defaults", "hardened")
    try:
        for name, live in applied(api, by_operator, manager=OPERATOR).items():
            rename_entry(api, api.path(by_operator[name].object, by_operator[name].namespace), live)
        taken = applied(api, wanted)
        removed(api, by_operator, wanted)
        assert {one: stated(live) for one, live in taken.items()} == {
            one: stated(live) for one, live in applied(api, wanted).items()
        }
    finally:
        removed(api, by_operator, wanted)


def rename_entry(api: Api, path: str, live: Object) -> None:
    """Give the operator's fields to the next owner: a patch that fails when the entry is not where it was."""
    number = [entry["manager"] for entry in live["metadata"]["managedFields"]].index(OPERATOR)
    manager = f"/metadata/managedFields/{number}/manager"
    patch = [
        {"op": "test", "path": manager, "value": OPERATOR},
        {"op": "replace", "path": manager, "value": "krmfn"},
    ]
    api.request("PATCH", path, json.dumps(patch), "application/json-patch+json")


def test_a_claim_template_of_another_size_would_be_refused(api: Api) -> None:
    """Shows that the server does refuse an immutable field, so that the moves above mean something."""
    wanted = manifests("hardened-defaults", "hardened")
    (workload,) = [one for one in wanted.values() if one.kind == "StatefulSet"]
    try:
        applied(api, wanted)
        larger = workload.text.replace('storage: "1Gi"', 'storage: "2Gi"')
        assert larger != workload.text
        with pytest.raises(Refused, match="immutable"):
            api.apply(larger, workload.object, workload.namespace)
    finally:
        removed(api, wanted)
