"""A document as a graph of nodes, composed from PyYAML's events without recursion and without its constructors.

PyYAML's own composer recurses (deep input ends the process) and its constructors read scalars as no Go reader does.
"""

from __future__ import annotations

from bisect import bisect_left

from krmfn.goyaml.errors import MAX_DEPTH, Unreadable, most_nodes
from krmfn.model.finding import dotted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

SCALAR, LIST, MAP = "scalar", "list", "map"
_SCHEMA = "tag:yaml.org,2002:"
_TAGS = {
    SCALAR: frozenset(_SCHEMA + name for name in ("str", "int", "bool", "null", "float")),
    LIST: frozenset((_SCHEMA + "seq",)),
    MAP: frozenset((_SCHEMA + "map",)),
}
_MERGE = _SCHEMA + "merge"
_KNOWN_TAGS = frozenset((*_TAGS[SCALAR], *_TAGS[LIST], *_TAGS[MAP], _MERGE))
_OF_AN_OBJECT = (("apiVersion",), ("kind",))
_IDENTIFIER = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./")


class YamlNode:
    """A scalar, list or mapping with its 1-based line; an alias is the node that it stands for.

    `tag` is the short name of an explicit tag, "" without one. `plain` is a scalar without quotes that is not a block.
    `entries` are those of a mapping, merges resolved: key text to key and value.
    """

    __slots__ = ("children", "entries", "kind", "line", "open", "plain", "tag", "text")

    def __init__(self, kind: str, line: int, tag: str, text: str = "", *, plain: bool = False) -> None:
        self.kind = kind
        self.line = line
        self.tag = tag
        self.text = text
        self.plain = plain
        self.open = kind != SCALAR
        self.children: list[YamlNode] = []
        self.entries: dict[str, tuple[YamlNode, YamlNode]] = {}

    def is_merge(self) -> bool:
        """Whether the node, as a key, is `<<`; a quoted one is an ordinary key."""
        return self.kind == SCALAR and self.text == "<<" and (self.tag == "merge" or (self.plain and not self.tag))


def compose(text: str) -> YamlNode | None:
    """The root of the one document in a text; None for an empty one. Raises Unreadable."""
    import yaml

    composer = _Composer(text)
    try:
        for event in yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
            composer.take(event)
    except yaml.YAMLError as error:
        raise composer.translated(error) from None
    except UnicodeEncodeError:
        raise Unreadable("not-utf8", "there is half a surrogate pair, which is not a character: remove it") from None
    return composer.root


class _Composer:
    """Takes events one by one; `stack` holds the collections that are open."""

    def __init__(self, text: str) -> None:
        self.root: YamlNode | None = None
        self.stack: list[YamlNode] = []
        self.anchors: dict[str, YamlNode] = {}
        self.values = 0
        self.documents = 0
        self.breaks = _breaks(text)
        self.most = most_nodes(text)

    def take(self, event: Any) -> None:
        name = type(event).__name__
        if name == "ScalarEvent":
            self.scalar(event)
        elif name == "AliasEvent":
            self.alias(event)
        elif name == "MappingStartEvent":
            self.start(event, MAP)
        elif name == "SequenceStartEvent":
            self.start(event, LIST)
        elif name in ("MappingEndEvent", "SequenceEndEvent"):
            self.end()
        elif name == "DocumentStartEvent":
            self.document(event)

    def document(self, event: Any) -> None:
        line = self.line(event.start_mark)
        if event.version or event.tags:
            raise Unreadable("directive", "a % directive, which kpt does not read: remove it", line)
        self.documents += 1
        if self.documents > 1:
            raise Unreadable("several-documents", "a second document starts here", line)

    def scalar(self, event: Any) -> None:
        line = self.line(event.start_mark)
        tag = self.tag(event, SCALAR, line)
        self.add(YamlNode(SCALAR, line, tag, event.value, plain=not event.style), event.anchor)

    def start(self, event: Any, kind: str) -> None:
        line = self.line(event.start_mark)
        node = YamlNode(kind, line, self.tag(event, kind, line))
        self.add(node, event.anchor)
        self.stack.append(node)
        if len(self.stack) > MAX_DEPTH:
            raise Unreadable("too-deep", f"nested more than {MAX_DEPTH} levels deep", line)

    def end(self) -> None:
        node = self.stack.pop()
        if node.kind == MAP:
            self.join(node)
        node.open = False

    def alias(self, event: Any) -> None:
        line = self.line(event.start_mark)
        node = self.anchors.get(event.anchor)
        if node is None:
            raise Unreadable("unknown-anchor", "an alias (*) has no anchor (&) before it in this document", line)
        if node.open:
            raise Unreadable("self-reference", "an alias (*) refers to a value that contains it", line)
        self.add(node, None)

    def add(self, node: YamlNode, anchor: str | None) -> None:
        if anchor:
            self.anchors[anchor] = node
        if not self.stack:
            self.root = node
            return
        parent = self.stack[-1]
        parent.children.append(node)
        if parent.kind == LIST or len(parent.children) % 2 == 0:
            self.count(1, node.line)

    def count(self, values: int, line: int) -> None:
        self.values += values
        if self.values > self.most:
            raise Unreadable("too-many-nodes", f"more than {self.most} values in one document", line)

    def tag(self, event: Any, kind: str, line: int) -> str:
        tag: str | None = event.tag
        if not tag:
            return ""
        if tag in _TAGS[kind] or (tag == _MERGE and kind == SCALAR and event.value == "<<"):
            return tag[len(_SCHEMA) :]
        if tag in _KNOWN_TAGS:
            raise Unreadable("bad-tag", "a tag (!!) does not match its value: remove it", line)
        raise Unreadable("unknown-tag", "a tag (!) that Kubernetes tools ignore: remove it", line)

    def join(self, node: YamlNode) -> None:
        """Fills `entries`: explicit keys win over merged ones, an earlier merge source over a later one."""
        merged: YamlNode | None = None
        keys = node.children[::2]
        for key, value in zip(keys, node.children[1::2], strict=True):
            if key.kind != SCALAR:
                raise Unreadable("bad-key", "a key is a list or a mapping: use a string", key.line)
            if key.text in node.entries or (merged is not None and key.text == "<<"):
                raise Unreadable("duplicate-key", self.duplicate(key), key.line)
            if key.is_merge():
                merged = value
            else:
                node.entries[key.text] = (key, value)
        if merged is not None:
            self.merge(node, merged)

    def merge(self, node: YamlNode, merged: YamlNode) -> None:
        for source in merged.children if merged.kind == LIST else [merged]:
            if source.kind != MAP:
                raise Unreadable("bad-merge", "a merge key (<<) refers to something that is not a mapping", node.line)
            self.count(len(source.entries), node.line)
            for name, entry in source.entries.items():
                node.entries.setdefault(name, entry)

    def duplicate(self, key: YamlNode) -> str:
        """Names the key with its path where all of it is plain; other keys could hold a secret."""
        path = (*map(_step, self.stack), key.text)
        if path in _OF_AN_OBJECT:
            return f'duplicate key "{key.text}": remove one, or write --- before a second object'
        if all(isinstance(part, int) or (len(part) <= 63 and _IDENTIFIER.issuperset(part)) for part in path):
            return f'duplicate key "{dotted(path)}": remove one'
        return "duplicate key: remove one"

    def line(self, mark: Any) -> int:
        return bisect_left(self.breaks, mark.index) + 1

    def translated(self, error: Any) -> Unreadable:
        """A PyYAML error in our words; its own may quote the text."""
        problem = str(getattr(error, "problem", None) or "")
        if "nesting depth" in problem:
            return Unreadable("too-deep", f"nested more than {MAX_DEPTH} levels deep")
        mark = getattr(error, "problem_mark", None)
        for words, message, whole in _PROBLEMS:
            if words in problem:
                mark = (getattr(error, "context_mark", None) or mark) if whole else mark
                return Unreadable("unreadable-yaml", message, self.line(mark) if mark else None)
        return Unreadable("unreadable-yaml", "invalid YAML", self.line(mark) if mark else None)


_PROBLEMS = (
    (
        "mapping values are not allowed",
        'unexpected ": ": put the value in quotes, or indent the line like the one above',
        False,
    ),
    ("cannot start any token", "a value starts with a tab, @ or `: put it in quotes", False),
    ("could not find expected ':'", "expected key: value or a list item", True),
    ("unexpected end of stream", "missing closing quote", True),
    ("unknown escape character", "unknown escape sequence in double quotes", False),
    ("expected ',' or", "missing comma, ] or }", False),
    ("expected key", "the indentation does not match the lines above", False),
    ("expected '-' indicator", "the indentation does not match the lines above", False),
    ("expected <block end>", "the indentation does not match the lines above", False),
    ("expected <document start>", "text after the end of the document, or less indented than the first line", False),
)
"""Part of the library's words, ours, and whether the error lies where the construct starts."""


def _step(node: YamlNode) -> str | int:
    """The part of a path that an open collection gives: the index of its last element, or its last key."""
    count = len(node.children)
    return count - 1 if node.kind == LIST else node.children[count - 2 + count % 2].text


def _breaks(text: str) -> list[int]:
    """Where lines end: at LF, CRLF and a lone CR. PyYAML's own count also has NEL, LS and PS, which no editor has."""
    if "\r" in text:
        text = text.replace("\r\n", " \n").replace("\r", "\n")
    found: list[int] = []
    at = text.find("\n")
    while at >= 0:
        found.append(at)
        at = text.find("\n", at + 1)
    return found
