"""What a report is about."""

from __future__ import annotations

from krmfn.model.finding import ERROR, INFO, WARNING
from krmfn.model.text import counted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from krmfn.fixes.plan import Change
    from krmfn.model.finding import Finding
    from krmfn.model.objects import ObjectRef


class Report:
    """Findings in their order, the objects that were checked, and the line of the source of each finding.

    `source_line` gives the text of the line at which a finding is, without its end, or None where it is not known.
    `change_of` gives the edit of its file by which `krmfn fix` would fix a finding, or None where it would not.
    `fails` are the severities that fail the check.
    """

    __slots__ = ("change_of", "fails", "findings", "objects", "source_line")

    def __init__(
        self,
        findings: Sequence[Finding],
        objects: Sequence[ObjectRef] = (),
        *,
        source_line: Callable[[Finding], str | None] = lambda _: None,
        change_of: Callable[[Finding], Change | None] = lambda _: None,
        fails: tuple[str, ...] = (ERROR,),
    ) -> None:
        self.findings = findings
        self.objects = objects
        self.source_line = source_line
        self.change_of = change_of
        self.fails = fails

    def of(self, findings: Sequence[Finding]) -> Report:
        """The same report with some of its findings."""
        return Report(findings, self.objects, source_line=self.source_line, change_of=self.change_of, fails=self.fails)

    @property
    def failed(self) -> bool:
        """Whether a finding fails the check."""
        return any(finding.severity in self.fails for finding in self.findings)


def summary(report: Report, hidden: int = 0) -> str:
    """`2 errors, 1 warning in 2 files; 1 can be fixed by krmfn fix`; "no findings" where there are none.

    `hidden` is how many infos are not printed.
    """
    numbers = (
        (sum(one.severity == severity for one in report.findings), severity) for severity in (ERROR, WARNING, INFO)
    )
    found = [counted(number, severity) for number, severity in numbers if number]
    files = len({one.file for one in report.findings if one.file is not None})
    where = f" in {counted(files, 'file')}" if files > 1 else ""
    return (
        (", ".join(found) or "no findings")
        + where
        + _fixable(report)
        + (f"; -v shows {counted(hidden, 'more info')}" if hidden else "")
    )


def _fixable(report: Report) -> str:
    changes = [change for change in map(report.change_of, report.findings) if change is not None]
    safe = sum(change.fix.safe for change in changes)
    more = len(changes) - safe
    words = [f"{safe} can be fixed by krmfn fix"] if safe else []
    words += [f"{more} {'more ' if safe else ''}can be fixed by krmfn fix --unsafe-fixes"] if more else []
    return "".join(f"; {text}" for text in words)
