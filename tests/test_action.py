"""The steps of the GitHub action run as the runner would run them, but for the installation and the upload.

A local server speaks GitHub's comments API.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml

from tests.calls import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

ACTION = yaml.safe_load((ROOT / "action.yml").read_text())
STEPS = ACTION["runs"]["steps"]
INSTALL = next(step for step in STEPS if step["name"] == "Install")
WHO = ["-c", "user.name=t", "-c", "user.email=t@example.com"]
COMMENTS = "/repos/shop/clusters/issues"
BOT, PERSON = {"type": "Bot"}, {"type": "User"}


class GitHub(ThreadingHTTPServer):
    """The comments of pull request 7: listed by page, written and renewed with a token that may."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answers)
        self.comments: list[dict[str, Any]] = []
        self.fault: tuple[str, int] | None = None  # of the next request with this method: its status, 0 for no answer
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        Thread(target=self.serve_forever, daemon=True).start()


class Answers(BaseHTTPRequestHandler):
    server: GitHub

    def parse_request(self) -> bool:
        """False ends the request: it has been answered with the fault."""
        known = super().parse_request()
        method, status = self.server.fault or ("", 0)
        if not known or self.command != method:
            return known
        self.server.fault = None
        if status == 404:
            self.server.comments.clear()  # deleted after it was found
        self.close_connection = True
        if status:
            self.answer(status, {"message": "no"})
        return False

    def do_GET(self) -> None:
        asked = urlsplit(self.path)
        assert asked.path == f"{COMMENTS}/7/comments"
        number, size = (int(parse_qs(asked.query)[key][0]) for key in ("page", "per_page"))
        self.answer(200, self.server.comments[(number - 1) * size : number * size])

    def do_POST(self) -> None:
        assert self.path == f"{COMMENTS}/7/comments"
        made = {"id": 100 + len(self.server.comments), "user": BOT, **self.body()}
        if self.may_write():
            self.server.comments.append(made)
            self.answer(201, made)

    def do_PATCH(self) -> None:
        asked, body = self.path.rpartition("/"), self.body()
        assert asked[0] == f"{COMMENTS}/comments"
        (one,) = (one for one in self.server.comments if one["id"] == int(asked[2]))
        if self.may_write():
            one.update(body)
            self.answer(200, one)

    def body(self) -> dict[str, str]:
        found = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        assert len(found["body"]) <= 65536
        return found

    def may_write(self) -> bool:
        if self.headers["Authorization"] == "Bearer may-write":
            return True
        self.answer(403, {"message": "Resource not accessible by integration"})
        return False

    def answer(self, status: int, value: object) -> None:
        data = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Nothing."""


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *WHO, *arguments], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


class Job:
    """A checkout of a repository with one cluster, and the action's steps in it."""

    def __init__(self, folder: Path, github: GitHub) -> None:
        self.folder, self.checkout, self.github = folder, folder / "checkout", github
        self.bin = folder / "bin"
        for made in (self.checkout, self.bin):
            made.mkdir()
        for name in ("nats.yaml", "render.yaml"):
            (self.checkout / name).write_text((ROOT / "examples/plain" / name).read_text())
        git(self.checkout, "init", "-q", "-b", "main")
        self.base = self.commit()
        self.token, self.said, self.summary, self.ran = "may-write", "", "", []

    def commit(self) -> str:
        git(self.checkout, "add", ".")
        git(self.checkout, "commit", "-q", "-m", "x")
        return git(self.checkout, "rev-parse", "HEAD")

    def change(self, old: str, new: str) -> None:
        file = self.checkout / "nats.yaml"
        assert old in file.read_text()
        file.write_text(file.read_text().replace(old, new))
        self.commit()

    def run(self, event: str = "pull_request", *, fails: str = "", **inputs: str) -> dict[str, str]:
        """Every step that the runner would run: the outputs of all, and "failed" with the first that failed."""
        given = {"path": "nats.yaml", "config": "render.yaml", **{k.replace("_", "-"): v for k, v in inputs.items()}}
        known = {f"inputs.{key}": given.get(key, row.get("default", "")) for key, row in ACTION["inputs"].items()}
        known |= {
            "github.action_path": str(ROOT), "github.event_name": event, "github.token": self.token,
            "github.repository": "shop/clusters", "runner.temp": str(self.folder),
            "github.event.pull_request.number": "7" if event == "pull_request" else "",
            "github.event.pull_request.base.sha": self.base if event == "pull_request" else "",
        }  # fmt: skip
        outputs: dict[str, str] = {}
        self.said, self.summary, self.ran = "", "", []
        failed = ""
        for step in STEPS:
            if step is INSTALL:
                failed = fails
            if step is INSTALL or not self.wanted(step.get("if", ""), known, failed):
                continue
            self.ran.append(step["name"])
            if "run" in step and self.step(step, known, outputs) and not failed:
                failed = step["name"]
        shown = {key: outputs[key] for key in ("impact", "changed") if key in outputs}
        return {**shown, "failed": failed} if failed else shown

    def step(self, step: dict, known: dict[str, str], outputs: dict[str, str]) -> int:
        files = {name: self.folder / name.lower() for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "GITHUB_PATH")}
        for file in files.values():
            file.write_text("")
        path = os.pathsep.join([str(self.bin), str(Path(sys.executable).parent), os.environ["PATH"]])
        environment = {
            **os.environ, **{name: str(file) for name, file in files.items()}, "PATH": path,
            "RUNNER_TEMP": str(self.folder), "GITHUB_API_URL": self.github.url, "GITHUB_REPOSITORY": "shop/clusters",
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
    def wanted(condition: str, known: dict[str, str], failed: str) -> bool:
        """A condition without a status function is true only while no step has failed."""
        parts = condition.removeprefix("${{ ").removesuffix(" }}").split(" && ") if condition else []
        if "!cancelled()" not in parts and failed:
            return False
        for part in parts:
            if part != "!cancelled()":
                name, compared, value = part.split(" ")
                assert compared in ("==", "!=")
                if (known.get(name, "") == value.strip("'")) != (compared == "=="):
                    return False
        return True

    def commands(self) -> list[str]:
        """The lines of the log that the runner takes for commands."""
        found, stopped = [], ""
        for line in map(str.strip, self.said.splitlines()):
            if stopped:
                stopped = "" if line == f"::{stopped}::" else stopped
            elif line.startswith("::stop-commands::"):
                stopped = line.removeprefix("::stop-commands::")
                assert re.fullmatch("[0-9a-f]{32}", stopped)
            elif line.startswith("::") or "##[" in line:
                found.append(line)
        return found

    def comment(self) -> str:
        """The one comment of the action, "" for none."""
        texts = [one["body"] for one in self.github.comments if one["user"] == BOT]
        assert len(texts) < 2
        return "".join(texts)


@pytest.fixture
def github() -> Iterator[GitHub]:
    one = GitHub()
    yield one
    one.shutdown()
    one.server_close()


@pytest.fixture
def job(tmp_path: Path, github: GitHub) -> Job:
    return Job(tmp_path, github)


def test_the_scripts_are_shell_without_a_place_to_inject():
    for step in (one for one in STEPS if "run" in one):
        assert subprocess.run(["bash", "-n"], input=step["run"], text=True, check=False).returncode == 0
        assert "${{" not in step["run"]


def test_the_installation_is_pinned_and_of_the_actions_own_commit():
    assert "--require-hashes" in INSTALL["run"]
    assert INSTALL["env"] == {"SOURCE": "${{ github.action_path }}"}


def test_findings_become_annotations_with_file_and_line(job: Job):
    assert "failed" not in job.run()
    assert "::notice file=nats.yaml,line=" in job.said
    job.change("size: 3", "size: 4")
    assert job.run(comment="true") == {"failed": "Verdict"}
    assert "::error file=nats.yaml,line=8,title=even-cluster-size::spec.cluster.size: " in job.said


def test_several_paths_may_stand_on_several_lines(job: Job):
    other = (
        (job.checkout / "nats.yaml").read_text().replace("name: orders", "name: others").replace("size: 3", "size: 4")
    )
    (job.checkout / "other.yaml").write_text(other)
    assert job.run(path="nats.yaml\nother.yaml\n") == {"failed": "Verdict"}
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


def test_when_nothing_renders_the_comment_is_renewed_with_the_errors(job: Job):
    job.change("cpu: 200m", "cpu: 400m")
    job.run(comment="true")
    assert "**restart**" in job.comment()
    job.change("size: 3", "size: 4")
    assert job.run(comment="true", output_dir="rendered") == {"failed": "Verdict"}
    assert job.comment().count("krmfn") > 1
    assert "restart" not in job.comment()
    assert "[even-cluster-size]" in job.comment()
    assert "[even-cluster-size]" in job.summary
    assert "Render" not in job.ran


def test_when_the_command_fails_or_is_not_there_the_comment_says_so(job: Job):
    job.change("cpu: 200m", "cpu: 400m")
    job.run(comment="true")
    assert job.run(fails="Install", comment="true") == {"failed": "Install"}
    assert job.ran == ["Start", "Comment"]
    assert "### krmfn: not compared\n\nThe run failed before the comparison" in job.comment()
    (job.bin / "krmfn").write_text("#!/bin/sh\necho broken >&2\nexit 70\n")
    (job.bin / "krmfn").chmod(0o755)
    assert job.run(comment="true") == {"failed": "Verdict"}
    assert "### krmfn: not compared\n\nThe change cannot be judged" in job.comment()


def test_a_check_that_fails_is_named_in_the_comment_and_fails_the_job(job: Job):
    (job.bin / "krmfn").write_text(
        f'#!/bin/sh\ncase $1 in check) echo wrong; exit 1 ;; *) exec {sys.executable} -I -m krmfn "$@" ;; esac\n'
    )
    (job.bin / "krmfn").chmod(0o755)
    assert job.run(comment="true") == {"impact": "none", "failed": "Verdict"}
    assert "### krmfn: no change\n\n**krmfn check failed**" in job.comment()


def test_a_comment_of_somebody_else_is_never_taken_for_the_own_one(job: Job):
    job.change("cpu: 200m", "cpu: 400m")
    job.run(comment="true")
    (own,) = job.github.comments
    mark = own["body"].splitlines()[0]
    strangers = [{"id": 1000 + n, "user": PERSON, "body": f"{mark}\n### krmfn: no change"} for n in range(150)]
    job.github.comments[:] = [*strangers, own]  # the own one is on the second page
    job.change("size: 20Gi", "size: 10Gi")
    job.run(comment="true")
    assert len(job.github.comments) == 151
    assert "**data-loss**" in own["body"]
    assert all(one["body"].endswith("no change") for one in strangers)


def test_a_long_comment_is_cut_at_a_line_and_stays_valid(job: Job):
    text = "### krmfn\\n\\n<details>\\n" + ("ä" * 99 + "\\n") * 1000 + "</details>\\n"
    (job.bin / "krmfn").write_text(f"#!/bin/sh\ncase $1 in diff) printf '{text}' ;; esac\n")
    (job.bin / "krmfn").chmod(0o755)
    job.run(comment="true")
    assert len(job.comment()) < 61000
    assert job.comment().endswith("</details>\n\nThe comment is cut here; the summary of the run has all.\n")


def test_the_lines_that_cause_a_change_are_annotated(job: Job):
    job.change("size: 20Gi", "size: 10Gi")
    job.run()
    (one,) = (line for line in job.commands() if line.startswith("::error"))
    assert one.startswith("::error file=nats.yaml,line=")
    assert ",title=krmfn data-loss::spec.jetStream.fileStorage.size: 20Gi -> 10Gi: " in one


def test_the_summary_has_the_picture(job: Job):
    job.change("cpu: 200m", "cpu: 400m")
    job.run()
    assert job.summary.index("**restart**") < job.summary.index("```mermaid\nflowchart LR\n")
    assert job.summary.rstrip().endswith("</details>")


def test_the_findings_are_uploaded_where_that_is_wanted(job: Job):
    job.run()
    assert "Code scanning" not in job.ran
    job.run(sarif="true")
    assert "Code scanning" in job.ran
    (step,) = (one for one in STEPS if one["name"] == "Code scanning")
    log = Path(Job.text(step["with"]["sarif_file"], {"runner.temp": str(job.folder)}))
    assert json.loads(log.read_text())["version"] == "2.1.0"


def test_no_name_of_a_file_or_object_is_a_command_of_the_runner(job: Job):
    for name in ("::error::x.yaml", "##[error]y.yaml", "%0A::warning::z.yaml", "a\n::error::line.yaml"):
        (job.checkout / name).write_text(
            "apiVersion: operator.kyma-project.io/v1alpha1\nkind: NATS\nmetadata:\n"
            '  name: "a\\n::error::b"\n  labels: {"x\\n::error::y": "::set-output name=a::b"}\n'
            "spec: {cluster: {size: 4}}\n"
        )
    job.commit()
    job.run(path=".", comment="true")
    names = {line.split(" ")[0] for line in job.commands()}
    assert names <= {"::error", "::warning", "::notice"}
    for line in job.commands():
        assert re.fullmatch(r"::\w+ (file=[^:,]*,)?(line=\d+,)?title=[^:,]+::[^\n]*", line), line


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


@pytest.mark.parametrize("status", [0, 429, 502])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_server_that_fails_once_gets_one_comment(job: Job, method: str, status: int):
    job.change("cpu: 200m", "cpu: 400m")
    job.github.fault = (method, status)
    assert job.run(comment="true") == {"impact": "restart"}
    assert "::notice title=krmfn::" not in job.said
    assert "**restart**" in job.comment()


def test_a_comment_that_is_deleted_meanwhile_is_written_anew(job: Job):
    job.change("cpu: 200m", "cpu: 400m")
    job.run(comment="true")
    job.github.fault = ("PATCH", 404)
    assert job.run(comment="true") == {"impact": "restart"}
    assert "**restart**" in job.comment()


def test_a_comment_of_a_deleted_account_is_somebody_elses(job: Job):
    job.github.comments[:] = [{"id": 1, "user": None, "body": None}, {"id": 2, "user": None, "body": "<!-- krmfn"}]
    job.change("cpu: 200m", "cpu: 400m")
    assert job.run(comment="true") == {"impact": "restart"}
    assert "**restart**" in job.comment()


def test_the_history_of_a_full_clone_is_kept(job: Job, tmp_path: Path):
    job.change("cpu: 200m", "cpu: 400m")
    full = tmp_path / "full"
    job.checkout.rename(full)
    git(full, "checkout", "-q", "-b", "release", job.base)
    (full / "other.txt").write_text("x")
    git(full, "add", ".")
    git(full, "commit", "-q", "-m", "y")
    git(full, "checkout", "-q", "main")
    git(tmp_path, "clone", "-q", "--single-branch", f"file://{full}", str(job.checkout))
    assert job.run("push", base="release") == {"impact": "restart"}
    assert git(job.checkout, "rev-parse", "--is-shallow-repository") == "false"
    assert git(job.checkout, "rev-list", "--count", "HEAD") == "2"


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


@pytest.mark.parametrize(("fail_on", "outcome"), [("", {}), ("restart", {"failed": "Verdict"})])
def test_a_base_that_nobody_has_is_a_warning_or_an_error(job: Job, fail_on: str, outcome: dict[str, str]):
    """As in a fork whose checkout has another origin: with `fail-on` something was promised."""
    level = "error" if fail_on else "warning"
    assert job.run(base="1" * 40, fail_on=fail_on, comment="true") == outcome
    assert f"::{level} title=krmfn::The base cannot be fetched" in job.said
    assert job.comment().endswith("### krmfn: not compared\n\nThe base cannot be fetched, so nothing was compared.\n")


def test_an_invalid_base_is_not_judged(job: Job):
    right = (job.checkout / "nats.yaml").read_text()
    job.change("size: 3", "size: 4")
    job.base = git(job.checkout, "rev-parse", "HEAD")
    (job.checkout / "nats.yaml").write_text(right)
    assert job.run() == {}
    assert "::warning title=krmfn::The change cannot be judged" in job.said
    assert "[even-cluster-size]" in job.summary
    assert job.run(fail_on="data-loss") == {"failed": "Verdict"}


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
