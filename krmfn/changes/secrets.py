"""Changes of objects that make a Secret: what External Secrets Operator does with each, and when.

Its behaviour is that of versions 0.17 to 1.3 (pkg/controllers/externalsecret).
"""

from __future__ import annotations

from krmfn.changes.change import ADDED, METADATA, RECREATE, Change
from krmfn.model.lookup import at
from krmfn.model.objects import ObjectRef
from krmfn.model.text import quoted, shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from krmfn.changes.change import Consequence
    from krmfn.model.objects import FieldPath, Object

COMES = {
    "Secret": "pods that mount it can start",
    "ExternalSecret": "External Secrets creates the Secret, and pods that mount it can start",
    "SealedSecret": "its controller creates the Secret, and pods that mount it can start",
    "Password": "the ExternalSecret that uses it generates a password with it",
}
_WITHOUT = "running pods keep it, but no pod that mounts it can restart"
_AT_ONCE = "External Secrets reads the store again and updates the Secret; running servers reload it"


def removal_effect(kind: str, obj: Object) -> str | None:
    """What the removal of an object does to its Secret; None for another kind."""
    if kind == "Secret":
        return _WITHOUT
    if kind == "Password":
        return "no Secret changes: an existing password is kept"
    if kind == "SealedSecret" or (kind == "ExternalSecret" and owns(obj)):
        return f"the Secret that it created is deleted too: {_WITHOUT}"
    return "the Secret that it created stays" if kind == "ExternalSecret" else None


def made_by(key: ObjectRef, obj: Object) -> ObjectRef | None:
    """The Secret that is deleted with the object that made it; None where it stays."""
    if key.kind == "ExternalSecret":
        return ObjectRef("v1", "Secret", key.namespace, target_of(obj)) if owns(obj) else None
    return ObjectRef("v1", "Secret", key.namespace, key.name) if key.kind == "SealedSecret" else None


def owns(external_secret: Object) -> bool:
    """Whether the Secret has the ExternalSecret for its owner, which is the default."""
    return at(external_secret, "spec", "target").get("creationPolicy") in (None, "Owner")


def target_of(external_secret: Object) -> str:
    """The name of the Secret that it makes."""
    return str(at(external_secret, "spec", "target").get("name") or at(external_secret, "metadata").get("name"))


def refused(key: ObjectRef, before: Mapping[ObjectRef, Object]) -> Change | None:
    """The change of a Secret that replaces an immutable one of an ExternalSecret of the same name; else None."""
    if key.kind != "Secret":
        return None
    old = before.get(ObjectRef("external-secrets.io/v1", "ExternalSecret", key.namespace, key.name))
    if old is None or target_of(old) != key.name or at(old, "spec", "target").get("immutable") is not True:
        return None
    space = f"-n {quoted(shown(key.namespace))} " if key.namespace else ""
    command = f"kubectl {space}delete secret {quoted(shown(key.name))}"
    recipe = f"delete it (running servers keep their users): `{command}`\nthen apply the change"
    why = "the ExternalSecret has created an immutable Secret of this name"
    return Change(key, (), ADDED, RECREATE, why, code="immutable-object", recipe=recipe)


def external_secret(path: FieldPath, before: Any, after: Any, old: Object) -> Consequence:
    """The change of one field of an ExternalSecret, which touches no pod by itself."""
    if path == ("spec", "target", "immutable") and before is True:
        why = "the existing Secret stays immutable, and External Secrets cannot write another password to it"
        return METADATA, "", why, "delete the Secret after the apply: it is created again"
    if path == ("spec", "refreshPolicy") and after == "CreatedOnce":
        return METADATA, "", "the Secret keeps its password", ""
    if path[:2] == ("spec", "refreshInterval"):
        return METADATA, "", "the store is read at a different interval", ""
    if path != ("spec", "refreshPolicy") and at(old, "spec").get("refreshPolicy") == "CreatedOnce":
        return METADATA, "", "the Secret exists and no longer changes (CreatedOnce)", ""
    return METADATA, "", _AT_ONCE, ""


def password(_path: FieldPath, _before: Any, _after: Any, _old: Object) -> Consequence:
    """The change of one field of the generator Password."""
    return METADATA, "", "it applies when a password is generated; an existing one is kept (CreatedOnce)", ""
