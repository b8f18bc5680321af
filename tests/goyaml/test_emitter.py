"""What the emitter prints, PyYAML, kubectl and kpt read as it was meant."""

from __future__ import annotations

import json
import math
import shutil
import subprocess

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from krmfn.goyaml import emitter, full_reader
from krmfn.goyaml.emitter import Unprintable

NASTY = (
    *("1e3", "123e4", "7e1", "0o777", "0777", "08", "0x1F", "0X1F", "0b11", "1_000", "1_", ".5", "-.5", "+.5", "1.20"),
    *("2024-01-01", "2024-1-1", "12:30", "1:30:00", ".inf", "-.Inf", ".NaN", "nan", "inf", "18446744073709551616"),
    *("y", "n", "Y", "N", "yes", "no", "on", "off", "ON", "True", "false", "null", "Null", "~", "none", "nil", "", "="),
    *(
        "<<",
        "-",
        "?",
        ":",
        "- x",
        "? x",
        "a: b",
        "a:",
        ":a",
        "a::b",
        "a:b",
        "a #b",
        "#b",
        "a#b",
        "*x",
        "&x",
        "!x",
        "%x",
    ),
    *("@x", "`x`", "|", ">", "{", "{{ .x }}", "[x]", "a,b", "'", '"', "it's", 'say "x"', "\\", "a\\nb", "\\x41"),
    *(" x", "x ", "\t", "a\tb", "a\n", "\na", "a\nb", "a\n\nb\n", "a\n\n", "a \nb", " a\nb", "a\n b\n", "\n", "\n\n"),
    *(
        "---",
        "...",
        "---\na",
        "a\n---\nb\n",
        "a\n...\n",
        "- x\n- y\n",
        "# c\n# d",
        "a: |\n  b\n",
        "key: value\n",
        "{\n}\n",
    ),
    *(
        "ä",
        "ä\nö\n",
        "\xa0",
        "\u2028",
        "a\u2028b\nc",
        "\u2029x",
        "\ufeff",
        "\ufeffa\nb",
        "😀",
        "a\n😀\n",
        "漢字\n漢\n",
        "\ue000",
    ),
    *("a/b", "/a", "kyma-project.io/x", "a@b.c", "nats://nats:4222", "x" * 2000, "word " * 500, "é" * 300),
)
kubectl = pytest.mark.skipif(shutil.which("kubectl") is None, reason="kubectl is not on PATH")
kpt = pytest.mark.skipif(shutil.which("kpt") is None, reason="kpt is not on PATH")

printable = st.text(st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="\ufffe\uffff"), max_size=12)
texts = printable | st.text(" \n\tab'\"#:-|{}[]0.e~", max_size=12) | st.sampled_from(NASTY)
keys = texts.filter(lambda key: len(key) < 100)
scalars = texts | st.booleans() | st.none() | st.integers(-(2**63), 2**64 - 1)
values = st.recursive(scalars, lambda v: st.lists(v, max_size=3) | st.dictionaries(keys, v, max_size=3), max_leaves=12)


def config_map(data):
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "x", "namespace": "d"}, "data": data}


@given(values)
@settings(max_examples=200, deadline=None, derandomize=True)
@example({"a": [[], {}, [[]], [{}], "", None]})
def test_every_value_is_read_back_as_it_was(value):
    for printed in (emitter.document(value), emitter.flow(value) + "\n"):
        reading = full_reader.read(printed)
        assert reading.value == value
        assert reading.problems == []
    item = emitter.item(value, 4)
    assert full_reader.read(f"x:\n{item}").value == {"x": [value]}
    assert full_reader.read(f"x:\n{item}{item}").value == {"x": [value, value]}


@given(values)
@settings(max_examples=100, deadline=None, derandomize=True)
def test_flow_is_json_on_one_line(value):
    printed = emitter.flow(value)
    assert "\n" not in printed
    assert json.loads(printed) == value


@pytest.mark.parametrize("text", NASTY)
def test_a_string_inline_is_a_string_on_one_line(text):
    printed = emitter.scalar(text)
    assert "\n" not in printed
    assert full_reader.read(f"k: {printed}\n").value == {"k": text}
    assert full_reader.read(f"k: {printed}\n").problems == []
    assert yaml.safe_load(f"k: {printed}\n") == {"k": text}


def test_the_manifest_reads_as_kubernetes_writes_it():
    printed = emitter.document(
        {
            "kind": "X",
            "metadata": {"labels": {"on": "1e3", "a/b": "y"}, "annotations": {}},
            "spec": {
                "list": ["a", {"k": 1, "l": [True, None]}, ["x", []], "two\nlines\n"],
                "conf": "a {\n  b\n\n}\n",
                "strip": "a\nb",
            },
        }
    )
    assert printed == (
        'kind: X\nmetadata:\n  labels:\n    "on": "1e3"\n    a/b: "y"\n  annotations: {}\n'
        "spec:\n  list:\n  - a\n  - k: 1\n    l:\n    - true\n    - null\n"
        "  - - x\n    - []\n  - |\n    two\n    lines\n"
        "  conf: |\n    a {\n      b\n\n    }\n  strip: |-\n    a\n    b\n"
    )


def test_keys_keep_their_order():
    assert emitter.document({"b": 1, "a": 2}) == "b: 1\na: 2\n"


def test_the_same_object_twice_is_written_out_twice():
    labels = {"a": "b"}
    assert emitter.document({"v": labels, "w": labels}) == "v:\n  a: b\nw:\n  a: b\n"


def test_what_was_printed_before_changes_nothing():
    text = "two\nlines"
    before = emitter.document({"k": text})
    emitter.scalar(text)
    emitter.flow({"k": text})
    assert emitter.document({"k": text}) == before


def test_the_memory_of_printed_strings_is_bounded():
    for number in range(5000):
        emitter.document({f"key-{number}": f"value-{number}"})
    assert len(emitter._INLINE) <= 2048
    assert len(emitter._KEYS) <= 2048


@pytest.mark.parametrize(
    ("value", "printed"),
    [(1.5, "1.5"), (-0.0, "-0.0"), (1e16, "1.0e+16"), (1.5e-7, "1.5e-07"), (2**64 - 1, "18446744073709551615")],
)
def test_a_number_is_a_number_to_every_reader(value, printed):
    assert emitter.document({"k": value}) == f"k: {printed}\n"
    assert yaml.safe_load(f"k: {printed}\n") == {"k": value}
    assert json.loads(emitter.flow(value)) == value


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("\x00", "control"),
        ("\r", "control"),
        ("a\x1b[31m\nb", "control"),
        ("\x7f", "control"),
        ("a\x85b", "control"),
        ("\x9f", "control"),
        ("\ud83d", "surrogate"),
        ("\ufffe", "forbids"),
        ("a\n\uffff", "forbids"),
        (math.inf, "finite"),
        (math.nan, "finite"),
        (2**64, "64 bits"),
        (-(2**63) - 1, "64 bits"),
        (b"x", "bytes"),
        ({1: "x"}, "not a string"),
        ({None: "x"}, "not a string"),
        ({"k" * 1001: "x"}, "bytes"),
        ({"😀" * 101: "x"}, "bytes"),
    ],
)
def test_what_not_every_reader_gets_back_is_refused_with_its_path(value, words):
    for printer in (emitter.document, emitter.item, emitter.flow):
        with pytest.raises(Unprintable, match=words) as caught:
            printer({"a": [0, {"b": value}]})
        assert caught.value.path[:3] == ("a", 1, "b")
        assert "\x1b" not in caught.value.message


@pytest.mark.parametrize("kind", [dict, list])
def test_bottomless_values_are_refused(kind):
    value = {} if kind is dict else []
    if kind is dict:
        value["self"] = value
    else:
        value.append(value)
    for printer in (emitter.document, emitter.item, emitter.flow):
        with pytest.raises(Unprintable, match="levels"):
            printer(value)


@kubectl
def test_kubectl_reads_every_string_as_that_string():
    data = {f"k{index}": text for index, text in enumerate(NASTY)}
    labelled = config_map(data)
    labelled["metadata"]["annotations"] = {f"a.b/k{index}": text for index, text in enumerate(NASTY)}
    labelled["metadata"]["labels"] = {"y": "n", "on": "off", "1e3": "1e3", "0x1": "0777", "2024-01-01": "2024-01-01"}
    for printed in (emitter.document(labelled), emitter.flow(labelled)):
        command = ["kubectl", "label", "--local", "-f", "-", "-o", "json", "x=z"]
        done = subprocess.run(command, input=printed.encode(), capture_output=True, check=True)
        read = json.loads(done.stdout)
        assert read["data"] == data
        assert read["metadata"]["annotations"] == labelled["metadata"]["annotations"]
        assert read["metadata"]["labels"] == {**labelled["metadata"]["labels"], "x": "z"}


@kpt
def test_kpt_gives_a_printed_manifest_back_byte_for_byte(tmp_path):
    source, sink = tmp_path / "source", tmp_path / "sink"
    source.mkdir()
    ours = [text for text in NASTY if text.isascii() and len(text) < 200 and "\t" not in text]
    printed = emitter.document(config_map({f"k{index}": text for index, text in enumerate(ours)}))
    (source / "x.yaml").write_text(printed)
    listed = subprocess.run(["kpt", "fn", "source", str(source)], capture_output=True, check=True).stdout
    subprocess.run(["kpt", "fn", "sink", str(sink)], input=listed, capture_output=True, check=True)
    assert (sink / "x.yaml").read_text() == printed
