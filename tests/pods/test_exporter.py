"""The exporters, which are no server's business: whatever happens to them, clients come in."""

from __future__ import annotations

import socket
import threading
import time
import urllib.request
from typing import TYPE_CHECKING

from nats.js.api import ConsumerConfig, StorageType, StreamConfig

from tests.pods.load import again, ask
from tests.pods.nats_cluster import NAME

if TYPE_CHECKING:
    from typing import Self

    from nats.aio.client import Client

    from tests.cluster.api import Object
    from tests.pods.conftest import Make, Say
    from tests.pods.nats_cluster import NatsCluster

SCRAPE = 10.0
"""Seconds after which Prometheus gives up a scrape, by default."""
CPU_LIMIT = 0.5
"""Of an exporter, by default (core/sidecars.py)."""
ROUNDS = 3
CPU, PEAK = "cpuacct/*/cpuacct.usage", "memory/*/memory.max_usage_in_bytes"
"""Nanoseconds of CPU, and bytes at most: hierarchy and file of cgroup v1."""


def exporters(nats: NatsCluster) -> dict[str, Object]:
    """Server -> the pod of its exporter."""
    path = f"/api/v1/namespaces/{nats.namespace}/pods?labelSelector=app.kubernetes.io/name%3Dnats-exporter"
    return {pod["metadata"]["labels"]["krmfn.dev/server"]: pod for pod in nats.api.items(path)}


def scrape(pod: Object, patience: float = SCRAPE) -> str:
    with urllib.request.urlopen(f"http://{pod['status']['podIP']}:7777/metrics", timeout=patience) as page:
        return str(page.read().decode())


def killed(pod: Object) -> bool:
    states = [state for one in pod["status"].get("containerStatuses", []) for state in (one["state"], one["lastState"])]
    return any(state.get("terminated", {}).get("reason") == "OOMKilled" for state in states)


def make_consumers(nats: NatsCluster, streams: int, each: int) -> None:
    async def make(client: Client) -> None:
        stream = client.jetstream(timeout=20)
        for number in range(streams):
            name = f"S{number}"
            made = StreamConfig(name=name, subjects=[f"{name}.>"], num_replicas=1, storage=StorageType.MEMORY)
            await again(lambda made=made: stream.add_stream(made))
            for one in range(each):
                consumer = ConsumerConfig(durable_name=f"consumer-{one}", mem_storage=True, num_replicas=1)
                await again(lambda name=name, consumer=consumer: stream.add_consumer(name, consumer))

    ask(nats.client_address(), make)


class NewClients:
    """While the block runs, one new connection after the other to the client Service; how many failed."""

    def __init__(self, nats: NatsCluster) -> None:
        self._address = nats.client_address().removeprefix("nats://").split(":")[0]
        self.tries = self.failures = 0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._ended.wait(0.2):
            self.tries += 1
            try:
                with socket.create_connection((self._address, 4222), timeout=2) as client:
                    self.failures += client.recv(4) != b"INFO"
            except OSError:
                self.failures += 1


def test_an_exporter_that_is_killed_by_memory_keeps_no_client_out(make: Make, say: Say):
    nats = make(exporterMemory="14Mi")
    nats.start()
    make_consumers(nats, 300, 4)

    def all_killed() -> bool:
        for pod in exporters(nats).values():
            try:
                scrape(pod)
            except (OSError, KeyError):
                continue
        return all(killed(pod) for pod in exporters(nats).values())

    with NewClients(nats) as clients:
        nats.until("every exporter killed", all_killed)
        time.sleep(20)
    say(f"{clients.tries} new clients while the exporters were killed, {clients.failures} refused")
    assert clients.tries > 50
    assert clients.failures == 0
    assert nats.ready() == nats.endpoints() == set(nats.pods())


def test_a_scrape_of_two_thousand_consumers_ends_in_time(make: Make, say: Say):
    """By the CPU time that it takes and the limit that it has, so that a busy machine changes nothing."""
    nats = make()
    nats.start()
    make_consumers(nats, 500, 4)
    begin, before = time.monotonic(), sum(nats.usage("metrics", CPU))
    for _ in range(ROUNDS):
        for server, pod in exporters(nats).items():
            assert f'server_id="{server}"' in scrape(pod, 60)
    scrapes = ROUNDS * len(exporters(nats))
    each = (sum(nats.usage("metrics", CPU)) - before) / 1e9 / scrapes
    peaks = [peak >> 20 for peak in nats.usage("metrics", PEAK)]
    say(f"2,000 consumers: {each:.2f} s of CPU a scrape, {(time.monotonic() - begin) / scrapes:.1f} s; {peaks} MiB")
    assert len(peaks) == 3
    assert each / CPU_LIMIT < SCRAPE
    assert all(pod["status"]["containerStatuses"][0]["restartCount"] == 0 for pod in exporters(nats).values())


def test_an_exporter_ends_when_told_also_before_its_server_runs(make: Make):
    nats = make()
    nats.apply()
    nats.kubectl("scale", "statefulset", NAME, "--replicas=0")
    nats.until("exporters run", lambda: len([pod for pod in exporters(nats).values() if "podIP" in pod["status"]]) == 3)
    nats.kubectl("rollout", "status", f"deployment/{NAME}-metrics-0", "--timeout=60s")
    uid = exporters(nats)[f"{NAME}-0"]["metadata"]["uid"]
    nats.kubectl("delete", "pod", exporters(nats)[f"{NAME}-0"]["metadata"]["name"], "--wait=false")

    def gone() -> bool:
        path = f"/api/v1/namespaces/{nats.namespace}/pods"
        return all(pod["metadata"]["uid"] != uid for pod in nats.api.items(path))

    nats.until("it ended", gone, patience=20)
