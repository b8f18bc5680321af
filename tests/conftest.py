"""What all tests share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with parity data and the control plane rig; a test that needs it is skipped without it."""
    folder = Path(os.environ.get("KRMFN_SHARED", ROOT / "../shared")).resolve()
    if not (folder / "parity").is_dir():
        pytest.skip("the shared folder is absent; set KRMFN_SHARED to it")
    return folder


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--update-golden` rewrites what tests/golden expects; `make golden` says it."""
    parser.addoption("--update-golden", action="store_true", help="rewrite tests/golden/*/expected and results.yaml")
