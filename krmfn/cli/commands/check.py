"""`krmfn check`: what is wrong, as data on standard output."""

from __future__ import annotations

from krmfn.model.finding import failed, in_order
from krmfn.rendering.inventory import against_previous
from krmfn.rendering.pipeline import reconcile_input
from krmfn.rendering.pipeline import run as run_all
from krmfn.rendering.staleness import stale_among
from krmfn.reports.terminal import STDOUT, is_colored, lines, put, row
from krmfn.streams import complain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace


def run(parsed: Namespace) -> int:
    """The exit status. Raises Usage."""
    result = run_all(parsed)
    reconcile_input(result)
    if not failed(result.findings):
        told = stale_among(result.sources, result.crs, parsed.namespace or "")
        result.findings = in_order([*result.findings, *told])
    if result.settings.previous and not failed(result.findings):
        found = against_previous(result, result.settings.previous).findings
        result.findings = in_order([*result.findings, *(one for one in found if one.code != "child-removed")])
    status = 1 if failed(result.findings) else 0
    if parsed.output == "json":
        import json

        listed = [row(finding) for finding in result.findings]
        return put(json.dumps(listed, ensure_ascii=True, indent=2) + "\n", status)
    if not result.findings:
        complain(f"{len(result.crs)} NATS checked, no findings\n")
    return put(lines(result.findings, color=is_colored(parsed.color, STDOUT)), status)
