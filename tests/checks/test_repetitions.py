"""What was found sound in one object is not judged again in another: that changes no finding, and memory is bounded."""

from __future__ import annotations

import copy
import random

import pytest

from krmfn.checks import schema, single_object
from tests.checks import objects
from tests.checks.mutations import mutants
from tests.effort import calls_of


def forget() -> None:
    """What was found sound."""
    schema._SOUND.clear()
    single_object._SOUND.clear()


def test_findings_are_those_of_a_first_look() -> None:
    base = [obj for obj in objects.rendered() + objects.neighbours() if "template" in (obj.get("spec") or {})]
    differing, wrong = [], 0
    for what, obj in mutants(base, 1500, 14):
        later = [single_object.faults(obj, "1.37") for _ in range(2)]
        known = schema._SOUND.copy()
        forget()
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
    forget()
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


NAMES = (
    ("nats-00001", "nats-00002"), ("sigrtmax-12", "pricebot-34"), ("system-1", "orders-1"), ("pages-2", "words-3"),
    ("hugepages-2", "huge-page-2"), ("es-1", "ab-2"), ("cpu-1", "mem-2"), ("nats", "eggs"), ("e-5", "f-5"),
    ("ee-5", "ff-5"), ("none-1", "some-2"), ("ab-1ab-1", "ab-1cd-2"), ("nnats-1", "nnatt-1"), ("true-1", "else-0"),
    ("baseline", "whatever"), ("metadata", "otherwhat"), ("in-4", "by-5"), ("tcp-80", "udp-53"), ("xx-01", "x0-11"),
)  # fmt: skip
"""Names of one pattern, or nearly: some are, begin or end like words that a schema or a rule knows."""
ODD_TEXTS = (
    "{}", "1{}", "{}Mi", "huge{}Mi", "{}.name", "{}{}", "-{}", "{}:80", "\n{}", "\\{}", "\x01{}", "{}.svc", "{}%",
    "10.0.0.{}", "fe80::1%{}", "/{}", "../{}", "metadata.labels['{}']", "ab-1", "{}ab-1", "SIG{}", "{}/{}", "\x1b{}",
)  # fmt: skip


def renamed(value: object, old: str, new: str) -> object:
    """An object with another text wherever one stands, in keys too."""
    if isinstance(value, str):
        return value.replace(old, new)
    if isinstance(value, list):
        return [renamed(one, old, new) for one in value]
    if isinstance(value, dict):
        return {renamed(key, old, new): renamed(one, old, new) for key, one in value.items()}
    return value


def test_an_object_that_is_like_a_sound_one_is_sound() -> None:
    """For other names and namespaces of the same pattern, in odd places too, and for single mutations."""
    chance = random.Random(20)
    base = objects.rendered() + objects.neighbours()
    differing, known, wrong = [], 0, 0
    for number, (what, obj) in enumerate(mutants(base, 500, 20)):
        pair = NAMES[number % len(NAMES)]
        spaces = chance.choice(NAMES)
        places = [place for place in _texts(obj) if number % 3]
        for container, key in chance.sample(places, min(len(places), 2)):
            container[key] = chance.choice(ODD_TEXTS).replace("{}", "kyma-nats")
        forget()
        for name, space in zip(pair, spaces, strict=True):
            one = renamed(renamed(obj, "eventing-nats", name), "kyma-system", space)
            one = renamed(one, "kyma-nats", name)
            like = single_object.likeness(one)
            known += ("1.37", like) in single_object._SOUND
            found = single_object.faults(one, "1.37")
            kept = schema._SOUND.copy(), single_object._SOUND.copy()
            forget()
            first = single_object.faults(one, "1.37")
            schema._SOUND.update(kept[0])
            single_object._SOUND.update(kept[1])
            wrong += bool(first)
            if found != first:
                differing.append((what, name, space, first, found))
    assert differing == []
    assert known > 50
    assert wrong > 200


def _texts(value: object) -> list[tuple[object, object]]:
    """Where an object has a text: the list or map, and the place in it."""
    rows = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    here = [(value, key) for key, one in rows if isinstance(one, str) and key not in ("apiVersion", "kind")]
    rows = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return here + [place for one in rows for place in _texts(one)]


@pytest.mark.parametrize(
    ("name", "text"),
    [("nnats-1", "\nnats-1"), ("ats-1", "\\ats-1"), ("ats-1", "\x01ats-1"), ("pages-2", "hugepages-2Mi")],
)
def test_a_name_that_could_be_a_part_of_more_is_not_left_out(name: str, text: str) -> None:
    """Of an escape, by which `repr` writes a line break, or of a word that a rule knows."""
    obj = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": {"a": text}}
    assert single_object.likeness(obj) is None
    obj["data"]["a"] = "plain"
    assert single_object.likeness(obj) is not None


def test_many_clusters_are_judged_once() -> None:
    """A number of clusters costs little more than one, whatever their names; without numbers in them, as before."""
    one = next(obj for obj in objects.rendered() if obj["kind"] == "StatefulSet")
    forget()
    clusters = [
        renamed(renamed(one, "eventing-nats", f"nats-{n:03}"), "kyma-system", f"team-{n:03}") for n in range(20)
    ]
    first = calls_of(lambda: single_object.faults(clusters[0], "1.37"))
    assert calls_of(lambda: [single_object.faults(other, "1.37") for other in clusters[1:]]) < first


def test_only_so_many_objects_are_remembered() -> None:
    one = copy.deepcopy(next(obj for obj in objects.rendered() if obj["kind"] == "ServiceAccount"))
    for number in range(single_object._SOUND_MOST + 2):
        one["metadata"]["labels"]["number"] = str(number)
        single_object.faults(one, "1.37")
        assert 0 < len(single_object._SOUND) <= single_object._SOUND_MOST
