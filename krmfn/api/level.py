"""What every level of a resource that a user writes has in common: closed, strict, and a null counts as absent."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    WithJsonSchema,
    model_validator,
)
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError, PydanticKnownError

from krmfn.api.accept import QUANTITY
from krmfn.model.names import is_dns_label, is_dns_subdomain

SUBDOMAIN = r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$"
LABEL_OR_EMPTY = r"^([a-z0-9]([-a-z0-9]*[a-z0-9])?)?$"
_QUANTITY = re.compile(QUANTITY.removesuffix("$"), re.ASCII)


class Level(BaseModel):
    """A level on which an unknown field is an error. Fields have the type that the API server wants."""

    model_config = ConfigDict(strict=True, extra="forbid", alias_generator=to_camel)

    @model_validator(mode="before")
    @classmethod
    def _nulls_are_absent(cls, value: Any) -> Any:
        """The API server drops the null of a known field before it looks for a default."""
        if not isinstance(value, dict):
            return value
        known = {field.alias for field in cls.model_fields.values()}
        return {key: item for key, item in value.items() if item is not None or key not in known}


def without_nulls(value: Any) -> Any:
    """The API server drops the nulls of a map; a key that is not a string cannot be sent to it."""
    if not isinstance(value, dict):
        return value
    if not all(isinstance(key, str) for key in value):
        raise PydanticCustomError("key_type", "a key is not a string")
    for key in value:
        _unicode(key)
    return {key: item for key, item in value.items() if item is not None}


def _unicode(value: str) -> str:
    """Half a surrogate pair can be neither sent nor printed."""
    if not value.isascii() and any("\ud800" <= c <= "\udfff" for c in value):
        raise PydanticCustomError("string_unicode", "half a surrogate pair")
    return value


def whole(value: Any) -> Any:
    """The value, an integral float as the integer that it is in JSON. What int64 cannot hold is a `number`: refused."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        raise PydanticKnownError("int_type")
    return value


def _int_or_quantity(value: Any) -> int | str:
    value = whole(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if not isinstance(value, str):
        raise PydanticCustomError("int_or_string_type", "neither integer nor string")
    if not _QUANTITY.fullmatch(value):
        raise PydanticKnownError("string_pattern_mismatch", {"pattern": QUANTITY})
    return value


def _subdomain(value: str) -> str:
    if not is_dns_subdomain(value):
        raise PydanticCustomError("subdomain", "not an RFC 1123 subdomain")
    return value


def _label_or_empty(value: str) -> str:
    if value and not is_dns_label(value):
        raise PydanticCustomError("label", "not an RFC 1123 label")
    return value


def _in_order(value: dict[str, Any]) -> dict[str, Any]:
    return dict(sorted(value.items()))


Text = Annotated[str, AfterValidator(_unicode)]
Integer = Annotated[int, BeforeValidator(whole)]
IntOrQuantity = Annotated[
    int | str, PlainValidator(_int_or_quantity), WithJsonSchema({"type": ["integer", "string"], "pattern": QUANTITY})
]
StringMap = Annotated[dict[str, Text], BeforeValidator(without_nulls), AfterValidator(_in_order)]
QuantityMap = Annotated[dict[str, IntOrQuantity], BeforeValidator(without_nulls), AfterValidator(_in_order)]
Subdomain = Annotated[
    str, AfterValidator(_subdomain), WithJsonSchema({"type": "string", "pattern": SUBDOMAIN, "maxLength": 253})
]
LabelOrEmpty = Annotated[
    str,
    AfterValidator(_label_or_empty),
    WithJsonSchema({"type": "string", "pattern": LABEL_OR_EMPTY, "maxLength": 63}),
]


def _stored(description: str) -> Any:
    """A field that a dump of a cluster holds and krmfn does not read."""
    return Field(default=None, description=f"{description} Ignored.")


class ObjectMeta(Level):
    """All that Kubernetes 1.37 knows in `metadata`. Any other field is a mistake: the API server would drop it."""

    name: Text | None = Field(default=None, description="Name of the object.")
    namespace: Text | None = Field(default=None, description="Namespace of the object.")
    labels: StringMap | None = Field(default=None, description="Labels of the object.")
    annotations: StringMap | None = Field(default=None, description="Annotations of the object.")
    generate_name: Any = _stored("Prefix of a name that the API server generates.")
    uid: Any = _stored("Set by the API server.")
    resource_version: Any = _stored("Set by the API server.")
    generation: Any = _stored("Set by the API server.")
    creation_timestamp: Any = _stored("Set by the API server.")
    deletion_timestamp: Any = _stored("Set by the API server.")
    deletion_grace_period_seconds: Any = _stored("Set by the API server.")
    self_link: Any = _stored("Set by API servers before Kubernetes 1.20.")
    managed_fields: Any = _stored("Set by the API server: which field manager owns which field.")
    owner_references: Any = _stored("Owners: when they are deleted, the garbage collector deletes this object.")
    finalizers: Any = _stored("Names of controllers that must finish before the object is deleted.")
