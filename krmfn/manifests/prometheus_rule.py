"""The alerts of one cluster: what is worth waking someone, from metrics that the exporter has with our flags.

The exporter keeps the last values of `/varz` when its server is gone, also the name of the meta leader. So whether a
server lives is asked of `/healthz` and `/jsz`, whose metrics go with it (tests/clients/test_metrics.py shows both).
"""

from __future__ import annotations

from krmfn.cluster.storage import share_bytes
from krmfn.manifests.pod_monitor import API_VERSION

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from krmfn.cluster.facts import Facts
    from krmfn.model.objects import Object

NEARLY_FULL = (("warning", 75, "5m"), ("critical", 90, "1m"))
"""Severity, percent of what the store can hold, and how long it must be so."""
FULL_SOON = (("warning", "1h", 4, "15m"), ("critical", "15m", 1, "5m"))
"""Severity, the time whose growth goes on, hours until the store is full at that rate, and how long it must be so."""
HALF_FULL = "0.5"
"""Below this share a burst is not a reason to page anybody."""


def build(facts: Facts) -> Object:
    """All alerts of a cluster are one group."""
    return {
        "apiVersion": API_VERSION,
        "kind": "PrometheusRule",
        "metadata": facts.metadata(facts.names.workload),
        "spec": {"groups": [{"name": facts.names.workload, "rules": _alerts(facts)}]},
    }


def _alerts(facts: Facts) -> list[Object]:
    """Rules in the order of their weight; those about a meta group and routes only where there is a group."""
    cluster = Series(facts)
    rules = [*_servers(facts, cluster)]
    rules += _store(cluster, "File", "storage", min(facts.file_store, share_bytes(facts.claim_size)), _cure(facts))
    if facts.memory_store:
        rules += _store(cluster, "Memory", "memory", facts.memory_store, _MEMORY_CURE)
    return [*rules, *_traffic(facts, cluster)]


class Series:
    """What all alerts of a cluster have in common: which series are its own, and how they are told apart."""

    __slots__ = ("labels", "name", "series")

    def __init__(self, facts: Facts) -> None:
        """The labels `namespace` and `pod` are those that a scrape by a PodMonitor gives."""
        self.name = facts.names.workload
        namespace = {"namespace": facts.namespace} if facts.namespace else {}
        self.labels = {**namespace, "statefulset": self.name}
        of_namespace = f'namespace="{facts.namespace}",' if facts.namespace else ""
        self.series = f'{of_namespace}pod=~"{self.name}-[0-9]+"'

    def metric(self, name: str, matcher: str = "") -> str:
        """The series of a metric of this cluster's servers."""
        return f"{name}{{{self.series}{',' + matcher if matcher else ''}}}"

    def of_pod(self, name: str) -> str:
        """One value for each pod, also where two jobs scrape it, or a new server's series stands beside the old one."""
        return f"max by (namespace, pod) ({self.metric(name)})"

    def rule(self, alert: str, severity: str, expr: str, lasting: str, *texts: str) -> Object:
        """`texts` are summary, description, and what to look at first."""
        return {
            "alert": alert,
            "expr": expr,
            "for": lasting,
            "labels": {"severity": severity, **self.labels},
            "annotations": dict(zip(("summary", "description", "runbook"), texts, strict=True)),
        }


def _servers(facts: Facts, cluster: Series) -> Iterator[Object]:
    """A count of none has no series: `or vector(0)` makes it one, so the alerts hold with every pod gone."""
    healthy = f"(count({cluster.of_pod('nats_healthz_status_value')} == 1) or vector(0))"
    yield cluster.rule(
        "NATSServerDown",
        "warning" if facts.clustered else "critical",
        f"{healthy} < {facts.replicas}",
        f"{_rollout(facts.size)}m" if facts.clustered else "5m",
        f"A server of NATS {cluster.name} is down or not healthy",
        f"{{{{ $value }}}} of {facts.replicas} servers of {cluster.name} are healthy.",
        f"Look at the pods of StatefulSet {cluster.name}, their events and the log of container nats. A pod that"
        " waits for its volume or for a zone says so in its events; a server that runs and is not healthy says why in"
        " its log, such as a full disk. All pods well: is every one scraped?",
    )
    if facts.clustered:
        leading = cluster.metric("nats_server_jetstream_disabled", 'is_meta_leader="true"')
        yield cluster.rule(
            "NATSNoMetaLeader",
            "critical",
            f"(count({leading}) or vector(0)) < 1",
            "3m",
            f"The JetStream meta group of NATS {cluster.name} has no leader",
            f"No server of {cluster.name} leads the meta group, so no stream or consumer can be made or moved. Most"
            f" often fewer than {facts.replicas // 2 + 1} of {facts.replicas} servers reach each other.",
            f"Bring back the servers that are missing: pods of StatefulSet {cluster.name} and their nodes first, then"
            " the network between them on port 6222. Delete no volume: a majority of them holds the group.",
        )
    yield cluster.rule(
        "NATSJetStreamDisabled",
        "critical",
        f"{cluster.of_pod('nats_server_jetstream_disabled')} == 1",
        "2m",
        f"A server of NATS {cluster.name} has switched JetStream off",
        "JetStream is off on {{ $labels.pod }}. A server does that itself when its volume is full or read-only.",
        "Read the log of container nats for the reason, grow the volume where it is full, then restart the pod.",
    )
    yield cluster.rule(
        "NATSServerRestarts",
        "warning",
        f"changes({cluster.of_pod('nats_varz_start')}[1h:1m]) > 2",
        "0m",
        f"A server of NATS {cluster.name} restarts again and again",
        "{{ $labels.pod }} has restarted {{ $value }} times within an hour.",
        "Look at the last state of container nats: OOMKilled asks for a higher memory limit or a smaller memory"
        " store, an error of its liveness probe for CPU or a faster volume. Else read its previous log.",
    )


def _rollout(size: int) -> int:
    """Minutes: a rolling restart takes every server out for two or three, one by one, and must not page anyone."""
    return max(15, 3 * size)


def _store(cluster: Series, title: str, metric: str, size: int, cure: str) -> Iterator[Object]:
    """`size` is what the store can hold, in bytes: its limit, or less where the disk is full first."""
    name = f"nats_varz_jetstream_stats_{metric}"
    used, store = cluster.of_pod(name), f"{title.lower()} store"
    runbook = (
        "Before 100 %: find the largest streams with `nats stream report`, purge them, and give every stream a limit"
        f" with `nats stream edit --max-bytes`. At 100 % purging is refused: {cure} krmfn's how-to on a full store has"
        " every step."
    )
    at_100 = "At 100 % every stream of the server stops, and its probes stay green."
    for severity, percent, lasting in NEARLY_FULL:
        yield cluster.rule(
            f"NATS{title}StoreNearlyFull",
            severity,
            f"{used} / {size} > 0.{percent}",
            lasting,
            f"The {store} of a server of NATS {cluster.name} is over {percent} % full",
            f"Streams on {{{{ $labels.pod }}}} use {{{{ $value | humanizePercentage }}}} of the {store}, which holds"
            f" {size} bytes. {at_100}",
            runbook,
        )
    for severity, window, hours, lasting in FULL_SOON:
        growing = f"max by (namespace, pod) (predict_linear({cluster.metric(name)}[{window}], {hours * 3600}))"
        yield cluster.rule(
            f"NATS{title}StoreFullSoon",
            severity,
            f"{growing} > {size} and {used} / {size} > {HALF_FULL}",
            lasting,
            f"The {store} of a server of NATS {cluster.name} is full within {hours} h",
            f"Streams on {{{{ $labels.pod }}}} grow so fast that the {store}, which holds {size} bytes, is full within"
            f" {hours} h. {at_100}",
            runbook,
        )


_MEMORY_CURE = "delete a stream that is kept in memory, or raise memStorage.size of the NATS, which is a reload."


def _cure(facts: Facts) -> str:
    if facts.hardened:
        return "raise `fileStore` a little, which is a reload and heals at once, or delete a stream."
    return "delete a stream that can go. Profile nats-manager fills the whole volume: the disk can be full before that."


def _traffic(facts: Facts, cluster: Series) -> Iterator[Object]:
    yield cluster.rule(
        "NATSSlowConsumers",
        "warning",
        f"max by (namespace, pod) (increase({cluster.metric('nats_varz_slow_consumers')}[10m])) > 0",
        "15m",
        f"Clients of NATS {cluster.name} do not keep up",
        "{{ $labels.pod }} has cut off clients that read too slowly, for a quarter of an hour and longer.",
        "The log of container nats names them (Slow Consumer). Give them more CPU or more subscribers in a queue group,"
        " or let them pull.",
    )
    if facts.clustered:
        peers = facts.size - 1
        answering = f"count({cluster.of_pod('nats_server_jetstream_disabled')}) == {facts.size}"
        yield cluster.rule(
            "NATSRoutesMissing",
            "warning",
            f"{cluster.of_pod('nats_varz_remotes')} < {peers} and on () ({answering})",
            "10m",
            f"Servers of NATS {cluster.name} run and are not connected to each other",
            f"{{{{ $labels.pod }}}} is connected to {{{{ $value }}}} of {peers} other servers, although all run.",
            f"Look for what keeps pods from each other on port 6222: a NetworkPolicy, DNS of Service {cluster.name}, a"
            " cluster name that differs between the servers.",
        )
