"""NATS as a CustomResourceDefinition, from the models: what nats-manager's own CRD validates, defaults and refuses.

For clusters without the operator: the API server then guards the CR, and Kyma's Eventing manager finds it.
"""

from __future__ import annotations

from typing import Any

from krmfn.api.schema import flat
from krmfn.model.objects import GROUP, KIND, VERSION

FILE_STORAGE = "fileStorage is immutable once it was set"
RULES: dict[str, tuple[tuple[str, str], ...]] = {
    "spec.cluster.size": (
        ("size only accepts odd numbers", "(self%2) != 0"),
        ("cannot be set to 1 if size was greater than 1", "!(oldSelf > 1 && self == 1)"),
    ),
    "spec.jetStream.fileStorage.size": ((FILE_STORAGE, "self == oldSelf"),),
    "spec.jetStream.fileStorage.storageClassName": ((FILE_STORAGE, "self == oldSelf"),),
    "spec.jetStream.memStorage": (("can only be enabled if size is not 0", "!self.enabled || self.size != 0"),),
}
"""CEL rules by field, (message, rule): the operator's five; `rules` holds the same for krmfn itself."""
_CONDITION: dict[str, Any] = {
    "type": "object",
    "required": ["lastTransitionTime", "message", "reason", "status", "type"],
    "properties": {
        "lastTransitionTime": {"type": "string", "format": "date-time"},
        "message": {"type": "string", "maxLength": 32768},
        "observedGeneration": {"type": "integer", "format": "int64", "minimum": 0},
        "reason": {
            "type": "string",
            "minLength": 1,
            "maxLength": 1024,
            "pattern": "^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$",
        },
        "status": {"type": "string", "enum": ["True", "False", "Unknown"]},
        "type": {
            "type": "string",
            "maxLength": 316,
            "pattern": r"^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?"
            r"(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])$",
        },
    },
}
_STATUS: dict[str, Any] = {
    "type": "object",
    "description": "Status as reported by an operator or `krmfn status`.",
    "required": ["state"],
    "properties": {
        "availabilityZonesUsed": {"type": "integer"},
        "conditions": {"type": "array", "items": _CONDITION},
        "state": {"type": "string"},
        "url": {"type": "string"},
    },
}


def definition() -> dict[str, Any]:
    """The CustomResourceDefinition."""
    plural = KIND.lower()
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{plural}.{GROUP}"},
        "spec": {
            "group": GROUP,
            "names": {
                "categories": ["kyma-modules", "kyma-nats"],
                "kind": KIND,
                "listKind": f"{KIND}List",
                "plural": plural,
                "singular": plural,
            },
            "scope": "Namespaced",
            "versions": [_version()],
        },
    }


def _version() -> dict[str, Any]:
    columns = [
        {"name": "State", "type": "string", "jsonPath": ".status.state"},
        {"name": "Age", "type": "date", "jsonPath": ".metadata.creationTimestamp"},
    ]
    return {
        "name": VERSION,
        "served": True,
        "storage": True,
        "additionalPrinterColumns": columns,
        "schema": {"openAPIV3Schema": _resource()},
        "subresources": {"status": {}},
    }


def _resource() -> dict[str, Any]:
    made = flat(KIND)
    return {
        "type": "object",
        "description": made["description"],
        "properties": {
            "apiVersion": {"type": "string"},
            "kind": {"type": "string"},
            "metadata": {"type": "object"},
            "spec": _node(made["properties"]["spec"], "spec"),
            "status": _STATUS,
        },
    }


def _node(level: dict[str, Any], path: str) -> dict[str, Any]:
    """One level as a structural schema. It is open, as the operator's: the API server prunes what is not in it."""
    made = _type(level, path)
    made |= {key: level[key] for key in ("description", "default", "minimum") if key in level}
    if path in RULES:
        made["x-kubernetes-validations"] = [{"message": message, "rule": rule} for message, rule in RULES[path]]
    return made


def _type(level: dict[str, Any], path: str) -> dict[str, Any]:
    kind = level["type"]
    if isinstance(kind, list):
        choices = [{"type": name} for name in kind]
        return {"anyOf": choices, "pattern": level["pattern"], "x-kubernetes-int-or-string": True}
    if kind == "array":
        keys = level["items"]["required"]
        listed = {"x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": keys}
        return {"type": kind, "items": _node(level["items"], f"{path}[]"), **listed}
    if "properties" in level:
        fields = {name: _node(field, f"{path}.{name}") for name, field in level["properties"].items()}
        required = {"required": level["required"]} if level.get("required") else {}
        return {"type": kind, "properties": fields, **required}
    if kind == "object":
        return {"type": kind, "additionalProperties": _node(level["additionalProperties"], f"{path}.*")}
    return {"type": kind}
