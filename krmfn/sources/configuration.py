"""The settings of each NATS: from the call, and from the RenderNATS in the nearest folder."""

from __future__ import annotations

from krmfn.goyaml.errors import Unreadable
from krmfn.goyaml.scalars import may_hold
from krmfn.model.finding import dotted, error
from krmfn.model.objects import CONFIG_API_VERSION, CONFIG_KIND

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Protocol

    from krmfn.cluster.settings import Settings
    from krmfn.model.finding import Finding
    from krmfn.sources.source import Source

    Adjust = Callable[[Settings], Settings]

    class Place(Protocol):
        """Where a NATS is."""

        @property
        def folder(self) -> str:
            """See `sources.source.Origin`."""

    class Placed(Protocol):
        """A NATS, whether it was read or not."""

        @property
        def origin(self) -> Place:
            """Where it is."""


OF_THE_CALL = (
    ("adopt", "adopt"),
    ("include", "include"),
    ("keepCR", "keep_cr"),
    ("mode", "mode"),
    ("previous", "previous"),
)
"""Keys, and their attributes, that decide about a whole call: several RenderNATS must have the same value."""


class Configuration:
    """The settings of each NATS, key by key: those of the call, then the nearest RenderNATS, then the defaults.

    A RenderNATS applies to the folder of its file and all folders below, except where a nearer one applies: only the
    nearest counts. A RenderNATS that the call itself names replaces those of its own folder.
    """

    __slots__ = ("_adjust", "_faults", "_folders", "_made", "_own", "_pairs", "_plain", "_stated", "settings")

    def __init__(
        self,
        settings: Settings,
        findings: list[Finding],
        sources: Iterable[Source],
        *,
        own: Source | None = None,
        pairs: dict[str, str] | None = None,
        adjust: Adjust | None = None,
    ) -> None:
        """`settings` and `findings` are what the call alone states: `own`, its document, and `pairs` over it.

        `sources` are all objects that were read. `adjust` may complete any settings.
        """
        self.settings = adjust(settings) if adjust else settings
        self._plain: bool | None = None
        self._stated = findings
        self._own = own
        self._pairs = pairs or {}
        self._adjust = adjust
        self._faults: list[Finding] = []
        self._made: dict[Source, Settings] = {}
        self._folders: dict[str, Source] = {}
        replaced = _folder_of(own, sources) if own is not None and is_config(own) else None
        for source in sources:
            if _may_be_config(source):
                self._add(source, replaced)

    @property
    def findings(self) -> list[Finding]:
        """The findings about all settings that were asked for.

        Where each NATS has a RenderNATS, what is wrong with the call's own settings is among the findings about both
        together, unless the call's document could not be read, so that there is no `own`.
        """
        if self._plain is not False:
            return [*self._faults, *self._stated]
        unread = (one for one in self._stated if self._own is None and (one.file is not None or not self._pairs))
        return [*self._faults, *unread]

    def _add(self, source: Source, replaced: str | None) -> None:
        if not is_config(source):
            try:
                source.read()
            except Unreadable as why:
                self._faults.append(source.unreadable(why))
            return
        folder = source.origin.folder
        if folder == replaced:
            return
        other = self._folders.setdefault(folder, source)
        if other is not source:
            text = (
                f"{_where(other)} has a {CONFIG_KIND} for the same directory too; remove one, skip one with"
                " --exclude, or choose one with --config"
            )
            self._faults.append(source.place(error("several-configurations", text, ("kind",))))

    def __call__(self, source: Placed) -> Settings:
        """The settings of one NATS."""
        nearest = self._nearest(source.origin.folder)
        if nearest is None:
            self._plain = True
            return self.settings
        self._plain = bool(self._plain)
        return self._of(nearest)

    def documents(self, source: Placed) -> list[Source]:
        """The documents that apply to a NATS: the nearest RenderNATS, then the one of the call, which overrides it."""
        return [one for one in (self._nearest(source.origin.folder), self._own) if one is not None]

    def setting(self, key: str, source: Source) -> tuple[Source, str] | None:
        """The document that sets a key for a NATS, and its field that has the keys; None for `--set` and defaults."""
        if any(one.partition(".")[0] == key for one in self._pairs):
            return None
        for document in reversed(self.documents(source)):
            value = document.value()
            for block in ("spec", "data"):
                stated = value.get(block)
                if isinstance(stated, dict) and any(str(one).partition(".")[0] == key for one in stated):
                    return document, block
        return None

    def _of(self, nearest: Source) -> Settings:
        if nearest not in self._made:
            self._made[nearest] = self._settings(nearest)
        return self._made[nearest]

    def nearest(self, source: Source) -> Source | None:
        """The RenderNATS that applies to a NATS; None where none does."""
        return self._nearest(source.origin.folder)

    def of_all(self, sources: Iterable[Placed]) -> Settings:
        """The settings of the call. Keys of OF_THE_CALL in which the RenderNATS of these NATS differ are errors.

        `allowRemoval` counts from all RenderNATS, since a removed cluster has no NATS whose nearest one could count.
        """
        first: Source | None = None
        common = self.settings
        for number, source in enumerate(sources):
            settings = self(source)
            nearest = self._nearest(source.origin.folder)
            if number == 0:
                first, common = nearest, settings
                continue
            for key, attribute in OF_THE_CALL:
                if settings is not common and getattr(settings, attribute) != getattr(common, attribute):
                    text = (
                        f"{key} differs between {_where(first)} and {_where(nearest)}, but one run has one value;"
                        f" set the same in both, or use --set {key}=VALUE"
                    )
                    finding = error("several-configurations", text, ("spec", key))
                    place = nearest or first
                    placed = place.place(finding) if place is not None else finding
                    if placed not in self._faults:
                        self._faults.append(placed)
        removals = {mark for one in (common, *map(self._of, self._folders.values())) for mark in one.allow_removal}
        return common.replaced(allow_removal=tuple(sorted(removals))) if removals else common

    def _nearest(self, folder: str) -> Source | None:
        while self._folders:
            if folder in self._folders:
                return self._folders[folder]
            if not folder:
                return None
            folder = folder.rpartition("/")[0]
        return None

    def _settings(self, nearest: Source) -> Settings:
        settings, found = settings_of([nearest, *([self._own] if self._own is not None else [])], self._pairs)
        self._faults += [finding for finding in found if finding not in self._faults]
        return self._adjust(settings) if self._adjust else settings


def place_setting(finding: Finding, source: Source, settings_for: Callable[[Source], Settings]) -> Finding:
    """A finding about a setting of a NATS: file, line and field of the document that sets it; object is the NATS.

    `settings_for` may be any function; where it is a Configuration, it knows the documents. Where none has the key, the
    finding is at the NATS, on its own line if it has one, and the message alone names the key.
    """
    from krmfn.api.keys import KEYS

    key = str(finding.path[0])
    if key not in KEYS:
        return source.place(finding)
    found = settings_for.setting(key, source) if isinstance(settings_for, Configuration) else None
    if found is None:
        return source.place(finding.replace(path=()))
    document, block = found
    ref = source.ref()
    name = "/".join(filter(None, (ref.namespace, ref.name))) if ref is not None else ""
    text = f"NATS {name}: {finding.message.removeprefix(f'setting {dotted(finding.path)}: ')}"
    return document.place(finding.replace(path=(block, *finding.path), message=text, object=ref, line=None))


def settings_of(sources: Sequence[Source], pairs: dict[str, str]) -> tuple[Settings, list[Finding]]:
    """Settings from documents, each overriding those before, and keys of `--set`, which override all."""
    from krmfn.api.config import ALL, faulty_in, layered, unclear

    readable, findings = [], []
    for source in sources:
        try:
            readable.append((source, source.read()))
        except Unreadable as why:
            findings.append(source.unreadable(why))
    settings, faults = layered([reading.value for _, reading in readable], dict(pairs))
    if len(readable) < len(sources):
        settings = settings.with_faulty(ALL)
    for (source, reading), of_one in zip(readable, faults, strict=False):
        settings = settings.with_faulty(faulty_in(reading.problems))
        known = {problem.path for problem in reading.problems}
        said = unclear(reading.problems, reading.value) + [finding for finding in of_one if finding.path not in known]
        findings += (source.place(finding) for finding in said)
    return settings, [*findings, *faults[-1]]


def is_config(source: Source) -> bool:
    """Whether a source is a RenderNATS of the version that krmfn reads."""
    if not may_hold(source.text, CONFIG_KIND):
        return False
    key = source.ref()
    return key is not None and (key.api_version, key.kind) == (CONFIG_API_VERSION, CONFIG_KIND)


def _may_be_config(source: Source) -> bool:
    return may_hold(source.text, CONFIG_KIND) and (source.ref() is None or is_config(source))


def _folder_of(own: Source, sources: Iterable[Source]) -> str | None:
    """The folder of the call's own document; where that is unknown, the folder of the item with its identity."""
    if own.origin.file is not None:
        return own.origin.folder
    key = own.ref()
    return next((source.origin.folder for source in sources if is_config(source) and source.quick_ref == key), None)


def _where(source: Source | None) -> str:
    if source is None:
        return "the command line"
    return source.origin.file or "another item"
