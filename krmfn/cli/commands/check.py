"""`krmfn check`: what is wrong, as data on standard output."""

from __future__ import annotations

from krmfn.model.finding import failed, in_order
from krmfn.rendering.inventory import against_previous
from krmfn.rendering.pipeline import reconcile_input
from krmfn.rendering.pipeline import run as run_all
from krmfn.reports.terminal import STDOUT, is_colored, lines, put, reference
from krmfn.streams import complain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace
    from typing import Any

    from krmfn.model.finding import Finding


def run(parsed: Namespace) -> int:
    """The exit status. Raises Usage."""
    result = run_all(parsed)
    reconcile_input(result)
    if result.settings.previous and not failed(result.findings):
        found = against_previous(result, result.settings.previous).findings
        result.findings = in_order([*result.findings, *(one for one in found if one.code != "child-removed")])
    status = 1 if failed(result.findings) else 0
    if parsed.output == "json":
        import json

        listed = [_row(finding) for finding in result.findings]
        return put(json.dumps(listed, ensure_ascii=True, indent=2) + "\n", status)
    if not result.findings:
        complain(f"{len(result.crs)} NATS checked, no findings\n")
    return put(lines(result.findings, color=is_colored(parsed.color, STDOUT)), status)


def _row(finding: Finding) -> dict[str, Any]:
    """A finding with the keys that design and documentation promise; what is not known is null."""
    one = finding.object
    return {
        "severity": finding.severity,
        "code": finding.code,
        "message": finding.message,
        "object": reference(one) if one else None,
        "field": finding.field or None,
        "file": finding.file,
        "line": finding.line,
        "proposed": finding.proposed,
    }
