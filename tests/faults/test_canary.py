"""A secret that is put where it does not belong is never repeated: not in results, not on stderr, not by check."""

from __future__ import annotations

import pytest

from tests.calls import krmfn
from tests.faults.lists import SMALL, call, with_spec

CANARY = "hunter2-s3cr3t-canary"
FIELDS = {
    "size": f"cluster:\n  size: {CANARY}",
    "cluster": f"cluster: {CANARY}",
    "memory size": f"jetStream:\n  memStorage:\n    size: {CANARY}",
    "memory enabled": f"jetStream:\n  memStorage:\n    enabled: {CANARY}",
    "file size": f"jetStream:\n  fileStorage:\n    size: {CANARY}",
    "class": f"jetStream:\n  fileStorage:\n    storageClassName: '{CANARY}!'",
    "debug": f"logging:\n  debug: {CANARY}",
    "limit": f"resources:\n  limits:\n    memory: {CANARY}",
    "request": f"resources:\n  requests: [{CANARY}]",
    "claim": f"resources:\n  claims:\n  - name: 1\n    request: {{a: {CANARY}}}",
    "label": f"labels:\n  password: '{CANARY} !'",
    "label twice": f"labels:\n  password: {CANARY}\n  password: {CANARY}",
    "annotation": f"annotations:\n  password: '${{{CANARY}}}'",
    "unknown field": f"password: {CANARY}",
    "unknown nested field": f"cluster:\n  password: {{a: [{CANARY}]}}",
    "list for a map": f"labels: [{CANARY}]",
    "broken": f'labels: "{CANARY}',
    "tag": f"labels: !password {CANARY}",
    "spec is a scalar": CANARY,
}
KEYS = (
    "profile", "zones", "zoneSpread", "istio", "kubernetesVersion", "clusterDomain", "clusterName", "secretMode",
    "secretName", "fips", "podMonitor", "keepCR", "mode", "include", "adopt", "imagePullSecrets", "priorityClass",
    "password", "adminHash",
)  # fmt: skip


@pytest.mark.parametrize("spec", FIELDS.values(), ids=FIELDS)
def test_the_function_repeats_no_value_of_a_cr(spec: str) -> None:
    text = with_spec(spec)
    called = call(text)
    assert CANARY not in called.err
    echoed = called.out.count(CANARY)
    assert called.status == 1
    assert echoed in (0, text.count(CANARY))


@pytest.mark.parametrize("spec", FIELDS.values(), ids=FIELDS)
@pytest.mark.parametrize("form", ["text", "json"])
def test_check_repeats_no_value_of_a_cr(spec: str, form: str) -> None:
    head = "apiVersion: operator.kyma-project.io/v1alpha1\nkind: NATS\nmetadata:\n  name: nats\nspec:\n"
    document = head + "".join(f"  {line}\n" for line in spec.split("\n"))
    called = krmfn("check", "-f", "-", "-o", form, stdin=document)
    assert called.status == 1, called
    assert CANARY not in called.out + called.err


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("form", ["ConfigMap", "RenderNATS"])
def test_the_function_repeats_no_value_of_its_configuration(key: str, form: str) -> None:
    kinds = {
        "ConfigMap": "apiVersion: v1\n  kind: ConfigMap\n  data:",
        "RenderNATS": "apiVersion: fn.krmfn.dev/v1alpha1\n  kind: RenderNATS\n  spec:",
    }
    config = f"functionConfig:\n  {kinds[form]}\n    {key}: '{CANARY} %'\n  metadata:\n    name: c\n"
    called = call(SMALL + config)
    assert CANARY not in called.err
    assert called.out.count(CANARY) == 1


def test_the_key_of_a_secret_is_all_that_is_looked_at() -> None:
    secret = "- apiVersion: v1\n  kind: Secret\n  metadata:\n    name: nats-secret\n    namespace: ns\n  stringData:\n"
    for key in ("resolver.conf", "password"):
        text = SMALL + secret + f"    {key}: {CANARY}\n"
        called = call(text)
        assert called.status == (key == "password")
        assert CANARY not in called.err
        assert called.out.count(CANARY) == 1
