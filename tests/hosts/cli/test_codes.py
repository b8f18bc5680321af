"""Every code that a finding can have is explained, and nothing else is."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from krmfn.model.codes.catalog import CODES

KRMFN = Path(__file__).parents[3] / "krmfn"
KEBAB = re.compile(r"[a-z0-9]+(-[a-z0-9]+)+")
MAKERS = {"error", "warning", "info", "Unreadable", "refused"}
"""Their first argument is a code, whatever it looks like; of other calls it is one when it is in kebab case."""
NO_CODES = {
    "",
    "utf-8",
    "kube-controller-manager",
    "system-out",
    "x-kubernetes-int-or-string",
    "x-kubernetes-preserve-unknown-fields",
}
IN_TEXT = re.compile(r"\[([a-z]+(?:-[a-z]+)+)\]\\n")


def codes_of(source: str) -> set[tuple[str, str]]:
    """(code, severity or "") of every finding that a module can make."""
    found = {(code, "error") for code in IN_TEXT.findall(source)}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and node.args:
            maker = getattr(node.func, "id", getattr(node.func, "attr", ""))
            code = text_of(node.args[0])
            if code and (maker in MAKERS or KEBAB.fullmatch(code)):
                found.add((code, maker if maker in ("error", "warning", "info") else ""))
        elif isinstance(node, ast.Tuple) and len(node.elts) == 3 and KEBAB.fullmatch(text_of(node.elts[0]) or ""):
            only_warns = getattr(node.elts[1], "id", "") in ("NONE", "BLOCKED", "OUTAGE")  # of the table of changes
            found.add((text_of(node.elts[0]), "warning" if only_warns else "error"))
        elif isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value and text_of(node.value) in CODES:
            found.add((text_of(node.value) or "", ""))  # a name for a code that several modules use
        elif isinstance(node, ast.Yield) and isinstance(node.value, ast.Tuple) and len(node.value.elts) == 4:
            found.add((text_of(node.value.elts[0]) or "", "error"))  # a fault of a group of keys
    return {(code, severity) for code, severity in found if code not in NO_CODES}


def text_of(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def used() -> dict[str, set[str]]:
    """Code -> severities."""
    found: dict[str, set[str]] = {}
    for path in KRMFN.rglob("*.py"):
        if path.name.startswith("codes") or path.name in ("table.py", "commands.py"):
            continue
        for code, severity in codes_of(path.read_text()):
            found.setdefault(code, set()).add(severity)
    return found


def test_every_code_in_the_source_is_explained():
    assert sorted(set(used()) - set(CODES)) == []


def test_every_explained_code_is_in_the_source():
    assert sorted(set(CODES) - set(used())) == []


def test_no_fact_has_two_codes():
    meanings = [(meaning, advice) for _, meaning, advice in CODES.values()]
    assert len(set(meanings)) == len(meanings)


def test_severities_are_those_of_the_source():
    for code, severities in used().items():
        stated = set(CODES[code][0].split(", "))
        assert severities - {""} <= stated, code
        assert stated <= {"error", "warning", "info"}


def test_every_code_is_explained_by_sentences():
    for code, (_, meaning, advice) in CODES.items():
        assert meaning.endswith("."), code
        assert advice.endswith("."), code


def test_the_search_sees_each_way_of_making_a_finding():
    source = 'error("a", x)\nf("b-c")\nreturn "d-e", text, None\nwhy = "x [f-g]\\n"\nraise Unreadable("h", 1)\ng("i")'
    source = source.replace("return ", "z = ")
    assert {code for code, _ in codes_of(source)} == {"a", "b-c", "d-e", "f-g", "h"}
