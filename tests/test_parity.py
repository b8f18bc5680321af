"""Profile nats-manager is what the operator renders, but for the cases of docs/reference/deviations.md.

The cases are data that the operator's own code made; `tests/parity.py` says what equal means.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from tests import parity
from tests.calls import ROOT, documents, krmfn

if TYPE_CHECKING:
    from pathlib import Path

    from tests.calls import Called

DEVIATIONS = ROOT / "docs" / "reference" / "deviations.md"
DIFFERENT, REFUSED = "different", "refused"


def deviations() -> dict[str, tuple[str, str]]:
    """The table: case -> (`different` or `refused`, what differs or the finding's code)."""
    rows = [line.strip("| \n").split("|") for line in DEVIATIONS.read_text().splitlines() if line.startswith("| `")]
    return {row[0].strip(" `"): (row[1].strip(), row[2].strip()) for row in rows}


def stated(folder: Path) -> list[str]:
    """The facts of a case as settings."""
    (facts,) = documents((folder / "facts.yaml").read_text())
    pairs = {
        "profile": "nats-manager",
        "istio": str(facts["istio"]).lower(),
        "fips": str(facts["fips"]).lower(),
        "provider": facts["provider"],
    }
    return [part for key, value in pairs.items() if value for part in ("--set", f"{key}={value}")]


def render(folder: Path) -> Called:
    return krmfn("render", "-f", folder / "nats.yaml", *stated(folder))


def lines_of_difference(folder: Path, out: str) -> list[str]:
    return list(parity.compare(list(parity.load([folder / "expected"])), documents(out)))


def test_the_operators_objects_are_rendered_but_for_the_documented_deviations(shared: Path) -> None:
    table, seen, wrong = deviations(), {}, {}
    for folder in sorted((shared / "parity" / "valid").iterdir()):
        called = render(folder)
        if called.status:
            seen[folder.name] = REFUSED
        elif lines := lines_of_difference(folder, called.out):
            seen[folder.name] = DIFFERENT
            wrong[folder.name] = lines
    expected = {case: kind for case, (kind, _) in table.items()}
    assert seen == expected, wrong


def test_each_deviation_is_what_its_row_says(shared: Path) -> None:
    for case, (kind, what) in deviations().items():
        folder = shared / "parity" / "valid" / case
        called = render(folder)
        if kind == REFUSED:
            assert f"[{what.strip('`')}]" in called.err, (case, called)
            continue
        fields = [field.strip(" `") for field in what.split(",")]
        lines = lines_of_difference(folder, called.out)
        strange = [line for line in lines if not any(field in line for field in fields)]
        unseen = [field for field in fields if not any(field in line for line in lines)]
        assert (strange, unseen) == ([], []), case


def is_or_is_below(field: str, wanted: str) -> bool:
    return field == wanted or field.startswith((f"{wanted}.", f"{wanted}["))


def texts_by_field(folder: Path) -> dict[str, list[str]]:
    """What is said of each field: one text is enough; follow-up texts without a field say nothing of their own."""
    (causes,) = documents((folder / "errors.yaml").read_text())
    found: dict[str, list[str]] = {}
    for cause in causes:
        if cause["field"] != "<nil>":
            texts = found.setdefault(cause["field"], [])
            if cause["type"] != "operator":
                texts.append(cause["message"].partition(" (e.g. ")[0])
    return found


def test_what_the_api_server_or_the_operator_refuses_is_refused_at_the_same_field(shared: Path) -> None:
    for folder in sorted((shared / "parity" / "invalid").iterdir()):
        called = krmfn("check", "-f", folder / "nats.yaml", "-o", "json", *stated(folder))
        assert called.status == 1, (folder.name, called)
        found: list[dict[str, Any]] = [f for f in json.loads(called.out) if f["severity"] == "error"]
        for field, texts in texts_by_field(folder).items():
            here = [rule_text(f) for f in found if is_or_is_below(f["field"], field)]
            assert here, (folder.name, field, found)
            same = [text for text in here if any(said_alike(text, rule) for rule in texts)]
            assert same or not texts, (folder.name, texts, here)


def said_alike(ours: str, theirs: str) -> bool:
    """The same rule, whether or not the wrong value is shown in front of it; in words where theirs is a pattern."""
    if "in body should match '" in theirs:
        return ours.endswith("is not a quantity")
    ours, theirs = (re.sub(r'^Invalid value: ("[^"]*": )?', "", text) for text in (ours, theirs))
    return ours in theirs or theirs in ours


def rule_text(finding: dict[str, Any]) -> str:
    """The message without the advice behind it; a value that could be a secret may be left out of it."""
    return finding["message"].partition("; ")[0]
