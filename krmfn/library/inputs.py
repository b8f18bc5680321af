"""What a caller gives, as what the commands read: an input in memory and the settings of the call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from krmfn.api.config import from_function_config
from krmfn.goyaml.emitter import Unprintable, document
from krmfn.goyaml.errors import MAX_DEPTH
from krmfn.goyaml.reading import Reading
from krmfn.library.settings import Settings
from krmfn.model.finding import dotted, error
from krmfn.model.names import is_dns_label
from krmfn.model.text import shown
from krmfn.sources.call_settings import CallSettings
from krmfn.sources.input import parse
from krmfn.sources.source import Input, Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeAlias

    from krmfn.model.finding import Finding

    Objects: TypeAlias = str | bytes | Mapping[str, Any] | Sequence[Mapping[str, Any]]
    """YAML or JSON text, one object, or several."""


def input_of(given: Objects) -> Input:
    """The objects that a caller gives. Raises TypeError for what is neither text nor an object."""
    if isinstance(given, (bytes, bytearray)):
        return parse(bytes(given))
    if isinstance(given, str):
        return parse(given.encode(errors="surrogatepass"))
    objects = given if isinstance(given, Sequence) else [given]
    for one in objects:
        if not isinstance(one, Mapping):
            raise TypeError(f"an object is a dict, or YAML as str or bytes, not {type(one).__name__}")
    texts = []
    for one in objects:
        try:
            texts.append(document(plain(one)))
        except Unprintable as why:
            return Input([unprintable("the object", why)])
    found = parse("---\n".join(texts).encode())
    for source in found.sources:
        source.origin = _Memory()
    found.findings = [finding.replace(line=None) for finding in found.findings]
    return found


def stated_of(settings: Settings | None, found: Input, namespace: str) -> CallSettings:
    """The settings as a RenderNATS that the call names. A namespace that is none becomes a finding of the input.

    Raises TypeError for settings or a namespace of another type.
    """
    if not isinstance(settings, (Settings, type(None))):
        raise TypeError(f"settings are a krmfn.Settings, not {type(settings).__name__}; write Settings(zones=3)")
    if not isinstance(namespace, str):
        raise TypeError(f"a namespace is a str, not {type(namespace).__name__}")
    if namespace and not is_dns_label(namespace):
        text = f'"{shown(namespace)}" is not a name of a namespace; use a-z, 0-9 and "-"'
        found.findings.append(error("invalid-name", text))
    value = (settings or Settings()).as_object()
    checked, _, findings = from_function_config(value)
    source = Source(value["kind"], _Memory(), lambda: Reading(value, {}, []))
    source.ref()
    return CallSettings(checked, findings, source=source)


class _Memory:
    """The origin of an object that was never a text, and so has no lines."""

    file = None
    folder = "/"
    path = ""
    index = item = None

    def line(self, _: int) -> None:
        """There are no lines."""


def unprintable(what: str, why: Unprintable) -> Finding:
    """The finding about a value that no YAML can hold."""
    place = f"{dotted(why.path)}: " if why.path else ""
    return error("unprintable-value", f"{place}{what} holds {why.message}; remove it", why.path)


def plain(value: Any, depth: int = 0) -> Any:
    """A deep copy of plain dicts, lists and strings; what Kubernetes has no type for stays as it is.

    Raises Unprintable for what is nested too deep, such as a dict that holds itself.
    """
    if depth > MAX_DEPTH:
        raise Unprintable(f"more than {MAX_DEPTH} levels")
    if isinstance(value, Mapping):
        return {plain(key): plain(item, depth + 1) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item, depth + 1) for item in value]
    return str(value) if isinstance(value, str) else value
