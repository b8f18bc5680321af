"""What other people's judges say about the goldens: nothing, but for the complaints that judges.yaml excuses."""

from __future__ import annotations

import functools
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cluster.judges import JUDGES, Complaint, write_trees
from tests.golden_cases import Case

EXCEPTIONS: dict[str, list[dict[str, Any]]] = yaml.safe_load(Path(__file__).with_name("judges.yaml").read_text())
BROKEN = {
    "kubeconform": ("StatefulSet", "replicas: 3", "replica: 3"),
    "kube-score": ("StatefulSet", "readOnlyRootFilesystem: true", "readOnlyRootFilesystem: false"),
    "kube-linter": (
        "Service",
        "selector:\n    app.kubernetes.io/name: nats\n",
        "selector:\n    app.kubernetes.io/name: gnats\n",
    ),
    "promtool": ("PrometheusRule", "vector(0)", "vectr(0)"),
}
"""Judge -> kind, text in every object of that kind, and the one instead of it, which the judge must notice."""


@functools.cache
def settings(case: str) -> dict[str, Any]:
    config = Case(case).config
    return dict(yaml.safe_load(config.read_text())["spec"]) if config.exists() else {}


def setting(case: str, path: str) -> Any:
    value: Any = settings(case)
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value


def excuses(exception: dict[str, Any], complaint: Complaint) -> bool:
    return (
        exception["rule"] == complaint.rule
        and complaint.kind in exception["kinds"]
        and exception.get("text", "") in complaint.text
        and any(fnmatchcase(complaint.case, pattern) for pattern in exception.get("cases", ("*",)))
        and all(setting(complaint.case, path) == value for path, value in exception.get("set", {}).items())
        and all(setting(complaint.case, path) is None for path in exception.get("unset", ()))
    )


def test_every_judge_has_its_exceptions_and_each_of_them_a_reason() -> None:
    assert set(EXCEPTIONS) == set(JUDGES) == set(BROKEN)
    known = {"rule", "text", "kinds", "cases", "set", "unset", "reason"}
    rows = [row for rows in EXCEPTIONS.values() for row in rows]
    assert all({"rule", "kinds", "reason"} <= set(row) <= known and len(row["reason"]) > 20 for row in rows)


@pytest.mark.parametrize("judge", JUDGES)
def test_a_judge_complains_of_no_golden_but_where_it_is_excused(judge: str, tmp_path: Path) -> None:
    write_trees(tmp_path)
    complaints = JUDGES[judge](tmp_path)
    exceptions = EXCEPTIONS[judge]
    assert [one for one in complaints if not any(excuses(row, one) for row in exceptions)] == []
    assert [row for row in exceptions if not any(excuses(row, one) for one in complaints)] == []


@pytest.mark.parametrize("judge", JUDGES)
def test_a_judge_notices_a_fault(judge: str, tmp_path: Path) -> None:
    write_trees(tmp_path, ["monitored"])
    kind, text, wrong = BROKEN[judge]
    path = tmp_path / "monitored.yaml"
    documents = path.read_text().split("---\n")
    changed = [one.replace(text, wrong) if f"\nkind: {kind}\n" in one else one for one in documents]
    assert changed != documents
    path.write_text("---\n".join(changed))
    assert [one for one in JUDGES[judge](tmp_path) if not any(excuses(row, one) for row in EXCEPTIONS[judge])]
