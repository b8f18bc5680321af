"""Findings as workflow commands of GitHub Actions, which shows them at their lines of a pull request."""

from __future__ import annotations

from krmfn.model.finding import ERROR, INFO, WARNING

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.model.finding import Finding
    from krmfn.reports.formats.report import Report

_LEVELS = {ERROR: "error", WARNING: "warning", INFO: "notice"}


def as_github(report: Report) -> str:
    """One command for each finding, and nothing where there is none."""
    return "".join(f"{command(finding)}\n" for finding in report.findings)


def command(finding: Finding) -> str:
    """One command; percent signs, line ends and separators are escaped as the runner wants."""
    place = {"file": finding.file, "line": finding.line, "title": finding.code}
    properties = ",".join(f"{key}={_property(str(value))}" for key, value in place.items() if value is not None)
    field = f"{finding.field}: " if finding.field else ""
    return f"::{_LEVELS[finding.severity]} {properties}::{_data(field + finding.message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
