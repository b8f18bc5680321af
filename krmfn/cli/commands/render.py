"""`krmfn render`: the objects of every NATS found, on standard output or as the files of a directory."""

from __future__ import annotations

from krmfn.cli.arguments import CommonArguments
from krmfn.goyaml.emitter import document
from krmfn.model.finding import Findings, error
from krmfn.model.text import shown
from krmfn.model.usage import Usage
from krmfn.rendering.foreign_objects import add_others, left_out
from krmfn.rendering.pipeline import read, reconcile_input, render_input
from krmfn.rendering.reconciliation import Changeset
from krmfn.reports.terminal import STDERR, is_colored, lines, put, stream
from krmfn.reports.verbosity import Verbosity
from krmfn.sources.clusters import MANY, NatsCollector
from krmfn.sources.options import InputOptions
from krmfn.streams import complain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krmfn.model.finding import Finding
    from krmfn.rendering.pipeline import PipelineResult, Printed


class Arguments(CommonArguments):
    """The options of `krmfn render`."""

    input: InputOptions = InputOptions()
    output: str = "yaml"
    output_dir: str | None = None
    check: bool = False
    previous: str | None = None
    allow_removal: tuple[str, ...] = ()
    jobs: str | None = None
    shard: str | None = None
    quiet: bool = False
    verbose: bool = False


def run(arguments: Arguments) -> int:
    """The exit status. Raises Usage."""
    if arguments.output_dir is not None and arguments.output == "json":
        raise Usage("--output-dir writes YAML; remove -o json")
    if arguments.check and arguments.output_dir is None:
        raise Usage("--check compares the files of an output directory; add --output-dir DIR")
    verbosity = Verbosity(quiet=arguments.quiet, verbose=arguments.verbose)
    jobs = jobs_of(arguments.jobs)
    clusters = None
    if arguments.output == "json":
        if arguments.shard is not None:
            raise Usage("--shard prints YAML; remove -o json")
    else:
        clusters = NatsCollector(MANY if arguments.shard is None and (jobs or 1) < 2 else 0)
    found, stated, namespace = read(arguments.input, arguments.allow_removal, clusters)
    if clusters is not None and clusters.many:
        from krmfn.cli.fleet import Call
        from krmfn.rendering.fleet import Fleet

        fleet = Fleet(found, stated, namespace, clusters, arguments.shard)
        previous = arguments.previous or fleet.settings.previous
        _refuse_check_of_nothing(arguments, fleet.settings.mode)
        call = Call(fleet, verbosity, arguments.output_dir, previous, jobs=jobs, is_check=arguments.check)
        return call.run(color=is_colored(arguments.color, STDERR))
    result = render_input(found, stated, namespace)
    reconcile_input(result)
    add_others(result)
    if arguments.output == "json":
        result.findings += _not_as_json(result.printed)
    _refuse_check_of_nothing(arguments, result.settings.mode)
    is_wanted = result.settings.mode == "render"
    said = ""
    if not result.findings.failed:
        if is_wanted and arguments.output_dir is not None:
            said, steps = _write(arguments.output_dir, result, arguments.previous, is_check=arguments.check)
        else:
            steps = _against_previous(result, arguments.previous).findings
        result.findings += steps
    shown = verbosity.shown(result.findings.in_order())
    complain(lines(shown, color=is_colored(arguments.color, STDERR)))
    complain(verbosity.rest(len(result.findings) - len(shown)))
    if result.findings.failed:
        return 1
    complain("" if verbosity.quiet else said + left_out(result))
    if not is_wanted or arguments.output_dir is not None:
        return 0
    return put(_json(result.printed) if arguments.output == "json" else stream(one.text for one in result.printed))


def _refuse_check_of_nothing(arguments: Arguments, mode: str) -> None:
    """Raises Usage where nothing is rendered that could be compared."""
    if arguments.check and mode != "render":
        raise Usage(f"--check compares rendered files, and mode={mode} renders none; remove one of them")


def jobs_of(text: str | None) -> int | None:
    """The number of `--jobs`; None where it is not given. Raises Usage."""
    if text is None:
        return None
    if len(text) > 3 or text.strip("0123456789") or not int(text):
        raise Usage(f'"{shown(text)}" is not a number of processes; write --jobs N, with N from 1 to 999')
    return int(text)


def _against_previous(result: PipelineResult, directory: str | None) -> Changeset:
    """The step from the earlier render that `--previous` or the key of that name tells, if any."""
    directory = directory or result.settings.previous
    if not directory:
        return Changeset()
    from krmfn.rendering.inventory import against_previous

    return against_previous(result, directory)


def _not_as_json(objects: list[Printed]) -> Iterator[Finding]:
    for one in objects:
        if one.value is None:
            text = f"{one.path} cannot be read, so it cannot be written as JSON; remove -o json"
            yield error("unreadable-yaml", text)


def _json(objects: list[Printed]) -> str:
    import json

    whole = {"apiVersion": "v1", "kind": "List", "items": [one.value for one in objects]}
    return json.dumps(whole, ensure_ascii=True, indent=2) + "\n"


def _write(
    directory: str, result: PipelineResult, previous: str | None, *, is_check: bool
) -> tuple[str, list[Finding]]:
    """Replace the directory's content, unless the step to it is refused. Returns what to say about it, and findings.

    With `is_check` it only compares.
    """
    from krmfn.files.existing_tree import listed
    from krmfn.files.kustomization import HEAD, same_file, unnamed
    from krmfn.files.output_directory import COMMENT, KUSTOMIZATION, replace
    from krmfn.files.parts import beside_whole
    from krmfn.rendering.inventory import against_output

    def judge() -> tuple[Findings, list[str]]:
        changes, gone = against_output(result, directory, lambda: listed(directory), COMMENT)
        return Findings([*changes.findings, *_against_previous(result, previous).findings]), gone

    files: dict[str, bytes] = {}
    findings = []
    for one in result.printed:
        if one.path in files:
            findings.append(same_file(one.path))
        files[one.path] = f"{COMMENT}{one.text}".encode()
    if findings:
        return "", findings
    nameless = {one.path for one in result.printed if not one.ref.name}
    kustomization = {**HEAD, "resources": sorted(files.keys() - nameless)}
    files[KUSTOMIZATION] = f"{COMMENT}{document(kustomization)}".encode()
    outcome, findings = replace(
        directory, files, result.files, judge, conflicts=lambda: beside_whole(directory), is_check=is_check
    )
    findings += map(unnamed, sorted(nameless))
    return f"{outcome}\n" if outcome else "", findings
