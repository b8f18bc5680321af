"""nats.conf as a tree, for the facts of a CR."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from krmfn.api.accept import accept
from krmfn.cluster.cr import ClusterFacts, Cr, Spread
from krmfn.cluster.facts import Facts
from krmfn.cluster.settings import Settings
from krmfn.natsconf.server import server_conf
from krmfn.natsconf.tree import conf

if TYPE_CHECKING:
    from krmfn.natsconf.tree import Block


def tree(spec: object = None, namespace: str = "ns", **stated: object) -> Block:
    value = {
        "apiVersion": "operator.kyma-project.io/v1alpha1",
        "kind": "NATS",
        "metadata": {"name": "nats", "namespace": namespace},
        "spec": spec,
    }
    accepted = accept(value)
    assert accepted is not None
    cr = Cr("nats", namespace, accepted)
    return server_conf(Facts(cr, Settings().replaced(**stated), ClusterFacts(), Spread()))


def test_memory_storage_off_is_a_store_of_0_since_absence_means_75_percent_of_the_node() -> None:
    assert tree({"jetStream": {"memStorage": {"enabled": False}}}).get("jetstream", "max_memory_store") == 0


def test_sizes_are_plain_bytes() -> None:
    sizes = tree(
        {"jetStream": {"memStorage": {"size": "1.5Gi"}, "fileStorage": {"size": "5e9"}}}, profile="nats-manager"
    )
    assert sizes.get("jetstream", "max_memory_store") == 3 << 29
    assert sizes.get("jetstream", "max_file_store") == 5 * 10**9


def test_hardened_leaves_a_tenth_of_the_volume_to_the_file_system() -> None:
    assert (
        tree({"jetStream": {"fileStorage": {"size": "10Gi"}}}).get("jetstream", "max_file_store")
        == (10 << 30) * 9 // 10
    )


def test_one_server_has_no_cluster() -> None:
    assert tree({"cluster": {"size": 1}}).get("cluster") is None


def test_hardened_routes_hold_in_any_namespace() -> None:
    assert tree().get("cluster", "routes") == [f"nats://nats-{i}.nats:6222" for i in range(3)]


def test_the_operators_routes_name_namespace_and_domain() -> None:
    routes = tree(profile="nats-manager", cluster_domain="corp.example").get("cluster", "routes")
    assert routes == [f"nats://nats-{i}.nats.ns.svc.corp.example:6222" for i in range(3)]


@pytest.mark.parametrize(("profile", "name"), [("hardened", "nats"), ("nats-manager", "eventing-nats")])
def test_the_clusters_name_is_its_own_or_the_operators(profile: str, name: str) -> None:
    assert tree(profile=profile).get("cluster", "name") == name
    assert tree(profile=profile, cluster_name="mine").get("cluster", "name") == "mine"


def test_debug_and_trace_are_there_only_when_wanted() -> None:
    quiet, loud = tree(), tree({"logging": {"debug": True, "trace": True}})
    assert (quiet.get("debug"), quiet.get("trace")) == (None, None)
    assert (loud.get("debug"), loud.get("trace")) == (True, True)


def test_accounts_are_included_where_a_secret_is_mounted() -> None:
    assert 'include "accounts/resolver.conf"\n' in conf(tree())
    assert "include" not in conf(tree(secret_mode="none"))
