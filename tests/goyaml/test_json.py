"""Files named `*.json` hold JSON: what only YAML allows is an error with its line, in all commands that read files."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING, Any

import pytest

from krmfn.goyaml.errors import Unreadable
from krmfn.goyaml.reader import read, read_json
from tests.calls import Called, krmfn

if TYPE_CHECKING:
    from pathlib import Path

RIGHT = """\
{
  "apiVersion": "operator.kyma-project.io/v1alpha1",
  "kind": "NATS",
  "metadata": {"name": "orders-nats", "namespace": "shop"},
  "spec": {
    "cluster": {"size": 3},
    "logging": {"debug": false}
  }
}
"""
COMMA = "JSON does not allow a comma before a closing bracket: remove it"
COMMENT = "JSON does not allow comments: remove this one"
WRONG = {
    "a comma at the end of a map": ("false}\n", "false},\n", 7, COMMA),
    "a comma at the end, and a line end": ("false}", "false,\n}", 7, COMMA),
    "a comma at the end of a list": ('{"size": 3}', '{"size": [3,]}', 6, COMMA),
    "a comment of YAML": ('"spec": {\n', '"spec": {\n    # three\n', 6, COMMENT),
    "a comment of JavaScript": ('"spec": {\n', '"spec": {\n    // three\n', 6, COMMENT),
    "a comment in C's way": ('"spec": {', '"spec": { /* three */', 5, COMMENT),
    "a comment above all": ("{\n  ", "# all\n{\n  ", 1, COMMENT),
    "a number that is none": ("3}", "NaN}", 6, "NaN or Infinity, which is not a number in JSON"),
    "a number without end": ("3}", "-Infinity}", 6, "NaN or Infinity, which is not a number in JSON"),
    "single quotes": ('"shop"', "'shop'", 4, "JSON does not allow single quotes"),
    "no quotes": ('"shop"', "shop", 4, "this is not JSON: correct it"),
    "a bracket too few": ("false}\n", "false\n", 9, ""),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_only_yaml_allows_is_refused_with_its_line(name: str) -> None:
    before, after, line, message = WRONG[name]
    assert read_json(RIGHT).value == json.loads(RIGHT)
    text = RIGHT.replace(before, after, 1)
    with pytest.raises(Unreadable) as refused:
        read_json(text)
    assert refused.value.line == line or not message
    assert message in refused.value.message
    assert "shop" not in refused.value.message


def test_a_text_that_looks_like_a_number_that_is_none_is_a_text() -> None:
    text = '{"a": "NaN", "b": "\\"Infinity", "c": [NaN]}'
    with pytest.raises(Unreadable, match="NaN or Infinity"):
        read_json(text)
    assert read_json(text.replace("[NaN]", '["NaN"]')).value["c"] == ["NaN"]


def test_odd_json_is_as_in_yaml() -> None:
    """Too deep, too long a number, a key that is there twice: the same words as without the ending."""
    deep = "[" * 5000 + "]" * 5000
    with pytest.raises(Unreadable) as refused:
        read_json(deep)
    assert refused.value.code == "too-deep"
    assert read_json('{"a": %s}' % ("9" * 5000)).value == read('{"a": %s}' % ("9" * 5000)).value
    with pytest.raises(Unreadable) as refused:
        read_json('{\n"a": 1,\n"a": 2}')
    assert (refused.value.code, refused.value.line) == ("duplicate-key", 3)


def strict(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        raise ValueError
    return made


def refuse(_: str) -> None:
    raise ValueError


@pytest.mark.parametrize("seed", range(3))
def test_what_pythons_json_refuses_is_never_taken(seed: int) -> None:
    choose = random.Random(seed)
    refused = 0
    for _ in range(300):
        at = choose.randrange(len(RIGHT))
        text = (
            RIGHT[:at]
            + choose.choice([*",:'\"#{}[] \n0x", "NaN", "//", "{}", ', "kind": 1'])
            + RIGHT[at + choose.randint(0, 2) :]
        )
        try:
            json.loads(text, object_pairs_hook=strict, parse_constant=refuse)
        except ValueError:
            refused += 1
            try:
                assert read_json(text).problems, text
            except Unreadable:
                pass
    assert refused > 100


def called(place: Path, text: str, *command: str) -> Called:
    (place / "nats.json").write_text(text)
    return krmfn(*command, cwd=place)


@pytest.mark.parametrize(
    "command",
    [
        ("render", "-f", "nats.json"),
        ("render", "-f", "."),
        ("render", "-f", "nats.json", "--jobs", "2"),
        ("check", "-f", "nats.json"),
        ("simulate", "-f", "nats.json", "--accept", "zones-unknown"),
        ("report", "-f", "nats.json"),
        ("fix", "-f", "nats.json"),
        ("diff", "right.json", "nats.json"),
    ],
    ids=" ".join,
)
def test_every_command_names_the_file_and_the_line(command: tuple[str, ...], tmp_path: Path) -> None:
    good = called(tmp_path, RIGHT, *command)
    assert good.status == 0 or command[0] == "diff"
    (tmp_path / ("right.json" if command[0] == "diff" else "other.txt")).write_text(RIGHT)
    bad = called(tmp_path, RIGHT.replace("false}\n", "false},\n"), *command)
    assert bad.status == (2 if command[0] == "diff" else 1)
    lines = [line for line in (bad.err + bad.out).splitlines() if "[not-json]" in line]
    assert lines
    assert all("nats.json:7: error: " in line and COMMA in line for line in lines), lines


@pytest.mark.parametrize("ending", ["json", "yaml"])
def test_settings_schemas_and_values_of_that_name_too(ending: str, tmp_path: Path) -> None:
    config = '{"apiVersion": "fn.krmfn.dev/v1alpha1", "kind": "RenderNATS",\n"spec": {"zones": 3,}}'
    schema = '{"properties": {"apiVersion": {"const": "a/v1"},\n"kind": {"const": "B"},}}'
    values = '{"config":\n{"jetstream": {"enabled": true,}}}'
    for name, text in (("config", config), ("schema", schema), ("values", values)):
        (tmp_path / f"{name}.{ending}").write_text(text)
    for command in (
        ("render", "-f", "nats.json", "--config", f"config.{ending}"),
        ("check", "-f", "nats.json", "--schema", f"schema.{ending}"),
        ("import", f"values.{ending}", "-n", "shop"),
    ):
        made = called(tmp_path, RIGHT, *command)
        assert (COMMA in made.err) is (ending == "json"), made
        assert (made.status == 0) is (ending == "yaml"), made


def test_standard_input_and_files_of_others_are_yaml(tmp_path: Path) -> None:
    text = RIGHT.replace("false}\n", "false},\n")
    assert krmfn("render", "-f", "-", stdin=text).status == 0
    (tmp_path / "tsconfig.json").write_text('{"files": ["a.ts",],} // all\n')
    assert called(tmp_path, RIGHT, "render", "-f", ".").status == 0
