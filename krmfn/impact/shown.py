"""Which values of a change may be shown: numbers and Kubernetes' own words, never a text that a user chose freely."""

from __future__ import annotations

from krmfn.core.text import quotable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Path = tuple[str | int, ...]

_WORDS = frozenset(
    (
        "Retain", "Delete", "Parallel", "OrderedReady", "RollingUpdate", "OnDelete", "TCP", "UDP", "SCTP", "Always",
        "IfNotPresent", "Never", "DoNotSchedule", "ScheduleAnyway", "Honor", "Ignore", "None", "ClusterIP", "NodePort",
        "LoadBalancer", "AlwaysAllow", "IfHealthyBudget", "DISABLE", "ISTIO_MUTUAL", "ReadWriteOnce", "Filesystem",
        "RuntimeDefault", "OnRootMismatch",
    )
)  # fmt: skip
_SILENT = frozenset(
    ("annotations", "labels", "matchLabels", "selector", "env", "command", "args", "data", "stringData")
)
"""Below these stands what a user chose, and so perhaps a secret."""


def shown_value(path: Path, value: Any) -> str | None:
    """The text for a value, or None where there is none or it must not be shown."""
    if value is None or _SILENT.intersection(part for part in path if isinstance(part, str)):
        return None
    if path[-1:] == ("image",):
        version = image_version(value)
        return ".".join(map(str, version)) if version else None
    if isinstance(value, str) and value in _WORDS:
        return value
    text = quotable(value)
    return text.strip('"') if text else None


def image_version(image: object) -> tuple[int, ...] | None:
    """The numbers that a tag begins with, of at least two: `nats:2.14.2-scratch` is (2, 14, 2); None without."""
    tag = image.partition("@")[0].rpartition("/")[2].partition(":")[2] if isinstance(image, str) else ""
    numbers = []
    for part in tag.removeprefix("v").split(".")[:3]:
        digits = part[: len(part) - len(part.lstrip("0123456789"))]
        if not digits or len(digits) > 6 or not digits.isascii():
            break
        numbers.append(int(digits))
        if digits != part:
            break
    return tuple(numbers) if len(numbers) > 1 else None
