"""The annotations that kpt and kustomize put on items to remember where they came from."""

from __future__ import annotations

from krmfn.model.objects import owner_mark

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

PATH, INDEX = "internal.config.kubernetes.io/path", "internal.config.kubernetes.io/index"
PACKAGE_PATH = "internal.config.kubernetes.io/package-path"
LEGACY_PATH, LEGACY_INDEX = "config.kubernetes.io/path", "config.kubernetes.io/index"
LOCAL_CONFIG = "config.kubernetes.io/local-config"
ORIGIN = "config.kubernetes.io/origin"
KUSTOMIZE_ID = "kustomize.config.k8s.io/id"
_PREVIOUS_NAMES = "internal.config.kubernetes.io/previousNames"
_PREVIOUS_NAMESPACES = "internal.config.kubernetes.io/previousNamespaces"
RESOURCE_ID = "/kpt-resource-id"
"""Ends the annotation by which kpt tells apart the items that `selectors` or `exclude` let through."""
_PREFIXES = ("internal.config.kubernetes.io/", "internal.config.k8s.io/", "internal.kpt.dev/")
_KEYS = frozenset(
    (
        LEGACY_PATH,
        LEGACY_INDEX,
        "config.k8s.io/id",
        "config.kubernetes.io/id",
        ORIGIN,
        "alpha.config.kubernetes.io/transformations",
        KUSTOMIZE_ID,
    )
)


def earlier_marks(annotations: dict[str, str]) -> list[str]:
    """The owner marks that an object's children had before kustomize renamed or moved the object in the same build."""
    names = annotations.get(_PREVIOUS_NAMES, "").split(",")
    spaces = annotations.get(_PREVIOUS_NAMESPACES, "").split(",")
    return [mark for name in names if name for space in spaces for mark in (owner_mark(space, name), name)]


def is_hosts(key: str) -> bool:
    """Whether an annotation is the host's own, to be kept on its item and never copied to another."""
    return key.startswith(_PREFIXES) or key in _KEYS


def of(obj: dict[str, Any]) -> dict[str, str]:
    """The annotations of an object whose shape is not known to be right; those that are not strings are left out."""
    metadata = obj.get("metadata")
    annotations = metadata.get("annotations") if isinstance(metadata, dict) else None
    if not isinstance(annotations, dict):
        return {}
    return {key: value for key, value in annotations.items() if isinstance(value, str)}


def built_from(annotations: dict[str, str]) -> str | None:
    """The file from which kustomize built an object, relative to the folder of the build (`originAnnotations`).

    None where none is told, and for a file of another repository.
    """
    lines = dict(line.partition(": ")[::2] for line in annotations.get(ORIGIN, "").splitlines())
    return lines.get("path") if "repo" not in lines else None


def file_of(annotations: dict[str, str]) -> str | None:
    """The file that an item came from, relative to its package; None where it is unknown."""
    return annotations.get(PATH) or annotations.get(LEGACY_PATH)


def index_of(annotations: dict[str, str]) -> int | None:
    """The position of the item's document in its file, from 0; None where it is unknown."""
    index = annotations.get(INDEX) or annotations.get(LEGACY_INDEX) or ""
    return int(index) if index.isascii() and index.isdigit() and len(index) < 9 else None


def host_lines(text: str) -> list[int]:
    """The lines of a block-style item's text (from 1) that its file does not have.

    Those are the host's annotations of the object, and `annotations:` itself where nothing else is in it.
    """
    lines = text.split("\n")
    bare = text.lstrip(" ")
    pad = len(text) - len(bare) + (2 if bare.startswith("- ") else 0)
    metadata = _below(lines, 0, pad - 1, "metadata:")
    annotations = _below(lines, metadata, pad, "annotations:") if metadata else 0
    if not annotations:
        return []
    added, is_host, is_all, key = [], False, True, 0
    for number, indent in _inside(lines, annotations, _indent(lines[annotations - 1])):
        key = key or indent
        if indent == key:
            is_host = _is_host_line(lines[number - 1])
        if is_host:
            added.append(number)
        else:
            is_all = False
    return [annotations, *added] if added and is_all and lines[annotations - 1].endswith("annotations:") else added


def without_host_lines(text: str) -> str:
    """A block-style item's text with comments in the place of the lines that its file does not have."""
    if "annotations:" not in text:
        return text
    lines = text.split("\n")
    for number in host_lines(text):
        line = lines[number - 1]
        lines[number - 1] = f"{line[: len(line) - len(line.lstrip())]}#"
    return "\n".join(lines)


def _is_host_line(line: str) -> bool:
    return "/" in line and is_hosts(line.strip().partition(":")[0].strip("'\""))


def _below(lines: list[str], start: int, indent: int, key: str) -> int:
    """The line (from 1) of a key of the mapping behind the line `start`, deeper than `indent`; 0 without it."""
    child = -1
    for number, here in _inside(lines, start, indent):
        child = here if child < 0 else child
        if here == child and lines[number - 1][child:].startswith(key):
            return number
    return 0


def _inside(lines: list[str], start: int, outer: int) -> Iterator[tuple[int, int]]:
    """The lines (from 1) behind the line `start` that are deeper than `outer`, with their indents; no blank ones."""
    for number, line in enumerate(lines[start:], start + 1):
        indent = _indent(line)
        if indent == len(line) or (indent <= outer and line[indent] == "#"):
            continue
        if indent <= outer:
            return
        yield number, indent


def _indent(line: str) -> int:
    """Blanks before the text of a line, and the dash of an item."""
    indent = len(line) - len(line.lstrip(" "))
    return indent + 2 if line.startswith("- ", indent) else indent
