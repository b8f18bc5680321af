"""`krmfn diff`: what the step from one state to another does to a running cluster."""

from __future__ import annotations

import os

from krmfn.changes.change import NONE, STRENGTH
from krmfn.changes.compare import changes
from krmfn.comparison.packages import paired
from krmfn.comparison.state import narrow, state_of, unread_changes
from krmfn.comparison.transitions import refusals
from krmfn.goyaml.errors import Unreadable
from krmfn.model.finding import ERROR, INFO, error, failed, in_order
from krmfn.model.objects import OWNER
from krmfn.model.usage import Usage
from krmfn.reports.changes import Row, as_json, as_markdown, as_text
from krmfn.reports.terminal import STDERR, STDOUT, is_colored, lines, put
from krmfn.resourcelist import annotations as notes
from krmfn.sources.call_settings import checked_namespace, configuration_of, settings_at, settings_of
from krmfn.sources.files import STDIN
from krmfn.sources.input import gather
from krmfn.sources.trees import Disk
from krmfn.streams import complain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterable, Iterator

    from krmfn.comparison.state import State
    from krmfn.comparison.transitions import Refusal
    from krmfn.model.finding import Finding
    from krmfn.model.objects import Object
    from krmfn.sources.call_settings import Stated
    from krmfn.sources.source import Input
    from krmfn.sources.trees import Tree

TROUBLE = 2
_FORMATS = {"json": as_json, "markdown": as_markdown}


def run(parsed: Namespace) -> int:
    """The exit status. Raises Usage."""
    try:
        before, after = _sides(parsed)
    except Unreadable as why:
        complain(lines([error(why.code, why.message)], color=is_colored(parsed.color, STDERR)))
        return TROUBLE
    pairs = list(_pairs(before, after, checked_namespace(parsed.namespace)))
    states = [state for _, *both in pairs for state in both]
    said = _distinct(f for side in (before, after) for f in side.said())
    said += (f for s in states for f in s.findings)
    if not failed(said) and not any(state.objects for state in states):
        said.append(error("nothing-to-compare", "no Kubernetes object in either state; check the paths"))
    if failed(said):
        complain(lines(in_order(f for f in said if f.severity == ERROR), color=is_colored(parsed.color, STDERR)))
        return TROUBLE
    refused = [one for _, old, new in pairs for one in refusals(old, new)]  # before _rows, which narrows a dump
    unjudged = [finding for _, old, new in pairs for finding in unread_changes(old, new)]
    worth = [finding for _, _, new in pairs for finding in new.findings if finding.severity != INFO]
    complain(lines(in_order([*worth, *unjudged]), color=is_colored(parsed.color, STDERR)))
    rows = [row for directory, old, new in pairs for row in _rows(directory, old, new)]
    write = _FORMATS.get(parsed.output)
    text = write(rows, refused) if write else as_text(rows, refused, color=is_colored(parsed.color, STDOUT))
    return put(text, 1 if unjudged else _status(rows, refused, parsed.fail_on))


class _Side:
    """What was found for one state, the absolute folder that it starts from, and what is stated for it."""

    __slots__ = ("configuration", "found", "start")

    def __init__(self, found: Input, start: str, stated: Stated) -> None:
        self.found = found
        self.start = start
        self.configuration = configuration_of(stated, found)

    def said(self) -> list[Finding]:
        """Findings about the settings, known once the state is rendered."""
        return self.configuration.findings


def _distinct(findings: Iterable[Finding]) -> list[Finding]:
    found: list[Finding] = []
    for finding in findings:
        if finding not in found:
            found.append(finding)
    return found


def _pairs(before: _Side, after: _Side, namespace: str) -> Iterator[tuple[str, State, State]]:
    """(directory, old, new) of what is to be compared."""
    known: dict[str, Object] = {}
    for directory, old, new in paired(before.found, after.found, (before.start, after.start)):
        yield (
            directory,
            state_of(old, before.configuration, namespace, known),
            state_of(new, after.configuration, namespace, known),
        )


def _sides(parsed: Namespace) -> tuple[_Side, _Side]:
    """Both states. A change of the configuration is a change too. Raises Usage, Unreadable."""
    paths: list[str] = parsed.operand
    stated = settings_of(parsed.config, parsed.set)
    if parsed.git is not None:
        return _at_revisions(parsed, paths, stated)
    if len(paths) != 2 or paths == ["-", "-"]:
        raise Usage("diff compares two states; write krmfn diff OLD NEW, or krmfn diff --git REV -- PATH")
    old, new = (_Side(_gathered(path, parsed.exclude, stated), _folder_of(path), stated) for path in paths)
    return old, new


def _at_revisions(parsed: Namespace, paths: list[str], stated: Stated) -> tuple[_Side, _Side]:
    """Raises Usage, Unreadable."""
    from krmfn.sources.git import Repository, revisions

    old_name, new_name, is_since = revisions(parsed.git)
    if not paths or STDIN in paths:
        raise Usage("--git needs a path; write krmfn diff --git REV -- PATH")
    paths = [os.path.normpath(path) for path in paths]
    repository = Repository()
    try:
        start = repository.merge_base(old_name, new_name) if is_since else old_name
        trees: list[Tree] = [repository.revision(start, label=old_name)]
        trees.append(repository.revision(new_name) if new_name else Disk(repository.root))
        now = settings_at(trees[1], parsed.config, parsed.set, stated)
        then = settings_at(trees[0], parsed.config, parsed.set, now)
        sides = [
            _Side(_gathered_at(tree, paths, parsed.exclude, about), os.getcwd(), about)
            for tree, about in zip(trees, (then, now), strict=True)
        ]
    finally:
        repository.close()
    for path in paths:
        if all(path in side.found.missing for side in sides):
            text = (
                "exists at neither revision" if new_name else "exists neither at the revision nor in the working tree"
            )
            sides[1].found.findings.append(error("no-such-file", text).at(file=path))
    return sides[0], sides[1]


def _folder_of(path: str) -> str:
    """The folder itself, or that of a file."""
    whole = os.path.abspath(path)
    return whole if os.path.isdir(whole) else os.path.dirname(whole)


def _gathered_at(tree: Tree, paths: list[str], exclude: list[str], stated: Stated) -> Input:
    return gather(paths, recursive=True, exclude=exclude, without=(stated.file,), tree=tree, to_render=True, above=True)


def _gathered(path: str, exclude: list[str], stated: Stated) -> Input:
    """A state that holds nothing is a mistake, not an empty cluster."""
    found = gather([path], recursive=True, exclude=exclude, without=(stated.file,), to_render=True, above=True)
    if not found.sources and not found.findings:
        text = "no Kubernetes object in it; check the path"
        found.findings.append(error("nothing-to-compare", text).at(file=path))
    return found


def _rows(directory: str, old: State, new: State) -> list[Row]:
    narrow(old, new)
    narrow(new, old)
    rows = []
    for change in changes(old.objects.values(), new.objects.values()):
        obj = new.objects.get(change.ref) or old.objects.get(change.ref) or {}  # what pods mount may be in neither
        codes = new.allowed.get(notes.of(obj).get(OWNER, ""), ())
        rows.append(Row(change, directory, is_allowed=bool(change.code) and change.code in codes))
    return rows


def _status(rows: list[Row], refused: list[Refusal], fail_on: str | None) -> int:
    """A step that a known API server refuses fails whatever the class is, unless its NATS allows it.

    A change that a NATS allows fails only where any change does.
    """
    if any(one.decides for one in refused):
        return 1
    least = STRENGTH[fail_on] if fail_on else STRENGTH[NONE] + 1
    return 1 if any(STRENGTH[r.change.impact] >= least and not (fail_on and r.is_allowed) for r in rows) else 0
