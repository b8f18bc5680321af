"""What a CR is refused for beyond the CRD's own rules."""

from __future__ import annotations

from typing import Any

import pytest

from krmfn.api.accept import accept
from krmfn.core.checks import check
from krmfn.core.cr import Cr, FoundSecret, Known
from krmfn.core.settings import Settings


def findings(
    spec: dict[str, Any] | None = None,
    name: str = "eventing-nats",
    namespace: str = "kyma-system",
    known: Known | None = None,
    **stated: Any,
) -> dict[str, Any]:
    head = {"apiVersion": "operator.kyma-project.io/v1alpha1", "kind": "NATS", "metadata": {"name": "eventing-nats"}}
    cr = {**head, "spec": spec}
    accepted = accept(cr)
    assert accepted is not None
    settings = Settings().replaced(**{"istio": False, "secret_mode": "none", **stated})
    return {f.code: f for f in check(Cr(name, namespace, accepted), settings, known or Known())}


def test_an_ordinary_cr_earns_the_warning_that_its_memory_store_fills_the_limit():
    assert {c: f.severity for c, f in findings().items()} == {
        "memory-store-at-limit": "warning",
        "file-store-headroom": "info",
    }


@pytest.mark.parametrize(("name", "code"), [("a" * 52, "cr-name-too-long"), ("na.ts", "cr-name"), ("Nats", "cr-name")])
def test_a_name_that_no_statefulset_can_have_is_refused(name: str, code: str):
    assert findings(name=name)[code].field == "metadata.name"


def test_a_name_of_52_characters_with_nats_in_it_is_the_longest():
    assert "cr-name-too-long" not in findings(name="nats" + "a" * 48)
    assert "cr-name-too-long" in findings(name="nats" + "a" * 49)


def test_a_name_that_starts_with_a_digit_depends_on_the_version_of_kubernetes():
    assert findings(name="2024")["cr-name-starts-with-digit"].severity == "warning"
    assert findings(name="2024", kubernetes_version=(1, 35))["cr-name-starts-with-digit"].severity == "error"
    assert "cr-name-starts-with-digit" not in findings(name="2024", kubernetes_version=(1, 36))


def test_the_operators_profile_needs_a_namespace():
    assert "namespace-missing" in findings(namespace="", profile="nats-manager")
    assert "namespace-missing" not in findings(namespace="")
    assert findings(namespace="Bad.Name")["namespace"].severity == "error"


@pytest.mark.parametrize(
    ("memory", "code", "severity"),
    [
        ({"size": "-1Gi"}, "size-too-small", "error"),
        ({"size": "100m"}, "fraction-of-a-byte", "error"),
        ({"size": "1e1.5"}, "not-a-quantity", "error"),
        ({"size": "8Ei"}, "not-a-quantity", "error"),
        ({"size": "0"}, "memory-storage-off", "warning"),
    ],
)
def test_a_memory_store_that_nats_server_would_read_otherwise_is_named(memory: Any, code: str, severity: str):
    found = findings({"jetStream": {"memStorage": memory}})[code]
    assert (found.severity, found.field) == (severity, "spec.jetStream.memStorage.size")


def test_a_memory_store_that_is_off_is_not_looked_at():
    found = findings({"jetStream": {"memStorage": {"enabled": False, "size": "-1Gi"}}})
    assert set(found) == {"file-store-headroom"}


@pytest.mark.parametrize("size", ["0", "-1", "1", "0.5", "1e1.5"])
def test_a_volume_without_room_is_refused(size: str):
    found = findings({"jetStream": {"fileStorage": {"size": size}}})
    assert [f.severity for f in found.values() if f.field == "spec.jetStream.fileStorage.size"] == ["error"]


def test_the_proposal_for_a_fraction_of_a_byte_is_the_next_whole_one():
    found = findings({"jetStream": {"fileStorage": {"size": "0.3Gi"}}})["fraction-of-a-byte"]
    assert found.proposed == "322122548"


def test_alicloud_wants_volumes_of_20gi():
    small = {"jetStream": {"fileStorage": {"size": "20G"}}}
    found = findings(small, provider="alicloud")["below-provider-minimum"]
    assert found.proposed == "20Gi"
    assert "20G is below the minimum required size of 20Gi for alicloud" in found.message
    assert "below-provider-minimum" not in findings(small, provider="aws")
    assert "below-provider-minimum" in findings(small, known=Known(provider="alicloud"))
    assert "below-provider-minimum" not in findings(small, known=Known(provider="alicloud"), provider="")
    assert "below-provider-minimum" not in findings({}, provider="alicloud")


def test_a_request_above_its_limit_is_refused_by_value():
    found = findings({"resources": {"limits": {"memory": "1Gi"}, "requests": {"memory": "1025Mi"}}})
    assert found["request-above-limit"].proposed == "1Gi"
    equal = findings({"resources": {"limits": {"memory": "1Gi"}, "requests": {"memory": "1024Mi"}}})
    assert "request-above-limit" not in equal


def test_resources_that_are_no_quantities_negative_or_fractional_are_refused():
    found = findings({"resources": {"limits": {"cpu": "1e1.5"}, "requests": {"memory": "-1"}}})
    assert {f.field for f in found.values() if f.severity == "error"} == {
        "spec.resources.limits.cpu",
        "spec.resources.requests.memory",
    }
    assert findings({"resources": {"limits": {"memory": "100m"}}})["fraction-of-a-byte"].proposed == "1"


def test_claims_cannot_be_honoured_and_other_resources_are_dropped_as_the_operator_does():
    spec = {"resources": {"limits": {"ephemeral-storage": "1Gi"}, "claims": [{"name": "disk"}]}}
    assert findings(spec)["resource-claims"].severity == "error"
    assert findings(spec, profile="nats-manager")["resource-left-out"].severity == "warning"


@pytest.mark.parametrize("key", ["app.kubernetes.io/name", "app.kubernetes.io/instance", "kyma-project.io/dashboard"])
def test_a_label_that_selects_the_pods_is_refused(key: str):
    assert findings({"labels": {key: "x"}})["selector-label"].field == f"spec.labels.{key}"


@pytest.mark.parametrize("value", ["team: eventing", "-a", "a-", "a b", "x" * 64, "é"])
def test_a_label_value_that_the_api_server_refuses_is_refused(value: str):
    assert findings({"labels": {"owner": value}})["label-value"].severity == "error"


@pytest.mark.parametrize("key", ["", "a/b/c", "/a", "a/", "-a", "UPPER.prefix/a", "x" * 64])
def test_a_key_that_is_no_qualified_name_is_refused(key: str):
    assert findings({"labels": {key: "x"}})["label-key"].severity == "error"
    assert findings({"annotations": {key: "x"}})["annotation-key"].severity == "error"


@pytest.mark.parametrize(
    "key",
    ["krmfn.dev/owner", "config.kubernetes.io/local-config", "internal.config.kubernetes.io/path", "config.k8s.io/id"],
)
def test_an_annotation_that_steers_a_host_cannot_be_given_to_children(key: str):
    assert findings({"annotations": {key: "true"}})["reserved-annotation"].severity == "error"


def test_annotations_may_hold_anything_else():
    odd = {"a": "", "b": "1e3", "c": "two\nlines\n", "d": '{"a": [1]}', "mykrmfn.dev/x": "y", "owner": "z"}
    assert not [f for f in findings({"annotations": odd}).values() if f.severity == "error"]


def test_what_flux_would_substitute_is_refused_without_showing_the_value():
    for value in ("${PASSWORD}", "a$$b"):
        found = findings({"annotations": {"a": value}})["substitution-marker"]
        assert value not in found.message


def test_a_storage_class_must_have_a_name_that_a_class_can_have():
    assert "storage-class-name" in findings({"jetStream": {"fileStorage": {"storageClassName": "Fast SSD"}}})
    assert "storage-class-name" not in findings({"jetStream": {"fileStorage": {"storageClassName": ""}}})


def test_the_secret_is_asked_for_found_or_found_wanting():
    key = ("kyma-system", "eventing-nats-secret")
    assert findings(secret_mode="existing")["secret-not-among-items"].severity == "info"
    lacking = Known(secrets={key: [FoundSecret("Secret", key[1], lacks_key=True)]})
    assert findings(secret_mode="existing", known=lacking)["secret-without-key"].severity == "error"
    found = findings(secret_mode="existing", known=Known(secrets={key: [FoundSecret("Secret", key[1])]}))
    assert not {"secret-not-among-items", "secret-without-key"} & set(found)


def test_an_annotation_that_protect_writes_otherwise_is_an_error_that_shows_no_value():
    sync, prune = "argocd.argoproj.io/sync-options", "kustomize.toolkit.fluxcd.io/prune"
    found = findings({"annotations": {sync: "Prune=false-CANARY"}}, protect=True)["conflicting-annotation"]
    assert found.path == ("spec", "annotations", sync)
    assert "CANARY" not in found.message
    same = {sync: "Prune=confirm,Delete=confirm", prune: "disabled"}
    assert "conflicting-annotation" not in findings({"annotations": same}, protect=True)
    assert "conflicting-annotation" not in findings({"annotations": {sync: "Prune=false"}})


@pytest.mark.parametrize(("mode", "conflicts"), [("generated-external-secret", True), ("existing", False)])
def test_the_annotation_of_what_is_made_once_counts_where_it_is_written(mode: str, *, conflicts: bool):
    spec = {"annotations": {"kustomize.toolkit.fluxcd.io/ssa": "Merge"}}
    assert ("conflicting-annotation" in findings(spec, protect=True, secret_mode=mode)) is conflicts


def test_istio_that_nothing_tells_of_is_said():
    assert findings(istio="auto")["istio-unknown"].severity == "info"
    assert "istio-unknown" not in findings(istio="auto", known=Known(istio_versions=()))
