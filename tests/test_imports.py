"""Python's start is the cost of a function: the usual run imports a known few modules and makes few calls."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from krmfn.hosts.function import transform
from tests.calls import ROOT, plain_environment
from tests.effort import calls_of, functions_of
from tests.faults.lists import CONFIG_MAP, CR, HEAD, SMALL
from tests.hosts.cli.texts import NATS

if TYPE_CHECKING:
    from pathlib import Path

EXPENSIVE = (
    "pydantic", "jsonschema", "ruamel", "argparse", "re", "typing", "dataclasses", "enum", "json", "yaml",
    "collections", "functools", "decimal", "datetime", "logging", "pathlib", "inspect", "importlib.metadata",
    "subprocess", "tempfile",
)  # fmt: skip
ALLOWED = {"__future__", "gc"}
"""Modules beyond those of an interpreter that does nothing: what costs next to nothing."""
OF_FILES = {"stat", "_stat", "os", "os.path", "posixpath", "genericpath", "_collections_abc", "select"}
"""Beyond those: what a command needs that reads files."""
START = "import sys; sys.path.insert(0, {root!r}); from krmfn.__main__ import main"
LAUNCH = START + "; status = main(); {then}; sys.exit(status)"
LIST_MODULES = "sys.stderr.write(' '.join(sys.modules))"


def command(then: str = "pass") -> list[str]:
    return [sys.executable, "-I", "-S", "-c", LAUNCH.format(root=str(ROOT), then=then)]


def modules(arguments: list[str], data: str) -> set[str]:
    done = subprocess.run(arguments, input=data, capture_output=True, text=True, check=False, env=plain_environment())
    assert done.returncode == 0, done.stderr
    return set(done.stderr.split())


def bare_modules() -> set[str]:
    return modules([sys.executable, "-I", "-S", "-c", f"import sys; {LIST_MODULES}"], "")


RENDERED = "functionConfig:\n  apiVersion: v1\n  kind: ConfigMap\n  metadata:\n    name: c\n  data:\n    zones: a,b,c\n"


@pytest.mark.parametrize("config", ["", RENDERED], ids=["no config", "a ConfigMap"])
def test_a_plain_cr_imports_nothing_beyond_the_allowed_modules(config: str) -> None:
    new = modules(command(LIST_MODULES), SMALL + config) - bare_modules()
    foreign = {name for name in new if name.partition(".")[0] != "krmfn"}
    assert not foreign.intersection(EXPENSIVE)
    assert foreign <= ALLOWED


def test_the_slow_reader_and_the_models_stay_out_of_a_plain_run() -> None:
    new = modules(command(LIST_MODULES), SMALL)
    assert "krmfn.manifests.expand" in new
    slow = {
        "krmfn.goyaml.full_reader",
        "krmfn.resourcelist.full_locator",
        "krmfn.api.explain",
        "krmfn.api.nats",
        "krmfn.cli.main",
    }
    assert not new.intersection(slow)
    assert not {"krmfn.topology.layout", "krmfn.topology.placement"}.intersection(new)  # no zones are known


def test_final_objects_are_not_checked_by_a_function_that_renders() -> None:
    new = modules(command(LIST_MODULES), SMALL)
    assert not {name for name in new if name.startswith("krmfn.checks")}


def test_a_list_without_a_cr_does_not_even_build_children() -> None:
    text = HEAD + CONFIG_MAP.format(name="c")
    assert not modules(command(LIST_MODULES), text).intersection({"pydantic", "yaml", "krmfn.goyaml.full_reader"})


@pytest.mark.parametrize("words", [["render"], ["render", "-R"], ["check"]])
def test_a_command_on_one_cr_imports_what_finds_files_and_no_more(words: list[str], tmp_path: Path) -> None:
    """Modules of the standard library such as argparse and re would be a quarter of the whole run."""
    (tmp_path / "nats.yaml").write_text(NATS)
    list_modules = command(f"sys.stderr.write(' MODULES '); {LIST_MODULES}")
    done = subprocess.run(
        [*list_modules, *words, "-f", tmp_path, "--set", "zones=a,b,c"],
        capture_output=True,
        text=True,
        check=True,
        env=plain_environment(),
    )
    new = set(done.stderr.partition(" MODULES ")[2].split()) - bare_modules()
    assert "krmfn.manifests.expand" in new
    assert {name for name in new if name.partition(".")[0] != "krmfn"} <= ALLOWED | OF_FILES


def test_where_a_fix_stands_is_found_without_a_yaml_parser(tmp_path: Path) -> None:
    """The summary of `check` says how many findings `krmfn fix` would fix."""
    (tmp_path / "nats.yaml").write_text(NATS + "spec:\n  cluster:\n    sise: 3\n")
    list_modules = command(f"sys.stderr.write(' MODULES '); {LIST_MODULES}")
    done = subprocess.run(
        [*list_modules, "check", "-f", tmp_path], capture_output=True, text=True, check=False, env=plain_environment()
    )
    said, _, listed = done.stderr.partition(" MODULES ")
    assert done.returncode == 1
    assert "1 can be fixed by krmfn fix" in said
    assert not set(listed.split()).intersection({"yaml", "json", "re", "pydantic"})


def test_a_diff_of_two_sizes_does_not_import_the_rules_of_keys_that_are_not_set(tmp_path: Path) -> None:
    old, new = tmp_path / "old.yaml", tmp_path / "new.yaml"
    old.write_text(NATS)
    new.write_text(NATS + "spec:\n  cluster:\n    size: 5\n")
    list_modules = command(f"sys.stderr.write(' MODULES '); {LIST_MODULES}")
    done = subprocess.run(
        [*list_modules, "diff", old, new], capture_output=True, text=True, check=False, env=plain_environment()
    )
    imported = set(done.stderr.partition(" MODULES ")[2].split())
    assert done.returncode == 1
    assert "krmfn.changes.server_configuration" in imported
    of_keys = {f"krmfn.natsconf.{name}" for name in ("overrides", "shapes", "formats")}
    assert not imported & (of_keys | {"krmfn.rendering.manual_fields"})
    of_other_changes = {f"krmfn.changes.{name}" for name in ("budgets", "policies", "rollout", "zone_rule")}
    of_zones = {"krmfn.topology.layout", "krmfn.topology.placement", "krmfn.topology.scheduler"}
    of_output = {"krmfn.goyaml.emitter", "krmfn.rendering.pipeline", "krmfn.resourcelist.resource_list"}
    assert not imported & (of_other_changes | of_zones | of_output)


def test_importing_the_package_imports_nothing_else() -> None:
    start = f"import sys; sys.path.insert(0, {str(ROOT)!r}); import krmfn; {LIST_MODULES}"
    new = modules([sys.executable, "-I", "-S", "-c", start], "") - bare_modules()
    assert new == {"krmfn", "__future__"}


@pytest.mark.parametrize(
    "more",
    [
        "  status:\n    state: Ready\n",
        "  # a comment\n",
        "    # another\n    jetStream:\n      memStorage:\n        size: 2Gi\n",
    ],
)
def test_usual_text_stays_on_the_fast_path(more: str) -> None:
    new = modules(command(LIST_MODULES), HEAD + CR + more)
    assert "yaml" not in new
    assert "pydantic" not in new


def test_one_cr_costs_few_calls() -> None:
    """`make bench` has the same as times; calls are the same on every machine."""
    transform(SMALL)  # what is made once
    assert calls_of(lambda: transform(SMALL)) < 7_000


def test_a_list_that_was_rendered_before_crosses_few_modules_and_each_item_is_parsed_once() -> None:
    """A CR and its ten children. The first edition crossed 68 modules for a CR and six."""
    text = transform(HEAD + CR)[0]
    entered = functions_of(lambda: transform(text), "krmfn")
    assert len({module for module, _ in entered}) <= 56
    assert entered["krmfn.goyaml.reader", "read"] == text.count("\n- apiVersion") == 11


def test_a_foreign_item_costs_a_dozen_calls_however_many_there_are() -> None:
    def calls(items: int) -> int:
        text = HEAD + "".join(CONFIG_MAP.format(name=f"c{number}") for number in range(items))
        return calls_of(lambda: transform(text))

    assert calls(10_000) - calls(100) < 15 * 9_900


@pytest.mark.parametrize(
    "wrong",
    [
        f"{NATS}spec:\n  replicas: 3\n  cluster:\n    size: 4\n",
        f"{NATS}spec:\n  logging:\n    debug: 'yes'\n  jetStream:\n    fileStorage:\n      size: 10GB\n",
        NATS.replace("name: ", "name: Upper-"),
    ],
    ids=["unknown field, even size", "type, size", "name"],
)
def test_an_error_is_told_without_the_models(wrong: str, tmp_path: Path) -> None:
    (tmp_path / "nats.yaml").write_text(wrong)
    list_modules = command(f"sys.stderr.write(' MODULES '); {LIST_MODULES}")
    done = subprocess.run(
        [*list_modules, "render", "-f", tmp_path], capture_output=True, text=True, check=False, env=plain_environment()
    )
    assert done.returncode == 1
    said, _, listed = done.stderr.partition(" MODULES ")
    assert "error" in said
    assert not {"pydantic", "yaml", "krmfn.api.validation"}.intersection(listed.split())
