"""A printed string is read back as it was, whatever is in it, and nothing else of the file moves."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from krmfn.natsconf.parser import read_conf
from krmfn.natsconf.tree import Block, Variable, conf, quoted

NAMED = {"\\": "\\", '"': '"', "n": "\n", "t": "\t", "r": "\r"}


def unquoted(text: str) -> str:
    """A string as nats-server's lexer reads it (conf/lex.go, lexStringEscape)."""
    assert text[0] == text[-1] == '"'
    data, rest = b"", text[1:-1]
    while rest:
        if rest[0] != "\\":
            assert rest[0] != '"', "the string ends early"
            data, rest = data + rest[0].encode(), rest[1:]
        elif rest[1] == "x":
            data, rest = data + bytes.fromhex(rest[2:4]), rest[4:]
        else:
            data, rest = data + NAMED[rest[1]].encode(), rest[2:]
    return data.decode()


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
@settings(max_examples=200, deadline=None, derandomize=True)
def test_a_string_comes_back_as_it_was(text: str) -> None:
    assert unquoted(quoted(text)) == text


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
@settings(max_examples=100, deadline=None, derandomize=True)
def test_a_string_stays_on_its_line_in_printable_ascii(text: str) -> None:
    assert all(" " <= c <= "~" for c in quoted(text))


@pytest.mark.parametrize("text", ["yes", "5m", "1e9", "$HOME", "include /etc/passwd", "}", "# x", "a\nport: 1", "é😀"])
def test_a_string_never_becomes_a_keyword_a_number_or_another_setting(text: str) -> None:
    printed = conf(Block({"cluster": Block({"name": text})}))
    assert printed.count("\n") == 3
    assert printed == f"cluster {{\n  name: {quoted(text)}\n}}\n"


def test_every_kind_of_value_has_its_own_form() -> None:
    tree = Block(
        {
            "port": 4222,
            "debug": True,
            "trace": False,
            "server_name": Variable("SERVER_NAME"),
            "cluster": Block({"routes": ["nats://a:1", "nats://b:2"]}),
        },
        includes=("accounts/resolver.conf",),
    )
    assert conf(tree) == (
        "port: 4222\n"
        "debug: true\n"
        "trace: false\n"
        "server_name: $SERVER_NAME\n"
        "cluster {\n"
        "  routes: [\n"
        '    "nats://a:1"\n'
        '    "nats://b:2"\n'
        "  ]\n"
        "}\n"
        'include "accounts/resolver.conf"\n'
    )


@pytest.mark.parametrize("name", ["", 'a"b', "a\nb", "é"])
def test_a_name_that_nats_conf_cannot_spell_is_a_bug(name: str) -> None:
    with pytest.raises(ValueError, match="printable ASCII"):
        conf(Block({name: 1}))


@pytest.mark.parametrize("name", ["a b", "ORDERS", "a-b", "a:", "$SYS", "include", "5", "true", "a\\b", "{", "#a", "'"])
def test_the_name_of_a_user_is_quoted_and_read_back(name: str) -> None:
    text = conf(Block({"accounts": Block({name: Block({"users": []}, includes=("a/b.conf",))})}))
    read = read_conf(text)
    assert read is not None
    block = read.get("accounts", name)
    assert isinstance(block, Block)
    assert (block.settings, block.includes) == ({"users": []}, ("a/b.conf",))


def test_lists_of_blocks_lists_and_values_are_read_back() -> None:
    users = [Block({"user": "a", "allowed": ["x", "y"]}), ["p", [1, True]], 5, False, Variable("V")]
    text = conf(Block({"users": users}, definitions=("secrets/s/k.conf",)))
    assert text.startswith('include "secrets/s/k.conf"\nusers: [\n  {\n    user: "a"\n')
    read = read_conf(text)
    assert read is not None
    first, *rest = read.settings["users"]
    assert first.settings == {"user": "a", "allowed": ["x", "y"]}
    assert rest[:3] == [["p", [1, True]], 5, False]
    assert rest[3].name == "V"
    assert read.includes == ("secrets/s/k.conf",)


@pytest.mark.parametrize("name", ["", "1A", "A B", "A-B", "Ä", "{A}"])
def test_a_variable_whose_name_flux_or_the_server_could_misread_is_a_bug(name: str) -> None:
    with pytest.raises(ValueError, match="letters"):
        Variable(name)


@pytest.mark.parametrize("value", [None, 1.5, {"a": 1}])
def test_a_value_of_no_known_kind_is_a_bug(value: object) -> None:
    with pytest.raises(TypeError):
        conf(Block({"port": value}))  # type: ignore[dict-item]


def test_a_setting_is_found_by_its_path_and_its_absence_is_none() -> None:
    tree = Block({"port": 1, "cluster": Block({"name": "c"})})
    assert tree.get("cluster", "name") == "c"
    assert tree.get("cluster", "port") is None
    assert tree.get("port", "name") is None
    assert tree.get("nothing") is None
