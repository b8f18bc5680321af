"""`krmfn check`: what is wrong, as data on standard output."""

from __future__ import annotations

import os

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

    from krmfn.model.finding import Finding
    from krmfn.rendering.pipeline import Result


def run(parsed: Namespace) -> int:
    """The exit status. Raises Usage."""
    result = run_all(parsed)
    count, final = _final(result, parsed.namespace or "")
    if count and not result.crs:
        result.findings = [finding for finding in result.findings if finding.code != "no-nats-cr"]
    else:
        reconcile_input(result)
    if not failed(result.findings):
        told = stale_among(result.sources, result.crs, parsed.namespace or "")
        result.findings = in_order([*result.findings, *told])
    if result.settings.previous and not failed(result.findings):
        found = against_previous(result, result.settings.previous).findings
        result.findings = in_order([*result.findings, *(one for one in found if one.code != "child-removed")])
    result.findings = in_order([*result.findings, *(one for one in final if one not in result.findings)])
    status = 1 if failed(result.findings) else 0
    if parsed.output == "json":
        import json

        listed = [row(finding) for finding in result.findings]
        return put(json.dumps(listed, ensure_ascii=True, indent=2) + "\n", status)
    if not result.findings or count:
        complain(f"{_counted(len(result.crs), count)} checked{'' if result.findings else ', no findings'}\n")
    return put(lines(result.findings, color=is_colored(parsed.color, STDOUT)), status)


def _final(result: Result, namespace: str) -> tuple[int, list[Finding]]:
    """How many objects beside the NATS were checked as they would be applied, and what is wrong with them."""
    if len(result.sources) == len(result.crs):
        return 0, []
    from krmfn.comparison.final_objects import check_sources

    checked = check_sources(result.sources, result.crs, result.settings, namespace, os.getcwd())
    return checked.count, checked.findings


def _counted(crs: int, objects: int) -> str:
    """`1 NATS and 11 objects`."""
    final = "1 object" if objects == 1 else f"{objects} objects"
    return f"{crs} NATS" if not objects else final if not crs else f"{crs} NATS and {final}"
