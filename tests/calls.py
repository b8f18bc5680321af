"""How tests call the real program: as a function on a ResourceList, and as a command."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parent.parent
FUNCTION = [sys.executable, "-I", "-m", "krmfn"]
"""The argument list of the program; `-I` keeps the caller's environment and directory out."""
TIMEOUT = 60
PATH, INDEX = "internal.config.kubernetes.io/path", "internal.config.kubernetes.io/index"


class Called:
    """Exit status, and both outputs as bytes and as text."""

    def __init__(self, done: subprocess.CompletedProcess[bytes]) -> None:
        self.status, self.raw, self.raw_stderr = done.returncode, done.stdout, done.stderr
        self.out, self.err = done.stdout.decode(), done.stderr.decode()

    def __repr__(self) -> str:
        return f"status {self.status}\n{self.out[-2000:]}\n{self.err[-2000:]}"


def krmfn(*arguments: str | Path, stdin: str | bytes = b"", **more: Any) -> Called:
    """Run a command, or with no argument the function."""
    data = stdin.encode() if isinstance(stdin, str) else stdin
    command = [*FUNCTION, *map(str, arguments)]
    return Called(subprocess.run(command, input=data, capture_output=True, timeout=TIMEOUT, check=False, **more))


def measured() -> dict[str, str]:
    """What makes coverage measure a subprocess, for one that gets an environment of its own; usually nothing."""
    return {key: value for key, value in os.environ.items() if "COVERAGE" in key or key == "COV_CORE_SOURCE"}


def plain_environment() -> dict[str, str]:
    """The environment without what makes coverage measure a subprocess: for tests that look at time or imports."""
    return {key: value for key, value in os.environ.items() if "COVERAGE" not in key and key != "COV_CORE_SOURCE"}


def documents(text: str) -> list[dict[str, Any]]:
    """The objects of a stream, read by PyYAML and not by krmfn; ours are quoted so that YAML 1.1 reads them right."""
    return [obj for obj in yaml.load_all(text, yaml.CSafeLoader) if obj is not None]


def items_of(text: str) -> list[dict[str, Any]]:
    """The items of a ResourceList."""
    (whole,) = documents(text)
    assert whole["kind"] == "ResourceList"
    return list(whole["items"] or [])


def as_item(document: str, path: str, index: int = 0) -> str:
    """A block-style document without annotations of its own as a list item, with those that kpt gives it."""
    lines = document.rstrip("\n").split("\n")
    start = lines.index("metadata:") + 1
    lines[start:start] = ["  annotations:", f"    {PATH}: '{path}'", f"    {INDEX}: '{index}'"]
    return "\n".join(("  " if number else "- ") + line if line else "" for number, line in enumerate(lines)) + "\n"


def resource_list(items: list[str], config: str = "") -> str:
    """A ResourceList of items as text, with a functionConfig where one is given."""
    head = "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\n"
    body = "items:\n" + "".join(items) if items else "items: []\n"
    indented = "".join(f"  {line}\n" if line else "\n" for line in config.rstrip("\n").split("\n"))
    return head + body + (f"functionConfig:\n{indented}" if config else "")


def without_host_notes(obj: dict[str, Any]) -> dict[str, Any]:
    """An object without the annotations that belong to the host."""
    metadata = obj["metadata"]
    kept = {k: v for k, v in metadata["annotations"].items() if "config.kubernetes.io/" not in k}
    return {**obj, "metadata": {**metadata, "annotations": kept}}
