"""PyYAML's events of a text, without recursion, and whether a chunk of text is one item."""

from __future__ import annotations

from krmfn.goyaml.errors import Unreadable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

_DEEPEST = 1_000
"""Levels; libyaml's own limit since 0.2.6. kpt reads ten times as many."""


def too_deep(line: int | None) -> Unreadable:
    """The error for a text with too many levels."""
    return Unreadable("too-deep", f"nested more than {_DEEPEST} levels deep", line)


def stands_alone(chunk: str) -> bool:
    """Whether a chunk of text is a block list of exactly one item."""
    import yaml

    try:
        return list(Events(chunk).of_a_list()) == ["item"]
    except (yaml.YAMLError, Unreadable):
        return False


class Events:
    """PyYAML's events, one by one."""

    def __init__(self, text: str) -> None:
        import yaml

        try:
            self.loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(text)
        except UnicodeEncodeError:
            raise Unreadable(
                "not-utf8", "there is half a surrogate pair, which is not a character: remove it"
            ) from None

    def next(self) -> Any:
        """The next event; a yaml.YAMLError where the text is not YAML."""
        return self.loader.get_event()

    def close(self) -> None:
        """Give back what libyaml holds."""
        self.loader.dispose()

    def node(self, event: Any) -> int:
        """Reads on to the end of the node that begins with an event; the index of that end."""
        depth = 0
        while True:
            name = type(event).__name__
            if name.endswith("StartEvent"):
                depth += 1
                if depth > _DEEPEST:
                    raise too_deep(None)
            elif name.endswith("EndEvent"):
                depth -= 1
            if depth == 0:
                return int(event.end_mark.index)
            event = self.next()

    def of_a_list(self) -> Iterator[str]:
        """`item` for each item of a text that begins with a dash; raises Unreadable when more follows."""
        for _ in ("stream", "document", "sequence"):
            self.next()
        while type(event := self.next()).__name__ != "SequenceEndEvent":
            self.node(event)
            yield "item"
        if self.next().explicit or type(self.next()).__name__ != "StreamEndEvent":
            raise Unreadable("several-documents", "more than one document")
