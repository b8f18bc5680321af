"""Which of many names a misspelled one is near to, without asking for the distance to each."""

from __future__ import annotations

from bisect import bisect_left

from krmfn.model.text import distance, is_meant, most_steps, nearest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class NearNames:
    """Names by their beginnings. A beginning that differs too much leaves out all names that have it.

    `names` are sorted, each once.
    """

    __slots__ = ("_known", "names")

    def __init__(self, names: Iterable[str]) -> None:
        self.names = tuple(sorted(set(names)))
        self._known: dict[tuple[str, int], str | None] = {}

    def first(self, word: str, most: int) -> str | None:
        """The first name in their order that at most so many steps lead to; None for none."""
        if (word, most) not in self._known:
            self._known[word, most] = next(self._within(word, most), None)
        return self._known[word, most]

    def nearest(self, word: str) -> str | None:
        """What `model.text.nearest` answers for these names."""
        if any(name != name.lower() for name in self.names):
            return nearest(word, self.names)
        for steps in range(most_steps(word) + 1):
            for name in self._within(word.lower(), steps):
                if is_meant(word, name, steps):
                    return name
        return None

    def _within(self, word: str, most: int) -> Iterator[str]:
        """The names that at most so many steps lead to, in their order."""
        names = self.names

        def below(low: int, high: int, start: str, before: list[int], above: list[int]) -> Iterator[str]:
            """Those from `low` to `high`, which begin with `start`; `before` and `above` are its last two distances."""
            at = len(start)
            if high - low == 1:
                name = names[low]
                if abs(len(name) - len(word)) <= most and distance(word, name) <= most:
                    yield name
                return
            if low < high and len(names[low]) == at:
                if above[-1] <= most:
                    yield names[low]
                low += 1
            while low < high:
                letter = names[low][at]
                end = bisect_left(names, start + chr(ord(letter) + 1), low, high)
                row = [at + 1] + [0] * len(word)
                for j, other in enumerate(word, 1):
                    row[j] = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (letter != other))
                    if at and j > 1 and letter == word[j - 2] and start[-1] == other:
                        row[j] = min(row[j], before[j - 2] + 1)
                if min(row) <= most or min(above) < most:  # a swap reaches over one row
                    yield from below(low, end, start + letter, above, row)
                low = end

        return below(0, len(names), "", [], list(range(len(word) + 1)))
