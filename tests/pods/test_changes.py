"""A cluster of three servers in three zones: its start, and changes while clients publish."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from tests.pods.images import SECOND_NATS
from tests.pods.load import Load
from tests.pods.nats_cluster import NAME

if TYPE_CHECKING:
    from tests.pods.conftest import Make, Say

LARGER_CPU = {"requests": {"cpu": "10m", "memory": "64Mi"}, "limits": {"cpu": "600m", "memory": "1Gi"}}


def test_every_server_gets_ready_in_a_zone_of_its_own(make: Make, say: Say):
    nats = make()
    say(f"start to Ready: {nats.start():.0f} s")
    zones = {name: pod["spec"]["nodeName"][0] for name, pod in nats.pods().items()}
    assert sorted(zones.values()) == ["a", "b", "c"]
    for ordinal in range(3):
        assert nats.monitor(ordinal, "/healthz")[0] == 200
        assert nats.monitor(ordinal, "/varz")[1]["tags"] == [f"az:{zones[f'{NAME}-{ordinal}']}"]
    nats.until("every server in the client Service", lambda: nats.endpoints() == set(nats.pods()))


def test_a_rolling_restart_takes_one_server_after_the_other_and_loses_nothing(make: Make, say: Say):
    nats = make()
    nats.start()
    with Load(nats.client_address()) as load:
        nats.settings["natsImage"] = SECOND_NATS
        begin = time.monotonic()
        nats.apply()
        order = nats.order_of_ends()
        say(f"rolling restart: {time.monotonic() - begin:.0f} s")
    say(str(load))
    assert order == [{f"{NAME}-2"}, {f"{NAME}-1"}, {f"{NAME}-0"}]
    assert len(load.acked) > 500
    assert load.lost == []


def test_a_new_config_map_reaches_every_server_without_a_restart(make: Make, say: Say):
    nats = make()
    nats.start()
    uids = nats.uids()
    times: dict[str, float] = {}
    with Load(nats.client_address()) as load:
        begin = time.monotonic()
        nats.change(logging={"debug": True})

        def reloaded() -> bool:
            for name in uids.keys() - times.keys():
                if "Reloaded: debug = true" in nats.log(name):
                    times[name] = time.monotonic() - begin
            return len(times) == 3

        nats.until("every server reloaded", reloaded)
    say(f"reload after {', '.join(f'{seconds:.0f}' for seconds in sorted(times.values()))} s; {load}")
    assert nats.uids() == uids
    assert load.lost == []
    assert not load.retries


def test_servers_that_are_not_ready_are_replaced_together(make: Make, say: Say):
    """Kubernetes 1.37 with podManagementPolicy Parallel: first every old pod that is not Ready, then one at a time."""
    nats = make()
    nats.start()
    with Load(nats.client_address()) as load:
        for ordinal in (0, 1):
            nats.kubectl("set", "image", f"pod/{NAME}-{ordinal}", "config-reloader=krmfn.test/nowhere:1")
        nats.until("two not Ready", lambda: nats.ready() == {f"{NAME}-2"})
        nats.change(resources=LARGER_CPU)
        order = nats.order_of_ends()
    say(f"two not Ready and a change: ended {order}; {load}")
    assert order == [{f"{NAME}-0", f"{NAME}-1"}, {f"{NAME}-2"}]
    assert load.lost == []


def test_a_single_server_answers_nothing_until_it_is_back(make: Make, say: Say):
    nats = make({"cluster": {"size": 1}})
    nats.start()
    (name,) = nats.uids()
    with Load(nats.client_address(), replicas=1) as load:
        nats.kubectl("delete", "pod", name)
        assert nats.endpoints() == set()
        say(f"Ready {nats.until_ready():.0f} s after the end")
    say(str(load))
    assert load.longest > 5
    assert load.lost == []
