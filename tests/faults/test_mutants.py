"""Thousands of slightly broken lists: an error of ours or a whole list, never another exception, never a lost item."""

from __future__ import annotations

import random

import pytest

from krmfn.goyaml.errors import Unreadable
from krmfn.goyaml.stream import decode
from krmfn.hosts.function import transform
from krmfn.resourcelist.resource_list import split
from tests.faults.lists import SMALL, entries, read, with_spec

CHARACTERS = "-:[]{}\"'|>#&*!%@,? \n\t\r0aé\u2028\\~.=<"
PIECES = [
    "\n- ", "\n", "  ", "items:", "kind: NATS", "---\n", "...\n", "null", "\nresults: x\n", "metadata:", "name: ", "- ",
    "&a ", "*a", "<<: *a", "\r\n", "spec: {}\n", "status:\n", "? ", "krmfn.dev/owner: ns/nats", "kpt-resource-id: x",
]  # fmt: skip
CONFIG = "functionConfig:\n  apiVersion: v1\n  kind: ConfigMap\n  metadata:\n    name: c\n  data:\n    zones: a,b,c\n"
ROUNDS = 400


def mutant(chance: random.Random) -> str:
    text = chance.choice([SMALL, SMALL + CONFIG, with_spec('labels:\n  "a": "b"\nlogging: {debug: true}')])
    for _ in range(chance.randint(1, 4)):
        at, other = chance.randrange(len(text)), chance.randrange(len(text))
        match chance.randrange(5):
            case 0:
                text = text[:at] + chance.choice(CHARACTERS) + text[at:]
            case 1:
                text = text[:at] + text[at + chance.randint(1, 6) :]
            case 2:
                text = text[:at] + chance.choice(PIECES) + text[at:]
            case 3:
                text = text[:at] + text[other : other + chance.randint(1, 60)] + text[at:]
            case 4:
                lines = text.split("\n")
                one, two = chance.randrange(len(lines)), chance.randrange(len(lines))
                lines[one], lines[two] = lines[two], lines[one]
                text = "\n".join(lines)
    return text


def outcome(text: str) -> tuple[str, int] | None:
    """The output and the status; None for text that is refused as a whole."""
    try:
        out, status, _ = transform(decode(text.encode()))
    except Unreadable:
        return None
    return out, status


@pytest.mark.parametrize("seed", range(5))
def test_a_mutant_is_refused_or_comes_back_whole_and_a_second_run_changes_nothing(seed: int) -> None:
    chance = random.Random(seed)
    good = bad = 0
    for _ in range(ROUNDS):
        text = mutant(chance)
        found = outcome(text)
        if found is None:
            continue
        out, status = found
        bad += status == 1
        before = entries(read(text))
        if before is None:
            continue
        after = entries(read(out))
        assert after is not None, text
        assert len(after) >= len(before), text
        if status == 0:
            good += 1
            again = outcome(out)
            assert again is not None, text
            assert split(again[0]).items == split(out).items, text
    assert good > ROUNDS // 20
    assert bad > ROUNDS // 20
