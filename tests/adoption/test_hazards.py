"""Each hazard of a take-over in a real dump with one thing changed: found, and an error only where no step cures it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.adoption.dumps import (
    CURED,
    NAME,
    NAMESPACE,
    UID,
    changed,
    codes,
    items,
    judged,
    made,
    messages,
    of_kind,
    put,
    without,
)

GROUP = "operator.kyma-project.io"


def errors(objects: list[dict[str, Any]], **more: Any) -> set[str]:
    return codes(judged(objects, **more), "error")


def warnings(objects: list[dict[str, Any]], **more: Any) -> set[str]:
    """Those that the dump as it is does not have."""
    return codes(judged(objects, **more), "warning") - CURED


def test_what_the_operator_left_is_safe_and_every_warning_names_the_step_that_cures_it():
    verdict = judged()
    assert verdict.verdict == "safe"
    assert codes(verdict) == CURED
    for code, step in {"operator-running": 1, "finalizer": 2, "owner-reference": 3, "operators-fields": 4}.items():
        assert f"step {step}" in messages(verdict, code)


def test_without_deployment_and_lease_nothing_says_whether_the_operator_runs():
    assert warnings(without(items(), "Deployment")) == {"operator-unknown"}


def test_a_held_lease_says_that_the_operator_runs_where_its_deployment_is_not_dumped():
    lease = made("coordination.k8s.io/v1", "Lease", "26479083.kyma-project.io", spec={"holderIdentity": "a"})
    assert "operator-running" in codes(judged([*without(items(), "Deployment"), lease]))
    other = made("coordination.k8s.io/v1", "Lease", "x", spec={"holderIdentity": "nats-manager-57d-x_1"})
    assert "operator-running" in codes(judged([*without(items(), "Deployment"), other]))
    free = made("coordination.k8s.io/v1", "Lease", "26479083.kyma-project.io", spec={"holderIdentity": ""})
    assert "operator-unknown" in codes(judged([*without(items(), "Deployment"), free]))


def test_an_operator_scaled_to_zero_is_no_hazard_until_its_last_pod_is_gone():
    objects = changed("Deployment", "spec", "replicas", value=0)
    assert "operator-running" in codes(judged(objects))
    put(of_kind(objects, "Deployment"), "status", value={})
    assert not {"operator-running", "operator-unknown"} & codes(judged(objects))


def test_of_two_operators_the_one_that_runs_counts():
    stopped = made("apps/v1", "Deployment", "nats-manager", "a", spec={"replicas": 0})
    assert "operator-running" in codes(judged([stopped, *items()]))


def test_a_nats_that_is_not_taken_over_is_named_since_its_operator_stops_too():
    other = made(f"{GROUP}/v1alpha1", "NATS", "other-nats")
    assert "NATS kyma-system/other-nats is not taken over" in messages(judged([*items(), other]), "nats-left-alone")
    assert "nats-left-alone" not in codes(judged())


@pytest.mark.parametrize(
    ("managed", "state", "is_hazard"),
    [(True, "Ready", True), (None, "Ready", True), (False, "Ready", True), (False, "Unmanaged", False)],
)
def test_a_module_is_a_hazard_until_the_lifecycle_manager_says_that_it_let_go(
    managed: bool | None, state: str, is_hazard: bool
):
    row = {"name": "nats"} | ({} if managed is None else {"managed": managed})
    kyma = made(f"{GROUP}/v1beta2", "Kyma", "default", spec={"modules": [{"name": "istio"}, row]})
    kyma["status"] = {"modules": [{"name": "nats", "state": state}]}
    assert ("module-managed" in warnings([*items(), kyma])) is is_hazard


def test_kyma_eventing_needs_the_nats():
    assert "needed-by-eventing" in warnings([*items(), made(f"{GROUP}/v1alpha1", "Eventing", "eventing")])


def test_the_operator_rotates_the_password_of_a_secret_without_its_label():
    objects = changed("Secret", "metadata", "labels", "app.kubernetes.io/managed-by", value="somebody")
    assert "step 1" in messages(judged(objects), "password-rotation")
    put(of_kind(objects, "Deployment"), "spec", "replicas", value=0)
    put(of_kind(objects, "Deployment"), "status", value={})
    assert "password-rotation" not in codes(judged(objects))


def test_for_a_name_without_nats_the_operator_makes_a_new_password_at_each_reconcile():
    assert "broker-secret" in messages(judged(name="broker"), "password-rotation")


def test_an_owner_of_another_uid_is_an_error():
    objects = changed("Service", "metadata", "ownerReferences", 0, "uid", value=UID)
    assert errors(objects) == {"foreign-owner"}


def test_an_owner_of_another_kind_is_an_error():
    objects = items()
    stranger = {"apiVersion": "v1", "kind": "ConfigMap", "name": "x", "uid": UID}
    of_kind(objects, "Service")["metadata"]["ownerReferences"].append(stranger)
    assert errors(objects) == {"foreign-owner"}


def test_a_statefulset_may_own_its_claims():
    owner = {"apiVersion": "apps/v1", "kind": "StatefulSet", "name": NAME, "uid": UID}
    objects = changed("PersistentVolumeClaim", "metadata", "ownerReferences", value=[owner])
    assert errors(objects) == set()


@pytest.mark.parametrize("uid", [None, "no uid"])
def test_owned_objects_and_a_nats_without_a_uid_to_compare_with_are_an_error(uid: str | None):
    objects = without(items(), "NATS") if uid is None else changed("NATS", "metadata", "uid", value=uid)
    assert errors(objects) == {"not-in-dump"}


def test_a_nats_that_is_gone_with_nothing_owned_any_more_is_no_error():
    objects = without(items(), "NATS")
    for obj in objects:
        obj["metadata"].pop("ownerReferences", None)
    verdict = judged(objects)
    assert verdict.verdict == "safe"
    assert not {"owner-reference", "finalizer"} & codes(verdict)


def test_a_foreign_finalizer_is_named_as_such_and_not_as_the_operators():
    objects = items()
    of_kind(objects, "NATS")["metadata"]["finalizers"].append("example.com/other")
    assert "not the operator's" in messages(judged(objects), "finalizer")


@pytest.mark.parametrize(
    "kind", ["NATS", "StatefulSet", "PersistentVolumeClaim", "Secret", "ConfigMap", "Service", "PodDisruptionBudget"]
)
def test_a_deletion_in_progress_is_an_error(kind: str):
    objects = changed(kind, "metadata", "deletionTimestamp", value="2030-01-01T00:00:00Z")
    assert errors(objects) == {"being-deleted"}


def test_a_namespace_that_is_being_deleted_is_an_error():
    space = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE, "deletionTimestamp": "x"}}
    assert errors([*items(), space]) == {"being-deleted"}


def test_a_dump_without_managed_fields_is_a_warning_since_the_plan_asks_again():
    assert warnings(changed("Service", "metadata", "managedFields", value=None)) == {"managed-fields-missing"}


@pytest.mark.parametrize(("manager", "said"), [("kubectl-edit", "kubectl-edit"), ("Some Body!", "another")])
def test_another_manager_of_a_specification_is_named_where_it_has_a_name(manager: str, said: str):
    objects = items()
    entry = {"manager": manager, "operation": "Update", "fieldsV1": {"f:spec": {"f:ports": {}}}}
    of_kind(objects, "Service")["metadata"]["managedFields"].append(entry)
    assert f"managed by {said} too" in messages(judged(objects), "other-field-manager")


@pytest.mark.parametrize(
    "entry",
    [
        {"manager": "kubectl-annotate", "operation": "Update", "fieldsV1": {"f:metadata": {}}},
        {"manager": "argocd-controller", "operation": "Apply", "fieldsV1": {"f:spec": {}}},
        {"manager": "someone", "operation": "Update", "subresource": "status", "fieldsV1": {"f:spec": {}}},
    ],
)
def test_managers_of_metadata_the_client_itself_and_subresources_are_expected(entry: dict[str, Any]):
    objects = items()
    of_kind(objects, "Service")["metadata"]["managedFields"].append(entry)
    assert warnings(objects) == set()


def test_a_secret_without_the_key_is_an_error():
    assert errors(changed("Secret", "data", value={"other": "eA=="})) == {"secret-without-key"}


def test_a_secret_that_is_not_among_those_dumped_is_an_error():
    assert errors(changed("Secret", "metadata", "name", value="other")) == {"secret-missing"}


def test_a_dump_without_any_secret_is_a_warning():
    assert warnings(without(items(), "Secret")) == {"secret-not-checked"}


def test_a_claim_that_is_missing_is_an_error_and_no_claim_at_all_a_warning():
    objects = items()
    objects.remove(of_kind(objects, "PersistentVolumeClaim"))
    assert errors(objects) == {"claim-missing"}
    assert warnings(without(items(), "PersistentVolumeClaim")) == {"claims-not-checked"}


def test_a_volume_smaller_than_the_claim_is_a_warning_and_a_larger_one_is_not():
    assert warnings(changed("PersistentVolumeClaim", "status", "capacity", value={"storage": "512Mi"})) == {
        "claim-too-small"
    }
    assert warnings(changed("PersistentVolumeClaim", "status", "capacity", value={"storage": "5Gi"})) == set()
    assert warnings(changed("PersistentVolumeClaim", "status", value={})) == set()


def test_a_claim_of_a_server_that_is_gone_is_a_warning():
    left = made("v1", "PersistentVolumeClaim", f"{NAME}-js-pvc-{NAME}-3")
    assert warnings([*items(), left]) == {"claims-left-over"}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("status", "updateRevision"), "eventing-nats-other"),
        (("status", "observedGeneration"), 7),
    ],
)
def test_a_rollout_that_has_begun_is_an_error(path: tuple[str, ...], value: Any):
    assert errors(changed("StatefulSet", *path, value=value)) == {"rollout-in-progress"}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("status",), {}),
        (("status",), {"replicas": 0}),
        (("status", "readyReplicas"), 2),
        (("status", "readyReplicas"), "x"),
    ],
)
def test_servers_that_are_not_ready_or_not_known_to_be_are_a_warning(path: tuple[str, ...], value: Any):
    assert warnings(changed("StatefulSet", *path, value=value)) == {"servers-not-ready"}


def test_objects_of_another_application_are_an_error_and_unnamed_ones_a_warning():
    objects = changed("Service", "metadata", "annotations", "argocd.argoproj.io/tracking-id", value="shop:/Service:a/b")
    assert errors(objects, app="eventing-2") == {"tracked-elsewhere"}
    assert errors(objects, clients=("flux",)) == {"tracked-elsewhere"}
    assert warnings(objects) == {"tracked-elsewhere"}
    assert codes(judged(objects, app="shop")) == CURED


def test_tracking_by_a_label_of_argo_cd_counts_as_tracking():
    objects = changed("StatefulSet", "metadata", "labels", "argocd.argoproj.io/instance", value="shop")
    assert errors(objects, clients=("flux",)) == {"tracked-elsewhere"}
    assert codes(judged(objects, app="shop")) == CURED
    nats = changed("NATS", "metadata", "labels", value={"argocd.argoproj.io/instance": "apps"})
    assert "nats-in-git" in warnings(nats)


def test_objects_of_another_kustomization_are_an_error():
    objects = changed("Service", "metadata", "labels", "kustomize.toolkit.fluxcd.io/name", value="shop")
    assert "Kustomization shop" in messages(judged(objects, app="other"), "tracked-elsewhere")
    assert errors(objects, app="shop", clients=("flux",)) == set()
    assert errors(objects, app="shop", clients=("argocd",)) == {"tracked-elsewhere"}


def test_an_application_called_as_the_pods_instance_label_is_a_warning_for_argo_cd_alone():
    assert warnings(items(), app="eventing") == {"app-name-is-instance"}
    assert warnings(items(), app="eventing", clients=("flux",)) == set()


def test_a_nats_that_is_applied_from_git_must_be_annotated_there():
    objects = changed("NATS", "metadata", "labels", value={"kustomize.toolkit.fluxcd.io/name": "apps"})
    assert "step 2" in messages(judged(objects), "nats-in-git")


def test_a_statefulset_in_another_namespace_is_an_error_and_none_at_all_another():
    assert "other-namespace" in errors(items(), namespace="shop")
    assert "nothing-to-take-over" in errors(without(items(), "StatefulSet"))
    assert codes(judged([])) >= {"nothing-to-take-over", "not-in-dump", "claims-not-checked", "secret-not-checked"}


@pytest.mark.parametrize("kind", ["ConfigMap", "Service"])
def test_what_every_cluster_has_and_the_dump_has_not_is_an_error(kind: str):
    assert errors(without(items(), kind)) == {"not-in-dump"}


def test_a_budget_that_is_not_there_is_made_by_the_first_sync():
    assert warnings(without(items(), "PodDisruptionBudget")) == {"not-in-dump"}


def test_an_object_of_the_operator_that_is_not_rendered_is_a_warning():
    verdict = judged(istio=False)
    assert "istio=true" in messages(verdict, "not-rendered")
    objects = items()
    extra = {
        **of_kind(objects, "ConfigMap"),
        "metadata": {**of_kind(objects, "ConfigMap")["metadata"], "name": "extra"},
    }
    assert "delete it after step 6" in messages(judged([*objects, extra]), "not-rendered")


@pytest.mark.parametrize("kind", ["StatefulSet", "ConfigMap", "Service", "PodDisruptionBudget", "DestinationRule"])
def test_an_object_without_a_uid_is_a_manifest_or_was_tidied_and_proves_nothing(kind: str):
    objects = changed(kind, "metadata", "uid", value=None)
    put(of_kind(objects, kind), "metadata", "ownerReferences", value=None)
    assert errors(objects) == {"not-in-dump"}


@pytest.mark.parametrize(("kind", "part"), [("StatefulSet", "spec"), ("ConfigMap", "data")])
def test_an_object_without_what_is_to_be_proved_is_never_safe(kind: str, part: str):
    assert "not-in-dump" in errors(changed(kind, part, value={}))
    assert "not-in-dump" in errors(changed(kind, part, value=None))


def test_what_kubectl_set_stays_but_for_flux():
    entry = {"manager": "kubectl-edit", "operation": "Update", "fieldsV1": {"f:spec": {}}}
    objects = items()
    of_kind(objects, "Service")["metadata"]["managedFields"].append(entry)
    assert "Flux removes fields set by kubectl" in messages(judged(objects, clients=("flux",)), "other-field-manager")
    assert "Flux" not in messages(judged(objects, clients=("argocd",)), "other-field-manager")


@pytest.mark.parametrize(
    ("path", "value"),
    [(("initContainers",), [{"name": "copy"}]), (("securityContext",), {"runAsUser": 1000, "fsGroup": 1000})],
)
def test_servers_of_an_operator_before_1_5_must_be_updated_first(path: tuple[str, ...], value: Any):
    objects = changed("StatefulSet", "spec", "template", "spec", *path, value=value)
    assert "operator-too-old" in errors(objects)
    assert "update the module nats to 1.5 or newer" in messages(judged(objects), "operator-too-old")
