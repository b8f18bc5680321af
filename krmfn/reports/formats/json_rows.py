"""Findings as a JSON list."""

from __future__ import annotations

import json

from krmfn.reports.terminal import row

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.reports.formats.report import Report


def as_json(report: Report) -> str:
    """One map for each finding."""
    return json.dumps([row(finding) for finding in report.findings], ensure_ascii=True, indent=2) + "\n"
