"""The path of a child's file, made only of checked names, never of text that a user chose freely."""

from __future__ import annotations

from krmfn.model.finding import error
from krmfn.resourcelist import annotations as notes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.model.finding import Finding
    from krmfn.model.objects import ObjectRef
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

    def start_of(self, namespace: str, cr_name: str, cr: dict[str, str]) -> str:
        """How the paths of new children begin, before `file_name`: with a folder beside their CR.

        Where another package has that folder, they are beside the CR. `cr` are the annotations of the CR.
        """
        directory = directory_of(notes.file_of(cr))
        package = _joined(cr.get(notes.PACKAGE_PATH, ""), directory)
        before = f"{directory}/" if directory else ""
        folders = [part for part in (namespace, cr_name) if part]
        if any(_joined(package, "/".join(folders[: n + 1])) in self._roots for n in range(len(folders))):
            return f"{before}{namespace}_" if namespace else before
        return f"{before}{'/'.join(folders)}/"

    def next_index(self, path: str, package: str | None) -> int | None:
        """The index of a document that is added to a file; None for a file without documents."""
        there = self._files.get((package or "", path))
        return None if there is None else max(there) + 1


def _joined(directory: str, below: str) -> str:
    return f"{directory}/{below}".strip("/") if below else directory.strip("/")


def file_name(child: ObjectRef) -> str:
    """`<kind>-<name>.yaml` in lower case."""
    return f"{child.kind}-{child.name}.yaml".lower()


def child_path(child: ObjectRef, cr_name: str) -> str:
    """`<namespace>/<cr-name>/<kind>-<name>.yaml`; without a namespace it begins with the name of the CR."""
    path = f"{cr_name}/{file_name(child)}"
    return f"{child.namespace}/{path}" if child.namespace else path


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
