"""Profile nats-manager is what the operator renders, but for the cases of docs/reference/deviations.md.

The cases are data that the operator's own code made; `tests/parity.py` says what equal means.
"""

from __future__ import annotations

import json
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


def codes_by_field(folder: Path) -> dict[str, set[str]]:
    """The faults of each field, as krmfn names what the API server says; a refusal of the operator has no code."""
    (causes,) = documents((folder / "errors.yaml").read_text())
    found: dict[str, set[str]] = {}
    for cause in causes:
        if cause["field"] != "<nil>":
            codes = found.setdefault(cause["field"], set())
            if cause["type"] != "operator":
                codes.add(parity.refusal_code(cause["message"]))
    return found


def test_what_the_api_server_or_the_operator_refuses_is_refused_at_the_same_field(shared: Path) -> None:
    for folder in sorted((shared / "parity" / "invalid").iterdir()):
        called = krmfn("check", "-f", folder / "nats.yaml", "-o", "json", *stated(folder))
        assert called.status == 1, (folder.name, called)
        found: list[dict[str, Any]] = [f for f in json.loads(called.out) if f["severity"] == "error"]
        for field, codes in codes_by_field(folder).items():
            here = {one["code"] for one in found if is_or_is_below(one["field"], field)}
            assert here, (folder.name, field, found)
            if "below-minimum" in codes:
                codes.discard("even-cluster-size")  # a size of 0 is one fault, of which the API server says both
            assert codes <= here, (folder.name, codes, here)
