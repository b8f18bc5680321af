"""The file that a server reads its configuration from: which key of which ConfigMap or Secret its container mounts."""

from __future__ import annotations

from krmfn.model.lookup import at, listed
from krmfn.model.objects import ObjectRef

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from krmfn.model.objects import Object


class MountedFile:
    """A key of a ConfigMap or Secret; `text` is None where the object or the key is missing, or is not a string."""

    __slots__ = ("key", "part", "ref", "text")

    def __init__(self, ref: ObjectRef, key: str, state: Mapping[ObjectRef, Object]) -> None:
        self.ref, self.key = ref, key
        self.part, self.text = _content(state.get(ref, {}), key)

    @property
    def place(self) -> tuple[ObjectRef, str, str]:
        """Object, part and key: equal on both sides where the file comes from the same place."""
        return self.ref, self.part, self.key


def mounted_file(volume: Object, namespace: str, name: str, state: Mapping[ObjectRef, Object]) -> MountedFile | None:
    """The source of a file in a volume; None where no ConfigMap and no Secret of the volume has it."""
    rows = list(sources(volume))
    for kind, source in rows:
        ref = ObjectRef("v1", kind, namespace, str(source.get("name", source.get("secretName"))))
        items = listed(source.get("items"))
        keys = [str(row.get("key")) for row in items if row.get("path") == name] if items else [name]
        found = [MountedFile(ref, key, state) for key in keys]
        if found and (found[0].text is not None or len(rows) == 1):
            return found[0]
    return None


def sources(volume: Object) -> Iterator[tuple[str, Object]]:
    """(kind, source) of the ConfigMaps and Secrets that a volume holds."""
    for row in (volume, *listed(at(volume, "projected").get("sources"))):
        for kind, part in (("ConfigMap", "configMap"), ("Secret", "secret")):
            if at(row, part):
                yield kind, at(row, part)


def _content(obj: Object, key: str) -> tuple[str, str | None]:
    """The part of the stored object, data or binaryData, that has a key, and its text."""
    encoded = ("data", "binaryData") if obj.get("kind") == "Secret" else ("binaryData",)
    for part in ("stringData", "data", "binaryData"):
        text = at(obj, part).get(key)
        if isinstance(text, str):
            stored = "data" if part == "stringData" else part
            return stored, _decoded(text) if part in encoded else text
    return "data", None


def _decoded(text: str) -> str | None:
    from binascii import a2b_base64

    try:
        return a2b_base64(text).decode()
    except ValueError:
        return None
