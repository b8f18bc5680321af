"""What a CR is refused for beyond the CRD's own rules."""

from __future__ import annotations

from typing import Any

import pytest

from krmfn.api.accept import accept
from krmfn.cluster.checks import check
from krmfn.cluster.cr import ClusterFacts, Cr
from krmfn.cluster.environment import FoundSecret
from krmfn.cluster.settings import Group, Settings
from krmfn.cluster.storage import file_store_bytes, human, memory_store_bytes
from krmfn.model.labels import check_own
from krmfn.model.quantity import Quantity

HEAD = {"apiVersion": "operator.kyma-project.io/v1alpha1", "kind": "NATS", "metadata": {"name": "eventing-nats"}}


def findings(
    spec: dict[str, Any] | None = None,
    name: str = "eventing-nats",
    namespace: str = "kyma-system",
    known: ClusterFacts | None = None,
    **stated: Any,
) -> dict[str, Any]:
    accepted = accept({**HEAD, "spec": spec})
    assert accepted is not None
    is_set = "size" in (spec or {}).get("jetStream", {}).get("memStorage", {})
    settings = Settings().replaced(**{"istio": False, "secret_mode": "none", **stated})
    return {
        f.code: f
        for f in check(Cr(name, namespace, accepted, sets_memory_size=is_set), settings, known or ClusterFacts())
    }


def test_an_ordinary_cr_gets_a_memory_store_that_its_limit_carries_and_is_told():
    found = findings()
    assert {c: f.severity for c, f in found.items()} == {"memory-store-size": "info", "file-store-headroom": "info"}
    assert "max_memory_store is 341Mi, a third" in found["memory-store-size"].message


def store_of(limit: str | None, size: str | None = None, profile: str = "hardened") -> int:
    """`max_memory_store` in MiB."""
    memory = {} if size is None else {"size": size}
    resources = {} if limit is None else {"limits": {"memory": limit}}
    spec = {"jetStream": {"memStorage": memory}, "resources": resources}
    accepted = accept({**HEAD, "spec": spec})
    assert accepted is not None
    cr = Cr("nats", "", accepted, sets_memory_size=size is not None)
    return memory_store_bytes(cr, hardened=profile == "hardened") >> 20


def test_a_memory_store_without_a_size_is_a_third_of_the_limit_and_at_most_the_default():
    assert [store_of(limit) for limit in ("300Mi", "1Gi", "3Gi", "8Gi", None)] == [100, 341, 1024, 1024, 1024]
    assert store_of("1Gi", "512Mi") == 512
    assert store_of("1Gi", profile="nats-manager") == 1024


@pytest.mark.parametrize(("size", "limit", "proposed"), [("342Mi", "1Gi", "1026Mi"), ("1Gi", "1Gi", "3Gi")])
def test_a_memory_store_above_a_third_of_the_limit_is_warned_of(size: str, limit: str, proposed: str):
    spec = {"jetStream": {"memStorage": {"size": size}}, "resources": {"limits": {"memory": limit}}}
    found = findings(spec)["memory-store-at-limit"]
    assert (found.severity, found.proposed) == ("warning", proposed)
    assert "341Mi" in found.message
    spec["resources"]["limits"]["memory"] = proposed
    assert "memory-store-at-limit" not in findings(spec)
    assert "memory-store-at-limit" in findings({}, profile="nats-manager")


@pytest.mark.parametrize(
    ("size", "stated", "limit", "code", "severity"),
    [
        ("1Gi", None, (1 << 30) * 85 // 100, "file-store-headroom", "info"),
        ("10Gi", None, 9 << 30, "file-store-headroom", "info"),
        ("512Mi", None, (512 << 20) * 80 // 100, "file-store-headroom", "info"),
        ("256Mi", None, 192 << 20, "file-store-headroom", "info"),
        ("100Mi", None, 60 << 20, "file-store-headroom", "info"),
        ("1Gi", (70, "%"), (1 << 30) * 70 // 100, "file-store-headroom", "info"),
        ("1Gi", (900 << 20, "bytes"), 900 << 20, "file-store-without-headroom", "warning"),
        ("1Gi", (100, "%"), 1 << 30, "file-store-without-headroom", "warning"),
        ("1Gi", ((1 << 30) + 1, "bytes"), (1 << 30) + 1, "file-store-above-claim", "error"),
    ],
)
def test_the_limit_of_the_file_store_is_held_against_the_claim(size, stated, limit, code, severity):
    found = findings({"jetStream": {"fileStorage": {"size": size}}}, file_store=stated)
    codes = {c: f.severity for c, f in found.items() if c.startswith("file-store") and not c.endswith("eventing")}
    assert codes == {code: severity}
    assert file_store_bytes(Quantity(size), stated, hardened=True) == limit
    assert (human(limit) if human(limit)[-1] == "i" else str(limit)) in found[code].message


def test_a_store_too_small_for_eventing_is_told_where_the_volume_would_hold_it():
    code = "file-store-below-eventing"
    found = findings({"jetStream": {"fileStorage": {"size": "768Mi"}}})[code]
    assert found.message.startswith("Kyma Eventing's stream of 700Mi does not fit")
    assert code not in findings({})
    assert code not in findings({"jetStream": {"fileStorage": {"size": "512Mi"}}})


def test_a_class_of_priority_is_told_unless_it_is_there():
    found = findings(profile="nats-manager")["priority-class-not-among-items"]
    assert "nats-manager-priority-class" in found.message
    known = ClusterFacts()
    known.priority_classes.add("nats-manager-priority-class")
    for others in (
        {"profile": "nats-manager", "known": known},
        {"profile": "nats-manager", "priority_class": ""},
        {"priority_class": "system-cluster-critical"},
        {},
    ):
        assert "priority-class-not-among-items" not in findings(**others), others
    assert "priority-class-not-among-items" in findings(priority_class="high")


@pytest.mark.parametrize("image", ["nats:2.6.4", "r:5000/nats:2.9.9-alpine", "nats:v2.8", "nats:2.9.2@sha256:0"])
def test_a_server_without_the_probes_is_refused(image: str):
    assert findings(nats_image=image)["nats-image-too-old"].severity == "error"


@pytest.mark.parametrize(
    "image", ["nats:2.9.10", "nats:2.9", "nats:2.15.2", "nats@sha256:0", "nats:latest", "r:5000/n"]
)
def test_a_server_that_may_have_the_probes_is_not(image: str):
    assert "nats-image-too-old" not in findings(nats_image=image)


@pytest.mark.parametrize(
    ("policies", "settings", "codes"),
    [
        ({"digests": True}, {}, {"image-digest"}),
        ({"registries": ["docker.io"]}, {}, {"image-registry"}),
        ({"registries": ["docker.io"]}, {"images": "upstream"}, set()),
        ({"registries": ["docker.io"]}, {"images": "upstream", "nats_image": "ghcr.io/a:1.2"}, {"image-registry"}),
        ({"registries": ["r.io"]}, {"image_registry": "r.io"}, set()),
        ({"forbiddenTags": ["*-scratch"]}, {}, {"image-tag-forbidden"}),
        ({"forbiddenTags": ["*-scratch"]}, {"nats_image": "nats:2.14.2-alpine"}, set()),
        ({"podSecurity": "restricted"}, {}, set()),
        ({"podSecurity": "restricted"}, {"profile": "nats-manager"}, {"pod-security"}),
        ({"podSecurity": "baseline"}, {"profile": "nats-manager"}, set()),
    ],
)
def test_what_is_rendered_must_keep_the_policies(policies: dict[str, Any], settings: dict[str, Any], codes: set[str]):
    before = set(findings(**settings))
    found = findings(**settings, policies=Group(policies))
    assert set(found) - before == codes
    assert all(found[code].severity == "error" for code in codes)


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
    assert "below-provider-minimum" in findings(small, known=ClusterFacts(provider="alicloud"))
    assert "below-provider-minimum" not in findings(small, known=ClusterFacts(provider="alicloud"), provider="")
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
    assert findings({"resources": {"limits": {"memory": "100m"}}})["fraction-of-a-byte"].proposed == "100Mi"


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
    of_annotations = findings({"annotations": {key: "x"}})
    assert ("annotation-key" in of_annotations) == (key != "UPPER.prefix/a"), "the API server lowers those first"


@pytest.mark.parametrize("key", ["", "a/b/c", "/a", "a/", "-a", "UPPER.prefix/a", "x" * 64])
def test_the_own_metadata_of_a_nats_is_checked_as_the_api_server_would(key: str):
    def own(**metadata: Any) -> list[tuple[str, str, tuple[str | int, ...]]]:
        return [(one.code, one.severity, one.path) for one in check_own(metadata)]

    assert own(labels={key: "x"}) == [("label-key", "warning", ("metadata", "labels", key))]
    path = ("metadata", "annotations", key)
    assert own(annotations={key: "a b"}) == ([("annotation-key", "warning", path)] if key[:1] != "U" else [])
    assert own(labels={"a": "a b"}) == [("label-value", "warning", ("metadata", "labels", "a"))]
    assert own(labels=None, annotations=None) == own() == own(labels={"a": ""}, annotations={"config.k8s.io/id": "1"})


@pytest.mark.parametrize(
    ("key", "codes"),
    [
        ("krmfn.dev/alow", ["unknown-annotation"]),
        ("krmfn.dev/Allow", ["unknown-annotation"]),
        ("krmfn.dev/allow", []),
        ("krmfn.dev/owner", []),
        ("fn.krmfn.dev/alow", []),
    ],
)
def test_a_misspelled_annotation_of_krmfn_is_a_warning(key: str, codes: list[str]):
    assert [one.code for one in check_own({"annotations": {key: "volume-shrinks"}})] == codes


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
    asked = findings(secret_mode="existing")["secret-not-among-items"]
    assert asked.severity == "info"
    assert asked.message.endswith(": krmfn secret new eventing-nats-secret -n kyma-system")
    lacking = ClusterFacts(secrets={key: [FoundSecret("Secret", key[1], lacks_key=True)]})
    assert findings(secret_mode="existing", known=lacking)["secret-without-key"].severity == "error"
    found = findings(secret_mode="existing", known=ClusterFacts(secrets={key: [FoundSecret("Secret", key[1])]}))
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
    assert "istio-unknown" not in findings(istio="auto", known=ClusterFacts(istio_versions=()))


@pytest.mark.parametrize(("limit", "is_told"), [("10Mi", True), ("64Mi", False), (2**20, True), ("1Gi", False)])
def test_a_limit_of_disk_below_the_logs_is_told(limit: str | int, *, is_told: bool):
    found = findings({"resources": {"limits": {"ephemeral-storage": limit}}})
    assert ("ephemeral-storage-too-small" in found) == is_told
    assert "ephemeral-storage-too-small" not in findings({"resources": {"requests": {"ephemeral-storage": limit}}})
