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

    __slots__ = ("_host_lines", "_items", "_line", "_list", "position", "source")

    item = None  # in its file the object is a document

    def __init__(self, listed: ResourceList, position: int, items: list[Item]) -> None:
        """`position` counts from 0; `items` are all items, among them the other documents of this one's file."""
        text = listed.items[position]
        self.position = position
        self.source = Source(text, self, self._read, look=head)
        self._items = items
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
        before = self._documents_before()
        if before is None:
            return None
        own = number - sum(1 for line in self._added() if line < number)
        return own + sum(item.lines_in_file() + 1 for item in before)

    def lines_in_file(self) -> int:
        """How many lines the document has in its file."""
        return self.source.text.rstrip("\n").count("\n") + 1 - len(self._added())

    def _added(self) -> list[int]:
        if self._host_lines is None:
            self._host_lines = host_lines(self.source.text)
        return self._host_lines

    def _documents_before(self) -> list[Item] | None:
        """The documents before this one in its file, or None when some are not among the items."""
        if not self.index:
            return []
        mine = (self.annotations.get(PACKAGE_PATH), self.file)
        file = mine[1] or ""
        same = [i for i in self._items if file in i.source.text and (i.annotations.get(PACKAGE_PATH), i.file) == mine]
        before = [i for i in same if i.index is not None and i.index < self.index]
        return before if len(before) == self.index else None


def items_of(listed: ResourceList) -> list[Item]:
    """Every item."""
    items: list[Item] = []
    items.extend(Item(listed, position, items) for position in range(len(listed.items)))
    return items
