"""Text of a user in a message: printable, on one line, short, and never a value that could be a secret."""

from __future__ import annotations

LONGEST = 80
_OPPOSITES = (("", "no"), ("", "no_"), ("", "non_"), ("en", "dis"), ("", "disable_"), ("in", "ex"), ("min", "max"))
"""Beginnings of words that make their opposite."""
_QUOTABLE = frozenset("0123456789.+-abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ ")

_PLAIN_WORD = frozenset("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ@%_+=:,./-")


def shown(text: str, longest: int = LONGEST) -> str:
    r"""The text as printable ASCII on one line, cut at `longest`: the rest as `\xNN`, `\uNNNN` or `\UNNNNNNNN`."""
    if len(text) <= longest and text.isascii() and text.isprintable():
        return text
    safe = "".join(c if " " <= c <= "~" else _escaped(ord(c)) for c in text[: longest + 1])
    return safe if len(safe) <= longest else safe[: longest - 3] + "..."


def counted(number: int, noun: str) -> str:
    """`1 change`, `2 changes`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def quoted(word: str) -> str:
    """A word for a shell; as it is where no shell reads anything into it.

    A backtick, which no name in Kubernetes has, is written as its number: advice has its commands in backticks.
    """
    if word and _PLAIN_WORD.issuperset(word):
        return word
    if "`" in word:
        return "$'" + word.replace("\\", "\\\\").replace("'", "\\'").replace("`", "\\x60") + "'"
    return "'" + word.replace("'", "'\"'\"'") + "'"


def _escaped(code: int) -> str:
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def quotable(value: object) -> str | None:
    """How an error may show a wrong value, or None where it must not.

    Numbers and booleans are shown; of strings only those that look like a number or a quantity (a digit, sign or dot
    first, at most 12 characters): a password pasted into the wrong field must not end up in a log.
    """
    if value is True or value is False:
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(value)[:LONGEST]
    if (
        isinstance(value, str)
        and len(value) <= 12
        and (not value or value[0] in "0123456789.+-")
        and _QUOTABLE.issuperset(value)
    ):
        return f'"{value}"'
    return None


def nearest(word: str, known: tuple[str, ...]) -> str | None:
    """The known name closest to a misspelled one, or None when more than a third of its letters differ.

    In a word of up to four letters one may differ. A name is never meant by its opposite: who writes `exclude` or
    `advertise` where `include` and `noAdvertise` are known wants the other thing.
    """
    best, least = None, most_steps(word) + 1
    for name in known:
        steps = 0 if name.lower() == word.lower() else distance(word.lower(), name.lower())
        if steps < least and is_meant(word, name, steps):
            best, least = name, steps
    return best


def most_steps(word: str) -> int:
    """The letters that may differ in a misspelled word."""
    return 1 if len(word) < 5 else (len(word) + 2) // 3


def is_meant(word: str, name: str, steps: int) -> bool:
    """Whether a name that is so many steps from a word is not its opposite."""
    return not (steps and _is_opposite(word.lower(), name.lower(), steps))


def _is_opposite(word: str, name: str, steps: int) -> bool:
    """Whether a word is nearer to the opposite of a name than to the name, from which `steps` lead to it."""
    starts = [0, *(at + 1 for at, letter in enumerate(name) if letter in "_-")]
    return any(
        distance(word, name[:start] + other + name[start + len(one) :]) < steps
        for pair in _OPPOSITES
        for one, other in (pair, pair[::-1])
        for start in starts
        if name.startswith(one, start)
    )


def distance(a: str, b: str) -> int:
    """Levenshtein's edit distance; a swap of neighbours costs one.

    What both begin or end with costs nothing and is left out first: names in a fleet are alike but for a number.
    """
    start, shorter = 0, min(len(a), len(b))
    while start < shorter and a[start] == b[start]:
        start += 1
    end = 0
    while end < shorter - start and a[-1 - end] == b[-1 - end]:
        end += 1
    a, b = a[start : len(a) - end], b[start : len(b) - end]
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        above, row = row, [i] + [0] * len(b)
        for j, y in enumerate(b, 1):
            row[j] = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and y == a[i - 2]:
                row[j] = min(row[j], before[j - 2] + 1)
        before = above
    return row[-1]
