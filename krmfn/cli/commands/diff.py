"""`krmfn diff`: what the step from one state to another does to a running cluster."""

from __future__ import annotations

import os

from krmfn.cli.arguments import CommonArguments
from krmfn.comparison.comparison import Comparison, Side, compare
from krmfn.comparison.review import review
from krmfn.goyaml.errors import Unreadable
from krmfn.model.finding import Findings, error
from krmfn.model.text import quoted, shown
from krmfn.model.usage import Usage
from krmfn.reports.changes import as_json, as_text
from krmfn.reports.terminal import STDERR, STDOUT, is_colored, lines, put
from krmfn.sources.call_settings import checked_namespace, settings_at, settings_of
from krmfn.sources.files import ENDINGS, STDIN
from krmfn.sources.input import gather
from krmfn.sources.options import InputOptions
from krmfn.streams import complain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from krmfn.sources.call_settings import CallSettings
    from krmfn.sources.source import Input
    from krmfn.sources.trees import Tree

LONGEST_PATH = 253
TROUBLE = 2


class Arguments(CommonArguments):
    """`operand` are the paths."""

    operand: tuple[str, ...] = ()
    input: InputOptions = InputOptions()
    git: str | None = None
    fail_on: str | None = None
    output: str = "text"
    verbose: bool = False


def run(arguments: Arguments) -> int:
    """The exit status. Raises Usage."""
    try:
        before, after = _sides(arguments)
    except Unreadable as why:
        found = Comparison([error(why.code, why.message)])
    else:
        found = compare(before, after, checked_namespace(arguments.input.namespace))
    write = _writer(arguments.output)
    apart = found.unjudged if write or found.is_failed else ()  # a text has them on standard output
    known = () if found.is_failed else {finding for one in review(found) for finding in one.new_findings}
    also = [finding for finding in found.findings if finding not in known]
    complain(lines(Findings([*also, *apart]).in_order(), color=is_colored(arguments.color, STDERR)))
    if found.is_failed:
        return put(write(found), TROUBLE) if write else TROUBLE
    text = (
        write(found) if write else as_text(found, color=is_colored(arguments.color, STDOUT), verbose=arguments.verbose)
    )
    return put(text, 1 if found.is_refused(arguments.fail_on) else 0)


def _writer(form: str) -> Callable[[Comparison], str] | None:
    """What writes a document; None for text."""
    match form:
        case "json":
            return as_json
        case "markdown":
            from krmfn.reports.changes_markdown import as_markdown

            return as_markdown
        case "github":
            from krmfn.reports.formats.change_commands import as_github

            return as_github
        case "html":
            from krmfn.reports.fleet.changes import as_html

            return as_html
        case _:
            return None


def _sides(arguments: Arguments) -> tuple[Side, Side]:
    """Both states. A change of the configuration is a change too. Raises Usage, Unreadable."""
    paths, options = arguments.operand, arguments.input
    stated = settings_of(options.config, options.set)
    if arguments.git is not None:
        return _at_revisions(arguments.git, options, paths, stated)
    if len(paths) != 2 or paths == (STDIN, STDIN):
        raise Usage("diff compares two states; write krmfn diff OLD NEW, or krmfn diff --git REV -- PATH")
    _check_revision(*paths)
    old, new = (Side(_gathered(path, options.exclude, stated), _folder_of(path), stated) for path in paths)
    return old, new


def _check_revision(old: str, new: str) -> None:
    """A revision where a path is expected, as git diff takes it, raises Usage."""
    if old != STDIN and not os.path.lexists(old) and not old.endswith(ENDINGS) and os.path.lexists(new):
        revision, path = shown(old), quoted(shown(new, LONGEST_PATH))
        raise Usage(f"there is no file {revision}; for a revision write krmfn diff --git {revision} -- {path}")


def _at_revisions(git: str, options: InputOptions, paths: Sequence[str], stated: CallSettings) -> tuple[Side, Side]:
    """Raises Usage, Unreadable."""
    from krmfn.sources.git import Repository, revisions

    old_name, new_name, is_since = revisions(git)
    if not paths or STDIN in paths:
        raise Usage("--git needs a path; write krmfn diff --git REV -- PATH")
    paths = [os.path.normpath(path) for path in paths]
    repository = Repository()
    try:
        start = repository.merge_base(old_name, new_name) if is_since else old_name
        trees: list[Tree] = [repository.revision(start, label=old_name)]
        trees.append(repository.revision(new_name) if new_name else repository.work_tree())
        now = settings_at(trees[1], options.config, options.set, stated)
        then = settings_at(trees[0], options.config, options.set, now)
        sides = [
            Side(_gathered_at(tree, paths, options.exclude, about), os.getcwd(), about)
            for tree, about in zip(trees, (then, now), strict=True)
        ]
    finally:
        repository.close()
    for path in paths:
        if all(path in side.input.missing for side in sides):
            text = (
                "exists at neither revision" if new_name else "exists neither at the revision nor in the working tree"
            )
            sides[1].input.findings.append(error("no-such-file", text).at(file=path))
    return sides[0], sides[1]


def _folder_of(path: str) -> str:
    """The folder itself, or that of a file."""
    whole = os.path.abspath(path)
    return whole if os.path.isdir(whole) else os.path.dirname(whole)


def _gathered_at(tree: Tree, paths: Sequence[str], exclude: Sequence[str], stated: CallSettings) -> Input:
    return gather(
        paths,
        recursive=True,
        exclude=exclude,
        without=(stated.file,),
        tree=tree,
        to_render=True,
        above=True,
        build=True,
    )


def _gathered(path: str, exclude: Sequence[str], stated: CallSettings) -> Input:
    """A state that holds nothing is a mistake, not an empty cluster."""
    found = gather(
        [path], recursive=True, exclude=exclude, without=(stated.file,), to_render=True, above=True, build=True
    )
    if not found.sources and not found.findings:
        text = "no Kubernetes object in it; check the path"
        found.findings.append(error("nothing-to-compare", text).at(file=path))
    return found
