"""The clusters of a large report, on the disk."""

from __future__ import annotations

import pickle

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from krmfn.reports.fleet.model import ClusterView


class StoredClusters:
    """Clusters in the order in which they came; they are read from the file each time that they are iterated."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._count = 0

    def add(self, one: ClusterView) -> None:
        """Keep one. Raises OSError."""
        pickle.dump(one, self._file, pickle.HIGHEST_PROTOCOL)
        self._count += 1

    def clear(self) -> None:
        """Forget all."""
        self._file.seek(0)
        self._file.truncate()
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def __contains__(self, one: object) -> bool:
        return any(other is one for other in self)

    def __iter__(self) -> Iterator[ClusterView]:
        at = 0
        for _ in range(self._count):
            self._file.seek(at)
            one: ClusterView = pickle.load(self._file)  # noqa: S301 - written above
            at = self._file.tell()
            yield one
