"""What is wrong with a resource that `accept` declined: all faults in one run, or its spec after all."""

from __future__ import annotations

from krmfn.api import faults
from krmfn.api.accept import accept, accept_config
from krmfn.api.diagnosis import diagnose
from krmfn.api.rules import violations
from krmfn.api.table import NATS, RENDER_NATS
from krmfn.model.finding import error
from krmfn.model.misspellings import hidden
from krmfn.model.objects import API_VERSION, KIND

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from krmfn.model.finding import Finding
    from krmfn.model.objects import FieldPath

_SOPS = "sops"
"""The key that SOPS adds to what it encrypts."""


def explain(value: object) -> tuple[dict[str, Any] | None, list[Finding]]:
    """The defaulted `spec` of a NATS CR and no finding, or None and an error finding for each fault.

    Faults below a misspelled field are among them. Rules that look at two fields are held against every part whose
    type is right, whatever is wrong elsewhere.
    """
    if isinstance(value, dict) and _SOPS in value:
        text = f"the {KIND} is encrypted with SOPS; decrypt it first: sops decrypt FILE"
        return None, [error("encrypted", text, (_SOPS,))]
    broken = list(violations(value.get("spec") if isinstance(value, dict) else None))
    found = _diagnosed(value, NATS)
    if found is None:
        from krmfn.api.validation import validate

        spec, found = validate(value)
    else:
        spec = None if found or broken else accept(value)
    found = found + broken
    return (None, found + hidden(value, found, lambda one: explain(one)[1])) if found else (spec, [])


def unclear_scalars(problems: Iterable[Finding], value: object) -> list[Finding]:
    """What a reader has against scalars of a NATS CR, each with its fix where the type of the field tells it."""
    from krmfn.api.advice import for_unclear

    return [one.replace(fix=for_unclear(one.path, value, NATS)) for one in problems]


def sound_spec(value: object, faulty: Iterable[FieldPath]) -> dict[str, Any] | None:
    """The defaulted `spec` of a NATS CR without the fields at some paths; None where the rest is not sound either."""
    spec = value.get("spec") if isinstance(value, dict) else None
    for path in sorted(set(faulty), key=len, reverse=True):
        if path[:1] == ("spec",) and isinstance(spec, dict) and path[1:2] and path[1] in spec:
            spec = _without(spec, path[1:])
    return explain({"apiVersion": API_VERSION, "kind": KIND, "metadata": {"name": "nats"}, "spec": spec})[0]


def _without(value: dict[Any, Any], path: FieldPath) -> dict[Any, Any]:
    """The value without a field; where that is missing or an entry of a list, without the field that should have it."""
    name, rest = path[0], path[1:]
    below = value[name]
    if rest and isinstance(rest[0], str) and isinstance(below, dict) and rest[0] in below:
        return {**value, name: _without(below, rest)}
    return {key: item for key, item in value.items() if key != name}


def explain_config(value: object) -> tuple[dict[str, Any] | None, list[Finding]]:
    """What the `spec` of a RenderNATS states and no finding, or None and an error finding for each fault."""
    found = _diagnosed(value, RENDER_NATS)
    if found is None:
        from krmfn.api.validation import validate_config

        spec, found = validate_config(value)
    else:
        spec = None if found else accept_config(value)
    return (None, found + hidden(value, found, lambda one: explain_config(one)[1])) if found else (spec, [])


def _diagnosed(value: object, table: dict[str, Any]) -> list[Finding] | None:
    """The faults without the models; None: ask them."""
    details = diagnose(value, table)
    return None if details is None else [faults.finding(detail, table) for detail in details]
