"""Plain scalars against Go's own readers."""

from __future__ import annotations

import itertools
import json
import pathlib

import pytest

from krmfn.goyaml.scalars import disagreement, resolve
from tests.goyaml.go_oracle import ask, same, value

WORDS = (pathlib.Path(__file__).parent / "scalars.txt").read_text("utf-8").splitlines()
LONG = [
    "1" * 308, "1" * 309, "-" + "9" * 400, "1" * 4300, "1" * 5000, "0" * 5000, "0" * 5000 + "1", "0." + "1" * 5000,
    "0b" + "1" * 64, "0b" + "1" * 65, "0x" + "0" * 200 + "f", "1e" + "0" * 500 + "1",
]  # fmt: skip
ALPHABET = "01789+-._:eExXoObByYnNaTZ~"
NUMERIC = "01789+-._xobe"


def scalars() -> list[str]:
    short = ("".join(c) for n in (1, 2, 3) for c in itertools.product(ALPHABET, repeat=n))
    four = ("".join(c) for c in itertools.product(NUMERIC, repeat=4))
    return list(dict.fromkeys([*short, *four, *WORDS, *LONG]))


def of_two_minds(answer: dict) -> bool:
    """Whether the two Go readers differ in type or value; an integral float is an integer to kubectl's JSON."""
    theirs = value(answer["g3"])[0]
    if answer.get("g2_error"):
        return True
    ours = json.loads(json.dumps(answer["g2"]))[0]
    if isinstance(theirs, float) and isinstance(ours, int) and not isinstance(ours, bool):
        ours = float(ours)
    return not same(theirs, ours)


def has_leading_zero(text: str) -> bool:
    bare = text.replace("_", "").lstrip("+-")
    return not isinstance(resolve(text), str) and bare[:1] == "0" and bare[1:2] != "" and bare[1] in "0123456789oO"


@pytest.fixture(scope="module")
def answers() -> list[tuple[str, dict]]:
    texts = scalars()
    pairs = zip(texts, ask(["- " + text for text in texts]), strict=True)
    return [(text, answer) for text, answer in pairs if answer.get("plain") and not answer.get("g3_error")]


def test_most_of_the_adversarial_strings_are_plain_scalars_to_go(answers):
    assert len(answers) > 40_000


def test_every_plain_scalar_resolves_as_in_kyaml(answers):
    wrong = []
    for text, answer in answers:
        theirs = value(answer["g3"])[0]
        if not same(resolve(text), text if theirs == "timestamp" else theirs):
            wrong.append((text[:50], theirs, resolve(text)))
    assert wrong == []


def test_a_disagreement_is_reported_exactly_where_the_two_go_readers_differ_or_a_zero_leads(answers):
    wrong = [
        text[:50]
        for text, answer in answers
        if (disagreement(text) is not None) != (of_two_minds(answer) or has_leading_zero(text))
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("yes", 'true or "yes"'),
        ("OFF", 'false or "OFF"'),
        ("y", 'true or "y"'),
        ("0777", '"0777" or 511'),
        ("0o17", '"0o17" or 15'),
        ("08", '"08" or 8.0'),
        ("2024-01-01", '"2024-01-01"'),
        (".nan", '".nan"'),
        ("-.inf", '"-.inf"'),
        ("2024-01-01T00:00:00Z", "it in double quotes"),
        ("000000000000007", "it in double quotes"),
    ],
)
def test_the_advice_says_what_to_write(text, advice):
    assert disagreement(text) == advice


@pytest.mark.parametrize(
    "text", ["", "true", "null", "nats", "3", "0", "0.5", "1e9", "0x1F", "10Gi", "2024-13-45", "-", "once"]
)
def test_nothing_is_said_where_all_readers_agree(text):
    assert disagreement(text) is None
