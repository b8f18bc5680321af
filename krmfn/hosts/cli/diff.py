"""`krmfn diff`: what the step from one state to another does to a running cluster."""

from __future__ import annotations

import os

from krmfn.api.rules import transitions
from krmfn.core.finding import ERROR, INFO, error, failed, in_order
from krmfn.core.objects import OWNER
from krmfn.hosts import annotations as notes
from krmfn.hosts.cli.changed import Row, as_json, as_markdown, as_text
from krmfn.hosts.cli.input import Input, gather
from krmfn.hosts.cli.out import STDERR, STDOUT, is_colored, lines, put
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

    from krmfn.core.finding import Finding
    from krmfn.hosts.cli.states import State

TROUBLE = 2
_FORMATS = {"json": as_json, "markdown": as_markdown}


def run(parsed: Namespace) -> int:
    """The exit status. Raises Usage."""
    namespace = checked_namespace(parsed.namespace)
    inputs = _inputs(parsed)
    stated = settings_of(parsed.config, parsed.set)
    old, new = (state_of(found, stated.settings, namespace) for found in inputs)
    said = [*stated.findings, *old.findings, *new.findings]
    if not failed(said) and not old.objects and not new.objects:
        said.append(error("nothing-to-compare", "neither state holds an object; write the paths that hold them"))
    if failed(said):
        complain(lines(in_order(f for f in said if f.severity == ERROR), color=is_colored(parsed.color, STDERR)))
        return TROUBLE
    worth = [finding for finding in new.findings if finding.severity != INFO]
    complain(lines(in_order(worth), color=is_colored(parsed.color, STDERR)))
    rows, refused = _rows(old, new), list(_refused(old, new))
    write = _FORMATS.get(parsed.output)
    text = write(rows, refused) if write else as_text(rows, refused, color=is_colored(parsed.color, STDOUT))
    return put(text, _status(rows, refused, parsed.fail_on))


def _inputs(parsed: Namespace) -> tuple[Input, Input]:
    """Raises Usage."""
    paths: list[str] = parsed.operand
    if parsed.git is None:
        if len(paths) != 2 or paths == ["-", "-"]:
            raise Usage("two states are compared; write krmfn diff OLD NEW, or krmfn diff --git REV -- PATH")
        return _gathered(paths[0]), _gathered(paths[1])
    from krmfn.hosts.cli.git import gather_at, revisions

    before, after = revisions(parsed.git)
    if not paths or "-" in paths:
        raise Usage("--git needs a path; write krmfn diff --git REV -- PATH")
    if after:
        return gather_at(before, paths), gather_at(after, paths)
    there = [path for path in paths if os.path.lexists(path)]
    return gather_at(before, paths), gather(there, recursive=True) if there else Input([])


def _gathered(path: str) -> Input:
    """A state that holds nothing is a mistake, not an empty cluster."""
    found = gather([path], recursive=True)
    if not found.sources and not found.findings:
        text = "it holds no object; write a path that does"
        found.findings.append(error("nothing-to-compare", text).at(file=path))
    return found


def _rows(old: State, new: State) -> list[Row]:
    narrow(old, new)
    narrow(new, old)
    rows = []
    for change in changes(old.objects.values(), new.objects.values()):
        obj = new.objects.get(change.identity) or old.objects[change.identity]
        codes = new.allowed.get(notes.of(obj).get(OWNER, ""), ())
        rows.append(Row(change, is_allowed=bool(change.code) and change.code in codes))
    return rows


def _refused(old: State, new: State) -> Iterator[Finding]:
    """What the CRD's own rules have against the step, where both states have the NATS."""
    for key, (source, cr) in new.crs.items():
        if key in old.crs:
            yield from (source.place(finding) for finding in transitions(old.crs[key][1].spec, cr.spec))


def _status(rows: list[Row], refused: list[Finding], fail_on: str | None) -> int:
    """A refused step fails whatever the class is; what a NATS allows fails only where any change does."""
    if refused:
        return 1
    least = STRENGTH[fail_on] if fail_on else STRENGTH[NONE] + 1
    return 1 if any(STRENGTH[r.change.impact] >= least and not (fail_on and r.is_allowed) for r in rows) else 0
