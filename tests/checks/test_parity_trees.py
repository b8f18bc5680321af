"""Trees of the operator: what krmfn renders in its place has no error, and its own has those that are documented."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from krmfn.checks.run import check
from tests import parity
from tests.calls import ROOT, documents, krmfn
from tests.test_parity import deviations, render

if TYPE_CHECKING:
    from pathlib import Path


def test_what_is_rendered_in_place_of_the_operator_has_no_error(shared: Path) -> None:
    rendered = 0
    for folder in sorted((shared / "parity" / "valid").iterdir()):
        called = render(folder)
        if called.status == 0:
            rendered += 1
            found = check(documents(called.out))
            assert [one for one in found if one.severity == "error"] == [], folder.name
    assert rendered > 40


def test_the_operators_own_trees_have_errors_only_where_a_deviation_is_documented(shared: Path) -> None:
    wrong = set()
    for folder in sorted((shared / "parity" / "valid").iterdir()):
        objects = [obj for obj in parity.load([folder / "expected"]) if obj.get("kind")]
        if any(one.severity == "error" for one in check(objects)):
            wrong.add(folder.name)
    assert wrong
    assert wrong <= set(deviations())


@pytest.mark.parametrize("folder", sorted(ROOT.glob("examples/*/rendered")), ids=lambda path: path.parent.name)
def test_a_rendered_example_has_no_error(folder: Path) -> None:
    called = krmfn("check", "-f", folder, "-R")
    assert called.status == 0, called
    assert "objects checked" in called.err
