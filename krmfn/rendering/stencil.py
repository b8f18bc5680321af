"""What NATS that differ in their names alone become: texts with places for the names.

Nothing is guessed. The NATS is rendered twice with names that no NATS has, of the same lengths, once the one and once
the other first in the alphabet. Only where both results are the same but for these names, the names are places to be
filled in. So what a hash or an order of names decides is never filled in. A name that could mean something (a word, a
number) has no place.
"""

from __future__ import annotations

from krmfn.goyaml import fast_reader
from krmfn.goyaml.emitter import Unprintable, scalar
from krmfn.model.finding import Findings
from krmfn.model.names import means_nothing
from krmfn.model.objects import ObjectRef
from krmfn.resourcelist.resource_list import object_text
from krmfn.sources.source import FileOrigin, Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from krmfn.cluster.cr import Cr
    from krmfn.cluster.facts import Facts
    from krmfn.model.finding import Finding
    from krmfn.model.objects import Object

    Decided = tuple[Cr, list[Object], Facts | None]
    Decide = Callable[[Source], tuple[Decided, list[Finding]] | None]
    """Renders a NATS; also all findings, those about its text with their lines. None where it cannot be read."""
    Show = Callable[[Object, str], str]
    """Prints an object; the second value is how the path of its file begins."""

_SHOWS_MOST = 4
"""Ways to print them that are kept for a stencil."""
_NAME, _NAMESPACE, _START, _END = "\0", "\1", "\2", "\3"
"""Where a name, a namespace and the start of a path stand in a text, and its end: YAML has no such characters."""
_STARTS = "krmfn-0/", "start-9/"


class Names:
    """The names by which NATS with one text differ; "" for one that is in the text as it is."""

    __slots__ = ("name", "namespace")

    def __init__(self, name: str, namespace: str) -> None:
        self.name = name
        self.namespace = namespace

    @classmethod
    def of(cls, ref: ObjectRef) -> Names | None:
        """Those of a NATS that mean nothing; None where there is none."""
        found = cls(*(name if _may_differ(name) else "" for name in (ref.name, ref.namespace)))
        return found if found.name or found.namespace else None

    @property
    def form(self) -> tuple[int, int, bool, bool]:
        """What decides beside the text itself: how long the names are, and whether "nats" is in them."""
        return len(self.name), len(self.namespace), "nats" in self.name, "nats" in self.namespace

    def unused(self, first: str, second: str) -> Names:
        """Other names of the same form; each begins with two times its letter."""
        return Names(_unused(self.name, first), _unused(self.namespace, second))

    def marked(self, text: str) -> str:
        """A text with marks in the place of these names, the longer one first."""
        pairs = [(self.name, _NAME), (self.namespace, _NAMESPACE)]
        for name, mark in sorted(pairs, key=lambda pair: -len(pair[0])):
            if name:
                text = text.replace(name, mark)
        return text

    def filled(self, text: str) -> str:
        """A text with these names in the place of the marks."""
        return text.replace(_NAME, self.name).replace(_NAMESPACE, self.namespace)

    def are_in(self, text: str) -> bool:
        """Whether one of them is a part of a text."""
        return (self.name != "" and self.name in text) or (self.namespace != "" and self.namespace in text)


def _may_differ(name: str) -> bool:
    """Whether a name means nothing and is between its two stand-ins in the alphabet, so that their order tells its."""
    first, last = _unused(name, "a"), _unused(name, "z")
    return means_nothing(name) and "--" not in name and len(first) == len(name) and first < name < last


def _unused(name: str, letter: str) -> str:
    """A name as long as another, if that has 5 letters, or 8 with "nats" in it; then this one has that too."""
    end = "nats" if "nats" in name else letter
    digit = "0" if letter == "a" else "9"  # so that no part of both is the same
    return f"{letter * 2}-{digit * max(1, len(name) - 3 - len(end))}{end}" if name else ""


class Stencil:
    """What the NATS of one text become: `refs` with marks as group version, kind, namespace and name; findings."""

    __slots__ = ("_children", "_printed", "_unused", "findings", "refs")

    def __init__(self, unused: list[Names], children: list[list[Object]], findings: list[Finding]) -> None:
        self._unused = unused
        self._children = children
        self.findings = findings
        self._printed: dict[object, str | None] = {}
        self.refs = [_marked_ref(unused[0], child) for child in self._children[0]]

    @classmethod
    def of(cls, text: str, names: Names, ref: ObjectRef, decide: Decide) -> Stencil | None:
        """That of a text with marks; None where names decide more than themselves."""
        unused = [names.unused("a", "z"), names.unused("z", "a")]
        children, said = [], []
        for one in unused:
            source = _source(one.filled(text))
            seen = source.ref() if source is not None else None
            trial = decide(source) if source is not None else None
            wanted = (one.name or ref.name, one.namespace or ref.namespace)
            if trial is None or seen is None or (seen.name, seen.namespace) != wanted or Findings(trial[1]).failed:
                return None
            children.append(trial[0][1])
            said.append([_marked_finding(one, finding, seen) for finding in trial[1]])
        if said[0] != said[1] or None in said[0]:
            return None
        made = cls(unused, children, [finding for finding in said[0] if finding is not None])
        return made if made.refs == [_marked_ref(unused[1], child) for child in children[1]] else None

    def text(self, key: object, show: Show) -> str | None:
        """The children as `show` prints them, one behind the other; `key` tells what `show` depends on.

        None where they cannot be filled in.
        """
        if key not in self._printed:
            if len(self._printed) >= _SHOWS_MOST:
                return None
            self._printed[key] = self._text(show)
        return self._printed[key]

    def _text(self, show: Show) -> str | None:
        try:
            texts = [
                "".join(f"{one.marked(show(child, start)).replace(start, _START)}{_END}" for child in children)
                for one, children, start in zip(self._unused, self._children, _STARTS, strict=True)
            ]
        except Unprintable:
            return None
        return texts[0] if texts[0] == texts[1] else None


def _source(text: str) -> Source | None:
    """A NATS as a document; None for one that the fast reader declines."""
    bare = text.lstrip(" ")
    if bare.startswith("- "):
        text = object_text(text, text[: len(text) - len(bare)])
    reading = fast_reader.read(text)
    return None if reading is None else Source(text, FileOrigin(None), lambda: reading)


def _marked_ref(names: Names, child: Object) -> tuple[str, str, str, str]:
    ref = ObjectRef.of(child)
    return ref.api_version, ref.kind, names.marked(ref.namespace), names.marked(ref.name)


def _marked_finding(names: Names, finding: Finding, ref: ObjectRef) -> Finding | None:
    """A finding with marks and without the object; None where it is about something else than the NATS."""
    if finding.object not in (None, ref) or finding.file is not None:
        return None
    return finding.replace(object=None, message=names.marked(finding.message))


class Filling:
    """One NATS of a stencil: the identities of it and of its children."""

    __slots__ = ("_decide", "_names", "_stencil", "ref", "refs")

    def __init__(self, stencil: Stencil, names: Names, ref: ObjectRef, decide: Decide) -> None:
        self._stencil = stencil
        self._names = names
        self._decide = decide
        self.ref = ref
        filled = names.filled
        self.refs = [
            ObjectRef(version, kind, filled(namespace), filled(name)) for version, kind, namespace, name in stencil.refs
        ]

    def decided(self, source: Source) -> Decided | None:
        """Its children as objects, built now; None where it cannot be read."""
        found = self._decide(source)
        return None if found is None else found[0]

    def findings(self) -> Iterable[Finding]:
        """The findings about it. Those about its text have the line there."""
        for finding in self._stencil.findings:
            message = self._names.filled(finding.message)
            yield finding if message == finding.message else finding.replace(message=message)

    def texts(self, key: object, show: Show, start: str) -> list[str] | None:
        """Its children as `show` prints them; see `Stencil.text`."""
        if start and scalar(start) != start:
            return None
        text = self._stencil.text(key, show)
        return None if text is None else self._names.filled(text.replace(_START, start)).split(_END)[:-1]
