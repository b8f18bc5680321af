"""A ResourceList as text: its items cut out and put back byte for byte; what is not krmfn's is never printed anew."""

from __future__ import annotations

from krmfn.goyaml import emitter, reader
from krmfn.goyaml.errors import Unreadable
from krmfn.goyaml.reading import Reading
from krmfn.resourcelist import fast_locator
from krmfn.resourcelist.extent import has_foreign_breaks

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.model.objects import Object
    from krmfn.resourcelist.fast_locator import Shape

    _Edit = tuple[int, int, list[str]]
    """From where to where a text is replaced, and the parts of what replaces it."""


def split(text: str) -> ResourceList:
    """The items of a ResourceList, from text as `documents.decode` gives it; none of them is read.

    Raises Unreadable: `not-a-resource-list`, `no-items`, `not-a-list`, `duplicate-key`, `several-documents`,
    `irregular-list` (a form that cannot be spliced), or what the structure of YAML forbids.
    """
    found = fast_locator.find(text)
    if found is None:
        from krmfn.resourcelist import full_locator

        found = full_locator.find(text)
    return ResourceList(text, found)


class ResourceList:
    """The items' texts, and what is around them.

    `items` are texts as they are spliced: a block item from the line of its dash up to the next item, comments between
    included. `item_lines` are their first lines in the whole text, from 1. `function_config` is the text of that value,
    None when it is absent or null, and `function_config_line` its first line.
    """

    __slots__ = ("_shape", "function_config", "function_config_line", "text")

    def __init__(self, text: str, found: Shape) -> None:
        self.text = text
        self._shape = found
        self.function_config = None if found.config is None else _dedented(text[found.config[0] : found.config[1]])
        self.function_config_line = found.config_line

    @property
    def items(self) -> list[str]:
        """The text of each item; they are cut when first needed."""
        if self._shape.stretches:
            self._shape.cut(self.text)
        return self._shape.items

    @property
    def item_lines(self) -> list[int]:
        """The first line of each item."""
        if self._shape.stretches:
            self._shape.cut(self.text)
        return self._shape.item_lines

    @property
    def indent(self) -> int | None:
        """The column of the items' dashes; None for a list in flow style."""
        return None if self._shape.pad is None else len(self._shape.pad)

    def read(self, index: int) -> Reading:
        """The object that an item is; lines count from 1 in its text. Raises Unreadable.

        An alias to an anchor in another item is resolved when the whole list can be read.
        """
        try:
            return reader.read(self._object_text(self.items[index]))
        except Unreadable as trouble:
            if trouble.code != "unknown-anchor":
                raise
            try:
                return self._read_in_place(index)
            except Unreadable:
                raise trouble from None

    def document(self, index: int) -> str:
        """The text of an item as a document of its own, ending in a newline."""
        text = self._object_text(self.items[index])
        return text if text.endswith("\n") else f"{text}\n"

    def read_function_config(self) -> Reading | None:
        """The functionConfig, lines from 1 in its text; None when it is absent or null. Raises Unreadable."""
        return None if self.function_config is None else reader.read(self.function_config)

    def render(self, items: list[str | Object], results: list[Object] | None = None) -> str:
        """The list with these items: texts from `items` or `with_annotation`, and new objects, in the list's own style.

        `results` replace existing ones: None leaves those, an empty list removes them. With the items as they were and
        no results it is the text itself. Raises Unprintable for what an object holds.
        """
        same = len(items) == len(self.items) and all(
            new is old or new == old for new, old in zip(items, self.items, strict=True)
        )
        added = [] if results is None else self._results(results)
        is_finished = self.text.endswith("\n") or not added or not self.items or self._shape.is_flow
        edits = added if same and is_finished else [self._list(items), *added]
        if not edits:
            return self.text
        parts: list[str] = []
        at = 0
        for start, end, written in sorted(edits, key=lambda edit: edit[0]):
            parts.append(self.text[at:start])
            before = next((part for part in reversed(parts) if part), "\n")
            if written and written[0].lstrip(" ").startswith("results:") and before[-1] != "\n":
                parts.append("\n")
            parts += written
            at = end
        return "".join([*parts, self.text[at:]])  # in one go: each copy of the output is memory

    def with_annotation(self, index: int, key: str, value: str) -> str:
        """The text of an item with an annotation set, its comments and style kept; raises Unreadable, Unprintable."""
        from krmfn.resourcelist import annotation_edit

        reading = self.read(index)
        text, pad = self.items[index], self._shape.pad
        wanted = annotation_edit.annotated(reading.value, key, value)
        if wanted == reading.value:
            return text
        if pad is None:
            return emitter.flow(wanted)
        for edited in annotation_edit.edits(text, reading, key, value):
            if self._holds(edited, wanted):
                return edited
        return emitter.item(wanted, len(pad))

    def _holds(self, item: str, wanted: Object) -> bool:
        """Whether an edited text reads as it should."""
        try:
            return bool(reader.read(self._object_text(item)).value == wanted)
        except Unreadable:
            return False

    def _object_text(self, item: str) -> str:
        """The document that an item is: its dash a blank, then as far to the left as it goes."""
        return item if self._shape.pad is None else object_text(item, self._shape.pad)

    def _read_in_place(self, index: int) -> Reading:
        from krmfn.goyaml import full_reader

        """What an alias stands for has its lines in the item of the anchor: here it has that of the field around it."""
        whole = full_reader.read(self.text)
        here, first = ("items", index), self.item_lines[index]

        def own(line: int | None) -> int | None:
            return line - first + 1 if line is not None and line >= first else None

        own_lines = {path[2:]: own(line) for path, line in whole.lines.items() if path[:2] == here}
        lines = {path: line for path, line in own_lines.items() if line is not None}
        problems = [
            type(problem)(problem.severity, problem.code, problem.message, path=problem.path[2:]).at(
                line=own(problem.line)
            )
            for problem in whole.problems
            if problem.path[:2] == here
        ]
        return Reading(whole.value["items"][index], lines, problems)

    def _list(self, items: list[str | Object]) -> _Edit:
        """The edit that puts these items in the place of the old ones."""
        found, text = self._shape, self.text
        if found.pad is None:
            return self._flow_list(items)
        written = self._on_lines(items)
        if self.items:
            if written:
                return found.starts[0], found.stop, written
            between = text[found.key_end : found.starts[0]]
            is_bare = between.strip()[:1] in ("", "#")  # else an anchor or a tag
            return found.key_end, found.stop, [" []", between if is_bare else "\n"]
        start, end = found.value
        eol = text.find("\n", end)
        if eol < 0:
            eol = len(text)
        return (
            found.key_end,
            min(eol + 1, len(text)),
            [text[found.key_end : start].rstrip(" "), text[end:eol], "\n", *written],
        )

    def _on_lines(self, items: list[str | Object]) -> list[str]:
        """Block items, each on lines of its own."""
        indent = len(self._shape.pad or "")
        unfinished = "" if self.text.endswith("\n") else self.items[-1] if self.items else ""
        lines = []
        for item in items:
            if not isinstance(item, str):
                lines.append(emitter.item(item, indent))
            elif item.endswith("\n"):
                lines.append(item)
            else:
                lines.append(self._finished(item, indent) if item == unfinished else item + "\n")
        return lines

    def _finished(self, item: str, indent: int) -> str:
        """The last item of a text that does not end in a newline, with one: in a block scalar it would add to it."""
        before, after = (reader.read(self._object_text(text)).value for text in (item, item + "\n"))
        return item + "\n" if before == after else emitter.item(before, indent)

    def _flow_list(self, items: list[str | Object]) -> _Edit:
        found, text = self._shape, self.text
        start, end = found.value
        gap = text[found.starts[0] + len(found.items[0]) : found.starts[1]] if len(found.items) > 1 else ""
        separator = gap if gap.strip() == "," else ", "
        written = separator.join(item if isinstance(item, str) else emitter.flow(item) for item in items)
        if found.items and items:
            return found.starts[0], found.stop, [written]
        colon = "" if text[found.key_end - 1] == ":" else ":"
        return start, end, [f"{colon} " if start == end else "", f"[{written}]"]

    def _results(self, results: list[Object]) -> list[_Edit]:
        """The edit that puts the results in the place of the old ones, or at the end."""
        found = self._shape
        if found.is_flow:
            return self._flow_results(results)
        written: list[str] = []
        if results:
            indent = len(found.root_pad)
            written = [found.root_pad + "results:\n", *(emitter.item(result, indent) for result in results)]
        if found.results is not None:
            return [(*found.results, written)]
        return [(found.end, found.end, written)] if written else []

    def _flow_results(self, results: list[Object]) -> list[_Edit]:
        found = self._shape
        written = '"results": ' + emitter.flow(results)
        if found.results is not None:
            return [(*found.results, [written])]
        if not results:
            return []
        comma = "" if self.text[: found.end].rstrip().endswith(",") else ", "
        return [(found.end, found.end, [comma, written])]


def object_text(item: str, pad: str) -> str:
    """The document that an item of a block list is; `pad` are the blanks before its dash."""
    return _dedented(f"{pad} {item[len(pad) + 1 :]}")


def _dedented(text: str) -> str:
    """The text moved to the left by its first line's blanks, where that changes nothing, so that it reads fast.

    Not where a line could become a document marker, not with line breaks that would stay indented, and not a block
    scalar, perhaps behind a tag or an anchor: its text is never in column 0.
    """
    bare = text.lstrip(" ")
    if bare[:1] in ("|", ">", "!", "&"):
        return text
    pad = "\n" + text[: len(text) - len(bare)]
    rows = text.removesuffix("\n")
    if pad + "---" in text or pad + "..." in text or has_foreign_breaks(text):
        return text
    if rows.count("\n") != rows.count(pad) + (rows.count("\n\n") if len(pad) > 1 else 0):
        return text
    return rows[len(pad) - 1 :].replace(pad, "\n") + text[len(rows) :]
