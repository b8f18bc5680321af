"""Where each key and value of a document is in its text, for the documents that people write most.

`compose` reads block mappings and lists of plain and quoted scalars, each on one line, and declines everything else.
What it accepts, it places as PyYAML does (`goyaml/splice.py`), whose import is half of a run.
"""

from __future__ import annotations

from krmfn.goyaml.errors import MAX_DEPTH, Declined
from krmfn.goyaml.rows import BLANK, ITEM, NESTED, ROWS
from krmfn.goyaml.rows import SCALAR as SCALAR_ROW

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.goyaml.rows import Row

SCALAR, LIST, MAP = "scalar", "list", "map"
_QUOTES = ("'", '"')


class Node:
    """A value in the text. `alias` is the name that it refers to; `entries` are those of a map by key, in order.

    `start` is that of the scalar or bracket itself, behind an anchor or a tag; `outer` that of those.
    """

    __slots__ = ("alias", "anchor", "end", "entries", "flow", "items", "kind", "outer", "start", "style", "tag", "text")

    def __init__(self, kind: str, start: int, end: int, text: str = "") -> None:
        self.kind = kind
        self.outer = self.start = start
        self.end = end
        self.text = text
        self.style = ""
        self.flow = False
        self.alias = self.anchor = self.tag = ""
        self.entries: dict[str, tuple[Node, Node]] = {}
        self.items: list[Node] = []


def compose(text: str) -> Node | None:
    """The root of the document, or None for a text outside the subset, valid or not.

    The `end` of a map or list is that of its last scalar.
    """
    if not text.replace("\n", "").isprintable():
        return None
    try:
        return _Lines(text).document()
    except Declined:
        return None


class _Lines:
    """The lines that say something: where each begins, its text, and its row. `at` is the one that is read next."""

    __slots__ = ("at", "lines")

    def __init__(self, text: str) -> None:
        self.lines: list[tuple[int, str, Row]] = []
        self.at = start = 0
        for line in text.split("\n"):
            row = ROWS[line]
            if row is not BLANK:
                self.lines.append((start, line, row))
            start += len(line) + 1
        if self.lines and self.lines[0][1].rstrip(" ") == "---":
            self.at = 1

    def row(self) -> Row:
        """The next one; indent -1 behind the last."""
        return self.lines[self.at][2] if self.at < len(self.lines) else (-1, -1, None, None)

    def document(self) -> Node:
        node = self.block(self.row(), 0)
        if self.at < len(self.lines):
            raise Declined
        return node

    def block(self, row: Row, depth: int) -> Node:
        """The list or map that begins with this row of the next line, inside of `depth` others."""
        if row[0] < 0 or depth > MAX_DEPTH:
            raise Declined
        start = self.lines[self.at][0] + row[0]
        node = Node(LIST if row[1] == ITEM else MAP, start, start)
        indent = row[0]
        while row[0] == indent and (row[1] == ITEM) == (node.kind == LIST):
            if node.kind == LIST:
                child = self.element(row, depth)
                node.items.append(child)
            else:
                key, child = self.entry(row, depth)
                if key.text in node.entries:
                    raise Declined
                node.entries[key.text] = (key, child)
            node.end = child.end
            row = self.row()
        if row[0] > indent:  # another line of the last scalar, or an error
            raise Declined
        return node

    def element(self, row: Row, depth: int) -> Node:
        """What is behind a dash."""
        inner: Row = row[3]
        if inner[1] == ITEM or inner[2] is not None:
            return self.block(inner, depth + 1)
        if inner[1] != SCALAR_ROW:
            raise Declined
        return self.scalar(inner[0])

    def entry(self, row: Row, depth: int) -> tuple[Node, Node]:
        """A key and its value."""
        indent, kind, name, _ = row
        start, line, _ = self.lines[self.at]
        if name is None or not line.startswith(f"{name}:", indent):
            raise Declined
        behind = indent + len(name)
        key = Node(SCALAR, start + indent, start + behind, name)
        if kind == SCALAR_ROW:
            return key, self.scalar(behind + 1)
        self.at += 1
        following = self.row()
        if kind != NESTED or following[0] < indent or (following[0] == indent and following[1] != ITEM):
            raise Declined
        return key, self.block(following, depth + 1)

    def scalar(self, at: int) -> Node:
        """The scalar in the next line from a column on."""
        start, line, _ = self.lines[self.at]
        text = line[at:]
        start += at + len(text) - len(text.lstrip(" "))
        text = text.strip(" ")
        quote = text[0] if text[0] in _QUOTES else ""
        if quote:
            if "\\" in text:
                raise Declined
            text = text[: text.index(quote, 1) + 1]
        elif " #" in text:
            text = text[: text.index(" #")].rstrip(" ")
        self.at += 1
        node = Node(SCALAR, start, start + len(text), text[1:-1] if quote else text)
        node.style = quote
        return node
