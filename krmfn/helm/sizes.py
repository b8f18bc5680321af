"""Sizes as the chart writes them into nats.conf, and as a NATS has them."""

from __future__ import annotations

from krmfn.cluster.storage import human
from krmfn.model.quantity import NotAQuantity, Quantity
from krmfn.natsconf.parser import SUFFIXES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def conf_bytes(value: Any) -> int | None:
    """Bytes of a size that is in nats.conf without quotes, where 1G is decimal and 1GB binary; None for no size."""
    if isinstance(value, bool):
        return None
    text = str(value).strip()
    digits = len(text) - len(text.lstrip("0123456789"))
    unit = SUFFIXES.get(text[digits:].lower())
    return int(text[:digits]) * unit if digits and unit is not None else None


def claim_bytes(value: Any) -> int | None:
    """Bytes of a volume; None for what is not a quantity of at least one byte."""
    if isinstance(value, (bool, float, type(None))):
        return None
    try:
        size = Quantity(value).whole()
    except NotAQuantity:
        return None
    return size if size is not None and size > 0 else None


def as_quantity(size: int) -> str | int:
    """Bytes as a field of a NATS has them: `10Gi`, or a plain number."""
    text = human(size)
    return int(text) if text.isdigit() else text
