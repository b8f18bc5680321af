"""The schema of an object: the definition of its kind, and the definitions of its parts.

A node of a schema is one of
- the name of a type (string, boolean, integer, int32, number, quantity, int-or-string, time, any) or of a definition
- `(node,)`, or a map with `list`, and `keys` that tell its items apart, `least` and `most` items
- a map with `map`, the node of every value; `enum`; `text`, a pattern; `number`, a type; each with `least` and `most`
- a map with `fields`, `required`, `required_in` (field -> first and last minor version), `one_of` (at most one is set),
  and `least` and `most` fields
- a map with `versions`: first and last minor version of Kubernetes, and the node between them
"""

from __future__ import annotations

import marshal

from krmfn.checks.schemas.kubernetes import DEFINITIONS, KINDS, NEWEST, OLDEST

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any, TypeAlias

    from krmfn.model.objects import FieldPath, Object

    SchemaNode: TypeAlias = Any
    Fault: TypeAlias = tuple[str, FieldPath, Any, SchemaNode]

REPEATED = frozenset(["core.v1.Container"])
"""Definitions of which the clusters of a fleet have many equal values, each worth more than a look at its bytes."""
SOUND_MOST = 512
"""How many of them are remembered, each of 1 to 2 KB; then all are forgotten."""
_SOUND: set[tuple[str, FieldPath, bytes]] = set()

KEYED = "keyed list"
"""What `visit` calls a list whose items have keys."""


def minor_of(version: str) -> int:
    """The minor version of "1.34", within the versions whose schemas are known."""
    return min(max(int(version.split(".")[1]), OLDEST), NEWEST)


def root(obj: Object) -> str | None:
    """The name of the definition of an object's kind, or None for a kind without a schema."""
    key = (str(obj.get("apiVersion")), str(obj.get("kind")))
    if key in KINDS:
        return KINDS[key]
    from krmfn.checks.schemas.custom_resources import DEFINITIONS as CUSTOM
    from krmfn.checks.schemas.custom_resources import KINDS as CUSTOM_KINDS

    if key not in CUSTOM_KINDS:
        return None
    DEFINITIONS.update(CUSTOM)
    return CUSTOM_KINDS[key]


def definition(name: str) -> SchemaNode:
    """The node of a definition; None for the name of a type."""
    return DEFINITIONS.get(name)


def in_version(node: SchemaNode, minor: int) -> SchemaNode:
    """The node that holds in a version, or None where the field is not there."""
    if isinstance(node, dict) and "versions" in node:
        return next((one for first, last, one in node["versions"] if first <= minor <= last), None)
    return node


def child(node: SchemaNode, part: str | int, minor: int = NEWEST) -> SchemaNode:
    """The node of a field or item, "any" where there is none."""
    if isinstance(node, str):
        node = definition(node)
    if isinstance(node, tuple):
        return node[0]
    if isinstance(node, dict):
        below = node.get("fields", {}).get(part) or node.get("map") or node.get("list")
        return in_version(below, minor) or "any"
    return "any"


class Repetitions:
    """Values of REPEATED that one judge, `judge`, met in an object; those it has nothing to say about are remembered.

    What is said about such a value must depend on it and its path only.
    """

    __slots__ = ("_judge", "_new")

    def __init__(self, judge: str) -> None:
        self._judge = judge
        self._new: list[tuple[str, FieldPath, bytes]] = []

    def is_sound(self, value: Any, path: FieldPath) -> bool:
        """Whether the same value, to the byte and with the order of its keys, was found sound at the same path."""
        try:
            key = (self._judge, path, marshal.dumps(value, 2))  # version 2: the bytes depend on the value alone
        except ValueError:  # a type that YAML has and marshal has not
            return False
        if key in _SOUND:
            return True
        self._new.append(key)
        return False

    def keep(self, faulty: Iterable[FieldPath]) -> None:
        """Remember what was met and holds none of the places where something is wrong."""
        around = {path[:length] for path in faulty for length in range(len(path) + 1)} if self._new else ()
        for key in self._new:
            if key[1] not in around:
                if len(_SOUND) >= SOUND_MOST:
                    _SOUND.clear()
                _SOUND.add(key)


def visit(value: Any, node: SchemaNode, tell: Callable[[str, Object, FieldPath], bool], path: FieldPath = ()) -> None:
    """Tell of every map of an object that has a definition of its own: the name of that, the map, and its path.

    A list whose items have keys is told as KEYED, with `keys` and `items`. What does not have the type that the schema
    gives it is left out, and what is in a map where `tell` returns True.
    """
    node = in_version(node, NEWEST)
    if isinstance(node, str):
        known = definition(node)
        if known is None:
            return
        if isinstance(value, dict) and tell(node, value, path):
            return
        node = known
    if isinstance(value, list):
        if not isinstance(node, (tuple, dict)):
            return
        if isinstance(node, dict) and "keys" in node:
            tell(KEYED, {"keys": node["keys"], "items": value}, path)
        item_node = node[0] if isinstance(node, tuple) else node.get("list")
        for index, item in enumerate(value):
            if item_node is not None and isinstance(item, (dict, list)):
                visit(item, item_node, tell, (*path, index))
    elif isinstance(value, dict) and isinstance(node, dict):
        fields, of_map = node.get("fields", {}), node.get("map")
        for key, item in value.items():
            if isinstance(item, (dict, list)):
                below = fields.get(key, of_map)
                if below is not None:
                    visit(item, below, tell, (*path, key))
