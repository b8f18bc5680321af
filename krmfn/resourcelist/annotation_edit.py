"""Sets one annotation in the text of a block item, without touching any other line."""

from __future__ import annotations

from krmfn.goyaml import emitter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krmfn.goyaml.reading import Reading
    from krmfn.model.objects import Object


def annotated(obj: Object, key: str, value: str) -> Object:
    """A copy of an object with the annotation."""
    metadata = obj.get("metadata")
    metadata = dict(metadata) if isinstance(metadata, dict) else {}
    annotations = metadata.get("annotations")
    metadata["annotations"] = {**(annotations if isinstance(annotations, dict) else {}), key: value}
    return {**obj, "metadata": metadata}


def edits(text: str, reading: Reading, key: str, value: str) -> Iterator[str]:
    """Texts that may hold the annotation, best first; the caller reads them to see which one does.

    `text` is an item of a block list, `reading` what it reads as.
    """
    entry = f"{emitter.scalar(key)}: {emitter.scalar(value)}"
    rows = text.split("\n")
    lines = reading.lines
    metadata, annotations = lines.get(("metadata",)), lines.get(("metadata", "annotations"))
    if annotations is not None:
        existing = [line for path, line in lines.items() if path[:2] == ("metadata", "annotations") and len(path) == 3]
        at = lines.get(("metadata", "annotations", key))
        if at is not None:
            yield _replaced(rows, at - 1, entry)
        elif existing and min(existing) > annotations:
            yield _inserted(rows, annotations, _indent(rows[min(existing) - 1]) + entry)
        elif rows[annotations - 1].rstrip(" \r").endswith((" {}", ":", " null")):
            row = rows[annotations - 1]
            head = row[: row.index(":") + 1]
            yield _with_row(rows, annotations - 1, [head, f"{_indent(row)}  {entry}"])
        else:
            yield _with_row(rows, annotations - 1, [rows[annotations - 1].replace("{", f"{{{entry}, ", 1)])
    elif metadata is not None:
        children = [line for path, line in lines.items() if path[:1] == ("metadata",) and len(path) == 2]
        if children and min(children) > metadata:
            pad = _indent(rows[min(children) - 1])
            yield _inserted(rows, metadata, f"{pad}annotations:\n{pad}  {entry}")


def _indent(row: str) -> str:
    return row[: len(row) - len(row.lstrip(" "))]


def _replaced(rows: list[str], at: int, entry: str) -> str:
    """An entry on one line replaced, its comment kept when it surely is one."""
    row = rows[at]
    comment = row[row.rfind(" #") :] if " #" in row else ""
    return _with_row(rows, at, [_indent(row) + entry + ("" if "'" in comment or '"' in comment else comment)])


def _inserted(rows: list[str], after: int, row: str) -> str:
    """A row put behind line `after`, counted from 1."""
    return "\n".join([*rows[:after], row, *rows[after:]])


def _with_row(rows: list[str], at: int, new: list[str]) -> str:
    return "\n".join([*rows[:at], *new, *rows[at + 1 :]])
