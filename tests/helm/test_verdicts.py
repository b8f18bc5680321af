"""Values files as people write them, each value with the verdict that the comment on its line names."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from krmfn.goyaml.reader import read
from krmfn.helm.importing import translated
from krmfn.helm.values import Values, leaves
from krmfn.helm.verdict import CLEAR_TEXT, DEFAULT, IGNORED, INVALID, NOT_PORTABLE, OPEN, REPLACED, TAKEN, Verdict
from krmfn.model.codes.catalog import CODES
from tests.calls import krmfn

FILES = sorted((Path(__file__).parent / "values").glob("*.yaml"))
KINDS = {
    "taken": TAKEN,
    "default": DEFAULT,
    "ignored": IGNORED,
    "invalid": INVALID,
    "not-portable": NOT_PORTABLE,
    "secret": CLEAR_TEXT,
}
COMMENT = re.compile(r" # ([a-z-]+)(?:: (.*))?$")
ACCEPT = [word for kind in (IGNORED, INVALID, NOT_PORTABLE, CLEAR_TEXT, OPEN) for word in ("--accept", kind)]


def verdicts(*files: Path) -> list[Verdict]:
    readings = [(file.name, read(file.read_text())) for file in files]
    values = Values([(name, reading.value, reading.lines) for name, reading in readings])
    return translated(values, "nats", "").verdicts


def test_there_are_files_for_all_shapes() -> None:
    assert len(FILES) >= 20
    assert {*KINDS.values(), REPLACED} <= CODES.keys()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_value_has_the_verdict_on_its_line(file: Path) -> None:
    comments = [COMMENT.search(line) for line in file.read_text().split("\n")]
    expected = {number: match.groups() for number, match in enumerate(comments, 1) if match}
    found = verdicts(file)
    wrong = [
        (one.place.line, one.kind, f"{one.target} {one.text}", expected.get(one.place.line or 0))
        for one in found
        if one.place.line not in expected
        or one.kind != KINDS[expected[one.place.line][0]]
        or (expected[one.place.line][1] or "") not in f"{one.target} {one.text}"
    ]
    assert wrong == []
    assert expected.keys() == {one.place.line for one in found}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_value_has_one_verdict(file: Path) -> None:
    values = [path for path, _ in leaves(yaml.safe_load(file.read_text()))]
    assert sorted(map(str, values)) == sorted(str(one.path) for one in verdicts(file))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_what_is_written_is_checked_and_renders(file: Path, tmp_path: Path) -> None:
    done = krmfn("import", file, *ACCEPT, "-n", "shop", "--output-dir", tmp_path / "out")
    assert done.status == 0, done
    assert "canary" not in done.out + done.err
    written = "".join(path.read_text() for path in (tmp_path / "out").iterdir())
    assert "canary" not in written
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["nats.yaml", "render.yaml"]
    checked = krmfn("check", "-f", tmp_path / "out")
    assert checked.status == 0, checked
    assert krmfn("render", "-f", tmp_path / "out").status == 0


@pytest.mark.parametrize("form", ["text", "json", "markdown"])
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_no_secret_is_printed(file: Path, form: str) -> None:
    done = krmfn("import", file, "--lint", "-o", form, "-v")
    assert done.status in (0, 1)
    assert (done.status == 1) == any(one.kind in (IGNORED, INVALID, NOT_PORTABLE, CLEAR_TEXT) for one in verdicts(file))
    assert "canary" not in done.out + done.err
