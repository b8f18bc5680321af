"""Findings as a Code Quality report of GitLab."""

from __future__ import annotations

from krmfn.model.finding import ERROR, INFO, WARNING
from krmfn.reports.formats.fingerprints import fingerprints
from krmfn.reports.formats.json_rows import json_list
from krmfn.reports.formats.locations import relative

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krmfn.reports.formats.report import CheckReport

_SEVERITIES = {ERROR: "major", WARNING: "minor", INFO: "info"}


def as_gitlab(report: CheckReport) -> Iterator[str]:
    """A list of one map for each finding. A finding without a file is at the first line of standard input."""
    rows = (
        {
            "description": f"{finding.field}: {finding.message}" if finding.field else finding.message,
            "check_name": finding.code,
            "fingerprint": fingerprint,
            "severity": _SEVERITIES[finding.severity],
            "location": {
                "path": relative(finding.file) if finding.file is not None else "standard input",
                "lines": {"begin": finding.line or 1},
            },
        }
        for finding, fingerprint in fingerprints(report.findings)
    )
    yield from json_list(rows)
    yield "\n"
