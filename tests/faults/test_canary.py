"""A secret that is put where it does not belong is never repeated: not in results, not on stderr, not by check."""

from __future__ import annotations

import json

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
    "password", "adminHash", "adminNkey", "secretStore", "protect",
)  # fmt: skip
NKEY = "UAB2CB576PHBBPQ5ODORRZ2LYCMWPZGWGCN2KDK7DXOIMZASKUY3RLKK"
CR_DOCUMENT = "apiVersion: operator.kyma-project.io/v1alpha1\nkind: NATS\nmetadata: {name: nats, namespace: ns}\n"
NEEDED = {
    "bcrypt": ("adminHash",),
    "nkey": ("adminNkey",),
    "external-secret": ("secretStore", "remoteKey"),
}
SEED = "SUA" + "HUNTER2" * 7 + "ABCDEF"
HASH = "$2b$11$" + "hunter2" * 7 + "abcd"
NOT_ACCEPTED = {
    "a password": CANARY,
    "a seed": SEED,
    "a hash of no cost": HASH.replace("$11$", "$99$"),
    "a long hash": HASH + "x",
    "a key": "UA" + "HUNTER2" * 7 + "ABCDE",
    "a line": f"{CANARY}\n{CANARY}#",
}


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


@pytest.mark.parametrize("what", NOT_ACCEPTED)
@pytest.mark.parametrize("mode", [*NEEDED, "existing", "generated-external-secret", "bcrpyt"])
def test_credentials_of_any_form_are_repeated_by_nobody(mode: str, what: str) -> None:
    """Every key of a secret mode holds what does not belong there, in every mode."""
    value = NOT_ACCEPTED[what]
    keys = [key for of_mode in NEEDED.values() for key in of_mode]
    data = "".join(f"    {key}: {json.dumps(value)}\n" for key in keys)
    config = f"functionConfig:\n  apiVersion: v1\n  kind: ConfigMap\n  data:\n    secretMode: {mode}\n{data}"
    called = call(f"{SMALL}{config}  metadata:\n    name: c\n")
    assert called.status == 1, called
    pairs = [argument for key in keys for argument in ("--set", f"{key}={value}")]
    checked = krmfn("check", "-f", "-", "--set", f"secretMode={mode}", *pairs, "-o", "json", stdin=CR_DOCUMENT)
    assert checked.status == 1, checked
    results = called.out.partition("\nresults:")[2]
    for text in (called.err, results, checked.out, checked.err):
        assert not any(part in text for part in (CANARY, value, value[3:20], value[-12:]))


@pytest.mark.parametrize(("mode", "key"), [(mode, key) for mode, keys in NEEDED.items() for key in keys])
def test_a_credential_beside_another_fault_is_not_repeated(mode: str, key: str) -> None:
    """The value itself is right, or as good as: another key, or the resource, is wrong."""
    values = {"adminHash": HASH, "adminNkey": NKEY, "secretStore": "hunter2", "remoteKey": CANARY}
    pairs = ["--set", f"{key}={values[key]}", "--set", f"secretMode={mode}", "--set", "zones=0"]
    called = krmfn("render", "-f", "-", *pairs, stdin=CR_DOCUMENT)
    assert (called.status, called.out) == (1, "")
    assert values[key] not in called.err
    other = krmfn(
        "check", "-f", "-", "--set", f"{key}={values[key]}", "--set", "secretMode=existing", stdin=CR_DOCUMENT
    )
    assert "[no-effect]" in other.out
    assert values[key] not in other.out + other.err


def test_the_key_of_a_secret_is_all_that_is_looked_at() -> None:
    secret = "- apiVersion: v1\n  kind: Secret\n  metadata:\n    name: nats-secret\n    namespace: ns\n  stringData:\n"
    for key in ("resolver.conf", "password"):
        text = SMALL + secret + f"    {key}: {CANARY}\n"
        called = call(text)
        assert called.status == (key == "password")
        assert CANARY not in called.err
        assert called.out.count(CANARY) == 1
