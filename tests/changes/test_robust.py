"""Old objects come from files that anybody can edit: whatever stands in them, a comparison ends with changes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from krmfn.changes.allowances import FIELDS, codes_of, findings
from krmfn.changes.change import CLASSES
from krmfn.changes.compare import changes
from krmfn.changes.server_configuration import settings as settings_of
from krmfn.model.finding import ERROR, WARNING
from tests.changes.states import Object, rendered

BASE = rendered(zones=3, istio=True)
ODD: list[Any] = [
    None,
    "",
    "x",
    0,
    -1,
    1.5,
    True,
    [],
    {},
    [None],
    [[]],
    {"a": None},
    {"name": []},
    [{"name": {}}],
    "$",
    {"a": {}},
]


def places(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Every path below a value."""
    rows = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [one for key, inner in rows for one in ((*path, key), *places(inner, (*path, key)))]


HEAD = {("apiVersion",), ("kind",), ("metadata",), ("metadata", "name")}
PLACES = [(number, path) for number, obj in enumerate(BASE) for path in places(obj) if path not in HEAD]


def broken(number: int, path: tuple[str | int, ...], value: Any) -> list[Object]:
    made = json.loads(json.dumps(BASE))
    here: Any = made[number]
    for part in path[:-1]:
        here = here[part]
    here[path[-1]] = value
    return list(made)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.sampled_from(PLACES), st.sampled_from(ODD))
def test_any_odd_value_anywhere_is_a_change_or_none_and_no_fault(place, value):
    other = broken(*place, value)
    for old, new in ((BASE, other), (other, BASE)):
        found = changes(old, new)
        assert all(change.impact in CLASSES and change.why for change in found)
        assert {change.code for change in found} - {""} <= set(FIELDS)


@pytest.mark.parametrize("value", ODD, ids=repr)
def test_each_odd_value_at_each_place_above_a_leaf_is_judged(value):
    for number, path in PLACES:
        if len(path) < 7:
            assert isinstance(changes(broken(number, path, value), BASE), list)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.text(alphabet="abx$\"'{}[]()#/:= \n\\,1gG-", max_size=60))
def test_any_text_is_settings_or_none(text):
    assert settings_of(text) is None or isinstance(settings_of(text), dict)


def test_a_finding_is_an_error_until_its_code_is_allowed_and_is_said_once_for_an_object():
    found = changes(rendered({"cluster": {"size": 1}}), rendered())
    assert [(f.severity, f.code) for f in findings(found, ())] == [(ERROR, "scale-from-one")] * 2
    assert [f.severity for f in findings(found, ["scale-from-one"])] == [WARNING] * 2
    assert {f.field for f in findings(found, ())} == {"spec.cluster.size"}


def test_the_annotation_is_a_list_of_codes_with_spaces_where_one_likes():
    assert codes_of(" scale-down ,claim-grown,, ") == (["scale-down", "claim-grown"], [])
    assert codes_of(None) == ([], [])
    codes, wrong = codes_of("scale-dwn, " + "x" * 100)
    assert codes == []
    assert "did you mean scale-down?" in wrong[0].message
    assert "use a code" in wrong[1].message
