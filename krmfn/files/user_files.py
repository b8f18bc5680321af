"""Files of a user, each replaced by a new version of itself: all of them, or none."""

from __future__ import annotations

import contextlib
import os
import stat

from krmfn.model.finding import error
from krmfn.streams import read_all

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from krmfn.model.finding import Finding


class Version:
    """A file: its `name` in findings, its `real` path, the content that was read, and the new content."""

    __slots__ = ("name", "new", "old", "real")

    def __init__(self, name: str, real: str, old: bytes, new: bytes) -> None:
        self.name = name
        self.real = real
        self.old = old
        self.new = new


def replace(versions: Sequence[Version]) -> list[Finding]:
    """Give every file its new contents, its mode and owner kept. Returns what was wrong; then no file was changed.

    Whoever reads one of them meanwhile, or after the process was killed, finds its old contents or its new ones. A file
    that is not what was read, is read-only, or has a second name on the disk is refused.
    """
    refused = [error("write-failed", why).at(file=one.name) for one in versions if (why := _refusal(one))]
    if refused:
        return refused
    ready: list[str] = []
    done: list[Version] = []
    one = versions[0]
    try:
        for one in versions:
            ready += [_beside(one.real, one.new)]
        for one, new in zip(versions, ready, strict=True):
            _refuse_changed(one)
            os.replace(new, one.real)
            done.append(one)
    except OSError as why:
        for back in done:
            os.replace(_beside(back.real, back.old), back.real)
        return [error("write-failed", f"{why.strerror}; no file was changed").at(file=one.name)]
    finally:
        for new in ready[len(done) :]:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(new)
    return []


def _refusal(one: Version) -> str:
    try:
        status = os.lstat(one.real)
        if not stat.S_ISREG(status.st_mode):
            return "not a regular file; no file was changed"
        if not status.st_mode & 0o222 or not os.access(one.real, os.W_OK):
            return "the file is read-only; make it writable (chmod u+w); no file was changed"
        if status.st_nlink > 1:
            return "the file has another name (a hard link), which a new version would lose; no file was changed"
        _refuse_changed(one)
    except OSError as why:
        return f"{why.strerror}; no file was changed"
    return ""


def _refuse_changed(one: Version) -> None:
    """Raise OSError for a file that does not hold any more what was read from it."""
    descriptor = os.open(one.real, os.O_RDONLY)
    try:
        if read_all(descriptor) != one.old:
            raise OSError(0, "the file changed while krmfn read it; run krmfn fix again")
    finally:
        os.close(descriptor)


def _beside(real: str, content: bytes) -> str:
    """A new file in the folder of another, with its mode and owner. Raises OSError."""
    folder, name = os.path.split(real)
    new = os.path.join(folder, f".{name}.krmfn-{os.getpid()}")
    status = os.stat(real)
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            made = os.fstat(file.fileno())
            if (made.st_uid, made.st_gid) != (status.st_uid, status.st_gid):
                os.fchown(file.fileno(), status.st_uid, status.st_gid)
            os.fchmod(file.fileno(), stat.S_IMODE(status.st_mode))
            os.fsync(file.fileno())
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(new)
        raise
    return new
