"""The real kubectl reads what krmfn prints with the types that were meant; it needs no cluster for that."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from tests.calls import krmfn
from tests.golden_cases import CASES, Case

if TYPE_CHECKING:
    from pathlib import Path

KUBECTL = shutil.which("kubectl")
pytestmark = pytest.mark.skipif(KUBECTL is None, reason="kubectl is not on PATH")
SEEN = "seen.example/by"
ODD = [
    "1e3", "on", "off", "yes", "no", "y", "n", "Y", "N", "true", "null", "0o777", "0777", "08", "2024-1-1",
    "2024-01-01", "22", "22.0", "1.10", "0x1f", "0b11", "1_000", "", "7e1", "123e4", "inf", "nan", "NO", "TRUE",
]  # fmt: skip
ODD_NOTES = [
    *ODD, "~", "=", "<<", " x ", "a: b", "a #b", "- x", "---", "...", "{{ x }}", "[1", "é\u2028😀", "a\n\n b\n",
    "'", '"', "%x", "22:22", ".5", "-.5", "+1", "0O7", "!!str x", "&a", "*a", "|", ">", "a\tb", "\n", "x\n\n",
    "\\", "@x", "`x",
]  # fmt: skip


def local(text: str) -> list[dict[str, Any]]:
    """The objects of a stream as kubectl has read them, typed where it knows the type."""
    assert KUBECTL is not None
    command = [KUBECTL, "annotate", "--local", "-o", "json", "-f", "-", f"{SEEN}=kubectl"]
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    decoder, found, rest = json.JSONDecoder(), [], done.stdout.strip()
    while rest:
        obj, end = decoder.raw_decode(rest)
        del obj["metadata"]["annotations"][SEEN]
        found.append(obj)
        rest = rest[end:].strip()
    return found


def without_empty(value: Any) -> Any:
    """Without what kubectl's typed objects add by themselves: a status, a null timestamp, empty maps."""
    if isinstance(value, dict):
        kept = {k: without_empty(v) for k, v in value.items() if k not in ("status", "creationTimestamp")}
        return {k: v for k, v in kept.items() if v not in (None, {})}
    return [without_empty(v) for v in value] if isinstance(value, list) else value


@pytest.mark.parametrize("name", CASES)
def test_kubectl_reads_every_golden_object_as_it_was_meant(name: str) -> None:
    case = Case(name)
    meant = {(o["kind"], o["metadata"]["name"]): without_empty(o) for o in case.objects()}
    read = {(o["kind"], o["metadata"]["name"]): without_empty(o) for o in local("---\n".join(case.files().values()))}
    assert read == meant


def test_odd_label_and_annotation_values_stay_strings_for_kubectl(tmp_path: Path) -> None:
    labels = {f"l{i}": value for i, value in enumerate(ODD)} | {
        "on": "x",
        "y": "x",
        "1e3": "x",
        "0777": "x",
        "null": "x",
    }
    notes = {f"a{i}": value for i, value in enumerate(ODD_NOTES)}
    cr = {
        "apiVersion": "operator.kyma-project.io/v1alpha1",
        "kind": "NATS",
        "metadata": {"name": "nats", "namespace": "ns"},
        "spec": {"labels": labels, "annotations": notes},
    }
    file = tmp_path / "nats.yaml"
    file.write_text(json.dumps(cr, ensure_ascii=True).replace("\\ud83d\\ude00", "\\U0001F600"))
    called = krmfn("render", "-f", file)
    assert called.status == 0, called
    for obj in local(called.out):
        metadata = obj["metadata"]
        assert {key: metadata["labels"][key] for key in labels} == labels
        if obj["kind"] != "PodDisruptionBudget":
            assert {key: metadata["annotations"][key] for key in notes} == notes


def test_json_output_is_one_list_that_kubectl_reads_as_the_same_objects() -> None:
    case = Case("hardened-everything")
    called = krmfn(*case.render_arguments(), "-o", "json")
    assert called.status == 0, called
    whole = json.loads(called.out)
    assert (whole["apiVersion"], whole["kind"]) == ("v1", "List")
    read = {(o["kind"], o["metadata"]["name"]): without_empty(o) for o in local(called.out)}
    assert read == {(o["kind"], o["metadata"]["name"]): without_empty(o) for o in case.objects()}


@pytest.mark.parametrize("name", ["hardened-everything", "labels-and-annotations-odd", "name-numeric", "no-namespace"])
def test_kubectl_kustomize_builds_the_same_objects_from_an_output_directory(name: str, tmp_path: Path) -> None:
    case, folder = Case(name), tmp_path / "rendered"
    called = krmfn(*case.render_arguments(), "--output-dir", folder)
    assert (called.status, called.out) == (0, ""), called
    assert KUBECTL is not None
    done = subprocess.run([KUBECTL, "kustomize", folder], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    built = {(o["kind"], o["metadata"]["name"]): o for o in local(done.stdout)}
    meant = {(o["kind"], o["metadata"]["name"]): o for o in case.objects()}
    assert {key: without_empty(obj) for key, obj in built.items()} == {k: without_empty(o) for k, o in meant.items()}
