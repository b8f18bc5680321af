"""Finds the parts of a ResourceList in its text from PyYAML's events, for every form that YAML allows.

Without recursion; a mark counts characters (`mark.index`), never lines, which PyYAML counts by YAML 1.1.
"""

from __future__ import annotations

from krmfn.goyaml.errors import Unreadable
from krmfn.resourcelist.events import Events, too_deep
from krmfn.resourcelist.fast_locator import Shape, duplicate, refuse_wrong

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from krmfn.model.code import Code

_BREAKS = "\r\n\x85\u2028\u2029"
_NULLS = ("", "~", "null", "Null", "NULL")


def find(text: str) -> Shape:
    """The shape of any ResourceList. Raises Unreadable for anything else."""
    import yaml

    events = Events(text)
    try:
        return _Walk(text, events).shape()
    except yaml.YAMLError as error:
        raise _translated(text, error) from None
    finally:
        events.close()


class _Walk:
    """One pass over the events of a list."""

    def __init__(self, text: str, events: Events) -> None:
        self.text = text
        self.events = events
        self.located = Shape()
        self.kind: str | None = None
        self.keys: set[str] = set()

    def shape(self) -> Shape:
        """The one document that is not empty, as a ResourceList."""
        self.events.next()
        seen = False
        while type(event := self.events.next()).__name__ != "StreamEndEvent":
            if event.version or event.tags:
                raise self.refused("directive", "a % directive, which kpt does not read: remove it", event)
            root = self.events.next()
            if not _is_null(root):
                if seen:
                    raise self.refused("several-documents", "a second document starts here", event)
                seen = True
                self.root(root)
            self.events.next()
        refuse_wrong(self.kind, has_items="items" in self.keys)
        return self.located

    def root(self, start: Any) -> None:
        """The entries of the list."""
        if type(start).__name__ != "MappingStartEvent":
            raise self.refused("not-a-resource-list", "the input is not a ResourceList", start)
        self.located.is_flow = bool(start.flow_style)
        opened = -1  # where a block entry `results` starts; it ends where the next entry does
        while True:
            key = self.events.next()
            if opened >= 0:
                self.located.results = (opened, self.line_start(key))
            if type(key).__name__ == "MappingEndEvent":
                break
            opened = self.entry(key)
        self.located.end = key.end_mark.index - 1 if self.located.is_flow else self.line_start(key)

    def entry(self, key: Any) -> int:
        """Notes one entry; where it starts if it is `results` in block style, else -1."""
        start, behind = key.start_mark.index, self.events.node(key)
        value = self.events.next()
        name = key.value if type(key).__name__ == "ScalarEvent" else None
        if name is None:
            self.events.node(value)
            return -1
        if name in self.keys:
            raise duplicate(name, self.line(start))
        if not self.keys and not self.located.is_flow:
            self.located.root_pad = " " * (start - self.line_start(key))
        self.keys.add(name)
        if name == "items":
            self.items(key, value, self.behind_colon(behind))
            return -1
        end = self.events.node(value)
        if name == "kind" and type(value).__name__ == "ScalarEvent":
            self.kind = value.value
        elif name == "functionConfig" and not _is_null(value):
            self.config(value, end)
        elif name == "results":
            if not self.located.is_flow:
                return self.line_start(key)
            self.located.results = (start, end)
        return -1

    def config(self, value: Any, end: int) -> None:
        start = value.start_mark.index
        line = self.text.rfind("\n", 0, start) + 1
        self.located.config_line = self.line(start)
        self.located.config = (start if self.text[line:start].strip(" ") else line, end)

    def items(self, key: Any, value: Any, key_end: int) -> None:
        """The items of a block or flow list, or none where there is null."""
        found = self.located
        found.key_end = key_end
        if not found.is_flow:
            self.line_start(key)
        start = value.start_mark.index
        if _is_null(value):
            end = self.events.node(value)
            found.value = (start, end) if end > start else (key_end, key_end)
        elif type(value).__name__ != "SequenceStartEvent":
            raise self.refused("not-a-list", "items is not a list", value)
        elif value.flow_style:
            found.value = (start, self.flow_items())
        else:
            self.block_items(start)
            return
        found.pad = None if found.is_flow or found.items else found.root_pad

    def flow_items(self) -> int:
        """Notes the items; the index behind the bracket that closes the list."""
        found = self.located
        while type(event := self.events.next()).__name__ != "SequenceEndEvent":
            start = event.start_mark.index
            found.stop = self.events.node(event)
            found.starts.append(start)
            found.items.append(self.text[start : found.stop])
            found.item_lines.append(self.line(start))
        return int(event.end_mark.index)

    def block_items(self, cursor: int) -> None:
        """Notes the items, from the dash of each to that of the next; `cursor` is where the list begins."""
        found = self.located
        while type(event := self.events.next()).__name__ != "SequenceEndEvent":
            dash = self.dash(cursor)
            start = self.text.rfind("\n", 0, dash) + 1
            if self.text[start:dash].strip(" "):
                raise self.refused("irregular-list", "an item does not start its line with a dash", event)
            found.pad = self.text[start:dash]
            found.starts.append(start)
            cursor = self.events.node(event)
        found.stop = self.line_start(event)
        ends = [*found.starts[1:], found.stop]
        line, before = 1, 0
        for start, end in zip(found.starts, ends, strict=True):
            line += self.text.count("\n", before, start)
            before = start
            found.item_lines.append(line)
            found.items.append(self.text[start:end])

    def dash(self, cursor: int) -> int:
        """The next dash, behind blanks, comments and the anchor and tag of the list."""
        text = self.text
        while text[cursor] != "-":
            if text[cursor] in "#&!":
                stops = _BREAKS if text[cursor] == "#" else " \t" + _BREAKS
                while text[cursor] not in stops:
                    cursor += 1
            else:
                cursor += 1
        return cursor

    def behind_colon(self, cursor: int) -> int:
        behind = self.text.find(":", cursor) + 1
        return behind if behind and not self.text[cursor : behind - 1].strip() else cursor

    def line_start(self, event: Any) -> int:
        """Where the line starts on which a node is first; the end of the text for its end."""
        index = int(event.start_mark.index)
        if index >= len(self.text):
            return len(self.text)
        start = self.text.rfind("\n", 0, index) + 1
        if self.text[start:index].strip(" "):
            raise self.refused("irregular-list", "a key of the ResourceList does not start its line", event)
        return start

    def line(self, index: int) -> int:
        return self.text.count("\n", 0, index) + 1

    def refused(self, code: Code, message: str, event: Any) -> Unreadable:
        return Unreadable(code, message, self.line(event.start_mark.index))


def _is_null(event: Any) -> bool:
    return type(event).__name__ == "ScalarEvent" and not event.style and event.value in _NULLS


def _translated(text: str, error: Any) -> Unreadable:
    """A PyYAML error in our words; its own may quote the text."""
    from krmfn.goyaml import nodes
    from krmfn.goyaml.lookalikes import diagnosed

    try:
        nodes.compose(text)
    except Unreadable as trouble:
        better = diagnosed(text, trouble)
        if better.code == "unreadable-yaml" or better is not trouble:
            return better
    mark = getattr(error, "problem_mark", None)
    line = text.count("\n", 0, mark.index) + 1 if mark else None
    if "nesting depth" in str(getattr(error, "problem", "")):
        return too_deep(line)
    return Unreadable("unreadable-yaml", "the ResourceList cannot be read from here on", line)
