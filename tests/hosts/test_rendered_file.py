"""A file of an earlier render is told from a user's the same, whether it is small or too long for memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krmfn.files import existing_tree
from krmfn.files.existing_tree import COMMENT, OldTree, is_rendered

if TYPE_CHECKING:
    from pathlib import Path

MARKED = "kind: A\napiVersion: v1\nmetadata:\n  name: a\n  annotations:\n    krmfn.dev/owner: n/a\n"
PIECES = [COMMENT, "# mine\n", "---\n", "--- # x\n", "a: 1\n", MARKED, "\r\n", "\n", "...\n", "\ufeff", "a: |\n  ---\n"]


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tree") / "one.yaml"


@given(st.lists(st.sampled_from(PIECES)), st.integers(1, 90))
def test_a_file_is_krmfns_by_the_same_rule_as_its_content(file, pieces, part):
    content = "".join(pieces).encode()
    file.write_bytes(content)
    tree = OldTree(str(file.parent), "out", ())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(existing_tree, "_PART", part)
        conflicts = list(tree.in_the_way(["one.yaml"]))
    assert (conflicts == []) is is_rendered(content)


@pytest.mark.parametrize(
    ("pieces", "answer"),
    [
        ([COMMENT, "a: 1\n"], True),
        ([COMMENT, "a: 1\n", "---\n", "b: 1\n"], False),
        (["---\n", COMMENT, "a: 1\n"], True),
        (["# mine\r\n", COMMENT.replace("\n", "\r\n"), "a: 1\n"], True),
        (["a: 1\n", COMMENT], False),
        ([MARKED, "---\n", MARKED], True),
        ([], False),
    ],
)
def test_what_counts_as_rendered(pieces, answer):
    assert is_rendered("".join(pieces).encode()) is answer
