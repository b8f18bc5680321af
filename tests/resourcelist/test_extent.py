"""Whether the lines of an item leave a quoted scalar or a flow collection open."""

from __future__ import annotations

import pytest

from krmfn.resourcelist.extent import closes_on_each_line, is_closed

CLOSED = [
    "- a: 'it''s'\n  b: [\"x\", 'y']\n",
    '- a: "it\'s"\n  args: ["--x={y}", \'z\']\n',
    "- note: '{\"a\": [1, 2]}'\n",
    "- a: don't\n",
    "- it's: 'x'\n",
    "- a: {b: c, d: []} # it's\n",
]
OPEN = [
    "- it's: 'x\n- y'\n",
    "- a 'b: 'c\n- d'\n",
    '- a: "x\n- y"\n',
    "- a: [b,\n- c]\n",
    "- a: {b: ']'\n- c}\n",
    "- a: [b # ]\n- c]\n",
    '- - "x\n- y"\n',
]


@pytest.mark.parametrize("chunk", CLOSED)
def test_a_line_that_closes_what_it_opens_is_seen_to(chunk: str):
    assert is_closed(chunk) or closes_on_each_line(chunk)


@pytest.mark.parametrize("chunk", OPEN)
def test_what_a_line_leaves_open_is_never_taken_for_closed(chunk: str):
    assert not is_closed(chunk)
    assert not closes_on_each_line(chunk)


def test_brackets_that_close_before_they_open_are_not_closed():
    assert not is_closed("- a: x][y\n")


def test_more_kinds_of_objects_than_are_remembered_are_judged_alike():
    chunks = [f"- a: [{'[], ' * number}[]]\n" for number in range(1200)]
    for _ in range(2):
        assert all(map(is_closed, chunks))
        assert not any(is_closed(chunk.replace("]\n", "\n")) for chunk in chunks)
