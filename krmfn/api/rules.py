"""The rules of the CRD that no type can express: its five CEL rules, and that the name of each claim is unique.

A rule looks only at values of the right type and is silent about others: those are faults of their own.
"""

from __future__ import annotations

from krmfn.api.table import NATS
from krmfn.model.finding import error
from krmfn.model.fix import replaced
from krmfn.model.quantity import quantity_of
from krmfn.model.text import quotable, shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from krmfn.model.code import Code
    from krmfn.model.finding import Finding

SIZE = ("spec", "cluster", "size")
MEM_STORAGE = ("spec", "jetStream", "memStorage")
FILE_SIZE = ("spec", "jetStream", "fileStorage", "size")
FILE_CLASS = ("spec", "jetStream", "fileStorage", "storageClassName")
CLAIMS = ("spec", "resources", "claims")
_MOST = NATS["fields"]["spec"]["fields"]["cluster"]["fields"]["size"]["maximum"]


def violations(spec: object) -> Iterator[Finding]:
    """What the CRD's rules have against a spec by itself, defaulted or as written."""
    yield from size_is_odd(spec)
    yield from memory_store_has_a_size(spec)
    yield from claims_are_named_once(spec)


def transitions(old_spec: object, new_spec: object) -> Iterator[Finding]:
    """What an API server with the CRD would say to the step from one defaulted spec to another.

    Each finding has the code by which the NATS allows the step, the same as for the change of the rendered objects.
    """
    yield from size_stays_above_one(old_spec, new_spec)
    yield from file_size_stays(old_spec, new_spec)
    yield from file_class_stays(old_spec, new_spec)


def size_is_odd(spec: object) -> Iterator[Finding]:
    """An even server adds cost and no tolerance. A size out of bounds is another finding, which says what to use."""
    size = _integer(spec, SIZE)
    if size is not None and 1 <= size <= _MOST and size % 2 == 0:
        below, above = (3, 5) if size == 2 else (size - 1, size + 1)
        text = f"{size} is even, and size only accepts odd numbers; use {below} or {above}"
        yield error("even-cluster-size", text, SIZE, size, replaced(SIZE, 3 if size == 2 else above))


def memory_store_has_a_size(spec: object) -> Iterator[Finding]:
    """Only the integer 0 is caught: the CRD compares with a number, and "0" is a text."""
    enabled = _at(spec, (*MEM_STORAGE, "enabled"))
    if (enabled is None or enabled is True) and _integer(spec, (*MEM_STORAGE, "size")) == 0:
        text = "memStorage is enabled with size 0; write enabled: false, or a size such as 1Gi"
        yield error("memory-storage-size-0", text, MEM_STORAGE)


def claims_are_named_once(spec: object) -> Iterator[Finding]:
    """`claims` is a list with the key `name`."""
    claims = _at(spec, CLAIMS)
    seen: list[str] = []
    for index, claim in enumerate(claims if isinstance(claims, list) else ()):
        name = claim.get("name") if isinstance(claim, dict) else None
        if isinstance(name, str) and name in seen:
            text = f'claim "{shown(name)}" is listed twice; remove one of the two'
            yield error("duplicate-entry", text, (*CLAIMS, index))
        elif isinstance(name, str):
            seen.append(name)


def size_stays_above_one(old_spec: object, new_spec: object) -> Iterator[Finding]:
    """From many servers to one is refused; from one to many the CRD allows."""
    old, new = _integer(old_spec, SIZE), _integer(new_spec, SIZE)
    if old is not None and old > 1 and new == 1:
        text = f"size cannot be set to 1 if size was greater than 1 (a rule of the CRD); write 3, or keep {old}"
        yield error("cluster-size-to-1", text, SIZE, 1, replaced(SIZE, old))


def file_size_stays(old_spec: object, new_spec: object) -> Iterator[Finding]:
    """Compared as written, and only where both say one: 1Gi and 1024Mi differ, a size may be added or removed."""
    old, new = _at(old_spec, FILE_SIZE), _at(new_spec, FILE_SIZE)
    code: Code = "file-storage-size-changed"
    first, second = quantity_of(old), quantity_of(new)
    if first is not None and second is not None and first != second:
        code = "claim-grown" if first < second else "claim-shrunk"
    for finding in _immutable(code, FILE_SIZE, old_spec, new_spec):
        if first is not None and first == second and quotable(old):
            text = f"{finding.message}; the size is the same in another spelling: write {old}"
            yield finding.replace(message=text)
        else:
            yield finding


def file_class_stays(old_spec: object, new_spec: object) -> Iterator[Finding]:
    """An unset class is the class `default`."""
    yield from _immutable("storage-class-changed", FILE_CLASS, old_spec, new_spec)


def _immutable(code: Code, path: tuple[str, ...], old_spec: object, new_spec: object) -> Iterator[Finding]:
    old, new = _at(old_spec, path), _at(new_spec, path)
    if old is None or new is None or (type(old) is type(new) and old == new):
        return
    shown_new, shown_old = quotable(new), quotable(old)
    step = f"{shown_old} cannot become {shown_new}" if shown_new and shown_old else "the value cannot change"
    text = f"{step}: fileStorage is immutable once it was set (a rule of the CRD)"
    yield error(code, text, path, new if shown_new else None, replaced(path, old if shown_old else None))


def _integer(spec: object, path: tuple[str, ...]) -> int | None:
    value = _at(spec, path)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    fits = isinstance(value, int) and not isinstance(value, bool) and -(2**63) <= value < 2**63
    return value if fits else None


def _at(spec: object, path: tuple[str, ...]) -> Any:
    """The value below `spec`, None where there is none."""
    for name in path[1:]:
        spec = spec.get(name) if isinstance(spec, dict) else None
    return spec
