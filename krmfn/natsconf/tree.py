r"""nats.conf as a tree of typed values, and the text that nats-server reads back as the same tree.

A string can never become a number, a variable or a keyword by accident: it is always in double quotes with the escapes
that nats-server's lexer knows (`\" \\ \n \t \r \xHH`). Sizes are plain integers (suffixes mean other things than in
Kubernetes, and `1e9` or `1.5Gi` stop the server), variables are `$NAME` and never `${}`, which Flux would substitute.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TypeAlias

    Value: TypeAlias = "str | int | bool | Variable | Block | list[Value]"

_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
_KEY = frozenset("abcdefghijklmnopqrstuvwxyz_")


class Variable:
    """`$NAME`, whose value nats-server takes from an included file or the environment and parses again as a value."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        if not name or not name.isascii() or not name.replace("_", "A").isalnum() or name[0].isdigit():
            raise ValueError("a variable's name is letters, digits and _")
        self.name = name


class Block:
    """Settings in the order in which they are printed, and files below the configuration's own folder.

    `includes` are read after the settings; `definitions` before them, since they define variables of the settings.
    The reader puts both into `includes`.
    """

    __slots__ = ("definitions", "includes", "settings")

    def __init__(
        self, settings: dict[str, Value], includes: tuple[str, ...] = (), definitions: tuple[str, ...] = ()
    ) -> None:
        self.settings = settings
        self.includes = includes
        self.definitions = definitions

    def get(self, *path: str) -> Value | None:
        """The setting at a path of names, or None."""
        here: Value | None = self
        for name in path:
            here = here.settings.get(name) if isinstance(here, Block) else None
        return here

    def blocks(self) -> Iterator[Block]:
        """This block and every block in it, at any depth, in no order."""
        waiting: list[Value] = [self]
        while waiting:
            value = waiting.pop()
            if isinstance(value, Block):
                yield value
                waiting += value.settings.values()
            elif isinstance(value, list):
                waiting += value


def conf(tree: Block) -> str:
    """The text of a configuration file, ending in a line feed."""
    lines: list[str] = []
    _block(tree, "", lines)
    return "\n".join([*lines, ""])


def _block(block: Block, indent: str, lines: list[str]) -> None:
    """Appends each setting on a line of its own: the config-reloader finds the names of files in no other place."""
    lines += [f"{indent}include {quoted(file)}" for file in block.definitions]
    for key, value in block.settings.items():
        name = key if key and _KEY.issuperset(key) and key != "include" else _quoted_key(key)
        _entry(value, indent, f"{name} " if isinstance(value, Block) else f"{name}: ", lines)
    lines += [f"{indent}include {quoted(file)}" for file in block.includes]


def _entry(value: Value, indent: str, head: str, lines: list[str]) -> None:
    """Appends a setting behind its name, or an entry of a list, whose `head` is empty."""
    if isinstance(value, Block):
        lines.append(f"{indent}{head}{{")
        _block(value, f"{indent}  ", lines)
        lines.append(f"{indent}}}")
    elif isinstance(value, list):
        lines.append(f"{indent}{head}[")
        for one in value:
            _entry(one, f"{indent}  ", "", lines)
        lines.append(f"{indent}]")
    else:
        lines.append(f"{indent}{head}{_scalar(value)}")


def _quoted_key(key: str) -> str:
    """A name that is not a plain setting, such as that of an account. nats-server knows no escapes in it."""
    if not key or not key.isascii() or not key.isprintable() or '"' in key:
        raise ValueError("a name in nats.conf is printable ASCII without double quotes")
    return f'"{key}"'


def _scalar(value: Value) -> str:
    if value is True or value is False:
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Variable):
        return f"${value.name}"
    if isinstance(value, str):
        return quoted(value)
    raise TypeError("no scalar")


def quoted(text: str) -> str:
    """A string that nats-server reads back as it was. Characters beyond printable ASCII are written byte by byte."""
    if text.isascii() and text.isprintable() and '"' not in text and "\\" not in text:
        return f'"{text}"'
    return '"' + "".join(_ESCAPES.get(c) or (c if " " <= c <= "~" else _bytes(c)) for c in text) + '"'


def _bytes(character: str) -> str:
    return "".join(f"\\x{byte:02x}" for byte in character.encode())
