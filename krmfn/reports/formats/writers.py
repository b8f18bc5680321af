"""The formats of a report by their names. Each is imported where it is requested."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krmfn.reports.formats.report import CheckReport

FORMATS = ("text", "json", "github", "gitlab", "sarif", "junit")
TEXT = FORMATS[0]


def written(report: CheckReport, form: str, *, color: bool = False) -> Iterator[str]:
    """The report in one of FORMATS, part by part; `color` is for text only."""
    match form:
        case "json":
            from krmfn.reports.formats.json_rows import as_json as write
        case "github":
            from krmfn.reports.formats.workflow_commands import as_github as write
        case "gitlab":
            from krmfn.reports.formats.code_quality import as_gitlab as write
        case "sarif":
            from krmfn.reports.formats.sarif import as_sarif as write
        case "junit":
            from krmfn.reports.formats.junit import as_junit as write
        case _:
            from krmfn.reports.formats.source_text import as_text

            return as_text(report, color=color)
    return write(report)
