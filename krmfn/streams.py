"""Standard input, output and error as bytes: read under a limit, written whole or reported.

Standard error is written last, when standard output is complete and closed. So a caller that reads one after the other
gets both, and a caller that never reads standard error still gets the output and the exit status.
"""

from __future__ import annotations

import sys

from krmfn.goyaml.errors import MAX_INPUT, Unreadable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import NoReturn

# `os` has these calls too; its import is a tenth of a short run
try:
    import posix as system
except ImportError:  # where the system is not POSIX
    import os as system  # type: ignore[no-redef]

dup2, fstat, isatty, read, write = system.dup2, system.fstat, system.isatty, system.read, system.write


def leave(status: int) -> NoReturn:
    """End the process at once. Through `os` where it is there: what measures a run waits for it there."""
    end: Callable[[int], NoReturn] = sys.modules.get("os", system)._exit  # noqa: SLF001 - public under this name
    end(status)


CHUNK = 1 << 20
"""Bytes a read or write; larger ones gain nothing."""
PATIENCE = 5.0
"""Seconds that the pipe of standard error may stay full before the rest is dropped. A reader empties it at once."""

_KIND, _REGULAR = 0o170000, 0o100000
"""Of the mode of a file: the bits of its kind, and a regular file. To import `stat` is a hundredth of a short run."""

_kept: list[str] = []


def read_all(fd: int) -> bytes:
    """Everything that a descriptor holds; Unreadable when it is more than the limit, before it is all in memory.

    A descriptor that is closed holds nothing. OSError when it cannot be read.
    """
    try:
        status = fstat(fd)
    except OSError:
        return b""
    is_file = status.st_mode & _KIND == _REGULAR
    if is_file and status.st_size > MAX_INPUT:
        raise _too_large()
    chunks, size = [], 0
    most = max(CHUNK, status.st_size) if is_file else CHUNK  # in one piece, it is not in memory twice
    while chunk := read(fd, most):
        size += len(chunk)
        if size > MAX_INPUT:
            raise _too_large()
        chunks.append(chunk)
    return b"".join(chunks)


def write_all(fd: int, data: bytes) -> None:
    """Write every byte, however short the writes are and whether or not the descriptor blocks; or OSError."""
    view = memoryview(data)
    while view:
        try:
            view = view[write(fd, view[:CHUNK]) :]
        except BlockingIOError:
            _wait_writable(fd)


def write_text(fd: int, text: str) -> None:
    """The same for a text as UTF-8, which is encoded piece by piece, so that it is not in memory twice."""
    for at in range(0, len(text), CHUNK):
        write_all(fd, text[at : at + CHUNK].encode())


def complain(text: str) -> None:
    """Keep a text for standard error, where `settle` writes it."""
    _kept.append(text)


def settle() -> None:
    """Write to standard error what was kept. Call it once, when standard output is complete.

    Where the outputs are two pipes, standard output is closed first, and the rest of the text is dropped once the
    reader has read nothing for PATIENCE. Where standard error is closed, the text is dropped.
    """
    data = "".join(_kept).encode()
    _kept.clear()
    if not data:
        return
    try:
        if _are_two_pipes():
            dup2(2, 1)
            _write_patiently(2, data)
        else:
            write_all(2, data)
    except OSError:
        pass


def _are_two_pipes() -> bool:
    try:
        out, err = fstat(1), fstat(2)
    except OSError:
        return False
    is_same = (out.st_dev, out.st_ino) == (err.st_dev, err.st_ino)
    return not is_same and _is_pipe(out.st_mode) and _is_pipe(err.st_mode)


def _is_pipe(mode: int) -> bool:
    import stat

    return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)


def _write_patiently(fd: int, data: bytes) -> None:
    """Write as much as is read. The descriptor keeps its mode, since another process may share it.

    A pipe that is ready takes PIPE_BUF bytes without blocking (POSIX).
    """
    import select

    view = memoryview(data)
    while view and select.select([], [fd], [], PATIENCE)[1]:
        try:
            view = view[write(fd, view[: select.PIPE_BUF]) :]
        except BlockingIOError:
            continue


def _wait_writable(fd: int) -> None:
    import select

    select.select([], [fd], [])


def _too_large() -> Unreadable:
    return Unreadable("too-large", f"the input has more than {MAX_INPUT >> 20} MiB; split it")
