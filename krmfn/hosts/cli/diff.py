"""`krmfn diff`: what the step from one state to another does to a running cluster."""

from __future__ import annotations

import os

from krmfn.core.finding import ERROR, INFO, error, failed, in_order
from krmfn.core.objects import OWNER
from krmfn.hosts import annotations as notes
from krmfn.hosts.cli.changed import Row, as_json, as_markdown, as_text
from krmfn.hosts.cli.input import Input, gather
from krmfn.hosts.cli.out import STDERR, STDOUT, is_colored, lines, put
from krmfn.hosts.cli.packages import paired
from krmfn.hosts.cli.refusals import refusals
from krmfn.hosts.cli.stated import checked_namespace, settings_of
from krmfn.hosts.cli.states import narrow, state_of
from krmfn.hosts.cli.usage import Usage
from krmfn.hosts.output import complain
from krmfn.impact.change import NONE, STRENGTH
from krmfn.impact.compare import changes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator

    from krmfn.core.objects import Object
    from krmfn.core.settings import Settings
    from krmfn.hosts.cli.refusals import Refusal
    from krmfn.hosts.cli.stated import Stated
    from krmfn.hosts.cli.states import State

TROUBLE = 2
_FORMATS = {"json": as_json, "markdown": as_markdown}


def run(parsed: Namespace) -> int:
    """The exit status. Raises Usage."""
    before, after = _settings(parsed)
    pairs = list(_pairs(parsed, before.settings, after.settings))
    states = [state for _, *both in pairs for state in both]
    said = [*(() if before is after else before.findings), *after.findings, *(f for s in states for f in s.findings)]
    if not failed(said) and not any(state.objects for state in states):
        said.append(error("nothing-to-compare", "neither state holds an object; write the paths that hold them"))
    if failed(said):
        complain(lines(in_order(f for f in said if f.severity == ERROR), color=is_colored(parsed.color, STDERR)))
        return TROUBLE
    worth = [finding for _, _, new in pairs for finding in new.findings if finding.severity != INFO]
    complain(lines(in_order(worth), color=is_colored(parsed.color, STDERR)))
    refused = [one for _, old, new in pairs for one in refusals(old, new)]
    rows = [row for directory, old, new in pairs for row in _rows(directory, old, new)]
    write = _FORMATS.get(parsed.output)
    text = write(rows, refused) if write else as_text(rows, refused, color=is_colored(parsed.color, STDOUT))
    return put(text, _status(rows, refused, parsed.fail_on))


def _pairs(parsed: Namespace, before: Settings, after: Settings) -> Iterator[tuple[str, State, State]]:
    """(directory, old, new) of what is to be compared. Raises Usage."""
    namespace = checked_namespace(parsed.namespace)
    known: dict[str, Object] = {}
    for directory, old, new in paired(*_inputs(parsed)):
        yield directory, state_of(old, before, namespace, known), state_of(new, after, namespace, known)


def _settings(parsed: Namespace) -> tuple[Stated, Stated]:
    """What is stated for each state: a change of the configuration is a change too. Raises Usage."""
    stated = settings_of(parsed.config, parsed.set)
    if parsed.git is None or parsed.config is None:
        return stated, stated
    from krmfn.hosts.cli.git import revisions, settings_at

    before, after = revisions(parsed.git)
    now = settings_at(after, parsed, stated) if after else stated
    return settings_at(before, parsed, now), now


def _inputs(parsed: Namespace) -> tuple[Input, Input, tuple[str, str]]:
    """Both states, and what the names of their files begin with. Raises Usage."""
    paths: list[str] = parsed.operand
    if parsed.git is None:
        if len(paths) != 2 or paths == ["-", "-"]:
            raise Usage("two states are compared; write krmfn diff OLD NEW, or krmfn diff --git REV -- PATH")
        return _gathered(paths[0]), _gathered(paths[1]), (paths[0], paths[1])
    from krmfn.hosts.cli.git import gather_at, revisions

    before, after = revisions(parsed.git)
    if not paths or "-" in paths:
        raise Usage("--git needs a path; write krmfn diff --git REV -- PATH")
    if after:
        return gather_at(before, paths), gather_at(after, paths), (f"{before}:", f"{after}:")
    there = [path for path in paths if os.path.lexists(path)]
    new = gather(there, recursive=True) if there else Input([])
    return gather_at(before, paths), new, (f"{before}:", "")


def _gathered(path: str) -> Input:
    """A state that holds nothing is a mistake, not an empty cluster."""
    found = gather([path], recursive=True)
    if not found.sources and not found.findings:
        text = "it holds no object; write a path that does"
        found.findings.append(error("nothing-to-compare", text).at(file=path))
    return found


def _rows(directory: str, old: State, new: State) -> list[Row]:
    narrow(old, new)
    narrow(new, old)
    rows = []
    for change in changes(old.objects.values(), new.objects.values()):
        obj = new.objects.get(change.identity) or old.objects[change.identity]
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
