"""Nodes and zones that go and come back, while clients publish."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from tests.pods.load import Load
from tests.pods.test_changes import LARGER_CPU

if TYPE_CHECKING:
    from tests.pods.conftest import Make, Say
    from tests.pods.nats_cluster import NatsCluster

DRAIN = ("--ignore-daemonsets", "--delete-emptydir-data")


def node_in(nats: NatsCluster, zone: str) -> str:
    """The node of the zone that runs a server."""
    return next(str(pod["spec"]["nodeName"]) for pod in nats.pods().values() if pod["spec"]["nodeName"][0] == zone)


def name_on(nats: NatsCluster, node: str) -> str:
    return next(name for name, pod in nats.pods().items() if pod["spec"].get("nodeName") == node)


def test_a_drain_moves_a_server_within_its_zone_with_its_volume(make: Make, say: Say):
    nats = make()
    nats.start()
    node = node_in(nats, "a")
    name, volume = name_on(nats, node), nats.claims()
    with Load(nats.client_address()) as load:
        begin = time.monotonic()
        try:
            nats.kubectl("drain", node, *DRAIN)
            drained = time.monotonic() - begin
            nats.until_ready()
        finally:
            nats.kubectl("uncordon", node)
    say(f"drain: {drained:.0f} s, all Ready after {time.monotonic() - begin:.0f} s; {load}")
    assert nats.pods()[name]["spec"]["nodeName"] == {"a1": "a2", "a2": "a1"}[node]
    assert nats.claims() == volume
    assert load.lost == []


def test_a_second_drain_is_refused_while_a_server_waits_for_its_zone(make: Make, say: Say):
    nats = make()
    nats.start()
    waiting = name_on(nats, "b1")
    with Load(nats.client_address()) as load:
        try:
            nats.kubectl("drain", "b1", *DRAIN)
            nats.until("the server waits", lambda: nats.why_pending(waiting))
            assert "didn't match PersistentVolume's node affinity" in nats.why_pending(waiting)
            refused = nats.cluster.plane.kubectl("drain", "c1", *DRAIN, "--timeout=10s")
            assert refused.returncode != 0
            assert "would violate the pod's disruption budget" in refused.stdout + refused.stderr
            assert len(nats.ready()) == 2
        finally:
            nats.kubectl("uncordon", "b1", "c1")
        say(f"uncordon to Ready: {nats.until_ready():.0f} s")
    say(str(load))
    assert load.lost == []


def test_a_zone_is_lost_and_comes_back(make: Make, say: Say):
    """A healthy server can restart meanwhile; a new template waits for the zone."""
    nats = make()
    nats.start()
    dead = name_on(nats, "c1")
    begin = time.monotonic()
    with Load(nats.client_address()) as load:
        try:
            nats.cluster.nodes["c1"].kill()
            nats.until("endpoint out", lambda: dead not in nats.endpoints())
            say(f"dead server out of the client Service: {time.monotonic() - begin:.0f} s")
            other = name_on(nats, "b1")
            uid = nats.uids()[other]
            nats.kubectl("delete", "pod", other)
            took = nats.until("the restarted server Ready", lambda: other in nats.ready() and nats.uids()[other] != uid)
            say(f"a healthy server restarted meanwhile: Ready {took:.0f} s after its end")
            healthy = {name: uid for name, uid in nats.uids().items() if name != dead}
            nats.change(resources=LARGER_CPU)
            time.sleep(30)
            assert {name: uid for name, uid in nats.uids().items() if name != dead} == healthy
            assert dead not in nats.ready()
        finally:
            nats.cluster.nodes["c1"].start()
        nats.cluster.until("node back", lambda: nats.cluster.is_ready("c1"))
        say(f"zone back to all Ready with the new template: {nats.until_ready(400):.0f} s")
    say(str(load))
    assert load.lost == []


def test_with_a_zone_missing_at_install_the_others_wait_and_are_not_ready(make: Make, say: Say):
    nats = make()
    nats.kubectl("cordon", "c1")
    try:
        nats.apply()
        nats.until("two run", lambda: sum(nats.is_running(name) for name in nats.pods()) == 2)
        time.sleep(40)
        running = [name for name in nats.pods() if nats.is_running(name)]
        assert len(running) == 2
        assert nats.ready() == set()
        assert nats.endpoints() == set()
        assert [nats.monitor(int(name[-1]), "/healthz")[0] for name in running] == [503, 503]
    finally:
        nats.kubectl("uncordon", "c1")
    say(f"the zone comes: Ready {nats.until_ready():.0f} s later")
