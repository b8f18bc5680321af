"""Patterns of files that are not read: `--exclude`, and `.krmignore` as kpt reads it.

kpt's rules (kyaml/kio/ignorefilesmatcher.go, which uses monochromegane/go-gitignore) are not git's: a pattern without a
leading `/` is compared with the end of a path, one with it with the whole path, `*` matches within a name, `**` is `*`,
and a pattern that starts with `!` overrides all others, wherever it is written.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from collections.abc import Iterable

NAME = ".krmignore"
"""The file, in the named folder and in each subpackage (a folder with a Kptfile); it applies to its package."""


class IgnoreRules:
    """The patterns of one file, or of the command line."""

    __slots__ = ("_kept", "_left_out")

    def __init__(self, lines: Iterable[str]) -> None:
        self._left_out: list[tuple[bool, bool, int, re.Pattern[str]]] = []
        self._kept: list[tuple[bool, bool, int, re.Pattern[str]]] = []
        for line in lines:
            text = line.strip(" ")
            if text and not text.startswith("#"):
                is_kept = text.startswith("!")
                text = text.removeprefix("!") if is_kept else text[text.startswith("\\#") :]
                if text.strip("/"):
                    (self._kept if is_kept else self._left_out).append(_pattern(text))

    def matches(self, path: str, *, is_folder: bool) -> bool:
        """Whether a path, relative to the folder that the patterns hold for, is left out."""
        if not self._left_out:
            return False
        parts = path.split("/")
        if any(_is_match(pattern, parts, is_folder=is_folder) for pattern in self._kept):
            return False
        return any(_is_match(pattern, parts, is_folder=is_folder) for pattern in self._left_out)


def ignored(data: bytes) -> IgnoreRules:
    """What a `.krmignore` says."""
    return IgnoreRules(data.decode(errors="replace").replace("\r\n", "\n").split("\n"))


def _pattern(text: str) -> tuple[bool, bool, int, re.Pattern[str]]:
    """Whether it is for whole paths, whether for folders only, how many names it has, and the expression."""
    from krmfn.sources.glob import expression  # whose `re` is a fifth of the time of a render that has no pattern

    bare = text.strip("/")
    return text.startswith("/"), text.endswith("/"), bare.count("/") + 1, expression(bare)


def _is_match(pattern: tuple[bool, bool, int, re.Pattern[str]], parts: list[str], *, is_folder: bool) -> bool:
    is_whole, for_folders, count, name = pattern
    if (for_folders and not is_folder) or count > len(parts) or (is_whole and count != len(parts)):
        return False
    return name.fullmatch("/".join(parts[-count:])) is not None
