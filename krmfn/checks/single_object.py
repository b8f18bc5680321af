"""One object by itself: its shape, and its values as far as faults of the shape do not explain them."""

from __future__ import annotations

from krmfn.checks.shape import shape
from krmfn.checks.values import values
from krmfn.model.lookup import at
from krmfn.model.objects import OWNER
from krmfn.model.patterns import patterned

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.model.finding import Finding
    from krmfn.model.objects import Object

_KINDS = frozenset(
    ["ConfigMap", "Deployment", "NetworkPolicy", "PodDisruptionBudget", "Service", "ServiceAccount", "StatefulSet"]
)
"""Kinds whose rules ask of a name nothing but its length and where it has letters, digits and dashes."""
_GROUPS = frozenset(["v1", "apps/v1", "networking.k8s.io/v1", "policy/v1"])
_MEANT = "hugepages-"
"""The one word of the rules of these kinds that a name could complete."""
_SOUND: set[tuple[str, str]] = set()
_SOUND_MOST = 256


def faults(obj: Object, version: str) -> list[Finding]:
    """Everything that an API server would refuse of one object, in one run.

    Args:
        obj: an object with apiVersion and kind
        version: the minor version of Kubernetes that takes it, such as "1.34"

    Returns:
        findings with path and code, without a place. A field that was misspelled is not told as missing too: where the
        shape is wrong, nothing is said of the values of the map around it. An object that differs from one without
        faults in its names alone has none.
    """
    alike = likeness(obj)
    if alike is not None and (version, alike) in _SOUND:
        return []
    found = shape(obj, version)
    found += values(obj, [one.path for one in found])
    if alike is not None and not found:
        if len(_SOUND) >= _SOUND_MOST:
            _SOUND.clear()
        _SOUND.add((version, alike))
    return found


def likeness(obj: Object) -> str | None:
    """The object as a text that is the same for all that differ from it in the name of their NATS and in the namespace.

    Both names stand there as their pattern: so many letters, digits and dashes. The name is that of the owner mark, or
    else that of the object. A name is left as it is unless it starts with two letters and has a digit and a dash: no
    word of a schema or rule is like that, nor a quantity, a duration or an address, so that no such name means
    anything to a rule. None for kinds with other rules (patterns, PromQL, base64), and where a name could be a part of
    an escape.
    """
    if obj.get("kind") not in _KINDS or obj.get("apiVersion") not in _GROUPS:
        return None
    metadata = at(obj, "metadata")
    mark = at(metadata, "annotations").get(OWNER)
    name = mark.rpartition("/")[2] if isinstance(mark, str) else metadata.get("name")
    try:
        text = repr(obj)
    except ValueError:  # an integer of thousands of digits
        return None
    return None if _MEANT in text else patterned(text, (name, metadata.get("namespace")))
