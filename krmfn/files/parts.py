"""Parts of an output directory, which shards write, and a whole render: what must not be there together."""

from __future__ import annotations

import os

from krmfn.files.existing_tree import KUSTOMIZATION, content_of, is_rendered
from krmfn.model.finding import error
from krmfn.model.text import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krmfn.model.finding import Finding

_ADVICE = "its clusters would be there twice; remove {0}, and compare with {1} by --previous, or use another directory"


def beside_whole(directory: str) -> Iterator[Finding]:
    """An error for parts in the directory of a render without --shard. Raises OSError."""
    for name, _ in _parts(directory):
        if _is_render(os.path.join(directory, name)):
            text = f"{shown(name)} is a part of a render with --shard, and this render has no --shard: "
            yield _error(text + _ADVICE.format("the parts", "them"), os.path.join(directory, name))
            return


def beside_part(directory: str, count: int) -> Iterator[Finding]:
    """An error for what is beside a part of `count`: parts of another number, or a whole render. Raises OSError.

    `directory` is that of all parts.
    """
    for name, others in _parts(directory):
        if others != count:
            text = f"{shown(name)} is a part of {others} shards, and --shard says {count}: "
            yield _error(text + _ADVICE.format("the old parts", "them"), os.path.join(directory, name))
            return
    if _is_render(directory):
        text = f"the directory has a render without --shard, and --shard would write a part of {count}: "
        yield _error(text + _ADVICE.format("the old render", "a copy of it"), directory)


def _parts(directory: str) -> Iterator[tuple[str, int]]:
    """The name of each, and of how many it is one."""
    try:
        names = sorted(os.listdir(directory))
    except (FileNotFoundError, NotADirectoryError):
        return
    for name in names:
        first, of, count = name.removeprefix("shard-").partition("-of-")
        if name.startswith("shard-") and of and first.isdecimal() and count.isdecimal():
            yield name, int(count)


def _is_render(directory: str) -> bool:
    """Whether it holds a list of files that krmfn wrote."""
    return is_rendered(content_of(os.path.join(directory, KUSTOMIZATION)) or b"")


def _error(text: str, where: str) -> Finding:
    return error("other-shards", text).at(file=where)
