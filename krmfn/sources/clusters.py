"""The NATS of a large input: found once, and read again one after the other, so that memory does not hold them all."""

from __future__ import annotations

from krmfn.goyaml.errors import Unreadable
from krmfn.model.finding import error
from krmfn.model.objects import API_VERSION, KIND
from krmfn.sources.nats_entry import NatsEntry

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable

    from krmfn.model.finding import Finding
    from krmfn.sources.files import File
    from krmfn.sources.nats_list import NatsList
    from krmfn.sources.source import Input, Source

MANY = 200
"""NATS up to which an input is kept in memory: 200 and their objects take about 25 MB."""
_LARGE = 50
"""Documents of a file above which it is kept in memory: reading it again for each of its NATS would be quadratic."""


class NatsCollector:
    """Collects the NATS of an input while it is read; `entries` are all of them.

    Up to `few` NATS the input keeps them all, as without a collector.
    """

    __slots__ = ("_few", "_held", "entries")

    def __init__(self, few: int = MANY) -> None:
        self._few = few
        self._held: list[Source] = []
        self.entries: list[NatsEntry] | NatsList = []

    @property
    def many(self) -> bool:
        """Whether the NATS are here, and not among the sources of the input."""
        return len(self.entries) > self._few

    def take(self, found: Input, start: int, file: File, *, again: bool) -> None:
        """Look at the sources of one file, which begin at `start`, and take the NATS out once there are many.

        `again`: the file can be read again.
        """
        sources = found.sources
        is_small = again and len(sources) - start <= _LARGE
        for number, source in enumerate(sources[start:]):
            key = source.quick_ref or source.ref()
            if key is not None and key.kind == KIND and key.api_version == API_VERSION:
                text, position = None if is_small else source, len(self.entries)
                one = NatsEntry(key.namespace, key.name, file, number, source=text, position=position)
                self.entries.append(one)
                self._held.append(source)
        if self.many and self._held:
            if isinstance(self.entries, list):
                from krmfn.sources.file_list import FileList
                from krmfn.sources.nats_list import NatsList

                self.entries, found.read = NatsList(self.entries), FileList(found.read)
            begin = 0 if len(self._held) == len(self.entries) else start  # nothing was taken out before
            gone = set(self._held)
            sources[begin:] = [source for source in sources[begin:] if source not in gone]
            self._held.clear()

    def leave_out(self, some: Container[NatsEntry]) -> None:
        """Remove some NATS from the collected ones."""
        if not isinstance(self.entries, list):
            self.entries = self.entries.chosen(lambda one: one not in some)

    def sorted(self, namespace: str) -> NatsList:
        """The NATS by namespace and name; `namespace` is that of those that have none."""
        from krmfn.sources.nats_list import NatsList

        whole = NatsList(self.entries) if isinstance(self.entries, list) else self.entries
        return whole.sorted(namespace)


class Reader:
    """Reads NATS again; the objects of the last file are kept, since the next NATS may be among them."""

    __slots__ = ("_file", "_read", "_sources")

    def __init__(self, read: Callable[[File], list[Source]]) -> None:
        """`read` gives the objects of a file, as when it was read first. It may raise OSError or Unreadable."""
        self._read = read
        self._file: File | None = None
        self._sources: list[Source] = []

    def sources(self, clusters: Iterable[NatsEntry]) -> tuple[list[Source], list[Finding]]:
        """The NATS, and an error for each that is not there any more."""
        found, findings = [], []
        for one in clusters:
            source = one.source or self._again(one)
            if source is not None:
                found.append(source)
            else:
                text = f"NATS {one.mark} was changed or removed while krmfn ran; run krmfn again"
                findings.append(error("read-failed", text).at(file=one.file.name))
        return found, findings

    def forget(self) -> None:
        """Read the next NATS anew, also one of the last file."""
        self._file, self._sources = None, []

    def _again(self, one: NatsEntry) -> Source | None:
        if self._file is None or not one.file.is_same(self._file):
            try:
                self._sources = self._read(one.file)
            except (OSError, Unreadable):
                return None
            self._file = one.file
        source = self._sources[one.number] if one.number < len(self._sources) else None
        key = source.ref() if source is not None else None
        is_same = key is not None and key.kind == KIND and key.name == one.name
        return source if is_same else None
