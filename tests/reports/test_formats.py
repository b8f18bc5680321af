"""Findings in every format of `krmfn check`: what people, editors, GitHub and GitLab read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import jsonschema
import pytest

from krmfn.cli.main import command
from krmfn.cli.table import FINDING_FORMATS
from krmfn.model.codes.catalog import CODES
from krmfn.model.finding import error, info, warning
from krmfn.model.fix import replaced
from krmfn.model.objects import ObjectRef
from krmfn.reports.formats.report import CheckReport, summary
from krmfn.reports.formats.source_text import marked
from krmfn.reports.formats.workflow_commands import command as workflow_command
from krmfn.reports.formats.writers import FORMATS
from krmfn.reports.formats.writers import written as parts
from tests.calls import krmfn
from tests.reports import npm

if TYPE_CHECKING:
    from pathlib import Path

    from krmfn.model.finding import Finding

NATS = """\
apiVersion: operator.kyma-project.io/v1alpha1
kind: NATS
metadata:
  name: shop-nats
  namespace: shop
spec:
  cluster:
    size: 2
  jetStream:
    fileStorage:
      size: 20GB
"""
ONE = ObjectRef("v1", "Service", "shop", "shop-nats")
FILE = "a b/é.yaml"
OTHER = ObjectRef("v1", "ConfigMap", "", "other")


def written(report: CheckReport, form: str) -> str:
    return "".join(parts(report, form))


def some() -> list[Finding]:
    """An error, a warning with the same identity twice, and an info about no object."""
    return [
        error(
            "schema-type",
            '"3" is not a number',
            ("spec", "ports", 0, "port"),
            "3",
            replaced(("spec", "ports", 0, "port"), 3, safe=True),
        ).at(object=ONE, file="a b/é.yaml", line=7),
        warning("duplicate-entry", "twice", ("spec", "ports")).at(object=ONE, file="a b/é.yaml", line=9),
        warning("duplicate-entry", "twice, otherwise", ("spec", "ports")).at(object=ONE, file="a b/é.yaml"),
        info("zone-loss-survived", "all is well"),
    ]


def sarif_schema() -> dict[str, Any]:
    """The schema of SARIF 2.1.0 that Microsoft's matchers for tests carry."""
    return dict(json.loads(npm.script("@microsoft/jest-sarif")))


def test_the_command_line_offers_the_formats_that_there_are():
    assert FINDING_FORMATS == FORMATS


@pytest.mark.parametrize("findings", [some(), []], ids=["some", "none"])
def test_sarif_fits_its_schema_and_has_nothing_empty_but_its_results(findings: list[Finding]):
    log = json.loads(written(CheckReport(findings), "sarif"))
    validator = jsonschema.Draft4Validator(sarif_schema(), format_checker=jsonschema.Draft4Validator.FORMAT_CHECKER)
    assert list(validator.iter_errors(log)) == []
    (run,) = log["runs"]
    assert len(run["results"]) == len(findings)
    assert [place for result in run["results"] for place in empty(result)] == []
    assert (run["tool"]["driver"]["version"], run["tool"]["driver"]["name"]) == ("0.1.0", "krmfn")


def empty(value: Any, path: str = "") -> list[str]:
    """Where a value holds an empty map, list or text."""
    if value in ({}, [], ""):
        return [path]
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [one for key, item in pairs for one in empty(item, f"{path}/{key}")]


def test_sarif_has_a_rule_for_every_code():
    """Also for those that are an error in one place and an info in another."""
    (run,) = json.loads(written(CheckReport([info(code, "m") for code in CODES]), "sarif"))["runs"]
    levels = {rule["id"]: rule["defaultConfiguration"]["level"] for rule in run["tool"]["driver"]["rules"]}
    assert set(levels) == set(CODES)
    assert set(levels.values()) == {"error", "warning", "note"}


def test_sarif_names_rule_place_and_object():
    (run,) = json.loads(written(CheckReport(some()), "sarif"))["runs"]
    rules, first, _, third, last = run["tool"]["driver"]["rules"], *run["results"]
    assert [rule["id"] for rule in rules] == ["duplicate-entry", "schema-type", "zone-loss-survived"]
    assert rules[first["ruleIndex"]]["id"] == first["ruleId"] == "schema-type"
    assert [one["level"] for one in run["results"]] == ["error", "warning", "warning", "note"]
    (location,) = first["locations"]
    assert location["physicalLocation"] == {
        "artifactLocation": {"uri": "a%20b/%C3%A9.yaml"}, "region": {"startLine": 7},
    }  # fmt: skip
    assert location["logicalLocations"] == [
        {"name": "spec.ports[0].port", "fullyQualifiedName": "v1/Service/shop/shop-nats", "kind": "resource"}
    ]
    assert "region" not in third["locations"][0]["physicalLocation"]
    assert "locations" not in last


def test_a_fingerprint_stays_when_lines_and_messages_change_and_is_unlike_all_others():
    prints = fingerprints_of(some())
    assert len(set(prints)) == 4
    moved = [
        one.replace(line=1, file="elsewhere.yaml" if one.object else one.file, message="in other words")
        for one in some()
    ]
    assert fingerprints_of(moved) == prints
    gitlab = [one["fingerprint"] for one in json.loads(written(CheckReport(some()), "gitlab"))]
    assert gitlab == prints


def fingerprints_of(findings: list[Finding]) -> list[str]:
    (run,) = json.loads(written(CheckReport(findings), "sarif"))["runs"]
    return [one["partialFingerprints"]["krmfn/v1"] for one in run["results"]]


def test_gitlab_has_what_code_quality_needs_of_every_finding():
    found = json.loads(written(CheckReport(some()), "gitlab"))
    assert found[0] | {"fingerprint": ""} == {
        "description": 'spec.ports[0].port: "3" is not a number', "check_name": "schema-type", "fingerprint": "",
        "severity": "major", "location": {"path": "a b/é.yaml", "lines": {"begin": 7}},
    }  # fmt: skip
    assert [one["severity"] for one in found] == ["major", "minor", "minor", "info"]
    assert found[3]["location"] == {"path": "standard input", "lines": {"begin": 1}}
    assert written(CheckReport([]), "gitlab") == "[]\n"


def test_github_escapes_what_would_end_a_command():
    finding = error("a-b", "100 %\nx: y").at(file="a,b:c.yaml", line=3)
    assert workflow_command(finding) == "::error file=a%2Cb%3Ac.yaml,line=3,title=a-b::100 %25%0Ax: y"
    hostile = error("a-b", "x").at(file="a\x1b[31m\x07\x9b\u202eé.yaml")
    assert workflow_command(hostile) == "::error file=a\\x1b[31m\\x07\\x9b\\u202eé.yaml,title=a-b::x"
    assert workflow_command(warning("a-b", "m", ("spec", "x"))) == "::warning title=a-b::spec.x: m"
    assert written(CheckReport([info("c", "m")] * 2), "github") == "::notice title=c::m\n" * 2
    assert written(CheckReport([]), "github") == ""


def test_junit_has_a_case_for_each_object_and_fails_those_with_errors():
    suites = ET.fromstring(written(CheckReport(some(), [OTHER, ONE]), "junit"))
    (suite,) = suites
    assert (suite.get("tests"), suite.get("failures")) == ("3", "1")
    other, one, rest = suite
    assert (other.get("name"), list(other)) == ("v1/ConfigMap/other", [])
    assert [child.tag for child in one] == ["failure", "system-out"]
    assert one[0].get("type") == "schema-type"
    assert '"3" is not a number [schema-type]' in str(one[0].text)
    assert str(one[1].text).count("\n") == 1
    assert (rest.get("name"), [child.tag for child in rest]) == ("input", ["system-out"])


def test_junit_fails_warnings_where_they_fail_the_check_and_keeps_control_characters_out():
    findings = [warning("a-b", "bell \x07 & <b>").at(object=ONE)]
    text = written(CheckReport(findings, fails=("error", "warning")), "junit")
    (suite,) = ET.fromstring(text)
    assert suite.get("failures") == "1"
    assert "bell \ufffd & <b>" in str(suite[0][0].text)
    (nothing,) = ET.fromstring(written(CheckReport([]), "junit"))
    assert (nothing.get("tests"), nothing.get("failures")) == ("1", "0")


@pytest.mark.parametrize(
    ("line", "part", "shown"),
    [
        ("    size: 2", "size", ("    size: 2", 10, 1)),
        ("    size: 20GB  # a comment", "size", ("    size: 20GB", 10, 4)),
        ("  - name: x", "name", ("  - name:", 4, 4)),
        ("    - 4222", 0, ("    - 4222", 6, 4)),
        ('  "size": "3"', "size", ('  "size": "3"', 10, 3)),
        ("  password: hunter2", "password", ("  password:", 2, 8)),
        ("  enabled: yes", "enabled", ("  enabled: yes", 11, 3)),
        ("  - hunter2", 0, None),
        ("  {size: 2, password: hunter2}", "size", None),
        ("  size:2", "size", None),
        ("  other: 2", "size", None),
        ("  sizé: 2", "sizé", None),
        ("size:", "size", ("size:", 0, 4)),
    ],
)
def test_an_excerpt_marks_the_value_and_shows_none_that_may_be_a_secret(line: str, part: str | int, shown: object):
    assert marked(line, part) == shown


def test_an_excerpt_of_a_wrong_key_marks_the_key():
    assert marked("  replcas: 3", "replcas", key_only=True) == ("  replcas:", 2, 7)


def test_the_summary_counts():
    assert summary(CheckReport(some())) == "1 error, 2 warnings, 1 info"
    assert summary(CheckReport([])) == "no findings"
    two = [error("a", "m").at(file=name) for name in ("a", "b")]
    assert summary(CheckReport(two)) == "2 errors in 2 files"


def test_text_has_the_line_of_the_source_below_a_finding(tmp_path: Path, capfd: pytest.CaptureFixture[str]):
    (tmp_path / "nats.yaml").write_text(NATS)
    assert command(["check", "-f", str(tmp_path / "nats.yaml")]) == 1
    out, err = capfd.readouterr()
    assert "[even-cluster-size]\n  8 |     size: 2\n    |           ^\n" in out
    assert "\n  11 |       size: 20GB\n     |             ^^^^\n" in out
    assert err == "2 errors; 2 can be fixed by krmfn fix --unsafe-fixes\n"


def test_several_reports_are_written_beside_the_output(tmp_path: Path, capfd: pytest.CaptureFixture[str]):
    (tmp_path / "nats.yaml").write_text(NATS)
    files = {form: tmp_path / f"report.{form}" for form in FORMATS}
    words = [word for form, file in files.items() for word in ("--report", f"{form}={file}")]
    assert command(["check", "-f", str(tmp_path / "nats.yaml"), "-o", "github", *words]) == 1
    out, err = capfd.readouterr()
    assert out == files["github"].read_text()
    assert out.count("::error ") == 2
    assert err == ""
    assert len(json.loads(files["json"].read_text())) == 2
    assert len(json.loads(files["sarif"].read_text())["runs"][0]["results"]) == 2
    assert ET.parse(files["junit"]).getroot()[0].get("failures") == "1"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--report", "sraif=x"], 'unknown format of --report "sraif"; did you mean sarif?'),
        (["--report", "sarif"], "--report sarif names no file; write --report sarif=FILE"),
        (["--report", "sarif="], "--report sarif names no file; write --report sarif=FILE"),
        (["--report", "sarif=x", "--report", "json=x"], "two reports would be written into x"),
    ],
)
def test_a_wrong_report_is_refused_before_anything_is_read(
    words: list[str], said: str, capfd: pytest.CaptureFixture[str]
):
    assert command(["check", "-f", "not-there.yaml", *words]) == 2
    out, err = capfd.readouterr()
    assert out == ""
    assert said in err
    assert "not-there" not in err


def test_a_report_never_replaces_an_input(tmp_path: Path, capfd: pytest.CaptureFixture[str]):
    nats = tmp_path / "nats.yaml"
    nats.write_text(NATS)
    assert command(["check", "-f", str(nats), "--report", f"json={nats}"]) == 1
    assert nats.read_text() == NATS
    assert "[output-file]" in capfd.readouterr().err


def test_fail_on_warning_fails_for_a_warning_only(tmp_path: Path, capfd: pytest.CaptureFixture[str]):
    (tmp_path / "nats.yaml").write_text(NATS.replace("size: 2\n", "size: 1\n").replace("20GB", "20Gi"))
    words = ["check", "-f", str(tmp_path / "nats.yaml"), "--set", "zones=a,b,c", "-o", "json"]
    assert command(words) == 0
    severities = {row["severity"] for row in json.loads(capfd.readouterr().out)}
    assert severities >= {"warning"}
    assert "error" not in severities
    assert command([*words, "--fail-on", "warning"]) == 1


def test_sarif_has_the_edits_of_krmfn_fix(tmp_path, monkeypatch):
    """Whoever makes the replacements of the log gets what `krmfn fix` writes."""
    monkeypatch.chdir(tmp_path)
    text = NATS.replace("size: 2\n", '"sise": "3" # größe\n').replace("\n", "\r\n")
    (tmp_path / "nats.yaml").write_bytes(text.encode())
    called = krmfn("check", "-f", "nats.yaml", "-o", "sarif", cwd=tmp_path)
    log = json.loads(called.out)
    assert list(jsonschema.Draft4Validator(sarif_schema()).iter_errors(log)) == []
    fixes = [fix for result in log["runs"][0]["results"] for fix in result.get("fixes", ())]
    made = ["krmfn fix: rename", "krmfn fix: replace", "krmfn fix --unsafe-fixes: replace"]
    assert [fix["description"]["text"] for fix in fixes] == made
    lines = text.split("\n")
    for fix in reversed(fixes):  # from the end of a line, so that columns stay
        (change,) = fix["artifactChanges"]
        assert change["artifactLocation"]["uri"] == "nats.yaml"
        (replacement,) = change["replacements"]
        region = replacement["deletedRegion"]
        assert region["startLine"] == region["endLine"]
        line = lines[region["startLine"] - 1]
        start, end = region["startColumn"] - 1, region["endColumn"] - 1
        lines[region["startLine"] - 1] = line[:start] + replacement["insertedContent"]["text"] + line[end:]
    assert "\n".join(lines) == text.replace('"sise": "3"', '"size": 3').replace("20GB", "20Gi")
    summary = krmfn("check", "-f", "nats.yaml", cwd=tmp_path).err
    assert summary.endswith("2 can be fixed by krmfn fix; 1 more can be fixed by krmfn fix --unsafe-fixes\n")
