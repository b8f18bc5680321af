"""Everything that the operator renders well is taken over as it is: the parity data as dumps."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from krmfn.cli.commands.adopt import Arguments, report_of
from krmfn.cli.parser import parse
from krmfn.cli.table import COMMANDS
from tests.adoption.dumps import UID
from tests.calls import ROOT, documents

if TYPE_CHECKING:
    from pathlib import Path

    from krmfn.reports.adoption import AdoptionReport

ENTRY = {"manager": "nats-manager", "operation": "Apply", "fieldsType": "FieldsV1", "fieldsV1": {"f:metadata": {}}}
DEVIATIONS = ROOT / "docs/reference/deviations.md"


def live(case: Path) -> list[dict[str, Any]]:
    """The objects of a case as they live: with an owner that is there, a manager, a Secret and claims, all ready."""
    objects = [obj for file in sorted((case / "expected").iterdir()) for obj in documents(file.read_text())]
    for number, obj in enumerate(objects):
        obj["metadata"] |= {"uid": f"{number:08}{UID[8:]}", "managedFields": [ENTRY]}
        obj["metadata"]["ownerReferences"][0]["uid"] = UID
    (workload,) = (obj for obj in objects if obj["kind"] == "StatefulSet")
    spec, metadata = workload["spec"], workload["metadata"]
    metadata["generation"] = 1
    workload["status"] = {"observedGeneration": 1, "readyReplicas": spec["replicas"]}
    (claim,) = spec["volumeClaimTemplates"]
    made = [
        ("PersistentVolumeClaim", f"{claim['metadata']['name']}-{metadata['name']}-{n}")
        for n in range(spec["replicas"])
    ]
    made += [("Secret", row["secret"]["secretName"]) for row in spec["template"]["spec"]["volumes"] if "secret" in row]
    for kind, name in made:
        more = {"data": {"resolver.conf": "eA=="}} if kind == "Secret" else {"spec": claim["spec"]}
        one = {"apiVersion": "v1", "kind": kind, "metadata": {"name": name, "namespace": metadata["namespace"]}}
        objects += [] if any((o["kind"], o["metadata"]["name"]) == (kind, name) for o in objects) else [one | more]
    (cr,) = documents((case / "nats.yaml").read_text())
    return [*objects, {**cr, "metadata": {**cr["metadata"], "uid": UID}}]


def words(case: Path, dump: Path) -> list[str]:
    """The command line for a case: what the dump cannot tell is stated."""
    (facts,) = documents((case / "facts.yaml").read_text())
    dump.write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": live(case)}))
    stated = [f"--set=fips={str(facts['fips']).lower()}"]
    stated += [f"--set=provider={facts['provider']}"] if facts["provider"] else []
    return ["--live", str(dump), "-f", str(case / "nats.yaml"), *stated]


def judged(arguments: list[str]) -> AdoptionReport:
    values = parse(COMMANDS["adopt"], arguments)
    assert values is not None
    return report_of(Arguments(**values))


def deviations() -> set[str]:
    lines = DEVIATIONS.read_text().splitlines()
    return {line.split("|")[1].strip(" `") for line in lines if line.startswith("| `")}


HARMLESS = {"labels-like-numbers", "mem-off", "mem-off-size-0", "sample-kyma-prod"}
"""A deviation in labels of objects alone, which a cluster cannot have, and one that waits for the next restart."""


def test_every_case_that_the_operator_runs_well_is_safe_and_every_other_is_not(shared: Path, tmp_path: Path):
    unsafe = set()
    for case in sorted((shared / "parity/valid").iterdir()):
        report = judged(words(case, tmp_path / "live.json"))
        if report.verdict != "safe":
            unsafe.add(case.name)
    assert unsafe == deviations() - HARMLESS


@pytest.mark.parametrize("case", ["mem-off", "size-1", "file-custom-class-10Gi"])
def test_a_nats_that_says_something_else_than_what_runs_is_not_safe(case: str, shared: Path, tmp_path: Path):
    """The live servers decide: the default NATS in Git would change every one of these."""
    folder = shared / "parity/valid"
    arguments = words(folder / case, tmp_path / "live.json")
    arguments[arguments.index("-f") + 1] = str(folder / "no-spec/nats.yaml")
    report = judged(arguments)
    assert report.verdict == "unsafe"
    assert any(finding.code == "live-differs" and finding.severity == "error" for finding in report.findings)


def test_memory_storage_that_is_off_waits_for_the_next_restart(shared: Path, tmp_path: Path):
    """The sample that Kyma gives for production."""
    arguments = words(shared / "parity/valid/sample-kyma-prod", tmp_path / "live.json")
    report = judged(arguments)
    (differs,) = [finding for finding in report.findings if finding.code == "live-differs"]
    assert differs.severity == "warning"
    assert "krmfn writes 0" in differs.message
    commands = [line for step in report.steps if step.number == 5 for part in step.parts for line in part.commands]
    assert commands[-1] == "krmfn diff after rendered --fail-on recreate"
    assert "{.metadata.generation}" in commands[-2]
