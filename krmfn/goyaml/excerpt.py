"""The head of an object whose whole text cannot be read: too large, a template, a tag that only its own tool knows."""

from __future__ import annotations

from krmfn.goyaml import reader
from krmfn.goyaml.errors import Unreadable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_KEYS = ("apiVersion", "kind", "metadata")
LONGEST = 64 * 1024
"""Characters of one of the three keys that are read; the API server takes 256 KiB of annotations, people write few."""


def excerpt(text: str) -> dict[str, Any]:
    """What can be read of apiVersion, kind and metadata, each by itself; a key that cannot be read is left out.

    `text` is a document, or an item of a block list with its dash. Empty where the text is not a block mapping, or has
    one of the three keys twice: then nothing is sure. Metadata that cannot be read as a whole is told without it.
    """
    found: dict[str, Any] = {}
    for rows in _entries(text):
        key = rows[0].partition(":")[0].rstrip(" ")
        if key.strip("\"'") not in _KEYS:
            continue
        if key in found or key not in _KEYS:
            return {}
        found[key] = None
        written = "\n".join(rows)
        try:
            value = reader.read(written).value if len(written) <= LONGEST else None
        except Unreadable:
            continue
        found[key] = value.get(key) if isinstance(value, dict) and len(value) == 1 else None
    return {key: value for key, value in found.items() if value is not None}


def _entries(text: str) -> list[list[str]]:
    """The lines of each top-level entry, moved to the first column; none where the text is not a block mapping."""
    lines = [line for line in text.split("\n") if line[:3] not in ("---", "...")]
    first = next((line for line in lines if line.strip() and not line.lstrip().startswith(("#", "%"))), "")
    indent = len(first) - len(first.lstrip(" "))
    if first.startswith("- ", indent):
        at = lines.index(first)
        lines[at] = first[:indent] + "  " + first[indent + 2 :]
        return _entries("\n".join(lines))
    entries: list[list[str]] = []
    for line in lines:
        bare = line[indent:]
        if line[:indent].strip(" ") and not line.lstrip().startswith("#"):
            return []  # further to the left than the first line: not one mapping
        if not bare.strip() or bare.startswith("#"):
            continue
        if bare[0] not in " \t-":
            entries.append([bare])
        elif entries:
            entries[-1].append(bare)
    return entries
