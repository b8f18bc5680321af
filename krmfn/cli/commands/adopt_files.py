"""The plan and its patches as files of a directory, all of them or none."""

from __future__ import annotations

import json
import os

from krmfn.files.existing_tree import PAGE_COMMENT
from krmfn.files.output_directory import COMMENT, replace
from krmfn.model.finding import error
from krmfn.reports.adoption import as_markdown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.files.output_directory import WriteSummary
    from krmfn.model.finding import Finding
    from krmfn.reports.adoption import AdoptionReport

PLAN = "plan.md"
_STEP = "step-"


def write(report: AdoptionReport, directory: str) -> tuple[WriteSummary | None, list[Finding]]:
    """What was written, or error findings and nothing was.

    Patches of another plan are in the way: they hold what was true of another dump.
    """
    files = {PLAN: f"{PAGE_COMMENT}\n{as_markdown(report)}".encode()}
    for step in report.steps:
        for patch in step.patches:
            files[patch.file] = f"{COMMENT}{json.dumps(patch.operations, indent=2)}\n".encode()
    old = [name for name in _names(directory) if name.startswith(_STEP) and name not in files]
    if old:
        text = "this is a patch of another plan; remove it, or use another directory"
        return None, [error("foreign-file", text).at(file=os.path.join(directory, name)) for name in old]
    return replace(directory, files, [])


def _names(directory: str) -> list[str]:
    try:
        return sorted(os.listdir(directory))
    except OSError:
        return []
