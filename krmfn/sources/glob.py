"""Go's filepath.Match as regular expressions."""

from __future__ import annotations

import re


def expression(glob: str) -> re.Pattern[str]:
    """Matches a whole path as the pattern does; what Go takes for a bad pattern matches nothing."""
    return re.compile(_expression(glob))


def _expression(glob: str) -> str:
    if not any(char in glob for char in "*?["):
        return re.escape(glob)
    made, at = "", 0
    while at < len(glob):
        char = glob[at]
        at += 1
        if char == "*":
            made += "[^/]*"
        elif char == "?":
            made += "[^/]"
        elif char == "[":
            inside = re.match(r"\^?((?:\\.|[^\\\]])(?:-(?:\\.|[^\\\]]))?)+\]", glob[at:], re.DOTALL)
            if inside is None:
                return r"(?!)"
            made += _class(inside.group()[:-1])
            at += inside.end()
        elif char == "\\":
            if at == len(glob):
                return r"(?!)"
            made += re.escape(glob[at])
            at += 1
        else:
            made += re.escape(char)
    return made


def _class(inside: str) -> str:
    negated = "^" if inside.startswith("^") else ""
    chars = re.sub(r"\\(.)|(.)", lambda one: re.escape(one[1]) if one[1] else _plain(one[2]), inside[len(negated) :])
    return f"(?!/)[{negated}{chars}]"


def _plain(char: str) -> str:
    return char if char == "-" else re.escape(char)
