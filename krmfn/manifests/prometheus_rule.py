"""The alerts of one cluster, for Prometheus Operator."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.cluster.facts import Facts
    from krmfn.model.objects import Object


def build(facts: Facts) -> Object | None:
    """One group; what is in it is in `alerts`, imported here so that other renders do not pay for it."""
    if not facts.prometheus_rule:
        return None
    from krmfn.manifests.alerts import alerts
    from krmfn.manifests.pod_monitor import API_VERSION

    return {
        "apiVersion": API_VERSION,
        "kind": "PrometheusRule",
        "metadata": facts.metadata(facts.names.workload),
        "spec": {"groups": [{"name": facts.names.workload, "rules": alerts(facts)}]},
    }
