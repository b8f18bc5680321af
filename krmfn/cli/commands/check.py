"""`krmfn check`: what is wrong, as data on standard output."""

from __future__ import annotations

import os

from krmfn.cli.arguments import CommonArguments
from krmfn.comparison.inspection import inspect
from krmfn.model.finding import failed
from krmfn.rendering.pipeline import run as run_all
from krmfn.reports.terminal import STDOUT, is_colored, lines, put, row
from krmfn.sources.options import InputOptions
from krmfn.streams import complain


class Arguments(CommonArguments):
    """The options of `krmfn check`."""

    input: InputOptions = InputOptions()
    output: str = "text"
    allow_removal: tuple[str, ...] = ()


def run(arguments: Arguments) -> int:
    """The exit status. Raises Usage."""
    result = run_all(arguments.input, arguments.allow_removal)
    count = inspect(result, arguments.input.namespace or "", os.getcwd())
    status = 1 if failed(result.findings) else 0
    if arguments.output == "json":
        import json

        listed = [row(finding) for finding in result.findings]
        return put(json.dumps(listed, ensure_ascii=True, indent=2) + "\n", status)
    if not result.findings or count:
        complain(f"{_counted(len(result.crs), count)} checked{'' if result.findings else ', no findings'}\n")
    return put(lines(result.findings, color=is_colored(arguments.color, STDOUT)), status)


def _counted(crs: int, objects: int) -> str:
    """`1 NATS and 11 objects`."""
    final = "1 object" if objects == 1 else f"{objects} objects"
    return f"{crs} NATS" if not objects else final if not crs else f"{crs} NATS and {final}"
