"""Changes that an API server with the CRD of NATS rejects. They decide nothing unless such a server is known."""

from __future__ import annotations

from krmfn.api.rules import transitions
from krmfn.model.objects import GROUP, KIND, owner_mark

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krmfn.comparison.state import State
    from krmfn.model.finding import Finding

_DEFINITIONS = ("apiextensions.k8s.io", "CustomResourceDefinition")


class Refusal:
    """A step that one of the CRD's rules rejects.

    `is_allowed`: the annotation of the NATS names its code. `decides`: nothing allows it, and a server with the CRD is
    known, since the CRD or a NATS from a cluster is among the input.
    """

    __slots__ = ("decides", "finding", "is_allowed")

    def __init__(self, finding: Finding, *, is_known: bool, is_allowed: bool) -> None:
        self.finding = finding
        self.is_allowed = is_allowed
        self.decides = is_known and not is_allowed


def refusals(old: State, new: State) -> Iterator[Refusal]:
    """The rejected steps of every NATS that both states have."""
    is_known = _has_server(old) or _has_server(new)
    for key, (source, cr) in new.crs.items():
        if key not in old.crs:
            continue
        codes = new.allowed.get(owner_mark(cr.namespace, cr.name), ())
        for finding in transitions(old.crs[key][1].spec, cr.spec):
            yield Refusal(source.place(finding), is_known=is_known, is_allowed=finding.code in codes)


def _has_server(state: State) -> bool:
    """Whether the CRD is among the objects, or a NATS that an API server has stored."""
    for key, obj in state.objects.items():
        names = obj.get("spec", {}).get("names") if isinstance(obj.get("spec"), dict) else None
        kind = names.get("kind") if isinstance(names, dict) else None
        if (key.group, key.kind) == _DEFINITIONS and key.name.endswith(f".{GROUP}") and kind == KIND:
            return True
    return any(_is_stored(source.value()) for source, _ in state.crs.values())


def _is_stored(value: object) -> bool:
    metadata = value.get("metadata") if isinstance(value, dict) else None
    return isinstance(metadata, dict) and bool(metadata.get("uid"))
