"""Parts of manifests that have a form: printed as without one, whatever their values, and blind to them."""

from __future__ import annotations

import itertools
from copy import copy, deepcopy

import pytest

from krmfn.goyaml import emitter
from krmfn.goyaml.emitter import Unprintable, document, flow
from krmfn.hosts.function import transform
from krmfn.model.objects import Form, Formed, Hole, Shared, formed
from tests.golden_cases import CASES, Case

MANY = 10
"""More objects than a builder makes before it makes a form."""
VALUES = [
    "plain", "no", "12", "a: b", "", "two\nlines\n", " led\nby a blank", "\ttab", 0, 12, True, None, 1.5,
    {}, [], {"a": "b"}, {"no": {"12": []}}, ["a", {"b": "c"}], [["a"], {}], Shared({"a": {"b": ["c"]}}), "täglich",
]  # fmt: skip


@formed
def part(deep, *, one, other):
    inside = {"one": one, "list": [one, "fixed", other, {"other": other, "one": one}], "two words": {"x": {"y": one}}}
    return {"first": {"deeper": inside} if deep else inside, "last": other}


def used(builder, *decisions, **values):
    for _ in range(MANY):
        made = builder(*decisions, **values)
    assert type(made) is Formed
    return made


@pytest.mark.parametrize("deep", [True, False])
def test_a_part_is_printed_as_a_plain_one_whatever_its_values_and_wherever_it_stands(deep):
    used(part, deep, one=1, other=2)
    for one, other in itertools.product(VALUES, VALUES):
        made = part(deep, one=one, other=other)
        plain = deepcopy(made)
        assert type(plain) is dict
        for place in (lambda p: p, lambda p: {"a": p, "b": [p, [p]]}, lambda p: [p, {"c": {"d": p}}]):
            assert document(place(made)) == document(place(plain))
            assert emitter.item(place(made), 4) == emitter.item(place(plain), 4)
            assert flow(place(made)) == flow(place(plain))


def test_a_part_within_a_part_is_printed_as_a_plain_one():
    @formed
    def around(kind, *, value):
        return {"kind": kind, "part": part(True, one=value, other="fixed"), "parts": [part(False, one=1, other=value)]}

    used(part, True, one=1, other=2)
    made = used(around, "x", value={"a": "b"})
    assert document(made) == document(deepcopy(made))


def test_what_cannot_be_printed_is_named_by_its_whole_path():
    made = used(part, True, one="fine", other=2)
    assert document(made)
    with pytest.raises(Unprintable) as caught:
        document({"spec": part(True, one={"a": ["\x01"]}, other=2)})
    assert caught.value.path == ("spec", "first", "deeper", "one", "a", 0)


@pytest.mark.parametrize(
    "look", [bool, str, len, list, hash, repr, lambda v: f"{v}-0", lambda v: v == "x", lambda v: v[0], lambda v: {**v}]
)
def test_a_builder_that_looks_at_a_value_is_told_so(look):
    with pytest.raises(TypeError):
        look(Hole("value"))


def test_a_builder_keeps_a_bounded_number_of_forms(monkeypatch):
    made = []
    monkeypatch.setattr(Form, "__init__", lambda self, _: made.append(self))

    @formed
    def many(decision, *, value):
        return {"decision": decision, "value": value}

    for decision in range(1000):
        assert many(decision, value=1) == {"decision": decision, "value": 1}
    assert not made
    (forms,) = [cell.cell_contents for cell in many.__closure__ if type(cell.cell_contents) is dict]
    assert 0 < len(forms) <= 50


def test_it_cannot_be_changed_and_a_copy_is_plain():
    made = used(part, True, one="a", other="b")
    with pytest.raises(TypeError, match="copy it"):
        made["first"] = 1
    for copied in (copy(made), deepcopy(made)):
        copied["first"] = 1
        assert type(copied) is dict


@pytest.mark.parametrize("name", CASES)
def test_every_child_is_printed_as_a_plain_one(name, monkeypatch):
    """Rendered so often that whatever can have a form has one."""
    printed = emitter.item
    parts = []

    def both(obj, indent=0):
        text = printed(obj, indent)
        assert text == printed(deepcopy(obj), indent)
        parts.append(type(obj.get("spec")))
        return text

    text = Case(name).resource_list()
    first = transform(text)
    monkeypatch.setattr(emitter, "item", both)
    for _ in range(MANY):
        assert transform(text) == first
    if "Deployment" in {obj["kind"] for obj in Case(name).objects()}:
        assert Formed in parts
