"""Verdicts about values of the NATS chart: lines of text, JSON, and a table in Markdown. No value is ever shown."""

from __future__ import annotations

import json

from krmfn.helm.chart import VERSION
from krmfn.helm.verdict import CLEAR_TEXT, DEFAULT, IGNORED, INVALID, LOST, NOT_PORTABLE, REPLACED, TAKEN
from krmfn.model.finding import Findings, dotted, error, info, warning
from krmfn.model.fix import RENAME, Fix
from krmfn.model.text import counted, shown
from krmfn.reports.changes_markdown import cell
from krmfn.reports.findings import text as line_of
from krmfn.reports.terminal import lines, row

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from typing import Any

    from krmfn.helm.equality import Equality
    from krmfn.helm.verdict import Verdict
    from krmfn.model.finding import Finding

WORDS = {
    IGNORED: "ignored by the chart",
    INVALID: "unusable for the chart",
    NOT_PORTABLE: "not portable",
    CLEAR_TEXT: "secret in clear text",
    TAKEN: "taken",
    DEFAULT: "default",
    REPLACED: "replaced",
}


class ImportReport:
    """What `krmfn import` found out.

    Verdicts, differences that no value is about, findings about the result, and what `--prove` compared (None without
    it). `accepted` are kinds of verdicts that are not errors.
    """

    __slots__ = ("accepted", "differences", "equalities", "findings", "verdicts")

    def __init__(
        self,
        verdicts: Sequence[Verdict],
        differences: Sequence[str],
        findings: Findings,
        accepted: Collection[str],
        equalities: Sequence[Equality] | None,
    ) -> None:
        self.verdicts = verdicts
        self.differences = differences
        self.findings = findings
        self.accepted = accepted
        self.equalities = equalities


def as_text(report: ImportReport, *, full: bool, color: bool, about_result: bool = True) -> str:
    """One line for each thing that was checked, errors first. Defaults and replaced values only with `full`.

    Without `about_result` differences, and warnings about the NATS, are left out too.
    """
    hidden = () if full else (DEFAULT, REPLACED)
    found = [_finding(some, report.accepted) for some in _units(report.verdicts) if some[0].kind not in hidden]
    shown_severities = (
        ("error",) if not about_result else ("error", "warning", "info") if full else ("error", "warning")
    )
    found += [info("helm-difference", difference) for difference in report.differences if about_result]
    found += [one for one in report.findings if one.severity in shown_severities]
    found += [_equality(one) for one in report.equalities or () if full or not one.is_equal]
    return lines(Findings(found).in_order(), color=color) + f"{summary(report)}\n"


def summary(report: ImportReport) -> str:
    """`12 values: 9 taken, 2 default, 1 ignored by the chart`."""
    counts = [(WORDS[kind], sum(one.kind == kind for one in report.verdicts)) for kind in WORDS]
    parts = [f"{number} {word}" for word, number in counts if number]
    text = f"{counted(len(report.verdicts), 'value')}{': ' if parts else ''}{', '.join(parts)}"
    if report.equalities is not None:
        same = sum(one.is_equal for one in report.equalities)
        unexplained = sum(one.is_unexplained for one in report.equalities)
        text += f"; compared with the chart: {same} equal, {len(report.equalities) - same} different"
        text += f" ({unexplained} without a reason)" if unexplained else ""
    return text


def _units(verdicts: Sequence[Verdict]) -> list[list[Verdict]]:
    """Verdicts that were given together, as one."""
    units: dict[tuple[Any, ...], list[Verdict]] = {}
    for one in verdicts:
        units.setdefault((one.kind, one.unit, one.text, one.target, one.place.file), []).append(one)
    return list(units.values())


def _finding(some: list[Verdict], accepted: Collection[str]) -> Finding:
    first = some[0]
    path = first.unit if len(some) > 1 else first.path
    message = _message(first) + (f" ({len(some)} values)" if len(some) > 1 else "")
    make = info if first.kind not in LOST else warning if first.kind in accepted else error
    fix = Fix(RENAME, path, first.meant, safe=False) if first.meant else None
    return make(first.kind, message, path, fix=fix).at(file=first.place.file, line=first.place.line)


def _message(one: Verdict) -> str:
    if one.kind == TAKEN:
        return f"-> {one.target}{f': {one.text}' if one.text else ''}" if one.target else one.text
    return "the default of the chart" if one.kind == DEFAULT else one.text


def _equality(one: Equality) -> Finding:
    if one.is_equal:
        return info("helm-equal", f"{one.what}: {one.chart}")
    make = warning if one.is_unexplained else info
    reason = f"; {one.reason}" if one.reason else ""
    return make("helm-differs", f"{one.what}: {one.chart} in the chart, {one.krmfn} in krmfn{reason}")


def as_json(report: ImportReport) -> str:
    """One object; every value of the files is one row of `values`."""
    document: dict[str, Any] = {
        "chart": VERSION,
        "values": [_row(one, report.accepted) for one in report.verdicts],
        "differences": list(report.differences),
        "findings": [row(one) for one in report.findings],
    }
    if report.equalities is not None:
        document["proof"] = [
            {
                "what": one.what,
                "chart": one.chart,
                "krmfn": one.krmfn,
                "equal": one.is_equal,
                "reason": one.reason or None,
            }
            for one in report.equalities
        ]
    return f"{json.dumps(document, indent=2)}\n"


def _row(one: Verdict, accepted: Collection[str]) -> dict[str, Any]:
    return {
        "path": dotted(one.path),
        "verdict": one.kind,
        "lost": one.kind in LOST,
        "accepted": one.kind in accepted,
        "target": one.target or None,
        "message": one.text or None,
        "proposed": one.meant or None,
        "file": one.place.file,
        "line": one.place.line,
    }


def as_markdown(report: ImportReport) -> str:
    """A table of what was checked, what differs, and what the result's own check says."""
    parts = [
        f"### krmfn import: {cell(summary(report))}",
        "",
        "| value | | what becomes of it |",
        "| --- | --- | --- |",
    ]
    rank = {kind: number for number, kind in enumerate(WORDS)}
    for some in sorted(_units(report.verdicts), key=lambda some: rank[some[0].kind]):
        first = some[0]
        if first.kind == DEFAULT:
            continue
        path = cell(dotted(first.unit if len(some) > 1 else first.path))
        place = cell(f"{shown(first.place.file, 200)}:{first.place.line}")
        parts.append(f"| `{path}` ({place}) | {WORDS[first.kind]} | {cell(_message(first))} |")
    parts += ["", *(f"- {cell(difference)}" for difference in report.differences)]
    parts += (f"- {cell(line_of(one))}" for one in report.findings)
    if report.equalities is not None:
        parts += ["", "| compared | chart | krmfn | |", "| --- | --- | --- | --- |", *_rows(report.equalities)]
    return "".join(f"{part}\n" for part in parts)


def _rows(equalities: Sequence[Equality]) -> Iterator[str]:
    for one in equalities:
        verdict = "equal" if one.is_equal else one.reason or "different"
        yield f"| {cell(one.what)} | {cell(one.chart)} | {cell(one.krmfn)} | {cell(verdict)} |"
