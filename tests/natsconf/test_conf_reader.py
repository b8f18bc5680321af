"""The reader takes a nats.conf in whatever spelling nats-server takes it."""

from __future__ import annotations

import pytest

from krmfn.natsconf.printer import conf
from krmfn.natsconf.reader import byte_size, read_conf
from krmfn.natsconf.tree import Block, Variable
from tests.golden_cases import CASES, Case
from tests.natsconf.confs import sound


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
        ("500Mi", 500 << 20), ("-1", -1), ("0", 0), ("1.5Gi", "1.5Gi"), ("1e9", "1e9"), ("10s", "10s"),
        ("true", True), ("ON", True), ("no", False), ("$A_1", ("$", "A_1")), ("$2a$11$abc", "$2a$11$abc"),
        ('"1G"', "1G"), ("'a\\b'", "a\\b"), ('"a\\t\\x41\\"\\\\"', 'a\tA"\\'), ("nats://h:1", "nats://h:1"),
        ("[1, 2 3]", [1, 2, 3]), ("[\n a\n # c\n b\n]", ["a", "b"]),
        ("{a: {b: 1}}", {"a": {"b": 1, "include": []}, "include": []}),
        ("(\nselect\n)\n", "\nselect"), ("2m", 2 * 10**6), ("2024-01-01", "2024-01-01"),
    ],
)  # fmt: skip
def test_a_value_is_what_the_server_takes_it_for(literal, value):
    assert one(f"x: {literal}") == value


def test_comments_includes_and_repeated_settings_are_read():
    text = (
        "# one\n// two\nport: 1 # three\nport: 2\ninclude ./a.conf\ncluster {\n  include 'b'; name: x\n}\ninclude: c\n"
    )
    block = read_conf(text)
    assert block is not None
    assert block.settings["port"] == 2
    assert block.includes == ("./a.conf", "c")
    assert block.get("cluster", "name") == "x"
    cluster = block.get("cluster")
    assert isinstance(cluster, Block)
    assert cluster.includes == ("b",)


@pytest.mark.parametrize(
    "text",
    [
        "a {", "a: [", 'a: "b', 'a: "b\\"', 'a: "\\q"', 'a: "\\x4"', "a: (b", "}", "a:", "x: ,", ": 1", "a: $",
        "a: $1b", "a: " + "[" * 100, "a: " + "{b: " * 100, "a: ]",
    ],
)  # fmt: skip
def test_what_is_no_configuration_is_none(text):
    assert read_conf(text) is None


@pytest.mark.parametrize(
    ("value", "size"), [("1G", 1 << 30), ("7K", 7 << 10), ("12", 12), ("1Gi", None), ("", None), (5, 5), (True, None)]
)
def test_a_store_limit_in_quotes_has_binary_units(value, size):
    assert byte_size(value) == size
