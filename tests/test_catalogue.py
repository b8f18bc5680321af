"""What catalogues, pre-commit and GitHub read about the repository."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import jsonschema
import pytest
import yaml

from krmfn.cli.table import COMMANDS
from tests.calls import ROOT, krmfn

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
