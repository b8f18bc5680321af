"""`krmfn check`: what is wrong, as data on standard output."""

from __future__ import annotations

import os

from krmfn.cli.arguments import CommonArguments
from krmfn.comparison.inspection import inspect
from krmfn.model.finding import ERROR, WARNING
from krmfn.model.text import counted, shown
from krmfn.model.usage import Usage, unknown
from krmfn.rendering.pipeline import read, render_input
from krmfn.reports.formats.report import CheckReport, summary
from krmfn.reports.formats.writers import FORMATS, TEXT, written
from krmfn.reports.terminal import STDERR, STDOUT, is_colored, lines, put_parts
from krmfn.reports.verbosity import Verbosity
from krmfn.sources.clusters import NatsCollector
from krmfn.sources.options import InputOptions
from krmfn.sources.source import source_lines
from krmfn.sources.trees import Disk
from krmfn.streams import complain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator
    from typing import BinaryIO

    from krmfn.checks.own_schemas import OwnSchemas
    from krmfn.fixes.plan import TextEdit
    from krmfn.model.finding import Finding
    from krmfn.model.objects import ObjectRef
    from krmfn.rendering.pipeline import PipelineResult


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
    schemas = _schemas(arguments.schema)
    fails = (ERROR, WARNING) if arguments.fail_on == WARNING else (ERROR,)
    clusters = NatsCollector()
    found, stated, namespace = read(arguments.input, arguments.allow_removal, clusters)
    if clusters.many:
        from krmfn.cli.fleet import kept
        from krmfn.cli.fleet_check import Check
        from krmfn.rendering.fleet import Fleet

        fleet = Fleet(found, stated, namespace, clusters, is_printed=False)

        def tell(spool: BinaryIO) -> int:
            check = Check(fleet, found, stated, schemas, spool)
            report = check.run(os.getcwd(), fails)
            unwritten = _written(report, files, fleet.files)
            return _tell(arguments, report, _subject(check.crs, check.count), verbosity, unwritten)

        return kept("findings", tell, color=is_colored(arguments.color, STDERR))
    result = render_input(found, stated, namespace)
    count = inspect(result, namespace, os.getcwd())
    if schemas is not None:
        from krmfn.comparison.own_kinds import judge

        count = max(count, judge(result, schemas))
    report = CheckReport(
        result.findings,
        _checked(result, count),
        source_line=source_lines(result.sources),
        change_of=_changes(result),
        fails=fails,
    )
    unwritten = _written(report, files, result.files)
    return _tell(arguments, report, _subject(len(result.crs), count), verbosity, unwritten)


def _schemas(files: tuple[str, ...]) -> OwnSchemas | None:
    """Those of `--schema`. Raises Usage."""
    if not files:
        return None
    from krmfn.comparison.own_kinds import schemas_in

    return schemas_in(files)


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


def _checked(result: PipelineResult, count: int) -> list[ObjectRef]:
    """The NATS, and the other objects of the input where they were checked."""
    others = (one.ref() for one in result.sources) if count else ()
    return list(dict.fromkeys([*(one.ref for one in result.crs), *(ref for ref in others if ref)]))


def _changes(result: PipelineResult) -> Callable[[Finding], TextEdit | None]:
    """The edit by which `krmfn fix` would fix a finding."""
    if all(finding.fix is None for finding in result.findings):
        return lambda _: None
    from krmfn.fixes.plan import Plan

    return Plan(result, Disk()).changes().get


def _tell(
    arguments: Arguments, report: CheckReport, subject: str, verbosity: Verbosity, unwritten: Iterable[Finding]
) -> int:
    """Print the findings; the status is 1 when the check failed.

    `subject` tells what was checked, "" for nothing. `unwritten` writes the reports, with an error for each that cannot
    be written.
    """
    is_text = arguments.output == TEXT
    if is_text and not verbosity.quiet:
        complain(f"{f'{subject} checked, ' if subject else ''}{summary(report, verbosity.shows)}\n")
    wrong = list(unwritten)
    complain(lines(wrong, color=is_colored(arguments.color, STDERR)))
    status = 1 if report.failed or wrong else 0
    said = report.of(verbosity.shows) if is_text or verbosity.quiet else report
    return put_parts(written(said, arguments.output, color=is_colored(arguments.color, STDOUT)), status)


def _written(report: CheckReport, files: dict[str, str], inputs: Collection[str]) -> Iterator[Finding]:
    """Write every report; an error for each that cannot be written. `inputs` are the files that were read."""
    if not files:
        return
    from krmfn.files.output_file import write

    for file, form in files.items():
        wrong = write(file, written(report, form), inputs)
        if wrong:
            yield wrong
