"""Thousands of files in a few bytes each: what is the same for many is kept once, all else in arrays."""

from __future__ import annotations

from array import array

from krmfn.sources.files import File

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class Texts:
    """Short texts in one block of memory, by their position. Each comes back as it was, also a name that is no text."""

    __slots__ = ("_block", "_ends")

    def __init__(self) -> None:
        self._block = bytearray()
        self._ends = array("I", [0])  # so in all less than 4 GiB, which is more than an input may have

    def append(self, text: str) -> None:
        """Add a text at the end."""
        self._block += text.encode(errors="surrogatepass")
        self._ends.append(len(self._block))

    def __getitem__(self, number: int) -> str:
        return self._block[self._ends[number] : self._ends[number + 1]].decode(errors="surrogatepass")


class FileList:
    """Files in the order in which they were added; a `File` is made when it is asked for.

    One that was named, or is reached over a link, is kept as it is.
    """

    __slots__ = ("_folder", "_folders", "_names", "_whole")

    def __init__(self, files: Iterable[File] = ()) -> None:
        self._folders: list[tuple[str, str]] = []
        self._folder = array("I")
        self._names = Texts()
        self._whole: dict[int, File] = {}
        for file in files:
            self.append(file)

    def append(self, file: File) -> None:
        """Add a file at the end."""
        is_plain = not file.named and file.real_base == file.base
        if not is_plain:
            self._whole[len(self)] = file
        self._names.append(file.base if is_plain else "")
        folder = (file.at, file.real_at)
        if not self._folders or self._folders[-1] != folder:
            self._folders.append(folder)
        self._folder.append(len(self._folders) - 1)

    def __len__(self) -> int:
        return len(self._folder)

    def __contains__(self, file: object) -> bool:
        return isinstance(file, File) and any(file.is_same(one) for one in self)

    def __getitem__(self, number: int) -> File:
        return self._whole.get(number) or File.inside(*self._folders[self._folder[number]], self._names[number])

    def __iter__(self) -> Iterator[File]:
        return map(self.__getitem__, range(len(self)))
