"""`krmfn fix`: make the fixes of findings in the user's own files."""

from __future__ import annotations

import os

from krmfn.cli.arguments import CommonArguments
from krmfn.comparison.inspection import inspect
from krmfn.files.user_files import Version, replace
from krmfn.fixes.rounds import fix
from krmfn.model.finding import INFO
from krmfn.model.usage import Usage
from krmfn.rendering.pipeline import run as run_all
from krmfn.reports.fixes import difference, fixed, summary, unfixed
from krmfn.reports.terminal import STDERR, STDOUT, is_colored, lines, put
from krmfn.reports.verbosity import Verbosity
from krmfn.sources.files import STDIN
from krmfn.sources.options import InputOptions
from krmfn.streams import complain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.rendering.pipeline import PipelineResult
    from krmfn.sources.trees import Tree


class Arguments(CommonArguments):
    """The options of `krmfn fix`."""

    input: InputOptions = InputOptions()
    diff: bool = False
    unsafe_fixes: bool = False
    quiet: bool = False
    verbose: bool = False


def run(arguments: Arguments) -> int:
    """The exit status: 0 when no error is left, else 1; with `--diff` 1 too for any change. Raises Usage."""
    verbosity = Verbosity(quiet=arguments.quiet, verbose=arguments.verbose)
    if STDIN in arguments.input.filename:
        raise Usage("krmfn fix edits files, and - is standard input; write -f FILE")

    def judge(tree: Tree) -> PipelineResult:
        result = run_all(arguments.input, tree=tree)
        inspect(result, arguments.input.namespace or "", os.getcwd())
        return result

    outcome = fix(judge, unsafe=arguments.unsafe_fixes)
    names = {one.real: one.finding.file or "" for one in outcome.applied}
    versions = [
        Version(names[real], real, outcome.tree.before[real], new) for real, new in outcome.tree.changed.items()
    ]
    wrong = replace(versions) if versions and not arguments.diff else []
    if wrong:
        complain(lines(wrong, color=is_colored(arguments.color, STDERR)))
        return 1
    left = [one for one in verbosity.shown(outcome.result.findings) if verbosity.verbose or one.severity != INFO]
    status = outcome.result.findings.status
    if not verbosity.quiet:
        complain(f"{summary(outcome, unsafe=arguments.unsafe_fixes, is_written=not arguments.diff)}\n")
    if arguments.diff:
        complain(unfixed(outcome, left, unsafe=arguments.unsafe_fixes, color=is_colored(arguments.color, STDERR)))
        return put("".join(difference(one.name, one.old, one.new) for one in versions), 1 if versions else status)
    told = unfixed(outcome, left, unsafe=arguments.unsafe_fixes, color=is_colored(arguments.color, STDOUT))
    return put(("" if verbosity.quiet else fixed(outcome.applied)) + told, status)
