"""Finds the NATS of an input that differ in their names alone: some are rendered, and the others are filled in.

A NATS is one of them when its text is that of the others to the letter, but for the names. A name that is a part of a
setting or of a fact could be compared with it, so its NATS is rendered.
"""

from __future__ import annotations

from krmfn.model.objects import API_VERSION, KIND, ObjectRef
from krmfn.rendering.stencil import Filling, Names, Stencil
from krmfn.resourcelist.annotations import without_host_lines

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from krmfn.cluster.cr import ClusterFacts
    from krmfn.cluster.settings import Settings
    from krmfn.rendering.stencil import Decide
    from krmfn.sources.source import Source

_READ = 2
"""NATS with one text that are read before others are taken for as good."""
_RENDERED = 4
"""NATS with one text that are rendered before a stencil is worth its cost, which is that of two."""
_COST, _FIRST, _FREE = 3.0, 9.0, 1 / 32
"""In renders: a stencil with its trials and prints; what is spent at first, and for each NATS that is rendered."""
_TEXTS_MOST = 256
_STENCILS_MOST = 32
"""A stencil has about 25 KB of text and two times the objects."""
_BLANKS = {code: " " for code in range(128) if not (chr(code).islower() or chr(code).isdigit() or chr(code) == "-")}
"""What is never in a name of a stencil; see `Names.of`."""
_LONGEST = 4096
"""Characters of a NATS whose text is kept."""


class Match:
    """A NATS among its `kin`, and the names that it does not share with them."""

    __slots__ = ("_alike", "_names", "_ref", "kin")

    def __init__(self, alike: Alike, kin: Kin, names: Names, ref: ObjectRef) -> None:
        self._alike = alike
        self._names = names
        self._ref = ref
        self.kin = kin

    def ref(self, namespace: str) -> ObjectRef:
        """Its identity; `namespace` is that of a NATS without one."""
        return self._ref if self._ref.namespace else ObjectRef(API_VERSION, KIND, namespace, self._ref.name)

    def filling(self, settings: Settings, known: ClusterFacts, decide: Decide, namespace: str) -> Filling | None:
        """Its children with these settings and facts; None where they are to be built."""
        ref = self.ref(namespace)
        if not self._alike.is_worth_while(self.kin, settings):
            return None
        if not self._alike.is_apart(self._names, ref.namespace, settings, known):
            return None
        stencil = self._alike.stencil(self.kin, lambda: Stencil.of(self.kin.text, self._names, self._ref, decide))
        return None if stencil is None else Filling(stencil, self._names, ref, decide)


class Kin:
    """The NATS of one text with marks. `is_read`: enough of them were read without an error."""

    __slots__ = ("_reads", "stencils", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self._reads = 0
        self.stencils: dict[int, Stencil | int | None] = {}
        """By the number of the settings: how often it was wanted, then the stencil, None where there can be none."""

    @property
    def is_read(self) -> bool:
        """Whether another one is as good as those that were read."""
        return self._reads >= _READ

    def add(self) -> None:
        """One more was read without an error."""
        self._reads += 1


class Alike:
    """The texts of the NATS of one call so far; the other objects of its input stay the same."""

    __slots__ = (
        "_count",
        "_facts",
        "_kin",
        "_known",
        "_number",
        "_numbers",
        "_saved",
        "_settings",
        "_spaces",
        "_words",
    )

    def __init__(self) -> None:
        self._kin: dict[tuple[str, tuple[int, int, bool, bool]], Kin] = {}
        self._count = 0
        self._settings: Settings | None = None  # most NATS have those of the one before
        self._numbers: dict[Settings, int] = {}
        self._number = 0
        self._words: dict[int, str] = {}  # by the number of the settings
        self._saved = _FIRST
        self._known: ClusterFacts | None = None
        self._facts: str | None = None
        self._spaces: set[str] = set()  # namespaces of known Secrets

    def match(self, source: Source) -> Match | None:
        """A NATS among those of its text; None for one that is to be rendered in any case."""
        ref = source.quick_ref
        if ref is None or len(source.text) > _LONGEST:
            return None
        names = Names.of(ref)
        if names is None:
            return None
        key = names.marked(without_host_lines(source.text)), names.form
        kin = self._kin.get(key)
        if kin is None:
            if len(self._kin) >= _TEXTS_MOST:
                self._forget()
            kin = self._kin[key] = Kin(key[0])
        return Match(self, kin, names, ref)

    def _forget(self) -> None:
        self._kin.clear()
        self._count = 0

    def is_worth_while(self, kin: Kin, settings: Settings) -> bool:
        """Whether a text has a stencil with these settings, or is to have one. These are the current ones then.

        One for few NATS costs more than it saves, so that further ones are made as the others have paid.
        """
        if settings is not self._settings:
            self._settings = settings
            self._number = self._numbers.setdefault(settings, len(self._numbers))
        found = kin.stencils.get(self._number, 0)
        if not isinstance(found, int):
            return found is not None
        self._saved += _FREE
        kin.stencils[self._number] = found + 1
        return found >= _RENDERED and self._saved >= 0

    def is_apart(self, names: Names, namespace: str, settings: Settings, known: ClusterFacts) -> bool:
        """Whether none of the current settings, no fact and no Secret is about these names."""
        if known is not self._known:
            self._known = known
            self._spaces = {space for space, _ in known.secrets}
            if self._facts is None:
                self._facts = _words(_text(known))
        if self._number not in self._words:
            self._words[self._number] = _words(settings.text())
        words = self._words[self._number], self._facts or ""
        return namespace not in self._spaces and not any(map(names.are_in, words))

    def stencil(self, kin: Kin, make: Callable[[], Stencil | None]) -> Stencil | None:
        """That of a text with the current settings, made now if need be; None where there is none."""
        if isinstance(kin.stencils[self._number], int):
            if self._count >= _STENCILS_MOST:
                self._forget()
            self._count += 1
            self._saved -= _COST
            kin.stencils[self._number] = make()
        self._saved += 1
        found = kin.stencils[self._number]
        return found if isinstance(found, Stencil) else None


def _text(known: ClusterFacts) -> str:
    """All values among the facts but those about Secrets; it is never printed."""
    nodes = [(one.zone, one.labels, one.taints) for one in known.nodes.values()]
    return repr((known.provider, known.istio_versions, known.priority_classes, list(known.storage_classes), nodes))


def _words(text: str) -> str:
    """What is left of a text when only what a name of a stencil could be a part of is kept, each word once."""
    return " ".join({word for word in text.translate(_BLANKS).split() if "-" in word})
