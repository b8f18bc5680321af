"""What `krmfn fix` did, what it left and why, and the difference that it makes."""

from __future__ import annotations

import os

from krmfn.model.finding import ERROR, WARNING, dotted
from krmfn.model.fix import ADD, QUOTE, REMOVE, RENAME
from krmfn.model.text import counted, shown
from krmfn.reports.findings import place
from krmfn.reports.terminal import lines

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from krmfn.fixes.plan import Proposal
    from krmfn.fixes.rounds import FixResult
    from krmfn.model.finding import Finding


def fixed(made: Sequence[Proposal]) -> str:
    """A line for each fix that was made."""
    return "".join(f"{place(one.finding)}fixed: {_told(one)} [{one.finding.code}]\n" for one in made)


def _told(one: Proposal) -> str:
    fix, field = one.fix, dotted(one.fix.path)
    if fix.operation == RENAME:
        return f"{field} is now {dotted((*fix.path[:-1], str(fix.value)))}"
    if fix.operation == QUOTE:
        return f"the value of {field} is in quotes now"
    if fix.operation == REMOVE:
        return f"{field} was removed"
    if fix.operation == ADD:
        return f"{field}: {_value(fix.value)} was added"
    current = one.finding.current
    if str(current) == str(fix.value):
        return f'{field}: "{shown(str(current))}" is now {_value(fix.value)}'
    before = f"{_value(current)} " if current is not None else ""
    return f"{field}: {before}is now {_value(fix.value)}"


def _value(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else shown(str(value))


def unfixed(outcome: FixResult, left: Iterable[Finding], *, unsafe: bool, color: bool) -> str:
    """Findings that are left, each with why a fix that was asked for was not made."""
    why = {one.finding: one.refused for one in outcome.remaining if one.fix.safe or unsafe}
    told = []
    for finding in left:
        reason = why.get(finding, "")
        told.append(lines([finding], color=color) + (f"  not fixed: {reason}\n" if reason else ""))
    return "".join(told)


def summary(outcome: FixResult, *, unsafe: bool, is_written: bool = True) -> str:
    """`3 fixed in 2 files; 1 error left; 1 can be fixed with --unsafe-fixes`, or `nothing to fix`."""
    return "; ".join(_parts(outcome, unsafe=unsafe, tense="fixed" if is_written else "would be fixed"))


def _parts(outcome: FixResult, *, unsafe: bool, tense: str) -> Iterator[str]:
    files = len({one.real for one in outcome.applied})
    yield f"{len(outcome.applied)} {tense} in {counted(files, 'file')}" if files else "nothing to fix"
    count = {
        severity: sum(one.severity == severity for one in outcome.result.findings) for severity in (ERROR, WARNING)
    }
    if left := ", ".join(counted(number, severity) for severity, number in count.items() if number):
        yield f"{left} left"
    more = sum(not one.fix.safe and not one.refused for one in outcome.remaining)
    if more and not unsafe:
        yield f"{more} can be fixed with --unsafe-fixes"


def difference(name: str, old: bytes, new: bytes) -> str:
    """The unified difference of two versions of a file, as `git apply` takes it. It has no context beside a Secret."""
    from difflib import unified_diff

    before, after = _rows(old), _rows(new)
    context = 0 if b"Secret" in old else 3
    rows = unified_diff(before, after, _header(f"a/{name}"), _header(f"b/{name}"), n=context)
    return "".join(row if row.endswith("\n") else f"{row}\n\\ No newline at end of file\n" for row in rows)


_ESCAPES = {"\n": "\\n", "\t": "\\t", "\r": "\\r", '"': '\\"', "\\": "\\\\"}


def _header(name: str) -> str:
    """A name as git has it in a difference: in quotes, byte by byte, if it is not plain printable text."""
    if name.isprintable() and not _ESCAPES.keys() & set(name):
        return name
    octal = ("".join(f"\\{byte:03o}" for byte in os.fsencode(c)) for c in name)
    return (
        '"'
        + "".join(_ESCAPES.get(c) or (c if " " <= c <= "~" else code) for c, code in zip(name, octal, strict=True))
        + '"'
    )


def _rows(data: bytes) -> list[str]:
    """The lines of a file with their ends; other characters that some take for the end of a line are none."""
    rows = [f"{row}\n" for row in data.decode().split("\n")]
    rows[-1] = rows[-1][:-1]
    return rows if rows[-1] else rows[:-1]
