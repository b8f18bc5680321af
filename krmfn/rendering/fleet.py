"""Thousands of NATS, rendered in batches: a batch reports the findings of its clusters and forgets them.

A batch is judged by what judges a small input. What concerns several clusters is looked at over all of them: settings,
facts, names that two of them use, and objects whose NATS is not there. Where batches turn out to depend on each other
(`DependentBatches`), the caller renders all clusters as one batch.
"""

from __future__ import annotations

import pickle
from array import array
from bisect import bisect_left
from itertools import groupby
from zlib import crc32

from krmfn.goyaml.errors import Unreadable
from krmfn.model.finding import Findings
from krmfn.model.names import Names
from krmfn.model.objects import CONFIG_KIND, ObjectRef
from krmfn.model.tally import Tally
from krmfn.model.text import shown
from krmfn.model.usage import Usage
from krmfn.rendering.alike import Alike
from krmfn.rendering.pipeline import printed_children
from krmfn.rendering.reconciliation import Policy, reconcile
from krmfn.rendering.renderer import other_namespaces, render_crs
from krmfn.sources.call_settings import configuration_of
from krmfn.sources.clusters import Reader
from krmfn.sources.files import RealPaths
from krmfn.sources.input import objects_of
from krmfn.sources.recognition import nats_crs, no_nats
from krmfn.sources.trees import RememberedFiles

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Any, Protocol

    from krmfn.cluster.settings import Settings
    from krmfn.model.finding import Finding
    from krmfn.rendering.batch_comparison import BatchComparison
    from krmfn.rendering.pipeline import Printed
    from krmfn.rendering.renderer import Rendered
    from krmfn.sources.call_settings import CallSettings
    from krmfn.sources.clusters import NatsCollector
    from krmfn.sources.configuration import Adjust
    from krmfn.sources.nats_entry import NatsEntry
    from krmfn.sources.nats_list import NatsList
    from krmfn.sources.source import Input, Source

    class BatchFindings(Protocol):
        """A batch, rendered now or earlier."""

        @property
        def findings(self) -> list[Findings]:
            """By stage."""

        @property
        def shared(self) -> dict[object, list[Finding]]:
            """Those that other batches may have too, by what they depend on."""

        @property
        def replaced(self) -> set[int]:
            """The positions of objects beside the NATS that a child takes the place of."""

    class Stage(Protocol):
        """The findings of one stage."""

        @property
        def failed(self) -> bool:
            """Whether any of them is an error."""

        def add(self, findings: Iterable[Finding]) -> None:
            """Take some more."""


_BITS = 0xFFFF_FFFF
BATCH = 32
"""Clusters that are in memory at once, half as many more at most; 50 take about 5 MB with all their objects."""
RENDERED, PRINTED, BESIDE, OTHERS, STEPS, FILES = range(6)
"""The stages of a render: what the NATS earn, their children as text, the objects beside them, those of them that are
printed, the steps from earlier renders, and what is in the way of files. A stage counts only where those before it
found no error.
"""


class Shard:
    """One of `count` shares of the clusters, `number` from 1, by a hash of namespace and name that never changes."""

    __slots__ = ("count", "number")

    def __init__(self, number: int, count: int) -> None:
        self.number = number
        self.count = count

    @classmethod
    def parse(cls, text: str) -> Shard:
        """Of `--shard`: `3/16`; `0/16` is `16/16`, since an Indexed Job counts from 0. Raises Usage."""
        number, slash, count = text.partition("/")
        digits = "0123456789"
        is_number = slash and all(part and len(part) < 6 and not part.strip(digits) for part in (number, count))
        if not is_number or not int(count) or int(number) > int(count):
            raise Usage(
                f'"{shown(text)}" is not a shard; write --shard I/N, with I from 1 to N (for example --shard 1/16)'
            )
        return cls(int(number) or int(count), int(count))

    def has(self, mark: str) -> bool:
        """Whether the cluster `namespace/name` is in it: the first 8 bytes of SHA-256, big endian, modulo `count`."""
        from hashlib import sha256

        return int.from_bytes(sha256(mark.encode()).digest()[:8], "big") % self.count == self.number - 1

    @property
    def folder(self) -> str:
        """The part of an output directory that is this shard's."""
        return f"shard-{self.number}-of-{self.count}"


class ObjectIndex:
    """Objects by their identity and by the mark of their CR."""

    __slots__ = ("_by_key", "_by_mark", "all", "position")

    def __init__(self, sources: Sequence[Source]) -> None:
        self.all = sources
        self.position = {source: number for number, source in enumerate(sources)}
        self._by_key: dict[ObjectRef, list[int]] = {}
        self._by_mark: dict[str, list[int]] = {}
        for number, source in enumerate(sources):
            key = source.quick_ref or source.ref()
            if key is not None:
                self._by_key.setdefault(key, []).append(number)
            if source.owner is not None:
                self._by_mark.setdefault(source.owner, []).append(number)

    def of(self, rendered: Iterable[Rendered]) -> list[Source]:
        """Those that have the identity of a child of these CRs, or their mark."""
        found: set[int] = set()
        for one in rendered if self.all else ():
            found |= self._positions(one.mark, one.refs)
        return [self.all[number] for number in sorted(found)]

    def has(self, mark: str, refs: Iterable[ObjectRef]) -> bool:
        """Whether any has one of these identities, or this mark."""
        return bool(self.all) and bool(self._positions(mark, refs))

    def _positions(self, mark: str, refs: Iterable[ObjectRef]) -> set[int]:
        found = set(self._by_mark.get(mark, ()))
        for ref in refs:
            found.update(self._by_key.get(ref, ()))
        return found


class Marks:
    """The marks of clusters that are sorted by namespace and name, without a text for each in memory."""

    __slots__ = ("_clusters",)

    def __init__(self, clusters: NatsList) -> None:
        self._clusters = clusters

    def __contains__(self, mark: object) -> bool:
        namespace, _, name = mark.rpartition("/") if isinstance(mark, str) else ("", "", "")
        at = bisect_left(self._clusters, (namespace, name), key=_sort_key)
        return at < len(self._clusters) and self._clusters[at].mark == mark

    def __len__(self) -> int:
        return len(self._clusters)

    def __getitem__(self, number: int) -> str:
        return self._clusters[number].mark

    def __iter__(self) -> Iterator[str]:
        return (one.mark for one in self._clusters)


def _sort_key(one: NatsEntry) -> tuple[str, str]:
    return one.namespace, one.name


class Batch:
    """Some clusters rendered: `findings` by stage, `shared` ones by what they depend on, and what is printed of each.

    `sources` are their NATS, also those that cannot be rendered;
    `replaced` are the positions of objects beside the NATS that a child takes the place of.
    """

    __slots__ = ("findings", "printed", "rendered", "replaced", "shared", "sources")

    def __init__(self, sources: Sequence[Source] = ()) -> None:
        self.sources = sources
        self.findings = [Findings() for _ in range(FILES + 1)]
        self.shared: dict[object, list[Finding]] = {}
        self.rendered: list[Rendered] = []
        self.printed: list[list[Printed]] = []
        self.replaced: set[int] = set()

    @property
    def wanted(self) -> list[tuple[str, list[ObjectRef]]]:
        """The namespace and the children of each cluster."""
        return [(one.ref.namespace, one.refs) for one in self.rendered]

    @property
    def failed(self) -> bool:
        """Whether any finding so far is an error."""
        return any(Findings(some).failed for some in (*self.findings, *self.shared.values()))


class Fleet:
    """An input with its `clusters` apart, and what holds for all of them.

    `clusters` are those to render, by namespace and name; `witnesses` those of other shards with a name that one here
    could use too: they are checked and not written, and `foreign` are their marks. `findings` are those that need no
    cluster.
    """

    __slots__ = (
        "_alike",
        "_disk",
        "_facts",
        "_istio_versions",
        "_marks",
        "_pickled",
        "_reader",
        "_stated_namespace",
        "beside",
        "clusters",
        "configuration",
        "files",
        "findings",
        "foreign",
        "namespace",
        "settings",
        "shard",
        "witnesses",
    )

    def __init__(
        self,
        found: Input,
        stated: CallSettings,
        namespace: str,
        clusters: NatsCollector,
        share: str | None = None,
        *,
        adjust: Adjust | None = None,
        istio_versions: tuple[str, ...] | None = None,
        is_namespace_stated: bool = True,
        is_printed: bool = True,
    ) -> None:
        """`share` is what `--shard` says; `adjust` may complete any settings; see `renderer.render`. Raises Usage.

        `is_namespace_stated`: a NATS that has another `namespace` is an error. `is_printed`: the children are wanted as
        texts, so that NATS that differ in their names alone are not all rendered.
        """
        self._alike = Alike() if is_printed else None
        self._stated_namespace = namespace if is_namespace_stated else ""
        self.shard = shard = Shard.parse(share) if share is not None else None
        whole = clusters.sorted(namespace)
        self.namespace = namespace
        self.configuration = configuration_of(stated, found, adjust)
        self._istio_versions = istio_versions
        _, findings = nats_crs(found.sources)
        self.settings = self.configuration.of_all(whole)
        self.findings = Findings([*self.configuration.findings, *found.findings, *findings])
        if not whole:
            self.findings.append(no_nats())
        self.files = RealPaths(found.read, [stated.file] if stated.file else [])
        self.beside = ObjectIndex(found.sources)
        self._facts = [one for one in found.sources if (ref := one.ref()) is not None and ref.kind != CONFIG_KIND]
        self._marks = Marks(whole)
        self._pickled: tuple[Settings, bytes] | None = None  # most clusters have those of the one before
        self._disk = RememberedFiles()
        self._reader = Reader(lambda file: objects_of(file, self._disk))
        self.clusters = whole
        self.witnesses: set[NatsEntry] = set()
        self.foreign: set[str] = set()
        if shard is not None:
            mine = {one for one in whole if shard.has(one.mark)}
            self.witnesses = set(self._with_common_names(whole)) - mine
            self.foreign = {one.mark for one in self.witnesses}
            self.clusters = whole.chosen(lambda one: one in mine or one in self.witnesses)

    def _with_common_names(self, whole: NatsList) -> Iterator[NatsEntry]:
        """The clusters that may use the name of an object together with another one: all shards judge them."""
        for _, neighbours in groupby(whole, lambda one: one.namespace):
            users: dict[str, list[NatsEntry]] = {}
            for one in neighbours:
                names = Names(one.name, self.configuration(one).secret_name)
                for name in (names.workload, names.secret):
                    users.setdefault(name, []).append(one)
            for same in users.values():
                yield from same if len(same) > 1 else ()

    @property
    def own(self) -> Marks:
        """The marks of the clusters that are written, which are their folders too."""
        return Marks(self.clusters.chosen(lambda one: one not in self.witnesses)) if self.shard else self._marks

    def has_any(self, marks: set[str]) -> bool:
        """Whether any of these marks is that of a cluster."""
        return any(mark in self._marks for mark in marks)

    def is_elsewhere(self, mark: str) -> bool:
        """Whether the objects of a mark are not to be judged as those of a NATS that is gone."""
        return mark in self._marks or (self.shard is not None and not self.shard.has(mark))

    def batches(self) -> list[tuple[int, int]]:
        """Where each batch begins and ends. A NATS that is there twice is in one batch.

        A batch ends with a mark whose checksum is a multiple of BATCH, so that one NATS more or less changes one batch;
        the latest at half as many more.
        """
        found, start, mark, is_end = [], 0, "", False
        for number, one in enumerate(self.clusters):
            if number > start and is_end and one.mark != mark:
                found.append((start, number))
                start = number
            mark = one.mark
            is_end = number - start + 1 >= BATCH * 3 // 2 or not crc32(mark.encode()) % BATCH
        return [*found, (start, len(self.clusters))] if len(self.clusters) else []

    @property
    def whole(self) -> list[tuple[int, int]]:
        """One batch of all clusters."""
        return [(0, len(self.clusters))] if len(self.clusters) else []

    def render(self, start: int, end: int) -> Batch:
        """Read, render, print and judge the clusters from `start` to `end` by the objects beside them."""
        sources, lost = self._reader.sources(self.clusters[start:end])
        self._disk.forget()
        batch = Batch(sources)
        batch.rendered, batch.shared, found = render_crs(
            sources, self._facts, self.configuration, self.namespace, self._istio_versions, alike=self._alike
        )
        batch.findings[RENDERED] += [*lost, *found, *other_namespaces(batch.rendered, self._stated_namespace)]
        if batch.failed:
            return batch
        for one in batch.rendered:
            printed, found = printed_children(one)
            batch.printed.append(printed)
            batch.findings[PRINTED] += found
        if not batch.failed:
            self._reconcile(batch)
        return batch

    def _reconcile(self, batch: Batch) -> None:
        sources = self.beside.of(batch.rendered)
        if not sources and not any(one.source.allow is not None for one in batch.rendered):
            return
        policy = self.policy(is_whole=False, adopt=self.settings.adopt)
        changes = reconcile(sources, batch.rendered, policy)
        batch.findings[BESIDE] += (one for one in changes.findings if one.code != "child-removed")
        batch.replaced = {self.beside.position[source] for source in changes.replaced}

    def inputs(self) -> Iterator[bytes]:
        """What all batches depend on."""
        stated = (self.namespace, self._stated_namespace, self._istio_versions, self.settings)
        yield pickle.dumps((stated, self.shard and self.shard.folder))
        for one in self.beside.all:
            origin = one.origin
            yield repr((origin.file, origin.index, origin.line(1), origin.folder, origin.path)).encode()
            yield one.text.encode(errors="surrogatepass")
            if not one.is_document:
                try:
                    reading = one.read()
                except Unreadable as why:
                    yield repr((why.code, why.message, why.line)).encode()
                else:
                    yield repr((reading.value, reading.lines, reading.problems)).encode()

    def forget(self) -> None:
        """Forget the files that `inputs_of` read."""
        self._disk.forget()

    def inputs_of(self, start: int, end: int) -> list[bytes]:
        """What the clusters from `start` to `end` depend on beside that; empty where it cannot be told.

        The files that are read here are what `render` renders next. Raises OSError, Unreadable.
        """
        found = []
        self._reader.forget()
        for one in self.clusters[start:end]:
            if one.source is not None:
                return []  # from standard input, or a file that is not read again
            settings = self.configuration(one)
            if self._pickled is None or self._pickled[0] is not settings:
                lines = [(doc.origin.file, doc.origin.line(1), doc.text) for doc in self.configuration.documents(one)]
                self._pickled = settings, pickle.dumps((settings, lines))
            place = (one.namespace, one.name, one.number, one.file.name, one.file.real, one.mark in self.foreign)
            found += [repr(place).encode(), self._pickled[1], self._disk.remember(one.file.real)]
        return found

    def policy(self, *, is_whole: bool, adopt: bool, of_batch: bool = True) -> Policy:
        """How much may change; in a batch no cluster is gone, since its NATS may be in another one."""
        removal = self.settings.allow_removal
        elsewhere = (lambda _: True) if of_batch else self.is_elsewhere
        return Policy(adopt=adopt, allow_removal=removal, is_whole=is_whole, elsewhere=elsewhere)

    def gone(self, replaced: set[int]) -> list[Finding]:
        """What becomes of objects beside the NATS whose own NATS is not there; `replaced` are those of all batches."""
        left = [source for number, source in enumerate(self.beside.all) if number not in replaced]
        found = reconcile(left, (), self.policy(is_whole=False, adopt=self.settings.adopt, of_batch=False))
        return [one for one in found.findings if one.code != "child-removed"]


class FindingsByStage:
    """The findings of all batches by stage. What is told ends with the first stage that failed."""

    __slots__ = ("_shared", "stages")

    def __init__(self, first: Iterable[Finding], stages: Sequence[Stage]) -> None:
        self.stages = stages
        self._shared: set[object] = set()
        self.stages[RENDERED].add(first)

    def add(self, by_stage: Iterable[Iterable[Finding]], shared: dict[object, list[Finding]]) -> None:
        """Those of one batch; shared ones count once."""
        for stage, findings in zip(self.stages, by_stage, strict=False):
            stage.add(findings)
        for key, findings in shared.items():
            if key not in self._shared:
                self._shared.add(key)
                self.stages[RENDERED].add(findings)

    def failed_before(self, stage: int) -> bool:
        """Whether a stage before this one failed."""
        return any(one.failed for one in self.stages[:stage])

    @property
    def failed(self) -> bool:
        """Whether any stage failed."""
        return any(one.failed for one in self.stages)

    @property
    def counted(self) -> list[Stage]:
        """The stages that count: those up to the first that failed."""
        failed = next((number for number, stage in enumerate(self.stages) if stage.failed), len(self.stages))
        return list(self.stages[: failed + 1])

    def told(self) -> list[tuple[Finding, int, list[Finding]]]:
        """The findings to tell where the stages are tallies; see `Tally.told`."""
        whole = Tally()
        for stage in self.counted:
            if isinstance(stage, Tally):
                whole.join(stage)
        return whole.told()


class ChildHashes:
    """The identities that clusters want, as hashes. Those of one namespace come one after the other."""

    __slots__ = ("_all", "_namespace", "_seen")

    def __init__(self) -> None:
        self._all = array("I")  # 32 bits of each: a hit by chance costs time, and changes no result
        self._namespace: str | None = None
        self._seen: set[int] = set()

    def add(self, namespace: str, hashes: Sequence[int]) -> bool:
        """Whether none of them was wanted before."""
        if namespace != self._namespace:
            self._namespace, self._seen = namespace, set()
        before = len(self._seen)
        self._seen.update(hashes)
        self._all.extend(one & _BITS for one in hashes)
        return len(self._seen) == before + len(hashes)

    def has(self, hashes: set[int]) -> bool:
        """Whether any of them is wanted."""
        short = {one & _BITS for one in hashes}
        return bool(short) and any(one in short for one in self._all)


class DependentBatches(Exception):
    """Two batches are about the same object: to be judged right, the clusters must be in one batch."""


class BatchResult:
    """What is left of a batch: the findings, and `hashes` of what each cluster wants, with its namespace.

    It may come from another process. `count` are its clusters. The rest is what the caller makes of the batch; `kept`
    is its key in the cache, None where it is not there.
    """

    __slots__ = (
        "comparisons",
        "count",
        "findings",
        "hashes",
        "kept",
        "made",
        "paths",
        "replaced",
        "shared",
        "unchanged",
        "written",
    )

    def __init__(self, count: int, batch: BatchFindings, wanted: Iterable[tuple[str, Iterable[ObjectRef]]]) -> None:
        """`wanted` are the namespace and the children of each cluster."""
        self.count = count
        self.findings = batch.findings
        self.shared = batch.shared
        self.replaced = batch.replaced
        self.hashes = [(namespace, [hash(ref) for ref in refs]) for namespace, refs in wanted]
        self.made: Any = None
        self.paths: list[list[str]] = []
        self.kept: str | None = None
        self.comparisons: list[BatchComparison] = []
        self.written = 0
        self.unchanged = 0


class Sum:
    """What is left of all batches. `is_whole`: there is one, which saw all that depends on each other."""

    __slots__ = ("_is_whole", "findings", "replaced", "wanted")

    def __init__(self, fleet: Fleet, *, is_whole: bool = False, stages: Sequence[Stage] = ()) -> None:
        """`stages` keep the findings; where none are given, they are counted."""
        self._is_whole = is_whole
        self.findings = FindingsByStage(fleet.findings, stages or [Tally() for _ in range(FILES + 1)])
        self.wanted = ChildHashes()
        self.replaced: set[int] = set()

    def add(self, part: BatchResult) -> None:
        """Raises DependentBatches."""
        self.findings.add(part.findings, part.shared)
        self.replaced |= part.replaced
        for namespace, hashes in part.hashes:
            if not self.wanted.add(namespace, hashes) and not self._is_whole:
                raise DependentBatches
