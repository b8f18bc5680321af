"""The metadata of an object without the rest of it: what a list of many children is searched for."""

from __future__ import annotations

from krmfn.wire import fast

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def metadata(item: str) -> dict[str, Any] | None:
    """The metadata of a block list item at column 0 whose head is regular (`head` gives one); None when not sure."""
    start = item.find("\n  metadata:\n")
    if start < 0 or not item.startswith("- "):
        return None
    start += 1
    end = item.find("\n", start) + 1
    while item.startswith("    ", end):
        end = item.find("\n", end) + 1 or len(item)
    reading = fast.read(item[start:end])
    value = reading.value.get("metadata") if reading is not None and isinstance(reading.value, dict) else None
    return value if isinstance(value, dict) else None
