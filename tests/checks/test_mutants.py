"""The walker and jsonschema, over the published schemas, agree on every mutant of every object."""

from __future__ import annotations

import pytest

from krmfn.checks import single_object
from krmfn.checks.shape import shape
from tests.checks import objects
from tests.checks.mutations import mutants
from tests.checks.published import faults
from tools import schemas

COUNT = 1000


@pytest.mark.parametrize(
    ("minor", "of", "seed"),
    [
        (37, "rendered", 37), (37, "neighbours", 37), (27, "rendered", 27), (27, "neighbours", 27),
        (32, "rendered", 32), (36, "neighbours", 36), (33, "rendered", 5033), (30, "neighbours", 6030),
    ],
)  # fmt: skip
def test_the_walker_and_jsonschema_agree(minor: int, of: str, seed: int) -> None:
    base = objects.rendered() if of == "rendered" else objects.neighbours()
    differing, wrong = [], 0
    try:
        for what, obj in mutants(base, COUNT, seed):
            single_object.faults(obj, f"1.{minor}")  # which must not fail on what has a wrong shape
            ours, theirs = [one.message for one in shape(obj, f"1.{minor}")], faults(obj, minor)
            wrong += bool(theirs)
            if bool(ours) is not bool(theirs):
                differing.append((what, ours, theirs))
    except schemas.Absent as why:
        pytest.skip(str(why))
    assert differing == []
    assert COUNT * 0.2 < wrong < COUNT * 0.9
