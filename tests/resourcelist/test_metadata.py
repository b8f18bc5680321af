"""The metadata of an item, read without the rest."""

from __future__ import annotations

import pytest

from krmfn.goyaml.reader import read
from krmfn.resourcelist.head import metadata

ITEM = """\
- apiVersion: v1
  kind: ConfigMap
  metadata:
    name: a # its name
    annotations:
      krmfn.dev/owner: ns/cr
      note: "two: three"
  data:
    b: |
      metadata:
        name: c
"""


@pytest.mark.parametrize("item", [ITEM, ITEM.replace("  data:\n    b: |\n      metadata:\n        name: c\n", "")])
def test_it_is_what_reading_the_whole_object_gives(item: str):
    assert metadata(item) == read(item).value[0]["metadata"]


@pytest.mark.parametrize(
    "item",
    [
        ITEM.replace("name: a # its name\n    annotations:", "name: a\n    annotations: &x"),
        ITEM.replace("  metadata:\n", "  metadata: # of it\n"),
        ITEM.replace("  metadata:\n    name: a # its name\n", "  metadata:\n  - name\n"),
        ITEM.replace("- apiVersion", "  apiVersion"),
        ITEM.replace('note: "two: three"', "note: on"),
    ],
)
def test_what_is_not_regular_is_left_to_a_full_reading(item: str):
    assert metadata(item) is None
