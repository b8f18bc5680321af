"""From the operator's objects to profile nats-manager to hardened, with a store that is nearly full."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.calls import documents
from tests.pods.load import Load, again, ask, config, read
from tests.pods.nats_cluster import NAME, SETTINGS
from tests.pods.test_store import fill

if TYPE_CHECKING:
    from pathlib import Path

    from nats.aio.client import Client

    from tests.pods.conftest import Make, Say

SIZE, SHARE = 2**30, 0.8
"""Bytes of the claim, and how much of it is stored. The rest is needed: the logs of RAFT are on the same disk
and count for no limit, and with 85 % of 256Mi stored a server that restarted ran out of disk while it caught up."""
OPERATOR = "nats-manager"


def test_a_nearly_full_cluster_is_taken_over_and_hardened_and_loses_nothing(make: Make, say: Say, shared: Path):
    """One field manager applies all: step 4 of the plan gives the operator's fields to the client (tests/cluster)."""
    nats = make(profile=OPERATOR)
    nats.spec = {}
    nats.settings = {"istio": "false", "profile": OPERATOR}
    nats.prepare()
    for file in sorted((shared / "parity/valid/no-spec/expected").iterdir()):
        for obj in documents(file.read_text().replace("kyma-system", nats.namespace)):
            if obj["kind"] in ("DestinationRule", "Secret"):
                continue
            obj["metadata"].pop("ownerReferences")
            nats.api.apply(json.dumps(obj), obj, nats.namespace)
    nats.until_ready()
    uids = nats.uids()

    async def make_and_fill(client: Client) -> set[bytes]:
        stream = client.jetstream(timeout=5)
        await again(lambda: stream.add_stream(config("FULL", 3)))
        return await fill(client, "FULL", int(SIZE * SHARE))

    acked = ask(nats.client_address(), make_and_fill)
    say(f"{len(acked)} messages stored")
    with Load(nats.client_address()) as load:
        nats.apply()
        nats.until_ready()
        assert nats.uids() == uids
        nats.settings = {**SETTINGS, "profile": "hardened"}
        nats.apply()
        order = nats.order_of_ends()
    say(str(load))
    assert order == [{f"{NAME}-2"}, {f"{NAME}-1"}, {f"{NAME}-0"}]
    assert load.lost == []
    assert {len(pod["spec"]["containers"]) for pod in nats.pods().values()} == {2}, "the exporter moved out"
    assert acked - ask(nats.client_address(), lambda client: read(client, "FULL")) == set()
    assert all(nats.monitor(n, "/healthz")[0] == 200 for n in range(3))
