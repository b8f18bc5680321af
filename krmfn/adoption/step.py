"""What a plan is made of."""

from __future__ import annotations

from krmfn.adoption.kubectl import NOTHING, ShellCommand

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from krmfn.adoption.patches import Patch
    from krmfn.changes.change import Change


class Context:
    """What the plan is written for. `hardening` are the changes of step 8.

    `clients`: those that may apply the objects; `app`: the Application's or Kustomization's name, None where it is not
    said; `inputs`: krmfn's options for the same render, quoted for a shell and without a profile; `directory`: where
    patch files will be, None for patches inside the commands; `keeps_nats`: something needs the NATS in the cluster.
    """

    __slots__ = ("app", "clients", "directory", "hardening", "inputs", "keeps_nats")

    def __init__(
        self,
        clients: tuple[str, ...],
        inputs: str,
        *,
        app: str | None = None,
        directory: str | None = None,
        keeps_nats: bool = False,
        hardening: Sequence[Change] = (),
    ) -> None:
        self.clients = clients
        self.inputs = inputs
        self.app = app
        self.directory = directory
        self.keeps_nats = keeps_nats
        self.hardening = hardening


class Instruction:
    """Sentences, the commands that follow them, and the rows of a list. `client` is whom it is for, "" for all."""

    __slots__ = ("client", "commands", "rows", "text")

    def __init__(
        self, text: str, commands: Sequence[str] | None = None, client: str = "", rows: Sequence[str] = ()
    ) -> None:
        self.text = text
        self.commands = list(commands or ())
        self.client = client
        self.rows = rows

    @property
    def expected(self) -> list[str]:
        """What the commands print, in order; nothing where that is not known."""
        lines = [one.expected if isinstance(one, ShellCommand) else "" for one in self.commands]
        if lines and set(lines) == {NOTHING}:
            return [NOTHING]
        return [line for line in lines if line not in ("", NOTHING)]


class Step:
    """A number that never changes its meaning, a title, the parts in their order, and the patches of its commands.

    `back` is the way back to the operator when this step was done and the next one was not; with commands in backticks.
    """

    __slots__ = ("back", "number", "parts", "patches", "title")

    def __init__(self, number: int, title: str, parts: list[Instruction], patches: list[Patch] | None = None) -> None:
        self.number = number
        self.title = title
        self.parts = parts
        self.patches = patches or []
        self.back = ""
