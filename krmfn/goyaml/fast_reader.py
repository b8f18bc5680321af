"""Reads the regular block YAML that people and kpt write, without importing a parser; declines everything else.

Accepted: mappings and lists (indented or not under their key), scalars and flow collections on one line (see `rows`),
literal blocks (`|`, `|-`), comments, one `---` in front. What it accepts, it reads as `slow` does, lines included.
"""

from __future__ import annotations

from krmfn.goyaml.errors import MAX_OBJECT
from krmfn.goyaml.reading import Reading
from krmfn.goyaml.rows import BLANK, FLOW, ITEM, LITERAL, NESTED, ROWS, SCALAR

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from krmfn.goyaml.rows import Row

_DEEPEST = 30
_END = "\n"
"""Stands behind the last line; `ROWS` knows it as one that is less indented than any."""


class _Declined(Exception):
    """Not of the subset: never leaves this module."""


def read(text: str) -> Reading | None:
    """The document's value and lines, or None for a text outside the subset, valid or not."""
    if len(text) > MAX_OBJECT or not text.replace("\n", "").isprintable():
        return None
    scan = _Scan(text)
    try:
        value = scan.document()
    except _Declined:
        return None
    return Reading(value, scan.found, [])


class _Scan:
    """A position in the lines: `row` is what line `number` says, inside a list item what follows its dash.

    `found` are the lines of all that was read, in its order. Methods return with the position after what they read.
    """

    __slots__ = ("complete", "found", "lines", "number", "row")

    def __init__(self, text: str) -> None:
        self.lines = text.split("\n")
        self.complete = not self.lines[-1]
        self.lines.append(_END)
        self.number = 0
        self.found: list[int] = []
        self.row = self.advance()

    def advance(self) -> Row:
        """To the next line that is neither blank nor a comment."""
        lines, number = self.lines, self.number
        while (row := ROWS[lines[number]]) is BLANK:
            number += 1
        self.number = number + 1
        self.row = row
        return row

    def document(self) -> Any:
        first = self.lines[self.number - 1]
        if first.rstrip(" ") == "---" or first.startswith("--- #"):
            self.advance()
        if self.row[0] < 0:
            raise _Declined
        self.found.append(self.number)
        value = self.block(0)
        if self.row[0] >= 0:
            raise _Declined
        return value

    def block(self, depth: int) -> Any:
        """The list or mapping that begins here, inside `depth` others."""
        if depth > _DEEPEST:
            raise _Declined
        return self.sequence(depth) if self.row[1] == ITEM else self.mapping(depth)

    def mapping(self, depth: int) -> dict[str, Any]:
        lines, found, row, number = self.lines, self.found, self.row, self.number
        indent = row[0]
        entries: dict[str, Any] = {}
        while row[0] == indent:
            _, kind, key, value = row
            if key is None or key in entries:
                raise _Declined
            found.append(number)
            if kind == SCALAR:  # the most by far: no call is made for one
                entries[key] = value
                while (row := ROWS[lines[number]]) is BLANK:
                    number += 1
                number += 1
            else:
                self.number = number
                entries[key] = self.value(row, indent, depth)
                row, number = self.row, self.number
        if row[0] > indent:
            raise _Declined
        self.row, self.number = row, number
        return entries

    def sequence(self, depth: int) -> list[Any]:
        row = self.row
        indent = row[0]
        elements: list[Any] = []
        while row[0] == indent and row[1] == ITEM:
            self.found.append(self.number)
            inner: Row = row[3]
            if inner[2] is None and inner[1] != ITEM:
                elements.append(self.value(inner, indent, depth))
            else:
                self.row = inner
                elements.append(self.block(depth + 1))
            row = self.row
        if row[0] > indent:
            raise _Declined
        return elements

    def value(self, row: Row, indent: int, depth: int) -> Any:
        """What follows the key or dash of a line at `indent`: on the line, or nested under it."""
        _, kind, _, value = row
        if kind == NESTED:
            below = self.advance()
            if below[0] > indent or (below[0] == indent and below[1] == ITEM):
                return self.block(depth + 1)
            return None
        if kind == LITERAL:
            return self.literal(value, indent)
        if kind == FLOW:
            value = self.flow(value, depth)
        self.advance()
        return value

    def flow(self, text: str, depth: int) -> Any:
        """A new list or mapping, for one that is on this line."""
        if text == "{}":
            return {}
        if text == "[]":
            return []
        from krmfn.goyaml import flow

        read = flow.read(text, _DEEPEST - depth)
        if read is None:
            raise _Declined
        value, parts = read
        self.found += [self.number] * parts
        return value

    def literal(self, header: str, parent: int) -> str:
        """A literal block: its lines without the indentation of the first, one newline at its end, or none for `|-`."""
        lines, number = self.lines, self.number
        first = lines[number]
        indent = len(first) - len(first.lstrip(" "))
        if indent <= parent or indent == len(first):
            raise _Declined
        prefix = first[:indent]
        block: list[str] = []
        while lines[number].startswith(prefix) or not lines[number].strip(" "):
            block.append(lines[number][indent:])
            number += 1
        if lines[number] == _END and not self.complete:
            raise _Declined
        self.number = number
        self.advance()
        body = "\n".join(block).rstrip("\n")
        return body if header == "|-" else body + "\n"
