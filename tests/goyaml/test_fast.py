"""The fast reader: what it accepts it reads as the slow one and as kyaml; what it must decline."""

from __future__ import annotations

import pathlib
import random
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from krmfn.goyaml import fast_reader, full_reader, reader
from tests.goyaml.go_oracle import ask, same, value
from tests.goyaml.mutants import BITS, FLOW, ITEM, RESOURCE, SEEDS, WORKLOAD, mutants


def check(text: str) -> bool:
    """Whether the text was accepted; then both readers must agree on everything."""
    quick = fast_reader.read(text)
    if quick is None:
        return False
    careful = full_reader.read(text)
    assert same(quick.value, careful.value), text
    assert quick.lines == careful.lines, text
    assert quick.problems == careful.problems == [], text
    return True


@pytest.mark.parametrize("text", [RESOURCE, ITEM, WORKLOAD.replace("-\n        emptyDir", "- emptyDir")])
def test_what_people_and_kpt_write_is_accepted(text):
    assert check(text)


def test_an_item_cut_out_of_a_resource_list_is_a_list_of_one():
    reading = fast_reader.read(ITEM)
    assert reading is not None
    assert reading.value[0]["kind"] == "ConfigMap"
    assert reading.lines[(0, "kind")] == 2
    assert reading.value[0]["data"] == {"nats.conf": "a: 1\n b\n---\n", "x": "y z"}


def test_lines_are_those_of_keys_and_elements():
    reading = fast_reader.read("# c\n---\na:\n\n  - x\n  # c\n  - b: 1\n    c: |\n      t\nd:\n")
    assert reading is not None
    assert reading.lines == {
        (): 3, ("a",): 3, ("a", 0): 5, ("a", 1): 7, ("a", 1, "b"): 7, ("a", 1, "c"): 8, ("d",): 10,
    }  # fmt: skip
    assert reading.value == {"a": ["x", {"b": 1, "c": "t\n"}], "d": None}


ACCEPTED = [
    "a: b\n  c\n",
    "a: b\n  c\nd: 1\n",
    "a:\n  b: x\n    y\n    z\n  c: d\ne: f\n",
    "a: b\n  c\n# d\ne: f\n",
    "a: 'b\n  c'\n",
    "a: 'it''s'\n",
    "a: 'it''s\n  so'' '\nb: 1\n",
    "a:\n  b: 'x: y\n    - z # no'\n  c: d\n",
    "- a: b\n    c\n  d: e\n",
    "a: b",
    "a: b #c\n",
    "a: b#c\n",
    "a: 'b' # c\n",
    "a:    b   \n",
    "a:\n  b:\n  c: 1\n",
    "a:\nb:\n",
    "a:\n- 1\n- 2\nb: 3\n",
    "a:\n    - 1\n    - 2\nb: 3\n",
    "a: |\n  x\n\n   y\n\n\nb: 1\n",
    "a: |-\n  x\n\n\nb: 1\n",
    "a: |\n  x\n     \n",
    "a: |\n  # no comment\n# comment\nb: 1\n",
    "- |\n  x\n- z\n",
    "a:\n- |\n x\n",
    "a: {} # c\nb: []\n",
    "'a b': 1\n\"c\": 2\n",
    '- "a": 1\n  b: 2\n- "a: b"\n- c # d: e\n',
    "- - a\n  - b\n-   - c\n",
    "a: -5\nb: -x\nc: --x\nd: http://x:1\n",
    "a: x, y [z] {w}\n",
    "a.b/c-d: 1.5\n",
    "é: ü\n".replace("é", "e"),
    "a: 😀 é\n",
    "a: 1e9\nb: 0x1F\nc: 1_000\n",
    "yesterday: today\nnone: x\n",
    "a: \"\" # empty\nb: ''\n",
    "a:   # nothing\n  b: 1\n",
    "a: [b, 1,   'c d'] # e\n",
    "a: {b: 1, \"c\": [], 'd': {e: 'f, g'}}\n",
    "- {a: b}\n- [ c, {d: e} ]\n-   []\n",
    "a: [--b=c, -d, /e, 100m, 1e3, -.5, ., _, ---]\n",
    "a: [\"b: c\", '#', \"[\", '}', 'ü']\n",
]


@pytest.mark.parametrize("text", ACCEPTED)
def test_the_regular_subset_is_accepted(text):
    assert check(text)


DECLINED = [
    "", "# c\n", "---\n", "a\n", "a: b\n---\nc: d\n", "a: b\n...\n", "%YAML 1.1\n---\na: 1\n", "\ufeffa: 1\n",
    "a:\tb\n", "a: b\r\n", "a: &x b\n", "a: *x\n", "a: !!str b\n", "a: ! b\n",
    "a: >\n  b\n", "a: |+\n  b\n", "a: |2\n   b\n", "a: | # c\n  b\n", "a: |\n", "a: |\n\n  b\n", "a: |\n  b",
    "a: |\nb: 1\n", 'a: "b\\n"\n', "a: b\na: c\n", "a: yes\n",
    "a: 0777\n", "a: 2024-01-01\n", "a: .inf\n", "on: 1\n", "1: a\n", "null: a\n", "? a\n: b\n",
    "a: b\n c: d\n", "a:\n   b: 1\n  c: 2\n", "a: b: c\n", "a: b:\n", "a: @b\n", "a: - b\n", "a: -\n",
    "-\n  a: 1\n", "- # c\n  a: 1\n", "- a\nb: 1\n", "a: 1\n- b\n", "<<: a\n", "a : 1\n", "a #b: 1\n",
    "'a' : 1\n", "'a\\b': 1\n", "''a: 1\n", "a: 'b'c\n", "a: 'b' c\n", "a:\n  - b\n  c: 1\n", "- a\n  b\n",
    "a: \u2028b\n", "a: \u0085b\n", "a: \u00a0b\n", "a: b\x1b\n", "'a\n", ": a\n", "\"'\": 'a\n",
    "a: |\n  b\n c\n", "--- {a: 1}\n", "--- a\n", "- a\n - b\n", "- 'a\n", "a: b\n\xa0\n",
]  # fmt: skip


DECLINED_FLOWS = [
    "[b,c]", "{b}", "[b", "[b] c", "[b, ]", "[, b]", "{b: 1, b: 2}", "{1: b}", "{b:c}", "[yes]", "['b''c']",
    '["b\\n"]', "[b: c]", "[-]", "[=]", "[b}", "{b: }", "{[b]: c}", "[b #c]", "[@b]", "[b c]", "[é]", "['b", "[b]\n  c",
    "{b: 'c'd}", "[b] : c", "{b: c}: d", "[b,\n  c]", "[0777]", "{b: 2024-01-01}", "[*b]", "[!b c]", "[? b]", "[b]]",
    "]", "[1, - 2]", "[" * 40 + "]" * 40, "{<<: b}",
]  # fmt: skip


@pytest.mark.parametrize("text", [*DECLINED, *(f"a: {flow}\n" for flow in DECLINED_FLOWS), "- " * 40 + "a\n"])
def test_everything_else_is_declined(text):
    assert fast_reader.read(text) is None


def test_depth_length_and_key_length_are_bounded():
    deep = "".join(" " * n + "a:\n" for n in range(40))
    assert fast_reader.read(deep) is None
    assert fast_reader.read("a: " + "x" * (256 * 1024) + "\n") is None
    assert fast_reader.read("a" * 1025 + ": 1\n") is None
    assert check("a" * 1000 + ": 1\n")
    assert check("".join(" " * n + "a:\n" for n in range(20)))


def test_thousands_of_damaged_documents_are_declined_or_read_alike():
    accepted = sum(map(check, [*mutants(12_000, seed=7), *mutants(2_000, 7, [FLOW])]))
    assert accepted > 3000


def test_what_is_accepted_is_what_kyaml_reads():
    given = [*mutants(12_000, seed=8), *mutants(2_000, 8, [FLOW])]
    texts = [text for text in given if fast_reader.read(text) is not None]
    assert len(texts) > 3000
    wrong = []
    for text, answer in zip(texts, ask(texts), strict=True):
        if answer.get("g3_error") or not same(fast_reader.read(text).value, value(answer["g3"])):
            wrong.append((text, fast_reader.read(text).value, answer.get("g3")))
    assert wrong == []


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from([*BITS, "a", "b", "key: ", "\n  ", "\n    ", "\n- ", "\n"]), max_size=14).map("".join))
def test_any_text_is_declined_or_read_alike(text):
    check(text)


@pytest.mark.parametrize("text", [*SEEDS, "a: [1]\n", "a: yes\n"])
def test_the_reader_gives_what_the_slow_reader_gives(text):
    quick, careful = reader.read(text), full_reader.read(text)
    assert (quick.value, quick.lines, quick.problems) == (careful.value, careful.lines, careful.problems)


FOLDED = (
    "a: ", "'", "''", " ", "\n", "\n  ", "\n ", "x", "no", "1", "- ", "#", " #", ": ", "}", "[", "'z'", ":", "?", "&a",
    "|", "\\", '"', ",", "%", "@", "---", "...",
)  # fmt: skip


@pytest.mark.parametrize("seed", range(4))
def test_a_value_over_several_lines_is_read_as_the_slow_reader_reads_it(seed):
    choose = random.Random(seed)
    accepted = 0
    for _ in range(2000):
        start = choose.choice(["x", "'", "x y", "'it'", "no", "1"])
        rest = "".join(choose.choice(FOLDED) for _ in range(choose.randint(1, 8)))
        accepted += check(f"a: {start}{rest}{choose.choice(chr(10) + ' ')}{choose.choice(['', 'c: d'])}\n")
    assert accepted > 100


def test_the_fast_path_imports_nothing_but_itself():
    script = (
        "import sys; sys.path.insert(0, sys.argv[1]); before = set(sys.modules)\n"
        "from krmfn.goyaml import reader, stream\n"
        "reader.read(stream.split(stream.decode(b'a: 1\\n---\\nb: [] # c\\n'))[1].text)\n"
        "print(*(name for name in set(sys.modules) - before if not name.startswith(('krmfn', '__future__'))))"
    )
    root = pathlib.Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-I", "-S", "-c", script, root], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
