"""The whole program: the facts of one CR become its children, in this order, the exporters last."""

from __future__ import annotations

from krmfn.manifests import (
    client_destination_rule,
    client_service,
    configmap,
    destination_rule,
    disruption_budget,
    exporter_deployments,
    headless_service,
    metrics_policy,
    metrics_service,
    network_policy,
    password_generator,
    pod_monitor,
    prometheus_rule,
    secret,
    service_account,
    statefulset,
)
from krmfn.natsconf.checks import check_conf
from krmfn.natsconf.server import server_conf

TYPE_CHECKING = False
if TYPE_CHECKING:
    from krmfn.cluster.facts import Facts
    from krmfn.model.finding import Finding
    from krmfn.model.objects import Object

ORDER = (
    service_account,
    password_generator,
    secret,
    configmap,
    headless_service,
    client_service,
    statefulset,
    disruption_budget,
    network_policy,
    metrics_service,
    metrics_policy,
    destination_rule,
    client_destination_rule,
    pod_monitor,
    prometheus_rule,
)


def expand(facts: Facts) -> tuple[list[Object], list[Finding]]:
    """The children of one CR, and what is wrong with the server configuration among them."""
    children = [child for module in ORDER if (child := module.build(facts)) is not None]
    children += exporter_deployments.build(facts)
    if facts.tls is not None:
        from krmfn.manifests import certificates

        children += certificates.build(facts)
    if facts.service is not None:
        from krmfn.manifests import external_service

        children.append(external_service.build(facts))
    return children, [*check_conf(facts.once(server_conf)), *_check_groups(facts)]


def _check_groups(facts: Facts) -> list[Finding]:
    if not facts.extended:
        return []
    from krmfn.natsconf.groups import check_groups

    return list(check_groups(facts))
