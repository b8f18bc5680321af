"""`krmfn check`: findings are its data."""

from __future__ import annotations

import json

from krmfn.cli.commands import check
from krmfn.rendering.pipeline import render_input
from tests.hosts.cli.texts import NATS

KEYS = ["severity", "code", "message", "object", "field", "file", "line", "proposed", "fix"]


def test_no_finding_is_silence_and_a_line_on_standard_error(run, write, monkeypatch):
    """Every CR has a finding about its zones today; what is promised without one must hold all the same."""

    def without_findings(*arguments):
        result = render_input(*arguments)
        result.findings.clear()
        return result

    monkeypatch.setattr(check, "render_input", without_findings)
    path = write("a.yaml", NATS + "spec: {cluster: {size: 3}}\n")
    ran = run("check", "-f", path)
    assert (ran.status, ran.out, ran.err) == (0, "", "1 NATS checked, no findings\n")
    ran = run("check", "-f", path, "-o", "json")
    assert (ran.status, ran.out, ran.err) == (0, "[]\n", "")


def test_text_has_place_severity_field_message_and_code(run, write):
    ran = run("check", "-f", write("a.yaml", NATS + "spec: {cluster: {size: 2}}\n"))
    assert ran.status == 1
    assert ran.err == "1 error; 1 can be fixed by krmfn fix --unsafe-fixes\n"
    assert ran.out.endswith(
        "a.yaml:6: error: spec.cluster.size: 2 is even, and size only accepts odd numbers; use 3 or 5"
        " [even-cluster-size]\n"
    )


def test_json_has_the_promised_keys_in_their_order(run, write):
    ran = run("check", "-f", write("a.yaml", NATS + "spec:\n  cluster:\n    size: 2\n"), "-o", "json")
    (row,) = json.loads(ran.out)
    assert list(row) == KEYS
    assert (row["line"], row["field"], row["proposed"]) == (8, "spec.cluster.size", 3)
    assert row["fix"] == {"operation": "replace", "field": "spec.cluster.size", "value": 3, "safe": False}
    expected = {"kind": "NATS", "namespace": "shop", "name": "shop-nats"}
    assert row["object"] == {"apiVersion": "operator.kyma-project.io/v1alpha1", **expected}


def test_what_is_not_known_is_null(run, write):
    files = [write(name, '{"apiVersion": "v1", "kind": "X"}') for name in ("a.json", "b.json")]
    (row,) = json.loads(run("check", "-f", files[0], "-f", files[1], "-o", "json").out)
    assert row["code"] == "no-nats-cr"
    assert [row[key] for key in ("object", "field", "file", "line", "proposed")] == [None] * 5


def test_all_faults_of_all_files_come_in_one_run(run, shared):
    cases = sorted((shared / "parity/invalid").glob("*/nats.yaml"))
    ran = run("check", *(word for case in cases for word in ("-f", case)), "-o", "json")
    rows = json.loads(ran.out)
    errors = [row["severity"] == "error" for row in rows]
    assert errors == sorted(errors, reverse=True)
    files = [row["file"] for row in rows if row["severity"] == "error"]
    assert files == sorted(files)
    provider = {str(path) for path in cases if "alicloud" in path.parent.name}
    assert {str(path) for path in cases} - provider <= set(files)


def test_warnings_alone_are_no_failure(run, write):
    ran = run("check", "-f", write("a.yaml", NATS))
    assert ran.status == 0
    assert "warning" in ran.out


def test_what_is_wrong_beside_a_fault_of_the_schema_comes_in_the_same_run(run, write):
    """A wrong type here hides no wrong value there, and what is left out for a wrong field is told of no other."""
    spec = (
        "spec:\n  cluster: {sise: 3}\n"
        "  jetStream:\n    fileStorage: {size: 20GB, storageClassName: Fast_ssd}\n    memStorage: {enabled: 'yes'}\n"
        "  labels: {'a b': c}\n"
        "  resources:\n    limits: {cpu: 100m, memory: 1Gb}\n    requests: {cpu: 2, memory: 64Mi}\n"
    )
    rows = json.loads(run("check", "-f", write("a.yaml", NATS + spec), "-o", "json").out)
    found = {(row["code"], row["field"]) for row in rows if row["severity"] == "error"}
    assert found == {
        ("unknown-field", "spec.cluster.sise"),
        ("pattern-mismatch", "spec.jetStream.fileStorage.size"),
        ("storage-class-name", "spec.jetStream.fileStorage.storageClassName"),
        ("wrong-type", "spec.jetStream.memStorage.enabled"),
        ("label-key", "spec.labels.a b"),
        ("pattern-mismatch", "spec.resources.limits.memory"),
        ("request-above-limit", "spec.resources.requests.cpu"),
    }
    assert {row["line"] for row in rows if row["code"] == "request-above-limit"} == {14}


def test_a_name_that_is_wrong_hides_no_fault_of_the_spec(run, write):
    text = NATS.replace("shop-nats", "Shop_nats") + "spec: {labels: {'a b': c}}\n"
    rows = json.loads(run("check", "-f", write("a.yaml", text), "-o", "json").out)
    assert [row["code"] for row in rows if row["severity"] == "error"] == ["invalid-name", "label-key"]
