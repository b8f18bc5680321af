"""What changes of the secret mode and of `protect` do to a running cluster."""

from __future__ import annotations

from typing import Any

import pytest

from krmfn.changes.change import METADATA, OUTAGE, RECREATE, RELOAD, RESTART, worst
from krmfn.changes.compare import changes
from tests.changes.states import codes, of_kind, rendered, with_change

HASH = "$2b$11$012345678901234567890uUQKburPlgWktAOuZhranD5FvCQrTi12"
NKEY = "UAB2CB576PHBBPQ5ODORRZ2LYCMWPZGWGCN2KDK7DXOIMZASKUY3RLKK"
SECRET = "eventing-nats-secret"
MODES: dict[str, dict[str, Any]] = {
    "none": {"secret_mode": "none"},
    "existing": {},
    "bcrypt": {"secret_mode": "bcrypt", "admin_hash": HASH},
    "another hash": {"secret_mode": "bcrypt", "admin_hash": HASH[:-1] + "3"},
    "nkey": {"secret_mode": "nkey", "admin_nkey": NKEY},
    "stored": {"secret_mode": "external-secret", "secret_store": ("SecretStore", "vault"), "remote_key": ("nats", "")},
    "generated": {"secret_mode": "generated-external-secret"},
}
SAMES = [(a, b) for a in MODES for b in MODES if a != b and "none" not in (a, b)]


def step(before: str, after: str, **more: Any) -> tuple[list, list]:
    return rendered(**MODES[before]), rendered(**MODES[after], **more)


def why(before: str, after: str, kind: str, field: str = "") -> str:
    (found,) = [c for c in changes(*step(before, after)) if c.ref.kind == kind and c.field == field]
    return found.why


@pytest.mark.parametrize(("before", "after"), SAMES)
def test_no_change_between_modes_that_have_a_secret_touches_a_pod(before: str, after: str):
    old, new = step(before, after)
    assert of_kind(old, "StatefulSet") == of_kind(new, "StatefulSet")
    assert of_kind(old, "ConfigMap") == of_kind(new, "ConfigMap")
    refused = before == "generated" and after in ("bcrypt", "another hash", "nkey")
    reloaded = {before, after} <= {"bcrypt", "another hash", "nkey"}
    makers = {"existing": "", "stored": "ExternalSecret", "generated": "ExternalSecret"}
    removed = before not in ("existing", "generated") and makers.get(before, "Secret") != makers.get(after, "Secret")
    assert worst(changes(old, new)) == (
        RECREATE if refused else OUTAGE if removed else RELOAD if reloaded else METADATA
    )
    assert codes(old, new) == ({"immutable-object"} if refused else set()) | ({"secret-removed"} if removed else set())


@pytest.mark.parametrize("mode", [mode for mode in MODES if mode != "none"])
def test_from_no_secret_to_one_and_back_every_server_restarts(mode: str):
    """The volume of the pods comes or goes."""
    old, new = step("none", mode)
    assert worst(changes(old, new)) == worst(changes(new, old)) == RESTART


def test_a_secret_over_an_immutable_one_says_how_to_get_there():
    (found,) = [c for c in changes(*step("generated", "nkey")) if c.code]
    assert (found.ref.kind, found.ref.name, found.field) == ("Secret", SECRET, "")
    assert f"kubectl -n kyma-system delete secret {SECRET}" in found.recipe


def test_an_immutable_secret_of_another_name_is_in_nobodys_way():
    old, new = step("generated", "nkey", secret_name="another")
    assert not codes(old, new)
    old = with_change(rendered(**MODES["generated"]), "ExternalSecret", ("spec", "target", "name"), "another")
    assert not codes(old, rendered(**MODES["nkey"]))


def test_what_comes_and_goes_says_what_becomes_of_the_secret():
    assert "creates the Secret" in why("existing", "stored", "ExternalSecret")
    assert "is deleted too" in why("stored", "existing", "ExternalSecret")
    assert "the Secret that it created stays" in why("generated", "existing", "ExternalSecret")
    assert "an existing password is kept" in why("generated", "existing", "Password")
    assert "generates a password" in why("existing", "generated", "Password")
    assert "can start" in why("existing", "bcrypt", "Secret")
    assert "no pod that mounts it can restart" in why("bcrypt", "existing", "Secret")
    sealed = {"apiVersion": "bitnami.com/v1alpha1", "kind": "SealedSecret", "metadata": {"name": "s"}}
    assert "is deleted too" in changes([sealed], [])[0].why
    assert "its controller" in changes([], [sealed])[0].why


def test_a_generated_password_is_neither_rotated_nor_written_again():
    old = rendered(**MODES["generated"])
    new = with_change(old, "Password", ("spec", "length"), 40)
    assert {(c.impact, c.why) for c in changes(old, new)} == {
        (METADATA, "it applies when a password is generated; an existing one is kept (CreatedOnce)")
    }
    new = with_change(old, "ExternalSecret", ("spec", "target", "template", "type"), "other")
    (found,) = changes(old, new)
    assert (found.impact, found.code) == (METADATA, "")
    assert "no longer changes (CreatedOnce)" in found.why


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        (("spec", "secretStoreRef", "name"), "other", "running servers reload it"),
        (("spec", "data", 0, "remoteRef", "key"), "other", "running servers reload it"),
        (("spec", "refreshInterval"), "5m0s", "at a different interval"),
        (("spec", "refreshPolicy"), "OnChange", "running servers reload it"),
    ],
)
def test_a_password_of_a_store_is_read_again_when_its_object_changes(path, value, says):
    old = rendered(**MODES["stored"])
    (found,) = changes(old, with_change(old, "ExternalSecret", path, value))
    assert found.impact == METADATA
    assert says in found.why
    assert value not in (found.old, found.new) or path[-1] == "refreshInterval"


def test_what_the_operator_adds_to_its_objects_is_no_change():
    old = rendered(**MODES["generated"])
    live = with_change(old, "Password", ("spec", "encoding"), "raw")
    live = with_change(live, "ExternalSecret", ("metadata", "finalizers"), ["externalsecrets.external-secrets.io/x"])
    live = with_change(live, "ExternalSecret", ("spec", "secretStoreRef"), {})
    live = with_change(live, "ExternalSecret", ("metadata", "uid"), "u")
    assert changes(live, old) == changes(old, live) == []


def test_from_a_generator_to_a_store_the_old_secret_must_be_deleted():
    recipes = [c.recipe for c in changes(*step("generated", "stored")) if c.recipe]
    assert recipes == ["delete the Secret after the apply: it is created again"]
    assert "keeps its password" in why("stored", "generated", "ExternalSecret", "spec.refreshPolicy")


@pytest.mark.parametrize("profile", ["hardened", "nats-manager"])
@pytest.mark.parametrize("mode", [mode for mode in MODES if mode != "none"])
def test_protect_changes_metadata_alone(mode: str, profile: str):
    old = rendered(**MODES[mode], profile=profile)
    new = rendered(**MODES[mode], profile=profile, protect=True)
    found = changes(old, new)
    assert {c.impact for c in found} == {METADATA}
    assert {c.path[:2] for c in found} == {("metadata", "annotations")}
    kinds = {"StatefulSet": 2}
    kinds |= {"Secret": 2} if mode in ("bcrypt", "another hash", "nkey") else {}
    kinds |= {"ExternalSecret": 2} if mode == "stored" else {}
    kinds |= {"ExternalSecret": 3, "Password": 3} if mode == "generated" else {}
    assert {kind: len([c for c in found if c.ref.kind == kind]) for kind in {c.ref.kind for c in found}} == kinds
    assert of_kind(old, "StatefulSet")["spec"] == of_kind(new, "StatefulSet")["spec"]
