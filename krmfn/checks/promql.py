"""As much of PromQL as links need: whether brackets and quotes are closed, and the matchers of labels."""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_TOKEN = re.compile(r"\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|`[^`]*`|#[^\n]*|[\[\](){}\"'`]")
_MATCHER = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)\s*(=~|!~|!=|=)\s*(\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|`[^`]*`)")
_PAIRS = {")": "(", "]": "[", "}": "{"}


def balanced(expr: str) -> bool:
    """Whether every bracket and quote is closed."""
    open_brackets: list[str] = []
    for token in _TOKEN.findall(expr):
        if token in _PAIRS:
            if not open_brackets or open_brackets.pop() != _PAIRS[token]:
                return False
        elif token in _PAIRS.values():
            open_brackets.append(token)
        elif token in "\"'`":
            return False
    return not open_brackets


def matchers(expr: str) -> Iterator[tuple[str, str, str]]:
    """(label, operator, value) of each distinct matcher, in the order in which they first stand."""
    seen = set()
    for label, operator, quoted in _MATCHER.findall(expr):
        one = (label, operator, quoted[1:-1].replace("\\\\", "\\"))
        if one not in seen:
            seen.add(one)
            yield one
