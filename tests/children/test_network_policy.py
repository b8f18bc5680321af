"""What a network plugin that keeps the rendered NetworkPolicy lets through, by the words of its API."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.calls import documents, krmfn
from tests.golden_cases import CASES, Case

Labels = dict[str, str]
PROTECTED = [name for name in CASES if Case(name).of_kind("NetworkPolicy")]
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

    def admits(self, port: int, source: Labels | None) -> bool:
        """`source`: the labels of a pod in the same namespace; None for whoever is elsewhere."""
        assert selects(self.policy["spec"]["podSelector"], self.server)
        return any(_admits(rule, port, source) for rule in self.policy["spec"]["ingress"])


def _admits(rule: dict[str, Any], port: int, source: Labels | None) -> bool:
    ports = {row["port"] for row in rule["ports"] if row["protocol"] == "TCP"}
    peers = [peer["podSelector"] for peer in rule.get("from", [])]
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
        assert scene.admits(4222, source)
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
    assert named == listening


def test_only_what_comes_in_is_limited(scene: Scene):
    assert scene.policy["spec"]["policyTypes"] == ["Ingress"]
    assert "egress" not in scene.policy["spec"]


@pytest.mark.parametrize("name", PROTECTED)
def test_the_pods_are_what_they_were_without_the_three(name: str):
    """So switching them on or off restarts nothing."""
    case = Case(name)
    switches = [f"--set={key}=false" for key in ("podMonitor", "networkPolicy", "prometheusRule")]
    called = krmfn(*case.render_arguments(), *switches)
    assert called.status == 0, called
    three = ("NetworkPolicy", "PodMonitor", "PrometheusRule")
    without = [obj for obj in case.objects() if obj["kind"] not in three]
    assert sorted(documents(called.out), key=str) == sorted(without, key=str)
