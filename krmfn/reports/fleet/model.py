"""What pages and pictures show of NATS clusters: numbers of `simulate -o json` and of the rendered objects."""

from __future__ import annotations

from krmfn.model.finding import INFO
from krmfn.natsconf.server import CLIENT
from krmfn.rendering.paths import child_path
from krmfn.reports.fleet.amounts import Amounts, pod_amounts, total
from krmfn.reports.simulation import simulation_of
from krmfn.reports.simulation_tables import zone_title
from krmfn.topology.outlook import Outlook
from krmfn.topology.verdict import SURVIVED, VERDICTS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from typing import Any

    from krmfn.cluster.facts import Facts
    from krmfn.model.finding import Finding
    from krmfn.model.objects import Object, ObjectRef
    from krmfn.rendering.renderer import Rendered
    from krmfn.topology.layout import Layout

_MEANINGS = {
    "even": "every zone has room for its servers",
    "worst": "most servers in one zone that the rules allow, for example if the others were full at creation",
}
LEGEND = (
    "Quorum: more than half of the servers. Without it JetStream, which stores messages, stops until servers are back."
    " R1, R3, R5: streams with 1, 3 and 5 replicas. Of all ways to place the replicas on the servers, so many keep more"
    " than half of them; in the row of whichever zone, through the loss of any one zone."
)
"""How to read the tables of losses."""
_SECRETS = {
    "existing": "create it before the first pod starts (krmfn secret new); krmfn does not render it",
    "bcrypt": "krmfn renders it with the hash of the password",
    "nkey": "krmfn renders it with the public key of the user",
    "external-secret": "External Secrets Operator creates it from the ExternalSecret that krmfn renders",
    "generated-external-secret": "External Secrets Operator generates the password, by objects that krmfn renders",
}


class ZoneView:
    """A zone in one placement: its `servers`, of which `on_node` share the node that a lost node takes.

    `lost` and `node_lost` are what `simulate -o json` has about the zone, None where it has nothing.
    """

    __slots__ = ("amounts", "lost", "node_lost", "on_node", "servers", "title")

    def __init__(self, title: str, servers: int, view: dict[str, Any], name: str | None, server: Amounts) -> None:
        self.title = title
        self.servers = servers
        self.lost = _of_zone(view["zoneLost"], name)
        self.node_lost = _of_zone(view["nodeLost"], name)
        self.on_node: int = self.node_lost["lost"] if self.node_lost else 0
        self.amounts = server.times(servers)


class Placement:
    """Where the servers are: `name` even or worst, what that means, the zones, streams that survive any zone."""

    __slots__ = ("meaning", "name", "running", "streams", "survives", "zones")

    def __init__(self, name: str, view: dict[str, Any], layout: Layout, server: Amounts) -> None:
        self.name = name
        self.meaning = _MEANINGS[name]
        self.survives: bool | None = view["survivesAnyZone"]
        self.streams: dict[str, dict[str, int]] = view["streamsThatSurviveAnyZone"]
        self.running = sum(view["servers"].values())
        self.zones = [
            ZoneView(zone_title(zone.name, layout), view["servers"][zone.name], view, zone.name or None, server)
            for zone in layout.zones
        ]


class ServiceView:
    """A Service: its name, what it is for, and its ports as `client 4222`."""

    __slots__ = ("name", "ports", "use")

    def __init__(self, service: Object, facts: Facts) -> None:
        self.name: str = service["metadata"]["name"]
        self.ports = [f"{port.get('name', 'port')} {port['port']}" for port in service["spec"]["ports"]]
        uses = {facts.names.client: "clients", facts.names.metrics: "metrics"}
        servers = "servers among each other" if facts.hardened else "servers and clients"
        self.use = uses.get(self.name, servers)


class ClusterView:
    """One NATS. `placements` is empty where no zones are known; `objects` are (kind, name, file below --output-dir)."""

    __slots__ = (
        "amounts",
        "exporters",
        "file",
        "findings",
        "image",
        "name",
        "objects",
        "placements",
        "secret",
        "secret_from",
        "server",
        "services",
        "simulated",
        "size",
        "url",
        "verdict",
    )

    def __init__(self, one: Rendered, facts: Facts, findings: Sequence[Finding]) -> None:
        outlook = Outlook(facts, one.settings, one.layout)
        self.name = facts.owner
        self.size = facts.size
        self.file = one.source.origin.file
        self.verdict = outlook.verdict
        self.simulated = simulation_of(outlook)
        self.findings = [f for f in findings if f.object == one.ref and f.code != outlook.verdict.code]
        (servers,) = (child for child in one.children if child["kind"] == "StatefulSet")
        others = [child for child in one.children if child["kind"] == "Deployment"]
        self.server = pod_amounts(servers)
        self.exporters = total(pod_amounts(child).times(child["spec"]["replicas"]) for child in others)
        self.amounts = total([self.server.times(servers["spec"]["replicas"]), self.exporters])
        self.image = next(c["image"] for c in servers["spec"]["template"]["spec"]["containers"] if c["name"] == "nats")
        self.services = [ServiceView(child, facts) for child in one.children if child["kind"] == "Service"]
        reached = facts.names.client if facts.hardened else facts.names.workload
        scheme = "tls" if "clients" in (facts.tls or {}) else "nats"
        self.url = f"{scheme}://{facts.host(reached)}:{CLIENT}"
        self.secret = facts.names.secret if facts.secret_mounted else ""
        self.secret_from = _SECRETS.get(one.settings.secret_mode, "none: the servers mount no Secret")
        self.objects = [(ref.kind, ref.name, child_path(ref, one.ref.name)) for ref in one.refs]
        self.placements = list(_placements(self.simulated, outlook, self.server))

    @property
    def survives(self) -> bool:
        """Whether every placement that the rules allow keeps its quorum through the loss of any one zone."""
        return self.verdict.code == SURVIVED

    @property
    def outcome(self) -> str:
        """The verdict in a few words: what the loss of any one zone does."""
        return VERDICTS[self.verdict.code]

    @property
    def parts(self) -> dict[str, Amounts]:
        """What the amounts are made of, by name; what the cluster does not have is left out."""
        parts = {"one server": self.server}
        if self.size > 1:
            parts[f"{self.size} servers"] = self.server.times(self.size)
        if self.exporters.memory:
            parts["exporters"] = self.exporters
        return {**parts, "cluster": self.amounts}

    @property
    def quorum(self) -> int:
        """Servers that elect a leader and write."""
        return int(self.simulated["majority"])

    @property
    def warnings(self) -> int:
        """Findings to act on, the verdict included."""
        return sum(finding.severity != INFO for finding in [self.verdict, *self.findings])


class FleetView:
    """All clusters of a report, the findings that belong to none of them, and totals of the clusters.

    `zones` holds the servers and their amounts in the even placements, by the title of the zone.
    """

    __slots__ = ("_survivors", "amounts", "clusters", "findings", "servers", "warnings", "zones")

    def __init__(self, clusters: Collection[ClusterView], findings: Sequence[Finding]) -> None:
        """`clusters` may be on the disk; each is looked at once here."""
        self.clusters = clusters
        self.findings = findings
        self.amounts = Amounts()
        self.servers = self.warnings = self._survivors = 0
        zones: dict[str, tuple[int, Amounts]] = {}
        for one in clusters:
            self.amounts = total([self.amounts, one.amounts])
            self.servers += one.size
            self.warnings += one.warnings
            self._survivors += one.survives
            for zone in (zone for placement in one.placements[:1] for zone in placement.zones):
                servers, amounts = zones.get(zone.title, (0, Amounts()))
                zones[zone.title] = servers + zone.servers, total([amounts, zone.amounts])
        self.zones = dict(sorted(zones.items()))

    @classmethod
    def of(cls, rendered: Iterable[Rendered], findings: Iterable[Finding]) -> FleetView:
        """That of some CRs and all findings."""
        return cls(*clusters_of(rendered, findings))

    @property
    def summary(self) -> str:
        """`2 of 3 NATS clusters survive the loss of any one zone`."""
        all_of = len(self.clusters)
        if all_of == 1:
            name = next(iter(self.clusters)).name
            is_good = "survives the loss of any one zone" if self._survivors else "is at risk when a zone is lost"
            return f"{name} {is_good}"
        return f"{self._survivors} of {all_of} NATS clusters survive the loss of any one zone"


def clusters_of(rendered: Iterable[Rendered], findings: Iterable[Finding]) -> tuple[list[ClusterView], list[Finding]]:
    """The clusters of some CRs, each with its findings, and the other findings, those of one object together."""
    by_owner: dict[ObjectRef | None, list[Finding]] = {}
    for finding in findings:
        by_owner.setdefault(finding.object, []).append(finding)
    clusters = [ClusterView(one, one.facts, by_owner.pop(one.ref, [])) for one in rendered if one.facts is not None]
    return clusters, [finding for some in by_owner.values() for finding in some]


def lost_rows(placement: Placement) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """What can be lost in a placement: a key (`z0`, `n0` by the zone's position), its title, the loss."""
    for position, zone in enumerate(placement.zones):
        if zone.lost:
            yield f"z{position}", zone.title, zone.lost
    for position, zone in enumerate(placement.zones):
        if zone.node_lost:
            yield f"n{position}", f"a node of {zone.title}", zone.node_lost


def share(streams: dict[str, dict[str, int]], replicas: str) -> str:
    """`7 of 10` placements of a stream that keep their quorum; `-` where so many replicas have no place."""
    found = streams.get(replicas)
    return f"{found['keep']} of {found['of']}" if found else "-"


def _of_zone(losses: list[dict[str, Any]], name: str | None) -> dict[str, Any] | None:
    return next((loss for loss in losses if loss["zone"] == name), None)


def _placements(simulated: dict[str, Any], outlook: Outlook, server: Amounts) -> Iterator[Placement]:
    """Both placements, or the even one alone where the worst is the same."""
    what = simulated["simulation"]
    if what is None or outlook.layout is None:
        return
    yield Placement("even", what["even"], outlook.layout, server)
    if sorted(what["even"]["servers"].values()) != sorted(what["worst"]["servers"].values()):
        yield Placement("worst", what["worst"], outlook.layout, server)
