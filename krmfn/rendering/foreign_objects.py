"""The objects found beside the NATS resources: which of them `include=all` prints, and as what text."""

from __future__ import annotations

from krmfn.goyaml.emitter import Unprintable, document
from krmfn.goyaml.errors import Unreadable
from krmfn.model.finding import warning
from krmfn.model.objects import is_config
from krmfn.model.text import shown
from krmfn.rendering.paths import check_path
from krmfn.rendering.pipeline import Printed
from krmfn.resourcelist import annotations as notes
from krmfn.sources.recognition import was_read

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from krmfn.model.objects import Object, ObjectRef
    from krmfn.rendering.pipeline import PipelineResult
    from krmfn.sources.source import Source


def others_of(sources: Sequence[Source]) -> list[Source]:
    """Objects for the cluster that krmfn neither reads as a CR nor owns."""
    return [source for source in sources if _is_other(source)]


def add_others(result: PipelineResult) -> None:
    """With include=all, print the other objects behind the children, but for those that a child takes the place of."""
    if result.settings.include != "all" or result.findings.failed:
        return
    for source in others_of(result.sources):
        if source in result.changes.replaced:
            continue
        try:
            result.printed.append(printed(source))
        except Unreadable as why:
            if source.owner is None and not was_read(source):
                text = f"left out, because it cannot be read as an object: {why.message}"
                result.findings.append(source.place(warning("left-out", text)))
            else:
                result.findings.append(source.unreadable(why))


def left_out(result: PipelineResult) -> str:
    """How many other objects are not printed, "" for none."""
    if result.settings.include == "all" or result.settings.mode != "render":
        return ""
    count = len(others_of(result.sources))
    if not count:
        return ""
    what, them = ("1 other object was", "it") if count == 1 else (f"{count} other objects were", "them")
    return f"{what} left out (include=all adds {them})\n"


def printed(source: Source) -> Printed:
    """The object as it is in the input, but for the annotations of hosts. Raises Unreadable.

    One that has a head and cannot be read is passed on as it is: the API server decides.
    """
    key = source.ref()
    try:
        read = source.read().value
    except Unreadable:
        text = _bare(source.text)
        if key is None or text is None or source.owner is not None or notes.LOCAL_CONFIG in source.annotations:
            raise
        return Printed(_path(key, key.name or "generated"), key, text, lambda: None)
    name = _name(read) if isinstance(read, dict) else ""
    if key is None or not name:
        raise Unreadable("not-an-object", "not a Kubernetes object: kind, apiVersion or name is missing; remove it")
    value = _without_host_notes(read)
    text = _bare(source.text) if value is read else None
    try:
        return Printed(_path(key, name), key, text or document(value), lambda: value)
    except Unprintable as why:
        raise Unreadable("unprintable-value", f"it contains {why.message}; remove it") from None


def _is_other(source: Source) -> bool:
    key = source.ref()
    if key is None:
        return True
    if is_config(key):
        return False
    return source.owner is None and source.annotations.get(notes.LOCAL_CONFIG, "false") == "false"


def _without_host_notes(value: Object) -> Object:
    """The object itself where no host put an annotation on it."""
    found = notes.of(value)
    if not any(notes.is_hosts(key) for key in found):
        return value
    metadata = dict(value["metadata"])
    kept = {key: item for key, item in metadata.pop("annotations").items() if not notes.is_hosts(key)}
    return {**value, "metadata": {**metadata, **({"annotations": kept} if kept else {})}}


def _bare(text: str) -> str | None:
    """The text of a block document without the line that begins it; None for another, such as an item of a list."""
    if text.startswith("---"):
        first, _, text = text.partition("\n")
        if first[3:].strip() and not first[3:].strip().startswith("#"):
            return None
    if text.lstrip(" \n").startswith(("-", "{")):
        return None
    return text if text.endswith("\n") else f"{text}\n"


def _name(obj: Object) -> str:
    """The name, or what the API server makes one from."""
    metadata = obj.get("metadata")
    names = [metadata.get(key) for key in ("name", "generateName")] if isinstance(metadata, dict) else []
    return next((name.rstrip("-") for name in names if isinstance(name, str)), "")


def _path(key: ObjectRef, name: str) -> str:
    """`<namespace>/<kind>-<name>.yaml`, lower case. Raises Unreadable for names that would lead elsewhere."""
    parts = [part for part in (key.namespace, f"{key.kind}-{name}.yaml") if part]
    path = "/".join(parts).lower()
    if path.count("/") >= len(parts) or check_path(path) is not None:
        raise Unreadable(
            "unsafe-path", f"its name and namespace do not make a plain file name ({shown(path)}); remove it"
        )
    return path
