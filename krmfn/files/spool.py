"""Files without a name, for what does not belong into the memory of a process."""

from __future__ import annotations

import os
import tempfile
from typing import BinaryIO, cast


def spool() -> BinaryIO:
    """A new one in TMPDIR; in memory where no directory can be written, as in a container with a read-only disk.

    Nothing of it is left behind, however the process ends. Raises OSError.
    """
    try:
        return cast("BinaryIO", tempfile.TemporaryFile())
    except FileNotFoundError:
        if not hasattr(os, "memfd_create"):  # where the system is not Linux
            raise
        return cast("BinaryIO", os.fdopen(os.memfd_create("krmfn"), "w+b"))


def place() -> str:
    """Where the last one is, for a message."""
    return tempfile.tempdir or "memory"
