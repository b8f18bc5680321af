"""nats.conf as a tree of typed values. A string can never become a number, a variable or a keyword by accident."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    Value: TypeAlias = "str | int | bool | Variable | Block | list[Value]"


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
