"""Function mode: a ResourceList in, a ResourceList out. How kpt and kustomize call."""

from __future__ import annotations

from krmfn.cluster.settings import Settings
from krmfn.goyaml.emitter import Unprintable, document
from krmfn.goyaml.emitter import item as list_item
from krmfn.goyaml.errors import Unreadable
from krmfn.goyaml.scalars import may_hold
from krmfn.goyaml.stream import decode
from krmfn.model.finding import Findings, error, warning
from krmfn.model.objects import CONFIG_KIND, KIND, ObjectRef
from krmfn.rendering.paths import Packages, check_path, file_name
from krmfn.rendering.reconciliation import Policy, reconcile
from krmfn.rendering.renderer import render, unprintable
from krmfn.reports.findings import errors_for_stderr, results
from krmfn.resourcelist import annotations as notes
from krmfn.resourcelist.resource_list import split
from krmfn.sources.items import items_of
from krmfn.sources.recognition import may_concern
from krmfn.sources.source import FileOrigin, Source
from krmfn.streams import complain, read_all, write_all, write_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krmfn.goyaml.reading import Reading
    from krmfn.model.finding import Finding
    from krmfn.model.objects import FieldPath, Object
    from krmfn.rendering.alike import Alike
    from krmfn.rendering.reconciliation import Changeset
    from krmfn.rendering.renderer import Rendered
    from krmfn.resourcelist.resource_list import ResourceList
    from krmfn.sources.items import Item

_FEW = 16
"""Items up to which it is not worth while to look for NATS that differ in their names alone."""


def run() -> int:
    """Read standard input, write standard output once and whole. Returns the exit status."""
    data = b""
    try:
        data = read_all(0)
        text = decode(data)
        output, status, complaint = transform(text)
    except OSError as why:
        text, output, status = "", "", 1
        complaint = f"error: standard input cannot be read: {why.strerror} [read-failed]\n"
    except Unreadable as why:
        line = f"line {why.line}: " if why.line else ""
        data, text, output, status, complaint = b"", "", "", 1, f"{line}error: {why.message} [{why.code}]\n"
    if status:
        complain(complaint)
    try:
        if output == text:
            write_all(1, data)
        else:
            write_text(1, output)
    except OSError as why:
        if not isinstance(why, BrokenPipeError):
            complain(f"error: standard output cannot be written: {why.strerror} [write-failed]\n")
        return 1
    return status


def transform(text: str) -> tuple[str, int, str]:
    """The output, the exit status, and what to say on standard error when the status is not 0."""
    output, findings = transformed(text)
    return output, findings.status, errors_for_stderr(findings)


def transformed(text: str) -> tuple[str, Findings]:
    """The list with its items renewed and `results`, and all findings. With an error among them the items are the old.

    Raises Unreadable.
    """
    if not text or text.isspace():
        raise Unreadable("empty-input", "the input is empty; expected a ResourceList (see krmfn --help)")
    listed = split(text)
    concerns = may_concern(text)
    if listed.function_config is None and not concerns:
        return text, Findings()
    items = items_of(listed)
    settings, crs, findings = _rendered(listed, items if concerns else [])
    blind = "kpt-resource-id" in text and any(_is_selected(item) for item in items)
    if blind:
        findings.append(_blind())
    by_kustomize = notes.KUSTOMIZE_ID in text and all(notes.KUSTOMIZE_ID in item.annotations for item in items)
    output, left = None, [] if settings.mode == "render" else items
    if not findings.failed and concerns:
        policy = Policy(
            adopt=settings.adopt,
            prune=not blind,
            has_state=not by_kustomize,
            allow_removal=settings.allow_removal,
        )
        steps = reconcile([item.source for item in items], crs, policy)
        findings += steps.findings if settings.mode == "render" else _of_checks(steps)
        if settings.mode == "render" and not findings.failed:
            output = _new_items(listed, items, crs, steps, settings)
            left = [i for i in items if i.source not in steps.replaced and i.source not in steps.removed]
    if settings.keep_cr == "drop" and not by_kustomize:
        findings += _dropped(crs)
    if concerns and (by_kustomize or settings.mode == "validate"):
        findings += _stale(left)
    if concerns and settings.mode == "validate":
        findings += _final(items, crs, settings, findings)
    if by_kustomize:
        findings = _without_files(findings)
    findings = findings.in_order()
    if not findings.failed:
        if output is None:
            output = [] if by_kustomize else list(listed.items)
        try:
            return listed.render(output, results(findings) or None), findings
        except Unprintable:
            findings = Findings([*findings, *_unprintable(crs)]).in_order()
            if not findings.failed:
                raise
    return listed.render(list(listed.items), results(findings)), findings


def _rendered(listed: ResourceList, items: list[Item]) -> tuple[Settings, list[Rendered], Findings]:
    """What the functionConfig states, every CR with its children, and what is wrong with them."""
    settings, config_cr, findings = _settings(listed)
    sources = [item.source for item in items]
    sources += _config_source(listed, config_cr, items)
    alike = None
    if settings.mode == "render" and len(sources) > _FEW:
        from krmfn.rendering.alike import Alike

        alike = Alike()
    if not any(may_hold(source.text, CONFIG_KIND) for source in sources):
        crs, found = render(sources, lambda _: settings, alike=alike)
    else:
        settings, crs, found = _by_folders(listed, sources, settings, findings, alike)
        findings = Findings()
    findings += [*found, *_unsafe_paths(crs)]
    if not crs and config_cr is None and listed.function_config is not None and not findings.failed:
        findings += _not_alone(listed, items)
    return settings, crs, findings


def _by_folders(
    listed: ResourceList, sources: list[Source], stated: Settings, said: Findings, alike: Alike | None
) -> tuple[Settings, list[Rendered], Findings]:
    """The same where a RenderNATS is among the items: it holds for the NATS of its folder and below."""
    from krmfn.sources.configuration import Configuration

    own = None
    if not said.failed:
        reading = listed.read_function_config()
        own = None if reading is None or reading.value.get("kind") == KIND else _config_as_source(listed, reading)
    configuration = Configuration(stated, said, sources, own=own)
    crs, found = render(sources, configuration, alike=alike)
    settings = configuration.of_all(one.source for one in crs)
    return settings, crs, Findings([*found, *configuration.findings])


def _of_checks(steps: Changeset) -> Iterator[Finding]:
    """What a render would be refused for. That it would remove something is not a fault."""
    yield from (finding for finding in steps.findings if finding.code not in ("child-removed", "cluster-removed"))


def _dropped(crs: list[Rendered]) -> Iterator[Finding]:
    """An item that does not come back loses its file, and the next render would take the CR for gone."""
    for one in crs:
        if one.source.origin.file is not None:
            text = (
                "keepCR: drop deletes the file of the NATS, and the next render then fails because its NATS is"
                " missing; use keepCR: local-config if the files are kept"
            )
            yield one.source.place(warning("cr-dropped", text))


def _stale(items: list[Item]) -> Iterator[Finding]:
    marked = [item.source for item in items if item.source.owner is not None]
    if marked:
        from krmfn.hosts.kustomize import stale_renders

        yield from stale_renders(marked)


def _final(items: list[Item], crs: list[Rendered], settings: Settings, said: Findings) -> Iterator[Finding]:
    """What is wrong with the items as they would be applied, but for what the render before it said.

    That is links of an object that is known to be renamed, and duplicates.
    """
    from krmfn.comparison.final_objects import check_sources

    renamed = {finding.object for finding in said if finding.code == "renamed-child"}
    twice = {finding.object for finding in said if finding.code == "duplicate-object"}
    for finding in check_sources([item.source for item in items], crs, lambda _: settings).findings:
        is_link = finding.object in renamed and finding.code.startswith("link-")
        if not is_link and not (finding.object in twice and finding.code == "duplicate-object"):
            yield finding


def _without_files(findings: Findings) -> Findings:
    """The paths that kustomize puts on items between two functions are of its own making: no file has them."""
    return Findings(finding.replace(file=None, index=None, line=None) for finding in findings)


def _not_alone(listed: ResourceList, items: list[Item]) -> Iterator[Finding]:
    """A generator of kustomize must be a NATS: it sees no other object."""
    reading = listed.read_function_config()
    if len(items) == 1 and reading is not None:
        from krmfn.hosts.kustomize import is_alone, nothing_to_render

        if is_alone(items, reading.value):
            yield items[0].source.place(nothing_to_render())


def _settings(listed: ResourceList) -> tuple[Settings, Object | None, Findings]:
    """The functionConfig's settings; the NATS CR itself, where that is the functionConfig."""
    try:
        reading = listed.read_function_config()
    except Unreadable as why:
        return Settings(), None, Findings([_unreadable_config(listed, why)])
    if reading is None:
        return Settings(), None, Findings()
    from krmfn.api.config import faulty_in, from_function_config, unclear

    value = reading.value
    settings, cr, findings = from_function_config(value)
    problems = [] if cr is not None else [p for p in reading.problems if not _is_text(value, p.path)]
    source = _config_as_source(listed, reading)
    source.ref()
    known = {problem.path for problem in problems}
    said = [*unclear(problems, value), *(finding for finding in findings if finding.path not in known)]
    return settings.with_faulty(faulty_in(problems)), cr, Findings(map(source.place, said))


def _unreadable_config(listed: ResourceList, why: Unreadable) -> Finding:
    line = None if why.line is None else (listed.function_config_line or 1) + why.line - 1
    return error(why.code, f"functionConfig: {why.message}", ("functionConfig",)).at(line=line)


def _config_as_source(listed: ResourceList, reading: Reading) -> Source:
    """The functionConfig where its host found it: in a file, else in the list itself."""
    annotations = notes.of(reading.value) if isinstance(reading.value, dict) else {}
    file, package = notes.file_of(annotations), annotations.get(notes.PACKAGE_PATH, "")
    first = 1 if file is not None else listed.function_config_line or 1
    folder = f"{package}/{file}".rpartition("/")[0] if file is not None else ""
    return Source(listed.function_config or "", FileOrigin(file, first=first, folder=folder), lambda: reading)


def _is_text(value: object, path: FieldPath) -> bool:
    """Whether a scalar is a string of a ConfigMap's data: kpt sends `"off"` of a Kptfile without its quotes."""
    data = value.get("data") if isinstance(value, dict) and value.get("kind") == "ConfigMap" else None
    return isinstance(data, dict) and path[:1] == ("data",) and isinstance(data.get(path[-1]), str)


def _config_source(listed: ResourceList, config_cr: Object | None, items: list[Item]) -> list[Source]:
    """The CR that is the functionConfig, unless the same one is among the items (kustomize gives a generator both)."""
    reading = listed.read_function_config() if config_cr is not None else None
    if reading is None:
        return []
    source = _config_as_source(listed, reading)
    key = source.ref()
    if key is not None and any(item.source.ref() == key for item in items):
        return []
    return [source]


def _unsafe_paths(crs: list[Rendered]) -> Iterator[Finding]:
    for one in crs:
        finding = check_path(notes.file_of(one.source.annotations))
        if finding is not None:
            yield one.source.place(finding)


def _unprintable(crs: list[Rendered]) -> Iterator[Finding]:
    """The children that no YAML reader would read back as they are: looked for when printing has failed."""
    for one in crs:
        for child in one.children:
            try:
                document(child)
            except Unprintable as why:
                yield unprintable(one, child, why)


def _is_selected(item: Item) -> bool:
    return "kpt-resource-id" in item.source.text and any(key.endswith(notes.RESOURCE_ID) for key in item.annotations)


def _blind() -> Finding:
    text = (
        "selectors or exclude hide items from this function: hidden objects are rendered a second time, and nothing"
        " is pruned; remove selectors and exclude"
    )
    return warning("items-hidden", text)


def _new_items(
    listed: ResourceList, items: list[Item], crs: list[Rendered], steps: Changeset, settings: Settings
) -> list[str | Object]:
    """The items in their order, children replaced or left out, then the new children; the CR as `keepCR` says."""
    ours = {one.source for one in crs}
    new: list[str | Object] = []
    for item in items:
        source = item.source
        if source in steps.removed or (source in ours and settings.keep_cr == "drop"):
            continue
        if source in steps.replaced:
            new.append(_in_place(steps.replaced[source], item))
        elif source in ours and settings.keep_cr == "local-config":
            new.append(_local_config(listed, item))
        else:
            new.append(source.text)
    if steps.added:
        packages = Packages(items)
        last, texts, start = None, None, ""
        for ref, number, one in steps.added:  # the children of one CR come one after the other
            if one is not last:
                last, start = one, packages.start_of(one.ref.namespace, one.ref.name, one.source.annotations)
                texts = _texts(one, start, packages, listed.indent)
            if texts is not None:
                new.append(texts[number])
            else:
                new.append(_placed(one.children[number], start + file_name(ref), one.source.annotations, packages))
    return new


def _texts(one: Rendered, start: str, packages: Packages, indent: int | None) -> list[str] | None:
    """The children of a CR as new items where no object is needed for that; `start` is how the paths begin."""
    package = one.source.annotations.get(notes.PACKAGE_PATH)
    if indent is None or any(packages.next_index(start + file_name(ref), package) is not None for ref in one.refs):
        return None

    def show(child: Object, start: str) -> str:
        return list_item(_annotated(child, _place(start + file_name(ObjectRef.of(child)), package)), indent)

    return one.texts((indent, package), show, start)


def _in_place(child: Object, item: Item) -> Object:
    """The child with the annotations by which kpt and kustomize find its file, comments and order of keys."""
    return _annotated(child, {key: value for key, value in item.annotations.items() if notes.is_hosts(key)})


def _placed(child: Object, path: str, cr: dict[str, str], packages: Packages) -> Object:
    """A new child with a file in the package of its CR; no other annotation of the CR is its own."""
    extra = _place(path, cr.get(notes.PACKAGE_PATH))
    index = packages.next_index(path, cr.get(notes.PACKAGE_PATH))
    if index is not None:
        extra[notes.INDEX] = str(index)
    return _annotated(child, extra)


def _place(path: str, package: str | None) -> dict[str, str]:
    return {notes.PATH: path} if package is None else {notes.PATH: path, notes.PACKAGE_PATH: package}


def _annotated(child: Object, extra: dict[str, str]) -> Object:
    metadata = child["metadata"]
    annotations = dict(sorted({**metadata["annotations"], **extra}.items()))
    return {**child, "metadata": {**metadata, "annotations": annotations}}


def _local_config(listed: ResourceList, item: Item) -> str:
    """Any value but "false" keeps kpt and kustomize from applying an object."""
    if item.annotations.get(notes.LOCAL_CONFIG, "false") != "false":
        return item.source.text
    return listed.with_annotation(item.position, notes.LOCAL_CONFIG, "true")
