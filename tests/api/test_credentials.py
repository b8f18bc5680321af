"""The keys of the secret modes: what they take, and that no message shows what was written there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import bcrypt
import nkeys
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from krmfn.api.config import from_function_config, layered
from krmfn.hosts.function import transform
from krmfn.model.finding import Findings
from tests.api.configurations import config_map, fault, from_data, from_set

if TYPE_CHECKING:
    from krmfn.cluster.settings import Settings
    from krmfn.model.finding import Finding

CR = """\
apiVersion: operator.kyma-project.io/v1alpha1
  kind: NATS
  metadata:
    name: nats
"""
HASH = bcrypt.hashpw(b"correct-horse", b"$2b$10$abcdefghijklmnopqrstuu").decode()
PASSWORD = "hunter2-correct-horse"


def key_pair(prefix: int = nkeys.PREFIX_BYTE_USER) -> tuple[str, str]:
    """(public key, seed), the same ones every time."""
    seed = nkeys.encode_seed(bytes(range(32)), prefix)
    return nkeys.from_seed(seed).public_key.decode(), seed.decode()


NKEY, SEED = key_pair()


def read(**pairs: str) -> tuple[Settings, list[Finding]]:
    return from_set(pairs)


@pytest.mark.parametrize("prefix", ["$2a$", "$2b$", "$2x$", "$2y$"])
def test_a_hash_is_taken_with_each_prefix_that_nats_server_takes(prefix):
    made, findings = read(secretMode="bcrypt", adminHash=prefix + HASH[4:])
    assert (made.admin_hash, findings) == (prefix + HASH[4:], [])


@pytest.mark.parametrize(
    "text",
    [
        PASSWORD,
        HASH[:-1],
        HASH + "x",
        "$2c$" + HASH[4:],
        "$1$" + HASH[3:],
        "$2b$03" + HASH[6:],
        "$2b$32" + HASH[6:],
        "$2b$1x" + HASH[6:],
        "$2b$\u0661\u0662" + HASH[6:],
        HASH[:6] + "." + HASH[7:],
        HASH[:-1] + "=",
        HASH[:-1] + "\u00e4",
    ],
)
def test_what_is_no_hash_is_refused_says_what_makes_one_and_is_not_shown(text):
    found = fault(secretMode="bcrypt", adminHash=text)
    assert (found.severity, found.code, found.current, found.proposed) == ("error", "invalid-hash", None, None)
    assert "krmfn secret hash" in found.message
    assert text not in found.message


@pytest.mark.parametrize(
    ("cost", "says"), [(4, "easy to crack"), (9, "easy to crack"), (15, "seconds"), (31, "seconds")]
)
def test_a_hash_of_a_cost_that_does_not_serve_is_a_warning(cost, says):
    text = f"$2b${cost:02}{HASH[6:]}"
    found = fault(secretMode="bcrypt", adminHash=text)
    assert (found.severity, found.code) == ("warning", "bcrypt-cost")
    assert says in found.message
    assert text not in found.message


def test_the_public_key_of_a_user_is_taken():
    made, findings = read(secretMode="nkey", adminNkey=NKEY)
    assert (made.admin_nkey, findings) == (NKEY, [])


@pytest.mark.parametrize("seed", [SEED, SEED[:45], key_pair(nkeys.PREFIX_BYTE_ACCOUNT)[1]])
def test_a_seed_is_told_to_be_private_and_is_not_shown(seed):
    found = fault(secretMode="nkey", adminNkey=seed)
    assert found.code == "invalid-nkey"
    assert "private" in found.message
    assert "public key" in found.message
    assert seed[2:] not in f"{found.message}{found.current}"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (PASSWORD, "not an nkey"),
        (NKEY[:-1], "not an nkey"),
        (NKEY.lower(), "not an nkey"),
        (NKEY[:-1] + "1", "not an nkey"),
        (key_pair(nkeys.PREFIX_BYTE_ACCOUNT)[0], "not the key of a user"),
        (NKEY[:20] + ("A" if NKEY[20] != "A" else "B") + NKEY[21:], "checksum"),
        (NKEY[:-1] + ("A" if NKEY[-1] != "A" else "B"), "checksum"),
    ],
)
def test_what_is_no_public_key_of_a_user_is_refused_and_not_shown(text, says):
    found = fault(secretMode="nkey", adminNkey=text)
    assert (found.code, found.current) == ("invalid-nkey", None)
    assert says in found.message
    assert text not in found.message


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.binary(min_size=32, max_size=32))
def test_every_key_that_nkeys_makes_is_taken_and_none_with_a_letter_changed(raw):
    public = nkeys.from_seed(nkeys.encode_seed(raw, nkeys.PREFIX_BYTE_USER)).public_key.decode()
    assert not Findings(read(secretMode="nkey", adminNkey=public)[1]).failed
    wrong = public[:30] + ("C" if public[30] != "C" else "D") + public[31:]
    assert Findings(read(secretMode="nkey", adminNkey=wrong)[1]).failed


@pytest.mark.parametrize(
    ("text", "store"),
    [
        ("vault", ("SecretStore", "vault")),
        ("SecretStore/vault", ("SecretStore", "vault")),
        ("ClusterSecretStore/aws.eu", ("ClusterSecretStore", "aws.eu")),
    ],
)
def test_a_store_is_a_name_or_a_kind_and_a_name(text, store):
    made, findings = read(secretMode="external-secret", secretStore=text, remoteKey="nats")
    assert (made.secret_store, findings) == (store, [])


@pytest.mark.parametrize("text", ["Vault", "/vault", "Store/vault", "ClusterSecretStore/", "a/b/c", "a b"])
def test_what_names_no_store_is_refused(text):
    assert fault(secretMode="external-secret", secretStore=text, remoteKey="nats").code == "invalid-store"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("secret/data/nats", ("secret/data/nats", "")),
        ("secret/data/nats#password", ("secret/data/nats", "password")),
        ("a#b#c", ("a#b", "c")),
        ("$NAME $(x)", ("$NAME $(x)", "")),
    ],
)
def test_a_remote_key_may_name_a_property_behind_the_last_hash_mark(text, key):
    made, findings = read(secretMode="external-secret", secretStore="vault", remoteKey=text)
    assert (made.remote_key, findings) == (key, [])


@pytest.mark.parametrize("text", ["#a", "a#", "#", "a #b", "a# b", "a$$b", "a\nb", "a\x00b"])
def test_a_remote_key_that_nothing_could_be_read_with_is_refused_and_not_shown(text):
    found = fault(secretMode="external-secret", secretStore="vault", remoteKey=text)
    assert found.code == "invalid-remote-key"
    assert found.current is None


NEEDED = [("bcrypt", ("adminHash",)), ("nkey", ("adminNkey",)), ("external-secret", ("secretStore", "remoteKey"))]


@pytest.mark.parametrize(("mode", "keys"), NEEDED)
def test_a_mode_without_its_keys_names_every_one_in_one_run(mode, keys):
    _, findings = from_data({"secretMode": mode})
    assert [(f.code, f.path) for f in findings] == [("missing-key", ("data", "secretMode"))] * len(keys)
    for key, finding in zip(keys, findings, strict=True):
        assert finding.message.startswith(f"data.secretMode: {mode} needs {key}: ")


def test_a_key_that_is_stated_wrong_is_not_told_to_be_missing():
    assert fault(secretMode="bcrypt", adminHash="x").code == "invalid-hash"
    config: dict[str, Any] = {"apiVersion": "fn.krmfn.dev/v1alpha1", "kind": "RenderNATS"}
    _, _, findings = from_function_config({**config, "spec": {"secretMode": "nkey", "adminNkey": [1]}})
    assert [f.code for f in findings] == ["wrong-type"]


@pytest.mark.parametrize(("mode", "key", "text"), [("bcrypt", "adminHash", HASH), ("nkey", "adminNkey", NKEY)])
def test_a_value_may_end_with_the_line_feed_of_a_block_in_every_form(mode, key, text):
    for pairs in ({"secretMode": mode, key: text}, {"secretMode": mode, key: f"{text}\n"}):
        for form in (
            {"apiVersion": "v1", "kind": "ConfigMap", "data": pairs},
            {"apiVersion": "fn.krmfn.dev/v1alpha1", "kind": "RenderNATS", "spec": pairs},
        ):
            made, _, findings = from_function_config(form)
            assert (text in (made.admin_hash, made.admin_nkey), findings) == (True, [])


def test_a_mode_that_is_misspelled_says_nothing_about_the_keys_of_modes():
    assert [f.code for f in read(secretMode="bcrpyt", adminHash=HASH)[1]] == ["unsupported-value"]


def test_keys_of_other_modes_have_no_effect():
    _, findings = read(secretMode="nkey", adminNkey=NKEY, adminHash=HASH, remoteKey="a")
    assert [(f.severity, f.code, f.path) for f in findings] == [
        ("warning", "no-effect", ("adminHash",)),
        ("warning", "no-effect", ("remoteKey",)),
    ]
    _, findings = read(secretMode="generated-external-secret", secretStore="a", protect="true")
    assert [(f.code, f.path) for f in findings] == [("no-effect", ("secretStore",))]


def test_a_layer_may_bring_the_mode_and_another_the_key():
    made, findings = layered([config_map({"adminHash": HASH}), config_map({"secretMode": "bcrypt"})], {})
    assert (made.admin_hash, findings) == (HASH, [[], [], []])


@pytest.mark.parametrize(
    "pairs",
    [
        {"secretMode": "bcrypt", "adminHash": HASH},
        {"secretMode": "nkey", "adminNkey": NKEY},
        {"secretMode": "external-secret", "secretStore": "ClusterSecretStore/a", "remoteKey": "a#b"},
        {"secretMode": "generated-external-secret"},
    ],
)
def test_every_form_of_the_configuration_means_the_same(pairs):
    flat, findings = read(**pairs)
    assert findings == []
    head = {"metadata": {"name": "c"}}
    for config in (
        {"apiVersion": "v1", "kind": "ConfigMap", **head, "data": pairs},
        {"apiVersion": "fn.krmfn.dev/v1alpha1", "kind": "RenderNATS", **head, "spec": pairs},
    ):
        made, _, findings = from_function_config(config)
        assert (made, findings) == (flat, [])


CONFIDENTIAL = ["secretName", "adminHash", "adminNkey", "secretStore", "remoteKey"]
FORMS = {
    "ConfigMap": ("v1", "data", '"3"', '"false"'),
    "RenderNATS": ("fn.krmfn.dev/v1alpha1", "spec", "3", "false"),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("key", CONFIDENTIAL)
@pytest.mark.parametrize("password", ["47151623", "-4715.1", "0471516", '"4715 W"', "Hunter4715", "[4715]"])
def test_no_finding_shows_a_password_that_looks_like_a_number_or_a_name(form, key, password):
    version, below, zones, istio = FORMS[form]
    config = f"""\
  apiVersion: {version}
  kind: {form}
  metadata:
    name: fn
  {below}:
    zones: {zones}
    istio: {istio}
    {key}: {password}
"""
    output, _, said = transform(
        f"apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nfunctionConfig:\n{config}items:\n- {CR}"
    )
    results = output.partition("\nresults:")[2]
    assert key in results
    assert "unter" not in results + said
    wrong = [line for line in (results + said).splitlines() if "471" in line]
    assert wrong == []
