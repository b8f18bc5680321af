"""`krmfn report`: every NATS found as one page or picture."""

from __future__ import annotations

from krmfn.cli.arguments import CommonArguments
from krmfn.model.text import shown
from krmfn.model.usage import Usage
from krmfn.rendering.pipeline import run as run_all
from krmfn.reports.fleet.model import Fleet
from krmfn.reports.terminal import STDERR, is_colored, lines, put
from krmfn.sources.options import InputOptions
from krmfn.streams import complain

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
    result = run_all(arguments.input)
    if result.findings.failed:
        complain(lines(result.findings, color=is_colored(arguments.color, STDERR)))
        return 1
    text = _written(Fleet(result.crs, result.findings), arguments.format)
    if arguments.output is None:
        return put(text)
    from krmfn.files.output_file import write

    wrong = write(arguments.output, [text], result.files)
    written = f"{shown(arguments.output, 200)}: written\n"
    complain(lines([wrong], color=is_colored(arguments.color, STDERR)) if wrong else written)
    return 1 if wrong else 0


def _written(fleet: Fleet, form: str) -> str:
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
