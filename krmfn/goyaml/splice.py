"""Where each key and value of a document is in its text, and edits of one of them that leave the rest as it is.

The text is the user's own, with its line ends. What cannot be edited without touching anything else is refused.
"""

from __future__ import annotations

from krmfn.goyaml.emitter import scalar as printed
from krmfn.goyaml.places import LIST, MAP, SCALAR, Node, compose
from krmfn.goyaml.scalars import disagreement, resolve

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from krmfn.model.objects import FieldPath


_PLAIN = frozenset("0123456789.ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
_IN_FLOW = frozenset(",[]{}")


class Refused(Exception):
    """An edit that cannot be made; `why` completes "not fixed: "."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Edit:
    """The characters from `start` to `end` of a text, and what is there afterwards."""

    __slots__ = ("end", "new", "start")

    def __init__(self, start: int, end: int, new: str) -> None:
        self.start = start
        self.end = end
        self.new = new


class Text:
    """A document and its places. Raises Refused for a text that is not one document of YAML."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._aliases: set[str] = set()
        self._root = compose(text) or self._compose()
        self._newline = "\r\n" if "\r\n" in text else "\n"
        self._is_json = _is_json(text)

    def replace(self, path: FieldPath, value: Any) -> Edit:
        """Another scalar for the value at a path; where its key is missing, the key too. Raises Refused."""
        holder = self._own(path[:-1])
        if holder.kind == MAP and path[-1] not in holder.entries:
            return self.add(path, value)
        node = self._own(path)
        if node.kind != SCALAR or node.style in ("|", ">") or "\n" in self.text[node.outer : node.end]:
            raise Refused("the value is not on one line")
        if node.tag and node.anchor:
            raise Refused("the value has a tag and an anchor")
        start = node.outer if node.tag else node.start
        if start == node.end:  # an empty value, such as `key:` or `- `
            return Edit(start, start, f" {self._scalar(value, '', flow=node.flow)}")
        return Edit(start, node.end, self._scalar(value, node.style, flow=node.flow))

    def quote(self, path: FieldPath) -> Edit:
        """The characters of a plain scalar as a string. Raises Refused."""
        node = self._own(path)
        if node.kind != SCALAR or node.style or not node.text:
            raise Refused("the value is not a plain one")
        edit = self.replace(path, node.text)
        return Edit(edit.start, edit.end, _json(node.text))

    def rename(self, path: FieldPath, name: str) -> Edit:
        """Another key for the same value. Raises Refused."""
        holder = self._own(path[:-1])
        if holder.kind != MAP or path[-1] not in holder.entries:
            raise Refused(self._merged(holder))
        if name in holder.entries:
            raise Refused(f"{name} is there already")
        key = holder.entries[str(path[-1])][0]
        if key.anchor or key.tag or key.alias:
            raise Refused("the key has an anchor or a tag")
        return Edit(key.start, key.end, self._scalar(name, key.style, flow=True))

    def add(self, path: FieldPath, value: Any) -> Edit:
        """A new key, before the first one of its map. Raises Refused."""
        holder = self._own(path[:-1])
        if holder.kind != MAP:
            raise Refused("the field around it is not a map")
        if path[-1] in holder.entries:
            raise Refused(f"{path[-1]} is there already")
        if "<<" in holder.entries:
            raise Refused("the map takes fields from a merge key (<<)")
        if not holder.entries:
            raise Refused("the map is empty")
        first = next(iter(holder.entries.values()))[0]
        entry = f"{self._scalar(str(path[-1]), '', flow=True)}: {self._scalar(value, '', flow=holder.flow)}"
        if holder.flow:
            return Edit(first.outer, first.outer, f"{entry}, ")
        line = self.text.rfind("\n", 0, first.outer) + 1
        before = self.text[line : first.outer]
        if before.strip(" -") or first.outer < holder.start:
            raise Refused("the map does not begin on a line of its own")
        return Edit(first.outer, first.outer, f"{entry}{self._newline}{' ' * len(before)}")

    def remove(self, path: FieldPath) -> Edit:
        """A key and its value that have lines of their own. Raises Refused."""
        holder = self._own(path[:-1])
        if holder.kind != MAP or path[-1] not in holder.entries:
            raise Refused(self._merged(holder))
        key, node = holder.entries[str(path[-1])]
        start, last = self.text.rfind("\n", 0, key.outer) + 1, _end(node)
        end = self.text.find("\n", last)
        rest = self.text[last : end if end >= 0 else len(self.text)].strip()
        if (
            holder.flow
            or len(holder.entries) < 2
            or (node.kind == SCALAR and "\n" in self.text[key.outer : last])
            or self.text[start : key.outer].strip(" ")
            or (rest and not rest.startswith("#"))
            or any(one.anchor in self._aliases or one.style in ("|", ">") for one in _all_of(node))
        ):
            raise Refused("the field has no line of its own")
        return Edit(start, end + 1 if end >= 0 else len(self.text), "")

    def _own(self, path: FieldPath) -> Node:
        """The node at a path, where no other place of the document has it too."""
        node = self._root
        self._refuse_shared(node)
        for part in path:
            if node.kind == MAP and part in node.entries:
                node = node.entries[str(part)][1]
            elif node.kind == LIST and isinstance(part, int) and part < len(node.items):
                node = node.items[part]
            else:
                raise Refused(self._merged(node))
            self._refuse_shared(node)
        return node

    def _refuse_shared(self, node: Node) -> None:
        if node.alias:
            raise Refused(f"the value comes from the anchor &{node.alias}, and other places may use it too")
        if node.anchor in self._aliases:
            raise Refused(f"other places use the value too (*{node.anchor})")

    @staticmethod
    def _merged(node: Node) -> str:
        if "<<" in node.entries:
            return "the field comes from a merge key (<<)"
        return "the field is not where it was found"

    def _scalar(self, value: Any, style: str, *, flow: bool) -> str:
        """A scalar in the quotes of the one that it replaces, where it was in quotes; else as plain as can be."""
        if value is None or isinstance(value, bool):
            return {None: "null", True: "true", False: "false"}[value]
        if not isinstance(value, str):
            return str(value)
        if self._is_json or style == '"':
            return _json(value)
        if style == "'" and value.isprintable():
            return "'" + value.replace("'", "''") + "'"
        text = value if _is_plain(value) else printed(value)
        return _json(value, ascii_only=True) if flow and not _IN_FLOW.isdisjoint(text) else text

    def _compose(self) -> Node:
        """The root as PyYAML reads it."""
        import yaml

        roots: list[Node] = []
        stack: list[tuple[Node, list[Node]]] = []
        flows = 0
        try:
            event: Any
            for event in yaml.parse(self.text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
                name = type(event).__name__
                if name in ("MappingEndEvent", "SequenceEndEvent"):
                    node, children = stack.pop()
                    node.end = event.end_mark.index
                    flows -= node.flow
                    _close(node, children)
                    continue
                made = self._node(event, name, in_flow=flows > 0)
                if made is None:
                    continue
                (stack[-1][1] if stack else roots).append(made)
                if made.kind != SCALAR and not made.alias:
                    stack.append((made, []))
                    made.flow = bool(event.flow_style)
                    flows += made.flow
        except yaml.YAMLError:
            raise Refused("the document cannot be read") from None
        if len(roots) != 1:
            raise Refused("the document cannot be read")
        return roots[0]

    def _node(self, event: Any, name: str, *, in_flow: bool) -> Node | None:
        start, end = (event.start_mark.index, event.end_mark.index) if event.start_mark else (0, 0)
        if name == "AliasEvent":
            node = Node(SCALAR, start, end)
            node.alias = event.anchor
            self._aliases.add(event.anchor)
        elif name == "ScalarEvent":
            node = Node(SCALAR, start, end, event.value)
            node.style = event.style or ""
        elif name in ("MappingStartEvent", "SequenceStartEvent"):
            node = Node(MAP if name.startswith("M") else LIST, start, end)
        else:
            return None
        node.flow = in_flow
        if name != "AliasEvent":
            node.anchor, node.tag = event.anchor or "", event.tag or ""
            if node.anchor or node.tag:
                node.start = self._behind_properties(start, end)
        return node

    def _behind_properties(self, start: int, end: int) -> int:
        """Where a value begins behind its anchor and tag; `end` where they are all."""
        while start < end and self.text[start] in "&!":
            while start < end and not self.text[start].isspace():
                start += 1
            while start < end and self.text[start] in " \t":
                start += 1
        return start


def _all_of(node: Node) -> Iterator[Node]:
    """A node and all below it, keys too."""
    yield node
    for one in (*node.items, *(one for entry in node.entries.values() for one in entry)):
        yield from _all_of(one)


def _end(node: Node) -> int:
    """Behind the last character of a value. To YAML a block ends only where the next token begins."""
    if node.kind == SCALAR or node.flow:
        return node.end
    return max(_end(one) for one in (*node.items, *(value for _, value in node.entries.values())))


def _close(node: Node, children: list[Node]) -> None:
    if node.kind == LIST:
        node.items = children
        return
    for key, value in zip(children[::2], children[1::2], strict=True):
        node.entries[key.text] = (key, value)


def _is_plain(text: str) -> bool:
    """Whether every reader takes a text without quotes for a string, also one that begins with a digit."""
    return _PLAIN.issuperset(text) and text[-1:].isalpha() and isinstance(resolve(text), str) and not disagreement(text)


def _json(text: str, *, ascii_only: bool = False) -> str:
    """A string in double quotes. The module `json` imports `re`, so only an edit that needs it does."""
    import json

    return json.dumps(text, ensure_ascii=ascii_only)


def _is_json(text: str) -> bool:
    if text.lstrip()[:1] not in ("{", "["):
        return False
    import json

    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def spliced(text: str, edits: Iterable[Edit]) -> str:
    """The text with its edits made, none of which overlaps another."""
    parts: list[str] = []
    at = 0
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        parts += (text[at : edit.start], edit.new)
        at = edit.end
    return "".join((*parts, text[at:]))
