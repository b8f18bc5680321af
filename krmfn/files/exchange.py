"""Calls of Linux that Python does not have: exchange two directories in one step, bring a file system to the disk."""

from __future__ import annotations

import errno
import os

_AT_FDCWD, _RENAME_EXCHANGE = -100, 2
_CANNOT = (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP)
"""Errors of a kernel or a file system that cannot exchange two directories."""


def exchange(new: str, target: str, aside: str) -> None:
    """Put `new` in the place of `target`, and `target`, where it exists, in the place of `new` or `aside`.

    On Linux this is one step (renameat2). Elsewhere there is a moment without `target`; `aside` then holds it. Raises
    OSError with `target` as it was.
    """
    if not os.path.lexists(target):
        os.rename(new, target)
    elif not _in_one_step(new, target):
        os.rename(target, aside)
        try:
            os.rename(new, target)
        except OSError:
            os.rename(aside, target)
            raise


def _in_one_step(one: str, other: str) -> bool:
    """False when the system cannot; raises OSError when it could and failed."""
    import ctypes

    try:
        renameat2 = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError):
        return False
    if renameat2(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE) == 0:
        return True
    number = ctypes.get_errno()
    if number in _CANNOT:
        return False
    raise OSError(number, os.strerror(number), other)


def synchronized(descriptor: int) -> bool:
    """Bring all of the descriptor's file system to the disk (syncfs); False when the system cannot. Raises OSError."""
    import ctypes

    try:
        syncfs = ctypes.CDLL(None, use_errno=True).syncfs
    except (AttributeError, OSError):
        return False
    if syncfs(descriptor) == 0:
        return True
    number = ctypes.get_errno()
    if number in _CANNOT:
        return False
    raise OSError(number, os.strerror(number))
