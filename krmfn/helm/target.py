"""The NATS and the RenderNATS that are being written, and which value of the file each field comes from."""

from __future__ import annotations

from krmfn.model.finding import dotted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeAlias

    from krmfn.model.objects import FieldPath

    Origin: TypeAlias = tuple[FieldPath, str]
    """The path of a value of the chart, and a remark ("" for none)."""


class Target:
    """One object: its value, and the origins of its fields by their paths."""

    __slots__ = ("kind", "origins", "value")

    def __init__(self, kind: str, value: dict[str, Any]) -> None:
        self.kind = kind
        self.value = value
        self.origins: dict[FieldPath, list[Origin]] = {}

    def put(self, path: FieldPath, value: Any, *sources: FieldPath, remark: str = "") -> str:
        """Set a field below `spec`, and return its name for a verdict. Maps above it are made."""
        here: Any = self.value.setdefault("spec", {})
        for key in path[:-1]:
            here = here.setdefault(key, {})
        here[path[-1]] = value
        origins = self.origins.setdefault(("spec", *path), [])
        origins += [(source, remark) for source in sources] or [((), remark)]
        return self.name(path)

    def has(self, *path: str) -> bool:
        """Whether a field below `spec` is set."""
        here: Any = self.value.get("spec", {})
        for key in path:
            if not isinstance(here, dict) or key not in here:
                return False
            here = here[key]
        return True

    def source(self, path: FieldPath) -> FieldPath:
        """The value that a field of the object, or the map that it is in, comes from; () where none is known."""
        for count in range(len(path), 1, -1):
            for source, _ in self.origins.get(path[:count], ()):
                if source:
                    return source
        return ()

    def name(self, path: FieldPath) -> str:
        """`NATS spec.cluster.size`."""
        return f"{self.kind} {dotted(('spec', *path))}"
