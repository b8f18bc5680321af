"""What `render` and `check` share: settings, input, children, and every finding about them, in order."""

from __future__ import annotations

from krmfn.goyaml.emitter import Unprintable, document
from krmfn.model.finding import Findings
from krmfn.model.objects import ObjectRef
from krmfn.rendering.paths import child_path
from krmfn.rendering.reconciliation import Changeset, Policy, reconcile
from krmfn.rendering.renderer import other_namespaces, render, unprintable
from krmfn.sources.call_settings import checked_namespace, configuration_of, settings_of
from krmfn.sources.input import gather
from krmfn.sources.recognition import no_nats

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from krmfn.cluster.settings import Settings
    from krmfn.model.objects import Object
    from krmfn.rendering.renderer import Rendered
    from krmfn.sources.call_settings import Stated
    from krmfn.sources.options import InputOptions
    from krmfn.sources.source import Input, Source


class Printed:
    """An object to be printed: its text as one document, and its file's path below an output directory.

    `value` is None for a foreign object that cannot be read.
    """

    __slots__ = ("path", "ref", "text", "value")

    def __init__(self, path: str, ref: ObjectRef, text: str, value: Object | None) -> None:
        self.path = path
        self.ref = ref
        self.text = text
        self.value = value


class Result:
    """Settings of the call, sources, CRs, children as `printed`, every finding, real paths of the files that were read.

    `changes` are what becomes of the other objects among the sources. With an error among the findings the children are
    not complete.
    """

    __slots__ = ("changes", "crs", "files", "findings", "printed", "settings", "sources")

    def __init__(self, settings: Settings, sources: list[Source], files: list[str]) -> None:
        self.settings = settings
        self.sources = sources
        self.files = files
        self.crs: list[Rendered] = []
        self.changes = Changeset()
        self.printed: list[Printed] = []
        self.findings = Findings()


def run(options: InputOptions, allow_removal: Sequence[str] = ()) -> Result:
    """Everything but the output. Raises Usage."""
    namespace = checked_namespace(options.namespace)
    removal = [f"allowRemoval={','.join(allow_removal)}"] if allow_removal else []
    stated = settings_of(options.config, [*options.set, *removal])
    found = gather(
        options.filename,
        recursive=options.recursive,
        without=(stated.file,),
        exclude=options.exclude,
        to_render=True,
        above=True,
    )
    return render_input(found, stated, namespace)


def render_input(found: Input, stated: Stated, namespace: str) -> Result:
    """The same for an input that was read; `namespace` is that of NATS that state none."""
    configuration = configuration_of(stated, found)
    crs, findings = render(found.sources, configuration, namespace)
    settings = configuration.of_all(one.source for one in crs)
    result = Result(settings, found.sources, found.files + ([stated.file] if stated.file else []))
    result.crs = crs
    said = [*configuration.findings, *found.findings, *findings]
    result.findings += [*said, *other_namespaces(crs, namespace)]
    if not result.findings.failed:
        print_children(result)
    result.findings = result.findings.in_order()
    return result


def reconcile_input(result: Result) -> None:
    """Set the objects beside the NATS against the children: their findings join those of the result."""
    if result.findings.failed:
        return
    settings = result.settings
    policy = Policy(adopt=settings.adopt, allow_removal=settings.allow_removal, is_whole=False)
    result.changes = reconcile(result.sources, result.crs, policy)
    result.findings += (finding for finding in result.changes.findings if finding.code != "child-removed")
    result.findings = result.findings.in_order()


def print_children(result: Result) -> None:
    """Fill `printed`; no CR at all is an error finding."""
    if not result.crs:
        result.findings.append(no_nats())
    for one in result.crs:
        for child in one.children:
            try:
                result.printed.append(
                    Printed(child_path(child, one.cr.name), ObjectRef.of(child), document(child), child)
                )
            except Unprintable as why:
                result.findings.append(unprintable(one, child, why))
