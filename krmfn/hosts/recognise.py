"""Which objects are NATS CRs, and which only look like one."""

from __future__ import annotations

from krmfn.core.finding import error, warning
from krmfn.core.objects import API_VERSION, GROUP, KIND, VERSION
from krmfn.core.text import nearest, shown
from krmfn.wire.unreadable import Unreadable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from krmfn.core.finding import Finding
    from krmfn.core.objects import Identity
    from krmfn.hosts.source import Source

_LOOKALIKES = str.maketrans("ΝΑТΤЅаѕт\u0405nats", "NATTSastSNATS")


def nats_crs(sources: Sequence[Source]) -> tuple[list[Source], list[Finding]]:
    """The CRs, and warnings about objects that someone could take for one. An unreadable CR is an error finding."""
    found: list[Source] = []
    findings: list[Finding] = []
    for source in sources:
        identity = source.identity
        if identity is None and GROUP in source.text:
            identity = source.full_identity()
            findings += _unreadable(source)
        if identity is None:
            continue
        if identity.kind == KIND and identity.api_version == API_VERSION:
            found.append(source)
        else:
            findings += (source.place(f) for f in _lookalike(identity))
    return found, findings


def no_nats(why: str = "") -> Finding:
    """What to say of an input without a CR; `why` where it is known."""
    text = f"no NATS ({API_VERSION}) is among the input; write -f with the file that holds it"
    return error("no-nats-cr", why or text)


def _unreadable(source: Source) -> Iterator[Finding]:
    """A foreign object that cannot be read passes; one that says it is a NATS CR must not."""
    try:
        source.read()
    except Unreadable as why:
        if f"kind: {KIND}" in source.text or f'"{KIND}"' in source.text:
            yield source.unreadable(why)


def _lookalike(identity: Identity) -> Iterator[Finding]:
    group, kind = identity.group, identity.kind
    ours = group == GROUP
    if kind == KIND and ours:
        text = f"version {shown(identity.api_version.rpartition('/')[2])} of NATS is unknown and is left as it is"
        yield warning("unknown-version", f"{text}; write {API_VERSION}", ("apiVersion",), proposed=API_VERSION)
    elif kind == KIND and nearest(group, (GROUP,)) and len(group) > len(VERSION):
        text = f"apiVersion {shown(identity.api_version)} is not ours and is left as it is; did you mean {API_VERSION}?"
        yield warning("looks-like-nats", text, ("apiVersion",), proposed=API_VERSION)
    elif kind.translate(_LOOKALIKES).upper() == KIND and kind != KIND and (ours or not kind.isascii()):
        text = f'kind "{shown(kind)}" is not NATS and is left as it is; did you mean NATS?'
        yield warning("looks-like-nats", text, ("kind",), proposed=KIND)
