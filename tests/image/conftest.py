"""The image under test: KRMFN_IMAGE names one that is built, KRMFN_IMAGE_BUILD=1 builds one; else all is skipped."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from image.engine import Engine
from tests.calls import ROOT, Called

if TYPE_CHECKING:
    from pathlib import Path

LOCKED_DOWN = ["--network=none", "--read-only", "--user=nobody", "--cap-drop=ALL", "--security-opt=no-new-privileges"]
LIMITS = ["--memory=256m", "--pids-limit=32"]
TIMEOUT = 120


class Image:
    """An image and the engine that runs it."""

    def __init__(self, engine: Engine, name: str) -> None:
        self.engine, self.name = engine, name
        self.limits = [limit for limit in LIMITS if not self.refusal(limit)]
        no_tmp = [] if engine.is_docker else ["--read-only-tmpfs=false"]
        self.locked_down = [*LOCKED_DOWN, *no_tmp, *self.limits]

    def refusal(self, limit: str) -> str:
        """Why the engine cannot set a limit here; empty when it can."""
        called = self.run(["--version"], [limit])
        return "" if called.status == 0 else called.err

    def run(
        self, arguments: list[str], options: list[str] | None = None, stdin: str | bytes = b"", entry: str = ""
    ) -> Called:
        """Run the entry point, or another program of the image; locked down unless options are given."""
        data = stdin.encode() if isinstance(stdin, str) else stdin
        chosen = [*(self.locked_down if options is None else options), *([f"--entrypoint={entry}"] if entry else [])]
        command = [self.engine.program, "run", "--rm", "-i", *chosen, self.name, *arguments]
        return Called(subprocess.run(command, input=data, capture_output=True, timeout=TIMEOUT, check=False))

    def python(self, code: str, options: list[str] | None = None) -> Called:
        """Run a line of Python in the image."""
        return self.run(["-ISc", code], options, entry="python3")


@pytest.fixture(scope="session")
def image() -> Image:
    """The image; a test that needs it is skipped where none is named."""
    named, builds = os.environ.get("KRMFN_IMAGE", ""), os.environ.get("KRMFN_IMAGE_BUILD", "")
    if not named and not builds:
        pytest.skip("set KRMFN_IMAGE to a built image, or KRMFN_IMAGE_BUILD=1 (`make test-image`)")
    name = named or "localhost/krmfn-test"
    if not named:
        build(name)
    return Image(Engine.found(), name)


def build(tag: str) -> None:
    """Build the image as `make image` does, with the base that BASE names or `make base-image` made."""
    command = [sys.executable, "-m", "image.build", "--tag", tag]
    subprocess.run(command, cwd=ROOT, check=True, timeout=600)


@pytest.fixture
def app(tmp_path: Path) -> Path:
    """A folder as Argo CD gives it to a plugin: files that user 999 may read and nobody may execute."""
    folder = tmp_path / "app"
    folder.mkdir()
    (folder / "nats.yaml").write_bytes((ROOT / "examples/quickstart/nats.yaml").read_bytes())
    (folder / "nats.yaml").chmod(0o644)
    for each in (folder, *list(folder.parents)[:4]):
        each.chmod(0o755)
    return folder
