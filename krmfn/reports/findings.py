"""Findings as the hosts show them: results of a ResourceList, lines of text."""

from __future__ import annotations

from krmfn.model.finding import ERROR
from krmfn.model.text import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from krmfn.model.finding import Finding
    from krmfn.model.objects import Object, ObjectRef

LONGEST_NAME = 253
"""Characters of a DNS subdomain, the longest name that Kubernetes knows."""
SHOWN_ON_STDERR = 3
"""kpt shows four lines of a failed function's standard error; the last one says how many more there are."""


def results(findings: Iterable[Finding]) -> list[Object]:
    """The `results` of a ResourceList. kpt prints neither file nor tags, so place and code are in the message too."""
    return [_result(finding) for finding in findings]


def text(finding: Finding) -> str:
    """One line: place, severity, field, message, code."""
    return place(finding) + _said(finding)


def place(finding: Finding) -> str:
    """`file:line: `, as far as it is known."""
    line = f"{finding.line}: " if finding.line else ""
    if finding.file is None:
        return f"line {line}" if line else ""
    return f"{shown(finding.file, 200)}:{line or ' '}"


def named(finding: Finding) -> str:
    """The same as `text` for hosts that name no files, such as kustomize: which object takes the place of the line."""
    if finding.file is not None or finding.object is None or not finding.object.name:
        return text(finding)
    one = finding.object
    name = f"{one.namespace}/{one.name}" if one.namespace else one.name
    return f"{shown(one.kind, LONGEST_NAME)} {shown(name, LONGEST_NAME)}: {_said(finding)}"


def _said(finding: Finding) -> str:
    """What is behind the place; a message that begins with its field does not say it twice."""
    field = f"{finding.field}: " if finding.field and not finding.message.startswith(f"{finding.field}:") else ""
    return f"{finding.severity}: {field}{finding.message} [{finding.code}]"


def errors_for_stderr(findings: Iterable[Finding]) -> str:
    """The first errors, and how many more there are, in at most four lines."""
    lines = [named(finding) for finding in findings if finding.severity == ERROR]
    more = len(lines) - SHOWN_ON_STDERR
    if more > 1:
        lines = [*lines[:SHOWN_ON_STDERR], f"and {more} more errors, in the results"]
    return "".join(f"{line}\n" for line in lines)


def _result(finding: Finding) -> Object:
    result: Object = {
        "message": f"{place(finding)}{finding.message} [{finding.code}]",
        "severity": finding.severity,
    }
    if finding.object is not None:
        result["resourceRef"] = _reference(finding.object)
    field = finding.field
    if field:
        result["field"] = {"path": field}
        if finding.current is not None:
            result["field"]["currentValue"] = finding.current
        if finding.proposed is not None:
            result["field"]["proposedValue"] = finding.proposed
    if finding.file is not None:
        result["file"] = {
            "path": _path(finding.file),
            **({"index": finding.index} if finding.index is not None else {}),
        }
    result["tags"] = {"code": finding.code, **({"line": str(finding.line)} if finding.line else {})}
    return result


def _path(file: str) -> str:
    """The path as it is, so that the host finds the file; one with control characters in it is shown, not repeated."""
    return file if file.isprintable() else shown(file, LONGEST_NAME)


def _reference(one: ObjectRef) -> Object:
    """Which object: a name that is none (and so earned an error) must not do harm on a terminal."""
    return {
        "apiVersion": shown(one.api_version, LONGEST_NAME),
        "kind": shown(one.kind, LONGEST_NAME),
        "name": shown(one.name, LONGEST_NAME),
        **({"namespace": shown(one.namespace, LONGEST_NAME)} if one.namespace else {}),
    }
