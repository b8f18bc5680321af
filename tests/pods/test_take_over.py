"""From the operator's cluster to profile nats-manager to hardened by the plan's own commands, with much stored."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

import pytest

from tests.cluster.api import Refused
from tests.cluster.conftest import DEFINITION
from tests.cluster.exercise import APPLY, MANAGERS, Exercise, steps
from tests.cluster.operated import Operated
from tests.pods.load import Load, again, ask, config, read
from tests.pods.nats_cluster import NAME
from tests.pods.test_store import MESSAGE, fill

if TYPE_CHECKING:
    from pathlib import Path

    from nats.aio.client import Client

    from tests.pods.cluster import Cluster
    from tests.pods.conftest import Make, Say

SIZE, SHARE = 2**30, 0.8
"""Bytes of the claim, and how much of it is stored. The rest is needed: the logs of RAFT are on the same disk
and count for no limit, and with 85 % of 256Mi stored a server that restarted ran out of disk while it caught up."""
CLIENT = "flux"
QUIET = 5.0
"""Seconds that the garbage collector is given to do harm: it acts within one."""


def test_the_plans_commands_take_a_nearly_full_cluster_over_and_lose_nothing(
    pods: Cluster, make: Make, say: Say, shared: Path, tmp_path: Path
):
    live = Operated(pods.plane, pods.api, shared / "parity/valid/no-spec")
    nats = make(namespace=live.namespace, profile="nats-manager")
    pods.plane.define(DEFINITION.read_text())
    live.operate()
    nats.until_ready()
    uids = nats.uids()

    async def make_and_fill(client: Client) -> set[bytes]:
        stream = client.jetstream(timeout=5)
        await again(lambda: stream.add_stream(config("FULL", 3)))
        return await fill(client, "FULL", int(SIZE * SHARE))

    acked = ask(nats.client_address(), make_and_fill)
    say(f"{len(acked)} messages stored")
    exercise = Exercise(live, tmp_path, CLIENT, pods=True)
    exercise.shell(exercise.from_page("kubectl get"))
    exercise.shell(exercise.from_page("krmfn adopt"))
    plan = (tmp_path / "plan/plan.md").read_text()
    commands = steps(plan)
    with Load(nats.client_address()) as load:
        for number in range(8):
            exercise.shell(commands[number])
        with pytest.raises(Refused):
            live.live(live.cr)
        time.sleep(QUIET)
        assert nats.uids() == uids, "the take-over restarted nothing"
        exercise.keep_memory(plan)
        stored = [int(size) for size in re.findall(r'^  "storage": (\d+)', exercise.shell(commands[8]), re.MULTILINE)]
        assert len(stored) == 3
        assert min(stored) > len(acked) * MESSAGE, "the plan's last step shows what each server stores"
        exercise.shell(APPLY.format(manager=MANAGERS[CLIENT]).replace("rendered", "hardened"))
        order = nats.order_of_ends()
    say(str(load))
    assert order == [{f"{NAME}-2"}, {f"{NAME}-1"}, {f"{NAME}-0"}]
    assert load.lost == []
    assert {len(pod["spec"]["containers"]) for pod in nats.pods().values()} == {2}, "the exporter moved out"
    assert acked - ask(nats.client_address(), lambda client: read(client, "FULL")) == set()
    assert all(nats.monitor(n, "/healthz")[0] == 200 for n in range(3))
