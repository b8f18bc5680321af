"""One object by itself: its shape, and its values as far as faults of the shape do not explain them."""

from __future__ import annotations

from krmfn.checks.shape import shape
from krmfn.checks.values import values

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.model.finding import Finding
    from krmfn.model.objects import Object


def faults(obj: Object, version: str) -> list[Finding]:
    """Everything that an API server would refuse of one object, in one run.

    Args:
        obj: an object with apiVersion and kind
        version: the minor version of Kubernetes that takes it, such as "1.34"

    Returns:
        findings with path and code, without a place. A field that was misspelled is not told as missing too: where the
        shape is wrong, nothing is said of the values of the map around it.
    """
    found = shape(obj, version)
    return found + values(obj, [one.path for one in found])
