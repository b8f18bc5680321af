"""Findings as a JUnit report: an object is a test case, and what fails the check is its failure."""

from __future__ import annotations

from krmfn.reports.findings import text
from krmfn.reports.fleet.markup import tag
from krmfn.reports.formats.locations import qualified

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krmfn.model.finding import Finding
    from krmfn.reports.fleet.markup import Markup
    from krmfn.reports.formats.report import CheckReport

WITHOUT_OBJECT = "input"
"""The test case of findings that are about no object, such as a file that cannot be read."""


def as_junit(report: CheckReport) -> Iterator[str]:
    """One suite. Findings that do not fail the check are the output of their case.

    A case has all findings of its object, so this format alone holds all findings in memory.
    """
    found: dict[str, list[Finding]] = {qualified(one): [] for one in report.objects}
    for finding in report.findings:
        found.setdefault(qualified(finding.object) if finding.object else WITHOUT_OBJECT, []).append(finding)
    if not found:
        found[WITHOUT_OBJECT] = []
    failed = sum(any(one.severity in report.fails for one in findings) for findings in found.values())
    suite = tag("testsuite", name="krmfn check", tests=len(found), failures=failed, errors=0)
    before, _, after = tag("testsuites", suite).partition("></testsuite>")
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n{before}>'
    for name, findings in found.items():
        yield f"\n{_case(name, findings, report.fails)}"
    yield f"\n</testsuite>{after}\n"


def _case(name: str, findings: list[Finding], fails: tuple[str, ...]) -> Markup:
    failing = [one for one in findings if one.severity in fails]
    parts = []
    if failing:
        message = failing[0].message if len(failing) == 1 else f"{len(failing)} findings"
        parts.append(tag("failure", "\n".join(map(text, failing)), message=message, type=failing[0].code))
    if others := [one for one in findings if one not in failing]:
        parts.append(tag("system-out", "\n".join(map(text, others))))
    return tag("testcase", *parts, classname="krmfn", name=name)
