"""The slow reader: Go's values, honest lines, limits that hold, and messages that quote nothing."""

from __future__ import annotations

import random

import pytest
import yaml

from krmfn.goyaml import full_reader
from krmfn.goyaml.errors import CHARACTERS_PER_NODE, MAX_DEPTH, MAX_NODES, Unreadable
from tests.effort import at_most
from tests.goyaml.go_oracle import ask, same, value
from tests.goyaml.mutants import mutants

MERGES = [
    "&x a", "&x {a: 1}", "&y {a: 2, b: 3}", "*x", "*y", "{<<: *x}", "{<<: *x, a: 5}", "{a: 6, <<: *y}",
    "{<<: [*x, *y]}", "{<<: [*y, {c: 1}], b: 0}", "{!!merge <<: *y}", '{"<<": *x}', "[*x, *y]", "&z [1, *x]",
    "*z", "!!str 5", "!!int '5'", "!!float 3", "!!bool true", "!!null ''", "!!map {}", "!!seq []", "!!str",
    "!!int 0x1F", "!!int x", "!!bool yes", "{<<: *x, <<: *y}", "{<<: 1}", "{<<: [1]}", "{? [a] : b}",
    "!!seq {}", "!!str {}", "&w {s: *w}", "{<<: {a: 1, <<: *y}}", "{!!str <<: 1}", "<<", "!!float 1e3", "'on'",
    "{'1': a}", "{a: null, <<: *x}", "\n  - 1\n  - *y", "\n  <<: *y\n  b: 1",
]  # fmt: skip


def outcome(text: str):
    try:
        return full_reader.read(text)
    except Unreadable as error:
        return error


def disagreements(texts: list[str]) -> tuple[list, int]:
    """Texts that are accepted without a problem and that kyaml does not read alike; and how many were accepted."""
    wrong, accepted = [], 0
    for text, answer in zip(texts, ask(texts), strict=True):
        mine = outcome(text)
        if isinstance(mine, Unreadable) or mine.problems:
            continue
        accepted += 1
        if answer.get("g3_error") or not same(mine.value, value(answer["g3"])):
            wrong.append((text, mine.value, answer.get("g3")))
    return wrong, accepted


def test_thousands_of_damaged_documents_are_read_as_kyaml_reads_them():
    wrong, accepted = disagreements(mutants(12_000, seed=9))
    assert wrong == []
    assert accepted > 4000


def test_anchors_merges_and_tags_are_read_as_kyaml_reads_them():
    chance = random.Random(3)
    anchors = "k: &x {a: 0}\nl: &y {d: 4}\n"
    texts = [anchors + f"c: {part}\n" for part in MERGES]
    for _ in range(6000):
        parts = chance.choices(MERGES, k=chance.randint(2, 4))
        texts.append(anchors + "".join(f"{key}: {part}\n" for key, part in zip("abcd", parts, strict=False)))
    wrong, accepted = disagreements(texts)
    assert wrong == []
    assert accepted > 1000


@pytest.fixture(params=["C", "pure"])
def loader(request, monkeypatch):
    if request.param == "pure":
        monkeypatch.delattr(yaml, "CSafeLoader", raising=False)


@pytest.mark.usefixtures("loader")
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", None),
        ("# c\n", None),
        ("a", "a"),
        ("a: [1, 2.5, x, true, ~]\n", {"a": [1, 2.5, "x", True, None]}),
        ("a: >\n  b\n  c\n\nd: |+\n  e\n\n", {"a": "b c\n", "d": "e\n\n"}),
        ("a: yes\n", {"a": "yes"}),
        ("b: &x {c: 1, d: 2}\na: {<<: *x, c: 9}\n", {"b": {"c": 1, "d": 2}, "a": {"c": 9, "d": 2}}),
        (
            "a: &x {k: 1}\nb: &y {k: 2, l: 3}\nc: {<<: [*x, *y]}\n",
            {"a": {"k": 1}, "b": {"k": 2, "l": 3}, "c": {"k": 1, "l": 3}},
        ),
        ('a: !!str 5\nb: !!int "5"\nc: !!float 3\nd: !!null ""\n', {"a": "5", "b": 5, "c": 3.0, "d": None}),
        ("a:\r\n- b\r\n", {"a": ["b"]}),
        ("a: 2024-01-01\n", {"a": "2024-01-01"}),
        ("---\na: 1\n...\n# c\n", {"a": 1}),
    ],
)
def test_values_are_go_values(text, expected):
    assert same(full_reader.read(text).value, expected)


def test_an_alias_gives_a_copy_of_its_own():
    value = full_reader.read("a: &x {k: []}\nb: *x\n").value
    value["a"]["k"].append(1)
    assert value["b"] == {"k": []}


@pytest.mark.usefixtures("loader")
def test_lines_are_those_of_keys_and_elements():
    text = "# c\na: &x\n  b: 1\nc: [p,\n  q]\nd:\n  <<: *x\n  e: |\n   t\n   t\nf:\n-\n  - g\n"
    lines = full_reader.read(text).lines
    assert lines == {
        (): 2, ("a",): 2, ("a", "b"): 3, ("c",): 4, ("c", 0): 4, ("c", 1): 5, ("d",): 6, ("d", "e"): 8, ("d", "b"): 3,
        ("f",): 11, ("f", 0): 13, ("f", 0, 0): 13,
    }  # fmt: skip


@pytest.mark.usefixtures("loader")
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_are_counted_as_editors_count_them(end):
    text = end.join(['a: "\u2028\u0085"', "b: x", "", "c: 1", ""])
    assert full_reader.read(text).lines == {(): 1, ("a",): 1, ("b",): 2, ("c",): 4}


def test_ambiguous_values_and_keys_are_problems_with_their_path_and_line():
    text = "a: x\nb:\n- yes\n- {m: 0777}\non: 1\n1: d\n'off': no\nnull: 2024-01-01\n"
    reading = full_reader.read(text)
    assert [(p.code, p.severity, p.path, p.line) for p in reading.problems] == [
        ("ambiguous-scalar", "error", ("b", 0), 3),
        ("ambiguous-scalar", "error", ("b", 1, "m"), 4),
        ("ambiguous-scalar", "error", ("on",), 5),
        ("ambiguous-scalar", "error", ("1",), 6),
        ("ambiguous-scalar", "error", ("off",), 7),
        ("ambiguous-scalar", "error", ("null",), 8),
        ("ambiguous-scalar", "error", ("null",), 8),
    ]
    assert reading.value == {"a": "x", "b": ["yes", {"m": 511}], "on": 1, "1": "d", "off": "no", "null": "2024-01-01"}
    assert 'write true or "yes"' in reading.problems[0].message
    assert "double quotes" in reading.problems[2].message


def test_a_tagged_key_is_ambiguous_unless_it_is_a_string():
    assert full_reader.read("!!str 1: a\n").problems == []
    assert len(full_reader.read("!!int 1: a\n").problems) == 1


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("a: 1\nb:\n  c: 1\n  c: 2\n", "duplicate-key", 4),
        ("1: a\n'1': b\n", "duplicate-key", 2),
        ("a: &x {}\nb: {<<: *x, <<: *x}\n", "duplicate-key", 2),
        ("? [a]\n: b\n", "bad-key", 1),
        ("a: *x\n", "unknown-anchor", 1),
        ("a: 1\nb: &x [*x]\n", "self-reference", 2),
        ("a: &x {<<: *x}\n", "self-reference", 1),
        ("a: {<<: 1}\n", "bad-merge", 1),
        ("a: {<<: [1]}\n", "bad-merge", 1),
        ("a: !!binary aGk=\n", "unknown-tag", 1),
        ("a: !!timestamp 2024-01-01\n", "unknown-tag", 1),
        ("a: 1\nb: !Ref x\n", "unknown-tag", 2),
        ("a: ! 12\n", "unknown-tag", 1),
        ("a: !!python/object/apply:os.system [x]\n", "unknown-tag", 1),
        ("a: !!seq {}\n", "bad-tag", 1),
        ("a: !!map x\n", "bad-tag", 1),
        ("a: !!merge x\n", "bad-tag", 1),
        ("a: 1\nb: !!int x\n", "bad-tag", 2),
        ("a: !!bool yes\n", "bad-tag", 1),
        ("%YAML 1.2\n---\na: 1\n", "directive", 1),
        ("a: 1\n---\nb: 1\n", "several-documents", 2),
        ("a: 1\n...\nb: 1\n", "unreadable-yaml", 3),
        ('{"a": 1}\n{"b": 1}\n', "unreadable-yaml", 2),
        ("a: 1\nb: c: d\n", "unreadable-yaml", 2),
        ("a: 1\n  b: 1\n", "unreadable-yaml", 2),
        ("a:\n - b\n c: d\n", "unreadable-yaml", 3),
        ("a: 1\nb: 'x\n\n", "unreadable-yaml", 2),
        ("a: 1\nb\nc: 1\n", "unreadable-yaml", 2),
        ("a: [1\nb: 2\n", "unreadable-yaml", 2),
        ('a: "\\q"\n', "unreadable-yaml", 1),
        ("a: @x\n", "unreadable-yaml", 1),
        ("a: \x01\n", "unreadable-yaml", None),
        ("a: \ud800\n", "not-utf8", None),
    ],
)
def test_what_kubernetes_tools_do_not_read_is_refused(text, code, line):
    with pytest.raises(Unreadable) as caught:
        full_reader.read(text)
    assert (caught.value.code, caught.value.line) == (code, line)


def test_a_duplicate_key_is_named_with_its_path_when_it_is_plain():
    with pytest.raises(Unreadable, match=r'duplicate key "spec\.items\[1\]\.size"'):
        full_reader.read("spec:\n  items:\n  - a\n  - size: 1\n    size: 2\n")
    with pytest.raises(Unreadable, match=r"^duplicate key: remove"):
        full_reader.read("a: {p w: 1, p w: 2}\n")


@pytest.mark.usefixtures("loader")
@pytest.mark.parametrize(
    "text",
    [
        "password: CANARY: x\n",
        "password: 'CANARY\n",
        "password: CANARY\n CANARY: x\n",
        "password: !CANARY x\n",
        "password: !!int CANARY\n",
        "password: *CANARY\n",
        "password: [CANARY\n",
        "? [CANARY]\n: x\n",
        '"CANARY!": 1\n"CANARY!": 2\n',
        "password: &CANARY [*CANARY]\n",
        'password: "CANARY\\q"\n',
        "CANARY\npassword: x\n",
        "%YAML CANARY\n---\nx\n",
        "password: CANARY\x01\n",
    ],
)
def test_no_message_quotes_the_text(text):
    with pytest.raises(Unreadable) as caught:
        full_reader.read(text)
    assert "CANARY" not in caught.value.message + repr(caught.value)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


BILLION_LAUGHS = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 10)
)
MERGE_BOMB = "a0: &a0 {k: 1}\n" + "".join(
    f"a{n}: &a{n} {{<<: [{','.join([f'*a{n - 1}'] * 9)}]}}\n" for n in range(1, 10)
)
GROWING_MERGES = "a0: &a0 {k0: 1}\n" + "".join(f"a{n}: &a{n} {{<<: *a{n - 1}, k{n}: 1}}\n" for n in range(1, 1000))
DEEP_ALIASES = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 200))


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("[" * 200_000, ("too-deep",)),
        ("{a: " * 50_000, ("too-deep",)),
        ("- " * 100_000, ("too-deep",)),
        ("".join(" " * n + "a:\n" for n in range(300)), ("too-deep",)),
        (DEEP_ALIASES, ("too-deep",)),
        (BILLION_LAUGHS, ("too-many-aliases",)),
        (GROWING_MERGES, ("too-many-nodes",)),
        ("- a\n" * (MAX_NODES + 1), ("too-many-nodes",)),
    ],
)
def test_bombs_are_refused_quickly(text, codes):
    with at_most(calls=2_000_000), pytest.raises(Unreadable) as caught:
        full_reader.read(text)
    assert caught.value.code in codes


def test_a_merge_bomb_is_harmless_because_merged_keys_are_the_same_keys():
    assert full_reader.read(MERGE_BOMB).value["a9"] == {"k": 1}


def test_the_deepest_document_and_the_largest_are_read():
    deep = "[" * MAX_DEPTH + "]" * MAX_DEPTH
    assert len(full_reader.read(deep).lines) == MAX_DEPTH
    assert len(full_reader.read("- a\n" * MAX_NODES).value) == MAX_NODES


def test_a_long_text_may_have_more_values_and_a_bomb_in_it_is_refused():
    """A dump of the Nodes of a large cluster is long; so many values in so few letters are none."""
    entry, number = f"- {'x' * (CHARACTERS_PER_NODE - 3)}\n", MAX_NODES + 20_000
    assert len(full_reader.read(entry * number).value) == number
    with pytest.raises(Unreadable, match="values in one document"):
        full_reader.read((entry[:-3] + "\n") * number)
    for bomb in (BILLION_LAUGHS, "- a\n" * (3 * MAX_NODES)):
        with pytest.raises(Unreadable) as caught:
            full_reader.read(f"{bomb}# {'x' * CHARACTERS_PER_NODE * MAX_NODES}\n")
        assert caught.value.code in ("too-many-aliases", "too-many-nodes")
