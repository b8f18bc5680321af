"""A key whose value is wrong has no value: nothing is said that is true of its default only."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.hosts.cli.wrong_resources import CONFIG

NATS = "apiVersion: operator.kyma-project.io/v1alpha1\nkind: NATS\nmetadata: {name: 1-nats, namespace: shop}\n"
SPEC: dict[str, Any] = {
    "zones": ["a", "b"],
    "zoneSpread": "required",
    "istio": "auto",
    "networkPolicy": True,
    "networkPolicyEgress": True,
    "prometheusRule": True,
    "secretMode": "bcrypt",
    "adminHash": "$2a$04$" + "a" * 53,
    "conf": {"logfile_max_num": {"env": "FILES"}},
    "pod": {"env": [{"name": "FILES", "value": "3"}]},
    "policies": {"podSecurity": "restricted", "registries": ["registry.example.com"], "digests": True},
}
IMAGE = "registry.example.com/a:1@sha256:" + "0" * 64
KEYS: list[tuple[str, Any, list[Any]]] = [
    ("natsImage", "Foo bar", [IMAGE, None]),
    ("reloaderImage", "Foo bar", [IMAGE, None]),
    ("imageRegistry", "https://Foo bar", ["registry.example.com", None]),
    ("images", "upsteam", ["upstream", "kyma"]),
    ("fips", "maybe", [True, False]),
    ("zones", ["a", "b", "-"], [["a", "b", "c"], ["a", "b"], 1, None]),
    ("zoneSpread", "req", ["off", "required"]),
    ("istio", "maybe", [True, False, "auto"]),
    ("profile", "harden", ["hardened", "nats-manager"]),
    ("networkPolicy", "ja", [True, False]),
    ("networkPolicyEgress", "ja", [True, False]),
    ("prometheusRule", "ja", [True, False]),
    ("kubernetesVersion", "one", ["1.37", None]),
    ("secretMode", "bcript", ["bcrypt", "existing", "none"]),
    ("secretName", "A b", ["a", None]),
    ("adminHash", "secret", ["$2a$04$" + "a" * 53, "$2a$11$" + "a" * 53]),
    ("priorityClass", "A b", ["a", "", None]),
    ("pod", {"env": [{"name": "1 2", "value": "3"}]}, [{"env": [{"name": "FILES", "value": "3"}]}, {"userID": 7}]),
    ("policies", {"registries": ["A b"]}, [{"registries": ["docker.io"]}, {"registries": ["a.example"]}, None]),
    ("conf", {"ping_interval": "ja"}, [{"logfile_max_num": {"env": "FILES"}}, None]),
    ("clusterDomain", "A b", ["cluster.local", "a." + "b" * 60 + "." + "b" * 60 + "." + "b" * 60 + ".local"]),
    ("natsImagee", IMAGE, []),
]
"""Key, a wrong value, and right ones among which the user may have meant any; none: those of the key that is meant."""


def _findings(run, write, folder: str, key: str, value: Any) -> set[tuple[str, str]]:
    spec = {name: one for name, one in (SPEC | {key: value}).items() if one is not None}
    write(f"{folder}/settings.yaml", f"{CONFIG}spec: {json.dumps(spec)}\n")
    ran = run("check", "-v", "-f", write(f"{folder}/nats.yaml", NATS), "-o", "json")
    found = json.loads(ran.out)
    return {(one["code"], one["message"]) for one in found if key not in str(one.get("field"))}


@pytest.mark.parametrize(("key", "wrong", "right"), KEYS, ids=[key for key, _, _ in KEYS])
def test_what_is_said_beside_a_wrong_key_is_true_of_every_value_that_it_may_have(key, wrong, right, run, write):
    meant, values = (key, right) if right else ("natsImage", KEYS[0][2])
    said = _findings(run, write, "wrong", key, wrong)
    for number, value in enumerate(values):
        assert said <= _findings(run, write, f"right{number}", meant, value), value


def test_a_wrong_key_hides_no_error_that_does_not_depend_on_it(run, write):
    spec = {"natsImage": "Foo bar", "zones": ["a", "b"], "zoneSpread": "required"}
    write("settings.yaml", f"{CONFIG}spec: {json.dumps(spec)}\n")
    ran = run("check", "-f", write("nats.yaml", NATS.replace("1-nats", "a.nats")))
    assert [code for code in ("invalid-image", "zone-spread-impossible", "cr-name") if f"[{code}]" not in ran.out] == []


def test_settings_that_cannot_be_read_say_nothing_of_their_defaults(run, write):
    nats = write("nats.yaml", NATS.replace("1-nats", "nats"))
    for text in ("spec: {zones: [a, b, c]\n", CONFIG.replace("RenderNATS", "RenderNat") + "spec: {zones: [a, b, c]}\n"):
        ran = run("check", "-f", nats, "--config", write("given.yaml", text))
        assert ran.status == 1
        assert "zones-unknown" not in ran.out
        assert "istio-unknown" not in ran.out
