"""Argo CD's config management plugin: the app directory to plain documents."""

from __future__ import annotations

import os

from krmfn.api.keys import KEYS
from krmfn.manifests import external_secret, pod_monitor
from krmfn.model.finding import ERROR, Findings, error, warning
from krmfn.model.fix import replaced
from krmfn.model.names import Names
from krmfn.plugins.argocd_environment import VERSION, Environment, is_missing
from krmfn.rendering.foreign_objects import add_others, left_out
from krmfn.rendering.pipeline import PipelineResult, print_children, reconcile_input
from krmfn.rendering.renderer import render
from krmfn.reports.terminal import stream
from krmfn.sources.call_settings import configuration_of, pairs_of, settings_of
from krmfn.sources.discovery import ISTIO_CRD
from krmfn.sources.input import gather
from krmfn.sources.recognition import nats_crs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from krmfn.cluster.settings import Settings
    from krmfn.model.finding import Finding
    from krmfn.rendering.renderer import Rendered
    from krmfn.sources.clusters import NatsCollector
    from krmfn.sources.options import InputOptions
    from krmfn.sources.source import Source

_PROMETHEUS, _EXTERNAL = "Prometheus Operator", "External Secrets Operator"
NOT_SAID = ("istio-unknown",)
"""Codes of findings that an error of `not_to_guess` takes the place of."""
_MODES = ("external-secret", "generated-external-secret")
_OF_OPERATORS = (
    (pod_monitor.API_VERSION, "PodMonitor", "podMonitor", (True,), "false", _PROMETHEUS),
    (pod_monitor.API_VERSION, "PrometheusRule", "prometheusRule", (True,), "false", _PROMETHEUS),
    (external_secret.API_VERSION, "ExternalSecret", "secretMode", _MODES, "existing", _EXTERNAL),
    (external_secret.GENERATORS, "Password", "secretMode", _MODES[1:], "existing", _EXTERNAL),
)
"""apiVersion, kind, the key that asks for it and by which values, one that does not, and whose definition it needs."""


class App:
    """The current directory as an app of Argo CD: what was `found` in it, what was `stated`, what was `seen` around it.

    A parameter overrides `--set`, that the file of `--config`, that the RenderNATS nearest to a NATS in the app
    directory. What none of them sets may come from the environment.
    """

    __slots__ = ("found", "seen", "stated")

    def __init__(
        self,
        environment: Mapping[str, str],
        given: InputOptions,
        clusters: NatsCollector | None = None,
    ) -> None:
        """`given` are the plugin file's own options; `clusters` takes the NATS where there are many. Raises Usage."""
        self.seen = Environment(environment)
        without = (os.path.realpath(given.config),) if given.config else ()
        self.found = gather(
            ["."],
            recursive=given.recursive,
            without=without,
            exclude=given.exclude,
            to_render=True,
            clusters=clusters,
        )
        for source in self.found.sources:
            source.ref()
        self.stated = settings_of(given.config, [], pairs={**pairs_of(given.set), **self.seen.pairs})

    def completed(self, settings: Settings) -> Settings:
        """Settings with the version of the cluster where none is stated."""
        if settings.kubernetes_version is not None:
            return settings
        return settings.replaced(kubernetes_version=self.seen.kubernetes_version)


def generate(app: App) -> PipelineResult:
    """Children and findings for an app."""
    found, seen = app.found, app.seen
    configuration = configuration_of(app.stated, found, app.completed)
    crs, rendered = render(found.sources, configuration, seen.namespace, seen.istio_versions)
    result = PipelineResult(configuration.of_all(one.source for one in crs), configuration, found.sources, found.files)
    result.crs = crs
    every = [configuration(source) for source in nats_crs(found.sources)[0]]
    result.findings += [*configuration.findings, *of_environment(every or [result.settings], seen), *found.findings]
    result.findings += (f for f in rendered if f.code not in NOT_SAID)
    result.findings += [*not_to_guess(result.settings, every, found.sources, seen), *named_like_app(crs, seen)]
    if not Findings([*found.findings, *rendered]).failed:
        print_children(result)
        reconcile_input(result)
    add_others(result)
    return result


def findings_to_print(result: PipelineResult) -> list[Finding]:
    """What belongs on standard error. Argo CD shows it after a failure, caches it, and cuts nothing: errors alone."""
    found = result.findings.in_order()
    return [one for one in found if one.severity == ERROR] or found


def text_of(result: PipelineResult) -> tuple[str, str]:
    """The documents, and how many objects were left out."""
    return stream(one.text for one in result.printed), left_out(result)


def of_environment(every: Collection[Settings], seen: Environment) -> list[Finding]:
    """What is wrong with the environment; a version that is stated everywhere replaces a wrong one."""
    is_open = any(settings.kubernetes_version is None for settings in every)
    return [finding for finding in seen.findings if finding.path != (VERSION,) or is_open]


def not_to_guess(
    common: Settings, every: Collection[Settings], sources: Sequence[Source], seen: Environment
) -> Iterator[Finding]:
    """What elsewhere is a hint and here would prune objects, by the settings of the call and of `every` NATS."""
    if common.mode != "render":
        text = "mode validate prints nothing, and Argo CD would then remove every object; remove mode"
        yield error("nothing-to-apply", text, ("mode",))
    if any(one.previous for one in every or [common]):
        text = (
            "the plugin of Argo CD compares with no earlier render; remove previous here, and compare before the merge:"
            " krmfn render --previous"
        )
        yield error("nothing-to-compare", text, ("previous",))
    if (
        any(one.istio == "auto" for one in every or [common])
        and seen.istio_versions is None
        and not _has_crd(sources, ISTIO_CRD)
    ):
        text = "KUBE_API_VERSIONS is empty, so whether the cluster runs Istio is unknown; set istio to true or false"
        yield error("istio-not-stated", text, ("istio",), fix=replaced(("istio",), "false"))
    yield from _not_served(every, sources, seen)


def named_like_app(crs: Iterable[Rendered], seen: Environment) -> Iterator[Finding]:
    """Clusters whose volumes Argo CD could take for objects of the app, and prune."""
    for one in crs:
        if seen.app and Names(one.ref.name).instance == seen.app:
            text = (
                f"the Application {seen.app} has the same name as the pods' label app.kubernetes.io/instance: if Argo"
                " CD tracks by label, it would prune the volumes; use annotation tracking, or rename the Application"
            )
            yield one.source.place(warning("app-name-is-instance", text, ("metadata", "name")))


def _not_served(every: Collection[Settings], sources: Sequence[Source], seen: Environment) -> Iterator[Finding]:
    """Kinds of other operators that the cluster is known not to have; Argo CD would sync nothing at all."""
    for api_version, kind, key, values, otherwise, operator in _OF_OPERATORS:
        is_wanted = any(getattr(one, KEYS[key][0]) in values for one in every)
        crd = f"{kind.lower()}s.{api_version.partition('/')[0]}"
        if is_wanted and is_missing(seen.apis, api_version, kind) and not _has_crd(sources, crd):
            text = (
                f"the cluster does not serve {kind} ({api_version}), so the sync would fail; install the CRD {crd} of"
                f" {operator}, or set {key}: {otherwise}"
            )
            yield error("kind-not-served", text, (key,), fix=replaced((key,), otherwise))


def _has_crd(sources: Iterable[Source], name: str) -> bool:
    keys = (source.quick_ref for source in sources)
    return any(key is not None and key.kind == "CustomResourceDefinition" and key.name == name for key in keys)
