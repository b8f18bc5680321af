"""The effort of a comparison grows with the number of objects in a namespace that come or go, not with its square."""

from __future__ import annotations

from typing import Any

import pytest

from krmfn.changes.compare import changes
from tests.effort import calls_of

SPECS: dict[str, tuple[str, str, Any]] = {
    "NetworkPolicy": ("networking.k8s.io/v1", "podSelector", {"policyTypes": ["Ingress"]}),
    "PodDisruptionBudget": ("policy/v1", "selector", {"maxUnavailable": 1}),
}


def objects(kind: str, prefix: str, count: int) -> list[dict[str, Any]]:
    version, field, rest = SPECS[kind]
    return [
        {
            "apiVersion": version,
            "kind": kind,
            "metadata": {"name": f"{prefix}-{number:04}", "namespace": "shop"},
            "spec": {field: {"matchLabels": {"app": f"{prefix}-{number:04}"}}, **rest},
        }
        for number in range(count)
    ]


@pytest.mark.parametrize("kind", SPECS)
def test_twice_as_many_that_come_and_go_cost_twice_as_much(kind: str) -> None:
    def calls(count: int) -> int:
        stays = objects(kind, "stays", count)
        old, new = [*stays, *objects(kind, "old", count)], [*stays, *objects(kind, "new", count)]
        return calls_of(lambda: changes(old, new))

    calls(2)
    assert calls(400) < 2.2 * calls(200)
