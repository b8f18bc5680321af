"""A change of one field or object, and the classes of changes from weakest to strongest."""

from __future__ import annotations

from krmfn.model.finding import dotted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Literal, TypeAlias

    from krmfn.model.code import Code
    from krmfn.model.objects import FieldPath, ObjectRef

    CodeOrNone: TypeAlias = Code | Literal[""]
    Consequence: TypeAlias = tuple[str, CodeOrNone, str, str]
    """What a difference does: impact, code, why, recipe, as in `Change`."""

NONE, METADATA, RELOAD, RESTART = "none", "metadata", "reload", "restart"
BLOCKED, OUTAGE, RECREATE, DATA_LOSS, BROKEN = "blocked", "outage", "recreate", "data-loss", "broken"
CLASSES = (NONE, METADATA, RELOAD, RESTART, BLOCKED, OUTAGE, RECREATE, DATA_LOSS, BROKEN)
"""From weakest to strongest, by what is left to fix: `blocked` needs a restart by hand, `outage` the way back,
`recreate` a recipe before the next sync succeeds, `data-loss` a backup; `broken` is a new state that does not work.
`--fail-on` and the worst change go by it."""
STRENGTH = {name: number for number, name in enumerate(CLASSES)}
MEANINGS = {
    NONE: "nothing happens",
    METADATA: "no running server is touched",
    RELOAD: "running servers reload it without a restart",
    RESTART: "every server restarts, one after the other",
    BLOCKED: "running servers reject the reload; no change in nats.conf takes effect until they restart",
    OUTAGE: "a restart or a new connection fails, or a protection against that is removed",
    RECREATE: "immutable field; the object must be deleted first",
    DATA_LOSS: "messages are lost or can be lost",
    BROKEN: "the new state does not work: objects are refused or do not fit together",
}
ADVICE = {
    NONE: "Merge.",
    METADATA: "Merge.",
    RELOAD: "Merge.",
    RESTART: "Merge when clients can bear it.",
    BLOCKED: "Restart the servers after the merge.",
    OUTAGE: "Change what depends on it first, or keep it.",
    RECREATE: "Follow the steps that krmfn diff prints before you merge.",
    DATA_LOSS: "Back up the streams first, or do not make the change.",
    BROKEN: "Correct the objects; krmfn check says what is wrong with them.",
}
HARMLESS = (NONE, METADATA)
APPLY = "then apply the change"
"""The last step of a recipe that prepares it."""
UNKNOWN: Code = "effect-unknown"
"""The code of a change whose effect is unknown: it counts as stronger than any class that --fail-on names."""
ADDED, REMOVED, CHANGED, REORDERED, FAULTY = "added", "removed", "changed", "reordered", "faulty"


class Change:
    """A changed field or object, and the effect of the change.

    `path` is () for a whole object. `kind`: added, removed, changed, reordered, or faulty
    for what is wrong with the new state. `old` and `new` are texts that may be
    shown, None where there is no value or it could be a secret. `impact` is one of CLASSES, `code` the stable name of
    what a user must allow ("" where nothing needs to be), `why` a sentence without its full stop, `recipe` what to do
    first or instead ("" for nothing). Its steps are lines of `recipe`, with commands in backticks.
    """

    __slots__ = ("code", "impact", "kind", "new", "old", "path", "recipe", "ref", "why")

    def __init__(
        self,
        ref: ObjectRef,
        path: FieldPath,
        kind: str,
        impact: str,
        why: str,
        *,
        old: str | None = None,
        new: str | None = None,
        code: CodeOrNone = "",
        recipe: str = "",
    ) -> None:
        self.ref = ref
        self.path = path
        self.kind = kind
        self.impact = impact
        self.why = why
        self.old = old
        self.new = new
        self.code = code
        self.recipe = recipe

    @property
    def steps(self) -> list[str]:
        """The steps of the recipe, in order."""
        return self.recipe.splitlines()

    @property
    def advice(self) -> str:
        """The recipe on one line."""
        return "; ".join(self.steps)

    @property
    def field(self) -> str:
        """The path as the API server writes it; "" for the whole object."""
        return dotted(self.path)

    def __repr__(self) -> str:
        return f"Change({self.ref}, {self.field!r}, {self.kind}, {self.impact}, {self.code!r})"


def worst(changes: Iterable[Change]) -> str:
    """The strongest class among changes; `none` for no change."""
    return max((change.impact for change in changes), key=STRENGTH.__getitem__, default=NONE)
