"""Reads one document: fast where it is as people and kpt write it, else with PyYAML."""

from __future__ import annotations

from krmfn.wire import fast

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.wire.reading import Reading


def read(text: str) -> Reading:
    """The document's value, lines and problems. Raises Unreadable."""
    reading = fast.read(text)
    if reading is None:
        from krmfn.wire import slow

        reading = slow.read(text)
    return reading
