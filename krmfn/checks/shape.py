"""The shape of an object: the types, fields, choices and patterns of its schema, by the rules of strict decoding.

The walk only finds where something is wrong; `shape_messages` words the finding, and is imported only then.
"""

from __future__ import annotations

from krmfn.checks.schema import REPEATED, Repetitions, definition, in_version, minor_of, root
from krmfn.model.quantity import NotAQuantity, Quantity

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from krmfn.checks.schema import Fault, SchemaNode
    from krmfn.model.finding import Finding
    from krmfn.model.objects import FieldPath, Object

LARGEST = {"int32": 2**31, "integer": 2**63, "int-or-string": 2**31}
"""One more than the largest number of a type; its negative is the smallest."""


def shape(obj: Object, version: str) -> list[Finding]:
    """What of an object does not have the shape of its schema.

    Args:
        obj: an object with apiVersion and kind, as it was read
        version: the minor version of Kubernetes that will read it, such as "1.34"; one that is older or newer than the
            schemas is taken for the nearest known one

    Returns:
        findings with path and code, without a place. None for a kind without a schema, unless a cluster is known not to
        serve it: an apiVersion that was removed, or a misspelled kind of a known group.
    """
    name, minor = root(obj), minor_of(version)
    if name is None:
        from krmfn.checks.api_versions import unserved

        return unserved(obj, minor)
    walk = _Walk(minor)
    walk.value(obj, name, ())
    walk.repetitions.keep(path for _, path, _, _ in walk.faults)
    if not walk.faults:
        return []
    from krmfn.checks.shape_messages import finding
    from krmfn.model.misspellings import hidden

    found = [finding(fault, name, minor) for fault in walk.faults]
    return found + hidden(obj, found, lambda one: shape(one, version))


class _Walk:
    """One pass over an object; `faults` is what it found."""

    __slots__ = ("faults", "minor", "repetitions")

    def __init__(self, minor: int) -> None:
        self.repetitions = Repetitions(f"shape of {minor}")
        self.minor = minor
        self.faults: list[Fault] = []

    def value(self, value: Any, node: SchemaNode, path: FieldPath) -> None:
        """Judge one value. A null is what is absent, or the zero value of an entry."""
        if value is None:
            return
        if isinstance(node, str):
            if node in REPEATED and self.repetitions.is_sound(value, path):
                return
            known = definition(node)
            if known is None:
                self._typed(value, node, path)
                return
            node = known
        if isinstance(node, tuple):
            self._list(value, node[0], node, path)
        elif "fields" in node:
            self._fields(value, node, path)
        elif "list" in node:
            self._list(value, node["list"], node, path)
        elif "map" in node:
            self._map(value, node, path)
        elif "number" in node:
            self._number(value, node, path)
        else:
            self._text(value, node, path)

    def _typed(self, value: Any, kind: str, path: FieldPath) -> None:
        if not fits(value, kind):
            self.faults.append(("type", path, value, kind))
        elif kind == "quantity":
            why = not_a_quantity(value)
            if why:
                self.faults.append(("quantity", path, value, why))
        elif kind in LARGEST and not isinstance(value, str) and not -LARGEST[kind] <= value < LARGEST[kind]:
            self.faults.append(("range", path, value, {"least": -LARGEST[kind], "most": LARGEST[kind] - 1}))

    def _fields(self, value: Any, node: SchemaNode, path: FieldPath) -> None:
        if not isinstance(value, dict):
            self.faults.append(("type", path, value, node))
            return
        fields, minor = node["fields"], self.minor
        for key, item in value.items():
            below = fields.get(key)
            if below is not None:
                below = in_version(below, minor)
            if below is None:
                self.faults.append(("unknown", (*path, key), item, node))
            else:
                self.value(item, below, (*path, key))
        needed = [*node.get("required", ())]
        needed += [key for key, (first, last) in node.get("required_in", {}).items() if first <= minor <= last]
        self.faults += [("missing", (*path, key), None, node) for key in needed if value.get(key) is None]
        for names in node.get("one_of", ()):
            both = [key for key in names if key in value]
            if len(both) > 1:
                self.faults.append(("conflict", (*path, both[1]), both, node))
        self._size(value, node, path)

    def _list(self, value: Any, item_node: SchemaNode, node: SchemaNode, path: FieldPath) -> None:
        if not isinstance(value, list):
            self.faults.append(("type", path, value, node))
            return
        for index, item in enumerate(value):
            self.value(item, item_node, (*path, index))
        if isinstance(node, dict):
            self._size(value, node, path)

    def _map(self, value: Any, node: SchemaNode, path: FieldPath) -> None:
        if not isinstance(value, dict):
            self.faults.append(("type", path, value, node))
            return
        for key, item in value.items():
            self.value(item, node["map"], (*path, key))
        self._size(value, node, path)

    def _number(self, value: Any, node: SchemaNode, path: FieldPath) -> None:
        if not fits(value, node["number"]):
            self.faults.append(("type", path, value, node["number"]))
        elif value < node.get("least", value) or value > node.get("most", value):
            self.faults.append(("range", path, value, node))

    def _text(self, value: Any, node: SchemaNode, path: FieldPath) -> None:
        if not isinstance(value, str):
            self.faults.append(("type", path, value, node))
        elif "enum" in node:
            if value not in node["enum"]:
                self.faults.append(("enum", path, value, node))
        elif node["text"] and not _matches(node["text"], value):
            self.faults.append(("pattern", path, value, node))
        else:
            self._size(value, node, path)

    def _size(self, value: str | list[Any] | dict[str, Any], node: SchemaNode, path: FieldPath) -> None:
        if not node.get("least", 0) <= len(value) <= node.get("most", len(value)):
            self.faults.append(("size", path, value, node))


def not_a_quantity(value: str | float) -> str | None:
    """Why a value is not a quantity, or None when it is one."""
    try:
        Quantity(value.strip() if isinstance(value, str) else _plain(value))
    except NotAQuantity as why:
        return str(why)
    return None


def _plain(number: float) -> str:
    """A number as JSON writes it: no blank fraction."""
    return str(int(number)) if float(number).is_integer() else repr(number)


_LABEL = "^[a-zA-Z_][a-zA-Z0-9_]*$"
_TIME = "^(0|(([0-9]+)y)?(([0-9]+)w)?(([0-9]+)d)?(([0-9]+)h)?(([0-9]+)m)?(([0-9]+)s)?(([0-9]+)ms)?)$"
"""Patterns of PodMonitor and PrometheusRule that every tree meets."""


def _is_plainly(pattern: str, value: str) -> bool:
    """Whether a value of the usual form matches a usual pattern; False where only the pattern can tell."""
    if pattern == _LABEL:
        return value.isascii() and value.isidentifier()
    return pattern == _TIME and value.isascii() and value[:-1].isdecimal() and value[-1] in "ywdhms"


def _matches(pattern: str, value: str) -> bool:
    if _is_plainly(pattern, value):
        return True
    import re  # only CRDs have patterns; to import it costs as much as the check of a tree

    return re.search(pattern, value) is not None


def fits(value: Any, kind: str) -> bool:
    """Whether a value has a type of the schema. A number without a fraction is an integer, as kubectl sends it."""
    if kind == "any":
        return True
    if isinstance(value, bool):
        return kind == "boolean"
    if isinstance(value, str):
        return kind in ("string", "quantity", "int-or-string", "time")
    if isinstance(value, int):
        return kind in ("integer", "int32", "number", "quantity", "int-or-string")
    if isinstance(value, float):
        whole = value.is_integer() and kind in ("integer", "int32", "int-or-string")
        return whole or kind in ("number", "quantity")
    return False
