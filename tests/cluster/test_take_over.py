"""The take-over, end to end: dump, `krmfn adopt`, and the plan's own commands, on the real API server."""

from __future__ import annotations

import json
import re
import time
from typing import TYPE_CHECKING

import pytest

from tests.cluster.api import Object, Refused
from tests.cluster.exercise import APPLY, MANAGERS, Exercise, expected, steps
from tests.cluster.operated import OPERATOR, Operated, operated

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path

    from tests.cluster.api import Api
    from tests.cluster.control_plane import ControlPlane

    Start = Callable[[str], AbstractContextManager[Operated]]

CASES = [
    ("no-spec", "argocd"), ("no-spec", "flux"), ("size-1", "flux"), ("name-without-nats", "argocd"),
    ("labels-annotations-plain", "flux"), ("file-custom-class-10Gi", "argocd"), ("sample-kyma-prod", "flux"),
]  # fmt: skip
QUIET = 3.0
"""Seconds that the garbage collector is given to do harm: it mostly acts within one."""


@pytest.fixture
def start(cluster: ControlPlane, cluster_api: Api, shared: Path) -> Start:
    """Makes the cluster of a case."""
    return lambda case: operated(cluster, cluster_api, shared / "parity/valid" / case)


def steps_inline(exercise: Exercise) -> tuple[str, dict[int, str]]:
    """The plan from json, and the same of it, with the patches inside the commands."""
    call = exercise.from_page("krmfn adopt").replace("--output-dir plan", "-o json")
    said = exercise.shell(call)
    found = json.loads(said)["steps"]
    return said, {step["number"]: "\n".join(c for part in step["parts"] for c in part["commands"]) for step in found}


def everything(live: Operated) -> dict[str, Object]:
    return {live.api.path(obj, live.namespace): live.live(obj) for obj in live.objects}


def without_a_trace(before: dict[str, Object], after: dict[str, Object]) -> None:
    """The same objects, none made anew, none owned; the servers' specification as it was."""
    for path, old in before.items():
        new = after[path]
        assert new["metadata"]["uid"] == old["metadata"]["uid"], path
        assert "ownerReferences" not in new["metadata"], path
        assert "deletionTimestamp" not in new["metadata"], path
        assert new["metadata"].get("generation") == old["metadata"].get("generation"), path
        assert new.get("spec") == old.get("spec"), path


@pytest.mark.parametrize(("case", "client"), CASES)
def test_the_plan_taken_literally_restarts_nothing_and_leaves_everything(
    case: str, client: str, start: Start, tmp_path: Path
):
    with start(case) as live:
        exercise = Exercise(live, tmp_path, client)
        before, pods = everything(live), live.pods()
        exercise.shell(exercise.from_page("kubectl get"))
        if case == "size-1":
            plan, commands = steps_inline(exercise)
        else:
            exercise.shell(exercise.from_page("krmfn adopt"))
            plan = (tmp_path / "plan/plan.md").read_text()
            commands = steps(plan)
        assert sorted(commands) == list(range(9))
        told = expected(plan) if case != "size-1" else {}
        for number in range(7):
            printed = exercise.shell(commands[number])
            for line in told.get(number, ()):
                assert line.removesuffix("(...)") in printed
        assert not told or all(told[number] for number in (1, 2, 3, 5, 6))
        without_a_trace(before, everything(live))
        managers = {
            entry["manager"]
            for path, obj in everything(live).items() if "/secrets/" not in path
            for entry in obj["metadata"]["managedFields"] if entry["operation"] == "Apply"
        }  # fmt: skip
        assert managers == {MANAGERS[client]}
        exercise.shell(commands[7])
        with pytest.raises(Refused):
            live.live(live.cr)
        time.sleep(QUIET)
        without_a_trace(before, everything(live))
        assert live.pods() == pods
        exercise.keep_memory(plan)
        exercise.shell(commands[8])
        exercise.shell(APPLY.format(manager=MANAGERS[client]).replace("rendered", "hardened"))
        nothing_of_the_operator(everything(live))


def nothing_of_the_operator(objects: dict[str, Object]) -> None:
    """Its labels and its ports without a listener are gone, of every object that is rendered."""
    for path, obj in objects.items():
        if "/secrets/" in path:
            continue
        assert OPERATOR not in obj["metadata"]["labels"].values(), path
        assert "helm.sh/chart" not in obj["metadata"]["labels"], path
        if obj["kind"] == "StatefulSet":
            template = obj["spec"]["template"]
            assert OPERATOR not in template["metadata"]["labels"].values()
            assert "priorityClassName" not in template["spec"]
            ports = [port["name"] for one in template["spec"]["containers"] for port in one.get("ports", [])]
            assert not {"leafnodes", "gateways"}.intersection(ports)
        if obj["kind"] == "Service":
            assert not {"leafnodes", "gateways"}.intersection(port["name"] for port in obj["spec"]["ports"])


def test_until_the_nats_goes_the_operator_can_be_started_again_and_nothing_restarts(start: Start, tmp_path: Path):
    with start("no-spec") as live:
        exercise = Exercise(live, tmp_path, "argocd")
        before, pods = everything(live), live.pods()
        exercise.shell(exercise.from_page("kubectl get"))
        exercise.shell(exercise.from_page("krmfn adopt"))
        plan = (tmp_path / "plan/plan.md").read_text()
        commands = steps(plan)
        for number in range(7):
            exercise.shell(commands[number])
        (back,) = set(re.findall(r"`(kubectl [^`]*--replicas=1)`", plan))  # the same after each step
        exercise.shell(back)
        live.reconcile()
        live.until("servers and operator ready", live.is_ready)
        for path, old in before.items():
            new = live.api.get(path)
            assert new["metadata"]["ownerReferences"] == old["metadata"]["ownerReferences"], path
            assert new.get("spec") == old.get("spec"), path
            assert new["metadata"].get("generation") == old["metadata"].get("generation"), path
        assert live.pods() == pods


def test_without_the_third_step_the_objects_go_with_the_nats(start: Start, tmp_path: Path):
    """So that the tests above mean something: the garbage collector is there."""
    with start("size-1") as live:
        exercise = Exercise(live, tmp_path, "flux")
        exercise.shell(exercise.from_page("kubectl get"))
        exercise.shell(exercise.from_page("krmfn adopt"))
        commands = steps((tmp_path / "plan/plan.md").read_text())
        exercise.shell(commands[1] + commands[2])
        exercise.shell(commands[7].replace("--cascade=orphan", "--cascade=background"))
        live.until("every object gone with the NATS", lambda: not any(map(live.is_there, live.objects)))


def test_a_patch_made_from_an_older_dump_is_refused_by_the_server(start: Start, tmp_path: Path):
    with start("size-1") as live:
        exercise = Exercise(live, tmp_path, "flux")
        exercise.shell(exercise.from_page("kubectl get"))
        exercise.shell(exercise.from_page("krmfn adopt"))
        commands = steps((tmp_path / "plan/plan.md").read_text())
        exercise.shell(commands[2] + commands[3] + commands[4])
        for number in (2, 3, 4):
            (patch, *_) = [line for line in commands[number].splitlines() if " patch " in line]
            exercise.shell(f"! {patch}")


KYMA = "kymas.operator.kyma-project.io"
OPEN: Object = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
KYMA_CRD: Object = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {"name": KYMA},
    "spec": {
        "group": "operator.kyma-project.io",
        "names": {"kind": "Kyma", "plural": "kymas", "singular": "kyma", "listKind": "KymaList"},
        "scope": "Namespaced",
        "versions": [
            {"name": "v1beta2", "served": True, "storage": True, "schema": {"openAPIV3Schema": OPEN}}
        ],
    },
}  # fmt: skip


def test_the_first_step_makes_the_lifecycle_manager_let_go_of_the_module(start: Start, tmp_path: Path):
    with start("size-1") as live:
        exercise = Exercise(live, tmp_path, "flux")
        live.apply(KYMA_CRD, "kubectl-create")
        try:
            live.kubectl("wait", "--for=condition=Established", f"crd/{KYMA}", "--timeout=30s")
            kyma = {
                "apiVersion": "operator.kyma-project.io/v1beta2",
                "kind": "Kyma",
                "metadata": {"name": "default", "namespace": live.namespace},
                "spec": {"modules": [{"name": "istio"}, {"name": "nats"}]},
                "status": {"modules": [{"name": "istio", "state": "Ready"}, {"name": "nats", "state": "Unmanaged"}]},
            }
            live.apply(kyma, "kubectl-create")
            exercise.shell(exercise.from_page("kubectl get").replace("get nats", "get kyma,nats"))
            exercise.shell(exercise.from_page("krmfn adopt"))
            exercise.shell(steps((tmp_path / "plan/plan.md").read_text())[1])
            assert live.live(kyma)["spec"]["modules"] == [{"name": "istio"}, {"name": "nats", "managed": False}]
        finally:
            live.kubectl("delete", f"crd/{KYMA}")


def merged(one: Object, other: Object) -> Object:
    """The fields of two managers."""
    return {
        key: merged(one.get(key, {}), other.get(key, {})) for key in (*one, *(key for key in other if key not in one))
    }


def revoke(live: Operated) -> None:
    """What Flux does before it applies: fields of managers named kubectl... become its own."""
    entries = live.live(live.workload)["metadata"]["managedFields"]
    (own,) = (one for one in entries if (one["manager"], one["operation"]) == (MANAGERS["flux"], "Apply"))
    for one in entries:
        if one["manager"].startswith("kubectl"):
            own["fieldsV1"] = merged(own["fieldsV1"], one["fieldsV1"])
    kept = [one for one in entries if not one["manager"].startswith("kubectl")]
    patch = json.dumps([{"op": "replace", "path": "/metadata/managedFields", "value": kept}])
    live.kubectl(
        "patch", "statefulset", "-n", live.namespace, live.workload["metadata"]["name"], "--type=json", "-p", patch
    )


@pytest.mark.parametrize("is_kept", [True, False])
def test_servers_that_kubectl_restarted_are_restarted_by_flux_unless_step_4_is_taken(
    is_kept: bool, start: Start, tmp_path: Path
):
    with start("size-1") as live:
        exercise = Exercise(live, tmp_path, "flux")
        name = live.workload["metadata"]["name"]
        live.kubectl("rollout", "restart", f"statefulset/{name}", "-n", live.namespace)
        assert live.live(live.workload)["metadata"]["generation"] == 2
        live.until("the restart done", live.is_ready)
        exercise.shell(exercise.from_page("kubectl get"))
        exercise.shell(exercise.from_page("krmfn adopt"))
        commands = steps((tmp_path / "plan/plan.md").read_text())
        if not is_kept:
            file = next((tmp_path / "plan").glob("step-4-flux-*-statefulset-*"))
            file.write_text(file.read_text().replace("flux-client-side-apply", "kubectl-rollout"))
        for number in range(6):
            exercise.shell(commands[number])
        revoke(live)
        exercise.shell(APPLY.format(manager=MANAGERS["flux"]))
        assert live.live(live.workload)["metadata"]["generation"] == (2 if is_kept else 3)
