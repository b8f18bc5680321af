"""Reads any document that Go's YAML readers read, with Go's rules for scalars, and reports where they disagree.

Costs the import of PyYAML: three times the whole run of a resource that the fast reader accepts.
"""

from __future__ import annotations

from krmfn.goyaml.errors import MAX_DEPTH, Unreadable, most_nodes
from krmfn.goyaml.nodes import LIST, SCALAR, compose
from krmfn.goyaml.reading import Reading
from krmfn.goyaml.scalars import disagreement, resolve
from krmfn.model.finding import error

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from krmfn.goyaml.nodes import YamlNode
    from krmfn.model.finding import Finding
    from krmfn.model.objects import FieldPath


_TYPES = {"int": int, "float": float, "bool": bool, "null": type(None)}


def read(text: str) -> Reading:
    """The one document in a text; an empty one is None. Raises Unreadable.

    Limits: MAX_DEPTH levels and `most_nodes` values, aliases and merges written out. The size of the text is the
    caller's to limit.
    """
    root = compose(text)
    if root is None:
        return Reading(None, {(): 1}, [])
    expansion = _Expansion(most_nodes(text))
    value = expansion.expand(root)
    expansion.problems.sort(key=lambda problem: problem.line or 0)
    return Reading(value, expansion.lines, expansion.problems)


class _Expansion:
    """Turns the graph into values, each alias into its own copy; `work` takes the place of recursion."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.lines: dict[FieldPath, int] = {}
        self.problems: list[Finding] = []
        self.values = 0
        self.work: list[tuple[YamlNode, Any, str | int, FieldPath]] = []

    def expand(self, root: YamlNode) -> Any:
        holder: list[Any] = [None]
        self.lines[()] = root.line
        self.work.append((root, holder, 0, ()))
        while self.work:
            node, container, key, path = self.work.pop()
            if node.kind == SCALAR:
                container[key] = self.scalar(node, path)
                continue
            self.admit(node, path)
            container[key] = self.elements(node, path) if node.kind == LIST else self.entries(node, path)
        return holder[0]

    def admit(self, node: YamlNode, path: FieldPath) -> None:
        """The budget that stops a bomb of aliases before it is unfolded."""
        if len(path) >= MAX_DEPTH:
            raise Unreadable("too-deep", f"nested more than {MAX_DEPTH} levels deep", node.line)
        self.values += len(node.children) if node.kind == LIST else len(node.entries)
        if self.values > self.most:
            raise Unreadable("too-many-aliases", f"aliases (*) make more than {self.most} values", node.line)

    def elements(self, node: YamlNode, path: FieldPath) -> list[Any]:
        value: list[Any] = [None] * len(node.children)
        for index, element in enumerate(node.children):
            self.lines[(*path, index)] = element.line
            self.work.append((element, value, index, (*path, index)))
        return value

    def entries(self, node: YamlNode, path: FieldPath) -> dict[str, Any]:
        value: dict[str, Any] = dict.fromkeys(node.entries)
        for name, (key, element) in node.entries.items():
            here = (*path, name)
            self.lines[here] = key.line
            if not _is_string(key):
                self.problem("YAML parsers disagree about this key: put it in double quotes", key, here)
            self.work.append((element, value, name, here))
        return value

    def scalar(self, node: YamlNode, path: FieldPath) -> str | int | float | bool | None:
        """A plain or tagged scalar by Go's rules; of the tags, Go takes only those that fit the text."""
        if node.tag in ("str", "merge") or not (node.plain or node.tag):
            return node.text
        advice = disagreement(node.text)
        if advice is not None:
            self.problem(f"YAML parsers disagree about this value: write {advice}", node, path)
        value = resolve(node.text)
        if not node.tag:
            return value
        if node.tag == "float" and type(value) is int:
            return float(value)
        if type(value) is not _TYPES[node.tag]:
            raise Unreadable("bad-tag", "a tag (!!) does not match its value: remove it", node.line)
        return value

    def problem(self, message: str, node: YamlNode, path: FieldPath) -> None:
        self.problems.append(error("ambiguous-scalar", message, path).at(line=node.line))


def _is_string(key: YamlNode) -> bool:
    if key.tag:
        return key.tag == "str"
    return not key.plain or (isinstance(resolve(key.text), str) and disagreement(key.text) is None)
