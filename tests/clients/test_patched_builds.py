"""What `krmfn check` finds in trees that the real kustomize built with a patch, and nothing in those in order."""

from __future__ import annotations

import functools
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from krmfn.checks.run import check
from tests.calls import krmfn
from tests.golden_cases import Case
from tests.tools_of_clients import kustomize

ROWS = yaml.safe_load(Path(__file__).with_name("patched_builds.yaml").read_text())


def written(case: str, folder: Path) -> str:
    """The resource list of a folder into which the objects of a golden are written, one file for each."""
    files = Case(case).files()
    for number, text in enumerate(files.values()):
        (folder / f"{number}.yaml").write_text(text)
    return "".join(f"- {number}.yaml\n" for number in range(len(files)))


def built(folder: Path, kustomization: str) -> str:
    (folder / "kustomization.yaml").write_text(kustomization)
    done = subprocess.run([kustomize(), "build", str(folder)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def found(text: str) -> set[str]:
    objects = list(yaml.load_all(text, yaml.CSafeLoader))
    return {f"{one.severity}: {one.code}" for one in check(objects) if one.severity != "info"}


@functools.cache
def intact(case: str) -> set[str]:
    return found("---\n".join(Case(case).files().values()))


@pytest.mark.parametrize("row", ROWS, ids=[row["name"] for row in ROWS])
def test_what_a_patch_breaks_is_found_and_nothing_else(row: dict[str, Any], tmp_path: Path) -> None:
    resources = f"resources:\n{written(row['case'], tmp_path)}"
    if "object" in row:
        (tmp_path / "object.yaml").write_text(row["object"])
        resources += "- object.yaml\n"
    text = built(tmp_path, resources + row.get("kustomization", ""))
    if "conf" in row:
        before, after = row["conf"]
        assert before in text
        text = text.replace(before, after, 1)
    assert found(text) - intact(row["case"]) == set(row["finds"])


def test_a_finding_names_the_file_that_kustomize_read(tmp_path: Path) -> None:
    """`buildMetadata: [originAnnotations]` tells where each object of a build comes from."""
    base = tmp_path / "base"
    base.mkdir()
    (base / "kustomization.yaml").write_text(f"resources:\n{written('monitored', base)}")
    patch = (
        "patches:\n- target: {kind: PodDisruptionBudget}\n"
        '  patch: \'[{"op": "replace", "path": "/spec/maxUnavailable", "value": 2}]\'\n'
    )
    text = built(tmp_path, f"resources: [base]\nbuildMetadata: [originAnnotations]\n{patch}")
    called = krmfn("check", "-f", "-", "-o", "json", stdin=text)
    (row,) = (row for row in json.loads(called.out) if row["code"] == "pdb-loses-quorum")
    names = [str(number) for number, text in enumerate(Case("monitored").files().values()) if "kind: PodDisr" in text]
    assert called.status == 1
    assert row["file"] == f"base/{names[0]}.yaml", row
