"""What the tests of the commands share: files, and the command line called in this process."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from krmfn.cli.main import command

if TYPE_CHECKING:
    from pathlib import Path


class Ran:
    """Exit status and what was printed."""

    def __init__(self, status: int, out: str, err: str) -> None:
        self.status, self.out, self.err = status, out, err

    def __repr__(self) -> str:
        return f"status {self.status}\n{self.out[-1500:]}\n{self.err[-1500:]}"


@pytest.fixture
def run(capfd):
    """Call the command line in this process."""

    def call(*arguments: str | Path) -> Ran:
        status = command([str(argument) for argument in arguments])
        return Ran(status, *capfd.readouterr())

    return call


@pytest.fixture
def write(tmp_path):
    """Write a file below the test's folder."""

    def write_file(name: str, text: str | bytes) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    return write_file
