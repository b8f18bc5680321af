"""A call from a directory that was removed: what needs none works, and what does says what to do."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.calls import FUNCTION

if TYPE_CHECKING:
    from pathlib import Path

NATS = """\
apiVersion: operator.kyma-project.io/v1alpha1
kind: NATS
metadata: {name: shop-nats, namespace: shop}
"""
SETTINGS = ("--set", "zones=a,b,c", "--set", "istio=false")
LOST = "error: the current directory was removed; change to one that exists [no-such-file]\n"


def lost(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A call whose current directory is removed before it starts."""
    removed = folder / "removed"
    removed.mkdir()
    remove = f"import os, sys; os.rmdir({str(removed)!r}); os.execv(sys.argv[1], sys.argv[1:])"
    command = [sys.executable, "-I", "-c", remove, *FUNCTION, *arguments]
    return subprocess.run(command, cwd=removed, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture
def nats(tmp_path: Path) -> str:
    path = tmp_path / "in" / "nats.yaml"
    path.parent.mkdir()
    path.write_text(NATS)
    return str(path)


def test_a_directory_is_written_from_a_removed_one(nats: str, tmp_path: Path) -> None:
    folder, out = os.path.dirname(nats), tmp_path / "out"
    written = lost(tmp_path, "render", "-q", "-R", "-f", folder, *SETTINGS, "--output-dir", str(out))
    assert (written.returncode, written.stderr) == (0, "")
    assert os.listdir(out / "shop" / "shop-nats")


def test_a_file_with_an_absolute_path_is_rendered_from_a_removed_directory(nats: str, tmp_path: Path) -> None:
    called = lost(tmp_path, "render", "-q", "-f", nats, *SETTINGS)
    assert (called.returncode, called.stderr) == (0, "")


@pytest.mark.parametrize("words", [["check", "-f"], ["fix", "-f"]])
def test_what_needs_the_current_directory_says_that_it_is_gone(nats: str, tmp_path: Path, words: list[str]) -> None:
    called = lost(tmp_path, *words, nats)
    assert (called.returncode, called.stdout, called.stderr) == (1, "", LOST)
