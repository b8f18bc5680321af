"""The effort of a check grows with the number of clusters in a namespace: each cluster costs what the last one did."""

from __future__ import annotations

from typing import Any

import pytest

from krmfn.checks import single_object
from krmfn.checks.run import check
from krmfn.model.objects import OWNER
from tests.effort import calls_of
from tests.golden_cases import Case


def renamed(value: Any, old: str, new: str) -> Any:
    if isinstance(value, dict):
        return {key: renamed(item, old, new) for key, item in value.items()}
    if isinstance(value, list):
        return [renamed(item, old, new) for item in value]
    return value.replace(old, new) if isinstance(value, str) else value


@pytest.mark.parametrize("case", ["network-egress", "monitored", "monitored-size-1", "pod-everything"])
def test_five_more_clusters_cost_what_the_last_five_did(case: str) -> None:
    objects = Case(case).objects()
    (name,) = {obj["metadata"]["annotations"][OWNER].rpartition("/")[2] for obj in objects}

    def calls(count: int) -> int:
        some = [renamed(obj, name, f"nats-{number:03}") for number in range(100, 100 + count) for obj in objects]
        return calls_of(lambda: check(some))

    single_object._SOUND.clear()  # full, it would be emptied in the middle
    calls(15)  # what is remembered of one call is known in each of the others
    first, second, third = calls(5), calls(10), calls(15)
    assert third - second < 1.01 * (second - first)
