"""Decides by the heads of objects, once, which are NATS CRs, which only look like one, and which are unclear."""

from __future__ import annotations

from krmfn.goyaml.errors import Unreadable
from krmfn.goyaml.scalars import has_escape, may_hold
from krmfn.model.finding import Findings, error
from krmfn.model.fix import renamed, replaced
from krmfn.model.objects import API_VERSION, CONFIG_API_VERSION, CONFIG_KIND, GROUP, KIND, OWNER, ObjectRef
from krmfn.model.text import distance, nearest, shown
from krmfn.resourcelist.extent import has_foreign_breaks

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from krmfn.model.finding import Finding
    from krmfn.sources.source import Source

_LOOKALIKES = str.maketrans("ΝΑТΤЅаѕт\u0405nats", "NATTSastSNATS")
_WORDS = (GROUP, KIND, OWNER, "kpt-resource-id")
_CONFIG_GROUP = CONFIG_API_VERSION.partition("/")[0]
_CONFIG_WORDS = ("krmfn", "render", "nats")
LFS = "version https://git-lfs.github.com/spec/"
_UNRESOLVED = ("ENC[", "{{", "${", "$(")
_LIKE_CONFIG: dict[str, bool] = {}
_LIKE_CONFIG_MOST = 256
_LENGTHS = range(2, 7)
"""How long a misspelled NATS can be: two letters more or less."""


def nats_crs(sources: Sequence[Source]) -> tuple[list[Source], Findings]:
    """The CRs, and an error for each object that a reader could take for one, or that cannot be identified."""
    found: list[Source] = []
    findings = Findings()
    for source in sources:
        key = source.quick_ref or source.ref()
        if key is not None and key.kind == KIND and key.api_version == API_VERSION:
            found.append(source)
            continue
        finding = _lookalike(key.api_version, key.kind) if key is not None else _unidentified(source)
        if key is not None and key.kind.endswith("List") and may_hold(source.text, KIND):
            finding = finding or _in_list(source)
        if finding is not None:
            findings.append(source.place(finding))
    return found, findings


def unidentified(sources: Iterable[Source]) -> list[Source]:
    """The objects whose identity cannot be told, so that any of them could be a NATS or an object of one."""
    return [source for source in sources if source.ref() is None and not was_read(source)]


def may_concern(text: str) -> bool:
    """Whether any object of a whole input could be for krmfn; False only where surely none is.

    The one place where text is searched instead of parsed. A test compares it with the result of parsing.
    """
    return not text.isascii() or any(word in text for word in _WORDS) or has_escape(text)


def may_configure(data: bytes) -> bool:
    """Whether a file may hold a RenderNATS, also misspelled or in another encoding; False only where surely not."""
    text = legible(data)
    if text.startswith(LFS) or may_hold(text, CONFIG_KIND) or _CONFIG_GROUP in text:
        return True  # where escapes could spell a word too
    small = text.lower()
    if not any(word in small for word in _CONFIG_WORDS):
        return False
    kinds = _kinds(text)
    return kinds is None or any(map(_is_like_config_kind, kinds))


def _kinds(text: str) -> set[str] | None:
    """What every `kind` in a text without escapes is, at any depth; None where one is not surely a word on its line."""
    if text.count("kind") != text.count("kind: ") or has_foreign_breaks(text):
        return None
    kinds = set()
    at = text.find("kind: ")
    while at >= 0:
        end = text.find("\n", at)
        kind = text[at + 6 :] if end < 0 else text[at + 6 : end]
        column = at - text.rfind("\n", 0, at) - 1
        if not kind.isalnum() or (end >= 0 and text[end + 1 : end + 2 + column].isspace()):
            return None  # the next line may continue the value
        kinds.add(kind)
        at = text.find("kind: ", at + 6)
    return kinds


def legible(data: bytes) -> str:
    """Text for a search in a file that may not be UTF-8: its ASCII characters are right, also in UTF-16."""
    return data.replace(b"\0", b"").decode(errors="replace")


def no_nats(sources: Sequence[Source] = (), why: str = "") -> Finding:
    """The finding about an input without a CR, with `why` where that is known, else chosen by the other objects."""
    is_rendered = any(source.owner is not None for source in sources)  # then they may be checked without a NATS
    if sources and not why and not is_rendered:
        from krmfn.sources.other_documents import missing_nats

        return missing_nats(sources)
    text = f"the input has no NATS ({API_VERSION}); use -f with the file that has it"
    return error("no-nats-cr", why or text)


def was_read(source: Source) -> bool:
    """Whether the whole object can be read, and not its head alone."""
    try:
        source.read()
    except Unreadable:
        return False
    return True


def _unidentified(source: Source) -> Finding | None:
    """An error about an object without a whole identity, unless it surely is not for krmfn."""
    try:
        value = source.read().value
    except Unreadable as why:
        head = source.head()
        version, kind = head.get("apiVersion"), head.get("kind")
        if isinstance(version, str) and isinstance(kind, str):
            return _lookalike(version, kind)
        if not may_concern(source.text):
            return None
        text = f"cannot tell whether this is a {KIND} or one of its objects: {why.message}"
        return error(why.code, text).at(line=why.line or 1)
    return headless(value) if isinstance(value, dict) else None


def headless(value: dict[str, Any]) -> Finding | None:
    """An error about an object without apiVersion or kind; None for a value without a name, which is not an object."""
    version, kind = value.get("apiVersion"), value.get("kind")
    if isinstance(version, str) and version and not isinstance(kind, str) and _is_near(version.rpartition("/")[0]):
        other = nearest("kind", tuple(key for key in value if key != "apiVersion"))
        is_key = other is not None and len(other) < 7 and other != "spec"
        meant = f' instead of "{shown(other or "")}"' if is_key else ""
        fix = renamed((other or "",), "kind", ()) if is_key else replaced(("kind",), KIND, safe=True)
        text = f"an object of {shown(version)} has no kind; write kind: {KIND}{meant}"
        return error("looks-like-nats", text, ("kind",), fix=fix)
    if isinstance(kind, str) and _is_like_kind(kind) and not (isinstance(version, str) and version):
        text = f'an object of kind "{shown(kind)}" has no apiVersion; write apiVersion: {API_VERSION}'
        return error("looks-like-nats", text, ("apiVersion",), fix=replaced(("apiVersion",), API_VERSION, safe=True))
    if isinstance(version, str) and version.rpartition("/")[0] == _CONFIG_GROUP and not isinstance(kind, str):
        text = f"an object of {shown(version)} has no kind; write kind: {CONFIG_KIND}"
        return error("looks-like-config", text, ("kind",), fix=replaced(("kind",), CONFIG_KIND, safe=True))
    metadata = value.get("metadata")
    if isinstance(metadata, dict) and isinstance(metadata.get("name"), str):
        lost = " and ".join(key for key in ("apiVersion", "kind") if not isinstance(value.get(key), str))
        text = f"an object named {shown(metadata['name'])} has no {lost}, so it cannot be identified"
        return error("not-an-object", f"{text}; add it, or remove the object")
    return None


def _in_list(source: Source) -> Finding | None:
    """An error about a NATS inside a list that is an item itself: it would not be rendered."""
    items = source.value().get("items")
    for index, item in enumerate(items if isinstance(items, list) else ()):
        key = ObjectRef.parse(item)
        if key is not None and (key.kind == KIND or _lookalike(key.api_version, key.kind) is not None):
            text = f"a {KIND} inside a {shown(source.head()['kind'])} is not rendered; make it a separate item"
            return error("nats-in-list", text, ("items", index))
    return None


def _lookalike(api_version: str, kind: str) -> Finding | None:
    """An error about an apiVersion and kind that are nearly those of a NATS."""
    group = api_version.rpartition("/")[0]
    if any(sign in api_version + kind for sign in _UNRESOLVED):
        from krmfn.sources.other_documents import unresolved_head

        return unresolved_head(api_version, kind)
    if kind == KIND and group == GROUP:
        version = shown(api_version.rpartition("/")[2])
        text = f'"{version}" is not a known version of {KIND}; write apiVersion: {API_VERSION}'
        return error("unknown-version", text, ("apiVersion",), fix=replaced(("apiVersion",), API_VERSION, safe=True))
    if kind == KIND and (_is_near(group) or _is_near(api_version) or _cannot_have_nats(group)):
        text = f'"{shown(api_version)}" is not the apiVersion of a {KIND}; did you mean {API_VERSION}?'
        return error("looks-like-nats", text, ("apiVersion",), fix=replaced(("apiVersion",), API_VERSION, safe=True))
    is_like = _is_like_kind(kind) or (group == GROUP and KIND in kind.upper() and not kind.endswith("List"))
    if kind != KIND and is_like and (_is_near(group) or _is_near(api_version) or not kind.isascii()):
        text = f'"{shown(kind)}" of {shown(api_version)} is not a {KIND}; did you mean kind: {KIND}?'
        return error("looks-like-nats", text, ("kind",), fix=replaced(("kind",), KIND, safe=True))
    return _like_config(api_version, kind)


def like_config(source: Source) -> Finding | None:
    """An error about an object that is nearly a RenderNATS."""
    key = source.ref()
    finding = _like_config(key.api_version, key.kind) if key is not None else None
    return source.place(finding) if finding is not None else None


def _like_config(api_version: str, kind: str) -> Finding | None:
    """An error about an apiVersion and kind that are nearly those of a RenderNATS: its settings would not apply."""
    if (api_version, kind) == (CONFIG_API_VERSION, CONFIG_KIND):
        return None
    is_ours = api_version.rpartition("/")[0] == _CONFIG_GROUP
    if not is_ours and not _is_like_config_kind(kind):
        return None
    written = f'"{shown(kind)}" of {shown(api_version)}'
    text = f"{written} is not a {CONFIG_KIND}; did you mean kind: {CONFIG_KIND} of {CONFIG_API_VERSION}?"
    path, meant = (("apiVersion",), CONFIG_API_VERSION) if kind == CONFIG_KIND else (("kind",), CONFIG_KIND)
    return error("looks-like-config", text, path, fix=replaced(path, meant, safe=is_ours))


def _is_like_config_kind(kind: str) -> bool:
    """Whether a kind is nearly RenderNATS. Kept by kind: an input has many objects and few kinds."""
    if abs(len(kind) - len(CONFIG_KIND)) > 2:
        return False
    if kind not in _LIKE_CONFIG:
        if len(_LIKE_CONFIG) >= _LIKE_CONFIG_MOST:
            _LIKE_CONFIG.clear()
        _LIKE_CONFIG[kind] = nearest(kind, (CONFIG_KIND,)) is not None
    return _LIKE_CONFIG[kind]


def _is_near(group: str) -> bool:
    """Whether a group is ours, or ours misspelled."""
    return group == GROUP or nearest(group, (GROUP,)) is not None


def _cannot_have_nats(group: str) -> bool:
    """Whether a group is known to have no kind NATS: those of Kubernetes itself, of NATS tools, and others of Kyma."""
    is_of_kyma = any(label in ("kyma", "kyma-project") for label in group.split("."))
    return is_of_kyma or "." not in group or group == "nats.io" or group.endswith((".k8s.io", ".nats.io"))


def _is_like_kind(kind: str) -> bool:
    """Whether a kind is NATS, misspelled, in other case, or with letters that only look like its own."""
    if len(kind) not in _LENGTHS:
        return False
    return kind.translate(_LOOKALIKES).upper() == KIND or distance(kind.upper(), KIND) < 3


def looks_like(source: Source, key: ObjectRef, fields: Iterable[str]) -> bool:
    """Whether a foreign object could be the NATS of this identity with another apiVersion and kind.

    It has its name and our group or a kind like ours; or it has none of the two, or is of a group that is not one of
    Kubernetes itself, and its spec, if any, has one of `fields`. A list may hold the NATS.
    """
    head, known = source.head(), source.ref()
    if known is not None and known.kind.endswith("List") and isinstance(head.get("items"), list):
        return True
    here = known or ObjectRef.parse({"apiVersion": "none", "kind": "none", **head})
    if here is None or here.name != key.name or here.namespace not in ("", key.namespace):
        return False
    if here.group == GROUP or _is_like_kind(here.kind):
        return True
    if known is not None and ("." not in here.group or here.group.endswith(".k8s.io")):
        return False
    spec = source.value().get("spec")
    return not isinstance(spec, dict) or not spec or not set(fields).isdisjoint(spec)


def is_rendered_kind(source: Source) -> bool:
    """Whether a source is a NATS or a RenderNATS, as far as the head shows it."""
    key = source.quick_ref
    return key is not None and (
        (key.kind == KIND and key.group == GROUP)
        or (key.kind == CONFIG_KIND and key.group == CONFIG_API_VERSION.partition("/")[0])
    )
