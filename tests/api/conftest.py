from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests import parity

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture(scope="session")
def read() -> Callable[[Path], Any]:
    """Reads a YAML file of the parity data as kubectl does."""

    def read_file(path: Path) -> Any:
        return yaml.load(path.read_text(encoding="utf-8"), parity.Loader)

    return read_file


@pytest.fixture(scope="session")
def valid(shared: Path, read: Callable[[Path], Any]) -> dict[str, tuple[Any, Any]]:
    """Case -> the resource as written and the spec as the API server stores it."""
    return {
        case.name: (read(case / "nats.yaml"), read(case / "defaulted.yaml")["spec"])
        for case in sorted((shared / "parity" / "valid").iterdir())
    }


@pytest.fixture(scope="session")
def invalid(shared: Path, read: Callable[[Path], Any]) -> dict[str, tuple[Any, list[dict[str, str]]]]:
    """Case -> the resource as written and the API server's causes, without those that only the operator raises."""
    cases = {
        case.name: (read(case / "nats.yaml"), read(case / "errors.yaml"))
        for case in sorted((shared / "parity" / "invalid").iterdir())
    }
    return {name: case for name, case in cases.items() if all(cause["type"] != "operator" for cause in case[1])}
