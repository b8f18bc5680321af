"""Changes that a user must have meant: findings, and the annotation on the CR that excuses them."""

from __future__ import annotations

from krmfn.core.finding import error, warning
from krmfn.core.objects import ALLOW
from krmfn.core.text import nearest, shown
from krmfn.impact.change import BLOCKED, DATA_LOSS, OUTAGE, RECREATE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from krmfn.core.finding import Finding
    from krmfn.impact.change import Change

_SIZE = ("spec", "cluster", "size")
_FILE = ("spec", "jetStream", "fileStorage")
_TABLE: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("scale-from-one", DATA_LOSS, _SIZE),
    ("scale-down", DATA_LOSS, _SIZE),
    ("cluster-size-to-1", DATA_LOSS, _SIZE),
    ("claim-shrunk", DATA_LOSS, (*_FILE, "size")),
    ("claims-deleted", DATA_LOSS, ()),
    ("cluster-renamed", DATA_LOSS, ()),
    ("store-dir-changed", DATA_LOSS, ()),
    ("servers-removed", DATA_LOSS, ()),
    ("ordinals-changed", DATA_LOSS, ()),
    ("claim-grown", RECREATE, (*_FILE, "size")),
    ("storage-class-changed", RECREATE, (*_FILE, "storageClassName")),
    ("claim-template-changed", RECREATE, ()),
    ("selector-changed", RECREATE, ()),
    ("service-name-changed", RECREATE, ()),
    ("pod-management-changed", RECREATE, ()),
    ("cluster-ip-changed", RECREATE, ()),
    ("immutable-object", RECREATE, ()),
    ("file-store-lowered", OUTAGE, ()),
    ("memory-store-lowered", DATA_LOSS, ("spec", "jetStream", "memStorage")),
    ("store-limit-reload-rejected", BLOCKED, ("spec", "jetStream")),
    ("setting-reload-rejected", BLOCKED, ()),
    ("conf-unreadable", BLOCKED, ()),
)
"""Every code that may be allowed, its class, and the field of the CR that it comes from, () for a setting."""
FIELDS = {code: field for code, _, field in _TABLE}


def findings(changes: Iterable[Change], allowed: Iterable[str]) -> Iterator[Finding]:
    """An error for each cause, a warning where it is allowed or only blocked; each cause of an object is said once.

    A reload that running servers reject loses nothing and is cured by a restart: a warning says so.
    """
    codes = set(allowed)
    said = set()
    for change in changes:
        if not change.code or (change.code, change.identity.kind) in said:
            continue
        said.add((change.code, change.identity.kind))
        where = f"{change.field}: " if change.path else ""
        text = f"{change.identity.kind} {shown(change.identity.name)}: {where}{change.why}"
        if change.code in codes:
            yield warning(change.code, f"{text}; allowed by {ALLOW}", FIELDS[change.code])
            continue
        text += f"; {change.recipe}" if change.recipe else ""
        if change.impact == BLOCKED:
            yield warning(change.code, text, FIELDS[change.code])
            continue
        text += f"; to go on, annotate the NATS with {ALLOW}: {change.code}"
        yield error(change.code, text, FIELDS[change.code])


def codes_of(annotation: object) -> tuple[list[str], list[Finding]]:
    """The codes that an annotation allows, and warnings about words that are none."""
    words = [word.strip() for word in annotation.split(",")] if isinstance(annotation, str) else []
    codes, wrong = [], []
    for word in filter(None, words):
        if word in FIELDS:
            codes.append(word)
            continue
        meant = nearest(word, tuple(FIELDS)) if len(word) < 64 else None
        advice = f"did you mean {meant}?" if meant else "write a code that an error names"
        text = f"{ALLOW} names what is no code of a change; {advice}"
        wrong.append(warning("unknown-allow", text, ("metadata", "annotations", ALLOW)))
    return codes, wrong
