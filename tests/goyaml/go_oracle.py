"""Asks Go's own YAML readers: builds `go_yaml/` once for each change of it, and calls it once for a list of texts."""

from __future__ import annotations

import atexit
import functools
import json
import pathlib
import shutil
import subprocess
import tempfile

import pytest

SOURCE = pathlib.Path(__file__).parent / "go_yaml"


OFFLINE = ("dial tcp", "lookup ", "i/o timeout", "module lookup disabled", "connection refused", "TLS handshake")


@functools.cache
def _program() -> str:
    go = shutil.which("go")
    if go is None:
        pytest.skip("go is not installed")
    folder = tempfile.mkdtemp(prefix="go-yaml-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    program = f"{folder}/go_yaml"
    built = subprocess.run([go, "build", "-o", program, "."], cwd=SOURCE, capture_output=True, text=True, check=False)
    if built.returncode and any(words in built.stderr for words in OFFLINE):
        pytest.skip("Go's YAML modules are not in the module cache, and no module proxy answers")
    assert built.returncode == 0, built.stderr
    return program


def ask(texts: list[str], mode: str = "values") -> list[dict]:
    """One answer for each text; see main.go for its parts."""
    done = subprocess.run([_program(), mode], input=json.dumps(texts).encode(), capture_output=True, check=True)
    return json.loads(done.stdout)


def value(tagged: list):
    """The Python value of a tagged Go value; keys as their text; a timestamp is itself."""
    kind = tagged[0]
    if kind == "map":
        return {str(value(k)): value(v) for k, v in tagged[1]}
    if kind == "list":
        return [value(element) for element in tagged[1]]
    if kind == "null":
        return None
    if kind == "int":
        return int(tagged[1])
    if kind == "float":
        return float(tagged[1])
    return kind if kind == "timestamp" else tagged[1]


def same(left, right) -> bool:
    """Equal in type and value: 1, 1.0 and true are three things, NaN is itself."""
    if type(left) is not type(right):
        return False
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(same(left[k], right[k]) for k in left)
    if isinstance(left, list):
        return len(left) == len(right) and all(map(same, left, right))
    return left == right or (left != left and right != right)  # noqa: PLR0124
