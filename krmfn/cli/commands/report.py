"""`krmfn report`: every NATS found as one page or picture."""

from __future__ import annotations

from krmfn.cli.arguments import CommonArguments
from krmfn.model.text import shown
from krmfn.model.usage import Usage
from krmfn.rendering.pipeline import read, render_input
from krmfn.reports.fleet.model import FleetView
from krmfn.reports.terminal import STDERR, is_colored, lines, put_parts, tallied
from krmfn.sources.clusters import NatsCollector
from krmfn.sources.options import InputOptions
from krmfn.streams import complain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from typing import BinaryIO

FORMATS = ("html", "svg", "mermaid", "markdown")


class Arguments(CommonArguments):
    """The options of `krmfn report`; `output` is a file, and `format` what it is written as."""

    input: InputOptions = InputOptions()
    format: str = FORMATS[0]
    output: str | None = None


def run(arguments: Arguments) -> int:
    """The exit status. Raises Usage."""
    if arguments.output in FORMATS:
        raise Usage(f"--output names a file; write -o {arguments.output} for the format")
    color = is_colored(arguments.color, STDERR)
    clusters = NatsCollector()
    found, stated, namespace = read(arguments.input, clusters=clusters)
    if clusters.many:
        from krmfn.cli.fleet import kept
        from krmfn.cli.fleet_report import Report
        from krmfn.rendering.fleet import Fleet as ManyClusters

        fleet = ManyClusters(found, stated, namespace, clusters)

        def report(spool: BinaryIO) -> int:
            shown_fleet, told = Report(fleet, spool).run()
            complain(tallied(told, color=color))
            return 1 if shown_fleet is None else _put(arguments, shown_fleet, fleet.files)

        return kept("clusters", report, color=color)
    result = render_input(found, stated, namespace)
    if result.findings.failed:
        complain(lines(result.findings, color=color))
        return 1
    return _put(arguments, FleetView.of(result.crs, result.findings), result.files)


def _put(arguments: Arguments, fleet: FleetView, inputs: Collection[str]) -> int:
    """Print the report, or write its file; `inputs` are the files that were read."""
    parts = _written(fleet, arguments.format)
    if arguments.output is None:
        return put_parts(parts)
    from krmfn.files.output_file import write

    wrong = write(arguments.output, parts, inputs)
    written = f"{shown(arguments.output, 200)}: written\n"
    complain(lines([wrong], color=is_colored(arguments.color, STDERR)) if wrong else written)
    return 1 if wrong else 0


def _written(fleet: FleetView, form: str) -> Iterator[str]:
    match form:
        case "html":
            from krmfn.reports.fleet.html import as_html as write
        case "svg":
            from krmfn.reports.fleet.svg import as_svg as write
        case "mermaid":
            from krmfn.reports.fleet.mermaid import as_mermaid as write
        case _:
            from krmfn.reports.fleet.markdown import as_markdown as write
    return write(fleet)
