"""`krmfn fix` changes the wrong words of a user's files and nothing else."""

from __future__ import annotations

import os

import pytest

from tests.hosts.cli.wrong_resources import ROWS


@pytest.mark.parametrize("number", range(len(ROWS)), ids=[row[0] for row in ROWS])
def test_only_the_wrong_words_change_and_a_second_run_has_nothing_to_fix(number, tmp_path, run):
    _, text, pairs, unsafe = ROWS[number]
    file = tmp_path / "nats.yaml"
    file.write_bytes(text.encode())
    words = ["--unsafe-fixes"] if unsafe else []
    expected = text
    for wrong, right in pairs:
        assert expected.count(wrong) == 1, "the row itself is wrong"
        expected = expected.replace(wrong, right)
    if unsafe:
        assert "can be fixed with --unsafe-fixes" in run("fix", "-f", file).err
        assert file.read_bytes() == text.encode()
    shown = run("fix", "-f", file, "--diff", *words)
    assert file.read_bytes() == text.encode()
    assert shown.status == 1
    assert shown.out.startswith("--- a/")
    ran = run("fix", "-f", file, *words)
    assert file.read_bytes().decode() == expected, ran
    assert ran.out.count(": fixed: ") >= len(pairs)
    again = run("fix", "-f", file, *words)
    assert ": fixed: " not in again.out
    assert again.err.startswith("nothing to fix")
    assert file.read_bytes().decode() == expected
    assert os.listdir(tmp_path) == ["nats.yaml"]


def test_there_are_sixty_rows_and_more():
    assert len({row[0] for row in ROWS}) == len(ROWS) >= 60
