"""Looking for a near name by an index gives what asking for the distance to each gives, and does not grow with them."""

from __future__ import annotations

import random

import pytest

from krmfn.checks.near_names import NearNames
from krmfn.checks.run import check
from krmfn.model.objects import OWNER
from krmfn.model.text import distance, nearest
from tests.checks.test_growth import renamed
from tests.effort import calls_of
from tests.golden_cases import Case

WORDS = ("include", "exclude", "no-advertise", "advertise", "enable", "disable", "x")


def some(seed: int) -> tuple[list[str], list[str]]:
    chance = random.Random(seed)

    def name() -> str:
        return "".join(chance.choice("ab-1") for _ in range(chance.randint(1, 9)))

    names = [name() for _ in range(chance.randint(0, 60))] + chance.sample(WORDS, 3)
    return names, [*(name() for _ in range(30)), *names[:5], *WORDS, "", "AB1"]


@pytest.mark.parametrize("seed", range(40))
def test_an_index_finds_what_a_look_at_every_name_finds(seed: int) -> None:
    names, words = some(seed)
    index = NearNames(names)
    for word in words:
        assert index.nearest(word) == nearest(word, tuple(sorted(set(names)))), (names, word)
        for most in range(4):
            near = [one for one in sorted(set(names)) if distance(word, one) <= most]
            assert index.first(word, most) == next(iter(near), None), (names, word, most)


@pytest.mark.parametrize("kind", ["ConfigMap", "Service"])
def test_clusters_that_lack_an_object_among_many_other_names_cost_what_the_last_ones_did(kind: str) -> None:
    objects = [obj for obj in Case("network-egress").objects() if obj["kind"] != kind]
    metadata = objects[0]["metadata"]
    name = metadata["annotations"][OWNER].rpartition("/")[2]
    spec = {"spec": {"ports": [{"port": 1}], "selector": {"a": "b"}}} if kind == "Service" else {}

    def calls(count: int) -> int:
        numbers = range(1000, 1000 + count)
        clusters = [renamed(obj, name, f"nats-{number}") for number in numbers for obj in objects]
        place = {"namespace": metadata["namespace"]}
        others = [
            {"apiVersion": "v1", "kind": kind, "metadata": {"name": f"zz{number}{end}", **place}, **spec}
            for number in numbers
            for end in ("pplica", "pplicatio")
        ]
        return calls_of(lambda: check([*clusters, *others]))

    calls(60)
    assert calls(120) < 2.4 * calls(60)
