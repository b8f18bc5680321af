"""HTML and SVG as text. Whatever is not `Markup` is escaped, so text from users stays text."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_ESCAPED = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;", ord('"'): "&quot;", ord("'"): "&#39;"}
_ESCAPED |= dict.fromkeys((*range(9), 11, 12, *range(14, 32), *range(127, 160), 65534, 65535), "�")
_ESCAPED |= {
    code: f"\\u{code:04x}" for code in (*range(0x200B, 0x2010), *range(0x2028, 0x202F), *range(0x2066, 0x206A))
}
_EMPTY = frozenset(("meta", "input", "br"))


class Markup(str):
    """Text that is HTML or SVG already."""

    __slots__ = ()


PLACE = Markup("\0")
"""Where parts of a text go that is not in memory as a whole; nothing that is escaped has this character."""


def placed(text: str, parts: Iterable[str]) -> Iterator[str]:
    """The text with the parts instead of the first PLACE."""
    before, _, after = text.partition(PLACE)
    yield before
    yield from parts
    yield after


def escaped(text: str) -> str:
    """Text for an element or an attribute. Control characters are replaced; invisible and bidi ones are shown."""
    return text if isinstance(text, Markup) else text.translate(_ESCAPED)


def tag(name: str, /, *content: str, **attributes: str | int | bool) -> Markup:
    """An element. `class_` is the attribute class, `aria_label` aria-label; True is one without a value, False none."""
    written = "".join(
        f" {_attribute(key)}" if value is True else f' {_attribute(key)}="{escaped(str(value))}"'
        for key, value in attributes.items()
        if value is not False
    )
    inner = "".join(map(escaped, content))
    return Markup(f"<{name}{written}>" if name in _EMPTY else f"<{name}{written}>{inner}</{name}>")


def with_code(said: str) -> Markup:
    """Text with what is in backticks as code."""
    parts = said.split("`")
    return Markup("".join(tag("code", part) if number % 2 else escaped(part) for number, part in enumerate(parts)))


def joined(*content: str) -> Markup:
    """Parts one after the other, each on a line of its own."""
    return Markup("\n".join(map(escaped, content)))


def _attribute(key: str) -> str:
    return key.rstrip("_").replace("_", "-")
