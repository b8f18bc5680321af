"""What krmfn renders, file by file. `make golden` rewrites the expectation; its diff is what a reviewer reads."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest

from tests.calls import documents, items_of, krmfn, without_host_notes
from tests.golden_cases import CASES, Case, dump, file_name


def split_files(text: str) -> dict[str, str]:
    parts = text.removeprefix("---\n").split("\n---\n")
    return {file_name(documents(part)[0]): part.rstrip("\n") + "\n" for part in parts}


def rewrite(folder: Path, files: dict[str, str]) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text)


@pytest.mark.parametrize("name", CASES)
def test_render_prints_exactly_the_expected_files(name: str, request: pytest.FixtureRequest) -> None:
    case = Case(name)
    called = krmfn(*case.render_arguments())
    assert called.status == 0, called
    files = split_files(called.out)
    assert len(files) == len(documents(called.out)), "two children of one file name"
    if request.config.getoption("--update-golden"):
        rewrite(case.expected, files)
    assert files == case.files()


@pytest.mark.parametrize("name", CASES)
def test_the_function_gives_the_same_children_and_the_expected_results(
    name: str, request: pytest.FixtureRequest
) -> None:
    case = Case(name)
    called = krmfn(stdin=case.resource_list())
    assert (called.status, called.err) == (0, ""), called
    children = [item for item in items_of(called.out) if "krmfn.dev/owner" in item["metadata"].get("annotations", {})]
    by_name = sorted((without_host_notes(child) for child in children), key=file_name)
    assert by_name == sorted(case.objects(), key=file_name)
    found = documents(called.out)[0].get("results", [])
    if request.config.getoption("--update-golden"):
        case.results.write_text(dump(found))
    assert found == (documents(case.results.read_text()) or [[]])[0]


def test_no_pod_template_of_the_operators_profile_ever_changes():
    """Another template restarts every cluster that was taken over. `make golden` does not rewrite these digests."""
    fixed = json.loads((Path(__file__).parent / "nats_manager_templates.json").read_text())
    found = {
        f"{case}/{file_name(obj)}": hashlib.sha256(
            json.dumps(obj["spec"]["template"], sort_keys=True).encode()
        ).hexdigest()
        for case in CASES
        for obj in Case(case).of_kind("StatefulSet")
        if obj["metadata"]["labels"].get("app.kubernetes.io/managed-by") == "nats-manager"
    }
    assert fixed
    assert {name: found.get(name) for name in fixed} == fixed
