"""`krmfn report` of many clusters in batches has the bytes of a report in one piece."""

from __future__ import annotations

import tempfile
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from krmfn.cli.commands.report import FORMATS
from krmfn.cli.main import command
from krmfn.sources.clusters import NatsCollector
from tests.hosts.test_fleet import CR, IN_ONE_PIECE, files_of, put, state

NODE = "apiVersion: v1\nkind: Node\nmetadata: {name: n%s, labels: {topology.kubernetes.io/zone: z%s}}\n"


def report(folder: Path, *words: str, many: int = 0) -> tuple[int, str, str]:
    """The status and both outputs; more than `many` clusters are taken in batches of two."""
    printed: list[bytes] = []
    said: list[str] = []
    with (
        patch("krmfn.cli.commands.report.NatsCollector", lambda: NatsCollector(many)),
        patch("krmfn.rendering.fleet.BATCH", 2),
        patch("krmfn.reports.terminal.write_all", lambda _, data: printed.append(data)),
        patch("krmfn.streams.write_all", lambda _, data: said.append(data.decode())),
        patch("krmfn.streams._are_two_pipes", lambda: False),
    ):
        status = command(["report", "-R", "-f", str(folder), *words])
    return status, b"".join(printed).decode(), "".join(said)


@settings(max_examples=12, deadline=None)
@given(state, st.sampled_from(FORMATS), st.integers(0, 4))
def test_batches_draw_what_one_piece_draws(one, form, nodes):
    """With nodes, of which findings tell that are about no single cluster."""
    files = files_of(one) | {f"nodes/{n}.yaml": NODE % (n, n % 3) for n in range(nodes)}
    if nodes:
        files["rendernats.yaml"] = files["rendernats.yaml"].replace("zones: [a, b, c], ", "")
    with tempfile.TemporaryDirectory() as name:
        put(Path(name), files)
        whole = report(Path(name), "-o", form, many=IN_ONE_PIECE)
        assert report(Path(name), "-o", form) == whole


@pytest.mark.parametrize("form", FORMATS)
def test_a_report_of_many_is_written_to_a_file(tmp_path, form):
    put(tmp_path / "in", {f"{n}.yaml": CR % ("shop", f"n{n:02}", "", "3") for n in range(12)})
    page = tmp_path / "page"
    assert report(tmp_path / "in", "-o", form, "--output", str(page)) == (0, "", f"{page}: written\n")
    assert page.read_text() == report(tmp_path / "in", "-o", form, many=IN_ONE_PIECE)[1]
    assert "n11/shop" in page.read_text()
