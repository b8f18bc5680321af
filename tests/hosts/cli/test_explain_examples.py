"""The examples of `krmfn explain` earn what they stand for."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from krmfn.changes.change import CLASSES
from krmfn.manifests.pod.restart_hash import RESTART_HASH
from krmfn.model.codes.annotations import ANNOTATIONS
from krmfn.model.codes.catalog import CODES
from krmfn.model.codes.examples import CLASS_STEPS, NATS_EXAMPLES, SETTING_EXAMPLES, STEPS
from krmfn.model.objects import ALLOW, OWNER
from krmfn.resourcelist import annotations as notes
from tests.calls import ROOT, krmfn

if TYPE_CHECKING:
    from pathlib import Path

NATS = "apiVersion: operator.kyma-project.io/v1alpha1\nkind: NATS\nmetadata: {name: orders-nats, namespace: shop}\n"
RENDER = "apiVersion: fn.krmfn.dev/v1alpha1\nkind: RenderNATS\nmetadata: {name: render}\n"


def spec(text: str) -> str:
    return f"spec:\n  {text}\n"


def settings(text: str) -> str:
    flow = text if text.startswith("{") else f"{{{text}}}"
    return flow if "zones" in flow else f"{flow[:-1]}, zones: 3}}"


def checked(folder: Path, nats: str, config: str) -> dict[str, str]:
    """Code -> severity."""
    (folder / "nats.yaml").write_text(NATS + spec(nats))
    (folder / "render.yaml").write_text(RENDER + spec(config))
    called = krmfn("check", "-f", folder / "nats.yaml", "--config", folder / "render.yaml", "-o", "json")
    return {one["code"]: one["severity"] for one in json.loads(called.out)}


@pytest.mark.parametrize("code", [*NATS_EXAMPLES, *SETTING_EXAMPLES])
def test_an_example_earns_its_code_and_what_to_write_instead_does_not(code: str, tmp_path: Path):
    is_nats = code in NATS_EXAMPLES
    wrong, right = (NATS_EXAMPLES if is_nats else SETTING_EXAMPLES)[code]
    of = (lambda text: (text, "{zones: 3}")) if is_nats else (lambda text: ("cluster: {size: 3}", settings(text)))
    assert code in checked(tmp_path, *of(wrong))
    found = checked(tmp_path, *of(right))
    assert code not in found
    assert "error" not in found.values()


@pytest.mark.parametrize("word", [*STEPS, *CLASS_STEPS])
def test_a_step_earns_its_code_or_class(word: str, tmp_path: Path):
    old, new = {**STEPS, **CLASS_STEPS}[word]
    (tmp_path / "old.yaml").write_text(NATS + spec(old))
    (tmp_path / "new.yaml").write_text(NATS + spec(new))
    told = json.loads(krmfn("diff", tmp_path / "old.yaml", tmp_path / "new.yaml", "--set", "zones=3", "-o", "json").out)
    if word in CLASS_STEPS:
        assert told["worst"] == word
    else:
        assert word in {change["code"] for change in told["changes"]}


def test_every_topic_of_the_list_is_explained(run):
    assert set(CLASS_STEPS) <= set(CLASSES)
    assert {*NATS_EXAMPLES, *SETTING_EXAMPLES, *STEPS} <= set(CODES)
    listed = run("explain").out
    for word in (*CLASSES, *ANNOTATIONS, "render", "zoneSpread", "scale-down"):
        assert re.search(rf"(?<![\w/-]){re.escape(word)}(?![\w/-])", listed), word
        assert run("explain", word).status == 0
    assert run("explain", "allow").err.startswith('error: unknown topic "allow"; did you mean krmfn.dev/allow?')
    assert run("explain", "zone-loss-s").err.startswith(
        'error: unknown topic "zone-loss-s"; did you mean zone-loss-survived?'
    )
    assert run("explain", "spec.cluster.sise").err.startswith('error: unknown field "spec.cluster.sise"; did you mean')


def test_annotations_that_the_source_uses_are_explained():
    used = {ALLOW, OWNER, RESTART_HASH, notes.PATH, notes.INDEX, notes.PACKAGE_PATH, notes.LOCAL_CONFIG}
    assert used <= set(ANNOTATIONS)


def test_the_reference_has_the_same_words():
    page = (ROOT / "docs/reference/annotations.md").read_text()
    for name, (where, meaning, _) in ANNOTATIONS.items():
        assert f"| `{name}` | {where} | {meaning} |" in page
    assert "| `none` |" in (ROOT / "docs/reference/classes.md").read_text().replace('<a id="none"></a>', "")
