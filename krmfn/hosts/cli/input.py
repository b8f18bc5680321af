"""From the paths of the command line to sources: every document, and every item of a list, with its file and line."""

from __future__ import annotations

import os

from krmfn.core.finding import error
from krmfn.core.objects import GROUP
from krmfn.hosts.cli.files import STDIN, cannot_read, files_of
from krmfn.hosts.output import read_all
from krmfn.hosts.source import Document, Source, identity_of, refuse_large
from krmfn.wire import resource_list
from krmfn.wire.documents import decode, split
from krmfn.wire.emitter import Unprintable, document
from krmfn.wire.head import head
from krmfn.wire.limits import MAX_INPUT, MAX_OBJECT
from krmfn.wire.reader import read
from krmfn.wire.reading import Reading
from krmfn.wire.unreadable import Unreadable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from typing import Any

    from krmfn.core.finding import Finding
    from krmfn.hosts.cli.files import File
    from krmfn.wire.documents import Document as Text
    from krmfn.wire.resource_list import ResourceList

MAX_LIST = 64 * MAX_OBJECT
"""Characters of a List that is read as a whole, such as what `kubectl get -o yaml` prints."""


class Input:
    """What was found: `sources` in the order of the files, error `findings`, and the real paths of all `files`."""

    __slots__ = ("files", "findings", "sources")

    def __init__(self, findings: list[Finding]) -> None:
        self.sources: list[Source] = []
        self.findings = findings
        self.files: list[str] = []


def gather(paths: Sequence[str], *, recursive: bool, without: Collection[str | None] = ()) -> Input:
    """Read every file that the paths name but those whose real path is in `without`. Raises Usage for no paths."""
    files, findings = files_of(paths, recursive=recursive)
    found = Input(findings)
    left = MAX_INPUT
    for file in files:
        if file.real in without:
            continue
        name = "stdin" if file.real == STDIN else file.name
        try:
            data = contents(file.name)
            left -= len(data)
            if left < 0:
                text = f"all files together have more than {MAX_INPUT >> 20} MiB; split them"
                found.findings.append(error("too-large", text).at(file=name))
                break
            add_file(found, data, file, name)
        except OSError as why:
            found.findings.append(cannot_read(file.name, why))
        except Unreadable as why:
            found.findings.append(error(why.code, why.message).at(file=name, line=why.line))
    return found


def contents(path: str) -> bytes:
    """The bytes of a file, or of standard input for `-`. Raises OSError, Unreadable."""
    if path == STDIN:
        return read_all(0)
    descriptor = os.open(path, os.O_RDONLY)
    try:
        return read_all(descriptor)
    finally:
        os.close(descriptor)


def add_file(found: Input, data: bytes, file: File, name: str) -> None:
    """Add the documents of a file; `name` is what findings call it. Raises Unreadable."""
    documents = split(decode(data))
    if file.real != STDIN:
        found.files.append(file.real)
    elif not documents:
        text = "standard input is empty; check what writes to it (set -o pipefail shows its failure)"
        found.findings.append(error("empty-input", text).at(file=name))
    for one in documents:
        _add(found, one, file, name)


def _add(found: Input, one: Text, file: File, name: str) -> None:
    origin = Document(name, one.index, one.line)
    if "ResourceList" in one.text and _add_items(found, one, origin):
        return
    seen = head(one.text)
    if seen is not None:
        found.sources.append(Source(one.text, origin, lambda: _object(one.text), seen.identity))
        return
    source = Source(one.text, origin, lambda: _object(one.text))
    try:
        reading = _list_or_object(one.text)
    except Unreadable as why:
        if why.code == "too-large" and GROUP not in one.text:
            found.sources.append(source)  # foreign, and too large to be looked into
        else:
            found.findings.append(source.unreadable(why))
        return
    if _is_list(reading.value):
        for item in _items(reading):
            _add_item(found, item, origin, file)
    else:
        _add_value(found, reading, one.text, origin, file)


def _add_items(found: Input, one: Text, origin: Document) -> bool:
    """Add the items of a ResourceList, none of them read; False when the document is none."""
    try:
        listed = resource_list.split(one.text)
    except Unreadable as why:
        if why.code == "not-a-resource-list":
            return False
        found.findings.append(Source(one.text, origin, lambda: read(one.text)).unreadable(why))
        return True
    for position, (text, line) in enumerate(zip(listed.items, listed.item_lines, strict=True)):
        place = Document(origin.file, origin.index, one.line + line - 1)
        found.sources.append(_item_source(text, place, _reader(listed, position)))
    return True


def _item_source(text: str, place: Document, read_item: Callable[[], Reading]) -> Source:
    seen = head(text)
    if seen is None and GROUP in text:
        try:
            return Source(text, place, read_item, identity_of(read_item().value))
        except Unreadable:
            pass  # said when the item is read as a NATS; a foreign one passes
    return Source(text, place, read_item, seen.identity if seen else None)


def _reader(listed: ResourceList, position: int) -> Callable[[], Reading]:
    def read_item() -> Reading:
        refuse_large(listed.items[position])
        return listed.read(position)

    return read_item


def _object(text: str) -> Reading:
    refuse_large(text)
    return read(text)


def _list_or_object(text: str) -> Reading:
    if len(text) > MAX_LIST:
        raise Unreadable("too-large", f"the list has more than {MAX_LIST >> 20} MiB; split it")
    reading = read(text)
    if len(text) > MAX_OBJECT and not _is_list(reading.value):
        return _object(text)
    return reading


def _is_list(value: Any) -> bool:
    """`List`, `NATSList`, `ResourceList`: by the kind's ending, as kubectl tells."""
    if not isinstance(value, dict) or not isinstance(value.get("items"), list):
        return False
    kind = value.get("kind")
    return isinstance(kind, str) and kind.endswith("List")


def _items(reading: Reading) -> list[Reading]:
    """The items of a list as readings of their own; their lines stay those of the list."""
    items = [Reading(value, {}, []) for value in reading.value["items"]]
    for path, line in reading.lines.items():
        if len(path) > 1 and path[0] == "items":
            items[int(path[1])].lines[path[2:]] = line
    for problem in reading.problems:
        if len(problem.path) > 1 and problem.path[0] == "items":
            own = error(problem.code, problem.message, problem.path[2:]).at(line=problem.line)
            items[int(problem.path[1])].problems.append(own)
    return items


def _add_item(found: Input, reading: Reading, origin: Document, file: File) -> None:
    try:
        text = document(reading.value)
    except Unprintable as why:
        finding = error("unprintable-value", f"an item of the list holds {why.message}; remove it")
        found.findings.append(finding.at(file=origin.file, index=origin.index, line=_line(reading, origin)))
        return
    _add_value(found, reading, text, origin, file)


def _add_value(found: Input, reading: Reading, text: str, origin: Document, file: File) -> None:
    key = identity_of(reading.value)
    if key is not None:
        found.sources.append(Source(text, origin, lambda: reading, key))
    elif file.named:
        what = "the document is no Kubernetes object: it has no apiVersion and kind"
        finding = error("not-an-object", f"{what}; write them, or leave it out")
        found.findings.append(finding.at(file=origin.file, index=origin.index, line=_line(reading, origin)))


def _line(reading: Reading, origin: Document) -> int | None:
    return origin.line(reading.lines.get((), 1))
