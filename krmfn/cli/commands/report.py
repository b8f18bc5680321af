"""`krmfn report`: every NATS found as one page or picture."""

from __future__ import annotations

from krmfn.model.finding import failed
from krmfn.model.text import shown
from krmfn.model.usage import Usage
from krmfn.rendering.pipeline import run as run_all
from krmfn.reports.fleet.model import Fleet
from krmfn.reports.terminal import STDERR, is_colored, lines, put
from krmfn.streams import complain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace

FORMATS = ("html", "svg", "mermaid", "markdown")


def run(parsed: Namespace) -> int:
    """The exit status. Raises Usage."""
    if parsed.output in FORMATS:
        raise Usage(f"--output names a file; write -o {parsed.output} for the format")
    result = run_all(parsed)
    if failed(result.findings):
        complain(lines(result.findings, color=is_colored(parsed.color, STDERR)))
        return 1
    text = _written(Fleet(result.crs, result.findings), parsed.format or FORMATS[0])
    if parsed.output is None:
        return put(text)
    from krmfn.files.output_file import write

    wrong = write(parsed.output, text.encode(), result.files)
    complain(
        lines([wrong], color=is_colored(parsed.color, STDERR)) if wrong else f"{shown(parsed.output, 200)}: written\n"
    )
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
