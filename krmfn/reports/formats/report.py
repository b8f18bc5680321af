"""What a report is about."""

from __future__ import annotations

from krmfn.model.finding import ERROR, INFO, WARNING
from krmfn.model.text import counted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

    from krmfn.fixes.plan import TextEdit
    from krmfn.model.finding import Finding
    from krmfn.model.objects import ObjectRef


class CheckReport:
    """Findings in their order, the objects that were checked, and the line of the source of each finding.

    Both can be iterated more than once; they may be on the disk. With `is_tallied`, a text tells of a code with many
    findings the first one and their number.

    `source_line` gives the text of the line at which a finding is, without its end, or None where it is not known.
    `change_of` gives the edit of its file by which `krmfn fix` would fix a finding, or None where it would not.
    `fails` are the severities that fail the check.
    """

    __slots__ = ("change_of", "fails", "findings", "is_tallied", "objects", "source_line")

    def __init__(
        self,
        findings: Iterable[Finding],
        objects: Iterable[ObjectRef] = (),
        *,
        source_line: Callable[[Finding], str | None] = lambda _: None,
        change_of: Callable[[Finding], TextEdit | None] = lambda _: None,
        fails: tuple[str, ...] = (ERROR,),
        is_tallied: bool = False,
    ) -> None:
        self.findings = findings
        self.objects = objects
        self.source_line = source_line
        self.change_of = change_of
        self.fails = fails
        self.is_tallied = is_tallied

    def of(self, is_wanted: Callable[[Finding], bool]) -> CheckReport:
        """The same report with some of its findings."""
        return CheckReport(
            _Chosen(self.findings, is_wanted),
            self.objects,
            source_line=self.source_line,
            change_of=self.change_of,
            fails=self.fails,
            is_tallied=self.is_tallied,
        )

    @property
    def failed(self) -> bool:
        """Whether a finding fails the check."""
        return any(finding.severity in self.fails for finding in self.findings)


class _Chosen:
    """Some findings of others, chosen each time."""

    __slots__ = ("_all", "_is_wanted")

    def __init__(self, findings: Iterable[Finding], is_wanted: Callable[[Finding], bool]) -> None:
        self._all = findings
        self._is_wanted = is_wanted

    def __iter__(self) -> Iterator[Finding]:
        return filter(self._is_wanted, self._all)


def summary(report: CheckReport, is_shown: Callable[[Finding], bool] = lambda _: True) -> str:
    """`2 errors, 1 warning in 2 files; 1 can be fixed by krmfn fix`; "no findings" where there are none.

    `is_shown` tells whether a finding is printed; the number of the others is said.
    """
    counts = dict.fromkeys((ERROR, WARNING, INFO), 0)
    files = _hashes(report)
    fixable = {True: 0, False: 0}
    hidden = 0
    for one in report.findings:
        counts[one.severity] += 1
        hidden += not is_shown(one)
        if one.file is not None:
            files.append(hash(one.file))
        change = report.change_of(one)
        if change is not None:
            fixable[change.fix.safe] += 1
    found = [counted(number, severity) for severity, number in counts.items() if number]
    where = _different(files)
    return (
        (", ".join(found) or "no findings")
        + (f" in {counted(where, 'file')}" if where > 1 else "")
        + _fixable(fixable[True], fixable[False])
        + (f"; -v shows {counted(hidden, 'more info')}" if hidden else "")
    )


def _hashes(report: CheckReport) -> Any:
    """Where the hashes of the names of files are kept: of a fleet, as 8 bytes for each."""
    if not report.is_tallied:
        return []
    from array import array

    return array("q")


def _different(numbers: Iterable[int]) -> int:
    """How many different ones there are."""
    last, count = None, 0
    for one in sorted(numbers):
        count += one != last
        last = one
    return count


def _fixable(safe: int, more: int) -> str:
    words = [f"{safe} can be fixed by krmfn fix"] if safe else []
    words += [f"{more} {'more ' if safe else ''}can be fixed by krmfn fix --unsafe-fixes"] if more else []
    return "".join(f"; {text}" for text in words)
