"""Each sentence about a running cluster has an experiment: docs/explanation/experiments.md holds the pairs."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from tests.calls import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PAGE = ROOT / "docs/explanation/experiments.md"
SOURCES = [
    *sorted((ROOT / "krmfn/changes").glob("*.py")),
    *sorted((ROOT / "krmfn/topology").glob("*.py")),
    *sorted((ROOT / "krmfn/adoption").glob("*.py")),
    ROOT / "krmfn/reports/simulation.py",
    ROOT / "krmfn/reports/simulation_tables.py",
]
HOW_TOS = sorted((ROOT / "docs/how-to").glob("*.md"))
CLAIM = re.compile(r"one at a time|one after the other|until it is back|until then|not Ready|quarter of an hour")
"""Words of order, time and waiting."""
BLANK = "…"


def strings(path: Path) -> Iterator[str]:
    """The texts of a module, `…` for what is filled in; no docstrings."""
    tree = ast.parse(path.read_text())
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    alone = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else BLANK for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inside | alone:
            yield node.value


def plain(text: str) -> str:
    """On one line."""
    return " ".join(text.split())


def rows() -> list[tuple[str, str]]:
    """Sentence and experiments of each row."""
    lines = [line for line in PAGE.read_text().splitlines() if line.startswith("| ")][1:]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [(row[0], row[1]) for row in cells if not row[0].startswith("---")]


PRINTED = [plain(text) for path in SOURCES for text in strings(path)]
WRITTEN = [plain(path.read_text()) for path in HOW_TOS]


def test_a_claim_about_a_running_cluster_has_an_experiment():
    told = [sentence.strip(BLANK) for sentence, _ in rows()]
    claims = [text for text in PRINTED if CLAIM.search(text)]
    assert len(claims) > 5
    assert [text for text in claims if not any(sentence in text for sentence in told)] == []


def test_each_sentence_of_the_table_is_one_that_krmfn_says():
    texts = PRINTED + WRITTEN
    assert len(rows()) > 15
    assert [one for one, _ in rows() if not any(one.strip(BLANK) in text for text in texts)] == []


def test_each_experiment_of_the_table_is_a_test():
    for sentence, experiments in rows():
        found = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", experiments)
        assert found, sentence
        for file, name in found:
            assert f"def {name}(" in (ROOT / file).read_text(), name
