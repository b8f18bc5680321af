"""JSON Schema (draft-07) of what a user writes, from the models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from krmfn.api.nats import NATS
from krmfn.api.render_nats import RenderNATS

if TYPE_CHECKING:
    from pydantic import BaseModel

MODELS: dict[str, type[BaseModel]] = {"NATS": NATS, "RenderNATS": RenderNATS}


def schema(kind: str) -> dict[str, Any]:
    """The schema of a kind, for editors and `check`; KeyError for an unknown kind.

    As with the API server, null counts as absent for every field that need not be there.
    """
    plain = _plain(kind)
    for level in [plain, *plain["definitions"].values()]:
        required = level.get("required", ())
        for name, field in level["properties"].items():
            level["properties"][name] = _alone(field) if name in required else _nullable(field)
    return {"$schema": "http://json-schema.org/draft-07/schema#", **plain}


def flat(kind: str) -> dict[str, Any]:
    """The schema without references and nulls, every level in its place: the source of `table` and of the reference."""
    plain = _plain(kind)
    made: dict[str, Any] = _inlined(plain, plain.pop("definitions"))
    return made


def _plain(kind: str) -> dict[str, Any]:
    """Pydantic's schema without its titles, without null, and with the keywords of draft-07."""
    made = MODELS[kind].model_json_schema(ref_template="#/definitions/{model}")
    definitions = {name: _tidy(level) for name, level in made.pop("$defs").items()}
    return {**_tidy(made), "title": kind, "definitions": definitions}


def _tidy(level: dict[str, Any]) -> dict[str, Any]:
    level = {key: value for key, value in level.items() if key != "title"}
    level["properties"] = {name: _field(field) for name, field in level["properties"].items()}
    return level


def _field(field: dict[str, Any]) -> dict[str, Any]:
    field = {key: value for key, value in field.items() if key != "title"}
    choices = [choice for choice in (field.pop("anyOf", None) or field.pop("oneOf", ())) if choice != {"type": "null"}]
    if len(choices) == 1 and "oneOf" in choices[0]:  # a field of two forms, which need not be there
        choices = choices[0]["oneOf"]
    if choices:
        field = {**(choices[0] if len(choices) == 1 else {"anyOf": choices}), **field}
    if "const" in field:
        field["enum"] = [field.pop("const")]
    if "default" in field:
        field["default"] = _without_nulls(field["default"])
        if field["default"] is None:
            del field["default"]
    return field


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nulls(item) for key, item in value.items() if item is not None}
    return value


def _alone(field: dict[str, Any], keyword: str = "allOf", *others: dict[str, Any]) -> dict[str, Any]:
    """A reference by itself, since draft-07 ignores what is beside one."""
    if "$ref" not in field:
        return field
    rest = {key: value for key, value in field.items() if key != "$ref"}
    return {keyword: [{"$ref": field["$ref"]}, *others], **rest}


def _nullable(field: dict[str, Any]) -> dict[str, Any]:
    """The same with null allowed, in a map also as a value."""
    if "$ref" in field:
        return _alone(field, "anyOf", {"type": "null"})
    if "anyOf" in field:
        return {**field, "anyOf": [*field["anyOf"], {"type": "null"}]}
    field = dict(field)
    if isinstance(field.get("additionalProperties"), dict):
        field["additionalProperties"] = _nullable(field["additionalProperties"])
    if "type" in field:
        kinds = field["type"]
        field["type"] = [*(kinds if isinstance(kinds, list) else [kinds]), "null"]
    if "enum" in field:
        field["enum"] = [*field["enum"], None]
    return field


def _inlined(node: Any, definitions: dict[str, Any]) -> Any:
    if isinstance(node, list):
        return [_inlined(item, definitions) for item in node]
    if not isinstance(node, dict):
        return node
    if isinstance(node.get("$ref"), str):
        target = definitions[node["$ref"].rpartition("/")[2]]
        node = {**target, **{key: value for key, value in node.items() if key != "$ref"}}
    return {key: _inlined(value, definitions) for key, value in node.items()}
