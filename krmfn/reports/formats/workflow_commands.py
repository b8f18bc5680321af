"""Findings as workflow commands of GitHub Actions, which shows them at their lines of a pull request."""

from __future__ import annotations

from krmfn.model.finding import ERROR, INFO, WARNING
from krmfn.model.text import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krmfn.model.finding import Finding
    from krmfn.reports.formats.report import CheckReport

_LEVELS = {ERROR: "error", WARNING: "warning", INFO: "notice"}


def as_github(report: CheckReport) -> Iterator[str]:
    """One command for each finding, and nothing where there is none."""
    return (f"{command(finding)}\n" for finding in report.findings)


def command(finding: Finding) -> str:
    """One command; percent signs, line ends and separators are escaped as the runner wants."""
    field = f"{finding.field}: " if finding.field else ""
    place = finding.file, finding.line
    return written(_LEVELS[finding.severity], place, finding.code, field + finding.message)


def written(level: str, place: tuple[str | None, int | None], title: str, text: str) -> str:
    """A command of a level (error, warning, notice) at a file and line, as far as they are known."""
    file, line = place
    known = {"file": file, "line": line, "title": title}
    properties = ",".join(f"{key}={_property(str(value))}" for key, value in known.items() if value is not None)
    return f"::{level} {properties}::{_data(text)}"


def _data(text: str) -> str:
    """Escaped; other control characters, which a terminal that shows the log would obey, as `shown` writes them."""
    text = "".join(c if c.isprintable() or c in "\r\n" else shown(c) for c in text)
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
