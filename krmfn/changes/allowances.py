"""Findings about destructive changes, and the annotation on the CR that allows them."""

from __future__ import annotations

from krmfn.changes.change import BLOCKED, DATA_LOSS, NONE, OUTAGE, RECREATE, UNKNOWN
from krmfn.model.finding import error, warning
from krmfn.model.objects import ALLOW
from krmfn.model.text import nearest, shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from krmfn.changes.change import Change
    from krmfn.model.code import Code
    from krmfn.model.finding import Finding

_SIZE = ("spec", "cluster", "size")
_FILE = ("spec", "jetStream", "fileStorage")
_TABLE: tuple[tuple[Code, str, tuple[str, ...]], ...] = (
    ("scale-from-one", DATA_LOSS, _SIZE),
    ("scale-down", DATA_LOSS, _SIZE),
    ("cluster-size-to-1", DATA_LOSS, _SIZE),
    ("claim-shrunk", DATA_LOSS, (*_FILE, "size")),
    ("claims-deleted", DATA_LOSS, ()),
    ("cluster-renamed", DATA_LOSS, ()),
    ("store-dir-changed", DATA_LOSS, ()),
    ("servers-removed", DATA_LOSS, ()),
    ("ordinals-changed", DATA_LOSS, ()),
    ("claim-renamed", DATA_LOSS, ()),
    ("claim-removed", DATA_LOSS, ()),
    ("server-renamed", DATA_LOSS, ()),
    ("cluster-block-removed", DATA_LOSS, ()),
    ("clusters-joined", DATA_LOSS, ()),
    ("encryption-key-changed", DATA_LOSS, ()),
    ("namespace-removed", DATA_LOSS, ()),
    ("definition-removed", DATA_LOSS, ()),
    ("claim-grown", RECREATE, (*_FILE, "size")),
    ("storage-class-changed", RECREATE, (*_FILE, "storageClassName")),
    ("claim-template-changed", RECREATE, ()),
    ("selector-changed", RECREATE, ()),
    ("service-name-changed", RECREATE, ()),
    ("pod-management-changed", RECREATE, ()),
    ("cluster-ip-changed", RECREATE, ()),
    ("immutable-object", RECREATE, ()),
    ("service-removed", OUTAGE, ()),
    ("service-port-removed", OUTAGE, ()),
    ("service-port-changed", OUTAGE, ()),
    ("service-cuts", OUTAGE, ()),
    ("selector-misses", OUTAGE, ()),
    ("object-removed", OUTAGE, ()),
    ("secret-removed", OUTAGE, ()),
    ("key-removed", OUTAGE, ()),
    ("budget-removed", OUTAGE, ()),
    ("pdb-loses-quorum", OUTAGE, ()),
    ("policy-cuts", OUTAGE, ()),
    ("mutual-tls-changed", OUTAGE, ()),
    ("servers-stopped", OUTAGE, _SIZE),
    ("rollout-loses-quorum", OUTAGE, ()),
    ("zone-rule-stricter", OUTAGE, ()),
    ("store-not-writable", OUTAGE, ()),
    ("link-not-ready", OUTAGE, ()),
    ("conf-file", OUTAGE, ()),
    ("conf-include", OUTAGE, ()),
    ("route-tls-one-step", OUTAGE, ()),
    ("clients-cut", OUTAGE, ()),
    ("authentication-removed", OUTAGE, ()),
    ("account-removed", OUTAGE, ()),
    ("listener-changed", OUTAGE, ()),
    ("jetstream-removed", OUTAGE, ()),
    ("domain-changed", OUTAGE, ()),
    ("gateway-removed", OUTAGE, ()),
    ("conf-unknown", OUTAGE, ()),
    ("conf-unreadable", OUTAGE, ()),
    ("file-store-lowered", OUTAGE, ()),
    ("memory-store-lowered", DATA_LOSS, ("spec", "jetStream", "memStorage")),
    ("store-limit-reload-rejected", BLOCKED, ("spec", "jetStream")),
    ("setting-reload-rejected", BLOCKED, ()),
    ("file-storage-size-changed", NONE, (*_FILE, "size")),
)
"""Every code that may be allowed, its class, and the field of the CR that it comes from, () for a setting."""
_WARNED = (BLOCKED, OUTAGE)
_REFUSED = ("file-store-lowered",)
"""Outages that are errors like data loss: nothing warns of them, and the way back may lead to another volume."""
FIELDS: dict[str, tuple[str, ...]] = {code: field for code, _, field in _TABLE}


def findings(changes: Iterable[Change], allowed: Iterable[str]) -> Iterator[Finding]:
    """An error for each cause that is `recreate` or `data-loss`, a warning for the others and where it is allowed.

    Each cause of an object is reported once. A rejected reload and an outage are warnings, since no data is lost and a
    restart or a revert ends them; `krmfn diff --fail-on` fails on them where that is wanted.
    """
    codes = set(allowed)
    said = set()
    for change in changes:
        code = change.code
        if not code or code == UNKNOWN or (code, change.ref.kind) in said:
            continue
        said.add((code, change.ref.kind))
        where = f"{change.field}: " if change.path else ""
        text = f"{change.ref.kind} {shown(change.ref.name)}: {where}{change.why}"
        if code in codes:
            yield warning(code, f"{text}; allowed by {ALLOW}", FIELDS[code])
            continue
        text += f"; {change.advice}" if change.recipe else ""
        if change.impact in _WARNED and code not in _REFUSED:
            yield warning(code, text, FIELDS[code])
            continue
        text += f"; to go on, annotate the NATS with {ALLOW}: {code}"
        yield error(code, text, FIELDS[code])


def _of_checks() -> frozenset[str]:
    """Codes of final objects that may be allowed; imported only for a word that is not a code of a change."""
    from krmfn.model.codes.links import MAY_BE_ALLOWED

    return MAY_BE_ALLOWED


def may_be_allowed(code: str) -> bool:
    """Whether a NATS can allow findings with this code."""
    return code in FIELDS or code in _of_checks()


def codes_of(annotation: object) -> tuple[list[str], list[Finding]]:
    """The codes that an annotation allows, and warnings about words that are not codes."""
    words = [word.strip() for word in annotation.split(",")] if isinstance(annotation, str) else []
    codes, wrong = [], []
    for word in filter(None, words):
        if may_be_allowed(word):
            codes.append(word)
            continue
        meant = nearest(word, tuple(FIELDS)) if len(word) < 64 else None
        advice = f"did you mean {meant}?" if meant else "use a code from an error"
        code = f' "{word}"' if meant else ""  # any other word could be a secret
        text = f"unknown code{code} in {ALLOW}; {advice}"
        wrong.append(warning("unknown-allow", text, ("metadata", "annotations", ALLOW)))
    return codes, wrong
