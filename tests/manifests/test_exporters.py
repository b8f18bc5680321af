"""The exporters: one for each server, found by the scrape and by no selector of the servers."""

from __future__ import annotations

import pytest

from tests.calls import documents, krmfn
from tests.golden_cases import CASES, Case

HARDENED = [name for name in CASES if Case(name).of_kind("Deployment") and len(Case(name).of_kind("StatefulSet")) == 1]
KEYS = {
    "exporterCpu": "1",
    "exporterMemory": "256Mi",
    "exporterJsz": "streams",
    "reloaderCpu": "5m",
    "reloaderMemory": "16Mi",
}
CASE = Case("hardened-defaults")


def rendered(**settings: str) -> list[dict]:
    called = krmfn(*CASE.render_arguments(), *(f"--set={key}={value}" for key, value in settings.items()))
    assert called.status == 0, called
    return documents(called.out)


def container(objects: list[dict], kind: str, name: str) -> dict:
    workload = next(obj for obj in objects if obj["kind"] == kind)
    return next(one for one in workload["spec"]["template"]["spec"]["containers"] if one["name"] == name)


@pytest.mark.parametrize("name", HARDENED)
def test_each_server_has_an_exporter_that_asks_it_by_name(name: str):
    (servers,) = Case(name).of_kind("StatefulSet")
    found = servers["metadata"]["name"]
    asked = [one["spec"]["template"]["spec"]["containers"][0]["args"][-1] for one in Case(name).of_kind("Deployment")]
    wanted = [f"{found}-{n}" for n in range(servers["spec"]["replicas"])]
    assert asked == [f"{server},http://{server}.{servers['spec']['serviceName']}:8222/" for server in wanted]


@pytest.mark.parametrize("name", HARDENED)
def test_no_selector_takes_an_exporter_for_a_server_or_for_another_exporter(name: str):
    exporters = [one["spec"]["template"]["metadata"]["labels"] for one in Case(name).of_kind("Deployment")]
    (servers,) = Case(name).of_kind("StatefulSet")
    for labels in exporters:
        assert not servers["spec"]["selector"]["matchLabels"].items() <= labels.items()
        for obj in Case(name).of_kind("Service"):
            is_theirs = obj["metadata"]["name"].endswith("-metrics")
            assert (obj["spec"]["selector"].items() <= labels.items()) is is_theirs
        owners = [
            one
            for one in Case(name).of_kind("Deployment")
            if one["spec"]["selector"]["matchLabels"].items() <= labels.items()
        ]
        assert len(owners) == 1


def test_the_sidecars_have_what_the_keys_say_and_request_no_more_than_their_limit():
    objects = rendered(**KEYS)
    exporter, reloader = (
        container(objects, "Deployment", "metrics"),
        container(objects, "StatefulSet", "config-reloader"),
    )
    assert exporter["resources"] == {
        "limits": {"cpu": "1", "memory": "256Mi"},
        "requests": {"cpu": "10m", "memory": "20Mi"},
    }
    assert exporter["env"] == [{"name": "GOMEMLIMIT", "value": "204MiB"}]
    assert "-jsz=streams" in exporter["args"]
    assert reloader["resources"] == {
        "limits": {"cpu": "5m", "memory": "16Mi"},
        "requests": {"cpu": "5m", "memory": "16Mi"},
    }


def test_a_changed_exporter_changes_no_server():
    def servers(objects: list[dict]) -> list[dict]:
        return [obj for obj in objects if obj["kind"] == "StatefulSet"]

    own = {key: value for key, value in KEYS.items() if key.startswith("exporter")}
    assert servers(rendered(**own, exporterImage="r/e:1")) == servers(rendered())


@pytest.mark.parametrize("key", KEYS)
def test_the_operators_profile_refuses_the_keys(key: str):
    called = krmfn(*CASE.render_arguments(), "--set=profile=nats-manager", f"--set={key}={KEYS[key]}")
    assert called.status == 1
    assert f"{key}: profile nats-manager renders the sidecars like the operator; remove it" in called.err


@pytest.mark.parametrize(("value", "why"), [("lots", "is not a quantity"), ("0", "is not above 0")])
def test_an_amount_is_a_quantity_of_more_than_nothing(value: str, why: str):
    called = krmfn(*CASE.render_arguments(), f"--set=exporterMemory={value}")
    assert called.status == 1
    assert why in called.err
