"""Findings as a JSON list."""

from __future__ import annotations

import json
from itertools import islice

from krmfn.reports.terminal import row

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from krmfn.reports.formats.report import CheckReport

_BLOCK = 200
"""Values that are written at once: each call of `json.dumps` leaves a circle, and the collector of circles is off."""


def as_json(report: CheckReport) -> Iterator[str]:
    """One map for each finding."""
    yield from json_list(map(row, report.findings))
    yield "\n"


def json_list(values: Iterable[Any], depth: int = 0) -> Iterator[str]:
    """The text of `json.dumps([*values], ensure_ascii=True, indent=2)` at a depth, part by part."""
    rows, indent, start = iter(values), "  " * depth, "["
    while block := list(islice(rows, _BLOCK)):
        text = json.dumps(block, ensure_ascii=True, indent=2).replace("\n", f"\n{indent}")
        yield start + text[1:].removesuffix(f"\n{indent}]")
        start = ","
    yield f"\n{indent}]" if start == "," else "[]"
