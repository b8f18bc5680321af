"""From the paths of the command line to sources: every document, and every item of a list, with its file and line.

An object that cannot be read is a source too; code that needs its content reports it.
"""

from __future__ import annotations

from krmfn.goyaml.errors import MAX_INPUT, MAX_OBJECT, Unreadable
from krmfn.goyaml.reader import read, reader_of
from krmfn.goyaml.reading import Reading
from krmfn.goyaml.scalars import may_hold
from krmfn.goyaml.stream import decode, split
from krmfn.model.finding import error
from krmfn.model.objects import CONFIG_KIND, GROUP, KIND, OWNER, ObjectRef
from krmfn.model.text import shown
from krmfn.model.usage import Usage
from krmfn.resourcelist.annotations import ORIGIN, built_from
from krmfn.resourcelist.head import head
from krmfn.sources.files import STDIN, File, Walk, cannot_read, no_such_file
from krmfn.sources.recognition import LFS, headless, is_rendered_kind, legible, like_config, may_configure
from krmfn.sources.source import BuiltOrigin, FileOrigin, Input, Source, refuse_large
from krmfn.sources.trees import FOLDER, LINK, Disk
from krmfn.streams import read_all

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence
    from typing import Any

    from krmfn.goyaml.stream import Document as Text
    from krmfn.model.finding import Finding
    from krmfn.resourcelist.resource_list import ResourceList
    from krmfn.sources.clusters import NatsCollector
    from krmfn.sources.trees import Tree

_MANY = 100
"""Objects of an input behind which it pays to ask which are alike."""
MAX_LIST = 64 * MAX_OBJECT
"""Characters of a List that is read as a whole, such as what `kubectl get -o yaml` prints."""


def gather(
    paths: Sequence[str],
    *,
    recursive: bool,
    without: Collection[str | None] = (),
    exclude: Sequence[str] = (),
    tree: Tree | None = None,
    to_render: bool = False,
    above: bool = False,
    everything: bool = False,
    build: bool = False,
    clusters: NatsCollector | None = None,
) -> Input:
    """Read every file that the paths name but those whose real path is in `without`. Raises Usage for no paths.

    `tree` is where they are looked up, the disk by default; with one, a path that is not there is no error yet.
    `to_render`: refuse patches of kustomize. `above`: look for a RenderNATS in the folders above too.
    `everything`: read what a `.krmignore` or a dot in front of a name would leave out, and keep what is not an object.
    `build`: read the files of kustomize and kpt too. `clusters` takes the NATS out of the sources where there are many.
    """
    if not paths:
        raise Usage("-f is missing; write -f PATH, or -f - for standard input")
    if list(paths).count(STDIN) > 1:
        raise Usage("standard input can be read only once; write -f - once")
    place: Tree = tree or Disk()
    walk = Walk(place, recursive=recursive, exclude=exclude, everything=everything)
    found = Input()
    found.keeps_all = everything
    is_left = _add_files(found, walk.files(paths), place, without, clusters)
    found.missing = walk.missing
    missing = map(no_such_file, walk.missing) if tree is None else ()
    found.findings = [*walk.findings, *missing, *found.findings]
    if above:
        _add_above(found, walk, paths, place, without)
    is_many = clusters is not None and clusters.many
    if to_render and (is_many or any(is_rendered_kind(source) for source in found.sources)):
        from krmfn.sources.clusters import Reader
        from krmfn.sources.kustomizations import refuse_patches

        reader = Reader(lambda file: objects_of(file, place))
        refuse_patches(found, walk.kustomizations, place, clusters if is_many else None, reader)
    if to_render and not (is_many or found.sources or found.findings or walk.missing or is_left):
        for path in paths:
            found.findings.append(_empty(path, place, is_folder=path in walk.folders, recursive=recursive))
    if build and walk.steering:
        from krmfn.sources.build_files import build_files

        known = {source.origin.path for source in found.sources}
        found.build = build_files(walk.steering, walk.roots, place, known)
    return found


def _empty(path: str, tree: Tree, *, is_folder: bool, recursive: bool) -> Finding:
    """An error about a path in which nothing is to be read."""
    if not is_folder:
        text = "no Kubernetes object in this file; check the command that writes it"
    elif recursive:
        text = "no Kubernetes object in this folder and below it; check the path and .krmignore"
    elif any(kind in (FOLDER, LINK) for _, kind in tree.entries(tree.real(path))):
        text = "no Kubernetes object in this folder; add -R to read the folders below it"
    else:
        text = "no Kubernetes object in this folder; check the path and .krmignore"
    return error("empty-input", text).at(file=tree.shown(path))


def parse(data: bytes) -> Input:
    """The documents of a text in memory, without a file and in one folder; nothing but text is an error finding."""
    if len(data) > MAX_INPUT:
        return Input([error("too-large", f"the input has more than {MAX_INPUT >> 20} MiB; split it")])
    found = Input()
    try:
        _add_file(found, data, File("/", "", named=True), None)
    except Unreadable as why:
        found.findings.append(error(why.code, why.message).at(line=why.line))
    found.read = []
    if not found.sources and not found.findings:
        found.findings.append(error("empty-input", "the input has no object; write a NATS"))
    return found


def objects_of(file: File, tree: Tree) -> list[Source]:
    """The objects of one file, as they are found among many. Raises OSError, Unreadable."""
    found = Input()
    _add_file(found, tree.contents(file.real), file, tree.shown(file.name))
    return found.sources


def gather_files(files: Sequence[File], tree: Tree) -> Input:
    """The same for some files, with findings about what cannot be read; documents that are not objects are kept."""
    found = Input()
    found.keeps_all = True
    _add_files(found, files, tree, ())
    return found


def _add_files(
    found: Input,
    files: Iterable[File],
    tree: Tree,
    without: Collection[str | None],
    clusters: NatsCollector | None = None,
) -> bool:
    """Whether a file was left out, since it is one of `without`."""
    left, is_left = MAX_INPUT, False
    rest = iter(files)
    for file in rest:
        if file.real in without:
            is_left = True
            continue
        name = "stdin" if file.real == STDIN else tree.shown(file.name)
        try:
            data = read_all(0) if file.real == STDIN else tree.contents(file.real)
            left -= len(data)
            if left < 0:
                text = f"all files together have more than {MAX_INPUT >> 20} MiB; split them"
                found.findings.append(error("too-large", text).at(file=name))
                for _ in rest:
                    pass  # the walk finds out what cannot be read
                break
            start = len(found.sources)
            _add_file(found, data, file, name)
            if clusters is not None:
                clusters.take(found, start, file, again=file.real != STDIN)
        except OSError as why:
            found.findings.append(cannot_read(name, why))
        except Unreadable as why:
            found.findings.append(error(why.code, why.message).at(file=name, line=why.line))
    return is_left


def _add_above(found: Input, walk: Walk, paths: Sequence[str], tree: Tree, without: Collection[str | None]) -> None:
    """Add the RenderNATS of the folders above, and an error for each file there that could hide one.

    Of other files nothing is read but whether they could hold one.
    """
    seen = len(walk.findings)
    files = walk.above(paths)
    hidden = walk.findings[seen:]
    del walk.findings[seen:]  # which may be the list of the input
    found.findings += map(_hides_settings, hidden)
    wanted = {file.real for file in files}
    known = {*without, *(file.real for file in found.read if file.real in wanted)}
    for file in files:
        if file.real in known:
            continue
        name = tree.shown(file.name)
        try:
            data = tree.contents(file.real)
            if may_configure(data):
                known.add(file.real)
                _add_settings(found, data, file, name)
        except OSError as why:
            found.findings.append(_hides_settings(cannot_read(name, why)))
        except Unreadable as why:
            found.findings.append(_hides_settings(error(why.code, why.message).at(file=name, line=why.line)))


def _add_settings(found: Input, data: bytes, file: File, name: str) -> None:
    """Add the RenderNATS of a file, and errors about what is nearly one. Raises Unreadable."""
    there = Input()
    _add_file(there, data, file, name)
    for one in there.read:
        found.read.append(one)
    is_named = False
    for source in there.sources:
        wrong = like_config(source)
        if wrong is not None:
            there.findings.append(wrong)
        elif may_hold(source.text, CONFIG_KIND):
            is_named = True
            found.above.append(source)
    found.findings += (one for one in there.findings if is_named or one.code == "looks-like-config")


def _hides_settings(finding: Finding) -> Finding:
    """An error about what may hold a RenderNATS and cannot be read."""
    text = f"a {CONFIG_KIND} in it would hold for this NATS, and it cannot be read: {finding.message}"
    if "--exclude" not in text:
        text += ", or skip it with --exclude"
    return error(finding.code, text).at(file=finding.file, line=finding.line)


def contents(path: str) -> bytes:
    """The bytes of a file on the disk. Raises OSError, Unreadable."""
    return Disk().contents(path)


def _add_file(found: Input, data: bytes, file: File, name: str | None) -> None:
    """Add the documents of a file; `name` is what findings call it. Raises Unreadable for a file that was named."""
    if file.real != STDIN:
        found.read.append(file)
    try:
        text = decode(data)
        documents = split(text)
        _refuse_pointer(text)
    except Unreadable as why:
        if file.named or why.code in ("git-lfs", "too-large"):
            raise
        found.sources.append(_unreadable(legible(data), FileOrigin(name, None, 1, file.folder, file.path), why))
        return
    if file.real == STDIN and not documents:
        text = "standard input is empty; check the command that writes it (set -o pipefail shows when it fails)"
        found.findings.append(error("empty-input", text).at(file=name))
    folder, path = file.folder, file.path
    read_text = reader_of(file.base)
    for one in documents:
        _add(found, one, file, FileOrigin(name, one.index, one.line, folder, path), read_text)


def _refuse_pointer(text: str) -> None:
    if text.startswith(LFS):
        raise Unreadable("git-lfs", "a Git LFS pointer, not the file; run git lfs pull, or store the file in git")


def _unreadable(text: str, origin: FileOrigin, why: Unreadable) -> Source:
    def refuse() -> Reading:
        raise why

    return Source(text, origin, refuse)


def _add(found: Input, one: Text, file: File, origin: FileOrigin, read_text: Callable[[str], Reading]) -> None:
    if "ResourceList" in one.text and _add_items(found, one, origin, read_text):
        return
    seen = head(one.text)
    if seen is not None and not seen.kind.endswith("List"):
        is_many = len(found.sources) >= _MANY  # a source that knew `found` would be kept by it for ever: no collector
        source = Source(one.text, origin, lambda: _object_of(one.text, read_text, seen, is_many=is_many), seen)
        source.is_document = True
        if file.real == STDIN and ORIGIN in one.text and (base := built_from(source.annotations)) is not None:
            source.origin = BuiltOrigin(base, origin)
        found.sources.append(source)
        return
    try:
        reading = _list_or_object(one.text, read_text)
    except Unreadable as why:
        source = Source(one.text, origin, lambda: _object(one.text, read_text), seen if seen and seen.name else None)
        if (file.named and why.code != "too-large") or (seen is not None and not seen.name):
            found.findings.append(source.unreadable(why))
        else:
            found.sources.append(source)
        return
    if _is_list(reading.value):
        for position, item in enumerate(_items(reading)):
            place = _origin_of(position, origin, one.line)
            place.document = one.text
            _add_item(found, item, place, file)
    else:
        _add_value(found, reading, one.text, origin, file)


def _add_items(found: Input, one: Text, origin: FileOrigin, read_text: Callable[[str], Reading]) -> bool:
    """Add the items of a ResourceList, none of them read, but in JSON; False when the document is none."""
    from krmfn.resourcelist import resource_list

    try:
        listed = resource_list.split(one.text)
        if read_text is not read:
            read_text(one.text)
    except Unreadable as why:
        if why.code == "not-a-resource-list":
            return False
        found.findings.append(Source(one.text, origin, lambda: read(one.text)).unreadable(why))
        return True
    _refuse_config_cr(found, listed, origin)
    for position, (text, line) in enumerate(zip(listed.items, listed.item_lines, strict=True)):
        place = _origin_of(position, origin, one.line + line - 1)
        found.sources.append(_item_source(text, place, _reader(listed, position)))
    return True


def _origin_of(position: int, listed: FileOrigin, first: int) -> FileOrigin:
    """The origin of an item, whose lines count from line `first` of the file."""
    return FileOrigin(listed.file, listed.index, first, listed.folder, listed.path, item=position)


def _refuse_config_cr(found: Input, listed: ResourceList, origin: FileOrigin) -> None:
    """A NATS that is the functionConfig of a list in a file is not rendered from there: an error, never skipped."""
    try:
        reading = listed.read_function_config()
    except Unreadable as why:
        found.findings.append(error(why.code, f"functionConfig: {why.message}").at(file=origin.file))
        return
    key = ObjectRef.parse(reading.value) if reading is not None else None
    if key is not None and key.kind == KIND and key.group == GROUP:
        text = f"{KIND} {shown(key.name)} is the functionConfig of this list and would be ignored; move it to the items"
        place = origin.line(listed.function_config_line or 1)
        found.findings.append(error("not-among-items", text, ("functionConfig",)).at(file=origin.file, line=place))


def _item_source(text: str, place: FileOrigin, read_item: Callable[[], Reading]) -> Source:
    seen = head(text)
    if seen is None and GROUP in text:
        try:
            return Source(text, place, read_item, ObjectRef.parse(read_item().value))
        except Unreadable:
            pass  # said when the item is read as a NATS; a foreign one passes
    return Source(text, place, read_item, seen)


def _reader(listed: ResourceList, position: int) -> Callable[[], Reading]:
    def read_item() -> Reading:
        refuse_large(listed.items[position])
        return listed.read(position)

    return read_item


def _object(text: str, read_text: Callable[[str], Reading]) -> Reading:
    refuse_large(text)
    return read_text(text)


def _object_of(text: str, read_text: Callable[[str], Reading], seen: ObjectRef, *, is_many: bool) -> Reading:
    """The same, and cheaper for one of many objects, which are often alike."""
    if is_many and read_text is read:
        from krmfn.goyaml import alike

        start = text.find(OWNER)
        mark = text[start : text.find("\n", start)] if start >= 0 else f"/{seen.name}"
        reading = alike.read(text, (mark.rpartition("/")[2], seen.namespace))
        if reading is not None:
            return reading
    return _object(text, read_text)


def _list_or_object(text: str, read_text: Callable[[str], Reading]) -> Reading:
    if len(text) > MAX_LIST:
        raise Unreadable("too-large", f"the list has more than {MAX_LIST >> 20} MiB; split it")
    reading = read_text(text)
    if len(text) > MAX_OBJECT and not _is_list(reading.value):
        return _object(text, read_text)
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


def _add_item(found: Input, reading: Reading, origin: FileOrigin, file: File) -> None:
    from krmfn.goyaml.emitter import Unprintable, document

    try:
        text = document(reading.value)
    except Unprintable as why:
        finding = error("unprintable-value", f"an item of the list contains {why.message}; remove it")
        found.findings.append(_at(finding, reading, origin))
        return
    _add_value(found, reading, text, origin, file)


def _add_value(found: Input, reading: Reading, text: str, origin: FileOrigin, file: File) -> None:
    key = ObjectRef.parse(reading.value)
    if key is not None:
        found.sources.append(Source(text, origin, lambda: reading, key))
    elif isinstance(reading.value, dict) and (meant := headless(reading.value)) is not None:
        found.headless.append(Source(text, origin, lambda: reading))
        found.findings.append(_at(meant, reading, origin))
    elif file.named:
        from krmfn.sources.other_documents import without_head

        found.findings.append(_at(without_head(reading.value), reading, origin))
    elif found.keeps_all:
        found.sources.append(Source(text, origin, lambda: reading))


def _at(finding: Finding, reading: Reading, origin: FileOrigin) -> Finding:
    line = origin.line(reading.lines.get((), 1))
    return finding.at(file=origin.file, index=origin.index, line=line, item=origin.item)
