"""The places of keys and values are those that PyYAML has, wherever the fast way accepts a document."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from krmfn.goyaml.places import LIST, SCALAR, Node, compose
from tests.calls import ROOT

USUAL = """\
# a cluster
---
apiVersion: operator.kyma-project.io/v1alpha1   # the group
kind: NATS
metadata:
  name: 'nats'
  annotations:
    note: "two words # no comment"
    other: two words

spec:
  labels: # of all
    a.b/c: Ünï 😀 # 3
  list:
  - a
  -   b: 1
      c: true
  - - 1
    - 'x'
  deep:
    - name: x
      value: ~
"""


def places(node: Node) -> Any:
    """What an edit reads of a node."""
    if node.kind == SCALAR:
        return node.outer, node.start, node.end, node.style, node.text
    if node.kind == LIST:
        return node.start, [places(one) for one in node.items]
    return node.start, [(name, places(key), places(value)) for name, (key, value) in node.entries.items()]


def expected(node: yaml.Node) -> Any:
    start = node.start_mark.index
    if isinstance(node, yaml.ScalarNode):
        return start, start, node.end_mark.index, node.style or "", node.value
    if isinstance(node, yaml.SequenceNode):
        return start, [expected(one) for one in node.value]
    return start, [(key.value, expected(key), expected(value)) for key, value in node.value]


def check(text: str) -> bool:
    """Whether the text is accepted; then the places are compared."""
    node = compose(text)
    if node is not None:
        assert places(node) == expected(yaml.compose(text, Loader=yaml.CSafeLoader))
    return node is not None


def test_usual_documents_are_accepted() -> None:
    assert check(USUAL)
    files = [path.read_text(encoding="utf-8") for path in ROOT.glob("examples/*/nats.yaml")]
    assert all(check(document) for text in files for document in text.split("\n---\n"))


@pytest.mark.parametrize(
    "text",
    [
        "", "a: &x 1\n", "a: !!str 1\n", "a: [1]\n", "a: {b: 1}\n", "a: |\n  b\n", "a: b\n  c\n", "- b\n  c\n",
        "a:\n", "a\n", "a: 1\na: 2\n", "a: 1\n---\nb: 2\n", 'a: "\\n"\n', "a: 'it''s'\n", "a: 1\r\n", "a:\tb\n",
        "<<: 1\n", '"a": 1\n', "- \n", "a: 1\n  b: 2\n", "a:\n    b: 1\n  c: 2\n", "a: 1\n- b\n", "- b\na: 1\n",
        "a: *b\n", "? a\n: b\n", "a: 'b\n  c'\n", "  ---\na: 1\n",
    ],
)  # fmt: skip
def test_what_is_not_of_the_subset_is_declined(text: str) -> None:
    assert compose(text) is None


WORDS = st.sampled_from(
    [
        "a",
        "b:",
        "c: 1",
        "'d'",
        '"e f"',
        "- ",
        "-",
        "# g",
        " # h",
        ":",
        "&i",
        "*i",
        "|",
        "[j]",
        "k l",
        "---",
        "é",
        "~",
        " ",
    ]
)
LINES = st.builds(lambda pad, words: " " * pad + "".join(words), st.integers(0, 5), st.lists(WORDS, max_size=4))
ENTRIES = st.builds(
    lambda pad, dash, key, value: " " * pad + dash + key + value,
    st.sampled_from([0, 2, 4]),
    st.sampled_from(["", "", "- ", "- - "]),
    st.sampled_from(["a:", "b:", "c:", ""]),
    st.sampled_from(["", " 1", "  'x y'", ' "#"', " z # y", " z  "]),
)


@pytest.mark.fuzz
@given(st.lists(st.one_of(ENTRIES, ENTRIES, LINES), max_size=8), st.sampled_from(["\n", ""]))
def test_made_up_documents_have_the_places_of_pyyaml(lines: list[str], end: str) -> None:
    check("\n".join(lines) + end)
