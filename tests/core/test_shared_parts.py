"""Parts of a manifest that several objects have: frozen, printed as any other, and plain in a copy."""

from __future__ import annotations

from copy import copy, deepcopy

import pytest

from krmfn.goyaml.emitter import document
from krmfn.model.objects import Shared, SharedList, shared

PART = {"labels": {"a": "b"}, "list": [{"c": ["d"]}, [], {}], "empty": {}}


def _maps(part):
    return [part, part["labels"], part["list"][0], part["empty"]]


@pytest.mark.parametrize(
    "change",
    [
        lambda m: m.__setitem__("x", 1),
        lambda m: m.__delitem__("x"),
        lambda m: m.__ior__({"x": 1}),
        lambda m: m.update(x=1),
        lambda m: m.setdefault("x", 1),
        lambda m: m.pop("x", None),
        lambda m: m.popitem(),
        lambda m: m.clear(),
    ],
)
def test_a_map_at_any_depth_cannot_be_changed(change):
    part = Shared(PART)
    for one in _maps(part):
        with pytest.raises(TypeError, match="copy it"):
            change(one)
    assert part == PART


@pytest.mark.parametrize(
    "change",
    [
        lambda m: m.__setitem__(0, 1),
        lambda m: m.__delitem__(0),
        lambda m: m.__iadd__([1]),
        lambda m: m.__imul__(2),
        lambda m: m.append(1),
        lambda m: m.extend([1]),
        lambda m: m.insert(0, 1),
        lambda m: m.pop(),
        lambda m: m.remove(1),
        lambda m: m.reverse(),
        lambda m: m.sort(),
        lambda m: m.clear(),
    ],
)
def test_a_list_at_any_depth_cannot_be_changed(change):
    part = Shared(PART)
    for one in (part["list"], part["list"][0]["c"], part["list"][1]):
        with pytest.raises(TypeError, match="copy it"):
            change(one)
    assert part == PART


def test_every_method_that_changes_a_dict_or_a_list_is_frozen():
    """Held against what the base class can do that its immutable relative cannot."""
    keeps = {"copy", "fromkeys", "get", "items", "keys", "values", "count", "index"}
    for kind, base in ((Shared, dict), (SharedList, list)):
        changing = {name for name in vars(base) if not name.startswith("_")} - keeps
        changing |= {"__setitem__", "__delitem__", *({"__ior__"} if base is dict else {"__iadd__", "__imul__"})}
        frozen = {name for name in changing if vars(kind).get(name) is vars(Shared)["clear"]}
        assert frozen == changing


@pytest.mark.parametrize("copied", [deepcopy, copy])
def test_a_copy_is_plain_and_can_be_changed(copied):
    part = copied(Shared(PART))
    part["x"] = 1
    assert type(part) is dict
    if copied is deepcopy:
        part["list"][0]["c"].append("e")
        assert type(part["list"]) is list
        assert type(part["labels"]) is dict


def test_it_is_printed_as_a_plain_one_at_any_depth():
    plain = {"one": PART, "two": [PART, [PART]], "three": {"four": PART}}
    part = Shared(PART)
    assert document({"one": part, "two": [part, [part]], "three": {"four": part}}) == document(plain)


def test_a_builder_keeps_a_bounded_number_of_parts():
    built = []

    @shared
    def part(number):
        built.append(number)
        return {"number": number}

    assert part(0) is part(0)
    for number in range(5000):
        assert part(number) == {"number": number}
    assert built == list(range(5000))
    assert part(0) == {"number": 0}
    assert built[5000:] == [0]
