"""Patches of kustomize: a file that a kustomization names as a patch holds a part of a NATS, not a whole one."""

from __future__ import annotations

import os

from krmfn.goyaml.errors import Unreadable
from krmfn.goyaml.reader import read
from krmfn.goyaml.stream import decode, split
from krmfn.model.finding import error

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from krmfn.model.finding import Finding
    from krmfn.sources.clusters import NatsCollector, Reader
    from krmfn.sources.files import File
    from krmfn.sources.source import Input, Source
    from krmfn.sources.trees import Tree

_WITH_PATHS = ("patches", "patchesJson6902")
_TRANSFORMERS = ("PatchTransformer", "PatchStrategicMergeTransformer", "PatchJson6902Transformer")


def refuse_patches(
    found: Input,
    kustomizations: Sequence[File],
    tree: Tree,
    clusters: NatsCollector | None = None,
    reader: Reader | None = None,
) -> None:
    """Take out of the sources, and of `clusters`, every NATS and RenderNATS that is a patch, with an error for each.

    `kustomizations` are those in the folders that were read, `reader` reads the clusters again.
    One that cannot be read could name any file of its folder.
    """
    from krmfn.sources.recognition import is_rendered_kind

    named: dict[str, str] = {}
    unclear: dict[str, str] = {}
    for file in kustomizations:
        try:
            value = _value(tree.contents(file.real))
        except (OSError, Unreadable):
            unclear[file.folder] = file.name
            continue
        named |= _resolved(_paths(value), file.folder, file.name)
    for source in found.sources:
        key = source.quick_ref
        if key is not None and key.api_version == "builtin" and key.kind in _TRANSFORMERS:
            named |= _resolved(_of_transformer(source.value()), source.origin.folder, source.origin.file or "")
    kept: list[Source] = []
    for source in found.sources:
        if is_rendered_kind(source) and (source.origin.path in named or source.origin.folder in unclear):
            found.findings.append(_refused(source, named, unclear))
        else:
            kept.append(source)
    found.sources = kept
    if clusters is not None and reader is not None and (named or unclear):
        patches = {one for one in clusters.entries if one.file.path in named or one.file.folder in unclear}
        sources, findings = reader.sources(one for one in clusters.entries if one in patches)
        found.findings += [*findings, *(_refused(source, named, unclear) for source in sources)]
        clusters.leave_out(patches)


def _refused(source: Source, named: dict[str, str], unclear: dict[str, str]) -> Finding:
    """The finding about a NATS or RenderNATS that is a patch, or could be one."""
    path = source.origin.path
    if path in named:
        text = (
            f"{named[path]} uses this file as a patch, so it is not a complete {_kind(source)}; pass the output"
            " of kustomize build to krmfn, or skip the file with --exclude"
        )
    else:
        text = f"{unclear[source.origin.folder]} cannot be read, so this file could be a patch; fix it"
    return source.place(error("kustomize-patch", text))


def _kind(source: Source) -> str:
    return source.quick_ref.kind if source.quick_ref is not None else ""


def _value(data: bytes) -> Any:
    """The content of a kustomization; None where it surely names no patch. Raises Unreadable."""
    if b"atch" not in data and b"\\" not in data:
        return None
    documents = split(decode(data))
    return read(documents[0].text).value if documents else None


def _paths(value: Any) -> Iterator[str]:
    """The paths that a kustomization names as patches; the text of an inline patch is returned too."""
    if not isinstance(value, dict):
        return
    for key in _WITH_PATHS:
        for one in _list(value.get(key)):
            if isinstance(one, dict) and isinstance(one.get("path"), str):
                yield one["path"]
    yield from (one for one in _list(value.get("patchesStrategicMerge")) if isinstance(one, str))


def _of_transformer(value: dict[str, Any]) -> Iterator[str]:
    if isinstance(value.get("path"), str):
        yield value["path"]
    yield from (one for one in _list(value.get("paths")) if isinstance(one, str))


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _resolved(paths: Iterator[str], folder: str, by: str) -> dict[str, str]:
    return {os.path.normpath(os.path.join(folder, path)): by for path in paths if "\n" not in path}
