"""The calls of the system that every run makes. `os` has them too; its import is a tenth of a short run."""

from __future__ import annotations

import sys

try:
    import posix as system
except ImportError:  # where the system is not POSIX
    import os as system  # type: ignore[no-redef]

dup2, fstat, isatty, read, write = system.dup2, system.fstat, system.isatty, system.read, system.write

__all__ = ["dup2", "fstat", "isatty", "leave", "read", "write"]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import NoReturn


def leave(status: int) -> NoReturn:
    """End the process at once. Through `os` where it is there: what measures a run waits for it there."""
    end: Callable[[int], NoReturn] = sys.modules.get("os", system)._exit  # noqa: SLF001 - public under this name
    end(status)
