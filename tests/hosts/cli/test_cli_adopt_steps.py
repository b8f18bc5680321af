"""The steps of `krmfn adopt` for clusters that need more, or less, than the usual ones."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import yaml

from tests.calls import ROOT, krmfn

if TYPE_CHECKING:
    from pathlib import Path

DUMP, NATS = ROOT / "examples/take-over/live.yaml", ROOT / "examples/take-over/nats.yaml"


def changed(tmp_path: Path, *more: dict[str, Any]) -> str:
    """The text of the plan for the dump with more objects in it."""
    (tmp_path / "live.yaml").write_text(DUMP.read_text() + "".join(f"---\n{json.dumps(obj)}\n" for obj in more))
    called = krmfn("adopt", "--live", tmp_path / "live.yaml", "-f", NATS, "--for", "flux")
    assert called.status == 0, called
    return called.out


KYMA = {
    "apiVersion": "operator.kyma-project.io/v1beta2",
    "kind": "Kyma",
    "metadata": {"name": "default", "namespace": "kyma-system"},
    "spec": {"modules": [{"name": "istio"}, {"name": "nats"}]},
}
EVENTING = {
    "apiVersion": "operator.kyma-project.io/v1alpha1",
    "kind": "Eventing",
    "metadata": {"name": "eventing", "namespace": "kyma-system"},
}


def test_the_lifecycle_manager_lets_go_of_the_module_before_the_operator_is_stopped(tmp_path: Path):
    plan = changed(tmp_path, KYMA)
    release = '{"op":"add","path":"/spec/modules/1/managed","value":false}'
    kind = "kyma.v1beta2.operator.kyma-project.io"
    wait = f"""wait '--for=jsonpath={{.status.modules[?(@.name=="nats")].state}}'=Unmanaged {kind}/default"""
    assert plan.index(release) < plan.index(wait) < plan.index("--replicas=0")


def test_with_kyma_eventing_the_nats_stays(tmp_path: Path):
    plan = changed(tmp_path, EVENTING)
    assert "7. Keep the NATS, inert" in plan
    assert "--cascade=orphan" not in plan


def test_sync_options_that_the_nats_has_are_kept(tmp_path: Path):
    file = tmp_path / "live.yaml"
    whole = yaml.safe_load(DUMP.read_text())
    (nats,) = (obj for obj in whole["items"] if obj["kind"] == "NATS")
    nats["metadata"]["annotations"] = {
        "argocd.argoproj.io/sync-options": "Delete=false, Prune=confirm",
        "argocd.argoproj.io/tracking-id": "apps:x",
    }
    file.write_text(json.dumps(whole))
    called = krmfn("adopt", "--live", file, "-f", NATS)
    assert "argocd.argoproj.io/sync-options=Delete=false,Prune=false" in called.out
    assert "[nats-in-git]" in called.out


def test_what_is_done_already_is_not_done_again(tmp_path: Path):
    whole = yaml.safe_load(DUMP.read_text())
    whole["items"] = [obj for obj in whole["items"] if obj["kind"] != "NATS"]
    for obj in whole["items"]:
        obj["metadata"].pop("ownerReferences", None)
        for entry in obj["metadata"]["managedFields"]:
            entry["manager"] = entry["manager"].replace("nats-manager", "kustomize-controller")
        if obj["kind"] == "Deployment":
            obj["spec"]["replicas"], obj["status"] = 0, {}
    file = tmp_path / "live.yaml"
    file.write_text(json.dumps(whole))
    called = krmfn("adopt", "--live", file, "-f", NATS, "--for", "flux")
    assert called.status == 0, called
    assert " patch " not in called.out
    assert "The operator is already scaled to 0" in called.out
    assert called.out.count("nothing to do") == 3
    assert "It is already deleted" in called.out
    assert "What to know" not in krmfn("adopt", "--live", file, "-f", NATS, "--for", "flux", "-o", "markdown").out


def test_an_entry_of_the_client_that_is_there_already_is_kept_and_the_operators_removed(tmp_path: Path):
    whole = yaml.safe_load(DUMP.read_text())
    for obj in whole["items"]:
        if obj["kind"] == "Service":
            obj["metadata"]["managedFields"].append({"manager": "kustomize-controller", "operation": "Apply"})
    file = tmp_path / "live.yaml"
    file.write_text(json.dumps(whole))
    patches = json.loads(krmfn("adopt", "--live", file, "-f", NATS, "-o", "json").out)["patches"]
    service = patches["step-4-flux-kyma-system-service-eventing-nats.yaml"]
    assert service[-1] == {"op": "remove", "path": "/metadata/managedFields/0"}
    assert patches["step-4-argocd-kyma-system-service-eventing-nats.yaml"][-1]["op"] == "replace"


def test_one_owner_among_others_is_removed_and_not_the_list(tmp_path: Path):
    whole = yaml.safe_load(DUMP.read_text())
    nats = next(obj for obj in whole["items"] if obj["kind"] == "NATS")
    nats["metadata"]["finalizers"].insert(0, "example.com/other")
    file = tmp_path / "live.yaml"
    file.write_text(json.dumps(whole))
    patches = json.loads(krmfn("adopt", "--live", file, "-f", NATS, "-o", "json").out)["patches"]
    assert patches["step-2-kyma-system-nats-eventing-nats.yaml"][-1]["path"] == "/metadata/finalizers/1"


def test_two_nats_are_judged_and_planned_together(tmp_path: Path):
    text = DUMP.read_text()
    (tmp_path / "a.yaml").write_text(text)
    (tmp_path / "b.yaml").write_text(text.replace("kyma-system", "shop"))
    (tmp_path / "nats.yaml").write_text(NATS.read_text() + "---\n" + NATS.read_text().replace("kyma-system", "shop"))
    called = krmfn("adopt", "--live", "a.yaml", "--live", "b.yaml", "-f", "nats.yaml", cwd=tmp_path)
    assert called.status == 0, called
    for space in ("kyma-system", "shop"):
        assert f"NATS {space}/eventing-nats" in called.out
        assert f"backup-{space}.yaml" in called.out
        assert f"kubectl -n {space} delete nats.operator.kyma-project.io eventing-nats --cascade=orphan" in called.out


def restarted(tmp_path: Path, manager: str) -> dict[str, Any]:
    """What `krmfn adopt` says of servers that this manager restarted."""
    name = "kubectl.kubernetes.io/restartedAt"
    whole = yaml.safe_load(DUMP.read_text())
    workload = next(obj for obj in whole["items"] if obj["kind"] == "StatefulSet")
    workload["spec"]["template"]["metadata"]["annotations"][name] = "2026-01-01T00:00:00Z"
    fields: dict[str, Any] = {f"f:{name}": {}}
    for part in ("annotations", "metadata", "template", "spec"):
        fields = {f"f:{part}": fields}
    workload["metadata"]["managedFields"].append({"manager": manager, "operation": "Update", "fieldsV1": fields})
    file = tmp_path / "live.yaml"
    file.write_text(json.dumps(whole))
    found: dict[str, Any] = json.loads(krmfn("adopt", "--live", file, "-f", NATS, "-o", "json").out)
    assert found["verdict"] == "safe"
    return found


def test_servers_that_kubectl_restarted_are_not_restarted_again_by_flux(tmp_path: Path):
    """Flux revokes what managers named kubectl... set, and lets flux-client-side-apply be (its FAQ)."""
    found = restarted(tmp_path, "kubectl-rollout")
    operations = found["patches"]["step-4-flux-kyma-system-statefulset-eventing-nats.yaml"]
    assert {"op": "test", "path": operations[0]["path"], "value": "kubectl-rollout"} == operations[0]
    assert {"op": "replace", "path": operations[0]["path"], "value": "flux-client-side-apply"} == operations[1]
    assert operations[-1]["value"] == "kustomize-controller"
    said = [part["text"] for part in found["steps"][4]["parts"] if part["client"] == "flux"]
    assert any("restart them again" in text for text in said)
    assert "flux-client" not in json.dumps(found["patches"]["step-4-argocd-kyma-system-statefulset-eventing-nats.yaml"])


def test_a_restart_by_a_manager_that_flux_does_not_revoke_needs_nothing(tmp_path: Path):
    assert "flux-client-side-apply" not in json.dumps(restarted(tmp_path, "k9s"))


def test_every_operator_that_runs_is_stopped(tmp_path: Path):
    other = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "nats-manager", "namespace": "a"},
        "spec": {"replicas": 1},
    }
    plan = changed(tmp_path, other)
    for space in ("a", "kyma-system"):
        assert f"kubectl -n {space} scale deployment nats-manager --replicas=0" in plan


def test_the_comparison_of_step_5_sees_no_other_cluster_of_the_namespace(tmp_path: Path):
    plan = changed(tmp_path)
    (line,) = [line for line in plan.splitlines() if "> after/kyma-system.yaml" in line]
    assert "get configmap/eventing-nats-config service/eventing-nats statefulset/eventing-nats " in line
