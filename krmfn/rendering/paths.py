"""The path of a child's file, made only of checked names, never of text that a user chose freely."""

from __future__ import annotations

from krmfn.model.finding import error
from krmfn.resourcelist import annotations as notes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.model.finding import Finding
    from krmfn.model.objects import Object
    from krmfn.sources.items import Item

_KPT = "kpt.dev"


class Packages:
    """Where the packages of a list begin, and which files its items are in."""

    __slots__ = ("_files", "_roots")

    def __init__(self, items: list[Item]) -> None:
        self._files: dict[tuple[str, str], list[int]] = {}
        self._roots: set[str] = set()
        for item in items:
            package, file = item.annotations.get(notes.PACKAGE_PATH, ""), item.file or ""
            self._files.setdefault((package, file), []).append(item.index or 0)
            key = item.source.ref()
            if package:
                self._roots.add(_joined(package, ""))
            if key is not None and key.kind == "Kptfile" and key.group == _KPT:
                self._roots.add(_joined(package, directory_of(file)))

    def path_of(self, child: Object, cr_name: str, cr: dict[str, str]) -> str:
        """The file of a new child: in a folder beside its CR, unless another package has that; then beside the CR.

        `cr` are the annotations of the CR.
        """
        directory = directory_of(notes.file_of(cr))
        path = child_path(child, cr_name, directory)
        start = _joined(cr.get(notes.PACKAGE_PATH, ""), directory)
        below = directory_of(path).removeprefix(directory).strip("/").split("/")
        if any(_joined(start, "/".join(below[:count])) in self._roots for count in range(1, len(below) + 1)):
            name = "_".join(part for part in (child["metadata"].get("namespace", ""), path.rpartition("/")[2]) if part)
            return f"{directory}/{name}" if directory else name
        return path

    def next_index(self, path: str, package: str | None) -> int | None:
        """The index of a document that is added to a file; None for a file without documents."""
        there = self._files.get((package or "", path))
        return None if there is None else max(there) + 1


def _joined(directory: str, below: str) -> str:
    return f"{directory}/{below}".strip("/") if below else directory.strip("/")


def child_path(child: Object, cr_name: str, directory: str = "") -> str:
    """`<directory>/<namespace>/<cr-name>/<kind>-<name>.yaml`, lower case, without empty segments."""
    metadata = child["metadata"]
    file = f"{child['kind']}-{metadata['name']}.yaml".lower()
    return "/".join(part for part in (directory, metadata.get("namespace", ""), cr_name, file) if part)


def directory_of(path: str | None) -> str:
    """The folder of a CR's file, "" for the package's root or when no path is known."""
    return path.rpartition("/")[0] if path else ""


def check_path(path: str | None) -> Finding | None:
    """A path that a host gives for the CR must stay in its package: children are written beside it."""
    if path is None:
        return None
    segments = path.split("/")
    if any(not s or s.startswith(".") or "\\" in s or not s.isprintable() for s in segments):
        text = "the path of its file is not a plain relative path (no leading /, no segment that starts with a dot)"
        return error("unsafe-path", text, ("metadata", "annotations"))
    return None
