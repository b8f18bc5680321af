"""What the tests with real clients share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.clients.packages import QUIET, Package, cr

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def quickstart(tmp_path: Path) -> Package:
    """A package with one CR and nothing else."""
    return Package(tmp_path, {"nats.yaml": cr()}, QUIET)
