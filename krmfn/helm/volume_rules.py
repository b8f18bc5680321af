"""Variables of the container, volumes and their mounts: what of them the key `pod` has."""

from __future__ import annotations

from krmfn.helm.values import at
from krmfn.helm.verdict import INVALID

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krmfn.helm.translation import Translation
    from krmfn.model.objects import FieldPath

_REPLACED = (
    "a merge replaces the whole list, and with it what the chart writes into it: the API server refuses the pod, or the"
    " server does not start; the chart adds to a list by patch"
)
_LISTS: tuple[FieldPath, ...] = (
    ("podTemplate", "merge", "spec", "volumes"),
    ("podTemplate", "merge", "spec", "containers"),
    ("container", "merge", "volumeMounts"),
    ("container", "merge", "env"),
    ("container", "merge", "ports"),
)
"""Lists that the chart writes itself."""
_KINDS = {"secret": ("secret", "secretName"), "configMap": ("configMap", "name")}
_SIDES = {"secretKeyRef": "secret", "configMapKeyRef": "configMap"}


def translate_volumes(t: Translation) -> None:
    """Secrets and ConfigMaps that patches add to the pod and mount into the server."""
    for path in _LISTS:
        if isinstance(at(t.tree, path), list):
            t.lose(path, _REPLACED, INVALID)
    volumes = {one["name"]: (path, one) for path, one in _added(t, "podTemplate", "/spec/volumes/-")}
    kept = []
    sources: list[FieldPath] = []
    for path, mount in _added(t, "container", "/volumeMounts/-"):
        where, volume = volumes.get(mount["name"], ((), {}))
        made = _volume(volume, mount)
        if made is None:
            continue
        kept.append(made)
        sources += [where, path]
    if kept:
        target = t.render.put(("pod", "volumes"), kept, *sources)
        for source in sources:
            t.take(source, target)


def _added(t: Translation, group: str, path: str) -> Iterator[tuple[FieldPath, dict[str, Any]]]:
    """What patches append to a list of the pod or the container: named things, each with the path of its patch."""
    patches = at(t.tree, (group, "patch"))
    for number, patch in enumerate(patches if isinstance(patches, list) else ()):
        if not isinstance(patch, dict) or patch.get("op") != "add" or patch.get("path") != path:
            continue
        value = patch.get("value")
        if isinstance(value, dict) and isinstance(value.get("name"), str):
            yield (group, "patch", number), value


def _volume(volume: dict[str, Any], mount: dict[str, Any]) -> dict[str, Any] | None:
    """A volume as `pod.volumes` has it; None for what that cannot say."""
    folder = mount.get("mountPath")
    if not isinstance(folder, str) or mount.keys() - {"name", "mountPath", "readOnly"}:
        return None
    for kind, (key, field) in _KINDS.items():
        source = volume.get(kind)
        if volume.keys() == {"name", kind} and isinstance(source, dict) and source.keys() == {field}:
            return {"name": volume["name"], "mountPath": folder.rstrip("/"), key: str(source[field])}
    return None


def translate_env(t: Translation) -> None:
    """Variables with a text, or from a Secret, a ConfigMap or a field of the pod."""
    env = t.value("container.env")
    kept = []
    sources: list[FieldPath] = []
    for name, value in env.items() if isinstance(env, dict) else ():
        path = ("container", "env", name)
        if name == "GOMEMLIMIT" or not isinstance(value, (str, dict)):
            if name != "GOMEMLIMIT":
                t.lose(path, "the chart takes a string or a map; write it in quotes", INVALID)
            continue
        made = {"value": value} if isinstance(value, str) else _source(value)
        if made is not None:
            kept.append({"name": name, **made})
            sources.append(path)
    if kept:
        target = t.render.put(("pod", "env"), kept, *sources)
        for source in sources:
            t.take(source, target)


def _source(value: dict[str, Any]) -> dict[str, Any] | None:
    """Where a variable comes from; None for what `pod.env` cannot say."""
    if value.keys() == {"value"} and isinstance(value["value"], str):
        return {"value": value["value"]}
    source = value.get("valueFrom")
    if value.keys() != {"valueFrom"} or not isinstance(source, dict) or len(source) != 1:
        return None
    for kind, side in _SIDES.items():
        reference = source.get(kind)
        if isinstance(reference, dict) and reference.keys() == {"name", "key"}:
            return {side: str(reference["name"]), "key": str(reference["key"])}
    field = at(source, ("fieldRef", "fieldPath"))
    return {"field": field} if isinstance(field, str) else None
