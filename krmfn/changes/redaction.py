"""Which values of a change may be shown: numbers and Kubernetes' own words, never a text that a user chose freely."""

from __future__ import annotations

from krmfn.cluster.images import image_version
from krmfn.model.text import quotable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from krmfn.model.objects import FieldPath


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
"""Fields whose values a user chooses, so that they may hold a secret."""


def shown_value(path: FieldPath, value: Any) -> str | None:
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
