"""More and fewer servers, by the commands of the how-to."""

from __future__ import annotations

import os
import re
import subprocess
import time
from typing import TYPE_CHECKING

from krmfn.cluster.peers import peer_id, removal
from tests.calls import ROOT
from tests.cluster import binaries
from tests.pods.load import STREAM, Load, ask
from tests.pods.nats_cluster import NAME

if TYPE_CHECKING:
    from tests.pods.conftest import Make, Say
    from tests.pods.nats_cluster import NatsCluster

PAGE = ROOT / "docs/how-to/change-a-running-cluster.md"
SECTION = re.compile(r"^### From five servers to three$(.*?)(?=^##)", re.MULTILINE | re.DOTALL)


def commands(nats: NatsCluster) -> list[str]:
    """The page's own commands, for the cluster of the test, one server after the other."""
    found = SECTION.search(PAGE.read_text())
    assert found is not None
    blocks = re.findall(r"(?:^    .*\n)+", found[1], re.MULTILINE)
    ids = {peer_id(f"orders-nats-{n}"): peer_id(f"{NAME}-{n}") for n in (3, 4)}
    text = "".join(blocks).replace("orders-nats", NAME).replace("-n shop", f"-n {nats.namespace}")
    for old, new in ids.items():
        assert old in text
        text = text.replace(old, new)
    assert [line.strip() for line in text.splitlines()] == removal(nats.namespace, NAME, 5, 3), "as krmfn diff says"
    half = len(text.splitlines()) // 2
    return ["\n".join(text.splitlines()[:half]), "\n".join(text.splitlines()[half:])]


def no_replica_lags(nats: NatsCluster) -> bool:
    info = ask(nats.client_address(), lambda client: client.jetstream(timeout=5).stream_info(STREAM))
    replicas = info.cluster.replicas or []
    return len(replicas) == 2 and all(one.current and not one.offline for one in replicas)


def shell(nats: NatsCluster, script: str) -> str:
    """Run as a user does, with kubectl on the cluster and `nats` as the user of $SYS."""
    environment = {
        **os.environ,
        "PATH": f"{binaries.folder()}:{os.environ['PATH']}",
        "KUBECONFIG": str(nats.cluster.plane.kubeconfig),
        "NATS_URL": nats.client_address(), "NATS_USER": "admin", "NATS_PASSWORD": "secret",
    }  # fmt: skip
    done = subprocess.run(
        ["bash", "-euxo", "pipefail", "-c", script], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, (done.stdout, done.stderr)
    return done.stdout


def voters(nats: NatsCluster) -> int:
    return int(nats.monitor(0, "/jsz")[1]["meta_cluster"]["cluster_size"])


def test_three_servers_become_five_and_five_become_three(make: Make, say: Say):
    nats = make()
    nats.start()
    with Load(nats.client_address()) as load:
        begin = time.monotonic()
        nats.change(cluster={"size": 5})
        order = nats.order_of_ends()
        say(f"3 to 5: {time.monotonic() - begin:.0f} s; ")
    say(str(load))
    assert order == [{f"{NAME}-2"}, {f"{NAME}-1"}, {f"{NAME}-0"}]
    assert load.lost == []
    assert voters(nats) == 5
    with Load(nats.client_address()) as load:
        begin = time.monotonic()
        for script in commands(nats):
            shell(nats, script)
            nats.until("no replica lags", lambda: no_replica_lags(nats))
        nats.until("three voters", lambda: voters(nats) == 3)
        say(f"5 to 3, servers: {time.monotonic() - begin:.0f} s")
        assert len(nats.pods()) == 3
        nats.change(cluster={"size": 3})
        order = nats.order_of_ends()
        say(f"5 to 3, with the rule: {time.monotonic() - begin:.0f} s")
    say(str(load))
    assert order == [{f"{NAME}-2"}, {f"{NAME}-1"}, {f"{NAME}-0"}]
    assert load.lost == []
