"""How settings reach krmfn through the real kpt, and what a user of kpt gets to read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
import yaml

from tests.calls import krmfn
from tests.clients.packages import CHILDREN, HOME, KPT, QUIET, SECRET_FREE, Package, cr, kpt, named, step_config

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(KPT is None, reason="kpt is not on PATH")


def test_a_label_without_quotes_that_readers_read_differently_is_refused_with_its_line(quickstart: Package) -> None:
    (quickstart.folder / "nats.yaml").write_text(cr(spec="  labels:\n    team: shop\n    debug: off\n"))
    done = quickstart.render()
    said = done.stdout + done.stderr
    assert done.returncode == 1
    assert "nats.yaml:9: " in said
    assert "ambiguous-scalar" in said


def test_an_invalid_cr_shows_our_message_and_writes_nothing(quickstart: Package) -> None:
    quickstart.rendered()
    (quickstart.folder / "nats.yaml").write_text(cr(spec="  cluster:\n    size: 4\n"))
    before = quickstart.files()
    done = quickstart.render()
    said = done.stdout + done.stderr
    assert done.returncode == 1
    assert "nats.yaml:8: " in said
    assert "size only accepts odd numbers" in said
    assert quickstart.files() == before


CR_HEAD = "apiVersion: operator.kyma-project.io/v1alpha1\nkind: NATS\nmetadata:\n  name: nats\n"
EVEN = "spec:\n  cluster:\n    size: 4\n"
OTHER = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: other\ndata:\n  text: |\n    one\n    two\n"
LAYOUTS = {
    "plain": CR_HEAD + EVEN,
    "comments": "# one\n# two\n" + CR_HEAD + "# three\n" + EVEN.replace("  cluster", "  # four\n  cluster"),
    "annotations": CR_HEAD + "  annotations:\n    b.example/c: d\n    a.example/x: 'y'\n" + EVEN,
    "annotations first": CR_HEAD.replace("  name:", "  annotations:\n    a: b\n  name:") + EVEN,
    "spec first": EVEN + CR_HEAD,
    "second document": OTHER + "---\n" + CR_HEAD + EVEN,
    "second document after comments": "# top\n" + OTHER + "# end\n---\n# next\n" + CR_HEAD + EVEN,
    "second document after annotations": OTHER.replace("  name", "  annotations:\n    a: b\n  name")
    + "---\n"
    + CR_HEAD
    + EVEN,
    "labels and namespace": CR_HEAD + "  namespace: shop\n  labels:\n    a: b\n" + EVEN,
    "flow": CR_HEAD + "spec:\n  logging: {debug: true}\n  cluster: {size: 4}\n",
}


@pytest.mark.parametrize("text", LAYOUTS.values(), ids=LAYOUTS)
def test_a_message_names_the_line_of_the_file_that_the_user_wrote(text: str, tmp_path: Path) -> None:
    package = Package(tmp_path, {"nats.yaml": text}, QUIET)
    done = package.render("--truncate-output=false")
    expected = next(number for number, line in enumerate(text.split("\n"), 1) if "size: 4" in line)
    said = done.stdout + done.stderr
    assert f"nats.yaml:{expected}: " in said, said


def test_a_misspelled_key_of_the_configuration_names_the_right_one(quickstart: Package) -> None:
    quickstart.write_kptfile(step_config(zoneSpred="off"))
    done = quickstart.render()
    assert done.returncode == 1
    assert "zoneSpread" in done.stdout + done.stderr
    assert set(quickstart.files()) == {"nats.yaml"}


@pytest.mark.parametrize("block", ["selectors", "exclude"])
def test_selectors_that_hide_items_earn_a_warning_and_prune_nothing(quickstart: Package, block: str) -> None:
    quickstart.write_kptfile(step_config(**{**SECRET_FREE, "istio": "true"}))
    quickstart.rendered()
    before = quickstart.files()
    entry = "        - kind: NATS\n" if block == "selectors" else "        - kind: DestinationRule\n"
    quickstart.write_kptfile(f"{QUIET}      {block}:\n{entry}")
    done = quickstart.render()
    said = done.stdout + done.stderr
    assert "remove selectors and exclude" in said
    assert set(before).issubset(quickstart.files())


def test_the_configuration_may_be_a_file_of_the_package(quickstart: Package) -> None:
    config = (
        "apiVersion: fn.krmfn.dev/v1alpha1\nkind: RenderNATS\nmetadata:\n  name: render\n  annotations:\n"
        "    config.kubernetes.io/local-config: 'true'\n"
        "spec:\n  zones: [a, b, c]\n  secretMode: none # a try-out\n  istio: true\n"
    )
    (quickstart.folder / "render.yaml").write_text(config)
    quickstart.write_kptfile("      configPath: render.yaml\n")
    quickstart.rendered()
    assert f"{HOME}/destinationrule-eventing-nats.yaml" in quickstart.files()
    constraints = named(quickstart, "StatefulSet")["eventing-nats"]["spec"]["template"]["spec"]
    assert constraints["topologySpreadConstraints"][0]["maxSkew"] == 1
    again = quickstart.files()
    quickstart.rendered()
    assert quickstart.files() == again


def test_mode_validate_writes_nothing(quickstart: Package) -> None:
    quickstart.write_kptfile(step_config(**SECRET_FREE, mode="validate"))
    quickstart.rendered()
    assert quickstart.files() == {"nats.yaml": cr()}


@pytest.mark.parametrize("config", ["apiVersion: v1\nkind: Secret", "apiVersion: apps/v1\nkind: Deployment"])
def test_a_configuration_of_another_kind_is_refused_with_the_kinds_that_are_taken(
    config: str, quickstart: Package
) -> None:
    (quickstart.folder / "config.yaml").write_text(f"{config}\nmetadata:\n  name: c\n")
    quickstart.write_kptfile("      configPath: config.yaml\n")
    done = quickstart.render("--truncate-output=false")
    said = done.stdout + done.stderr
    assert done.returncode == 1
    assert "[unknown-function-config]" in said
    assert "RenderNATS" in said


def test_the_cr_itself_may_be_the_configuration(quickstart: Package) -> None:
    quickstart.write_kptfile("      configPath: nats.yaml\n")
    quickstart.rendered()
    assert set(quickstart.files()) == {"nats.yaml", *CHILDREN}


def test_two_crs_that_want_one_object_are_an_error_that_names_both(quickstart: Package) -> None:
    (quickstart.folder / "two.yaml").write_text(cr(name="shop") + "---\n" + cr(name="shop-nats"))
    done = quickstart.render("--truncate-output=false")
    said = done.stdout + done.stderr
    assert done.returncode == 1
    assert "[child-collision]" in said
    assert set(quickstart.files()) == {"nats.yaml", "two.yaml"}


def test_eval_takes_its_settings_from_the_command_line(quickstart: Package) -> None:
    step = str(quickstart.exec_file)
    done = kpt("fn", "eval", str(quickstart.folder), "--exec", step, "--", "zones=a,b,c", "secretMode=none")
    assert done.returncode == 0, done.stdout + done.stderr
    spec = named(quickstart, "StatefulSet")["eventing-nats"]["spec"]["template"]["spec"]
    assert "topologySpreadConstraints" in spec
    first = quickstart.files()
    kpt("fn", "eval", str(quickstart.folder), "--exec", step, "--", "secretMode=none", "zones=a,b,c")
    assert quickstart.files() == first


def test_kpt_saves_our_results_with_file_code_and_line(quickstart: Package, tmp_path: Path) -> None:
    (quickstart.folder / "nats.yaml").write_text(cr(spec="  cluster:\n    size: 2\n"))
    quickstart.render("--results-dir", str(tmp_path / "results"))
    saved = yaml.safe_load((tmp_path / "results" / "results.yaml").read_text())
    (result,) = [r for item in saved["items"] for r in item["results"] if r["severity"] == "error"]
    assert result["file"] == {"path": "nats.yaml"} or result["file"] == {"path": "nats.yaml", "index": 0}
    assert result["tags"] == {"code": "even-cluster-size", "line": "8"}
    assert result["field"]["path"] == "spec.cluster.size"
    assert json.dumps(result["field"]["proposedValue"]) in ("3", '"3"')


def test_help_is_what_kpt_fn_doc_shows_and_needs_no_input(tmp_path: Path) -> None:
    called = krmfn("--help", cwd=tmp_path)
    assert (called.status, called.err) == (0, "")
    assert "functionConfig" in called.out
