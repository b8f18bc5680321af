"""`krmfn fix`: make the fixes of findings in the user's own files."""

from __future__ import annotations

import os

from krmfn.cli.arguments import CommonArguments
from krmfn.comparison.inspection import inspect
from krmfn.files.user_files import Version, replace
from krmfn.fixes.rounds import fix
from krmfn.model.usage import Usage
from krmfn.rendering.pipeline import run as run_all
from krmfn.reports.fixes import difference, fixed, summary, unfixed
from krmfn.reports.terminal import STDERR, STDOUT, is_colored, lines, put
from krmfn.sources.files import STDIN
from krmfn.sources.options import InputOptions
from krmfn.streams import complain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.fixes.rounds import Outcome
    from krmfn.rendering.pipeline import Result
    from krmfn.sources.trees import Tree


class Arguments(CommonArguments):
    """The options of `krmfn fix`."""

    input: InputOptions = InputOptions()
    diff: bool = False
    unsafe_fixes: bool = False


def run(arguments: Arguments) -> int:
    """The exit status: 0 when nothing is left to fix, else 1. Raises Usage."""
    if STDIN in arguments.input.filename:
        raise Usage("krmfn fix edits files, and - is standard input; write -f FILE")

    def judge(tree: Tree) -> Result:
        result = run_all(arguments.input, tree=tree)
        inspect(result, arguments.input.namespace or "", os.getcwd())
        return result

    outcome = fix(judge, unsafe=arguments.unsafe_fixes)
    names = {one.real: one.finding.file or "" for one in outcome.made}
    versions = [
        Version(names[real], real, outcome.tree.before[real], new) for real, new in outcome.tree.changed.items()
    ]
    if arguments.diff:
        return _show(arguments, outcome, versions)
    wrong = replace(versions) if versions else []
    if wrong:
        complain(lines(wrong, color=is_colored(arguments.color, STDERR)))
        return 1
    complain(f"{summary(outcome, unsafe=arguments.unsafe_fixes)}\n")
    told = fixed(outcome.made) + unfixed(
        outcome, unsafe=arguments.unsafe_fixes, color=is_colored(arguments.color, STDOUT)
    )
    return put(told, outcome.result.findings.status)


def _show(arguments: Arguments, outcome: Outcome, versions: list[Version]) -> int:
    """Print what would change. The status is 1 where anything would, or an error is left."""
    complain(unfixed(outcome, unsafe=arguments.unsafe_fixes, color=is_colored(arguments.color, STDERR)))
    complain(f"{summary(outcome, unsafe=arguments.unsafe_fixes, tense='would be fixed')}\n")
    text = "".join(difference(one.name, one.old, one.new) for one in versions)
    return put(text, 1 if versions else outcome.result.findings.status)
