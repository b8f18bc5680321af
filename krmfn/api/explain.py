"""What is wrong with a resource that `accept` declined: all faults in one run, or its spec after all."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError

from krmfn.api import faults
from krmfn.api.forms import TAGS
from krmfn.api.nats import NATS
from krmfn.api.render_nats import RenderNATS
from krmfn.api.rules import violations
from krmfn.api.table import NATS as NATS_TABLE
from krmfn.api.table import RENDER_NATS as CONFIG_TABLE
from krmfn.model.finding import error
from krmfn.model.objects import API_VERSION, KIND

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pydantic_core import ErrorDetails

    from krmfn.model.finding import Finding

M = TypeVar("M", bound=BaseModel)
_SOPS = "sops"
"""The key that SOPS adds to what it encrypts."""


def explain(value: object) -> tuple[dict[str, Any] | None, list[Finding]]:
    """The defaulted `spec` of a NATS CR and no finding, or None and an error finding for each fault.

    Rules that look at two fields are held against every part whose type is right, whatever is wrong elsewhere.
    """
    if isinstance(value, dict) and _SOPS in value:
        text = f"the {KIND} is encrypted with SOPS; decrypt it first: sops decrypt FILE"
        return None, [error("encrypted", text, (_SOPS,))]
    model, found = _checked(NATS, value, NATS_TABLE)
    found += violations(value.get("spec") if isinstance(value, dict) else None)
    return (None, found) if found or model is None else (_dump(model.spec), [])


def sound_spec(value: object, faulty: Iterable[tuple[str | int, ...]]) -> dict[str, Any] | None:
    """The defaulted `spec` of a NATS CR without the fields at some paths; None where the rest is not sound either."""
    spec = deepcopy(value.get("spec")) if isinstance(value, dict) else None
    rest = {"apiVersion": API_VERSION, "kind": KIND, "metadata": {"name": "nats"}, "spec": spec}
    for path in sorted(set(faulty), key=len, reverse=True):
        if path[:1] == ("spec",):
            _remove(rest, path)
    return explain(rest)[0]


def _remove(value: Any, path: tuple[str | int, ...]) -> None:
    """Remove a field, or where it is missing or an entry of a list the field that should have it."""
    above: list[tuple[dict[str, Any], str]] = []
    for part in path:
        if not isinstance(value, dict) or not isinstance(part, str) or part not in value:
            break
        above.append((value, part))
        value = value[part]
    if len(above) > 1:
        holder, name = above[-1]
        del holder[name]


def explain_config(value: object) -> tuple[dict[str, Any] | None, list[Finding]]:
    """What the `spec` of a RenderNATS states and no finding, or None and an error finding for each fault."""
    model, found = _checked(RenderNATS, value, CONFIG_TABLE)
    return (None, found) if model is None else (_dump(model.spec), [])


def _checked(kind: type[M], value: object, table: dict[str, Any]) -> tuple[M | None, list[Finding]]:
    try:
        return kind.model_validate(value), []
    except ValidationError as caught:
        return None, [faults.finding(detail, table) for detail in map(_plain, caught.errors(include_url=False))]


def _plain(detail: ErrorDetails) -> ErrorDetails:
    return {**detail, "loc": tuple(part for part in detail["loc"] if part not in TAGS)}


def _dump(spec: BaseModel) -> dict[str, Any]:
    return spec.model_dump(by_alias=True, exclude_none=True)
