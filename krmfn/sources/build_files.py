"""Files by which kustomize and kpt change what is applied: a Kustomization or Kptfile, and what those name."""

from __future__ import annotations

import os

from krmfn.goyaml.errors import Unreadable
from krmfn.goyaml.reader import read
from krmfn.goyaml.stream import decode, split
from krmfn.sources.files import KPTFILE
from krmfn.sources.trees import FILE, FOLDER, is_inside

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any, TypeAlias

    from krmfn.sources.files import File
    from krmfn.sources.trees import Tree

    Content: TypeAlias = bytes | dict[str, "Content"] | None

_INERT = ("apiVersion", "kind", "metadata", "buildMetadata", "sortOptions")
_RESOURCES = ("resources", "bases")
_CHARTS = {"helmCharts": "name", "helmChartInflationGenerator": "chartName"}
"""Fields that list Helm charts, and the key of the chart's name in them."""
_LONGEST_PATH = 4096


class BuildFile:
    """What one file says: `steps` by field, without what changes no object, and the paths of its `resources`.

    A step holds what the files say that it names. A resource is None where its objects are read, else what it holds.
    """

    __slots__ = ("name", "resources", "steps")

    def __init__(self, name: str, steps: dict[str, Any], resources: dict[str, Any]) -> None:
        """`name` is what findings call the file."""
        self.name = name
        self.steps = steps
        self.resources = resources


def build_files(files: Sequence[File], roots: Sequence[str], tree: Tree, known: set[str]) -> dict[str, BuildFile]:
    """The files that change what is below the `roots`, by absolute path. `roots` are real paths.

    `known` are the paths of files whose objects are compared. A file above the roots counts where it names what is
    below them. One that cannot be read counts by its text.
    """
    made = {}
    around = {folder for path in known for folder in folders_of(path)}
    for file in files:
        path = os.path.abspath(file.name)
        reading = _Reading(tree, path, os.path.dirname(file.real), roots, known=known, around=around)
        try:
            data = tree.contents(file.real)
        except (OSError, Unreadable) as why:
            made[path] = BuildFile(tree.shown(file.name), {"text": str(why)}, {})
            continue
        steps, resources = reading.of(data)
        if os.path.basename(path) == KPTFILE or reading.names_roots or reading.is_below:
            made[path] = BuildFile(tree.shown(file.name), steps, resources)
    return made


class _Reading:
    """Of one file; `names_roots` tells whether it names what is below the roots."""

    def __init__(
        self, tree: Tree, path: str, folder: str, roots: Sequence[str], *, known: set[str], around: set[str]
    ) -> None:
        """`around` are the folders of the files that are known."""
        self.tree = tree
        self.path = path
        self.folder = folder
        self.roots = roots
        self.known = known
        self.around = around
        self.top = tree.top(folder)
        self.is_below = any(is_inside(folder, root) for root in roots)
        self.names_roots = False

    def of(self, data: bytes) -> tuple[dict[str, Any], dict[str, Any]]:
        """(steps, resources)."""
        try:
            documents = split(decode(data))
            value = read(documents[0].text).value if documents else None
        except Unreadable:
            value = data.decode(errors="replace")
        if not isinstance(value, dict):
            return ({"text": value} if value else {}), {}
        if os.path.basename(self.path) == KPTFILE:
            pipeline = value.get("pipeline")
            mutators = pipeline.get("mutators") if isinstance(pipeline, dict) else None
            return ({"pipeline": self.step(mutators)} if mutators else {}), {}
        resources = {}
        for text in (text for key in _RESOURCES for text in _texts(value.get(key))):
            whole = self.absolute(text)
            is_read = whole in self.known or whole in self.around
            self.names_roots |= is_read
            resources[whole or text] = None if is_read else self.content(text)
        left = {key: one for key, one in value.items() if key not in (*_INERT, *_RESOURCES) and one}
        steps = {key: self.step(one) for key, one in left.items()}
        for key, folder in _charts(value):
            steps[key][1][folder] = self.held(folder)
        return steps, resources

    def step(self, value: Any) -> tuple[Any, dict[str, Content]]:
        """The value, and what the files hold that it names and that are not compared by themselves."""
        named = {text.rpartition("=")[2] for text in _texts(value)}
        others = {text for text in named if self.absolute(text) not in self.known}
        self.names_roots |= others != named
        contents = {text: self.content(text) for text in others}
        return value, {text: content for text, content in contents.items() if content is not None}

    def absolute(self, text: str) -> str | None:
        """The path that a text is, if it can be one."""
        if "\n" in text or "://" in text or not text or len(text) > _LONGEST_PATH:
            return None
        return os.path.normpath(os.path.join(os.path.dirname(self.path), text))

    def content(self, text: str) -> Content:
        """What the file or folder holds that a text names; None where it names none that may be read."""
        if self.absolute(text) is None:
            return None
        try:
            real = self.tree.real(os.path.join(self.folder, text))
            if not any(is_inside(real, root) for root in ((self.top,) if self.top is not None else self.roots)):
                return None
            self.names_roots |= any(is_inside(real, root) or is_inside(root, real) for root in self.roots)
            kind = self.tree.kind(real)
            if kind == FOLDER:
                return None if any(is_inside(real, root) for root in self.roots) else self._below(real)
            return self.tree.contents(real) if kind == FILE else None
        except (OSError, Unreadable, ValueError):
            return None

    def held(self, folder: str) -> Content:
        """All files of a local chart, wherever it is; None where it is not on the disk, since kustomize pulls it."""
        try:
            real = self.tree.real(os.path.join(self.folder, folder))
            is_here = self.top is None or is_inside(real, self.top)
            return self._below(real) if is_here and self.tree.kind(real) == FOLDER else None
        except (OSError, Unreadable, ValueError):
            return None

    def _below(self, folder: str) -> dict[str, Content]:
        held: dict[str, Content] = {}
        for name, kind in self.tree.entries(folder):
            path = os.path.join(folder, name)
            if any(is_inside(root, path) for root in self.roots) or name == ".git":
                continue
            if kind == FILE:
                held[name] = self.tree.contents(path)
            elif kind == FOLDER:
                held[name] = self._below(path)
        return held


def _charts(value: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """(field, folder) of each chart of a kustomization: chartHome is `charts` where nothing sets it."""
    shared = value.get("helmGlobals")
    home = shared.get("chartHome") if isinstance(shared, dict) else None
    for key, name in _CHARTS.items():
        for one in value[key] if isinstance(value.get(key), list) else ():
            if isinstance(one, dict) and isinstance(one.get(name), str):
                yield key, os.path.join(str(one.get("chartHome") or home or "charts"), one[name])


def folders_of(path: str) -> Iterator[str]:
    """The folder of a path and all folders above it, the innermost first."""
    while (folder := os.path.dirname(path)) not in ("", path):
        yield folder
        path = folder


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for one in value if isinstance(value, list) else value.values():
            yield from _texts(one)
