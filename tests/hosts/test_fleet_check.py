"""`krmfn check` of many clusters in batches finds what a check in one piece finds, in the same order and bytes."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from krmfn.cli.main import command
from krmfn.reports.formats.writers import FORMATS
from krmfn.sources.clusters import NatsCollector
from tests.hosts.test_fleet import CR, FOREIGN, IN_ONE_PIECE, SETTINGS, files_of, put, render, state

MISSPELLED = "apiVersion: operator.kyma-project.io/v1alpha1\nkind: Nats\nmetadata: {name: a, namespace: red}\n"
HEADLESS = "kind: NATS\nmetadata: {name: b, namespace: red}\n"
WRONG = CR.replace("size: %s", "size: 3, sise: 3") + "  jetStream:\n    fileStorage:\n      size: 20GB\n"


def call(*words: str, many: int = 0, batch: int = 2) -> tuple[int, str, str]:
    """The status and both outputs of a call; more than `many` clusters are taken in batches."""
    printed: list[bytes] = []
    said: list[str] = []
    with (
        patch("krmfn.cli.commands.check.NatsCollector", lambda: NatsCollector(many)),
        patch("krmfn.rendering.fleet.BATCH", batch),
        patch("krmfn.rendering.stored_findings._HELD", 3),
        patch("krmfn.rendering.stored_findings._BLOCK", 2),
        patch("krmfn.reports.terminal.write_all", lambda _, data: printed.append(data)),
        patch("krmfn.streams.write_all", lambda _, data: said.append(data.decode())),
        patch("krmfn.streams._are_two_pipes", lambda: False),
    ):
        status = command(list(words))
    return status, b"".join(printed).decode(), "".join(said)


def both(*words: str) -> tuple[int, str, str]:
    """What a check says, which is the same in one piece and in batches."""
    whole = call("check", *words, many=IN_ONE_PIECE)
    assert call("check", *words) == whole
    return whole


@settings(max_examples=15, deadline=None)
@given(
    state,
    st.sets(st.sampled_from(["misspelled", "headless", "wrong", "wrong-2", "patched", "unreadable", "previous"])),
    st.sampled_from(FORMATS),
    st.sampled_from([(), ("-v",), ("-q",), ("--fail-on", "warning"), ("-n", "red")]),
)
def test_batches_find_what_one_piece_finds(one, more, form, words):
    """With the objects of an earlier state beside the NATS, some of them patched, and documents that are wrong."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = files_of(one)
        put(folder / "in", files)
        render(folder / "in", "--output-dir", str(folder / "rendered"), many=IN_ONE_PIECE)
        rendered = {}
        if (folder / "rendered").exists():
            rendered = {
                f"rendered/{path.relative_to(folder / 'rendered')}": path.read_text()
                for path in (folder / "rendered").rglob("*.yaml")
            }
        if "patched" in more:
            rendered = {path: text.replace("replicas: 3", "replicas: 2") for path, text in rendered.items()}
            files = {path: text.replace("size: 5", "size: 3") for path, text in files.items()}
        if "previous" in more and rendered:
            files["rendernats.yaml"] = SETTINGS % f"previous: {folder / 'rendered'}"
        else:
            files |= rendered
        wrong = {"misspelled": MISSPELLED, "headless": HEADLESS, "wrong": WRONG % ("wrong", "red", "")}
        wrong |= {"wrong-2": WRONG % ("wrong", "blue", ""), "unreadable": "a: [\n"}
        put(folder / "in", files | {f"x/{path}.yaml": text for path, text in wrong.items() if path in more})
        both("-R", "-f", str(folder / "in"), "-o", form, *words)


def test_duplicates_over_files_are_found_among_many(tmp_path):
    files = {f"{n:02}.yaml": CR % ("a", f"n{n:02}", "", "3") for n in range(30)}
    put(tmp_path, {**files, "z/again.yaml": CR % ("a", "n07", "", "3"), "z/b.yaml": CR % ("a-nats", "n20", "", "3")})
    status, printed, _ = both("-R", "-f", str(tmp_path), "-o", "json")
    assert status == 1
    errors = [one for one in json.loads(printed) if one["severity"] == "error"]
    assert [(one["code"], one["file"]) for one in errors] == [
        ("duplicate-cr", f"{tmp_path}/z/again.yaml"), ("child-collision", f"{tmp_path}/z/b.yaml"),
    ]  # fmt: skip


def test_a_text_has_one_line_for_each_code_and_a_report_has_all(tmp_path):
    put(tmp_path / "in", {f"{n:02}.yaml": WRONG % ("a", f"n{n:02}", "") for n in range(30)})
    report = tmp_path / "report.json"
    status, printed, said = call("check", "-R", "-f", str(tmp_path / "in"), "--report", f"json={report}")
    assert status == 1
    first = printed.splitlines()[0]
    assert first.startswith(f"{tmp_path}/in/00.yaml:5: error: spec.cluster.sise: ")
    assert printed.count("error: ") == 2
    assert "and 29 more findings [unknown-field]" in printed
    assert f"first in {tmp_path}/in/01.yaml:5, {tmp_path}/in/02.yaml:5, {tmp_path}/in/03.yaml:5" in printed
    assert said.startswith("60 errors in 30 files; 30 can be fixed by krmfn fix --unsafe-fixes")
    assert len([one for one in json.loads(report.read_text()) if one["severity"] == "error"]) == 60


CRD = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: nats.operator.kyma-project.io}
spec:
  group: operator.kyma-project.io
  names: {kind: NATS, plural: nats}
  scope: Namespaced
  versions:
  - name: v1alpha1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties: {spec: {type: object, required: [owner], x-kubernetes-preserve-unknown-fields: true}}
"""


@pytest.mark.parametrize("form", FORMATS)
def test_the_schema_of_a_user_judges_every_batch(tmp_path, form):
    put(tmp_path / "in", {f"{n:02}.yaml": CR % ("a", f"n{n}", "", "3") for n in range(5)})
    (tmp_path / "in" / "map.yaml").write_text(FOREIGN % ("m", "red"))
    (tmp_path / "crd.yaml").write_text(CRD)
    words = ("-R", "-f", str(tmp_path / "in"), "--schema", str(tmp_path / "crd.yaml"), "-o", form)
    status, printed, _ = both(*words)
    assert status == 1
    assert printed.count("the field owner is required") >= 5


def test_a_full_disk_is_an_error_that_names_the_folder(tmp_path):
    """The findings of many clusters wait in a file until all are known."""
    put(tmp_path, {f"{n:02}.yaml": CR % ("a", f"n{n}", "", "3") for n in range(5)})
    full = OSError(28, "No space left on device")
    with patch("krmfn.rendering.stored_findings.pickle.dump", side_effect=full):
        status, printed, said = call("check", "-R", "-f", str(tmp_path))
    assert (status, printed) == (1, "")
    assert said.startswith(f"error: the findings cannot be kept in {tempfile.gettempdir()}: No space left on device")
