"""What the models say of a resource. They are the authority, and to import them takes six times as long as a usual run.

`accept` and `diagnosis` say the same without them wherever they can.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError

from krmfn.api import faults
from krmfn.api.forms import TAGS
from krmfn.api.nats import NATS
from krmfn.api.render_nats import RenderNATS
from krmfn.api.table import NATS as NATS_TABLE
from krmfn.api.table import RENDER_NATS as CONFIG_TABLE

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

    from krmfn.model.finding import Finding

M = TypeVar("M", bound=BaseModel)


def validate(value: object) -> tuple[dict[str, Any] | None, list[Finding]]:
    """The defaulted `spec` of a NATS CR and no finding, or None and an error finding for each fault of a type."""
    model, found = _checked(NATS, value, NATS_TABLE)
    return (None, found) if model is None else (_dump(model.spec), [])


def validate_config(value: object) -> tuple[dict[str, Any] | None, list[Finding]]:
    """What the `spec` of a RenderNATS states and no finding, or None and an error finding for each fault."""
    model, found = _checked(RenderNATS, value, CONFIG_TABLE)
    return (None, found) if model is None else (_dump(model.spec), [])


def _checked(kind: type[M], value: object, table: dict[str, Any]) -> tuple[M | None, list[Finding]]:
    try:
        return kind.model_validate(value), []
    except ValidationError as caught:
        return None, [faults.finding(detail, table) for detail in map(_plain, caught.errors(include_url=False))]


def _plain(detail: ErrorDetails) -> dict[str, Any]:
    return {**detail, "loc": tuple(part for part in detail["loc"] if part not in TAGS)}


def _dump(spec: BaseModel) -> dict[str, Any]:
    return spec.model_dump(by_alias=True, exclude_none=True)
