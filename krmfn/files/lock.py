"""One run at a time for an output directory."""

from __future__ import annotations

import errno
import fcntl
import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Self

_NONE = (errno.EBADF, errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS)
"""Some network file systems have no locks, or none for directories."""


class LockFile:
    """A lock for a directory that is not there, held inside `with`, after waiting for other runs. Raises OSError.

    It is on the file `.NAME.krmfn-lock` beside the directory, which is removed with the lock. When a killed run left
    it, another one takes it over.
    """

    __slots__ = ("_descriptor", "_path")

    def __init__(self, directory: str) -> None:
        parent, name = os.path.split(directory)
        self._path = os.path.join(parent, f".{name}.krmfn-lock")
        self._descriptor = -1

    def __enter__(self) -> Self:
        self._descriptor = _locked(self._path, os.O_RDWR | os.O_CREAT, fcntl.LOCK_EX)
        return self

    def remove_left(self) -> None:
        """Remove the file if a killed run left it and this user may."""
        if os.path.lexists(self._path):
            try:
                with self:
                    pass
            except OSError:
                pass

    def __exit__(self, *_: object) -> None:
        try:
            os.unlink(self._path)
        except OSError:
            pass
        os.close(self._descriptor)


class Lock:
    """The lock of an output directory, held inside `with`, after waiting for other runs. Raises OSError.

    It is on the directory itself, so that nothing is written for it and runs into directories beside each other do
    not wait. Where there is no such directory, it is on a file.
    """

    __slots__ = ("_descriptors", "_directory", "_file", "_mode")

    def __init__(self, directory: str, *, is_shared: bool = False) -> None:
        """`is_shared`: runs that share it do not exclude each other, only those that do not share it."""
        self._directory = directory
        self._mode = fcntl.LOCK_SH if is_shared else fcntl.LOCK_EX
        self._descriptors: list[int] = []
        self._file: LockFile | None = None

    def __enter__(self) -> Self:
        while not self._descriptors and self._file is None:
            try:
                self._descriptors.append(_locked(self._directory, os.O_RDONLY | os.O_DIRECTORY, self._mode))
            except FileNotFoundError:
                self._file = LockFile(self._directory).__enter__()
                if os.path.lexists(self._directory):  # the run before this one made it
                    self.__exit__()
        if self._file is None:
            LockFile(self._directory).remove_left()
        return self

    def __exit__(self, *_: object) -> None:
        while self._descriptors:
            os.close(self._descriptors.pop())
        if self._file is not None:
            self._file.__exit__()
            self._file = None

    def renew(self) -> None:
        """Take the lock of the directory that is there now. Another run may have had it meanwhile. Raises OSError."""
        self.__exit__()
        self.__enter__()

    def extend_to(self, new: str) -> None:
        """Hold the lock of a directory too that is about to take this one's place. Raises OSError.

        Also where this one was removed or replaced by hand since it was locked.
        """
        is_there = bool(self._descriptors)
        if self._file is None:
            self._file = LockFile(self._directory).__enter__()  # there may be a moment without a directory
        if os.path.lexists(self._directory) != is_there or not all(
            _is_at(one, self._directory) for one in self._descriptors
        ):
            raise OSError(errno.ESTALE, "it was removed or replaced while krmfn ran")
        self._descriptors.append(_locked(new, os.O_RDONLY | os.O_DIRECTORY, self._mode))


def _locked(path: str, flags: int, mode: int) -> int:
    """A descriptor of what has this path once it is locked. Raises OSError."""
    while True:
        descriptor = os.open(path, flags | os.O_NOFOLLOW, 0o666)
        try:
            _lock(descriptor, mode)
            if _is_at(descriptor, path):
                return descriptor
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)  # the run before this one removed or replaced it


def _lock(descriptor: int, mode: int) -> None:
    try:
        fcntl.flock(descriptor, mode)
    except OSError as why:
        if why.errno not in _NONE:
            raise


def _is_at(descriptor: int, path: str) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), os.lstat(path))
    except FileNotFoundError:
        return False
