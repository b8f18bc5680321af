"""Finding pods by labels, and selectors by pods: of many at once, it is what asking each tells."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krmfn.changes import server_configuration
from krmfn.changes.compare import changes
from krmfn.changes.labels import Labelled, Selectors, finds, matches
from krmfn.checks import schema, single_object
from krmfn.checks.run import check
from tests.changes.states import rendered
from tests.effort import calls_of

_VALUES = st.sampled_from(["x", "y", "", 1, True, None]) | st.just([])
_MAPS = st.dictionaries(st.sampled_from("abc"), _VALUES, max_size=3)
_LABELS = _MAPS | st.none() | st.just("text")
_EXPRESSIONS = st.lists(
    st.fixed_dictionaries(
        {"key": st.sampled_from("abc"), "operator": st.sampled_from(["In", "NotIn", "Exists", "DoesNotExist", "Near"])},
        optional={"values": st.lists(st.sampled_from(["x", "y"]), max_size=2)},
    ),
    max_size=2,
)
_SELECTORS = st.fixed_dictionaries({}, optional={"matchLabels": _LABELS, "matchExpressions": _EXPRESSIONS}) | _LABELS


@given(st.lists(_LABELS, max_size=6), _SELECTORS)
def test_a_selector_finds_among_many_what_it_finds_one_by_one(labels: list[Any], selector: Any):
    known = Labelled((one, number) for number, one in enumerate(labels))
    assert known.found_by(selector) == [number for number, one in enumerate(labels) if matches(selector, one)]


@given(st.lists(_LABELS, max_size=6), _LABELS)
def test_labels_are_found_by_the_selectors_that_find_them_one_by_one(selectors: list[Any], labels: Any):
    known = Selectors((one, number) for number, one in enumerate(selectors))
    assert known.finding(labels) == [number for number, one in enumerate(selectors) if finds(one, labels)]


def clusters(count: int) -> list[dict[str, Any]]:
    """So many clusters in one namespace, each with names and labels of its own."""
    return [_renamed(obj, f"eventing-{number:03}") for number in range(count) for obj in rendered()]


def _renamed(value: Any, name: str) -> Any:
    if isinstance(value, dict):
        return {key: _renamed(item, name) for key, item in value.items()}
    if isinstance(value, list):
        return [_renamed(item, name) for item in value]
    return value.replace("eventing", name) if isinstance(value, str) else value


def test_effort_of_a_diff_of_clusters_in_one_namespace_grows_with_their_number():
    def calls(count: int) -> int:
        old = clusters(count)
        new = copy.deepcopy(old)
        for obj in new:
            obj["metadata"]["labels"]["changed"] = "yes"
            if obj["kind"] == "StatefulSet":
                obj["spec"]["template"]["metadata"]["labels"]["changed"] = "yes"
        server_configuration._KNOWN.clear()
        return calls_of(lambda: changes(old, new))

    assert calls(30) < 11 * calls(3)


@pytest.mark.parametrize("lacking", ["", "ConfigMap", "Service", "ServiceAccount", "Secret"])
def test_effort_of_a_check_of_clusters_in_one_namespace_grows_with_their_number(lacking: str):
    def calls(count: int) -> int:
        objects = [obj for obj in clusters(count) if obj["kind"] != lacking]
        for obj in objects:
            obj["metadata"].pop("annotations", None)  # so that labels tell whose they are
        single_object._SOUND.clear()
        server_configuration._KNOWN.clear()
        schema._SOUND.clear()  # so that no run profits from another one
        return calls_of(lambda: check(objects))

    assert calls(30) < 11 * calls(3)
