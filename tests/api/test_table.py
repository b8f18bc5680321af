from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from krmfn.api import table
from tools import generate

ROOT = Path(__file__).parents[2]


def test_every_generated_file_is_up_to_date():
    for path, text in generate.targets().items():
        assert (ROOT / path).read_text(encoding="utf-8") == text, f"{path}: run python -m tools.generate"


def test_the_generated_table_is_as_the_formatter_wants_it():
    done = subprocess.run(
        [sys.executable, "-m", "ruff", "format", "--check", str(ROOT / "krmfn/api/table.py")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_generating_writes_every_file(tmp_path, monkeypatch):
    monkeypatch.setattr(generate, "ROOT", str(tmp_path))
    generate.main()
    for path, text in generate.targets().items():
        assert (tmp_path / path).read_text(encoding="utf-8") == text


def test_a_shape_that_accept_cannot_walk_stops_the_generator():
    with pytest.raises(ValueError, match="no such shape"):
        generate.node({"type": "number"}, defaults=True)


def test_a_configuration_has_no_defaults_in_the_table():
    assert "'default':" not in str(table.RENDER_NATS)
