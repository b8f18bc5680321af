"""The steps of the GitHub action run as the runner would run them, but for the installation; `gh` alone is played."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.calls import ROOT

ACTION = yaml.safe_load((ROOT / "action.yml").read_text())
STEPS = ACTION["runs"]["steps"]
WHO = ["-c", "user.name=t", "-c", "user.email=t@example.com"]
GH = """\
#!/usr/bin/env bash
# lists the comments in the folder, writes and renews them; refuses to write with a token that may only read
cd "$GH_FOLDER"
mark=$(printf %s "$*" | sed -n 's/.*startswith("\\(.*\\)")).*/\\1/p')
case "$*" in
  *--paginate*) grep -lF "$mark" /dev/null *.md 2> /dev/null | sed 's/[.]md$//' ;;
  *) [ "$GH_TOKEN" = may-write ] || { echo "HTTP 403" >&2; exit 1; }
     for word in "$@"; do case "$word" in body=@*) body=${word#body=@} ;; esac; done
     case "$*" in
       *PATCH*) cp "$body" "$(printf %s "$*" | sed 's/.*comments\\/\\([0-9]*\\) .*/\\1/').md" ;;
       *) cp "$body" "$((100 + $(ls | wc -l))).md" ;;
     esac ;;
esac
"""


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *WHO, *arguments], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


class Job:
    """A checkout of a repository with one cluster, and the action's steps in it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.checkout = folder, folder / "checkout"
        self.comments, self.bin = folder / "comments", folder / "bin"
        for made in (self.checkout, self.comments, self.bin):
            made.mkdir()
        (self.bin / "gh").write_text(GH)
        (self.bin / "gh").chmod(0o755)
        for name in ("nats.yaml", "render.yaml"):
            (self.checkout / name).write_text((ROOT / "examples/plain" / name).read_text())
        git(self.checkout, "init", "-q", "-b", "main")
        self.base = self.commit()
        self.token, self.said, self.summary = "may-write", "", ""

    def commit(self) -> str:
        git(self.checkout, "add", ".")
        git(self.checkout, "commit", "-q", "-m", "x")
        return git(self.checkout, "rev-parse", "HEAD")

    def change(self, old: str, new: str) -> None:
        file = self.checkout / "nats.yaml"
        assert old in file.read_text()
        file.write_text(file.read_text().replace(old, new))
        self.commit()

    def run(self, event: str = "pull_request", **inputs: str) -> dict[str, str]:
        """Every step until one fails: the outputs of all, and "failed" with its name."""
        given = {"path": "nats.yaml", "config": "render.yaml", **{k.replace("_", "-"): v for k, v in inputs.items()}}
        known = {f"inputs.{key}": given.get(key, row.get("default", "")) for key, row in ACTION["inputs"].items()}
        known |= {
            "github.action_path": str(ROOT), "github.event_name": event, "github.token": self.token,
            "github.repository": "shop/clusters", "github.event.pull_request.number": "7",
            "github.event.pull_request.base.sha": self.base if event == "pull_request" else "",
        }  # fmt: skip
        outputs: dict[str, str] = {}
        self.said = self.summary = ""
        for step in STEPS[1:]:
            if self.wanted(step.get("if", ""), known):
                status = self.step(step, known, outputs)
                if status:
                    return {**outputs, "failed": step["name"]}
        return outputs

    def step(self, step: dict, known: dict[str, str], outputs: dict[str, str]) -> int:
        files = {name: self.folder / name.lower() for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "GITHUB_PATH")}
        for file in files.values():
            file.write_text("")
        path = os.pathsep.join([str(self.bin), str(Path(sys.executable).parent), os.environ["PATH"]])
        environment = {
            **os.environ, **{name: str(file) for name, file in files.items()}, "PATH": path,
            "RUNNER_TEMP": str(self.folder), "GH_FOLDER": str(self.comments),
            **{name: self.text(value, known) for name, value in step.get("env", {}).items()},
        }  # fmt: skip
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            cwd=self.checkout, env=environment, capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip
        self.said += done.stdout + done.stderr
        self.summary += files["GITHUB_STEP_SUMMARY"].read_text()
        for line in files["GITHUB_OUTPUT"].read_text().splitlines():
            key, _, value = line.partition("=")
            outputs[key] = known[f"steps.{step['id']}.outputs.{key}"] = value
        return done.returncode

    @staticmethod
    def text(value: str, known: dict[str, str]) -> str:
        """A value with its expressions filled in; `||` takes the first that is not empty."""

        def filled(match: re.Match[str]) -> str:
            return next((known.get(part.strip(), "") for part in match[1].split("||") if known.get(part.strip())), "")

        return re.sub(r"\$\{\{(.*?)\}\}", filled, value)

    @staticmethod
    def wanted(condition: str, known: dict[str, str]) -> bool:
        for part in filter(None, condition.split(" && ")):
            name, compared, value = part.split(" ")
            assert compared in ("==", "!=")
            if (known.get(name, "") == value.strip("'")) != (compared == "=="):
                return False
        return True

    def comment(self) -> str:
        """The one comment, "" for none."""
        texts = [file.read_text() for file in self.comments.iterdir()]
        assert len(texts) < 2
        return "".join(texts)


@pytest.fixture
def job(tmp_path: Path) -> Job:
    return Job(tmp_path)


def test_the_scripts_are_shell_without_a_place_to_inject():
    for step in STEPS:
        assert subprocess.run(["bash", "-n"], input=step["run"], text=True, check=False).returncode == 0
        assert "${{" not in step["run"]


def test_the_installation_is_pinned_and_of_the_actions_own_commit():
    assert "--require-hashes" in STEPS[0]["run"]
    assert STEPS[0]["env"] == {"SOURCE": "${{ github.action_path }}"}


def test_findings_become_annotations_with_file_and_line(job: Job):
    assert "failed" not in job.run()
    assert "::notice file=nats.yaml,line=" in job.said
    job.change("size: 3", "size: 4")
    assert job.run(comment="true") == {"failed": "Check"}
    assert "::error file=nats.yaml,line=8,title=even-cluster-size::spec.cluster.size: " in job.said
    assert job.comment() == ""


def test_several_paths_may_stand_on_several_lines(job: Job):
    other = (
        (job.checkout / "nats.yaml").read_text().replace("name: orders", "name: others").replace("size: 3", "size: 4")
    )
    (job.checkout / "other.yaml").write_text(other)
    assert job.run(path="nats.yaml\nother.yaml\n") == {"failed": "Check"}
    assert "::error file=other.yaml,line=8," in job.said


def test_without_a_change_nothing_is_commented(job: Job):
    assert job.run(comment="true", fail_on="metadata") == {"impact": "none"}
    assert job.comment() == ""
    assert "krmfn: no change" in job.summary


def test_a_change_is_told_in_the_summary_and_in_one_comment(job: Job):
    job.change("cpu: 200m", "cpu: 400m")
    assert job.run(comment="true") == {"impact": "restart"}
    assert "**restart**" in job.summary
    assert "**restart**" in job.comment()
    job.change("size: 3", "size: 5")
    job.run(comment="true")
    assert "spec.replicas: 3 -> 5" in job.comment()


def test_what_is_not_judged_is_commented_and_fails_where_something_was_promised(job: Job):
    (job.checkout / "kustomization.yaml").write_text("resources: [nats.yaml]\nimages: [{name: nats, newTag: x}]\n")
    job.commit()
    assert job.run(comment="true") == {"impact": "unknown"}
    assert "**Not judged**" in job.comment()
    assert "[unbuilt-change]" in job.summary
    assert job.run(fail_on="data-loss")["failed"] == "Verdict"


def test_a_comment_is_renewed_when_the_change_is_taken_back(job: Job):
    job.change("cpu: 200m", "cpu: 400m")
    job.run(comment="true")
    job.change("cpu: 400m", "cpu: 200m")
    assert job.run(comment="true") == {"impact": "none"}
    assert "krmfn: no change" in job.comment()


def test_without_the_input_no_comment_is_written(job: Job):
    job.change("cpu: 200m", "cpu: 400m")
    assert job.run() == {"impact": "restart"}
    assert job.comment() == ""


def test_a_changed_configuration_is_a_change(job: Job):
    file = job.checkout / "render.yaml"
    file.write_text(f"{file.read_text()}  priorityClass: high\n")
    assert job.run() == {"impact": "restart"}


def test_a_change_that_loses_data_fails_the_job_after_the_comment(job: Job):
    job.change("size: 20Gi", "size: 10Gi")
    assert job.run(comment="true", fail_on="recreate", output_dir="rendered") == {
        "impact": "data-loss", "failed": "Verdict", "changed": "true",
    }  # fmt: skip
    assert "[claim-shrunk]" in job.comment()
    assert "::error title=krmfn::A change is recreate or stronger (the strongest is data-loss)" in job.said


def test_what_the_nats_allows_does_not_fail(job: Job):
    job.change("size: 3", "size: 5")
    job.base = git(job.checkout, "rev-parse", "HEAD")
    job.change("size: 5", "size: 3")
    assert job.run(fail_on="data-loss") == {"impact": "data-loss", "failed": "Verdict"}
    job.change("  namespace: shop", "  namespace: shop\n  annotations:\n    krmfn.dev/allow: scale-down")
    assert job.run(fail_on="data-loss") == {"impact": "data-loss"}


def test_without_a_class_to_fail_on_the_job_only_tells(job: Job):
    job.change("size: 20Gi", "size: 10Gi")
    assert job.run() == {"impact": "data-loss"}


def test_a_pull_request_from_a_fork_gets_its_comment_in_the_summary(job: Job):
    job.token = "may-read"
    job.change("cpu: 200m", "cpu: 400m")
    assert job.run(comment="true") == {"impact": "restart"}
    assert "::notice title=krmfn::The comment could not be written" in job.said
    assert "**restart**" in job.summary


def test_a_base_that_is_not_there_is_fetched(job: Job, tmp_path: Path):
    job.change("cpu: 200m", "cpu: 400m")
    full = tmp_path / "full"
    job.checkout.rename(full)
    subprocess.run(["git", "clone", "-q", "--depth", "1", f"file://{full}", str(job.checkout)], check=True)
    assert git(job.checkout, "rev-list", "--count", "HEAD") == "1"
    assert job.run() == {"impact": "restart"}


def test_the_base_may_be_a_branch_of_the_origin(job: Job, tmp_path: Path):
    job.change("cpu: 200m", "cpu: 400m")
    full = tmp_path / "full"
    job.checkout.rename(full)
    git(full, "branch", "release", job.base)
    subprocess.run(["git", "clone", "-q", "--depth", "1", f"file://{full}", str(job.checkout)], check=True)
    assert job.run("push", base="release") == {"impact": "restart"}


@pytest.mark.parametrize(("fail_on", "outcome"), [("", {}), ("restart", {"failed": "Diff"})])
def test_a_base_that_nobody_has_is_a_warning_or_an_error(job: Job, fail_on: str, outcome: dict[str, str]):
    """As in a fork whose checkout has another origin: with `fail-on` something was promised."""
    level = "error" if fail_on else "warning"
    assert job.run(base="1" * 40, fail_on=fail_on, comment="true") == outcome
    assert f"::{level} title=krmfn::The base cannot be fetched" in job.said
    assert job.comment() == ""


def test_an_invalid_base_is_not_judged(job: Job):
    right = (job.checkout / "nats.yaml").read_text()
    job.change("size: 3", "size: 4")
    job.base = git(job.checkout, "rev-parse", "HEAD")
    (job.checkout / "nats.yaml").write_text(right)
    assert job.run() == {}
    assert "::warning title=krmfn::The change cannot be judged" in job.said
    assert "[even-cluster-size]" in job.summary
    assert job.run(fail_on="data-loss") == {"failed": "Diff"}


def test_a_push_compares_nothing_and_renders(job: Job):
    assert job.run("push", output_dir="rendered", comment="true") == {"changed": "true"}
    job.commit()
    assert job.run("push", output_dir="rendered") == {"changed": "false"}


def test_the_outputs_are_those_of_the_steps():
    for name, row in ACTION["outputs"].items():
        step, output = re.fullmatch(r"\$\{\{ steps\.(\w+)\.outputs\.(\w+) \}\}", row["value"]).groups()
        (script,) = (one["run"] for one in STEPS if one.get("id") == step)
        assert output == name
        assert f"{output}=" in script


def test_the_documented_inputs_are_there():
    page = (ROOT / "docs/how-to/ci.md").read_text()
    (block,) = (b for b in re.findall(r"```yaml\n(.*?)```", page, re.DOTALL) if "jobs:" in b)
    (step,) = (s for s in yaml.safe_load(block)["jobs"]["krmfn"]["steps"] if "krmfn" in s["uses"])
    assert set(step["with"]) <= set(ACTION["inputs"])
