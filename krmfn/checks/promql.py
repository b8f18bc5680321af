"""As much of PromQL as links need: whether brackets and quotes are closed, and the matchers of labels.

By hand: to import regular expressions would cost an ordinary check more than all that is said here.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_PAIRS = {")": "(", "]": "[", "}": "{"}
_OPERATORS = ("=~", "!~", "!=", "=")
_QUOTES = "\"'`"


def balanced(expr: str) -> bool:
    """Whether every bracket and quote is closed."""
    open_brackets: list[str] = []
    for start, end in _tokens(expr):
        token = expr[start]
        if end < 0 or (token in _PAIRS and (not open_brackets or open_brackets.pop() != _PAIRS[token])):
            return False
        if token in _PAIRS.values():
            open_brackets.append(token)
    return not open_brackets


def matchers(expr: str) -> Iterator[tuple[str, str, str]]:
    """(label, operator, value) of each distinct matcher, in the order in which they first stand."""
    seen = set()
    for start, end in _tokens(expr):
        before = expr[:start].rstrip()
        operator = next((one for one in _OPERATORS if before.endswith(one)), "")
        if expr[start] not in _QUOTES or end < 0 or not operator:
            continue
        before = before[: -len(operator)].rstrip()
        label = before[len(before.rstrip("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")) :]
        one = (label, operator, expr[start + 1 : end - 1].replace("\\\\", "\\"))
        if label and not label[0].isdigit() and one not in seen:
            seen.add(one)
            yield one


def _tokens(expr: str) -> Iterator[tuple[int, int]]:
    """Where each bracket and each string begins and ends, outside of comments; the end is -1 for an open quote."""
    at = 0
    while at < len(expr):
        char, end = expr[at], at + 1
        if char == "#":
            end = expr.find("\n", at)
            at = len(expr) if end < 0 else end
            continue
        if char in _QUOTES:
            end = _after_string(expr, at)
        if char in _QUOTES or char in "()[]{}":
            yield at, end
        at = end if end > 0 else len(expr)


def _after_string(expr: str, start: int) -> int:
    """Where a string ends, its quote included; -1 for one that does not: only backticks span lines."""
    quote, at = expr[start], start + 1
    while at < len(expr):
        if expr[at] == quote:
            return at + 1
        if quote != "`" and expr[at] == "\n":
            return -1
        at += 2 if quote != "`" and expr[at] == "\\" else 1
    return -1
