"""Differences of two objects as an API server sees them: quantities by value, defaults filled in, lists by key."""

from __future__ import annotations

from krmfn.changes.change import ADDED, CHANGED, REMOVED, REORDERED
from krmfn.changes.server_defaults import (
    RESTARTED,
    is_amount,
    is_chosen_by_server,
    is_default,
    is_ignored,
    is_known,
    kind_of,
)
from krmfn.model.quantity import quantity_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeAlias

    from krmfn.model.objects import FieldPath

    Difference: TypeAlias = tuple[FieldPath, str, Any, Any]

_MERGE_KEYS: dict[str, tuple[str, ...]] = {
    "containers": ("name",),
    "initContainers": ("name",),
    "ephemeralContainers": ("name",),
    "env": ("name",),
    "volumes": ("name",),
    "imagePullSecrets": ("name",),
    "secrets": ("name",),
    "volumeMounts": ("mountPath",),
    "volumeDevices": ("devicePath",),
    "hostAliases": ("ip",),
    "topologySpreadConstraints": ("topologyKey", "whenUnsatisfiable"),
    "ports": ("containerPort", "port", "protocol"),
}
"""Fields by which the API server tells entries of a list apart (`+patchMergeKey` of k8s.io/api), in kinds it knows."""
_ENTRIES = ((("metadata",), "annotations"), (("metadata",), "labels"))
"""Maps of which every entry is a difference of its own: by the field around and their own name."""
_DATA_KINDS = ("ConfigMap", "Secret")


def differences(old: dict[str, Any], new: dict[str, Any]) -> list[Difference]:
    """(path, kind, old, new) of every difference, in the order of the old object; None means no value.

    An object with a uid is a live one: fields that kubectl or a controller wrote are not differences. `stringData` of a
    Secret is compared as the `data` that it becomes.
    """
    walk = _Walk(old, new)
    if walk.kind == ("", "Secret"):
        old, new = _stored_secret(old), _stored_secret(new)
    walk.values((), old, new)
    if _is_live(old):
        return [one for one in walk.found if one[:2] != (RESTARTED, REMOVED)]
    return walk.found


def _is_live(obj: dict[str, Any]) -> bool:
    metadata = obj.get("metadata")
    return isinstance(metadata, dict) and bool(metadata.get("uid"))


def _stored_secret(secret: dict[str, Any]) -> dict[str, Any]:
    """A Secret with its `stringData` where the API server stores it."""
    texts, data = secret.get("stringData"), secret.get("data") or {}
    if not isinstance(texts, dict) or not isinstance(data, dict) or not all(isinstance(t, str) for t in texts.values()):
        return secret
    from base64 import b64encode

    stored = {name: b64encode(text.encode("utf-8", "surrogatepass")).decode() for name, text in texts.items()}
    return {**{key: value for key, value in secret.items() if key != "stringData"}, "data": {**data, **stored}}


class _Walk:
    """The differences that were found between two objects of one kind."""

    __slots__ = ("found", "kind", "known", "live")

    def __init__(self, old: dict[str, Any], new: dict[str, Any]) -> None:
        self.kind = kind_of(old)
        self.known = is_known(self.kind)
        self.live = _is_live(old) or _is_live(new)
        self.found: list[Difference] = []

    def values(self, path: FieldPath, old: Any, new: Any) -> None:
        """Add the differences of two values at a path."""
        if old == new and type(old) is type(new):
            return
        if isinstance(old, dict) and isinstance(new, dict):
            self._maps(path, old, new)
        elif isinstance(old, list) and isinstance(new, list):
            self._lists(path, old, new)
        elif not self._is_same(path, old, new):
            self.found.append((path, CHANGED, old, new))

    def _maps(self, path: FieldPath, old: dict[str, Any], new: dict[str, Any]) -> None:
        for key in (*old, *(key for key in new if key not in old)):
            before, after = old.get(key), new.get(key)
            if before is None and after is None:
                continue
            if (path[-1:], key) in _ENTRIES or (not path and key == "data" and self.kind[1] in _DATA_KINDS):
                before, after = ({} if value is None else value for value in (before, after))
            if before is None or after is None:
                value, around = (before, new) if after is None else (after, old)
                ignored = is_ignored(self.kind, path, key, live=self.live)
                written = before is None and not self.live and is_chosen_by_server(self.kind, path, key, value)
                if written or not (ignored or is_default(self.kind, path, key, value, around)):
                    self.found.append(((*path, key), REMOVED if after is None else ADDED, before, after))
            elif not is_ignored(self.kind, path, key, both=True, live=self.live):
                self.values((*path, key), before, after)

    def _lists(self, path: FieldPath, old: list[Any], new: list[Any]) -> None:
        names = _MERGE_KEYS.get(str(path[-1])) if path and self.known else None
        before, after = (_by_key(old, names), _by_key(new, names)) if names else (None, None)
        if before is None or after is None:
            self._positions(path, old, new)
            return
        for key, number in before.items():
            if key in after:
                self.values((*path, after[key]), old[number], new[after[key]])
            else:
                self.found.append(((*path, number), REMOVED, old[number], None))
        added = [(number, key) for key, number in after.items() if key not in before]
        self.found.extend(((*path, number), ADDED, None, new[number]) for number, _ in added)
        if [key for key in before if key in after] != [key for key in after if key in before]:
            self.found.append((path, REORDERED, None, None))

    def _positions(self, path: FieldPath, old: list[Any], new: list[Any]) -> None:
        for number in range(max(len(old), len(new))):
            if number >= len(old):
                self.found.append(((*path, number), ADDED, None, new[number]))
            elif number >= len(new):
                self.found.append(((*path, number), REMOVED, old[number], None))
            else:
                self.values((*path, number), old[number], new[number])

    def _is_same(self, path: FieldPath, old: Any, new: Any) -> bool:
        """Whether two spellings mean one value: of a quantity, or of a number that was read as int and as float."""
        if is_amount(self.kind, path):
            first, second = quantity_of(old), quantity_of(new)
            return first is not None and first == second
        numbers = (int, float)
        return type(old) in numbers and type(new) in numbers and old == new


def _by_key(entries: list[Any], names: tuple[str, ...]) -> dict[tuple[Any, ...], int] | None:
    """Position by merge key; None when an entry has none, or two have the same."""
    positions: dict[tuple[Any, ...], int] = {}
    for number, entry in enumerate(entries):
        if not isinstance(entry, dict):
            return None
        key = tuple(entry.get(name, "TCP" if name == "protocol" else None) for name in names)
        if all(isinstance(part, (str, int, type(None))) for part in key):
            positions[key] = number
    return positions if len(positions) == len(entries) else None
