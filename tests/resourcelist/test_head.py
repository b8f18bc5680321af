"""What the head of an object is: right, or no answer."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from krmfn.goyaml import full_reader
from krmfn.goyaml.errors import Unreadable
from krmfn.model.objects import ObjectRef
from krmfn.resourcelist.head import head

PLAIN = """\
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: nats
  namespace: kyma-system
spec:
  replicas: 3
"""
BY_KPT = """\
- # what it is for, and why it's here
  apiVersion: v1
  kind: ConfigMap # a comment
  metadata:
    name: "a"
    # about the labels
    labels:
      name: other
      app.kubernetes.io/namespace: other
    annotations:
      config.kubernetes.io/index: '0'
      internal.config.kubernetes.io/path: 'a.yaml'
    namespace: 'ns'
  data:
    metadata: |
      kind: Other
    kind: Other
"""


def as_item(text, pad=""):
    return pad + "- " + text.replace("\n", "\n" + pad + "  ").rstrip(" ")


def parts(text):
    found = head(text)
    return None if found is None else (found.api_version, found.kind, found.namespace, found.name)


@pytest.mark.parametrize("text", [PLAIN, as_item(PLAIN), as_item(PLAIN, "  "), PLAIN.rstrip("\n")])
def test_the_head_of_a_document_and_of_an_item(text):
    assert parts(text) == ("apps/v1", "StatefulSet", "kyma-system", "nats")


def test_the_head_of_what_kpt_sends():
    assert parts(BY_KPT) == ("v1", "ConfigMap", "ns", "a")


@pytest.mark.parametrize("between", ["# c\n", "\n", "  \n", "      \n", "  # it's\n", " # c\n", "    # c\n"])
def test_blank_lines_and_comments_do_not_end_the_metadata(between):
    text = PLAIN.replace("  namespace", between + "  namespace")
    assert parts(text) in (parts(PLAIN), None)
    assert parts(as_item(text)) in (parts(PLAIN), None)


def test_a_head_gives_an_identity():
    assert head(PLAIN) == ObjectRef("apps/v1", "StatefulSet", "kyma-system", "nats")
    assert "StatefulSet" in repr(head(PLAIN))


@pytest.mark.parametrize(
    "text",
    [
        "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: x\n",
        "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: x\n\n \n",
        "metadata:\n  name: x\nkind: Namespace\napiVersion: v1\n",
        "apiVersion: v1\ndata:\n  conf: |\n    kind: Other\n    its\nkind: Namespace\nmetadata:\n  name: x",
        "# about it\n\napiVersion: v1\n\nkind: Namespace\n\nmetadata:\n  name: x\n\n  # it's\n\nspec: {}\nstatus: {}\n",
        "apiVersion: v1\nkind: Namespace\nmetadata:\n    name: x # y\n    labels:\n        a: b\n",
    ],
)
def test_the_order_of_keys_comments_and_blank_lines_do_not_matter(text):
    assert parts(text) == ("v1", "Namespace", "", "x")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("metadata:\n  name: nats\n", "metadata: {name: nats}\nx:\n"),
        ("metadata:\n", "metadata: &a\n"),
        ("metadata:\n", '"metadata":\n'),
        ("kind:", '"kind":'),
        ("kind:", "kind :"),
        ("kind: StatefulSet", "kind:\n  StatefulSet"),
        ("kind: StatefulSet", "kind: State\n  fulSet"),
        ("kind: StatefulSet", "kind: StatefulSet\n\n  more"),
        ("kind: StatefulSet", 'kind: "Stateful\\u0053et"'),
        ("kind: StatefulSet", "kind: 'it''s'"),
        ("kind: StatefulSet", "kind: &a StatefulSet"),
        ("kind: StatefulSet", "kind: !!str StatefulSet"),
        ("kind: StatefulSet", "kind: *a"),
        ("kind: StatefulSet", "kind: 'a' b"),
        ("kind: StatefulSet", "kind: >-\n  a"),
        ("name: nats\n", "name: 12\n"),
        ("name: nats\n", "name: 1e3\n"),
        ("name: nats\n", "name: yes\n"),
        ("name: nats\n", "name: null\n"),
        ("name: nats\n", "name: 2024-01-01\n"),
        ("name: nats\n", "name: 'a\n    b'\n"),
        ("name: nats\n", "name: a\n    b\n"),
        ("name: nats\n", "name:\n    a\n"),
        ("name: nats\n", "name: a:\n"),
        ("name: nats\n", "names: nats\n"),
        ("name: nats\n", "name: nats\n  name: nats\n"),
        ("name: nats\n", 'name: nats\n  "name": other\n'),
        ("name: nats\n", "name: nats\n  <<: *base\n"),
        ("name: nats\n", "name: nats\n   odd: x\n"),
        ("name: nats\n", "name: nats\n "),
        ("name: nats\n", "name: nats\n odd: x\n"),
        ("  namespace: kyma-system\n", "  namespace: ~\n"),
        ("  namespace: kyma-system\n", "  namespace:\n"),
        ("  namespace: kyma-system\n", "  namespace: a\n  namespace: b\n"),
        ("spec:", "kind: Other\nspec:"),
        ("spec:", "metadata:\n  name: b\nspec:"),
        ("spec:", "apiVersion: v2\nspec:"),
        ("spec:", '"kind": Other\nspec:'),
        ("spec:", "'kind': Other\nspec:"),
        ("spec:", "? kind\n: Other\nspec:"),
        ("spec:", "!!str kind: Other\nspec:"),
        ("spec:", "&a kind: Other\nspec:"),
        ("spec:", "kind: Other\na: b\nc: d\nspec:"),
        ("spec:", "a: b\nmetadata: {}\nspec:"),
        ("spec:", "a: b\napiVersion: b\nspec:"),
        ("apiVersion:", "x: 'open\n  y'\napiVersion:"),
        ("apiVersion:", 'x: "open\n\nkind: y"\napiVersion:'),
        ("apiVersion:", "x: [open,\nkind: y]\napiVersion:"),
        ("apiVersion:", "# about\n? x\napiVersion:"),
        ("apiVersion: apps/v1\n", ""),
        ("apiVersion: apps/v1\n", "apiVersion: apps/v1\r\n"),
        ("apiVersion: apps/v1\n", "apiVersion: 'apps\u2028v1'\n"),
    ],
)
def test_no_answer_where_only_reading_can_tell(old, new):
    assert old in PLAIN
    text = PLAIN.replace(old, new, 1)
    assert head(text) is None
    assert head(as_item(text)) is None


def test_an_object_without_a_name_has_a_head_too():
    for metadata in ("  generateName: nats-\n", "  labels: {a: b}\n", ""):
        text = PLAIN.replace("  name: nats\n", metadata)
        for found in (head(text), head(as_item(text))):
            assert found is not None
            assert (found.kind, found.name, found.namespace) == ("StatefulSet", "", "kyma-system")


@pytest.mark.parametrize("header", ["|", ">", "|-", "!!str |", "&a |", "# about\n  |"])
def test_the_text_of_a_block_scalar_has_no_head(header):
    assert head(f"- {header}\n{as_item(PLAIN)[2:]}") is None
    assert head(f"- {header}\n  {as_item(PLAIN)[2:]}") is None


@pytest.mark.parametrize(
    "text", ["", "- ", "  ", "#", "- # x", "[]", "{}", "a", "- - a", '{"kind": "X"}', "metadata:\n"]
)
def test_what_is_no_object_has_no_head(text):
    assert head(text) is None


def test_the_memory_of_values_is_bounded():
    from krmfn.resourcelist import head as module

    for number in range(5000):
        head(PLAIN.replace("nats", f"n{number}"))
    assert len(module._KNOWN) <= 2048


LINES = st.sampled_from(
    [
        *(
            "apiVersion: v1",
            "kind: A",
            "kind: B",
            "metadata:",
            "  name: x",
            "  name: 'y'",
            "  namespace: n",
            "  labels:",
        ),
        *(
            "    name: z",
            "    a: b",
            "spec:",
            "  x: 'it",
            "  y: it's'",
            "- k: v",
            "",
            "# c",
            '"kind": C',
            "kind: |",
            "  |",
        ),
        *(
            "data:",
            "  kind: D",
            "x: {a: b,",
            "  c: d}",
            "x: [",
            "]",
            "|",
            "  <<: {name: q}",
            "? kind",
            ": E",
            "  name: >",
            "...a",
        ),
        *(
            "  name: 1",
            "kind: yes",
            "kind: 'A' # c",
            "metadata: {}",
            "'metadata':",
            "&a kind: F",
            "  namespace:",
            "   - a",
            "'",
        ),
    ]
)
SENSIBLE = st.sampled_from(
    [["apiVersion: v1", "kind: A", "metadata:", "  name: x"], ["metadata:", "  name: x"], ["kind: A"]]
)


@given(st.lists(SENSIBLE | LINES.map(lambda line: [line]), max_size=9), st.booleans())
@settings(max_examples=200, deadline=None, derandomize=True)
def test_an_answer_is_what_reading_gives(chunks, listed):
    text = "\n".join(line for chunk in chunks for line in chunk) + "\n"
    found = head(as_item(text) if listed else text)
    if found is None:
        return
    try:
        value = full_reader.read(text).value
    except Unreadable:
        return
    assert found.kind == value["kind"]
    assert found.api_version == value["apiVersion"]
    assert found.name == value["metadata"]["name"]
    assert found.namespace == (value["metadata"].get("namespace") or "")
