"""Checks the step from an earlier render to the new one: a destructive change is an error unless the NATS allows it."""

from __future__ import annotations

from krmfn.changes.allowances import codes_of, findings
from krmfn.changes.compare import changes
from krmfn.model.finding import dotted, error
from krmfn.model.text import shown

_FIELDS = (
    ("spec",),
    ("spec", "replicas"),
    ("spec", "volumeClaimTemplates"),
    ("spec", "template"),
    ("spec", "selector"),
    ("data",),
    ("data", "nats.conf"),
)
"""Fields without which the effect of a step is unknown, by kind."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from krmfn.model.finding import Finding
    from krmfn.model.objects import Object
    from krmfn.rendering.renderer import Rendered
    from krmfn.sources.source import Source


def check_steps(one: Rendered, steps: Sequence[tuple[Object, Object]]) -> Iterator[Finding]:
    """Findings about the steps (old child, new child) of one CR: errors, or warnings where its annotation allows.

    Removed fields that were added by hand are a warning.
    """
    unclear = [_unclear(old, field) for old, new in steps for field in _FIELDS if _is_unclear(old, new, field)]
    if unclear:
        yield from (one.source.place(finding) for finding in unclear)
        return
    from krmfn.rendering.manual_fields import manual_fields

    codes, _ = allowed_by(one.source)
    before, after = [old for old, _ in steps], [new for _, new in steps]
    found = (*findings(changes(before, after), codes), *manual_fields(before, after))
    yield from (one.source.place(finding) for finding in found)


def _is_unclear(old: Object, new: Object, field: tuple[str, ...]) -> bool:
    """Whether a field of the earlier child is of another type than the new one's, so that its effect is unknown."""
    before, after = _value(old, field), _value(new, field)
    if before is None or after is None:
        return False
    return not any(isinstance(before, one) and isinstance(after, one) for one in (dict, list, str, int))


def _value(obj: Object, field: tuple[str, ...]) -> object:
    value: object = obj
    for name in field:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _unclear(old: Object, field: tuple[str, ...]) -> Finding:
    text = (
        f"{shown(str(old.get('kind')))} {shown(str(old['metadata'].get('name')))} of the earlier render has an"
        f" invalid {dotted(field)}, so the change cannot be judged; restore it from Git, or delete it to go on"
        " without a check"
    )
    return error("unclear-state", text)


def allowed_by(source: Source) -> tuple[list[str], list[Finding]]:
    """The codes that a CR's annotation allows, and warnings about words there that are not codes."""
    if source.allow is None:
        return [], []
    codes, wrong = codes_of(source.allow)
    return codes, [source.place(finding) for finding in wrong]
