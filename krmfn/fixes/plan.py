"""From findings to edits: where the fix of each finding stands in the user's file, or why it cannot be made there."""

from __future__ import annotations

import os

from krmfn.goyaml.errors import Unreadable
from krmfn.goyaml.splice import Refused, Text, spliced
from krmfn.goyaml.stream import decode, split
from krmfn.model.fix import ADD, QUOTE, REMOVE, RENAME
from krmfn.sources.files import STDIN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from krmfn.goyaml.splice import Edit
    from krmfn.goyaml.stream import Document
    from krmfn.model.finding import Finding
    from krmfn.model.fix import Fix
    from krmfn.model.objects import FieldPath
    from krmfn.rendering.pipeline import PipelineResult
    from krmfn.sources.source import Source
    from krmfn.sources.trees import Tree

    Key = tuple[str | None, int | None, int | None]

_BOM = "\ufeff"
_NOT_NAMED = "it is not in a file that was named"
_CHANGED = "the file is not as it was read"
_NEVER = ("Secret",)
"""Kinds that are not edited: what is in them may not even be shown."""


class Proposal:
    """A finding with its fix, and the edit of one file that makes it; or `refused`, which says why there is none.

    `real` is the path of the file with its links followed; `edit` counts characters of its text without the BOM.
    """

    __slots__ = ("edit", "finding", "fix", "real", "refused")

    def __init__(self, finding: Finding, fix: Fix, real: str, edit: Edit | None, refused: str = "") -> None:
        self.finding = finding
        self.fix = fix
        self.real = real
        self.edit = edit
        self.refused = refused


class TextEdit:
    """An edit by lines and columns from 1, its end behind the last character that goes, and the `text` instead."""

    __slots__ = ("column", "end_column", "end_line", "fix", "line", "text")

    def __init__(self, whole: str, edit: Edit, fix: Fix) -> None:
        self.line, self.column = _position(whole, edit.start)
        self.end_line, self.end_column = _position(whole, edit.end)
        self.text = edit.new
        self.fix = fix


def _position(text: str, at: int) -> tuple[int, int]:
    return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)


class Plan:
    """The proposals for all findings that have a fix, and the files in which they are: their bytes and their text."""

    __slots__ = ("_files", "_parsed", "_sources", "_tree", "data", "proposals", "texts")

    def __init__(self, result: PipelineResult, tree: Tree) -> None:
        """`tree` is where the files of the result are read once more."""
        self._tree = tree
        self.data: dict[str, bytes] = {}
        self.texts: dict[str, str] = {}
        self._files: dict[str, list[Document]] = {}
        self._parsed: dict[tuple[str, int | None], tuple[int, Text]] = {}
        self._sources = _sources(result)
        self.proposals = [self._proposal(finding, finding.fix) for finding in result.findings if finding.fix]
        _refuse_same_names(self.proposals)

    def _proposal(self, finding: Finding, fix: Fix) -> Proposal:
        source, real = self._sources.get((finding.file, finding.index, finding.item), (None, ""))
        if source is None or not real:
            return Proposal(finding, fix, real, None, _NOT_NAMED)
        try:
            _refuse_kind(source)
            start, text = self._text(source, real)
            edit = _edit(text, fix, () if finding.item is None else ("items", finding.item))
            edit.start += start
            edit.end += start
        except Refused as refused:
            return Proposal(finding, fix, real, None, refused.why)
        return Proposal(finding, fix, real, edit)

    def _text(self, source: Source, real: str) -> tuple[int, Text]:
        """Where the document of a source, or of its list, begins in its file, and the document. Raises Refused."""
        index = source.origin.index
        if (real, index) not in self._parsed:
            if real not in self.texts:
                try:
                    self.data[real] = self._tree.contents(real)
                    self.texts[real] = decode(self.data[real])
                    self._files[real] = split(self.texts[real])
                except (OSError, Unreadable):
                    raise Refused(_CHANGED) from None
            start, chunk = _chunk(self.texts[real], self._files[real], source)
            self._parsed[real, index] = (start, Text(chunk))
        return self._parsed[real, index]

    def changes(self) -> dict[Finding, TextEdit]:
        """The edits that can be made."""
        return {
            one.finding: TextEdit(self.texts[one.real], one.edit, one.fix)
            for one in self.proposals
            if one.edit is not None
        }

    def changed(self, chosen: Iterable[Proposal]) -> dict[str, bytes]:
        """The contents of each file with some of the edits made."""
        edits: dict[str, dict[tuple[int, int, str], Edit]] = {}
        for one in chosen:
            if one.edit is not None:
                edits.setdefault(one.real, {})[one.edit.start, one.edit.end, one.edit.new] = one.edit
        made = {}
        for real, found in edits.items():
            text = spliced(self.texts[real], found.values())
            bom = _BOM if self.data[real].startswith(_BOM.encode()) else ""
            made[real] = f"{bom}{text}".encode()
        return made


def _sources(result: PipelineResult) -> dict[Key, tuple[Source, str]]:
    """The source and the real path by which a finding names them."""
    found: dict[Key, tuple[Source, str]] = {}
    for source in [*result.sources, *result.headless]:
        path = source.origin.path
        real = os.path.realpath(path) if path and path != STDIN else ""
        found[source.origin.file, source.origin.index, source.origin.item] = (source, real)
    if result.config is not None:
        source, real = result.config
        found[source.origin.file, source.origin.index, None] = (source, real)
    return found


def _refuse_kind(source: Source) -> None:
    ref = source.ref()
    if source.owner is not None:
        raise Refused("krmfn rendered this object; render it again")
    if ref is not None and ref.kind in _NEVER:
        raise Refused(f"krmfn edits no {ref.kind}")


def _chunk(text: str, documents: Sequence[Document], source: Source) -> tuple[int, str]:
    """The document of a source as it is in the text of its file, with its own line ends. Raises Refused."""
    index = source.origin.index or 0  # the file of --config has one document, without an index
    if index >= len(documents):
        raise Refused(_CHANGED)
    one = documents[index]
    start = _line_start(text, 0, one.line)
    end = _line_start(text, start, one.text.count("\n") + 1)
    if not one.text.endswith("\n"):
        following = text.find("\n", end)
        end = following if following >= 0 else len(text)
    chunk = text[start:end]
    if chunk[:1] == _BOM:
        start, chunk = start + 1, chunk[1:]
    if chunk.replace("\r\n", "\n") != one.text or (source.origin.item is None and source.text != one.text):
        raise Refused(_CHANGED)
    return start, chunk


def _line_start(text: str, at: int, number: int) -> int:
    """Where a line begins, counted from 1 at the beginning of a line."""
    for _ in range(number - 1):
        at = text.find("\n", at) + 1
    return at


def _refuse_same_names(proposals: Sequence[Proposal]) -> None:
    """Two keys of one map that would get the same name: nobody can tell which of them was meant."""
    renames = [one for one in proposals if one.edit is not None and one.fix.operation == RENAME]
    meant: dict[tuple[object, ...], set[FieldPath]] = {}
    for one in renames:
        meant.setdefault(_new_key(one), set()).add(one.fix.path)
    for one in renames:
        if len(meant[_new_key(one)]) > 1:
            one.edit, one.refused = None, f"another field would be {one.fix.value} too"


def _new_key(one: Proposal) -> tuple[object, ...]:
    return one.real, one.finding.index, one.finding.item, one.fix.path[:-1], one.fix.value


def _edit(text: Text, fix: Fix, item: FieldPath) -> Edit:
    """The edit of a document, or of its item at a path."""
    path = (*item, *fix.path)
    if fix.operation == RENAME:
        return text.rename(path, str(fix.value))
    if fix.operation == QUOTE:
        return text.quote(path)
    if fix.operation == ADD:
        return text.add(path, fix.value)
    if fix.operation == REMOVE:
        return text.remove(path)
    return text.replace(path, fix.value)


def candidates(proposals: Sequence[Proposal], *, unsafe: bool) -> list[Proposal]:
    """The proposals that can be made together: safe ones first; of two at one place the first."""
    chosen: list[Proposal] = []
    for one in sorted(proposals, key=lambda one: not one.fix.safe):
        if one.edit is not None and (one.fix.safe or unsafe) and not any(_meets(one, other) for other in chosen):
            chosen.append(one)
    return chosen


def _meets(one: Proposal, other: Proposal) -> bool:
    """Whether two edits are made at one place; the same edit for two findings is one."""
    a, b = one.edit, other.edit
    if a is None or b is None or one.real != other.real or (a.start, a.end, a.new) == (b.start, b.end, b.new):
        return False
    return a.start <= b.end and b.start <= a.end
