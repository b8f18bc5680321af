"""Disk of the node: none is asked for or limited unless a key or the NATS sets it."""

from __future__ import annotations

from typing import Any

import pytest

from krmfn.cluster.settings import Group
from tests.changes.states import of_kind, rendered

DISK = "ephemeral-storage"


def disks(objects: list[dict[str, Any]]) -> dict[str, tuple[str | None, str | None]]:
    """Container -> its request and limit."""
    pods = [one["spec"]["template"]["spec"] for one in objects if one["kind"] in ("StatefulSet", "Deployment")]
    boxes = [box for pod in pods for box in pod["containers"]]
    return {
        box["name"]: (box["resources"].get("requests", {}).get(DISK), box["resources"].get("limits", {}).get(DISK))
        for box in boxes
    }


def directories(objects: list[dict[str, Any]]) -> dict[str, dict[str, str]]:
    volumes = of_kind(objects, "StatefulSet")["spec"]["template"]["spec"]["volumes"]
    return {one["name"]: one["emptyDir"] for one in volumes if "emptyDir" in one}


@pytest.mark.parametrize("profile", ["hardened", "nats-manager"])
def test_without_the_key_nothing_is_asked_for(profile: str) -> None:
    objects = rendered(profile=profile)
    assert set(disks(objects).values()) == {(None, None)}
    assert directories(objects) == {"pid": {}}


def test_every_container_gets_it_as_request_and_limit_and_every_directory_a_limit() -> None:
    volumes = [
        {"name": "tmp", "mountPath": "/tmp", "emptyDir": "100M"},
        {"name": "leaf", "mountPath": "/etc/leaf", "secret": "leaf"},
    ]
    objects = rendered(pod=Group({"ephemeralStorage": "128Mi", "volumes": volumes}))
    assert directories(objects) == {"pid": {"sizeLimit": "1Mi"}, "extra-tmp": {"sizeLimit": "100M"}}
    server = "225Mi"  # 128Mi, 1Mi and 100M, rounded up
    assert disks(objects) == {
        "config-reloader": ("128Mi", "128Mi"),
        "metrics": ("128Mi", "128Mi"),
        "nats": (server, server),
    }


@pytest.mark.parametrize("block", ["limits", "requests"])
def test_what_the_nats_asks_for_stays(block: str) -> None:
    objects = rendered({"resources": {block: {DISK: "2Gi"}}}, pod=Group({"ephemeralStorage": "128Mi"}))
    expected = ("2Gi", None) if block == "requests" else (None, "2Gi")
    assert disks(objects) == {"config-reloader": ("128Mi", "128Mi"), "metrics": ("128Mi", "128Mi"), "nats": expected}


def test_a_server_without_other_resources_gets_it_too() -> None:
    objects = rendered({"resources": {"limits": {}, "requests": {}}}, pod=Group({"ephemeralStorage": "64Mi"}))
    assert disks(objects)["nats"] == ("65Mi", "65Mi")
