"""What catalogues, pre-commit and GitHub read about the repository."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import jsonschema
import pytest
import yaml

from krmfn.cli.table import COMMANDS
from tests.calls import ROOT, krmfn
from tools.annotate import command

if TYPE_CHECKING:
    from pathlib import Path


def loaded(name: str) -> dict:
    return yaml.safe_load((ROOT / name).read_text())


def test_the_function_definition_holds_the_schema_of_rendernats():
    spec = loaded("schemas/krmfunctiondefinition.yaml")["spec"]
    (version,) = spec["versions"]
    assert f"{spec['group']}/{version['name']}" == "fn.krmfn.dev/v1alpha1"
    schema = version["schema"]["openAPIV3Schema"]
    jsonschema.validate(yaml.safe_load((ROOT / "examples/plain/render.yaml").read_text()), schema)
    for example in version["examples"]:
        assert (ROOT / example).is_dir()


def test_the_catalogue_entry_names_examples_that_are_there():
    entry = loaded("metadata.yaml")
    assert {"image", "description", "tags", "license"} <= set(entry)
    assert all((ROOT / folder).is_dir() for folder in entry["examplePackageURLs"])


@pytest.mark.parametrize("hook", loaded(".pre-commit-hooks.yaml"), ids=lambda hook: hook["id"])
def test_a_hook_calls_a_command_that_there_is(hook: dict):
    name, subcommand, *_ = hook["entry"].split()
    assert name == "krmfn"
    assert subcommand in COMMANDS


def test_the_check_hook_fails_on_a_wrong_file_and_passes_a_right_one(tmp_path: Path):
    (hook,) = (hook for hook in loaded(".pre-commit-hooks.yaml") if hook["id"] == "krmfn-check")
    words = hook["entry"].split()[1:]
    right = (ROOT / "examples/plain/nats.yaml").read_text()
    (tmp_path / "nats.yaml").write_text(right)
    assert re.search(hook["files"], "clusters/nats.yaml")
    assert krmfn(*words, tmp_path / "nats.yaml").status == 0
    (tmp_path / "nats.yaml").write_text(right.replace("size: 3", "size: 4"))
    assert krmfn(*words, tmp_path / "nats.yaml").status == 1


def test_an_annotation_escapes_what_would_end_it():
    finding = {
        "severity": "error", "code": "a-b", "message": "100 %\nx: y", "field": "", "file": "a,b:c.yaml", "line": 3,
    }  # fmt: skip
    assert command(finding) == "::error file=a%2Cb%3Ac.yaml,line=3,title=a-b::100 %25%0Ax: y"
    bare = {"severity": "warning", "code": "a-b", "message": "m", "field": "spec.x", "file": None, "line": None}
    assert command(bare) == "::warning title=a-b::spec.x: m"


def test_findings_on_standard_input_become_one_line_each():
    findings = [{"severity": "info", "code": "c", "message": "m"}] * 2
    done = subprocess.run(
        [sys.executable, str(ROOT / "tools/annotate.py")],
        input=json.dumps(findings), capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout == "::notice title=c::m\n" * 2
