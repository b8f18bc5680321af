"""Reads one document: fast where it is as people and kpt write it, else with PyYAML."""

from __future__ import annotations

from krmfn.goyaml import fast_reader
from krmfn.goyaml.errors import Unreadable

TYPE_CHECKING = False
if TYPE_CHECKING:
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
