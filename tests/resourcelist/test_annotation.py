"""One annotation is one line more."""

from __future__ import annotations

import pytest

from krmfn.resourcelist.resource_list import split
from tests.resourcelist.lists import FORMS


@pytest.fixture(params=FORMS)
def text(request):
    return FORMS[request.param]


LOCAL = "config.kubernetes.io/local-config"


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        (
            "- # c\n  metadata: # d\n    name: x # e\n    annotations: # f\n      # g\n      a: 'b' # h\n",
            "- # c\n  metadata: # d\n    name: x # e\n    annotations: # f\n      %s\n      # g\n      a: 'b' # h\n",
        ),
        (
            "- metadata:\n    annotations:\n      config.kubernetes.io/local-config: 'false' # why\n    name: x\n",
            "- metadata:\n    annotations:\n      %s # why\n    name: x\n",
        ),
        (
            '- metadata:\n    annotations:\n      config.kubernetes.io/local-config: "a #\'b"\n    name: x\n',
            "- metadata:\n    annotations:\n      %s\n    name: x\n",
        ),
        (
            "- metadata:\n    name: x # c\n  spec: {}\n",
            "- metadata:\n    annotations:\n      %s\n    name: x # c\n  spec: {}\n",
        ),
        ("- metadata:\n    annotations: {}\n    name: x\n", "- metadata:\n    annotations:\n      %s\n    name: x\n"),
        ("- metadata:\n    name: x\n    annotations:\n", "- metadata:\n    name: x\n    annotations:\n      %s\n"),
        (
            "- metadata:\n    name: x\n    annotations: {a: 'b'} # c\n",
            "- metadata:\n    name: x\n    annotations: {%s, a: 'b'} # c\n",
        ),
        ("- metadata:\n    annotations:\n      config.kubernetes.io/local-config: 'true'\n", None),
        ("- metadata: {name: x} # c\n", "- metadata:\n    name: x\n    annotations:\n      %s\n"),
        ("- metadata:\n", "- metadata:\n    annotations:\n      %s\n"),
        ("- kind: X\n", "- kind: X\n  metadata:\n    annotations:\n      %s\n"),
        (
            "- metadata:\n    annotations:\n      config.kubernetes.io/local-config: |\n        false\n    name: x\n",
            "- metadata:\n    annotations:\n      %s\n    name: x\n",
        ),
        ("- metadata:\n    annotations: *x\n", "- metadata:\n    annotations:\n      a: b\n      %s\n"),
    ],
)
def test_an_annotation_is_one_line_more_and_all_else_stays(item, expected):
    text = f"kind: ResourceList\nitems:\n- x: &x\n    a: b\n{item}- kind: Z\n"
    found = split(text)
    edited = found.with_annotation(1, LOCAL, "true")
    assert edited == (item if expected is None else expected % f'{LOCAL}: "true"')
    rendered = split(found.render([found.items[0], edited, found.items[2]]))
    assert rendered.read(1).value["metadata"]["annotations"][LOCAL] == "true"
    assert rendered.with_annotation(1, LOCAL, "true") == edited


def test_an_annotation_in_any_form_of_list(text):
    found = split(text)
    for index, item in enumerate(found.items):
        before = found.read(index).value
        edited = found.with_annotation(index, "a.b/c", "on")
        assert edited != item
        after = split(found.render([*found.items[:index], edited, *found.items[index + 1 :]]))
        metadata = before.get("metadata", {})
        annotations = {**metadata.get("annotations", {}), "a.b/c": "on"}
        assert after.read(index).value == {**before, "metadata": {**metadata, "annotations": annotations}}
