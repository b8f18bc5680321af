"""Renders the children of every CR of an input, for commands and functions alike."""

from __future__ import annotations

from krmfn.api.accept import accept
from krmfn.cluster.checks import check, check_children
from krmfn.cluster.cr import ClusterFacts, Cr
from krmfn.cluster.facts import Facts
from krmfn.cluster.settings import Unknown, until_unknown
from krmfn.goyaml.errors import Unreadable
from krmfn.manifests.expand import expand
from krmfn.model.finding import ERROR, Findings, error
from krmfn.model.labels import check_own
from krmfn.model.lookup import map_at
from krmfn.model.names import Names
from krmfn.model.objects import SERVER_FIELDS, ObjectRef, owner_mark
from krmfn.model.text import shown
from krmfn.sources.discovery import known_facts
from krmfn.sources.recognition import nats_crs
from krmfn.sources.source import FileOrigin
from krmfn.topology.rules import check_tags, spread
from krmfn.topology.verdict import verdict

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import Any

    from krmfn.cluster.cr import Spread
    from krmfn.cluster.settings import Settings
    from krmfn.goyaml.emitter import Unprintable
    from krmfn.model.finding import Finding
    from krmfn.model.objects import FieldPath, Object
    from krmfn.rendering.alike import Alike, Match
    from krmfn.rendering.stencil import Filling, Show
    from krmfn.sources.source import Source
    from krmfn.topology.layout import Layout

    _Cr = tuple[Source, ObjectRef, Settings, Cr | Match]
    """A NATS that was read, or that matches others."""
    Decided = tuple[Cr, list[Object], Facts | None]
    """A NATS, its children, and what they were built from, None where a finding is an error."""


_OF_NATS = frozenset(("apiVersion", "kind", "metadata", "spec", "status"))
"""The first part of a path in a NATS; any other is the key of a setting, or a setting of nats.conf."""


class Rendered:
    """A CR, where it came from, and its children in the order of `manifests.expand`.

    `ref` is its identity, `settings` are its own, `refs` the identities of the children, and `mark` is what they carry
    to say whose they are: namespace and name of the NATS. `layout` is None where no zones are known.
    """

    __slots__ = ("_decided", "_filling", "layout", "mark", "ref", "refs", "settings", "source")

    def __init__(self, source: Source, settings: Settings, layout: Layout | None, decided: Decided | Filling) -> None:
        """The children are there, or they are filled in and made when they are first wanted as objects."""
        self.source = source
        self.settings = settings
        self.layout = layout
        self._decided: Decided | None = None
        self._filling: Filling | None = None
        if isinstance(decided, tuple):
            self._decided = decided
            self.ref = decided[0].ref
            self.refs = [ObjectRef.of(child) for child in decided[1]]
        else:
            self._filling = decided
            self.ref, self.refs = decided.ref, decided.refs
        self.mark = owner_mark(self.ref.namespace, self.ref.name)

    def _all(self) -> Decided:
        if self._decided is None and self._filling is not None:
            self._decided = self._filling.decided(self.source)
        if self._decided is None:
            raise RuntimeError("a NATS cannot be read, and others with its text could")
        return self._decided

    @property
    def cr(self) -> Cr:
        """The NATS with its spec defaulted."""
        return self._all()[0]

    @property
    def children(self) -> list[Object]:
        """The objects."""
        return self._all()[1]

    @property
    def facts(self) -> Facts | None:
        """What they were built from; None where a finding is an error."""
        return self._all()[2]

    def texts(self, key: object, show: Show, start: str = "") -> list[str] | None:
        """The children as `show` prints them, where no object is needed for that; see `Filling.texts`."""
        return self._filling.texts(key, show, start) if self._filling is not None else None


def render(
    sources: Sequence[Source],
    settings_for: Callable[[Source], Settings],
    namespace: str = "",
    istio_versions: tuple[str, ...] | None = None,
    *,
    alike: Alike | None = None,
) -> tuple[list[Rendered], Findings]:
    """Every CR of the input with its children, by namespace and name, and all findings, in order.

    `settings_for` gives the settings of a CR; `namespace` is that of CRs without one; `istio_versions` are the
    versions of DestinationRule that the cluster serves by what a tool says, () none; a CRD among the input wins.
    With `alike`, NATS that differ in their names alone are not all rendered.
    Where a finding is an error the children are not to be used.
    """
    sources_of_crs, findings = nats_crs(sources)
    rendered, shared, found = render_crs(sources_of_crs, sources, settings_for, namespace, istio_versions, alike=alike)
    for some in (*shared.values(), found):
        findings += some
    return rendered, findings.in_order()


def render_crs(
    sources_of_crs: Sequence[Source],
    sources: Sequence[Source],
    settings_for: Callable[[Source], Settings],
    namespace: str = "",
    istio_versions: tuple[str, ...] | None = None,
    *,
    alike: Alike | None = None,
) -> tuple[list[Rendered], dict[object, list[Finding]], Findings]:
    """Render some CRs of the input; `sources` are the other objects, which may be facts.

    The second value has findings that other CRs of the input may have too, by what they depend on.
    """
    crs, findings = _read(sources_of_crs, settings_for, namespace, alike)
    if not crs:
        return [], {}, findings
    secrets = {(ref.namespace, Names(ref.name, settings.secret_name).secret): False for _, ref, settings, _ in crs}
    for _, ref, settings, _ in crs:
        if _has_files(settings):
            from krmfn.natsconf.secret_files import needed

            secrets |= {(ref.namespace, name): True for name in needed(settings, Names(ref.name).workload)}
    shared: dict[object, list[Finding]] = {}
    known, shared["facts"] = known_facts(sources, secrets)
    if known.istio_versions is None:
        known.istio_versions = istio_versions
    layouts: dict[object, Layout | None] = {}
    rendered = []
    for source, _, settings, read_or_match in crs:
        key, layout, filling = None, None, None
        try:
            key, placing = _placing(settings.sound(), known)
        except Unknown:
            pass
        else:
            if key not in layouts:
                layouts[key], shared[key] = _layout(settings, known, placing)
            layout = layouts[key]
            if not isinstance(read_or_match, Cr):
                filling = _filled(read_or_match, settings, known, layout, namespace)
        if filling is not None:
            findings += (_placed(finding, source, settings_for) for finding in filling.findings())
            rendered.append(Rendered(source, settings, layout, filling))
            continue
        cr, found = (read_or_match, Findings()) if isinstance(read_or_match, Cr) else read_cr(source, namespace)
        findings += found
        if cr is None:
            continue
        children: list[Object] = []
        facts = None
        if key is None:
            found = check(cr, settings, known)
        else:
            children, facts, found = render_cr(cr, settings, known, layout)
        findings += (_placed(finding, source, settings_for) for finding in found)
        rendered.append(Rendered(source, settings, layout, (cr, children, facts)))
    findings += _collisions(rendered)
    return rendered, shared, findings


def _read(
    sources: Sequence[Source], settings_for: Callable[[Source], Settings], namespace: str, alike: Alike | None
) -> tuple[list[_Cr], Findings]:
    """The CRs by namespace and name, and what is wrong with the others. One that matches others is not read."""
    findings = Findings()
    crs: list[_Cr] = []
    for source in sources:
        match = alike.match(source) if alike is not None else None
        if match is not None and match.kin.is_read and not (settings := settings_for(source)).faulty:
            crs.append((source, match.ref(namespace), settings, match))
            continue
        cr, found = read_cr(source, namespace)
        findings += found
        if cr is not None:
            crs.append((source, cr.ref, settings_for(source), cr))
            if match is not None:
                match.kin.add()
        elif any(finding.path for finding in found):
            findings += _errors_of_rest(source, found, settings_for(source), namespace)
    crs.sort(key=lambda one: (one[1].namespace, one[1].name))
    return crs, findings


def _filled(
    match: Match, settings: Settings, known: ClusterFacts, layout: Layout | None, namespace: str
) -> Filling | None:
    """The children of a NATS that differs from others in its names alone; None where they are to be built."""

    def decide(source: Source) -> tuple[Decided, list[Finding]] | None:
        cr, findings = read_cr(source, namespace)
        if cr is None:
            return None
        children, facts, found = render_cr(cr, settings, known, layout)
        return (cr, children, facts), [
            *findings,
            *(one.at(line=source.line_of(())) if _is_of_setting(one) else source.place(one) for one in found),
        ]

    return match.filling(settings, known, decide, namespace)


def _placed(finding: Finding, source: Source, settings_for: Callable[[Source], Settings]) -> Finding:
    """At the NATS, or where its path begins with the key of a setting, at the document that sets it."""
    if not _is_of_setting(finding):
        return source.place(finding)
    from krmfn.sources.configuration import place_setting

    return place_setting(finding, source, settings_for)


def _is_of_setting(finding: Finding) -> bool:
    return bool(finding.path) and finding.path[0] not in _OF_NATS


def _placing(settings: Settings, known: ClusterFacts) -> tuple[tuple[str, str], dict[str, Any]]:
    """What of the settings decides where servers can run, as a key, and the parts of `pod` among it. Raises Unknown."""
    placing: dict[str, Any] = {}
    if settings.pod is not None and known.nodes:
        from krmfn.topology.layout import PLACING

        placing = {name: value for name, value in settings.pod.value.items() if name in PLACING}
    return (repr(settings.zones), repr(placing)), placing


def _layout(settings: Settings, known: ClusterFacts, placing: dict[str, Any]) -> tuple[Layout | None, list[Finding]]:
    """As `layout_of` gives it, which is imported only where settings or Node items name zones."""
    if settings.zones is None and not known.nodes:
        return None, []
    from krmfn.topology.layout import layout_of

    return layout_of(settings.zones, known.nodes, placing)


def read_cr(source: Source, namespace: str = "") -> tuple[Cr | None, Findings]:
    """The CR with its spec defaulted, or None and what is wrong with it."""
    try:
        reading = source.read()
    except Unreadable as why:
        return None, Findings([source.unreadable(why)])
    problems = [problem for problem in reading.problems if _is_read(problem.path)]
    spec = None if problems else accept(reading.value)
    placed = Findings()
    if spec is None:
        from krmfn.api.explain import explain, unclear_scalars

        spec, findings = explain(reading.value)
        unclear = {problem.path for problem in problems}
        placed += map(source.place, unclear_scalars(problems, reading.value))
        placed += (source.place(finding) for finding in findings if finding.path not in unclear)
    source.ref()
    if spec is None or placed.failed:
        return None, placed
    metadata = reading.value["metadata"]
    if not SERVER_FIELDS.isdisjoint(metadata):
        from krmfn.cluster import live_fields

        placed += map(source.place, live_fields.check(reading.value))
    if "labels" in metadata or "annotations" in metadata:
        placed += map(source.place, check_own(metadata))
    memory = map_at(map_at(map_at(reading.value, "spec"), "jetStream"), "memStorage")
    is_set = memory.get("size") is not None
    return Cr(metadata["name"], metadata.get("namespace") or namespace, spec, sets_memory_size=is_set), placed


def _errors_of_rest(source: Source, found: list[Finding], settings: Settings, namespace: str) -> Iterator[Finding]:
    """Errors about the fields of a CR beside those that are wrong, so that one run tells all."""
    from krmfn.api.explain import sound_spec

    faulty = [finding.path for finding in found]
    spec = sound_spec(source.value(), faulty)
    if spec is None:
        return
    ref = source.ref()
    name, space = (ref.name, ref.namespace) if ref is not None else ("", "")
    has_name = ("metadata", "name") not in faulty and name
    for finding in check(Cr(name if has_name else "nats", space or namespace, spec), settings, ClusterFacts()):
        path = finding.path
        if finding.severity == ERROR and not any(path[: len(one)] == one or one[: len(path)] == path for one in faulty):
            yield source.place(finding)


def render_cr(
    cr: Cr, settings: Settings, known: ClusterFacts, layout: Layout | None
) -> tuple[list[Object], Facts | None, Findings]:
    """The children of one CR and what they were built from; neither where a finding is an error or a key is faulty."""
    findings = check(cr, settings, known)
    if settings.faulty:
        findings += until_unknown(_checks_of_faulty(cr, settings.sound(), known, layout))
        return [], None, findings
    rule, found = spread(cr.spec["cluster"]["size"], settings, layout)
    findings += found
    findings += _check_zones(cr, settings, known, rule)
    findings += _check_files(cr, settings, known)
    if findings.failed:
        return [], None, findings
    facts = Facts(cr, settings, known, rule)
    children, found = expand(facts)
    found += check_children(children, cr, settings)
    findings += [*found, verdict(facts.size, settings.zone_spread, rule, layout)]
    return children, facts, findings


def _checks_of_faulty(cr: Cr, settings: Settings, known: ClusterFacts, layout: Layout | None) -> Iterator[Finding]:
    """What is wrong beside the settings that are; warnings about the whole come when they are right."""
    yield from until_unknown(_check_files(cr, settings, known))
    yield from spread(cr.spec["cluster"]["size"], settings, layout)[1]


def _check_files(cr: Cr, settings: Settings, known: ClusterFacts) -> Iterator[Finding]:
    if _has_files(settings):
        from krmfn.natsconf.secret_files import check_files

        yield from check_files(cr.namespace, settings, Names(cr.name).workload, known)


def _has_files(settings: Settings) -> bool:
    """Whether nats.conf may name files of other Secrets than that of the system account."""
    return any(group is not None for group in (settings.auth, settings.conf, settings.tls, settings.encryption))


def _check_zones(cr: Cr, settings: Settings, known: ClusterFacts, rule: Spread) -> Iterator[Finding]:
    """What keeps the rule from working: the class of the volumes, and pods that do not know their zone."""
    yield from check_tags(settings, rule)
    if known.storage_classes:
        from krmfn.topology.volumes import check_binding

        yield from check_binding(cr.spec["jetStream"]["fileStorage"]["storageClassName"], rule, known.storage_classes)


def _is_read(path: FieldPath) -> bool:
    """Whether krmfn reads a field of a CR; it does not read the rest of metadata, nor status."""
    return path[:1] in (("spec",), ("apiVersion",), ("kind",)) or path[:2] in (
        ("metadata", "name"),
        ("metadata", "namespace"),
    )


def _collisions(rendered: list[Rendered]) -> Iterator[Finding]:
    """Two CRs that want the same object: the same CR twice, or names such as `shop` and `shop-nats`."""
    owners: dict[ObjectRef, Rendered] = {}
    crs: dict[ObjectRef, Rendered] = {}
    for one in rendered:
        twin = crs.setdefault(one.ref, one)
        if twin is not one:
            yield one.source.place(error("duplicate-cr", _twice(one, twin), ("metadata", "name")))
            continue
        for ref in one.refs:
            other = owners.setdefault(ref, one)
            if other is not one:
                name = f"{ref.kind} {ref.name}"
                text = f"NATS {other.ref.name}{_also_in(other)} renders {name} too; {_apart(ref, one, other)}"
                yield one.source.place(error("child-collision", text, ("metadata", "name")))
                break


def _twice(one: Rendered, twin: Rendered) -> str:
    """The finding about a NATS that is there twice: in two directories they are most likely two clusters."""
    first, second = twin.source.origin, one.source.origin
    places = f": in {shown(first.file, 200)} and in {shown(second.file, 200)}" if first.file and second.file else ""
    text = f"duplicate NATS {one.ref.name}{places}"
    if not places or first.folder == second.folder:
        return f"{text}; remove one, or skip one file (--exclude, .krmignore)"
    is_read = isinstance(second, FileOrigin)
    folder = (second.file or "").rpartition("/")[0] if is_read else second.folder.strip("/")
    call = f"{'krmfn check -f' if is_read else 'kpt fn render'} {shown(folder, 200) or '.'}"
    return f"{text}; run krmfn once per directory (for example {call}), or use different namespaces"


def _apart(ref: ObjectRef, one: Rendered, other: Rendered) -> str:
    """What to do about two CRs with the same child: `secretName` names what makes the Secret of all of them."""
    by_secret_name = ref.kind in ("Secret", "ExternalSecret", "Password")
    if by_secret_name and Names(one.ref.name).secret != Names(other.ref.name).secret:
        return "remove secretName, so that each has its own"
    return "rename one NATS"


def _also_in(one: Rendered) -> str:
    return f" (in {one.source.origin.file})" if one.source.origin.file else ""


def unprintable(one: Rendered, child: Object, why: Unprintable) -> Finding:
    """The finding about a child that no YAML reader would read back as it is."""
    text = f"{child['kind']} {child['metadata']['name']} would contain {why.message}; remove it"
    return one.source.place(error("unprintable-value", text, ("spec",)))


def other_namespaces(crs: Iterable[Rendered], namespace: str) -> Iterator[Finding]:
    """Error findings about NATS in another namespace than -n names; kubectl refuses them as well."""
    for one in crs:
        if namespace and one.ref.namespace != namespace:
            text = (
                f'the NATS is in namespace "{one.ref.namespace}", but -n is "{namespace}"; remove -n, or write -n'
                f" {one.ref.namespace}"
            )
            place = ("metadata", "namespace")
            yield one.source.place(error("namespace-differs", text, place, one.ref.namespace))
