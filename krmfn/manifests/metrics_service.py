"""The Service of the exporters, by whose annotations Prometheus may find them."""

from __future__ import annotations

from krmfn.natsconf.server import METRICS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.cluster.facts import Facts
    from krmfn.model.objects import Object


def build(facts: Facts) -> Object | None:
    """Headless: every exporter is scraped, none stands for the others. The operator's exporters are in the servers."""
    if not facts.hardened:
        return None
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": facts.metadata(facts.names.metrics, facts.metrics_annotations),
        "spec": {
            "clusterIP": "None",
            "selector": facts.exporter_selector,
            "ports": [{"name": "metrics", "port": METRICS, "protocol": "TCP", "appProtocol": "http"}],
        },
    }
