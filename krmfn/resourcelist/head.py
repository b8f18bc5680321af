"""What an object is, from a look at its first lines: no reading of the rest, and no answer where the look could err."""

from __future__ import annotations

from krmfn.goyaml import fast_reader
from krmfn.goyaml.scalars import disagreement, resolve
from krmfn.model.objects import ObjectRef
from krmfn.resourcelist.extent import has_foreign_breaks, is_closed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
_PLAIN = _LETTERS | frozenset("0123456789-./:_")
_OTHER = _LETTERS - frozenset("akm")
_KEY_OR_COMMENT = _LETTERS | frozenset("#")
_ODD = "?!&*<"
_KNOWN: dict[str, str | None] = {}
_KNOWN_MOST = 2048


def head(text: str) -> ObjectRef | None:
    """The reference to one block-style object, a document or an item behind `- `; "" for a name that is not there.

    None when it is not all there in simple form, each key once in its place; then only reading the object can tell.
    """
    if "\r" in text or has_foreign_breaks(text):
        return None
    if text.startswith("- "):
        pad, text = "\n  ", "\n  " + text[2:]
    elif text[:1] == " ":
        blanks = len(text) - len(text.lstrip(" "))
        dash = 2 if text.startswith("- ", blanks) else 0
        pad = "\n" + " " * (blanks + dash)
        text = pad + text[blanks + dash :]
    else:
        pad, text = "\n", "\n" + text
    return _head(text, pad)


def value_at(text: str, at: int, deeper: str) -> str | None:
    r"""The string that is behind a colon at `at` on one line; None when it is not surely a string.

    `deeper` is a line break and more blanks than stand before the key: a line that starts so might continue the value.
    """
    eol = text.find("\n", at)
    if eol < 0:
        eol = len(text)
    elif text[eol + 1 : eol + len(deeper)].isspace() and _goes_on(text, eol, deeper[1:]):
        return None
    written = text[at:eol]
    if written not in _KNOWN:
        if len(_KNOWN) >= _KNOWN_MOST:
            _KNOWN.clear()
        _KNOWN[written] = _string(written)
    return _KNOWN[written]


def _goes_on(text: str, eol: int, deeper: str) -> bool:
    """Whether the next line that is not blank starts with `deeper`."""
    while 0 <= eol < len(text):
        after = text.find("\n", eol + 1)
        row = text[eol + 1 : after if after >= 0 else len(text)]
        if row.strip(" "):
            return row.startswith(deeper)
        eol = after
    return False


def _head(text: str, pad: str) -> ObjectRef | None:
    """`pad` is the line break and the blanks before each top-level key, the first one too."""
    api_version = text.find(pad + "apiVersion")
    kind = text.find(pad + "kind")
    metadata = text.find(pad + "metadata")
    width = len(pad)
    if api_version < 0 or kind < 0 or not text.startswith("metadata:\n", metadata + width):
        return None
    if not (text.startswith("apiVersion: ", api_version + width) and text.startswith("kind: ", kind + width)):
        return None
    deeper = pad + " "
    group_version = value_at(text, api_version + width + 11, deeper)
    kind_name = value_at(text, kind + width + 5, deeper)
    if group_version is None or kind_name is None:
        return None
    found = _metadata(text, metadata + width + 10, deeper[1:])
    if found is None:
        return None
    name, namespace, end = found
    if not _is_flat(text[: max(end, text.find("\n", kind + 1), text.find("\n", api_version + 1))]):
        return None
    if _has_more(text, pad, (api_version, kind, metadata, end)):
        return None
    return ObjectRef(group_version, kind_name, namespace, name)


def _is_flat(text: str) -> bool:
    """Whether no quoted scalar or flow collection spans lines; an apostrophe in a comment line opens none."""
    if is_closed(text):
        return True
    rows = text.split("\n")
    return "#" in text and is_closed("\n".join([row for row in rows if not row.lstrip(" ").startswith("#")]))


def _metadata(text: str, at: int, deeper: str) -> tuple[str, str, int] | None:
    """Name, namespace and the end of the mapping whose first line starts at `at`; `deeper` starts each of its lines."""
    child = _blanks(text, at)
    if not child.startswith(deeper):
        return None
    name = namespace = None
    size, width, below, inner = len(text), len(child), child + " ", "\n" + child + " "
    while at < size:
        if text.startswith(below, at):
            pass
        elif text.startswith(child, at):
            if text.startswith("name: ", at + width) and name is None:
                name = value_at(text, at + width + 5, inner)
                if name is None:
                    return None
            elif text.startswith("namespace: ", at + width) and namespace is None:
                namespace = value_at(text, at + width + 10, inner)
                if namespace is None:
                    return None
            elif text.startswith("name", at + width) or text[at + width : at + width + 1] not in _KEY_OR_COMMENT:
                return None
        elif not _is_blank(text, at):
            if text.startswith(deeper, at):
                return None
            break
        at = text.find("\n", at) + 1 or size
    return name or "", namespace or "", at


def _is_blank(text: str, at: int) -> bool:
    """Whether the line at `at` is blank or a comment: in whatever column, it ends no mapping."""
    at += len(_blanks(text, at))
    return text[at : at + 1] in ("", "\n", "#")


def _blanks(text: str, at: int) -> str:
    end = at
    while text.startswith(" ", end):
        end += 1
    return text[at:end]


def _has_more(text: str, pad: str, known: tuple[int, int, int, int]) -> bool:
    """Whether one of the three keys may be there again, perhaps in quotes or behind an anchor or a tag.

    `known` is where they are, and where the line behind the metadata starts.
    """
    api_version, kind, metadata, end = known
    lines = text.count("\n") - text.count(pad + " ") - (text[-1] == "\n")
    first = end + len(pad) - 1
    if lines == 3 or (lines == 4 and text[first : first + 1] in _OTHER):
        return not _is_mapping(text, pad)
    return (
        text.find(pad + "kind", kind + 1) >= 0
        or text.find(pad + "metadata", metadata + 1) >= 0
        or text.find(pad + "apiVersion", api_version + 1) >= 0
        or pad + '"' in text
        or pad + "'" in text
        or any(char in text and pad + char in text for char in _ODD)
        or not _is_mapping(text, pad)
    )


def _is_mapping(text: str, pad: str) -> bool:
    """Whether a key comes first, for a text with keys; behind `|` the same lines would be the text of a scalar."""
    at = len(pad)
    while text.startswith(("#", "\n"), at):
        at = text.find(pad, at) + len(pad)
    return text[at : at + 1] in _LETTERS


def _string(written: str) -> str | None:
    """The string that a scalar on one line is, or None."""
    text = written.strip(" ")
    if text[:1] in ('"', "'"):
        inside, quote, rest = text[1:].partition(text[0])
        if not quote or "\\" in inside or (rest and not (rest[0] == " " and rest.lstrip(" ").startswith("#"))):
            return None
        return inside
    text = text.partition(" #")[0].rstrip(" ")
    if not text or not _PLAIN.issuperset(text) or text[-1] == ":" or text[0] in "-:":
        return None
    return text if isinstance(resolve(text), str) and disagreement(text) is None else None


def metadata(item: str) -> dict[str, Any] | None:
    """The metadata of a block list item at column 0 whose head is regular (`head` gives one); None when not sure."""
    start = item.find("\n  metadata:\n")
    if start < 0 or not item.startswith("- "):
        return None
    start += 1
    end = item.find("\n", start) + 1
    while item.startswith("    ", end):
        end = item.find("\n", end) + 1 or len(item)
    reading = fast_reader.read(item[start:end])
    value = reading.value.get("metadata") if reading is not None and isinstance(reading.value, dict) else None
    return value if isinstance(value, dict) else None
