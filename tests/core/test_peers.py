"""The commands that take servers out of a cluster."""

from __future__ import annotations

from krmfn.cluster.peers import peer_id, removal


def test_the_id_is_the_one_that_nats_server_gives():
    """Seen in `nats server report jetstream` of servers of these names (tests/pods/test_size.py runs the commands)."""
    assert peer_id("eventing-nats-4") == "8ijzn42u"


def test_servers_go_one_by_one_the_highest_ordinal_first():
    assert removal("shop", "x", 5, 3) == [
        "kubectl scale statefulset x -n shop --replicas=4",
        "kubectl wait pod/x-4 -n shop --for=delete --timeout=5m",
        f"nats server raft peer-remove {peer_id('x-4')} --force",
        "kubectl scale statefulset x -n shop --replicas=3",
        "kubectl wait pod/x-3 -n shop --for=delete --timeout=5m",
        f"nats server raft peer-remove {peer_id('x-3')} --force",
    ]
