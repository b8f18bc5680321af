"""The reader takes a nats.conf in whatever spelling nats-server takes it."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from krmfn.natsconf.parser import byte_size, read_conf
from krmfn.natsconf.tree import Block, Variable, conf
from tests.clients.servers import BINARY
from tests.golden_cases import CASES, Case
from tests.natsconf.confs import sound

if TYPE_CHECKING:
    from pathlib import Path


def plain(value):
    """Blocks and variables as values that compare."""
    if isinstance(value, Block):
        return {**{key: plain(inner) for key, inner in value.settings.items()}, "include": list(value.includes)}
    if isinstance(value, Variable):
        return ("$", value.name)
    return [plain(inner) for inner in value] if isinstance(value, list) else value


def one(text: str):
    """The value of the only setting."""
    block = read_conf(text)
    assert block is not None
    ((_, value),) = block.settings.items()
    return plain(value)


def test_what_the_printer_writes_is_read_back():
    read = read_conf(conf(sound()))
    assert plain(read) == plain(sound())


@pytest.mark.parametrize("name", CASES)
def test_every_golden_configuration_is_read_and_printed_again_as_it_was(name):
    for config in Case(name).of_kind("ConfigMap"):
        text = config["data"]["nats.conf"]
        block = read_conf(text)
        assert block is not None
        if text.startswith("include "):  # the reader does not tell where an include stands
            block.definitions, block.includes = block.includes, ()
        assert conf(block) == text


@pytest.mark.parametrize(
    "text",
    ["port: 4222", "port = 4222", "port 4222", "port:4222", "port=4222", '"port": 4222', "'port' 4222,", "{}port 4222"],
)
def test_a_setting_is_the_same_in_every_spelling(text):
    assert one(text.removeprefix("{}")) == 4222


@pytest.mark.parametrize(
    ("literal", "value"),
    [
        ("1Gi", 1 << 30), ("1GB", 1 << 30), ("1gib", 1 << 30), ("1G", 10**9), ("500M", 5 * 10**8), ("1K", 1000),
        ("500Mi", 500 << 20), ("-1", -1), ("0", 0), ("1.5", "1.5"), ("1.2.3.4:1", "1.2.3.4:1"), ("10s", "10s"),
        ("true", True), ("ON", True), ("no", False), ("$A_1", ("$", "A_1")), ("$2a$11$abc", "$2a$11$abc"),
        ('"1G"', "1G"), ("'a\\b'", "a\\b"), ('"a\\t\\x41\\"\\\\"', 'a\tA"\\'), ("nats://h:1", "nats://h:1"),
        ("[1, 2\n-3]", [1, 2, -3]), ("[\n a\n # c\n b\n]", ["a", "b"]),
        ("{a: {b: 1}}", {"a": {"b": 1, "include": []}, "include": []}),
        ("(\nselect\n)\n", "\nselect\n"), ("2m", 2 * 10**6), ("2024-01-01T00:00:00Z", "2024-01-01T00:00:00Z"),
        ("a\\tb\\x41", "a\tbA"), ("#b", "#b"), (":b", ":b"), ("(\na)\n )\n)\n", "\na)\n )\n"), ("1Gibs", "1Gibs"),
    ],
)  # fmt: skip
def test_a_value_is_what_the_server_takes_it_for(literal, value):
    assert one(f"x: {literal}") == value


def test_comments_includes_and_repeated_settings_are_read():
    text = (
        "# one\n// two\nport: 1 # three\nport: 2\ninclude ./a.conf\ncluster {\n  include 'b'; name: x\n}\n"
        'include\t"c"; include: d\n'
    )
    block = read_conf(text)
    assert block is not None
    assert block.settings["port"] == 2
    assert block.includes == ("./a.conf", "c")
    assert block.settings["include"] == "d"
    assert block.get("cluster", "name") == "x"
    cluster = block.get("cluster")
    assert isinstance(cluster, Block)
    assert cluster.includes == ("b",)


@pytest.mark.parametrize(
    "text",
    [
        "a {", "a: [", 'a: "b', 'a: "b\\"', 'a: "\\q"', 'a: "\\x4"', "a: (b", "}", "a:", "x: ,", ": 1", "a: $",
        "a: $1b", "a: " + "[" * 100, "a: " + "{b: " * 100, "a: ]", "a: 1\0", "a: (\nb\n)",
    ],
)  # fmt: skip
def test_what_is_no_configuration_is_none(text):
    assert read_conf(text) is None


@pytest.mark.parametrize(
    ("value", "size"), [("1G", 1 << 30), ("7K", 7 << 10), ("12", 12), ("1Gi", None), ("", None), (5, 5), (True, None)]
)
def test_a_store_limit_in_quotes_has_binary_units(value, size):
    assert byte_size(value) == size


TAKEN = [
    "server_name: a", 'server_name\n"a"', "server_name:\t'a' // c", '{"server_name": "a", "port": -1}\n# c\n',
    "ping_max: 2\r\nport: -1;debug: on, trace: no", "server_tags: [a,\n# c\nb\n'c' ]", "server_name=:a#b//c",
    "write_deadline: 10s", "max_payload: 1MB", "server_name: 1.2.3.4:5-6", "server_tags [ ]", 'server_name: "a\nb"',
    "cluster {\n name:\n x }", "'server_name' = a", "server_tags: [a,]", "server_name: a\\x41b",
]  # fmt: skip
REFUSED = [
    "server_name: 1.5Gi", "server_name: 1e9", "server_name: 2024-01-01", "server_name: a b", "server_name: 'a' b",
    "server_name: .5", "server_name: 1.", "server_name: -a", "server_tags: [a b]", "server_tags: [a;b]",
    "server_tags: [,]", "server_tags: [1]", "cluster{ name: x }", "cluster # c\n{ name: x }", "cluster:\n{ name: x }",
    "port: 4222]", "port: -1x", "port: 1Gi2", "port: 1kbb", "port: 99999999999999999999", "server_name: a'b",
    "server_name: a\\qb", "server_name: a\\", "server_name: 1.2.3.x", "server_name: (\na)", "include\nx",
    "include 1", "/x", "port: 1-2", "{a: 1} b", "port: 1 {", "include ''", "include a'b", "include",
    "server_tags: [/x]", "server_name: (\na)b\n)c\n", 'server_name: "a\\', "'port", "'': 1",
]  # fmt: skip


def accepts(text: str, folder: Path) -> bool:
    """Whether the real server takes the configuration."""
    file = folder / "nats.conf"
    file.write_text(text, newline="")
    return subprocess.run([BINARY, "-t", "-c", file], capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize("text", TAKEN)
def test_what_the_server_takes_in_an_odd_spelling_is_read(text, tmp_path):
    assert accepts(text, tmp_path)
    assert read_conf(text) is not None


@pytest.mark.parametrize("text", REFUSED)
def test_what_the_server_refuses_is_not_read(text, tmp_path):
    assert not accepts(text, tmp_path)
    assert read_conf(text) is None


def test_braces_around_everything_say_nothing():
    assert plain(read_conf(' # c\n{"port": 1, "a": {"b": true},\n}\n')) == plain(read_conf("port: 1\na {b: on}\n"))


def test_a_comment_behind_a_key_is_its_value_as_it_is_to_the_server():
    assert one("server_name #a\n") == "#a"
    assert one("server_name: //a\n") == "//a"


def test_names_in_quotes_know_no_escapes():
    assert plain(read_conf('"a\\n": 1\n')) == {"a\\n": 1, "include": []}
