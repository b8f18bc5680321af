"""What catalogues, pre-commit and GitHub read about the repository."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
import yaml

from krmfn.hosts.cli.commands import COMMANDS
from tests.calls import ROOT, krmfn
from tools.annotate import command


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


def steps() -> dict[str, dict]:
    return {step["name"]: step for step in loaded("action.yml")["runs"]["steps"]}


def test_the_scripts_of_the_action_are_shell_without_a_place_to_inject():
    for step in steps().values():
        assert subprocess.run(["bash", "-n"], input=step["run"], text=True, check=False).returncode == 0
        assert set(re.findall(r"\$\{\{ *([a-z._-]+) *\}\}", step["run"])) <= {"github.action_path"}


def test_the_action_checks_renders_and_tells_whether_files_changed(tmp_path: Path):
    repository, outputs = tmp_path / "repository", tmp_path / "outputs"
    repository.mkdir()
    for name in ("nats.yaml", "render.yaml"):
        (repository / name).write_text((ROOT / "examples/plain" / name).read_text())
    git = ["git", "-c", "user.name=t", "-c", "user.email=t@example.com"]
    environment = {
        **os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "RUNNER_TEMP": str(tmp_path),
        "GITHUB_OUTPUT": str(outputs), "TARGET": "nats.yaml", "CONFIG": "render.yaml", "OUTPUT": "rendered",
    }  # fmt: skip

    def act(name: str) -> subprocess.CompletedProcess[str]:
        script = steps()[name]["run"].replace("${{ github.action_path }}", str(ROOT))
        return subprocess.run(
            ["bash", "-eo", "pipefail", "-c", script],
            cwd=repository, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip

    subprocess.run([*git, "init", "-q"], cwd=repository, check=True)
    subprocess.run([*git, "add", "."], cwd=repository, check=True)
    subprocess.run([*git, "commit", "-qm", "source"], cwd=repository, check=True)
    checked = act("Check")
    assert checked.returncode == 0, checked.stderr
    assert "::notice file=nats.yaml,line=" in checked.stdout
    done = act("Render")
    assert done.returncode == 0, done.stderr
    assert outputs.read_text() == "changed=true\n"
    assert "+kind: StatefulSet" in (tmp_path / "krmfn.diff").read_text()
    subprocess.run([*git, "add", "."], cwd=repository, check=True)
    subprocess.run([*git, "commit", "-qm", "rendered"], cwd=repository, check=True)
    outputs.write_text("")
    assert act("Render").returncode == 0
    assert outputs.read_text() == "changed=false\n"
    file = repository / "nats.yaml"
    file.write_text(file.read_text().replace("size: 3", "size: 4"))
    wrong = act("Check")
    assert wrong.returncode == 1
    assert "::error file=nats.yaml,line=8,title=even-cluster-size::spec.cluster.size: " in wrong.stdout


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
