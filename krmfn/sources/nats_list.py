"""Thousands of NATS in a few bytes each: what is the same for many is kept once, all else in arrays."""

from __future__ import annotations

from array import array
from itertools import pairwise

from krmfn.sources.file_list import FileList, Texts
from krmfn.sources.nats_entry import NatsEntry

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import Any, overload

    from krmfn.sources.source import Source


def positions(numbers: Sequence[int], key: Callable[[int], Any]) -> Sequence[int]:
    """Numbers sorted by a key, without a list of keys where they are in order already, as a walk gives them."""
    is_sorted = all(key(one) <= key(other) for one, other in pairwise(numbers))
    return numbers if is_sorted else array("I", sorted(numbers, key=key))


class _Columns:
    """The attributes of all NATS, by position."""

    __slots__ = ("file", "files", "name", "namespace", "namespaces", "number", "sources")

    def __init__(self) -> None:
        self.files = FileList()
        self.file = array("I")
        self.number = array("I")
        self.name = Texts()
        self.namespaces: list[str] = []
        self.namespace = array("I")
        self.sources: dict[int, Source] = {}

    def append(self, one: NatsEntry) -> None:
        last = self.files[len(self.files) - 1] if len(self.files) else None
        if last is None or not one.file.is_same(last) or one.file.named != last.named:
            self.files.append(one.file)
        if not self.namespaces or self.namespaces[-1] != one.namespace:
            self.namespaces.append(one.namespace)
        if one.source is not None:
            self.sources[len(self.file)] = one.source
        self.file.append(len(self.files) - 1)
        self.number.append(one.number)
        self.name.append(one.name)
        self.namespace.append(len(self.namespaces) - 1)

    def key(self, position: int) -> tuple[str, str]:
        return self.namespaces[self.namespace[position]], self.name[position]

    def entry(self, position: int) -> NatsEntry:
        namespace, name = self.key(position)
        file = self.files[self.file[position]]
        return NatsEntry(
            namespace, name, file, self.number[position], source=self.sources.get(position), position=position
        )


class NatsList:
    """NATS in some order; a `NatsEntry` is made when it is asked for."""

    __slots__ = ("_columns", "_order")

    def __init__(self, entries: Iterable[NatsEntry] = ()) -> None:
        self._columns = _Columns()
        self._order: Sequence[int] = range(0)
        for one in entries:
            self.append(one)

    def append(self, one: NatsEntry) -> None:
        """Add a NATS at the end of a list that is in the order of its positions."""
        self._columns.append(one)
        self._order = range(len(self._columns.file))

    def sorted(self, namespace: str) -> NatsList:
        """The same by namespace and name; `namespace` is that of those that have none."""
        self._columns.namespaces = [one or namespace for one in self._columns.namespaces]
        return self._with(positions(self._order, self._columns.key))

    def chosen(self, is_chosen: Callable[[NatsEntry], bool]) -> NatsList:
        """The NATS that `is_chosen` accepts."""
        chosen = (position for position in self._order if is_chosen(self._columns.entry(position)))
        return self._with(array("I", chosen))

    def _with(self, order: Sequence[int]) -> NatsList:
        made = NatsList()
        made._columns, made._order = self._columns, order
        return made

    def __len__(self) -> int:
        return len(self._order)

    if TYPE_CHECKING:

        @overload
        def __getitem__(self, place: int) -> NatsEntry: ...

        @overload
        def __getitem__(self, place: slice) -> list[NatsEntry]: ...

    def __getitem__(self, place: int | slice) -> NatsEntry | list[NatsEntry]:
        if isinstance(place, slice):
            return [self._columns.entry(position) for position in self._order[place]]
        return self._columns.entry(self._order[place])

    def __iter__(self) -> Iterator[NatsEntry]:
        return map(self._columns.entry, self._order)
