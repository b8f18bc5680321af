"""What is rendered reads as what was meant, and changes no other byte."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from krmfn.goyaml.errors import Unreadable
from krmfn.resourcelist.resource_list import split
from tests.resourcelist.lists import FORMS, KPT, NEW, RESULT, WIDE, lists, value


@pytest.fixture(params=FORMS)
def text(request):
    return FORMS[request.param]


def test_the_same_items_give_the_same_text(text):
    found = split(text)
    assert found.render(list(found.items)) is text
    assert found.render(found.items, None) is text


@pytest.mark.parametrize("kept", [[], [0], [1], [1, 0], [0, 1]])
@pytest.mark.parametrize("new", [[], [NEW], [NEW, NEW]])
@pytest.mark.parametrize("results", [None, [], [RESULT]])
def test_what_is_rendered_reads_as_what_was_meant(text, kept, new, results):
    found = split(text)
    before = value(text)
    after = value(found.render([found.items[index] for index in kept] + new, results))
    assert after.pop("items") == [before["items"][index] for index in kept] + new
    before.pop("items")
    if results is not None:
        before.pop("results", None)
    assert after == {**before, **({"results": results} if results else {})}


def test_only_the_new_lines_are_new():
    found = split(KPT)
    rendered = found.render([*found.items, NEW], [RESULT])
    new = "- kind: New\n  metadata:\n    name: new\n  text: |\n    - x\n    ---\n"
    at = KPT.index("functionConfig:")
    assert rendered == KPT[:at] + new + KPT[at:] + 'results:\n- message: "it\'s"\n  severity: error\n'


def test_a_new_item_stands_where_the_list_has_its_dashes():
    found = split(WIDE)
    assert "\n  - kind: B\n  - kind: New\n    metadata:\n      name: new\n" in found.render([*found.items, NEW])


def test_a_removed_item_takes_its_lines_and_no_others():
    found = split(KPT)
    assert found.render(found.items[:1] + found.items[2:]) == KPT.replace(found.items[1], "")
    assert found.render([]).count("\n") == KPT.count("\n") - sum(item.count("\n") for item in found.items)


def test_existing_results_are_replaced_and_what_stands_around_them_stays():
    found = split(WIDE)
    assert found.render(found.items, [RESULT]).startswith(WIDE[: WIDE.index("results:")])
    assert found.render(found.items, []) == WIDE[: WIDE.index("results:")]
    first = "results:\n- message: old\n" + KPT
    assert split(first).render(split(first).items, [RESULT]) == (
        'results:\n- message: "it\'s"\n  severity: error\n' + KPT
    )
    assert split(first).render(split(first).items, []) == KPT


@pytest.mark.parametrize("results", ['"results": []', '"results": [{"message": "old"}]', "results: ", "results"])
@pytest.mark.parametrize("place", ["%s, items: [a], kind: ResourceList", "items: [a], kind: ResourceList, %s", "%s,"])
def test_results_of_a_flow_list_are_replaced(results, place):
    text = "{" + place % results + ("kind: ResourceList, items: [a]" if place == "%s," else "") + "}"
    found = split(text)
    assert value(found.render(found.items, [RESULT])) == {"kind": "ResourceList", "items": ["a"], "results": [RESULT]}


@pytest.mark.parametrize(
    "empty",
    [
        *(
            "items: []\n",
            "items:\n",
            "items: null\n",
            "items: ~ # none\n",
            "items: []",
            "items:",
            "items: # none\n# c\n",
        ),
        *(
            "items: [ ]\n",
            "items: [\n]\n",
            '"items": []\n',
            "items:\n  []\n",
            "items: &a []\n",
            "items:\n- x\n",
            "items: \n",
        ),
    ],
)
@pytest.mark.parametrize("place", ["kind: ResourceList\n%s", "%s\nkind: ResourceList\nfunctionConfig:\n  a: b\n"])
@pytest.mark.parametrize("results", [None, [RESULT]])
def test_an_empty_list_becomes_a_block_list(empty, place, results):
    text = place % empty
    found = split(text)
    old = ["x"] if "- x" in empty else []
    assert len(found.items) == len(old)
    assert found.render(found.items) is text
    rendered = found.render([*found.items, NEW], results)
    assert "\n- kind: New\n" in rendered
    expected = {**value(text), "items": [*old, NEW]}
    assert value(rendered) == (expected if results is None else {**expected, "results": results})
    again = split(rendered)
    assert again.render(again.items) is rendered
    assert value(again.render([])) == {**value(rendered), "items": []}


@pytest.mark.parametrize("empty", ['"items": []', '"items": null', "items: ", "items", '"items": [ ],', "items: &a []"])
def test_an_empty_flow_list_stays_in_flow_style(empty):
    text = '{"kind": ResourceList, ' + empty + "}"
    found = split(text)
    assert found.render([]) is text
    rendered = found.render([NEW, NEW], [RESULT])
    assert "\n" not in rendered
    assert value(rendered) == {"kind": "ResourceList", "items": [NEW, NEW], "results": [RESULT]}


def test_results_leave_an_empty_list_as_it_is():
    assert split("kind: ResourceList\nitems: []").render([], [{"message": "x"}]) == (
        "kind: ResourceList\nitems: []\nresults:\n- message: x\n"
    )


def test_a_key_that_is_a_list_is_passed_over():
    found = split("kind: ResourceList\n? [a, b]\n: c\nitems:\n- x\n")
    assert found.render([]) == "kind: ResourceList\n? [a, b]\n: c\nitems: []\n"


def test_an_anchor_on_the_items_goes_with_the_last_of_them():
    found = split("kind: ResourceList\nitems: &a\n- x\n")
    assert found.render([]) == "kind: ResourceList\nitems: []\n"


def test_a_comment_behind_items_stays_when_all_are_removed():
    assert split(WIDE).render([]).startswith(WIDE[: WIDE.index("items")] + "items: [] # the items\nresults:")


@pytest.mark.parametrize("last", ["a: b", "a: |\n    b", "a: |-\n    b", "a: 'b'", "a: >\n    b", "a: b # c"])
def test_the_last_item_without_a_newline_keeps_its_value(last):
    text = f"kind: ResourceList\nitems:\n- x: y\n- {last}"
    found = split(text)
    assert found.render(found.items) is text
    before = value(text)["items"]
    assert value(found.render([*found.items, NEW]))["items"] == [*before, NEW]
    assert value(found.render(found.items[::-1]))["items"] == before[::-1]
    assert value(found.render(found.items, [RESULT])) == {**value(text), "results": [RESULT]}


@pytest.mark.parametrize("end", ["...\n", "---\n", "---\n# c\n", "...\n---\n"])
@pytest.mark.parametrize("item", ["a: b", "? a"])
def test_the_end_of_the_document_belongs_to_no_item(item, end):
    found = split(f"kind: ResourceList\nitems:\n- {item}\n{end}")
    assert found.items == [f"- {item}\n"]
    rendered = found.render([*found.items, NEW], [RESULT])
    assert rendered.endswith("severity: error\n" + end)
    assert value(rendered.removesuffix(end))["items"][1] == NEW


@given(lists(), st.data())
@settings(max_examples=80, deadline=None, derandomize=True)
def test_any_choice_of_items_is_what_was_meant_and_none_is_lost(text, data):
    try:
        found = split(text)
        before = value(text)
    except Unreadable:
        assume(False)
    assert found.render(list(found.items)) is text
    assert len(found.items) == len(before["items"] or [])
    kept = [index for index in range(len(found.items)) if data.draw(st.booleans())]
    results = data.draw(st.sampled_from([None, [], [RESULT]]))
    rendered = found.render([*(found.items[index] for index in kept), NEW], results)
    for index in kept:
        assert found.items[index].rstrip("\n") in rendered
    if "*" in text:  # an anchor may have gone with its item
        return
    assert value(rendered)["items"] == [*((before["items"] or [])[index] for index in kept), NEW]
