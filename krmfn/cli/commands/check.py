"""`krmfn check`: what is wrong, as data on standard output."""

from __future__ import annotations

import os

from krmfn.cli.arguments import CommonArguments
from krmfn.comparison.inspection import inspect
from krmfn.model.finding import ERROR, WARNING
from krmfn.model.text import counted, shown
from krmfn.model.usage import Usage, unknown
from krmfn.rendering.pipeline import run as run_all
from krmfn.reports.formats.report import Report, summary
from krmfn.reports.formats.writers import FORMATS, TEXT, written
from krmfn.reports.terminal import STDERR, STDOUT, is_colored, lines, put
from krmfn.reports.verbosity import Verbosity
from krmfn.sources.lines import source_lines
from krmfn.sources.options import InputOptions
from krmfn.sources.trees import Disk
from krmfn.streams import complain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from krmfn.fixes.plan import Change
    from krmfn.model.finding import Finding
    from krmfn.model.objects import ObjectRef
    from krmfn.rendering.pipeline import Result


class Arguments(CommonArguments):
    """The options of `krmfn check`."""

    input: InputOptions = InputOptions()
    output: str = TEXT
    report: tuple[str, ...] = ()
    schema: tuple[str, ...] = ()
    fail_on: str | None = None
    quiet: bool = False
    verbose: bool = False
    allow_removal: tuple[str, ...] = ()


def run(arguments: Arguments) -> int:
    """The exit status. Raises Usage."""
    files = _files(arguments.report)
    verbosity = Verbosity(quiet=arguments.quiet, verbose=arguments.verbose)
    own = _schemas(arguments.schema)
    result = run_all(arguments.input, arguments.allow_removal)
    count = inspect(result, arguments.input.namespace or "", os.getcwd())
    count = max(count, own(result))
    return _tell(arguments, files, result, count, verbosity)


def _schemas(files: tuple[str, ...]) -> Callable[[Result], int]:
    """What judges the objects of `--schema` and counts them. Raises Usage."""
    if not files:
        return lambda _: 0
    from krmfn.comparison.own_kinds import judge, schemas_in

    schemas = schemas_in(files)
    return lambda result: judge(result, schemas)


def _subject(crs: int, objects: int) -> str:
    """`1 NATS and 11 objects`; "" for none."""
    return " and ".join(([f"{crs} NATS"] if crs else []) + ([counted(objects, "object")] if objects else []))


def _files(words: tuple[str, ...]) -> dict[str, str]:
    """File -> format, of every `--report`. Raises Usage."""
    found: dict[str, str] = {}
    for word in words:
        form, equals, file = word.partition("=")
        if form not in FORMATS:
            raise unknown("format of --report", form, FORMATS)
        if not equals or not file:
            raise Usage(f"--report {form} names no file; write --report {form}=FILE")
        if file in found:
            raise Usage(f"two reports would be written into {shown(file, 200)}; name another file for one of them")
        found[file] = form
    return found


def _checked(result: Result, count: int) -> list[ObjectRef]:
    """The NATS, and the other objects of the input where they were checked."""
    others = (one.ref() for one in result.sources) if count else ()
    return list(dict.fromkeys([*(one.cr.ref for one in result.crs), *(ref for ref in others if ref)]))


def _changes(result: Result) -> Callable[[Finding], Change | None]:
    """The edit by which `krmfn fix` would fix a finding."""
    if all(finding.fix is None for finding in result.findings):
        return lambda _: None
    from krmfn.fixes.plan import Plan

    changes = Plan(result, Disk()).changes()
    return lambda finding: changes.get(id(finding))


def _tell(arguments: Arguments, files: dict[str, str], result: Result, count: int, verbosity: Verbosity) -> int:
    """Print the findings, and write every report; the status is 1 when the check failed or one cannot be written."""
    fails = (ERROR, WARNING) if arguments.fail_on == WARNING else (ERROR,)
    report = Report(
        result.findings,
        _checked(result, count),
        source_line=source_lines(result.sources),
        change_of=_changes(result),
        fails=fails,
    )
    said = report.findings if arguments.output != TEXT and not verbosity.quiet else verbosity.shown(report.findings)
    if arguments.output == TEXT and not verbosity.quiet:
        subject = _subject(len(result.crs), count)
        complain(f"{f'{subject} checked, ' if subject else ''}{summary(report, len(report.findings) - len(said))}\n")
    unwritten = list(_written(report, files, result))
    complain(lines(unwritten, color=is_colored(arguments.color, STDERR)))
    status = 1 if report.failed or unwritten else 0
    return put(written(report.of(said), arguments.output, color=is_colored(arguments.color, STDOUT)), status)


def _written(report: Report, files: dict[str, str], result: Result) -> Iterator[Finding]:
    """Write every report; an error for each that cannot be written."""
    if not files:
        return
    from krmfn.files.output_file import write

    for file, form in files.items():
        wrong = write(file, written(report, form).encode(), result.files)
        if wrong:
            yield wrong
