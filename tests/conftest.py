"""What all tests share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with what the operator and a real scheduler did; KRMFN_SHARED names another."""
    folder = Path(os.environ.get("KRMFN_SHARED") or ROOT / "tests/data").resolve()
    assert (folder / "parity").is_dir(), f"{folder} holds no parity data; unset KRMFN_SHARED"
    return folder


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--update-golden` rewrites what tests/golden expects; `make golden` says it."""
    parser.addoption("--update-golden", action="store_true", help="rewrite tests/golden/*/expected and results.yaml")
