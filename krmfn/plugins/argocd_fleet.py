"""An app of Argo CD with many NATS: rendered in batches, judged as a small one."""

from __future__ import annotations

from krmfn.plugins.argocd import NOT_SAID, named_like_app, not_to_guess, of_environment
from krmfn.rendering.fleet import RENDERED, Fleet

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.plugins.argocd import App
    from krmfn.rendering.fleet import Batch
    from krmfn.sources.clusters import NatsCollector


class FleetOfApp:
    """The `fleet` of an app."""

    def __init__(self, app: App, clusters: NatsCollector) -> None:
        seen = app.seen
        self._seen = seen
        self.fleet = fleet = Fleet(
            app.found,
            app.stated,
            seen.namespace,
            clusters,
            adjust=app.completed,
            istio_versions=seen.istio_versions,
            is_namespace_stated=False,
        )
        every = list(dict.fromkeys(map(fleet.configuration, fleet.clusters)))
        fleet.findings += of_environment(every or [fleet.settings], seen)
        fleet.findings += not_to_guess(fleet.settings, every, fleet.beside.all, seen)

    def judge(self, batch: Batch) -> None:
        """Add what only an app has to the findings of a batch, and leave out what it has not."""
        for findings in (batch.findings[RENDERED], *batch.shared.values()):
            findings[:] = [one for one in findings if one.code not in NOT_SAID]
        batch.findings[RENDERED] += named_like_app(batch.rendered, self._seen)
