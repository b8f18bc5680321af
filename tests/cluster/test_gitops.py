"""The rendered objects applied as Argo CD and as Flux apply them, and what pruning takes away."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cluster.api import Refused
from tests.cluster.rendered import prepare, render
from tests.golden_cases import Case

if TYPE_CHECKING:
    from tests.cluster.api import Api

MANAGERS = ("argocd-controller", "kustomize-controller")
CASE = "hardened-everything"


@pytest.mark.parametrize("manager", MANAGERS)
def test_a_second_sync_changes_nothing(manager: str, api: Api):
    wanted = render(*Case(CASE).render_arguments()[1:], "--set", "istio=true")
    prepare(api, wanted)
    try:
        first = [api.apply(one.text, one.object, one.namespace, manager=manager, force=True).body for one in wanted]
        second = [api.apply(one.text, one.object, one.namespace, manager=manager, force=True).body for one in wanted]
        assert second == first
        assert {entry["manager"] for obj in first for entry in obj["metadata"]["managedFields"]} == {manager}
    finally:
        for one in wanted:
            api.delete(api.path(one.object, one.namespace))


def test_pruning_what_is_no_longer_rendered_takes_the_destination_rules_alone(api: Api):
    before = render(*Case(CASE).render_arguments()[1:], "--set", "istio=true")
    after = render(*Case(CASE).render_arguments()[1:], "--set", "istio=false")
    prepare(api, before)
    paths = {api.path(one.object, one.namespace) for one in before}
    left = {api.path(one.object, one.namespace) for one in after}
    try:
        for one in before:
            api.apply(one.text, one.object, one.namespace, manager=MANAGERS[0], force=True)
        pruned = sorted(paths - left)
        assert ["/destinationrules/" in path for path in pruned] == [True, True]
        for path in pruned:
            api.delete(path)
        for path in left:
            assert api.get(path)
        for path in pruned:
            with pytest.raises(Refused):
                api.get(path)
    finally:
        for path in paths:
            api.delete(path)
