"""`krmfn check`: what is wrong, as data on standard output."""

from __future__ import annotations

from krmfn.cli.arguments import CommonArguments
from krmfn.model.finding import failed
from krmfn.rendering.inventory import check_steps
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
    check_steps(result, arguments.input.namespace or "")
    status = 1 if failed(result.findings) else 0
    if arguments.output == "json":
        import json

        listed = [row(finding) for finding in result.findings]
        return put(json.dumps(listed, ensure_ascii=True, indent=2) + "\n", status)
    if not result.findings:
        complain(f"{len(result.crs)} NATS checked, no findings\n")
    return put(lines(result.findings, color=is_colored(arguments.color, STDOUT)), status)
