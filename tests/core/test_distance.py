"""The edit distance by which a misspelled name finds the right one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krmfn.model.text import distance
from tests.effort import calls_of

_WORDS = st.text("abc", max_size=7)


def defined(a: str, b: str) -> int:
    """The same by its definition, from the last letters."""
    if not a or not b:
        return len(a) + len(b)
    ways = [defined(a[:-1], b) + 1, defined(a, b[:-1]) + 1, defined(a[:-1], b[:-1]) + (a[-1] != b[-1])]
    if a[-2:] == b[-2:][::-1] and len(a) > 1 and len(b) > 1:
        ways.append(defined(a[:-2], b[:-2]) + 1)
    return min(ways)


@given(_WORDS.filter(lambda word: len(word) < 6), _WORDS.filter(lambda word: len(word) < 6))
def test_the_distance_is_that_of_its_definition(a: str, b: str):
    assert distance(a, b) == defined(a, b) == distance(b, a)


@pytest.mark.parametrize(
    ("a", "b", "steps"),
    [("nats", "nats", 0), ("nats", "nast", 1), ("nats", "nat", 1), ("aab", "aba", 1), ("", "abc", 3), ("ab", "bca", 3)],
)
def test_known_distances(a: str, b: str, steps: int):
    assert distance(a, b) == steps


def test_what_names_have_in_common_costs_little():
    alike = calls_of(lambda: distance("team-blue-nats-0017-config", "team-blue-nats-0018-config"))
    other = calls_of(lambda: distance("team-blue-nats-0017-config", "a-name-of-the-same-length!"))
    assert alike < other / 20
