"""Findings as text: a line for each, and the line of the source below it with a mark under the value.

The source may hold secrets. Of its line only the key is shown, and the value where it looks like a number or a switch.
"""

from __future__ import annotations

from krmfn.model.finding import INFO
from krmfn.model.text import LONGEST, quotable, shown
from krmfn.reports.terminal import lines, more

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from krmfn.model.finding import Finding
    from krmfn.reports.formats.report import CheckReport

OF_KEYS = ("unknown-field", "schema-unknown", "label-key", "annotation-key")
"""Findings about a key, not about its value."""


def as_text(report: CheckReport, *, color: bool) -> Iterator[str]:
    """A line for each finding, with an excerpt of its source for errors and warnings where that is known."""
    told: Iterable[tuple[Finding, int, list[Finding]]] = ((one, 0, []) for one in report.findings)
    if report.is_tallied:
        from krmfn.model.tally import Tally

        tally = Tally()
        tally.add(report.findings)
        told = tally.told()
    for one, count, others in told:
        yield lines([one], color=color) + _excerpt(one, report.source_line(one)) + more(one, count, others)


def _excerpt(finding: Finding, line: str | None) -> str:
    if line is None or not finding.line or not finding.path or finding.severity == INFO:
        return ""
    found = marked(line, finding.path[-1], key_only=finding.code in OF_KEYS)
    if found is None:
        return ""
    text, column, length = found
    number = f"{finding.line} | "
    return f"  {number}{text}\n  {' ' * (len(number) - 2)}| {' ' * column}{'^' * length}\n"


def marked(line: str, part: str | int, *, key_only: bool = False) -> tuple[str, int, int] | None:
    """What may be shown of a line, and where in it the value is, or the key: column from 0, and length.

    `part` is the key or the index whose value the line holds; with `key_only` nothing of its value is shown. None for a
    line that is written otherwise, such as a flow map, where other values are too.
    """
    indent = len(line) - len(line.lstrip(" "))
    rest = line[indent:]
    while rest.startswith("- "):
        after = rest[2:].lstrip(" ")
        indent += len(rest) - len(after)
        rest = after
    if isinstance(part, int):
        value, key = rest, ""
    else:
        key, colon, value = rest.partition(":")
        if key.strip().strip("\"'") != part or not colon or (value and not value.startswith(" ")):
            return None
    if not line.isprintable() or not line.isascii() or indent + len(key) > LONGEST:
        return None
    start = indent + len(key) + (len(value) - len(value.lstrip(" ")) + 1 if key else 0)
    text = value.partition(" #")[0].strip()
    if key_only or not text or quotable(_plain(text)) is None:
        return (shown(line[: indent + len(key) + 1]), indent, len(key)) if key else None
    return line[: start + len(text)], start, len(text)


def _plain(text: str) -> object:
    """A scalar as it reads, as far as that decides whether it may be shown."""
    return True if text in ("true", "false", "yes", "no", "on", "off") else text.strip("\"'")
