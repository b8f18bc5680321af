"""Schemas that a user brings: CustomResourceDefinitions, or JSON schemas of one kind. Judged by jsonschema, an extra.

Nothing here is imported unless a user names a schema.
"""

from __future__ import annotations

from krmfn.checks.shape_messages import finding
from krmfn.model.finding import error
from krmfn.model.text import shown
from krmfn.model.usage import Usage

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, TypeAlias

    from krmfn.model.finding import Finding
    from krmfn.model.objects import Object

    Key: TypeAlias = tuple[str, str]

EXTRA = 'pip install "krmfn[schema]"'
_QUANTITY = r"^\s*[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?[0-9]+)?\s*$"
_INT_OR_STRING = {"type": ["integer", "string", "null"]}
_METADATA = {"apiVersion": {"type": "string"}, "kind": {"type": "string"}, "metadata": {"type": "object"}}
_BITS = {"int32": 31, "int64": 63}
_LEAST, _MOST = ("minimum", "minLength", "minItems"), ("maximum", "maxLength", "maxItems")


class OwnSchemas:
    """The schemas of some kinds, ready to check objects."""

    def __init__(self, documents: dict[str, list[Any]]) -> None:
        """Read every schema. Raises Usage for a file without one, for a wrong schema, and without jsonschema.

        Args:
            documents: the documents of each file, by the name that a message gives it
        """
        try:
            from jsonschema import Draft202012Validator
            from referencing import Registry
        except ImportError:
            raise Usage(f"--schema needs the package jsonschema, which is not installed; run {EXTRA}") from None
        self._validators: dict[Key, Any] = {}
        for file, found in documents.items():
            kinds = [pair for document in found for pair in kinds_of(document)]
            if not kinds:
                said = "contains neither a CustomResourceDefinition nor a JSON schema with apiVersion and kind"
                raise Usage(f"{shown(file, 200)} {said}; name another file with --schema")
            for key, schema in kinds:
                _refuse_bad(schema, f"{shown(file, 200)}: the schema of {key[0]} {key[1]}")
                self._validators[key] = Draft202012Validator(schema, registry=Registry())

    def knows(self, api_version: str, kind: str) -> bool:
        """Whether there is a schema for a kind."""
        return (api_version, kind) in self._validators

    def check(self, obj: Object) -> list[Finding]:
        """What of an object does not fit its schema; nothing for a kind without one. No message holds a value."""
        validator = self._validators.get(_key(obj))
        return [] if validator is None else [one for fault in validator.iter_errors(obj) for one in _findings(fault)]


def kinds_of(document: Any) -> Iterator[tuple[Key, dict[str, Any]]]:
    """ApiVersion and kind, and the JSON schema, of each kind for which a document has one."""
    if not isinstance(document, dict):
        return
    spec = document.get("spec")
    if document.get("kind") == "CustomResourceDefinition" and isinstance(spec, dict):
        for version in spec.get("versions") or ():
            schema = (version.get("schema") or {}).get("openAPIV3Schema")
            if version.get("served") and isinstance(schema, dict):
                yield (f"{spec['group']}/{version['name']}", spec["names"]["kind"]), strict(schema)
        return
    fields = document.get("properties")
    if not isinstance(fields, dict):
        return
    versions, kinds = (_fixed(fields.get(name)) for name in ("apiVersion", "kind"))
    yield from (((version, kind), document) for version in versions for kind in kinds)


def _fixed(field: Any) -> list[str]:
    """The texts that a field may only have."""
    choices = (field.get("enum") or [field.get("const")]) if isinstance(field, dict) else []
    return [choice for choice in choices if isinstance(choice, str)]


def strict(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema of a CRD as strict decoding reads it, in JSON Schema.

    A field that it does not name is unknown; null is what is absent; a default counts before what is required.
    """
    made = _closed(schema)
    made["properties"] = {**_METADATA, **made.get("properties", {})}
    return dict(made)


def _closed(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get("x-kubernetes-int-or-string"):
        quantity = {"anyOf": [{"type": "string", "pattern": _QUANTITY}, {"type": ["number", "null"]}]}
        return quantity if "pattern" in schema else _INT_OR_STRING
    left_out = ("default", "description", "example", "nullable")
    made = {key: _closed(one) for key, one in schema.items() if key not in left_out and not key.startswith("x-")}
    fields = schema.get("properties")
    if isinstance(fields, dict):
        made["properties"] = {name: _closed(one) for name, one in fields.items()}
        if not schema.get("x-kubernetes-preserve-unknown-fields"):
            made["additionalProperties"] = False
        if "required" in schema:
            made["required"] = [name for name in schema["required"] if "default" not in fields.get(name, {})]
    if isinstance(made.get("type"), str):
        made["type"] = [made["type"], "null"]
    if "enum" in made:
        made["enum"] = [*made["enum"], None]
    bits = _BITS.get(schema.get("format", ""), 63)
    if schema.get("type") == "integer":
        made = {"minimum": -(2**bits), "maximum": 2**bits - 1, **made}
    return made


def _refuse_bad(schema: dict[str, Any], what: str) -> None:
    """Raise Usage for what is not a JSON schema, and for one that names another file."""
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import SchemaError

    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as why:
        where = ".".join(map(str, why.absolute_path)) or "its top"
        raise Usage(f"{what} is not a JSON schema at {shown(where, 200)}; correct it") from None
    for keyword, value in _keywords(schema):
        if keyword == "$ref" and not str(value).startswith("#"):
            raise Usage(f"{what} names another file ({shown(str(value))}), and none is fetched; put it into this one")


def _keywords(schema: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(schema, list):
        for one in schema:
            yield from _keywords(one)
    elif isinstance(schema, dict):
        for key, value in schema.items():
            if isinstance(value, str):
                yield key, value
            else:
                yield from _keywords(value)


def _key(obj: Object) -> Key:
    return str(obj.get("apiVersion")), str(obj.get("kind"))


def _findings(fault: Any) -> Iterator[Finding]:
    """A fault of jsonschema, in the words of the walker."""
    path, value, schema = tuple(fault.absolute_path), fault.instance, fault.schema
    match fault.validator:
        case "additionalProperties":
            fields = dict.fromkeys(schema.get("properties", ()), "any")
            for key in value.keys() - fields.keys():
                yield finding(("unknown", (*path, key), value[key], {"fields": fields}), "any", 0)
        case "required":
            for key in fault.validator_value:
                if key not in value:
                    yield finding(("missing", (*path, key), None, {}), "any", 0)
        case "enum" if isinstance(value, str):
            choices = [choice for choice in fault.validator_value if isinstance(choice, str)]
            yield finding(("enum", path, value, {"enum": choices}), "any", 0)
        case "type" if (node := _node(fault.validator_value)) is not None:
            yield finding(("type", path, value, node), "any", 0)
        case "pattern":
            yield finding(("pattern", path, value, {"text": fault.validator_value}), "any", 0)
        case name if name in (*_LEAST, *_MOST):
            bound = {"least" if name in _LEAST else "most": fault.validator_value}
            yield finding(("range" if name.endswith("imum") else "size", path, value, bound), "any", 0)
        case name:
            text = f"the value does not fit the rule {shown(str(name))} of its schema; write one that does"
            yield error("schema-pattern", text, path)


def _node(kinds: str | list[str]) -> Any:
    """A type of JSON Schema as the walker names it; None for several."""
    names = [kind for kind in ([kinds] if isinstance(kinds, str) else kinds) if kind != "null"]
    known = {"object": {"map": "any"}, "array": ("any",)}
    return known.get(names[0], names[0]) if len(names) == 1 else "int-or-string" if len(names) == 2 else None
