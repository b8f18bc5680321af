"""What a network plugin that keeps the rendered NetworkPolicy lets through, by the words of its API."""

from __future__ import annotations

import re
from typing import Any

import pytest

from krmfn.cluster.settings import Group
from tests.calls import documents, krmfn
from tests.changes.states import of_kind, rendered
from tests.golden_cases import CASES, Case

Labels = dict[str, str]
PROTECTED = [name for name in CASES if Case(name).of_kind("NetworkPolicy")]
MESH = {15008, 4143}
HARDENED = [name for name in PROTECTED if Case(name).of_kind("Deployment")]
STRANGER = {"app.kubernetes.io/name": "nats", "app.kubernetes.io/instance": "other"}


def selects(selector: dict[str, Labels], labels: Labels) -> bool:
    assert list(selector) == ["matchLabels"]
    return selector["matchLabels"].items() <= labels.items()


class Scene:
    """A case's policy, and the labels of the pods that the StatefulSet makes."""

    def __init__(self, name: str) -> None:
        (self.workload,) = Case(name).of_kind("StatefulSet")
        policies = {policy["metadata"]["name"]: policy for policy in Case(name).of_kind("NetworkPolicy")}
        self.policy = policies.pop(self.workload["metadata"]["name"])
        (self.exporters,) = policies.values()
        self.exporter: Labels = Case(name).of_kind("Deployment")[0]["spec"]["template"]["metadata"]["labels"]
        self.template = self.workload["spec"]["template"]
        self.server: Labels = self.template["metadata"]["labels"]
        self.conf = Case(name).of_kind("ConfigMap")[0]["data"]["nats.conf"]

    @property
    def is_limited(self) -> bool:
        """Whether `networkPolicyFrom` names who may connect: namespaces and networks, and no pod by its labels."""
        peers = [peer for rule in self.policy["spec"]["ingress"] for peer in rule.get("from", [])]
        return any("namespaceSelector" in peer for peer in peers)

    def admits(self, port: int, source: Labels | None) -> bool:
        """`source`: the labels of a pod in the same namespace; None for whoever is elsewhere."""
        assert selects(self.policy["spec"]["podSelector"], self.server)
        return any(_admits(rule, port, source) for rule in self.policy["spec"]["ingress"])


def _admits(rule: dict[str, Any], port: int, source: Labels | None) -> bool:
    ports = {row["port"] for row in rule["ports"] if row["protocol"] == "TCP"}
    peers = [peer["podSelector"] for peer in rule.get("from", []) if "podSelector" in peer]
    return port in ports and (
        "from" not in rule or (source is not None and any(selects(peer, source) for peer in peers))
    )


@pytest.fixture(params=HARDENED)
def scene(request: pytest.FixtureRequest) -> Scene:
    return Scene(request.param)


def test_clients_and_scrapes_come_from_everywhere(scene: Scene):
    assert not selects(scene.policy["spec"]["podSelector"], scene.exporter)
    assert selects(scene.exporters["spec"]["podSelector"], scene.exporter)
    for source in (None, {}, STRANGER, scene.server):
        assert scene.admits(4222, source) != scene.is_limited
        assert [_admits(rule, 7777, source) for rule in scene.exporters["spec"]["ingress"]] == [True]


def test_monitoring_is_for_servers_and_exporters_of_this_cluster(scene: Scene):
    assert scene.admits(8222, scene.server)
    assert scene.admits(8222, scene.exporter)
    assert not scene.admits(6222, scene.exporter)
    for source in (None, {}, STRANGER, {**scene.exporter, "app.kubernetes.io/instance": "other"}):
        assert not scene.admits(8222, source)
        assert not scene.admits(6222, source)


def test_a_server_that_joins_reaches_every_route_of_nats_conf(scene: Scene):
    """Its labels are those of the template, and a pod has them before its first container starts."""
    routes = [int(port) for port in re.findall(r"nats://[^\"]*:(\d+)", scene.conf)]
    assert len(routes) == (scene.workload["spec"]["replicas"] if scene.workload["spec"]["replicas"] > 1 else 0)
    assert all(scene.admits(port, scene.server) for port in routes)


def test_every_port_that_the_policy_names_has_a_listener(scene: Scene):
    listening = {int(port) for port in re.findall(r"^ *(?:http_)?port: (\d+)$", scene.conf, re.MULTILINE)}
    named = {row["port"] for rule in scene.policy["spec"]["ingress"] for row in rule["ports"]}
    assert named - MESH == listening


@pytest.mark.parametrize(
    ("spec", "ports"),
    [
        ({}, set()),
        ({"labels": {"istio.io/dataplane-mode": "ambient"}}, {15008}),
        ({"annotations": {"linkerd.io/inject": "enabled"}}, {4143}),
        ({"labels": {"istio.io/dataplane-mode": "none"}}, set()),
    ],
)
def test_the_ports_of_a_mesh_are_open_for_pods_that_are_in_it(spec: dict[str, Any], ports: set[int]):
    """In hardened the pods are kept out of meshes, unless the NATS says otherwise; the operator's may be in any."""
    policy = of_kind(rendered(spec, network_policy=True), "NetworkPolicy")
    assert {row["port"] for row in policy["spec"]["ingress"][0]["ports"]} == {4222} | ports
    policy = of_kind(rendered({}, network_policy=True, profile="nats-manager"), "NetworkPolicy")
    assert {row["port"] for row in policy["spec"]["ingress"][0]["ports"]} == {4222, 7777} | MESH


def test_the_servers_are_out_of_every_mesh_by_label_and_annotation():
    metadata = of_kind(rendered(), "StatefulSet")["spec"]["template"]["metadata"]
    assert metadata["labels"]["sidecar.istio.io/inject"] == "false"
    assert metadata["labels"]["istio.io/dataplane-mode"] == "none"
    assert metadata["annotations"]["linkerd.io/inject"] == "disabled"
    asked = {"annotations": {"sidecar.istio.io/inject": "true"}}
    metadata = of_kind(rendered(asked), "StatefulSet")["spec"]["template"]["metadata"]
    assert metadata["labels"]["sidecar.istio.io/inject"] == "true"


def test_every_port_of_a_service_names_its_protocol_so_that_no_sidecar_guesses():
    """A NATS server speaks first: a proxy that waits for the client's first bytes would wait for ever."""
    for profile in ("hardened", "nats-manager"):
        services = [obj for obj in rendered(profile=profile) if obj["kind"] == "Service"]
        rows = [row for service in services for row in service["spec"]["ports"]]
        assert {row["appProtocol"] for row in rows if row["port"] in (4222, 6222)} == {"tcp"}
        assert all(row.get("appProtocol") for row in rows)


def test_no_sidecar_of_a_client_asks_any_service_of_the_servers_for_tls():
    objects = rendered(istio=True)
    hosts = {obj["spec"]["host"] for obj in objects if obj["kind"] == "DestinationRule"}
    exporters = "eventing-nats-metrics"
    services = {obj["metadata"]["name"] for obj in objects if obj["kind"] == "Service"} - {exporters}
    assert hosts == {f"{name}.kyma-system.svc.cluster.local" for name in services}
    assert len(hosts) == 2


def test_a_server_advertises_the_host_that_the_routes_name():
    objects = rendered()
    (container,) = (
        c for c in of_kind(objects, "StatefulSet")["spec"]["template"]["spec"]["containers"] if c["name"] == "nats"
    )
    (advertised,) = (row["value"] for row in container["env"] if row["name"] == "CLUSTER_ADVERTISE")
    conf = of_kind(objects, "ConfigMap")["data"]["nats.conf"]
    assert re.findall(r"nats://([^:]*):6222", conf) == [
        advertised.strip('"').replace("$(POD_NAME)", f"eventing-nats-{number}") for number in range(3)
    ]


@pytest.mark.parametrize("profile", ["hardened", "nats-manager"])
def test_what_goes_out_is_limited_only_on_request(profile: str):
    for policy in policies(profile=profile):
        assert policy["spec"]["policyTypes"] == ["Ingress"]
        assert "egress" not in policy["spec"]
    for policy in policies(profile=profile, network_policy_egress=True):
        assert policy["spec"]["policyTypes"] == ["Ingress", "Egress"]
        assert policy["spec"]["egress"]
    assert not [obj for obj in rendered(profile=profile, network_policy_egress=True) if obj["kind"] == "NetworkPolicy"]


def policies(spec: dict[str, Any] | None = None, **settings: Any) -> list[dict[str, Any]]:
    """Those of the servers and of the exporters, in this order."""
    objects = rendered(spec or {}, network_policy=True, **settings)
    return [obj for obj in objects if obj["kind"] == "NetworkPolicy"]


def outgoing(policy: dict[str, Any]) -> set[tuple[str, int, str]]:
    """(who, port, protocol) of every egress rule."""
    return {
        (who, row["port"], row["protocol"])
        for rule in policy["spec"]["egress"]
        for who in (_who(peer) for peer in rule.get("to", [{}]))
        for row in rule["ports"]
    }


def _who(peer: dict[str, Any]) -> str:
    if not peer:
        return "everybody"
    if "ipBlock" in peer:
        return str(peer["ipBlock"]["cidr"])
    if "namespaceSelector" in peer:
        names = peer["namespaceSelector"].get("matchLabels", {})
        return f"namespace {names['kubernetes.io/metadata.name']}" if names else "pods"
    return str(peer["podSelector"]["matchLabels"]["app.kubernetes.io/name"])


DNS = {
    *(("everybody", 53, protocol) for protocol in ("TCP", "UDP")),
    *(("pods", port, protocol) for port in (5353, 8053) for protocol in ("TCP", "UDP")),
}


def test_servers_reach_dns_and_each_other_and_exporters_the_servers():
    servers, exporters = policies(network_policy_egress=True)
    assert outgoing(servers) == DNS | {("nats", 6222, "TCP")}
    assert outgoing(exporters) == DNS | {("nats", 8222, "TCP")}


def test_one_server_reaches_dns_only():
    servers, exporters = policies({"cluster": {"size": 1}}, network_policy_egress=True)
    assert outgoing(servers) == DNS
    assert outgoing(exporters) == DNS | {("nats", 8222, "TCP")}


def test_the_operators_pods_and_pods_in_a_mesh_reach_the_ports_of_the_mesh():
    (operators,) = policies(profile="nats-manager", network_policy_egress=True)
    assert outgoing(operators) == DNS | {("nats", port, "TCP") for port in (6222, *MESH)}
    servers = policies({"labels": {"istio.io/dataplane-mode": "ambient"}}, network_policy_egress=True)[0]
    assert outgoing(servers) == DNS | {("nats", port, "TCP") for port in (6222, 15008)}


def test_other_destinations_are_for_servers_only():
    stated = {
        "dnsPorts": [53],
        "others": [
            {"networks": ["203.0.113.0/24"], "namespaces": ["hub"], "ports": [7422, 443]},
            {"namespaces": ["logs"], "ports": [514], "protocol": "UDP"},
        ],
    }
    servers, exporters = policies(network_policy_egress=True, network_policy_to=Group(stated))
    dns = {("everybody", 53, "TCP"), ("everybody", 53, "UDP")}
    others = {(who, port, "TCP") for who in ("203.0.113.0/24", "namespace hub") for port in (7422, 443)}
    assert outgoing(servers) == dns | others | {("namespace logs", 514, "UDP"), ("nats", 6222, "TCP")}
    assert outgoing(exporters) == dns | {("nats", 8222, "TCP")}


def test_a_destination_without_ports_or_peers_is_not_limited_by_them():
    stated = {"others": [{"networks": ["10.0.0.0/8"]}, {"ports": [443]}]}
    rules = policies(network_policy_egress=True, network_policy_to=Group(stated))[0]["spec"]["egress"]
    assert rules[-2:] == [{"to": [{"ipBlock": {"cidr": "10.0.0.0/8"}}]}, {"ports": [{"port": 443, "protocol": "TCP"}]}]


@pytest.mark.parametrize("name", PROTECTED)
def test_the_pods_are_what_they_were_without_the_three(name: str):
    """So switching them on or off restarts nothing. A PodMonitor takes the place of the annotations of a Service."""
    case = Case(name)
    switches = [f"--set={key}=false" for key in ("podMonitor", "networkPolicy", "prometheusRule")]
    called = krmfn(*case.render_arguments(), *switches)
    assert called.status == 0, called
    three = ("NetworkPolicy", "PodMonitor", "PrometheusRule")
    without = [not_scraped(obj) for obj in case.objects() if obj["kind"] not in three]
    assert sorted(map(not_scraped, documents(called.out)), key=str) == sorted(without, key=str)


def not_scraped(obj: dict[str, Any]) -> dict[str, Any]:
    """A Service without the annotations by which Prometheus may find it."""
    if obj["kind"] == "Service":
        notes = obj["metadata"]["annotations"]
        obj["metadata"]["annotations"] = {key: notes[key] for key in notes if not key.startswith("prometheus.io/")}
    return obj
