"""What all tests share."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
MARKERS = {
    "unit": (
        "api",
        "changes",
        "checks",
        "core",
        "goyaml",
        "library",
        "manifests",
        "natsconf",
        "resourcelist",
        "topology",
    ),
    "process": ("", "adoption", "faults", "helm", "hosts", "reports"),
    "client": ("clients", "cluster", "goyaml", "image", "pods"),
}
"""The folders below tests/ (a test right there has the folder "") of each marker; pyproject.toml describes them."""
FUZZ = ("test_mutants", "test_robust")
"""Modules that try thousands of damaged inputs. What hypothesis makes up is `fuzz` too."""


if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A shell starts background jobs so, and every process below would ignore interrupts, which tests send.
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What fleets keep between two runs is kept for the tests alone."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KRMFN_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with what the operator and a real scheduler did; KRMFN_SHARED names another."""
    folder = Path(os.environ.get("KRMFN_SHARED") or ROOT / "tests/data").resolve()
    assert (folder / "parity").is_dir(), f"{folder} holds no parity data; unset KRMFN_SHARED"
    return folder


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--update-golden` rewrites what tests/golden expects; `make golden` says it."""
    parser.addoption("--update-golden", action="store_true", help="rewrite tests/golden/*/expected and results.yaml")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test gets the marker of its folder."""
    marker_of = {folder: marker for marker, folders in MARKERS.items() for folder in folders}
    for item in items:
        parts = item.path.relative_to(ROOT / "tests").parts
        folder = parts[0] if len(parts) > 1 else ""
        if folder not in marker_of:
            raise pytest.UsageError(f"tests/{folder} has no marker; name it in MARKERS of tests/conftest.py")
        item.add_marker(marker_of[folder])
        made_up = getattr(getattr(item, "function", None), "is_hypothesis_test", False)
        if made_up or item.path.stem in FUZZ:
            item.add_marker("fuzz")
