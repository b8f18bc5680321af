"""The items of a ResourceList as sources: identities, files and lines, each found when it is requested."""

from __future__ import annotations

from krmfn.resourcelist.annotations import KUSTOMIZE_ID, PACKAGE_PATH, file_of, host_lines, index_of
from krmfn.resourcelist.head import head
from krmfn.sources.source import Source, refuse_large

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.goyaml.reading import Reading
    from krmfn.resourcelist.resource_list import ResourceList


class Item:
    """An item of a ResourceList, and the origin of its source."""

    __slots__ = ("_files", "_host_lines", "_line", "_list", "position", "source")

    item = None  # in its file the object is a document

    def __init__(self, listed: ResourceList, position: int, files: _Files) -> None:
        """`position` counts from 0; `files` are those of all items."""
        text = listed.items[position]
        self.position = position
        self.source = Source(text, self, self._read, look=head)
        self._files = files
        self._list = listed
        self._line = listed.item_lines[position]
        self._host_lines: list[int] | None = None

    def _read(self) -> Reading:
        refuse_large(self.source.text)
        return self._list.read(self.position)

    @property
    def annotations(self) -> dict[str, str]:
        """All annotations of the item; empty when its head cannot be read."""
        return self.source.annotations

    @property
    def file(self) -> str | None:
        """The file that the host's annotations name."""
        return file_of(self.annotations)

    @property
    def folder(self) -> str:
        """The folder of the file, from the root of what the host gives; "" without a file, and below kustomize."""
        if self.file is None or KUSTOMIZE_ID in self.annotations:
            return ""
        return f"{self.annotations.get(PACKAGE_PATH, '')}/{self.file}".rpartition("/")[0]

    @property
    def path(self) -> str:
        """The file in its folder, "" where no host names one."""
        return f"{self.folder}/{self.file.rpartition('/')[2]}" if self.file is not None else ""

    @property
    def index(self) -> int | None:
        """The position of the document in it."""
        return index_of(self.annotations)

    def line(self, number: int) -> int | None:
        """The line of the file, without what the host added; without a file the line of the list.

        The host drops empty lines and a separator at the top, so in a file with those the count comes out smaller.
        """
        if self.file is None:
            return self._line + number - 1
        before = self._files.lines_before(self) if self.index else 0
        if before is None:
            return None
        return before + number - sum(1 for line in self._added() if line < number)

    def lines_in_file(self) -> int:
        """How many lines the document has in its file."""
        return self.source.text.rstrip("\n").count("\n") + 1 - len(self._added())

    def _added(self) -> list[int]:
        if self._host_lines is None:
            self._host_lines = host_lines(self.source.text)
        return self._host_lines


class _Files:
    """The files of all items, looked at when the line of a document behind another one is first wanted."""

    __slots__ = ("_items", "_starts")

    def __init__(self, items: list[Item]) -> None:
        self._items = items
        self._starts: dict[tuple[str, str], list[int]] = {}

    def lines_before(self, item: Item) -> int | None:
        """How many lines of its file are before a document; None when some documents are not among the items."""
        if not self._starts:
            self._read()
        index, starts = item.index or 0, self._starts.get(_file(item), [])
        return starts[index] if index < len(starts) else None

    def _read(self) -> None:
        documents: dict[tuple[str, str], list[Item]] = {}
        for item in self._items:
            documents.setdefault(_file(item), []).append(item)
        for file, same in documents.items():
            starts = self._starts[file] = []
            at = 0
            for position, item in enumerate(sorted(same, key=_position)):
                if _position(item) != position:
                    break
                starts.append(at)
                at += item.lines_in_file() + 1


def _file(item: Item) -> tuple[str, str]:
    return item.annotations.get(PACKAGE_PATH, ""), item.file or ""


def _position(item: Item) -> int:
    return -1 if item.index is None else item.index


def items_of(listed: ResourceList) -> list[Item]:
    """Every item."""
    items: list[Item] = []
    files = _Files(items)
    items.extend(Item(listed, position, files) for position in range(len(listed.items)))
    return items
