"""What `render` and `check` share: settings, input, children, and every finding about them, in order."""

from __future__ import annotations

from krmfn.goyaml.emitter import Unprintable, document
from krmfn.model.finding import Findings
from krmfn.rendering.paths import child_path
from krmfn.rendering.reconciliation import Changeset, Policy, reconcile
from krmfn.rendering.renderer import other_namespaces, render, unprintable
from krmfn.sources.call_settings import checked_namespace, configuration_of, settings_of
from krmfn.sources.files import no_such_file
from krmfn.sources.input import gather
from krmfn.sources.recognition import no_nats
from krmfn.sources.trees import Disk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from krmfn.cluster.settings import Settings
    from krmfn.model.objects import Object, ObjectRef
    from krmfn.rendering.renderer import Rendered
    from krmfn.sources.call_settings import CallSettings
    from krmfn.sources.clusters import NatsCollector
    from krmfn.sources.configuration import Configuration
    from krmfn.sources.options import InputOptions
    from krmfn.sources.source import Input, Source
    from krmfn.sources.trees import Tree


class Printed:
    """An object to be printed: its text as one document, and its file's path below an output directory."""

    __slots__ = ("_value", "path", "ref", "text")

    def __init__(self, path: str, ref: ObjectRef, text: str, value: Callable[[], Object | None]) -> None:
        self.path = path
        self.ref = ref
        self.text = text
        self._value = value

    @property
    def value(self) -> Object | None:
        """The object; None for a foreign one that cannot be read."""
        return self._value()


class PipelineResult:
    """Settings of the call, sources, CRs, children as `printed`, every finding, real paths of the files that were read.

    `changes` are what becomes of the other objects among the sources. With an error among the findings the children are
    not complete. `headless` are documents without apiVersion or kind. `config` is the document of `--config` with the
    real path of its file, None without one. `configuration` gives the settings of any source, by its folder.
    """

    __slots__ = (
        "changes",
        "config",
        "configuration",
        "crs",
        "files",
        "findings",
        "headless",
        "printed",
        "settings",
        "sources",
    )

    def __init__(
        self, settings: Settings, configuration: Configuration, sources: list[Source], files: list[str]
    ) -> None:
        self.settings = settings
        self.configuration = configuration
        self.sources = sources
        self.files = files
        self.config: tuple[Source, str] | None = None
        self.headless: list[Source] = []
        self.crs: list[Rendered] = []
        self.changes = Changeset()
        self.printed: list[Printed] = []
        self.findings = Findings()


def run(options: InputOptions, allow_removal: Sequence[str] = (), tree: Tree | None = None) -> PipelineResult:
    """Everything but the output; `tree` is where files are read, the disk by default. Raises Usage."""
    return render_input(*read(options, allow_removal, tree=tree))


def read(
    options: InputOptions,
    allow_removal: Sequence[str] = (),
    clusters: NatsCollector | None = None,
    tree: Tree | None = None,
) -> tuple[Input, CallSettings, str]:
    """The input, the settings of the call, and the namespace of NATS without one. Raises Usage.

    `clusters` takes the NATS out of the input where there are many; files are read in `tree`, the disk by default.
    """
    namespace = checked_namespace(options.namespace)
    removal = [f"allowRemoval={','.join(allow_removal)}"] if allow_removal else []
    place: Tree = tree or Disk()
    words = [*options.set, *removal]
    stated = settings_of(options.config, words, place.contents)
    found = gather(
        options.filename,
        recursive=options.recursive,
        without=(stated.file,),
        exclude=options.exclude,
        tree=tree,
        to_render=True,
        above=True,
        clusters=clusters,
    )
    if tree is not None:
        found.findings += map(no_such_file, found.missing)
    return found, stated, namespace


def render_input(found: Input, stated: CallSettings, namespace: str) -> PipelineResult:
    """Render an input that was read; `namespace` is that of NATS without one."""
    configuration = configuration_of(stated, found)
    crs, findings = render(found.sources, configuration, namespace)
    settings = configuration.of_all(one.source for one in crs)
    result = PipelineResult(
        settings, configuration, found.sources, found.files + ([stated.file] if stated.file else [])
    )
    result.crs = crs
    result.headless = found.headless
    if stated.source is not None and stated.file:
        result.config = (stated.source, stated.file)
    said = [*configuration.findings, *found.findings, *findings]
    result.findings += [*said, *other_namespaces(crs, namespace)]
    if not result.findings.failed:
        print_children(result)
    result.findings = result.findings.in_order()
    return result


def reconcile_input(result: PipelineResult) -> None:
    """Compare the objects beside the NATS with the children, and add the findings to the result."""
    if result.findings.failed:
        return
    settings = result.settings
    policy = Policy(adopt=settings.adopt, allow_removal=settings.allow_removal, is_whole=False)
    result.changes = reconcile(result.sources, result.crs, policy)
    result.findings += (finding for finding in result.changes.findings if finding.code != "child-removed")
    result.findings = result.findings.in_order()


def print_children(result: PipelineResult) -> None:
    """Fill `printed`; no CR at all is an error finding."""
    if not result.crs:
        result.findings.append(no_nats(result.sources))
    for one in result.crs:
        printed, findings = printed_children(one)
        result.printed += printed
        result.findings += findings


def printed_children(one: Rendered) -> tuple[list[Printed], Findings]:
    """The children of one CR as they are printed, and errors about those that cannot be."""
    findings = Findings()
    printed = []
    texts = one.texts("documents", lambda child, _: document(child))
    for number, ref in enumerate(one.refs):
        try:
            text = document(one.children[number]) if texts is None else texts[number]
        except Unprintable as why:
            findings.append(unprintable(one, one.children[number], why))
        else:
            printed.append(Printed(child_path(ref, one.ref.name), ref, text, _child(one, number)))
    return printed, findings


def _child(one: Rendered, number: int) -> Callable[[], Object]:
    return lambda: one.children[number]
