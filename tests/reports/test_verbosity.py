"""`-q` and `-v` of `krmfn check` and `krmfn fix`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from krmfn.model.codes.catalog import CODES
from krmfn.reports.verbosity import NOTHING_TO_DO
from tests.calls import Called, krmfn
from tests.hosts.cli.texts import NATS

if TYPE_CHECKING:
    from pathlib import Path

SURVIVED, ASKS = "[zone-loss-survived]", "[secret-not-among-items]"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A NATS that has an info that asks for nothing, one that asks for something, and no error."""
    path = tmp_path / "nats.yaml"
    path.write_text(NATS + "spec: {cluster: {size: 3}, jetStream: {memStorage: {enabled: false}}}\n")
    return path


def check(path: Path, *words: str) -> Called:
    return krmfn("check", "-f", path, "--set", "zones=a,b,c", "--set", "istio=false", *words)


def test_infos_that_ask_for_nothing_are_those_whose_advice_says_so():
    silent = {code for code, (_, _, advice) in CODES.items() if advice.startswith("Nothing.")}
    assert {code for code in silent if not code.startswith("helm-")} == set(NOTHING_TO_DO)


def test_text_leaves_out_what_asks_for_nothing_and_verbose_prints_it(file: Path):
    ran, all_of_it = check(file), check(file, "-v")
    assert (SURVIVED in ran.out, ASKS in ran.out) == (False, True)
    assert ran.err.endswith("; -v shows 3 more infos\n")
    assert (SURVIVED in all_of_it.out, ASKS in all_of_it.out) == (True, True)
    assert "-v shows" not in all_of_it.err
    assert (ran.status, all_of_it.status) == (0, 0)


def test_other_formats_have_every_finding(file: Path):
    codes = {row["code"] for row in json.loads(check(file, "-o", "json").out)}
    assert {"zone-loss-survived", "secret-not-among-items"} <= codes


def test_quiet_prints_errors_only(file: Path):
    ran = check(file, "-q")
    assert (ran.status, ran.out, ran.err) == (0, "", "")
    assert check(file, "-q", "-o", "json").out == "[]\n"
    file.write_text(file.read_text().replace("size: 3", "size: 2"))
    ran = check(file, "-q")
    assert (ran.status, ran.err) == (1, "")
    assert ": error: spec.cluster.size" in ran.out
    assert {line.partition(": ")[2].partition(":")[0] for line in ran.out.splitlines() if "[" in line} == {"error"}
    fixed = krmfn("fix", "-f", file, "-q", "--unsafe-fixes")
    assert (fixed.status, fixed.out, fixed.err) == (0, "", "")
    assert "size: 3" in file.read_text()


def test_reports_have_every_finding_with_quiet_too(file: Path, tmp_path: Path):
    check(file, "-q", "--report", f"json={tmp_path / 'all.json'}")
    assert "zone-loss-survived" in (tmp_path / "all.json").read_text()


def test_render_prints_as_check_does_what_asks_for_something(file: Path, tmp_path: Path):
    words = ("render", "-f", file, "--set", "zones=a,b,c", "--set", "istio=false")
    ran, all_of_it, quiet = krmfn(*words), krmfn(*words, "-v"), krmfn(*words, "-q")
    assert (ran.status, ran.out) == (all_of_it.status, all_of_it.out) == (quiet.status, quiet.out)
    assert (SURVIVED in ran.err, ASKS in ran.err, "-v shows" in ran.err) == (False, True, True)
    assert (SURVIVED in all_of_it.err, ASKS in all_of_it.err, "-v shows" in all_of_it.err) == (True, True, False)
    hidden = len(all_of_it.err.splitlines()) - len(ran.err.splitlines()) + 1
    assert ran.err.endswith(f"\n{hidden} infos hidden; -v shows them\n")
    assert quiet.err == ""
    assert krmfn(*words, "-q", "--output-dir", tmp_path / "out").err == ""


def test_render_of_a_fleet_counts_what_asks_for_nothing(file: Path, tmp_path: Path):
    many = tmp_path / "fleet"
    many.mkdir()
    for number in range(12):
        (many / f"{number}.yaml").write_text(file.read_text().replace("name: ", f"name: n{number}-", 1))
    words = ("render", "-f", many, "--set", "zones=a,b,c", "--set", "istio=false", "--jobs", "2")
    ran, all_of_it, quiet = krmfn(*words), krmfn(*words, "-v"), krmfn(*words, "-q")
    assert (ran.status, ran.out) == (all_of_it.status, all_of_it.out) == (quiet.status, quiet.out)
    assert ran.out.count("kind: StatefulSet") == 12
    assert (SURVIVED in ran.err, ASKS in ran.err, SURVIVED in all_of_it.err, quiet.err) == (False, True, True, "")
    codes = {line.rpartition("[")[2] for line in all_of_it.err.splitlines() if "more finding" not in line}
    shown = {line.rpartition("[")[2] for line in ran.err.splitlines() if line.endswith("]")}
    assert ran.err.endswith(f"\n{12 * len(codes - shown)} infos hidden; -v shows them\n")


def test_quiet_and_verbose_contradict_each_other(file: Path):
    ran = check(file, "-q", "-v")
    assert ran.status == 2
    assert ran.err.startswith("error: -q and -v contradict each other; write one of them")
