"""docs/explanation/fleets-on-paper.md: every result follows from its inputs, and some inputs from a render."""

from __future__ import annotations

import re

import pytest

import krmfn
from tests.calls import ROOT

TEXT = (ROOT / "docs" / "explanation" / "fleets-on-paper.md").read_text(encoding="utf-8")
INPUTS = {name: float(value) for name, value in re.findall(r"^\| `(\w+)` \| ([\d.]+) \| ", TEXT, re.MULTILINE)}
RESULTS = re.findall(r"^\| ([^`|]+) \| ([\d.,]+) \| `([^`|]+)` \|$", TEXT, re.MULTILINE)


def test_the_page_has_inputs_and_results():
    assert len(INPUTS) == 16
    assert len(RESULTS) == 17
    assert {name for _, _, formula in RESULTS for name in re.findall(r"[a-z_]{4,}", formula)} == set(INPUTS)


@pytest.mark.parametrize(("what", "said", "formula"), RESULTS, ids=[what for what, _, _ in RESULTS])
def test_a_result_follows_from_the_inputs(what: str, said: str, formula: str):
    assert re.fullmatch(r"[\w .*/()+-]+", formula)
    result = eval(formula, {"__builtins__": {}}, INPUTS)
    digits = len(said.partition(".")[2])
    assert f"{result:,.{digits}f}" == said, what


def test_the_files_and_bytes_of_a_nats_are_those_that_krmfn_renders():
    nats = {
        "apiVersion": "operator.kyma-project.io/v1alpha1",
        "kind": "NATS",
        "metadata": {"name": "nats-00007", "namespace": "team-07"},
        "spec": {
            "cluster": {"size": 3},
            "jetStream": {"fileStorage": {"size": "10Gi"}, "memStorage": {"enabled": True, "size": "512Mi"}},
        },
    }
    rendered = krmfn.render(nats, krmfn.Settings(zones=3, istio=False))
    assert len(rendered.objects) == INPUTS["files"]
    assert len(rendered.to_yaml()) == pytest.approx(INPUTS["file_bytes"], rel=0.1)  # with its lines in a kustomization
