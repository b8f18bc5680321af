"""Files without a name, for what does not belong into the memory of a process."""

from __future__ import annotations

import io
import os
import tempfile

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, BinaryIO


class _File(io.FileIO):
    """A file whose errors name the place where it is."""

    def write(self, data: Any, /) -> int:
        try:
            return super().write(data) or 0
        except OSError as why:
            raise OSError(why.errno, why.strerror, place()) from None


def spool() -> BinaryIO:
    """A new one in TMPDIR; in memory where no directory can be written, as in a container with a read-only disk.

    Nothing of it is left behind, however the process ends. Raises OSError.
    """
    try:
        with tempfile.TemporaryFile() as made:
            descriptor = os.dup(made.fileno())
    except FileNotFoundError:
        if not hasattr(os, "memfd_create"):  # where the system is not Linux
            raise
        descriptor = os.memfd_create("krmfn")
    return io.BufferedRandom(_File(descriptor, "r+b"))


def place() -> str:
    """Where the last one is, for a message."""
    return tempfile.tempdir or "memory"
