"""Reads one document: fast where it is as people and kpt write it, else with PyYAML."""

from __future__ import annotations

from krmfn.goyaml import fast_reader
from krmfn.goyaml.errors import Unreadable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from krmfn.goyaml.reading import Reading


def read(text: str) -> Reading:
    """The document's value, lines and problems. Raises Unreadable."""
    reading = fast_reader.read(text)
    if reading is None:
        from krmfn.goyaml import full_reader

        try:
            reading = full_reader.read(text)
        except Unreadable as why:
            from krmfn.goyaml.lookalikes import diagnosed

            raise diagnosed(text, why) from None
    return reading


def reader_of(name: str) -> Callable[[str], Reading]:
    """The reader for the documents of a file of that name: for `*.json` one that takes JSON only."""
    return read_json if name.endswith(".json") else read


def read_json(text: str) -> Reading:
    """The same for a JSON document. Raises Unreadable, with `not-json` for what only YAML allows."""
    from krmfn.goyaml.json_faults import fault

    try:
        reading = read(text)
    except Unreadable as why:
        raise (fault(text) if why.code == "unreadable-yaml" else None) or why from None
    wrong = fault(text)
    if wrong is not None:
        raise wrong
    return reading
