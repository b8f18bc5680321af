"""A file, replaced as a whole or not at all."""

from __future__ import annotations

import contextlib
import os
import stat

from krmfn.model.finding import error
from krmfn.model.text import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from krmfn.model.finding import Finding


def write(path: str, parts: Iterable[str], inputs: Collection[str]) -> Finding | None:
    """Make `parts` the text of the file: a reader sees the old file or the new one. Returns what was wrong, or None.

    Folders that are missing are made, as `--output-dir` makes them.
    `inputs` are real paths of files that were read; none is overwritten. A symbolic link, a directory, a device are
    refused.
    """
    refused = _refusal(path, inputs)
    if refused:
        return error("output-file", refused).at(file=path)
    folder, name = os.path.split(os.path.abspath(path))
    new = os.path.join(folder, f".{name}.krmfn-{os.getpid()}")
    try:
        os.makedirs(folder, exist_ok=True)
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o666)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.writelines(part.encode() for part in parts)
                file.flush()
                os.fsync(file.fileno())
            os.replace(new, path)
        except BaseException:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(new)
            raise
    except OSError as why:
        return error("write-failed", f"it cannot be written: {why.strerror}; nothing was changed").at(file=path)
    return None


def _refusal(path: str, inputs: Collection[str]) -> str:
    try:
        kind = os.lstat(path).st_mode
    except OSError:
        return ""
    if not stat.S_ISREG(kind):
        what = "a symbolic link" if stat.S_ISLNK(kind) else "a directory" if stat.S_ISDIR(kind) else "not a file"
        return f"--output is {what}; name a file, or one that does not exist yet"
    if os.path.realpath(path) in inputs:
        return f"--output is {shown(path, 200)}, which is read; name another file"
    return ""
