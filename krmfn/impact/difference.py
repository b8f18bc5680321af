"""Where two objects differ in the eyes of the API server: quantities by value, its defaults filled in, lists by key."""

from __future__ import annotations

from krmfn.core.quantity import NotAQuantity, Quantity
from krmfn.impact.change import ADDED, CHANGED, REMOVED, REORDERED
from krmfn.impact.defaults import RESTARTED, is_default, is_ignored

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeAlias

    Path: TypeAlias = tuple[str | int, ...]
    Difference: TypeAlias = tuple[Path, str, Any, Any]

_MERGE_KEYS: dict[str, tuple[str, ...]] = {
    "containers": ("name",),
    "initContainers": ("name",),
    "env": ("name",),
    "volumes": ("name",),
    "imagePullSecrets": ("name",),
    "volumeMounts": ("mountPath",),
    "topologySpreadConstraints": ("topologyKey", "whenUnsatisfiable"),
    "ports": ("containerPort", "port", "protocol"),
}
"""Fields by which the API server tells entries of a list apart (`+patchMergeKey` of k8s.io/api)."""
_AMOUNTS = ("limits", "requests")
_ENTRIES = ((("metadata",), "annotations"), (("metadata",), "labels"), ((), "data"))
"""Maps of which every entry is a difference of its own: by the field around and their own name."""


def differences(old: dict[str, Any], new: dict[str, Any]) -> list[Difference]:
    """(path, kind, old, new) of every difference, in the order of the old object; None stands for no value.

    An old object with a uid is a live one: what kubectl left in it stays there.
    """
    found: list[Difference] = []
    _walk((), old, new, found)
    metadata = old.get("metadata")
    if isinstance(metadata, dict) and metadata.get("uid"):
        return [one for one in found if one[:2] != (RESTARTED, REMOVED)]
    return found


def _walk(path: Path, old: Any, new: Any, found: list[Difference]) -> None:
    if old == new:
        return
    if isinstance(old, dict) and isinstance(new, dict):
        _walk_map(path, old, new, found)
    elif isinstance(old, list) and isinstance(new, list):
        _walk_list(path, old, new, found)
    elif not _is_same_amount(path, old, new):
        found.append((path, CHANGED, old, new))


def _walk_map(path: Path, old: dict[str, Any], new: dict[str, Any], found: list[Difference]) -> None:
    for key in (*old, *(key for key in new if key not in old)):
        before, after = old.get(key), new.get(key)
        if before == after:
            continue
        if (path[-1:], key) in _ENTRIES:  # each has a meaning of its own, also the only one
            before, after = ({} if value is None else value for value in (before, after))
        if before is None or after is None:
            value, around = (before, new) if after is None else (after, old)
            if not is_ignored(path, key) and not is_default(path, key, value, around):
                found.append(((*path, key), REMOVED if after is None else ADDED, before, after))
        elif not is_ignored(path, key, both=True):
            _walk((*path, key), before, after, found)


def _walk_list(path: Path, old: list[Any], new: list[Any], found: list[Difference]) -> None:
    names = _MERGE_KEYS.get(str(path[-1])) if path else None
    before, after = (_by_key(old, names), _by_key(new, names)) if names else (None, None)
    if before is None or after is None:
        _walk_positions(path, old, new, found)
        return
    for key, number in before.items():
        if key in after:
            _walk((*path, after[key]), old[number], new[after[key]], found)
        else:
            found.append(((*path, number), REMOVED, old[number], None))
    found.extend(((*path, number), ADDED, None, new[number]) for key, number in after.items() if key not in before)
    if [key for key in before if key in after] != [key for key in after if key in before]:
        found.append((path, REORDERED, None, None))


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


def _walk_positions(path: Path, old: list[Any], new: list[Any], found: list[Difference]) -> None:
    for number in range(max(len(old), len(new))):
        if number >= len(old):
            found.append(((*path, number), ADDED, None, new[number]))
        elif number >= len(new):
            found.append(((*path, number), REMOVED, old[number], None))
        else:
            _walk((*path, number), old[number], new[number], found)


def _is_same_amount(path: Path, old: Any, new: Any) -> bool:
    if not ((len(path) > 1 and path[-2] in _AMOUNTS) or (path and path[-1] == "sizeLimit")):
        return False
    first, second = amount(old), amount(new)
    return first is not None and first == second


def amount(value: Any) -> Quantity | None:
    """A quantity, or None for what is none."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    try:
        return Quantity(int(value) if isinstance(value, float) and value.is_integer() else str(value))
    except NotAQuantity:
        return None
