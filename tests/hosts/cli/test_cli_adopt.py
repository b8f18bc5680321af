"""`krmfn adopt` as it is called: status, formats, files, and what is refused before anything is judged."""

from __future__ import annotations

import json
import os
import shlex
from typing import TYPE_CHECKING

import pytest
import yaml

from tests.calls import FUNCTION, ROOT, krmfn

if TYPE_CHECKING:
    from pathlib import Path

    from tests.calls import Called

DUMP, NATS = ROOT / "examples/take-over/live.yaml", ROOT / "examples/take-over/nats.yaml"
USUAL = ("--live", DUMP, "-f", NATS)


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    """A dump in which servers are being replaced: unsafe."""
    file = tmp_path / "live.yaml"
    file.write_text(DUMP.read_text().replace("updateRevision: eventing-nats-", "updateRevision: eventing-nats-1"))
    return file


def test_a_safe_take_over_has_status_0_and_nine_steps():
    called = krmfn("adopt", *USUAL, "--for", "flux", "--app", "apps")
    assert called.status == 0
    assert called.err == ""
    assert called.out.startswith("safe: ")
    assert "  equal    pod template: " in called.out
    assert "found in the dump: istio=true" in called.out
    assert [f"\n{number}. " in called.out for number in range(9)] == [True] * 9
    assert "flux reconcile kustomization apps --with-source" in called.out
    assert "argocd" not in called.out.partition("\n3. ")[2]


def commands(plan: dict, number: int) -> list[str]:
    """The commands of a step that krmfn itself runs."""
    return [c for part in plan["steps"][number]["parts"] for c in part["commands"] if c.startswith("krmfn ")]


def test_the_step_to_hardened_keeps_the_limits_that_run_and_its_own_commands_say_so(tmp_path: Path):
    nats = tmp_path / "nats.yaml"
    nats.write_text(NATS.read_text())
    plan = json.loads(krmfn("adopt", "--live", DUMP, "-f", nats, "--for", "flux", "-o", "json").out)
    words = " ".join(part["text"] for part in plan["steps"][8]["parts"])
    assert "Write `size: 1Gi` there to keep the running limit" in words
    assert "krmfn.dev/allow: file-store-lowered" in words
    assert "912680550 for eventing-nats" in words
    usage = [c for part in plan["steps"][8]["parts"] for c in part["commands"] if "/proxy/jsz" in c]
    assert len(usage) == 3
    assert usage[2].endswith("/api/v1/namespaces/kyma-system/pods/eventing-nats-2:8222/proxy/jsz")
    render = commands(plan, 5)[0]
    harden, diff = commands(plan, 8)

    def run(line: str) -> Called:
        return krmfn(*shlex.split(line)[1:], cwd=tmp_path)

    assert run(render).status == 0
    assert run(harden).status == 0
    refused = run(diff)  # the NATS is as it was
    assert refused.status == 1
    assert "[memory-store-lowered]" in refused.out
    nats.write_text(NATS.read_text() + "spec:\n  jetStream:\n    memStorage:\n      size: 1Gi\n")
    assert run(harden).status == 0
    kept = run(diff)
    assert kept.status == 0, kept
    assert "max_file_store" not in kept.out
    without = run(f"{harden.replace(' --set fileStore=100%', '')} --previous rendered")
    assert (without.status, "[file-store-lowered]" in without.err) == (1, True), without


def test_the_priority_class_of_the_operator_is_kept_when_its_manifests_go():
    plan = json.loads(krmfn("adopt", *USUAL, "-o", "json").out)
    words = " ".join(part["text"] for part in plan["steps"][7]["parts"])
    assert "Keep the PriorityClass nats-manager-priority-class" in words


def test_an_unsafe_one_has_status_1_and_no_steps(dump: Path):
    called = krmfn("adopt", "--live", dump, "-f", NATS)
    assert called.status == 1
    assert called.out.startswith("unsafe: ")
    assert f"{dump}:" in called.out
    assert "[rollout-in-progress]" in called.out
    assert "kubectl" not in called.out


def test_without_for_the_steps_are_for_argo_cd_and_for_flux():
    out = krmfn("adopt", *USUAL).out
    assert "argocd app sync APP --server-side" in out
    assert "flux reconcile kustomization APP" in out


def test_kubectl_can_be_the_client():
    out = krmfn("adopt", *USUAL, "--for", "kubectl").out
    assert "kubectl apply --server-side --force-conflicts -k rendered" in out
    assert '"value":"kubectl"' in out


def test_json_has_proof_differences_findings_steps_and_patches():
    called = krmfn("adopt", *USUAL, "-o", "json")
    whole = json.loads(called.out)
    assert list(whole) == ["verdict", "clusters", "told", "findings", "steps", "patches"]
    assert whole["verdict"] == "safe"
    assert whole["told"] == {"istio": "true"}
    (cluster,) = whole["clusters"]
    assert {row["equal"] for row in cluster["proof"]} == {True}
    assert cluster["differences"] == []
    assert {tuple(row) for row in whole["findings"]} == {
        ("severity", "code", "message", "object", "field", "file", "line")
    }
    assert [step["number"] for step in whole["steps"]] == list(range(9))
    named = {name for step in whole["steps"] for name in step["patches"]}
    assert named == set(whole["patches"])
    for operations in whole["patches"].values():
        assert operations[0]["op"] == "test"


def test_json_of_an_unsafe_one_has_no_step_and_says_what_to_write(tmp_path: Path):
    file = tmp_path / "nats.yaml"
    file.write_text(NATS.read_text() + "spec:\n  cluster:\n    size: 1\n")
    whole = json.loads(krmfn("adopt", "--live", DUMP, "-f", file, "-o", "json").out)
    assert (whole["verdict"], whole["steps"], whole["patches"]) == ("unsafe", [], {})
    (row,) = [row for row in whole["clusters"][0]["differences"] if row["field"] == "spec.replicas"]
    assert (row["old"], row["new"], row["class"]) == ("3", "1", "data-loss")
    assert row["write"] == "write spec.cluster.size: 3 in the NATS"


def test_what_a_running_server_takes_is_safe_and_the_plan_expects_it(tmp_path: Path):
    file = tmp_path / "nats.yaml"
    file.write_text(NATS.read_text() + "spec:\n  cluster:\n    size: 5\n")
    called = krmfn("adopt", "--live", DUMP, "-f", file)
    assert called.status == 0
    assert "krmfn diff after rendered --fail-on restart\n" in called.out
    assert "metadata.generation" not in called.out


def test_markdown_is_the_plan_as_a_page(dump: Path):
    page = krmfn("adopt", *USUAL, "-o", "markdown").out
    assert page.startswith("# Take over from nats-manager: safe\n")
    assert "| selector | equal |" in page
    assert page.count("```") % 2 == 0
    assert "## 8. " in page
    assert "```" not in krmfn("adopt", "--live", dump, "-f", NATS, "-o", "markdown").out


def test_color_marks_the_verdict_and_severities(dump: Path):
    assert krmfn("adopt", *USUAL, "--color", "always").out.startswith("\x1b[32msafe\x1b[0m: ")
    assert krmfn("adopt", "--live", dump, "-f", NATS, "--color", "always").out.startswith("\x1b[31munsafe\x1b[0m: ")


def test_the_plan_and_every_patch_that_it_names_are_written(tmp_path: Path):
    called = krmfn("adopt", *USUAL, "--output-dir", "plan", cwd=tmp_path)
    assert called.status == 0, called
    assert "plan: 18 files written" in called.err
    assert "kubectl" not in called.out
    page = (tmp_path / "plan/plan.md").read_text()
    files = {file.name for file in (tmp_path / "plan").iterdir()} - {"plan.md"}
    assert files == {word.removeprefix("plan/") for word in page.split() if word.startswith("plan/step-")}
    patches = json.loads(krmfn("adopt", *USUAL, "-o", "json").out)["patches"]
    read = {name: yaml.safe_load((tmp_path / "plan" / name).read_text()) for name in files}
    assert read == patches
    again = krmfn("adopt", *USUAL, "--output-dir", "plan", cwd=tmp_path)
    assert "0 files written" in again.err


@pytest.mark.parametrize("name", ["plan.md", "step-3-kyma-system-service-eventing-nats.yaml", "step-3-old.yaml"])
def test_a_foreign_file_or_a_patch_of_another_plan_is_never_overwritten(name: str, tmp_path: Path):
    (tmp_path / "plan").mkdir()
    (tmp_path / "plan" / name).write_text("mine\n")
    called = krmfn("adopt", *USUAL, "--output-dir", "plan", cwd=tmp_path)
    assert called.status == 1
    assert "[foreign-file]" in called.out
    assert called.out.startswith("unsafe: ")
    assert [file.name for file in (tmp_path / "plan").iterdir()] == [name]
    assert (tmp_path / "plan" / name).read_text() == "mine\n"


def test_nothing_is_written_for_an_unsafe_take_over(dump: Path, tmp_path: Path):
    krmfn("adopt", "--live", dump, "-f", NATS, "--output-dir", tmp_path / "plan")
    assert not (tmp_path / "plan").exists()


def test_the_plan_is_the_same_whatever_the_hash_seed():
    outputs = {
        krmfn("adopt", *USUAL, "-o", "json", env={**os.environ, "PYTHONHASHSEED": seed}).out for seed in ("1", "2")
    }
    assert len(outputs) == 1
    assert "-I" in FUNCTION


def test_the_order_of_the_dump_changes_no_verdict_and_no_step(tmp_path: Path):
    whole = yaml.safe_load(DUMP.read_text())
    whole["items"].reverse()
    (tmp_path / "live.json").write_text(json.dumps(whole))
    first, second = (
        json.loads(krmfn("adopt", "--live", dump, "-f", NATS, "-o", "json").out)
        for dump in (DUMP, tmp_path / "live.json")
    )
    for key in ("verdict", "clusters", "told", "steps", "patches"):
        assert second[key] == first[key], key


def test_the_dump_may_come_from_standard_input_and_from_several_files(tmp_path: Path):
    assert krmfn("adopt", "--live", "-", "-f", NATS, stdin=DUMP.read_text()).status == 0
    whole = yaml.safe_load(DUMP.read_text())
    operator = [obj for obj in whole["items"] if obj["kind"] == "Deployment"]
    rest = [obj for obj in whole["items"] if obj["kind"] != "Deployment"]
    (tmp_path / "operator.yaml").write_text(yaml.safe_dump_all(operator))
    (tmp_path / "rest.yaml").write_text(yaml.safe_dump_all(rest))
    called = krmfn("adopt", "--live", tmp_path / "rest.yaml", "--live", tmp_path / "operator.yaml", "-f", NATS)
    assert called.status == 0
    assert "[operator-running]" in called.out


def test_options_are_repeated_for_the_same_render_and_quoted(tmp_path: Path):
    (tmp_path / "a b.yaml").write_text(NATS.read_text().replace("  namespace: kyma-system\n", ""))
    (tmp_path / "render.yaml").write_text(
        "apiVersion: fn.krmfn.dev/v1alpha1\nkind: RenderNATS\nspec:\n  profile: nats-manager\n"
    )
    called = krmfn(
        "adopt", "--live", DUMP, "-f", "a b.yaml", "-R", "-n", "kyma-system", "--config", "render.yaml", "--set",
        "provider=aws", "--set", "clusterDomain=cluster.local", cwd=tmp_path,
    )  # fmt: skip
    assert called.status == 0, called
    stated = "--set provider=aws --set clusterDomain=cluster.local --set istio=true --set profile=nats-manager"
    assert f"krmfn render -f 'a b.yaml' -R -n kyma-system --config render.yaml {stated}" in called.out


def test_a_nats_from_standard_input_is_called_by_a_file_name_in_the_plan():
    called = krmfn("adopt", "--live", DUMP, "-f", "-", stdin=NATS.read_text())
    assert "krmfn render -f nats.yaml --set" in called.out


@pytest.mark.parametrize(
    "stated",
    [("--set", "profile=hardened"), ("--set", "secretMode=bcrypt"), ("--config", "render.yaml")],
)
def test_what_would_change_the_objects_is_refused_in_one_sentence(stated: tuple[str, ...], tmp_path: Path):
    (tmp_path / "render.yaml").write_text(
        "apiVersion: fn.krmfn.dev/v1alpha1\nkind: RenderNATS\nspec:\n  profile: hardened\n"
    )
    called = krmfn("adopt", *USUAL, *stated, cwd=tmp_path)
    assert called.status == 1
    (error,) = [line for line in called.out.splitlines() if "error: " in line]
    assert error.endswith("[not-for-take-over]")


def test_a_config_map_may_state_the_profile(tmp_path: Path):
    file = tmp_path / "config.yaml"
    file.write_text("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c\ndata:\n  profile: hardened\n")
    assert "[not-for-take-over]" in krmfn("adopt", *USUAL, "--config", file).out
    file.write_text("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c\ndata:\n  zoneSpread: preferred\n")
    assert krmfn("adopt", *USUAL, "--config", file).status == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("-f", "nats.yaml"), "--live is missing"),
        (("--live", "-", "-f", "-"), "standard input can be read only once"),
        (("--live", "live.yaml"), "-f is missing"),
        (("--live", "a", "-f", "b", "--for", "helm"), "unknown value of --for"),
    ],
)
def test_a_wrong_command_line_has_status_2(arguments: tuple[str, ...], said: str):
    called = krmfn("adopt", *arguments)
    assert called.status == 2
    assert said in called.err
    assert called.out == ""


@pytest.mark.parametrize(
    ("nats", "code"),
    [
        ("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c\n", "no-nats-cr"),
        (NATS.read_text() + "spec:\n  cluster:\n    size: 4\n", "even-cluster-size"),
        ("a: [", "yaml"),
    ],
)
def test_a_nats_that_cannot_be_rendered_is_said_and_nothing_judged(nats: str, code: str, tmp_path: Path):
    (tmp_path / "nats.yaml").write_text(nats)
    called = krmfn("adopt", "--live", DUMP, "-f", tmp_path / "nats.yaml")
    assert called.status == 1
    assert code in called.out
    assert "rollout" not in called.out


@pytest.mark.parametrize(
    ("dump", "code"),
    [
        ("apiVersion: v1\nkind: Secret\nmetadata:\n  name: No Name!\n", "not-an-object"),
        ("apiVersion: v1\nkind: Secret\nmetadata: &a\n  name: [*a]\n", "error: "),
        ("apiVersion: v1\nkind: Secret\nmetadata:\n  name: x\ndata:\n  a: [\n", "error: "),
    ],
)
def test_a_dump_that_cannot_be_read_is_said(dump: str, code: str, tmp_path: Path):
    (tmp_path / "live.yaml").write_text(dump)
    called = krmfn("adopt", "--live", tmp_path / "live.yaml", "-f", NATS)
    assert called.status == 1
    assert code in called.out


def test_a_dump_that_lies_beside_the_nats_is_not_taken_for_a_second_one(tmp_path: Path):
    (tmp_path / "live.yaml").write_text(DUMP.read_text())
    (tmp_path / "nats.yaml").write_text(NATS.read_text())
    assert krmfn("adopt", "--live", tmp_path / "live.yaml", "-f", tmp_path).status == 0


def test_the_dump_is_not_the_nats_as_it_is_to_stand_in_git():
    called = krmfn("adopt", "--live", DUMP, "-f", DUMP)
    assert called.status == 1
    assert "-f names the dump" in called.out


def test_a_dump_without_managed_fields_gives_a_plan_whose_step_4_asks_again(tmp_path: Path):
    dump = yaml.safe_load(DUMP.read_text())
    for item in dump["items"]:
        item["metadata"].pop("managedFields", None)
    (tmp_path / "live.yaml").write_text(yaml.safe_dump(dump))
    called = krmfn("adopt", "--live", tmp_path / "live.yaml", "-f", NATS, "--for", "flux")
    assert called.status == 0
    assert "[managed-fields-missing]" in called.out
    step = called.out.partition("\n4. ")[2].partition("\n5. ")[0]
    assert "--show-managed-fields -o yaml" in step or "-o yaml --show-managed-fields" in step
    assert "krmfn adopt --live managed-kyma-system.yaml -f " in step
