"""Wrong usage: what to write instead, on one line."""

from __future__ import annotations

from krmfn.model.text import nearest, shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


class Usage(Exception):
    """The command line cannot be understood. `message` says what to write."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def unknown(what: str, word: str, known: Iterable[str]) -> Usage:
    """An unknown word: the nearest known one, or all that are known."""
    choices = tuple(known)
    meant = nearest(word, choices)
    advice = f"did you mean {meant}?" if meant else f"write {listed(choices)}"
    return Usage(f'unknown {what} "{shown(word)}"; {advice}')


def listed(choices: tuple[str, ...]) -> str:
    """`a, b or c`."""
    return choices[0] if len(choices) == 1 else f"{', '.join(choices[:-1])} or {choices[-1]}"
