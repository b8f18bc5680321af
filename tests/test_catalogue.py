"""What catalogues, pre-commit and GitHub read about the repository."""

from __future__ import annotations

import functools
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
import yaml

from tests.calls import ROOT


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


def hook(name: str) -> dict:
    (found,) = (one for one in loaded(".pre-commit-hooks.yaml") if one["id"] == name)
    return found


def ran(entry: str, *files: Path | str, where: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """The entry of a hook with file names behind it, as pre-commit runs it in the hook's environment."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        [*shlex.split(entry), *files],
        cwd=where,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("output", [("--output-dir", "out"), ("--output-dir=out",)])
def test_the_render_hook_fails_until_what_is_rendered_is_in_the_commit(output: tuple[str, ...], tmp_path: Path):
    entry = hook("krmfn-render")["entry"]
    source = ROOT / "examples/plain/nats.yaml"
    git = functools.partial(subprocess.run, cwd=tmp_path, check=True, stdout=subprocess.DEVNULL)
    git(["git", "init", "-q"])
    done = ran(entry, "-f", source, *output, where=tmp_path)
    assert (done.returncode, "[not-current]" in done.stderr) == (1, True), done
    done = ran(entry, "-f", source, *output, where=tmp_path)
    assert (done.returncode, "out/kustomization.yaml" in done.stdout) == (1, True), done
    git(["git", "add", "out"])
    done = ran(entry, "-f", source, *output, where=tmp_path)
    assert (done.returncode, done.stdout) == (0, ""), done


def test_the_check_hook_reads_every_file_and_fails_on_a_wrong_one(tmp_path: Path):
    entry = hook("krmfn-check")["entry"]
    right = (ROOT / "examples/plain/nats.yaml").read_text()
    one, other = tmp_path / "nats.yaml", tmp_path / "nats of b.yaml"
    one.write_text(right)
    other.write_text(right.replace("name: orders-nats", "name: other-nats"))
    done = ran(entry, one, other)
    assert (done.returncode, "2 NATS checked" in done.stderr) == (0, True), done.stderr
    other.write_text(right.replace("size: 3", "size: 4"))
    assert ran(entry, one, other).returncode == 1
    assert ran(entry, one).returncode == 0


def test_the_fix_hook_fixes_the_files_of_a_commit(tmp_path: Path):
    one, check = hook("krmfn-fix"), hook("krmfn-check")
    assert all(one[key] == check[key] for key in ("types", "files", "exclude", "require_serial"))
    right = (ROOT / "examples/plain/nats.yaml").read_text()
    files = tmp_path / "nats.yaml", tmp_path / "nats of b.yaml"
    files[0].write_text(right)
    files[1].write_text(right.replace("orders-nats", "other-nats").replace("size: 3", "sise: 3"))
    assert ran(one["entry"], *files).returncode == 0
    assert files[0].read_text() == right
    assert files[1].read_text() == right.replace("orders-nats", "other-nats")


def test_the_check_hook_takes_files_of_nats_and_leaves_out_what_is_rendered():
    one = hook("krmfn-check")

    def takes(path: str) -> bool:
        return bool(re.search(one["files"], path)) and not re.search(one["exclude"], path)

    assert takes("clusters/nats.yaml")
    assert takes("clusters/eu/orders-nats.yml")
    rendered = {path.name for path in (ROOT / "tests/golden").glob("*/expected/*.yaml")}
    assert len(rendered) > 50
    assert [name for name in sorted(rendered) if takes(f"rendered/{name}")] == []
