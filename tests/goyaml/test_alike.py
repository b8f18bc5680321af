"""What is made of another document's value is what reading the document gives: value, lines, and whether it is read."""

from __future__ import annotations

import random

import pytest

from krmfn.goyaml import alike, fast_reader
from krmfn.goyaml.emitter import document
from krmfn.sources.input import parse
from tests.checks import objects
from tests.effort import functions_of

NAMES = ("orders-nats-01", "team-a1")
OTHERS = (
    ("trades-nat-07", "unit-b7"),
    ("orders-nats-77", "team-z9"),
    ("ab1-ab1-ab1-x1", "ab1-ab1"),
    ("aa-aa-aaaa-1a", "aa-1"),
)


def as_read(text: str) -> object:
    reading = fast_reader.read(text)
    return None if reading is None else (reading.value, reading.lines)


def as_told(text: str, names: tuple[str, str]) -> object:
    reading = alike.read(text, names)
    return None if reading is None else (reading.value, reading.lines)


def documents() -> list[str]:
    return [document(obj) for obj in objects.rendered() + objects.neighbours()]


@pytest.mark.parametrize("others", OTHERS)
def test_rendered_objects_under_other_names(others: tuple[str, str]) -> None:
    known = 0
    for text in documents():
        own = ("nats", "kyma-system")
        alike._FORMS.clear()
        for names in (NAMES, NAMES, others, NAMES):
            now = text.replace(own[0], names[0]).replace(own[1], names[1])
            expected = as_read(now)
            told = as_told(now, names)
            assert told in (expected, None)
            known += told is not None and any(alike._FORMS.values())
    assert known > 20


CRAFTED = [
    'a: "\\n{0}"\n',
    'a: "\\x{0}"\n',
    "a: '{0}''{1}'\n{0}: {1}\n",
    "{0}: 1\nzz-yy-11: 2\n",
    "a: {0}\nb: 1.3824172084878715e+306\nc: 9187201950435737471\nd: 2139062143\n",
    "a: {0}{0}\nb: {1}{0}-{1}\n",
    "a: aa-1\nb: 49\nc: {1}\n",
    "a: |\n  {0}\n  # {1}\nb: {{c: {0}, d: [{1}, 1e5]}}\n",
    "a: {0}\n  {1}\n  {0}\n# {0}\n",
    "a: 0x{0}\nb: 1e{0}\nc: 1_{1}\nd: 2020-01-{1}\n",
    "a: {0}\na: {0}\n",
    "a: &x {0}\nb: *x\n",
    "a: caf\u00e9-{0}\nb: \u00e9\nc: {1}\n",
]


@pytest.mark.parametrize("text", CRAFTED)
def test_crafted_texts_under_many_names(text: str) -> None:
    letters, digits = "abefpx", "0127"
    chance = random.Random(20)
    alike._FORMS.clear()
    for _ in range(300):
        names = tuple(
            "".join(chance.choice(letters if kind == "a" else digits if kind == "1" else "-") for kind in shape)
            for shape in (chance.choice(["aa-1", "aa-1a", "aaaa-11"]), chance.choice(["aa-1", "aaa-1a-1"]))
        )
        now = text.format(*names)
        assert as_told(now, (names[0], names[1])) in (as_read(now), None)


def test_a_name_that_the_text_spells_elsewhere_is_not_taken_for_the_other() -> None:
    alike._FORMS.clear()
    for _ in range(2):
        assert as_told("aa-11: 1\nbb-22: 2\n", ("aa-11", "")) is not None
    assert as_told("bb-22: 1\nbb-22: 2\n", ("bb-22", "")) is None


def test_values_are_not_shared() -> None:
    text = "a:\n  b: [{0}]\n"
    first, second, third = (alike.read(text.format(name), (name, "")) for name in ("aa-11", "bb-22", "cc-33"))
    fourth = alike.read(text.format("dd-44"), ("dd-44", ""))
    assert first is not None
    assert second is not None
    assert third is not None
    assert fourth is not None
    third.value["a"]["b"].append("x")
    assert [one.value["a"]["b"] for one in (first, second, fourth)] == [["aa-11"], ["bb-22"], ["dd-44"]]


def test_of_many_clusters_each_kind_of_document_is_read_twice() -> None:
    alike._FORMS.clear()
    one = "apiVersion: v1\nkind: {0}\nmetadata:\n  name: nats-{1:03}\n  namespace: bench\n"
    kinds = ("Service", "Secret", "ConfigMap")
    text = "---\n".join(one.format(kind, number) for number in range(100, 200) for kind in kinds)
    found = parse(text.encode())
    entered = functions_of(lambda: [source.read() for source in found.sources], "krmfn")
    assert len(found.sources) == 300
    assert entered["krmfn.goyaml.fast_reader", "read"] == 100 + 2 * len(kinds), "all of the first hundred"


def test_only_so_many_forms_are_kept() -> None:
    alike._FORMS.clear()
    for number in range(alike._MOST + 3):
        alike.read(f"a{number}: aa-11\n", ("aa-11", ""))
    assert len(alike._FORMS) == 3
