"""Streams are cut where kyaml cuts them; what kyaml would drop is refused."""

from __future__ import annotations

import random

import pytest

from krmfn.goyaml import full_reader
from krmfn.goyaml.errors import Unreadable
from krmfn.goyaml.stream import decode, split
from tests.goyaml.go_oracle import ask, same, value

PIECES = [
    "a: 1\n", "b: x\n", "---\n", "--- \n", "--- # c\n", "---#c\n", "---\t\n", "# c\n", "\n", "  \n", "null\n",
    "~ # n\n", "{}\n", "d: |\n  x\n---\n  y\n", "...\n", "... # c\n", "--- {c: 1}\n", "----\n", "---x\n",
    "---\r\n", "c: 3\r\n", '{"a": 1}\n', "[1]\n", "---", "a: 1", "\ufeff", "- 1\n", " ---\n", "x: ---\n",
    "...x\n", "\u2003\n", "---\u2003\n", " # c\n",
]  # fmt: skip


def streams() -> list[str]:
    chance = random.Random(20)
    singles = [first + second for first in PIECES for second in ["", *PIECES]]
    longer = ("".join(chance.choices(PIECES, k=chance.randint(3, 7))) for _ in range(4000))
    return list(dict.fromkeys([*singles, *longer]))


def ours(text: str) -> list | None:
    try:
        return [full_reader.read(document.text).value for document in split(text)]
    except Unreadable:
        return None


def test_what_split_accepts_is_what_kyaml_reads():
    texts = streams()
    wrong, accepted = [], 0
    for text, answer in zip(texts, ask(texts, "documents"), strict=True):
        mine = ours(text)
        theirs = None if answer.get("documents_error") else [value(d) for d in answer.get("documents", [])]
        if mine is None:
            continue
        accepted += 1
        if theirs is None or not same(mine, theirs):
            wrong.append((text, mine, theirs))
    assert wrong == []
    assert accepted > 700


def test_what_kyaml_reads_and_split_refuses_would_lose_text():
    texts = streams()
    refused = 0
    for text, answer in zip(texts, ask(texts, "documents"), strict=True):
        if answer.get("documents_error") or ours(text) is not None or "\ufeff" in text[1:]:
            continue
        assert answer.get("dropped"), text
        refused += 1
    assert refused > 50


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("# only a comment\n", []),
        ("---\n---\nnull\n---\n~ # nothing\n", []),
        ("a: 1\n", [("a: 1\n", 1, 0)]),
        ("a: 1\n---\nb: 2\n", [("a: 1\n", 1, 0), ("b: 2\n", 3, 1)]),
        ("---\na: 1\n--- # next\n# c\nb: 2", [("---\na: 1\n", 1, 0), ("# c\nb: 2", 4, 1)]),
        ("a: 1\r\n---\r\nb: 2\r\n", [("a: 1\n", 1, 0), ("b: 2\n", 3, 1)]),
        ("# c\n---\na: 1\n---\n\n---\nb: 2\n---\n", [("a: 1\n", 3, 0), ("b: 2\n", 7, 1)]),
        ("a: |\n  x\n---\n  y\n", [("a: |\n  x\n", 1, 0), ("  y\n", 4, 1)]),
        ("a: 1\n...\n# c\n", [("a: 1\n...\n# c\n", 1, 0)]),
        ("a: 1\n---", [("a: 1\n", 1, 0)]),
        ("a: 1\n---b: 2", [("a: 1\n---b: 2", 1, 0)]),
        ("a: 1\n---\n\ufeffb: 2\n", [("a: 1\n", 1, 0), ("b: 2\n", 3, 1)]),
        ("null\nfoo\n", [("null\nfoo\n", 1, 0)]),
        ('{"a": 1}\n---\n{"b": 2}\n', [('{"a": 1}\n', 1, 0), ('{"b": 2}\n', 3, 1)]),
        ("{a: 1} # flow, but not JSON\n", [("{a: 1} # flow, but not JSON\n", 1, 0)]),
        ('{"a": 1} # c\n...\n', [('{"a": 1} # c\n...\n', 1, 0)]),
    ],
)
def test_documents_come_with_their_first_line_and_position(text, expected):
    assert [(d.text, d.line, d.index) for d in split(text)] == expected


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("a: 1\n--- {b: 2}\n", "bad-separator", 2),
        ("a: 1\n---\nb: 2\n--- text", "bad-separator", 4),
        ("a: 1\n-----BEGIN\n", "bad-separator", 2),
        ("a: 1\n...\nb: 2\n", "text-after-end", 3),
        ("x: 1\n---\na: 1\n... b\n", "text-after-end", 4),
        ("null\n...\nb: 2\n", "text-after-end", 3),
        ("a: 1\n---\n# c\n...\n", "bad-separator", 4),
        ("a: 1\n\ufeffb: 2\n", "control-character", 2),
        ('{"a": 1}\n{"b": 2}\n', "several-documents", 2),
        ('\n[1] {"b": 2}\n', "several-documents", 2),
        ("a: 1\r---\rb: 2", "several-documents", 1),
    ],
)
def test_text_that_kpt_would_drop_or_refuse_is_refused(text, code, line):
    with pytest.raises(Unreadable) as caught:
        split(text)
    assert (caught.value.code, caught.value.line) == (code, line)


def test_deep_json_is_left_to_the_reader():
    assert len(split("[" * 100_000)) == 1


def test_a_byte_order_mark_is_removed():
    assert decode(b"\xef\xbb\xbfa: \xc3\xa9\n") == "a: é\n"


@pytest.mark.parametrize("text", ["a: °·\u0085\n", "a: \ufffd\U0001f600\n", "\ta:\r\n"])
def test_what_yaml_allows_is_decoded(text):
    assert decode(text.encode()) == text


@pytest.mark.parametrize(
    ("data", "code", "line"),
    [
        (b"a: 1\nb: \xff\n", "not-utf8", 2),
        (b"a: \xed\xa0\x80\n", "not-utf8", 1),
        ("a: 1".encode("utf-16"), "not-utf8", 1),
        ("a: 1".encode("utf-16-le"), "not-utf8", 1),
        ("a: 1".encode("utf-16-be"), "not-utf8", 1),
        (b"a: 1\n\nb: \0", "control-character", 3),
        (b"a: \x1b[31m", "control-character", 1),
        (b"a: \x7f", "control-character", 1),
        ("a: 1\nb: \x90\n".encode(), "control-character", 2),
        ("a: 1\nb: \ufffe\n".encode(), "control-character", 2),
        (b"a: 1\n" * 30_000 + b"\x1b: 2\n" + b"a: 1\n" * 30_000, "control-character", 30_001),
        (b"a: 1\n" * 30_000 + "b: \x90\n".encode(), "control-character", 30_001),
    ],
)
def test_other_encodings_and_control_characters_are_refused_with_their_line(data, code, line):
    with pytest.raises(Unreadable) as caught:
        decode(data)
    assert (caught.value.code, caught.value.line) == (code, line)


def test_a_nul_byte_is_called_by_its_name():
    with pytest.raises(Unreadable, match="a NUL byte"):
        decode(b"a\0")
    with pytest.raises(Unreadable, match=r"U\+001B"):
        decode(b"a\x1b")
