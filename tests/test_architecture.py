"""ARCHITECTURE.md is true: what it names exists, and each way is at most ten steps of modules that a run crosses."""

from __future__ import annotations

import ast
import re
import subprocess
from fnmatch import fnmatch
from functools import cache

import pytest

from krmfn.api.keys import KEYS
from krmfn.cli.table import COMMANDS
from tests.calls import ROOT
from tests.test_layout import modules

PAGE = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
WAYS = dict(re.findall(r"^## (The way of .*?)\n(.*?)(?=^## )", PAGE, re.MULTILINE | re.DOTALL))
ROWS = re.findall(r"^\| \d+ \| `(.+?)` \| (.*) \|$", PAGE, re.MULTILINE)
WORDS = {"results", "krmfn.dev/allow", "broken"}
"""What ways name that is not krmfn's code: a field of a ResourceList, an annotation, a class of changes."""


@cache
def files() -> list[str]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    return [file for file in listed if (ROOT / file).exists()]


def found(path: str, room: str = "") -> bool:
    """Whether there is such a file or folder, in a room where one is given; `*` is any part of a name."""
    places = [f"krmfn/{room}{path}", path] if "/" in path or not room else [f"krmfn/{room}{path}"]
    if path.endswith("/"):
        return any(file.startswith(place) or f"/{path}" in file for file in files() for place in places)
    return any(fnmatch(file, place) or fnmatch(file, f"*/{place}") for file in files() for place in places)


@cache
def names() -> dict[str, set[str]]:
    """By module: functions and classes that it defines, and methods with their class."""
    return {name: _names(tree) for name, tree in modules().items()}


def _names(tree: ast.Module) -> set[str]:
    defined = {one.name for one in ast.walk(tree) if isinstance(one, (ast.FunctionDef, ast.ClassDef))}
    classes = [one for one in ast.walk(tree) if isinstance(one, ast.ClassDef)]
    return defined | {
        f"{one.name}.{inner.name}" for one in classes for inner in one.body if isinstance(inner, ast.FunctionDef)
    }


def quoted(text: str) -> list[str]:
    return re.findall(r"`([^`]+)`", text)


def is_path(word: str) -> bool:
    return word.endswith((".py", "/", ".yml", ".toml", ".md")) and " " not in word


@pytest.mark.parametrize(("room", "text"), ROWS)
def test_every_module_of_a_room_exists(room: str, text: str) -> None:
    assert found(room)
    inside = room if room.endswith("/") else ""
    assert [word for word in quoted(text) if is_path(word) and not (found(word, inside) or found(word))] == []


def test_every_path_of_the_page_exists() -> None:
    assert [word for word in quoted(PAGE) if is_path(word) and not found(word)] == []


def test_every_room_is_in_the_table() -> None:
    rooms = {name.split(".")[1] for name in names() if name.count(".") > 1}
    assert {room.rstrip("/") for room, _ in ROWS if room.endswith("/")} == rooms


@pytest.mark.parametrize("way", WAYS)
def test_a_way_has_ten_steps_at_most_and_each_name_of_it_exists(way: str) -> None:
    text = WAYS[way]
    steps = re.findall(r"^(\d+)\. ", text, re.MULTILINE)
    assert steps == [str(number) for number in range(1, len(steps) + 1)]
    assert 5 < len(steps) <= 10
    defined = set().union(*names().values())
    rooms = {room.rstrip("/") for room, _ in ROWS}
    known = defined | rooms | set(COMMANDS) | set(KEYS) | WORDS
    unknown = [
        word
        for word in quoted(text)
        if not (is_path(word) or word in known or word.startswith("--") or word.split()[-1] in COMMANDS)
    ]
    assert [word for word in unknown if not word.startswith("krmfn explain ")] == []


@pytest.mark.parametrize("way", WAYS)
def test_a_function_named_behind_a_module_is_defined_there(way: str) -> None:
    wrong = []
    for path, name in re.findall(r"`([\w/]+)\.py` \(`(\w+)`\)", WAYS[way]):
        module = f"krmfn.{path.replace('/', '.')}"
        if name not in names()[module]:
            wrong.append(f"{path}.py: {name}")
    assert wrong == []


def test_functions_are_named_behind_modules() -> None:
    """Without one the test above would hold nothing."""
    for way in ("ResourceList", "CR in `render`", "`diff`"):
        assert (
            len(re.findall(r"\.py` \(`\w+`\)", WAYS[f"The way of a {way}" if way != "`diff`" else f"The way of {way}"]))
            > 2
        )
