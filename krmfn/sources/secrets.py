"""What makes a Secret that a CR mounts: a Secret, plain or encrypted by SOPS, an ExternalSecret, a SealedSecret.

Of their values nothing is read but names and keys.
"""

from __future__ import annotations

from krmfn.cluster.environment import FoundSecret
from krmfn.model.lookup import map_at
from krmfn.natsconf.accounts import FILE, SYSTEM_FILE
from krmfn.resourcelist import annotations as notes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from krmfn.cluster.cr import ClusterFacts
    from krmfn.model.objects import ObjectRef
    from krmfn.sources.source import Source

_MAKERS = {("external-secrets.io", "ExternalSecret"), ("bitnami.com", "SealedSecret")}


def add(known: ClusterFacts, source: Source, key: ObjectRef, wanted: dict[tuple[str, str], bool]) -> None:
    """Put the object into `known.secrets`, if it makes a wanted Secret (namespace, name) and is for the cluster.

    `wanted`: whether nats.conf names files of the Secret, so that the names of variables are read as well.
    """
    is_secret = (key.group, key.kind) == ("", "Secret")
    if is_secret and (key.namespace, key.name) in wanted:
        target, name = key.namespace, key.name
    elif (key.group, key.kind) in _MAKERS:
        target, name = key.namespace, _target(source.value(), key)
    else:
        return
    if (target, name) in wanted and notes.of(source.value()).get(notes.LOCAL_CONFIG, "false") == "false":
        known.secrets.setdefault((target, name), []).append(_found(source, key, is_named=wanted[target, name]))


def _files(value: dict[str, Any]) -> dict[str, dict[str, bool] | None]:
    """The names in the files of a plain Secret."""
    from krmfn.natsconf.secret_files import variables_in

    plain = {name: text if isinstance(text, str) else None for name, text in map_at(value, "stringData").items()}
    encoded = {name: _decoded(text) for name, text in map_at(value, "data").items()}
    return {name: variables_in(text) for name, text in {**encoded, **plain}.items()}


def _decoded(text: object) -> str | None:
    from binascii import Error, a2b_base64

    try:
        return a2b_base64(text).decode() if isinstance(text, str) else None
    except (Error, UnicodeDecodeError, ValueError):
        return None


def _found(source: Source, key: ObjectRef, *, is_named: bool) -> FoundSecret:
    value = source.value()
    return FoundSecret(
        key.kind,
        key.name,
        file=source.origin.file,
        lacks_key=not _may_have_key(value, key.kind, FILE),
        lacks_users=not _may_have_key(value, key.kind, SYSTEM_FILE),
        files=_files(value) if is_named and key.kind == "Secret" and "sops" not in value else None,
        is_sealed=key.kind == "SealedSecret" or (key.kind == "Secret" and "sops" in value),
        owner=source.owner,
    )


def _target(value: dict[str, Any], key: ObjectRef) -> str:
    """The name of the Secret that a controller makes of the object; "" where it makes none."""
    spec = map_at(value, "spec")
    if key.kind == "SealedSecret":
        name = map_at(map_at(spec, "template"), "metadata").get("name")
    else:
        target = map_at(spec, "target")
        name = target.get("name")
        if target.get("creationPolicy") == "None" or "manifest" in target:
            return ""
    return name if isinstance(name, str) and name else key.name


def _may_have_key(value: dict[str, Any], kind: str, name: str) -> bool:
    """Whether a file is among the keys, or may come from what cannot be seen here."""
    if kind == "Secret":
        parts = [value.get("data"), value.get("stringData")]
        if "sops" in value and not any(isinstance(part, dict) for part in parts):
            return True
        return any(name in part for part in parts if isinstance(part, dict))
    spec = map_at(value, "spec")
    if kind == "SealedSecret":
        return name in map_at(spec, "encryptedData") or name in map_at(map_at(spec, "template"), "data")
    return _may_bring_key(spec, name)


def _may_bring_key(spec: dict[str, Any], name: str) -> bool:
    """An ExternalSecret's keys: those of its template where there is one, else those that it takes from the store."""
    template = map_at(map_at(spec, "target"), "template")
    if name in map_at(template, "data") or template.get("templateFrom"):
        return True
    if template.get("data") and template.get("mergePolicy") != "Merge":
        return False
    rows = spec.get("data")
    keys = [row.get("secretKey") for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    return name in keys or bool(spec.get("dataFrom"))
