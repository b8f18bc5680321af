"""Flow collections on one line, as people write them: `[a, "b: c"]`, `{cpu: 100m, memory: 1Gi}`, also in each other.

Plain scalars are a whitelist, on which no two readers differ; a comma and a colon have a blank behind them.
"""

from __future__ import annotations

from krmfn.goyaml.errors import Declined
from krmfn.goyaml.scalars import disagreement, resolve

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./-=")


def read(text: str, deepest: int) -> tuple[Any, int] | None:
    """The list or mapping that a text is, and how many entries and elements it has at all depths.

    None for a text outside the subset, valid or not, and for more than `deepest` collections inside each other.
    """
    scan = _Scan(text)
    try:
        value = scan.collection(deepest)
    except Declined:
        return None
    return (value, scan.parts) if scan.at == len(text) else None


class _Scan:
    """A position in the text. Methods return with the position behind what they read."""

    __slots__ = ("at", "parts", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.parts = 0

    def collection(self, left: int) -> Any:
        """The list or mapping whose bracket is here, with at most `left` levels."""
        if left <= 0:
            raise Declined
        if self.text[self.at] == "{":
            entries: dict[str, Any] = {}
            while self.goes_on("}", is_first=not entries):
                key = self.scalar()
                if not isinstance(key, str) or key in entries or not self.text.startswith(": ", self.at):
                    raise Declined
                self.skip(1)
                entries[key] = self.value(left)
            return entries
        elements: list[Any] = []
        while self.goes_on("]", is_first=not elements):
            elements.append(self.value(left))
        return elements

    def goes_on(self, close: str, *, is_first: bool) -> bool:
        """Whether another part follows, and to where it begins; else behind the bracket that closes."""
        self.skip(1 if is_first else 0)
        if self.text.startswith(close, self.at):
            self.at += 1
            return False
        if not is_first:
            if not self.text.startswith(", ", self.at):
                raise Declined
            self.skip(1)
        self.parts += 1
        return True

    def value(self, left: int) -> Any:
        return self.collection(left - 1) if self.text.startswith(("[", "{"), self.at) else self.scalar()

    def scalar(self) -> Any:
        """A scalar in quotes, without escapes and quotes inside, or a plain one."""
        text, start = self.text, self.at
        quote = text[start : start + 1]
        if quote in ("'", '"'):
            end = text.find(quote, start + 1)
            self.at = end + 1
            if end < 0 or "\\" in text[start:end] or text.startswith(quote, self.at):
                raise Declined
            return text[start + 1 : end]
        end = start
        while text[end : end + 1] in _PLAIN:
            end += 1
        self.at = end
        plain = text[start:end]
        if plain in ("", "-", "=") or disagreement(plain) is not None:
            raise Declined
        return resolve(plain)

    def skip(self, count: int) -> None:
        """Past so many characters, then past blanks."""
        self.at += count
        while self.text.startswith(" ", self.at):
            self.at += 1
