"""A list is cut where YAML cuts it, and what is no list is refused."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from krmfn.goyaml import emitter
from krmfn.goyaml.errors import Unreadable
from krmfn.resourcelist import fast_locator, full_locator
from krmfn.resourcelist.resource_list import split
from tests.effort import at_most
from tests.resourcelist.lists import FORMS, NEW, lists


@pytest.fixture(params=FORMS)
def text(request):
    return FORMS[request.param]


FOREIGN = [
    "a: !secret x\n  b: !ref [c]",
    "a: *nowhere",
    "a:\t'b'\n\tc: d",
    "a: 'b' c",
    "a: @b\n  c: `d`",
    "a: b: c",
    "{a: b} c",
    "a: b\n  a: c",
    "? [x]\n  : 'it''s'",
    "a: |\n    - x\n    ---\n    'y",
    "a:\n    plain 'text\n    goes [on",
    "a: 'x\n- y'",
    'a: "x\n- y: \\"\n- z"',
    "a: {b: c\n- d, e: f}",
    "a: [!t b\n- c]",
    "a: [b\n- c]",
    "a: 'x\u2028- y'\n  b: c",
    "a: x\x85  b: c",
    "key's: 'x\n- y'",
    "don 't: 'x\n- y'",
    "a: b # it's\n  # {",
    "a # 'b: [\n  # c",
    "a: {b: # '\n    c}\n  d : # [\n    e",
    "a: {b: 'c', d: \"e\"} # [\n  f: [\"g\", 'h']",
    "- - - 'x\n- y'",
    "-\n    - 'x\n- y'",
    "a: &x !t 'x\n- y'",
    "&x !t a: 'x\n- y'",
    "'a': 'x\n- y'",
    '"a": |\n    \'',
    'a: >-\n    \'\n  b: "\n- c"',
    'a: plain\n    \'more\n  b: "\n- c"',
    'a: # \'\n    b: "\n- c"',
    "a: [it's, b's\n- c]",
    "a: [\"b\":'c\n- d']",
    "a: [b, # '\n  c\n- d]",
    "a: {b: [c, {d: e}], 'f': g}\n  h: \"i",
]


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("", "not-a-resource-list", None),
        ("# none", "not-a-resource-list", None),
        ("# none\n", "not-a-resource-list", None),
        ("- a\n", "not-a-resource-list", 1),
        ("text\n", "not-a-resource-list", 1),
        ("kind: List\nitems: []\n", "not-a-resource-list", None),
        ("items: []\n", "not-a-resource-list", None),
        ("kind: [ResourceList]\nitems: []\n", "not-a-resource-list", None),
        ("kind: ResourceList\n", "no-items", None),
        ("kind: ResourceList\nfunctionConfig:\n  items: []\n", "no-items", None),
        ('{"kind": "ResourceList"}\n', "no-items", None),
        ("kind: ResourceList\nitems: {}\n", "not-a-list", 2),
        ("kind: ResourceList\nitems: text\n", "not-a-list", 2),
        ("kind: ResourceList\nitems: ''\n", "not-a-list", 2),
        ("kind: ResourceList\nitems:\n  a: b\n", "not-a-list", 3),
        ("kind: ResourceList\nitems: []\nkind: ResourceList\n", "duplicate-key", 3),
        ("kind: ResourceList\nitems: []\n'items': []\n", "duplicate-key", 3),
        ("x: 1\nkind: ResourceList\nitems: []\nx: 1\n", "duplicate-key", 4),
        ("kind: ResourceList\nitems: []\n---\nkind: ResourceList\nitems: []\n", "several-documents", 3),
        ("kind: ResourceList\nitems: []\n...\nmore\n", "unreadable-yaml", 4),
        ("%YAML 1.1\n---\nkind: ResourceList\nitems: []\n", "directive", 1),
        ("kind: ResourceList\nitems:\n- a\nmore\n", "unreadable-yaml", 4),
        ("kind: ResourceList\nitems:\n- a: 'b\n- c\n", "unreadable-yaml", 3),
        ("kind: ResourceList\nitems:\n- a: [b\n- c: d\n", "unreadable-yaml", None),
        ("kind: ResourceList\nitems:\n- a\n b:\n c\nd\n", "unreadable-yaml", None),
        ("kind: ResourceList\nitems: [a, b\n", "unreadable-yaml", None),
        ("kind: ResourceList\nitems:\n- [a, 'b]\n", "unreadable-yaml", None),
        ("kind: ResourceList\nitems:\n- [a # b]", "unreadable-yaml", None),
        ("kind: ResourceList\nitems:\n- ? a\n---\n- b\n", "several-documents", 4),
        ("kind: ResourceList\n? items\n: - a\n", "irregular-list", None),
        ("kind: ResourceList\nitems:\n- a\u2028- b\n", "irregular-list", None),
        ("kind: ResourceList\nitems:\n- a: '\x00'\n- 'b\n  '\n  c\n", "unreadable-yaml", None),
        ("kind: ResourceList\nitems: [\ud83d]\n", "not-utf8", None),
    ],
)
def test_what_is_no_resource_list_is_refused_with_its_line(text, code, line):
    with pytest.raises(Unreadable) as caught:
        split(text)
    assert caught.value.code == code
    if line is not None:
        assert caught.value.line == line


def test_a_list_without_items_says_what_to_write():
    with pytest.raises(Unreadable, match=r"`items: \[\]`"):
        split("kind: ResourceList\n")


@pytest.mark.parametrize("bracket", ["[", "[{a: "])
@pytest.mark.parametrize("start", ["kind: ResourceList\nitems: ", "kind: ResourceList\nitems:\n- a: "])
def test_a_bottomless_list_is_refused_soon(bracket, start):
    with at_most(calls=10 * 200_000), pytest.raises(Unreadable) as caught:
        split(start + bracket * 200_000)
    assert caught.value.code == "too-deep"


def test_without_libyaml_the_answers_are_the_same(text, monkeypatch):
    with_it = full_locator.find(text)
    monkeypatch.delattr(yaml, "CSafeLoader")
    without = full_locator.find(text)
    for name in fast_locator.Shape.__slots__:
        assert getattr(without, name) == getattr(with_it, name), name
    with pytest.raises(Unreadable) as caught:
        full_locator.find("kind: ResourceList\nitems: " + "[" * 1010)
    assert caught.value.code == "too-deep"


@pytest.mark.parametrize("item", FOREIGN[:-1])
def test_an_item_passes_whatever_is_in_it_unless_it_breaks_the_list(item):
    text = f"kind: ResourceList\nitems:\n- kind: A\n- {item}\n- kind: B\n"
    found = split(text)
    assert found.items == ["- kind: A\n", f"- {item}\n", "- kind: B\n"]
    assert found.render(found.items) is text
    assert found.render([*found.items, NEW]) == text + emitter.item(NEW)


def test_an_item_that_breaks_the_list_is_refused():
    with pytest.raises(Unreadable):
        split(f"kind: ResourceList\nitems:\n- {FOREIGN[-1]}\n- kind: B\n")


@given(lists(), st.data())
@settings(max_examples=400, deadline=None, derandomize=True)
def test_the_quick_way_cuts_where_yaml_does(text, data):
    stretch = data.draw(st.sampled_from([1, 40, 1 << 16]))
    at = data.draw(st.integers(0, len(text)))
    text = text[:at] + data.draw(st.sampled_from(["", "", "'", '"', "[", "{", "\n", "- ", ":", "#", "\\"])) + text[at:]
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(fast_locator, "_STRETCH", stretch)
            quick, sure = fast_locator.find(text), full_locator.find(text)
    except Unreadable:
        return
    if quick is not None:
        quick.cut(text)
        for name in ("items", "starts", "stop", "pad", "item_lines", "value", "results", "end", "is_flow", "root_pad"):
            assert getattr(quick, name) == getattr(sure, name), name
