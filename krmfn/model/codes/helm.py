"""What the codes of `krmfn import` mean: verdicts about values of the official NATS Helm chart."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.model.codes.files import Meaning

HELM: dict[str, Meaning] = {
    "helm-ignored": (
        "error",
        "The chart has no such value, or does not use it with the others, and ignores it without a message.",
        "Write the path that the message names, or remove the value.",
    ),
    "helm-invalid": (
        "error",
        "The chart or nats-server cannot use the value: rendering fails, or the server does not start, or is not safe.",
        "Fix the value as the message says.",
    ),
    "helm-not-portable": (
        "error",
        "The chart uses the value, and krmfn has no equivalent.",
        "Do what the message says, or go on without it: --accept helm-not-portable.",
    ),
    "helm-open": (
        "error, warning",
        "Servers of the chart ask clients for credentials, and servers of the result would let everybody in.",
        "Write users into the values that krmfn can take, or set auth in the RenderNATS: --accept helm-open.",
    ),
    "helm-taken": ("info", "The value is in the NATS or the RenderNATS, or krmfn does the same by itself.", "Nothing."),
    "helm-default": ("info", "The value is the default of the chart.", "Nothing."),
    "helm-replaced": ("info", "A later values file sets the same value.", "Nothing."),
    "helm-difference": (
        "info",
        "The chart does something by default that a rendered cluster does differently.",
        "Read it before you move clients or data.",
    ),
    "helm-equal": ("info", "The chart and krmfn render the same here.", "Nothing."),
    "helm-differs": (
        "warning, info",
        "The chart and krmfn render different things here; a warning if no reason is known.",
        "Read the reason. If there is none, find out before you move.",
    ),
    "helm-failed": ("error", "helm could not render the chart.", "Run helm template with the same values."),
    "values-not-found": ("error", "A values file has nothing at the path of --at.", "Name a key of the file."),
    "not-values": (
        "error",
        "The file has no map of values.",
        "Name a values file, or where the values are with --at.",
    ),
}
