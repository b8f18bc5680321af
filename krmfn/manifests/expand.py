"""The whole program: the facts of one CR become its children, in this order, the exporters and extras last."""

from __future__ import annotations

from krmfn.manifests import configmap, disruption_budget, exporter_deployments, service_account, services, statefulset
from krmfn.natsconf.checks import check_conf
from krmfn.natsconf.server import server_conf

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krmfn.cluster.facts import Facts
    from krmfn.model.finding import Finding
    from krmfn.model.objects import Object


def expand(facts: Facts) -> tuple[list[Object], list[Finding]]:
    """The children of one CR, and what is wrong with the server configuration among them."""
    return list(_children(facts)), [*check_conf(facts.once(server_conf)), *_check_groups(facts)]


def _children(facts: Facts) -> Iterator[Object]:
    """What few clusters have is imported where it is wanted."""
    if facts.service_account:
        yield service_account.build(facts)
    if facts.password_from_store or facts.password_generated:
        from krmfn.manifests import external_secret

        yield from external_secret.build(facts)
    elif facts.system_user is not None:
        from krmfn.manifests import secret

        yield secret.build(facts)
    yield configmap.build(facts)
    yield services.headless(facts)
    if facts.hardened:
        yield services.clients(facts)
    yield statefulset.build(facts)
    yield disruption_budget.build(facts)
    if facts.network_policy:
        from krmfn.manifests import network_policies

        yield network_policies.servers(facts)
    if facts.hardened:
        yield services.exporters(facts)
    if facts.network_policy and facts.hardened:
        yield network_policies.exporters(facts)
    if facts.istio:
        from krmfn.manifests import destination_rules

        yield from destination_rules.build(facts)
    if facts.pod_monitor:
        from krmfn.manifests import pod_monitor

        yield pod_monitor.build(facts)
    if facts.prometheus_rule:
        from krmfn.manifests import prometheus_rule

        yield prometheus_rule.build(facts)
    if facts.hardened:
        yield from exporter_deployments.build(facts)
    if facts.tls is not None:
        from krmfn.manifests import certificates

        yield from certificates.build(facts)
    if facts.service is not None:
        yield services.external(facts)


def _check_groups(facts: Facts) -> list[Finding]:
    if not facts.extended:
        return []
    from krmfn.natsconf.groups import check_groups

    return list(check_groups(facts))
