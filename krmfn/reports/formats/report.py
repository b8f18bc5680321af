"""What a report is about."""

from __future__ import annotations

from krmfn.model.finding import ERROR, INFO, WARNING
from krmfn.model.text import counted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from krmfn.model.finding import Finding
    from krmfn.model.objects import ObjectRef


class Report:
    """Findings in their order, the objects that were checked, and the line of the source of each finding.

    `source_line` gives the text of the line at which a finding is, without its end, or None where it is not known.
    `fails` are the severities that fail the check.
    """

    __slots__ = ("fails", "findings", "objects", "source_line")

    def __init__(
        self,
        findings: Sequence[Finding],
        objects: Sequence[ObjectRef] = (),
        *,
        source_line: Callable[[Finding], str | None] = lambda _: None,
        fails: tuple[str, ...] = (ERROR,),
    ) -> None:
        self.findings = findings
        self.objects = objects
        self.source_line = source_line
        self.fails = fails

    @property
    def failed(self) -> bool:
        """Whether a finding fails the check."""
        return any(finding.severity in self.fails for finding in self.findings)


def summary(report: Report) -> str:
    """`2 errors, 1 warning in 2 files`; "no findings" where there are none."""
    numbers = (
        (sum(one.severity == severity for one in report.findings), severity) for severity in (ERROR, WARNING, INFO)
    )
    found = [counted(number, severity) for number, severity in numbers if number]
    files = len({one.file for one in report.findings if one.file is not None})
    where = f" in {counted(files, 'file')}" if files > 1 else ""
    return (", ".join(found) or "no findings") + where
