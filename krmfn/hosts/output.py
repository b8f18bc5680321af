"""Standard input and output as bytes: read under a limit, written whole or reported."""

from __future__ import annotations

import stat

from krmfn.hosts.system import fstat, read, write
from krmfn.wire.limits import MAX_INPUT
from krmfn.wire.unreadable import Unreadable

CHUNK = 1 << 20
"""Bytes a read or write; larger ones gain nothing."""


def read_all(fd: int) -> bytes:
    """Everything that a descriptor holds; Unreadable when it is more than the limit, before it is all in memory.

    A descriptor that is closed holds nothing. OSError when it cannot be read.
    """
    try:
        status = fstat(fd)
    except OSError:
        return b""
    if stat.S_ISREG(status.st_mode) and status.st_size > MAX_INPUT:
        raise _too_large()
    chunks, size = [], 0
    while chunk := read(fd, CHUNK):
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


def complain(text: str) -> None:
    """Write to standard error; where that is closed or full there is nobody left to tell."""
    try:
        write_all(2, text.encode())
    except OSError:
        pass


def _wait_writable(fd: int) -> None:
    import select

    select.select([], [fd], [])


def _too_large() -> Unreadable:
    return Unreadable("too-large", f"the input has more than {MAX_INPUT >> 20} MiB; split it")
