"""What a plan is made of."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.adoption.patches import Patch


class Context:
    """What the plan is written for.

    `clients`: those that may apply the objects; `app`: the Application's or Kustomization's name, None where it is not
    said; `inputs`: krmfn's options for the same render, quoted for a shell and without a profile; `directory`: where
    patch files will be, None for patches inside the commands; `keeps_nats`: something needs the NATS in the cluster.
    """

    __slots__ = ("app", "clients", "directory", "inputs", "keeps_nats")

    def __init__(
        self,
        clients: tuple[str, ...],
        inputs: str,
        *,
        app: str | None = None,
        directory: str | None = None,
        keeps_nats: bool = False,
    ) -> None:
        self.clients = clients
        self.inputs = inputs
        self.app = app
        self.directory = directory
        self.keeps_nats = keeps_nats


class Part:
    """Sentences, and the commands that follow them. `client` is whom it is for, "" for all."""

    __slots__ = ("client", "commands", "text")

    def __init__(self, text: str, commands: list[str] | None = None, client: str = "") -> None:
        self.text = text
        self.commands = commands or []
        self.client = client


class Step:
    """A number that never changes its meaning, a title, the parts in their order, and the patches of its commands."""

    __slots__ = ("number", "parts", "patches", "title")

    def __init__(self, number: int, title: str, parts: list[Part], patches: list[Patch] | None = None) -> None:
        self.number = number
        self.title = title
        self.parts = parts
        self.patches = patches or []
