"""What was found sound in one object is not judged again in another: that changes no finding, and memory is bounded."""

from __future__ import annotations

import copy

from krmfn.checks import schema, single_object
from tests.checks import objects
from tests.checks.mutations import mutants
from tests.effort import calls_of


def test_findings_are_those_of_a_first_look() -> None:
    base = [obj for obj in objects.rendered() + objects.neighbours() if "template" in (obj.get("spec") or {})]
    differing, wrong = [], 0
    for what, obj in mutants(base, 1500, 14):
        later = [single_object.faults(obj, "1.37") for _ in range(2)]
        known = schema._SOUND.copy()
        schema._SOUND.clear()
        first = single_object.faults(obj, "1.37")
        schema._SOUND.update(known)
        wrong += bool(first)
        if later != [first, first]:
            differing.append((what, first, later))
    assert differing == []
    assert 300 < wrong < 1400


def test_a_number_is_not_taken_for_an_equal_boolean() -> None:
    stateful_set = copy.deepcopy(next(obj for obj in objects.rendered() if obj["kind"] == "StatefulSet"))
    container = stateful_set["spec"]["template"]["spec"]["containers"][0]
    container["tty"] = True
    assert single_object.faults(stateful_set, "1.37") == []
    container["tty"] = 1
    assert [one.field for one in single_object.faults(stateful_set, "1.37")] == ["spec.template.spec.containers[0].tty"]


def test_the_containers_of_another_cluster_cost_little() -> None:
    one = next(obj for obj in objects.rendered() if obj["kind"] == "StatefulSet")
    schema._SOUND.clear()
    first = calls_of(lambda: single_object.faults(one, "1.37"))
    other = copy.deepcopy(one)
    other["metadata"]["name"] = "other"
    assert calls_of(lambda: single_object.faults(other, "1.37")) < 0.7 * first


def test_only_so_many_values_are_remembered() -> None:
    one = copy.deepcopy(next(obj for obj in objects.rendered() if obj["kind"] == "StatefulSet"))
    for number in range(schema.SOUND_MOST + 2):
        one["spec"]["template"]["spec"]["containers"][0]["image"] = f"nats:{number}"
        single_object.faults(one, "1.37")
        assert 0 < len(schema._SOUND) <= schema.SOUND_MOST
