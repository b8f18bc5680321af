"""What tells Prometheus Operator to scrape the exporter of every server."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.core.facts import Facts
    from krmfn.core.objects import Object

API_VERSION = "monitoring.coreos.com/v1"


def build(facts: Facts) -> Object | None:
    """Finds the pods themselves, ready or not, by the name of the port in the pod; labels are those of all children."""
    if not facts.pod_monitor:
        return None
    return {
        "apiVersion": API_VERSION,
        "kind": "PodMonitor",
        "metadata": facts.metadata(facts.names.workload),
        "spec": {
            "podMetricsEndpoints": [{"port": "metrics"}],
            "selector": {"matchLabels": facts.selector},
        },
    }
