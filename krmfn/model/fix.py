"""A fix: the one edit of an object that answers a finding. Where the edit stands in a file is not known here."""

from __future__ import annotations

from krmfn.model.text import distance

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from krmfn.model.objects import FieldPath


REPLACE, RENAME, ADD, REMOVE, QUOTE = "replace", "rename", "add", "remove", "quote"
"""Another value; another key for the same value; a key that is missing; a key that goes; the same text as a string."""
_SHORT = 5
"""Letters up to which a word may differ by one from what was meant, and above which by two."""


class Fix:
    """One edit: `operation`, the `path` at which it is made, the new `value`, and whether it is `safe`.

    `value` is the new key for a rename, None for a removal, and for a quote the string that it becomes, None where that
    is not shown. A safe fix says what was written already, in the right spelling; any other changes what it means.
    """

    __slots__ = ("operation", "path", "safe", "value")

    def __init__(self, operation: str, path: FieldPath, value: Any = None, *, safe: bool) -> None:
        self.operation = operation
        self.path = path
        self.value = value
        self.safe = safe

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Fix) and all(getattr(self, name) == getattr(other, name) for name in self.__slots__)

    def __hash__(self) -> int:
        return hash((self.operation, self.path))

    def __repr__(self) -> str:
        return f"Fix({self.operation}, {self.path}, {self.value!r}, safe={self.safe})"


def replaced(path: FieldPath, value: Any, *, safe: bool = False) -> Fix | None:
    """Another value at a path; None where there is none to write."""
    return None if value is None else Fix(REPLACE, path, value, safe=safe)


def renamed(path: FieldPath, name: str | None, known: Iterable[str]) -> Fix | None:
    """Another name for the key at the end of a path; None where none of the `known` ones is near."""
    return None if name is None else Fix(RENAME, path, name, safe=is_misspelled(str(path[-1]), name, known))


def respelled(path: FieldPath, value: str, meant: str | None, known: Iterable[str]) -> Fix | None:
    """One of the `known` values instead of another; None where none is near."""
    return None if meant is None else Fix(REPLACE, path, meant, safe=is_misspelled(value, meant, known))


def is_misspelled(word: str, meant: str, known: Iterable[str]) -> bool:
    """Whether a word is surely one known name, misspelled: hardly a letter differs, and no other is as near."""
    written = word.strip().lower()
    steps = distance(written, meant.lower())
    if steps > (1 if len(meant) <= _SHORT else 2):
        return False
    return all(name == meant or distance(written, name.lower()) > steps for name in known)


def is_same_amount(written: str) -> bool:
    """Whether a size that is spelled wrong means one amount only: `1 gi` does; `20GB` and `1,5Gi` may mean two."""
    text = "".join(c for c in written.lower() if c.isascii() and (c.isalnum() or c in ".,"))
    return text.rstrip("b").endswith("i") and "," not in text
