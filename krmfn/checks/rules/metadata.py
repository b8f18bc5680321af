"""Metadata, selectors and the names of objects."""

from __future__ import annotations

from krmfn.checks.rules.constraints import inner, label, needed, one_of, subdomain
from krmfn.model.finding import error
from krmfn.model.labels import LONGEST_ANNOTATIONS, is_label_value, is_qualified_name
from krmfn.model.text import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krmfn.model.finding import Finding
    from krmfn.model.objects import FieldPath, Object

LABELS = ("Namespace", "Service")
"""Kinds whose names are RFC 1123 labels; those of most others are subdomains."""
SEGMENTS = ("PodDisruptionBudget", "Role", "RoleBinding")
"""Kinds whose names only have to be one segment of a path."""
POD_SECURITY, LEVELS = "pod-security.kubernetes.io/", ("privileged", "baseline", "restricted")
_SYNTAX = 'letters, digits, "-", "_" and ".", with a letter or digit at each end'
_WITH_VALUES, _WITHOUT = ("In", "NotIn"), ("Exists", "DoesNotExist")


def names(obj: Object) -> Iterator[Finding]:
    """The name and namespace of an object."""
    metadata, path = inner(obj, "metadata"), ("metadata",)
    if not metadata.get("name") and not metadata.get("generateName"):
        yield error("schema-missing", "the object has no name; write metadata.name", (*path, "name"))
    yield from label(metadata, path, "namespace")
    kind, name = obj.get("kind"), metadata.get("name")
    if kind in LABELS:
        yield from label(metadata, path, "name")
    elif kind not in SEGMENTS:
        yield from subdomain(metadata, path, "name")
    elif isinstance(name, str) and (name in (".", "..") or "/" in name or "%" in name):
        text = f'"{shown(name)}" is not a name; write it without "/" and "%"'
        yield error("invalid-name", text, (*path, "name"), shown(name))


def object_meta(value: Object, path: FieldPath) -> Iterator[Finding]:
    """Labels and annotations, of an object or of a template."""
    yield from labels(inner(value, "labels"), (*path, "labels"))
    annotations = inner(value, "annotations")
    for key in annotations:
        if not is_qualified_name(key.lower()):
            text = f'"{shown(key)}" is not an annotation key; write [prefix/]name, the name at most 63 {_SYNTAX}'
            yield error("annotation-key", text, (*path, "annotations", key))
    size = sum(len(key.encode()) + len(str(text).encode()) for key, text in annotations.items())
    if size > LONGEST_ANNOTATIONS:
        text = f"the annotations have {size} bytes together; write at most {LONGEST_ANNOTATIONS}"
        yield error("schema-range", text, (*path, "annotations"))


def labels(value: Object, path: FieldPath) -> Iterator[Finding]:
    """Keys and values of labels, as a map of them or a selector has."""
    for key, text in value.items():
        if not is_qualified_name(key):
            advice = f"write [prefix/]name, the prefix in lower case, the name at most 63 {_SYNTAX}"
            yield error("label-key", f'"{shown(key)}" is not a label key; {advice}', (*path, key))
        if isinstance(text, str) and not is_label_value(text):
            advice = f"write at most 63 {_SYNTAX}"
            yield error("label-value", f'"{shown(text)}" is not a label value; {advice}', (*path, key), shown(text))


def label_selector(value: Object, path: FieldPath) -> Iterator[Finding]:
    """Labels to match."""
    yield from labels(inner(value, "matchLabels"), (*path, "matchLabels"))


def label_requirement(value: Object, path: FieldPath) -> Iterator[Finding]:
    """An expression of a label selector."""
    yield from requirement(value, path, (*_WITH_VALUES, *_WITHOUT))


def node_requirement(value: Object, path: FieldPath) -> Iterator[Finding]:
    """An expression of a node selector, on labels or fields."""
    yield from requirement(value, path, (*_WITH_VALUES, *_WITHOUT, "Gt", "Lt"))


def requirement(value: Object, path: FieldPath, operators: tuple[str, ...]) -> Iterator[Finding]:
    """A key, an operator, and values where it takes some."""
    operator, values = value.get("operator"), value.get("values")
    yield from one_of(value, path, "operator", operators, empty=False)
    yield from qualified(value, path, "key")
    if operator in _WITH_VALUES and not values:
        yield error("schema-missing", f"operator {operator} needs values; write some", (*path, "values"))
    for index, text in enumerate(values or ()):
        if isinstance(text, str) and not is_label_value(text) and "matchFields" not in path:
            yield error(
                "label-value", f'"{shown(text)}" is not a label value; write {_SYNTAX}', (*path, "values", index)
            )
    if operator in _WITHOUT and values:
        yield error("schema-conflict", f"operator {operator} allows no values; remove them", (*path, "values"))
    if operator in ("Gt", "Lt") and (not isinstance(values, list) or len(values) != 1):
        yield error("schema-missing", f"operator {operator} needs exactly one value", (*path, "values"))


def qualified(value: Object, path: FieldPath, *names_: str) -> Iterator[Finding]:
    """Label keys in fields; one that is there may not be empty."""
    for name in names_:
        text = value.get(name)
        if isinstance(text, str) and not is_qualified_name(text):
            advice = f"write [prefix/]name, the prefix in lower case, the name at most 63 {_SYNTAX}"
            yield error("label-key", f'"{shown(text)}" is not a label key; {advice}', (*path, name), shown(text))


def security_levels(value: Object, path: FieldPath) -> Iterator[Finding]:
    """The levels of Pod Security in the labels of a namespace."""
    found = inner(inner(value, "metadata"), "labels")
    for mode in ("enforce", "audit", "warn"):
        at = (*path, "metadata", "labels")
        yield from one_of(found, at, f"{POD_SECURITY}{mode}", LEVELS, empty=False)


def topology_key(value: Object, path: FieldPath) -> Iterator[Finding]:
    """The label of nodes by which pods are spread."""
    yield from needed(value, path, "topologyKey")
    if value.get("topologyKey"):
        yield from qualified(value, path, "topologyKey")
