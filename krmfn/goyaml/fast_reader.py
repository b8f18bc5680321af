"""Reads the regular block YAML that people and kpt write, without importing a parser; declines everything else.

Accepted: mappings and lists (indented or not under their key), scalars and flow collections on one line (see `rows`),
plain and single-quoted values of a key over several lines without an empty one, as kustomize folds them, literal
blocks (`|`, `|-`), comments, one `---` in front. What it accepts, it reads as `slow` does, lines included.
"""

from __future__ import annotations

from krmfn.goyaml.errors import MAX_OBJECT, Declined
from krmfn.goyaml.reading import Reading
from krmfn.goyaml.rows import BLANK, FLOW, ITEM, LITERAL, NESTED, ROWS, SCALAR, is_plain_string, open_quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from krmfn.goyaml.rows import Row

_DEEPEST = 30
_END = "\n"
"""Stands behind the last line; `ROWS` knows it as one that is less indented than any."""


_QUOTE = "\0"
"""Stands for a quote inside of quotes; no text that is read has it."""


def read(text: str) -> Reading | None:
    """The document's value and lines, or None for a text outside the subset, valid or not."""
    if len(text) > MAX_OBJECT or not text.replace("\n", "").isprintable():
        return None
    scan = _Scan(text)
    try:
        value = scan.document()
    except Declined:
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
            raise Declined
        self.found.append(self.number)
        value = self.block(0)
        if self.row[0] >= 0:
            raise Declined
        return value

    def block(self, depth: int) -> Any:
        """The list or mapping that begins here, inside `depth` others."""
        if depth > _DEEPEST:
            raise Declined
        return self.sequence(depth) if self.row[1] == ITEM else self.mapping(depth)

    def mapping(self, depth: int) -> dict[str, Any]:
        lines, found, row, number = self.lines, self.found, self.row, self.number
        indent = row[0]
        entries: dict[str, Any] = {}
        kind, key = NESTED, None
        while row[0] >= indent:
            if row[0] > indent:
                if kind != SCALAR or key is None:
                    raise Declined
                self.number = number
                entries[key] = self.folded(entries[key], indent)
                row, number, kind = self.row, self.number, NESTED
                continue
            _, kind, key, value = row
            if key is None or key in entries:
                found.append(number)
                self.number = number
                key, value = self.quoted(indent, entries)
                entries[key] = value
                row, number, kind = self.row, self.number, NESTED
                continue
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
        self.row, self.number = row, number
        return entries

    def folded(self, start: Any, indent: int) -> str:
        """A plain scalar over several lines, whose first is the last key's: what follows is more indented."""
        at = self.found[-1]  # the line of the key, and the index of the next one
        first = self.lines[at - 1]
        if self.number - 1 != at or not isinstance(start, str) or " #" in first or first.rstrip(" ")[-1] in "\"'":
            raise Declined
        parts = [start]
        while (part := self.lines[at].strip(" ")) and _width(self.lines[at]) > indent and part != _END:
            if ": " in part or part[-1] == ":" or " #" in part or part[0] == "#":
                raise Declined
            parts.append(part)
            at += 1
        return self.joined(parts, at)

    def quoted(self, indent: int, entries: dict[str, Any]) -> tuple[str, str]:
        """Key and value of a single-quoted scalar that ends on another line, or has a quote in it."""
        at = self.number
        found = open_quote(self.lines[at - 1])
        if found is None or found[0] in entries:
            raise Declined
        key, part = found
        parts: list[str] = []
        while "'" not in (part := part.replace("''", _QUOTE)):
            if not part.strip(" ") or _width(self.lines[at]) <= indent:
                raise Declined
            parts.append(part.strip(" ") if parts else part.rstrip(" "))
            part = self.lines[at]
            at += 1
        part, _, rest = part.partition("'")
        if rest.strip(" ") or (parts and not part.strip(" ")):
            raise Declined
        parts.append(part.lstrip(" ") if parts else part)
        self.number = at
        self.advance()
        return key, " ".join(parts).replace(_QUOTE, "'")

    def joined(self, parts: list[str], at: int) -> str:
        """The lines of a plain scalar in one, where every reader takes them for a string; the position goes to `at`."""
        text = " ".join(parts)
        if not is_plain_string(text):
            raise Declined
        self.number = at
        self.advance()
        return text

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
            raise Declined
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
            raise Declined
        value, parts = read
        self.found += [self.number] * parts
        return value

    def literal(self, header: str, parent: int) -> str:
        """A literal block: its lines without the indentation of the first, one newline at its end, or none for `|-`."""
        lines, number = self.lines, self.number
        first = lines[number]
        indent = len(first) - len(first.lstrip(" "))
        if indent <= parent or indent == len(first):
            raise Declined
        prefix = first[:indent]
        block: list[str] = []
        while lines[number].startswith(prefix) or not lines[number].strip(" "):
            block.append(lines[number][indent:])
            number += 1
        if lines[number] == _END and not self.complete:
            raise Declined
        self.number = number
        self.advance()
        body = "\n".join(block).rstrip("\n")
        return body if header == "|-" else body + "\n"


def _width(line: str) -> int:
    """By how many spaces a line is indented."""
    return len(line) - len(line.lstrip(" "))
