"""What is told of one line by itself, remembered: the objects of a package repeat most of their lines."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_MOST = 4096
_LONGEST = 256


class PerLine(dict[str, "Any"]):
    """The answer of a pure function by line, asked for with brackets. It keeps no more than does no harm to memory."""

    __slots__ = ("tell",)

    def __init__(self, tell: Callable[[str], Any]) -> None:
        super().__init__()
        self.tell = tell

    def __missing__(self, line: str) -> Any:
        answer = self.tell(line)
        if len(line) <= _LONGEST:
            if len(self) >= _MOST:
                self.clear()
            self[line] = answer
        return answer
