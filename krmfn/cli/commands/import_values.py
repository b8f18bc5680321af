"""`krmfn import`: values of the official NATS Helm chart, a verdict for each, as a NATS and a RenderNATS."""

from __future__ import annotations

import os

from krmfn.cli.arguments import CommonArguments
from krmfn.helm.importing import translated
from krmfn.helm.values import Values
from krmfn.helm.verdict import OPEN
from krmfn.model.finding import Findings, error, warning
from krmfn.model.names import is_dns_label
from krmfn.model.text import shown
from krmfn.model.usage import Usage
from krmfn.rendering.pipeline import render_input
from krmfn.reports.imported_objects import commented, header
from krmfn.reports.terminal import STDERR, STDOUT, is_colored, lines, put, stream
from krmfn.reports.values import ImportReport, as_json, as_markdown, as_text
from krmfn.sources.call_settings import checked_namespace, settings_of
from krmfn.sources.input import parse
from krmfn.sources.options import InputOptions
from krmfn.sources.values_files import read_values
from krmfn.streams import complain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from krmfn.helm.equality import Equality
    from krmfn.helm.translation import Translation
    from krmfn.helm.verdict import Verdict
    from krmfn.model.finding import Finding
    from krmfn.rendering.pipeline import PipelineResult

FILES = ("nats.yaml", "render.yaml")
"""What `--output-dir` gets."""


class Arguments(CommonArguments):
    """`operand` are the values files; of the input options there is the namespace only."""

    operand: tuple[str, ...]
    input: InputOptions = InputOptions()
    release: str = "nats"
    at: str | None = None
    lint: bool = False
    output: str | None = None
    output_dir: str | None = None
    accept: tuple[str, ...] = ()
    prove: str | None = None
    verbose: bool = False


def run(arguments: Arguments) -> int:
    """The exit status. Raises Usage."""
    _check(arguments)
    files, findings = read_values(arguments.operand, arguments.at)
    if findings:
        complain(lines(findings, color=is_colored(arguments.color, STDERR)))
        return 1
    values = Values(files)
    t = translated(values, arguments.release, checked_namespace(arguments.input.namespace) or "")
    texts = [commented(target, values.places) for target in (t.nats, t.render)]
    result = render_input(parse(stream(texts).encode()), settings_of(None, ()), "")
    said = Findings(_placed(one, t, values) for one in result.findings if one.code != "secret-not-among-items")
    equalities, wrong = _proof(arguments.prove, values, t, result) if arguments.prove is not None else (None, None)
    said += [wrong] if wrong is not None else []
    if t.opens:
        text = "the chart's servers ask for credentials, but those of the result let everybody in; set auth in it"
        make = warning if OPEN in arguments.accept else error
        said.append(make("helm-open", f"{text} (--accept {OPEN} goes on without)"))
    report = ImportReport(t.verdicts, t.differences, said, arguments.accept, equalities)
    texts[0] = header(t.verdicts, values.files) + texts[0]
    return _write(arguments, t, report, texts)


def _proof(
    chart: str, values: Values, t: Translation, result: PipelineResult
) -> tuple[Sequence[Equality] | None, Finding | None]:
    """What the chart renders from the values, compared with what krmfn renders; or why that cannot be."""
    from krmfn.helm.comparison import compare
    from krmfn.sources.helm_chart import render_chart

    objects, wrong = render_chart(chart, values.tree, t.release, t.namespace)
    if wrong is not None:
        return None, wrong
    return compare(objects, [one.value for one in result.printed if one.value is not None], t.lost), None


def _placed(finding: Finding, t: Translation, values: Values) -> Finding:
    """A finding about the result, with the place of the value that it is about instead of a line of the result."""
    place = values.places.get(t.nats.source(finding.path) or t.render.source(finding.path))
    return finding.replace(file=place.file if place else None, line=place.line if place else None, index=None)


def _check(arguments: Arguments) -> None:
    """Raises Usage."""
    if not arguments.operand:
        raise Usage("the values file is missing; write krmfn import values.yaml, or - for standard input")
    if not is_dns_label(arguments.release):
        raise Usage(f'"{shown(arguments.release)}" is not a name of a Helm release; use a-z, 0-9 and "-"')
    if arguments.lint and arguments.output_dir is not None:
        raise Usage("--lint writes no objects; remove --output-dir")
    if arguments.output not in (None, "text") and not arguments.lint and arguments.output_dir is None:
        raise Usage(f"standard output has the objects; write --lint -o {arguments.output}, or --output-dir DIR")


def _write(arguments: Arguments, t: Translation, report: ImportReport, texts: Sequence[str]) -> int:
    """The list goes to standard output unless the objects do. Nothing is written of a result that loses something."""
    lost = [verdict for verdict in t.lost if verdict.kind not in arguments.accept]
    unproven = any(one.is_unexplained for one in report.equalities or ())
    status = 1 if lost or unproven or report.findings.failed else 0
    to_stdout = not arguments.lint and arguments.output_dir is None
    wrong: Finding | None = None
    if arguments.output_dir is not None and status == 0:
        wrong = _write_files(arguments.output_dir, texts)
    said = _list(arguments, report, STDERR if to_stdout else STDOUT)
    if to_stdout:
        complain(said)
    if wrong is not None:
        complain(lines([wrong], color=is_colored(arguments.color, STDERR)))
        status = 1
    if not arguments.lint:
        complain(_why_nothing(lost, report))
    if not to_stdout:
        return put(said, status)
    return put(stream(texts), status) if status == 0 else status


def _why_nothing(lost: Sequence[Verdict], report: ImportReport) -> str:
    """Why no objects were written; "" where they were."""
    if lost:
        kinds = " ".join(f"--accept {kind}" for kind in dict.fromkeys(verdict.kind for verdict in lost))
        return f"nothing was written, since values would be lost; change them, or write {kinds}\n"
    if report.findings.failed:
        return "nothing was written, since the objects have errors; change the values that the errors name\n"
    return ""


def _list(arguments: Arguments, report: ImportReport, descriptor: int) -> str:
    if arguments.output == "json":
        return as_json(report)
    if arguments.output == "markdown":
        return as_markdown(report)
    color = is_colored(arguments.color, descriptor)
    about_result = arguments.verbose or not arguments.lint
    return as_text(report, full=arguments.verbose, color=color, about_result=about_result)


def _write_files(directory: str, texts: Sequence[str]) -> Finding | None:
    """Write both files, or neither where one is there already."""
    from krmfn.files.output_file import write

    for name in FILES:
        path = os.path.join(directory, name)
        if os.path.lexists(path):
            return error("output-file", "the file exists; remove it, or name another directory").at(file=path)
    try:
        os.makedirs(directory, exist_ok=True)
    except OSError as why:
        return error("write-failed", f"it cannot be made: {why.strerror}; nothing was changed").at(file=directory)
    for name, text in zip(FILES, texts, strict=True):
        wrong = write(os.path.join(directory, name), [text], ())
        if wrong is not None:
            return wrong
    return None
