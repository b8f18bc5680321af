"""Texts that differ in names alone: one text, with the pattern of each name in its place."""

from __future__ import annotations

from krmfn.model.names import means_nothing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

_LETTERS, _DIGITS = "abcdefghijklmnopqrstuvwxyz", "0123456789"
SIGNS = ("\x01", "\x02"), ("\x03", "\x04")
"""For the first name and for the second: what stands for a letter, and for a digit. No YAML and no `repr` has these."""
_MARKS = tuple(str.maketrans(_LETTERS + _DIGITS, letter * 26 + digit * 10) for letter, digit in SIGNS)
_ESCAPES = ("\\x", "\\u", "\\U")
_LONGEST = 16384


def patterned(text: str, names: Sequence[Any]) -> str | None:
    """A text with the patterns of one or two names: so many letters, digits and dashes.

    A name that could mean something, or is not a text, is left as it is. None for a long text, and where a name could
    be a part of an escape.
    """
    escaped = "\\" in text
    if len(text) > _LONGEST or any(letter in text for letter, _ in SIGNS):
        return None
    if escaped and any(one in text for one in _ESCAPES):
        return None
    for name, marks in zip(names, _MARKS, strict=True):
        if not isinstance(name, str) or not means_nothing(name):
            continue
        if escaped and "\\" + name in text:
            return None
        text = text.replace(name, name.translate(marks))
    return text
