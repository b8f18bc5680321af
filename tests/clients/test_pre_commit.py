"""The hooks of .pre-commit-hooks.yaml by the real pre-commit, which builds and installs krmfn, in real commits."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from tests.calls import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

NATS = (ROOT / "examples/plain/nats.yaml").read_text()
RENDER = ["-f", "source/nats.yaml", "--config", "source/render.yaml", "--output-dir", "rendered"]


class Repository:
    """A repository in which pre-commit runs at every commit."""

    def __init__(self, place: Path, pre_commit: str, home: Path) -> None:
        self.place, self._pre_commit = place, pre_commit
        self._env = {
            **{key: value for key, value in os.environ.items() if not key.startswith("GIT_")},
            "PRE_COMMIT_HOME": str(home),
            **{f"GIT_{who}_{what}": "a@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
        }
        place.mkdir()
        self.run("git", "init", "--quiet")

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """A command that must succeed."""
        done = self.tried(*command)
        assert done.returncode == 0, done
        return done

    def tried(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(command, cwd=self.place, env=self._env, capture_output=True, text=True, check=False)

    def write(self, path: str, text: str) -> None:
        file = self.place / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def use(self, hooks: Path, *rows: dict[str, object]) -> None:
        """Configure hooks of the repository `hooks`, and make `git commit` run them."""
        revision = subprocess.run(["git", "rev-parse", "HEAD"], cwd=hooks, capture_output=True, text=True, check=True)
        of = {"repo": str(hooks), "rev": revision.stdout.strip(), "hooks": list(rows)}
        self.write(".pre-commit-config.yaml", yaml.safe_dump({"repos": [of]}))
        self.run("git", "add", "-A")
        self.run("git", "commit", "--quiet", "-m", "hooks")
        self.run(self._pre_commit, "install", "--install-hooks")

    def commit(self) -> tuple[int, str]:
        """The status of a commit of all that is in the index, and all that was said."""
        done = self.tried("git", "commit", "-m", "change")
        return done.returncode, done.stdout + done.stderr

    def commit_all(self) -> tuple[int, str]:
        self.run("git", "add", "-A")
        return self.commit()


@pytest.fixture(scope="module")
def pre_commit() -> str:
    path = os.environ.get("KRMFN_PRE_COMMIT") or shutil.which("pre-commit")
    if path is None:
        pytest.skip("pre-commit is not on PATH: pipx install pre-commit, or set KRMFN_PRE_COMMIT")
    return path


@pytest.fixture(scope="module")
def hooks(pre_commit: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path, Path]]:
    """pre-commit, its home, and a repository with the files of this one as they are now."""
    place = tmp_path_factory.mktemp("pre-commit")
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(place), "flit_core>=3.9,<5"]
    if subprocess.run(pip, capture_output=True, check=False).returncode:
        pytest.skip("no package index answers, from which pre-commit installs what krmfn needs")
    source = Repository(place / "krmfn", pre_commit, place / "home")
    for path in source.run("git", "-C", str(ROOT), "ls-files", "--", ".", ":!tests", ":!docs").stdout.splitlines():
        if (ROOT / path).is_file():
            goal = source.place / path
            goal.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / path, goal)
    source.run("git", "add", "-A")
    source.run("git", "commit", "--quiet", "-m", "krmfn")
    yield pre_commit, place / "home", source.place
    shutil.rmtree(place)


@pytest.fixture
def repository(hooks: tuple[str, Path, Path], tmp_path: Path) -> Repository:
    """With all three hooks as docs/how-to/ci.md has them, and a NATS and its rendered files in the first commit."""
    command, home, source = hooks
    made = Repository(tmp_path / "user", command, home)
    made.use(source, {"id": "krmfn-fix"}, {"id": "krmfn-check"}, {"id": "krmfn-render", "args": RENDER})
    made.write("source/nats.yaml", NATS)
    made.write("source/render.yaml", (ROOT / "examples/plain/render.yaml").read_text())
    status, said = made.commit_all()
    assert (status, "kustomization.yaml: error: this file is missing" in said or "[not-current]" in said) == (1, True)
    assert made.commit_all()[0] == 0
    return made


def test_a_commit_that_is_in_order_passes_and_rendered_files_are_not_checked_one_by_one(repository: Repository) -> None:
    names = repository.run("git", "show", "--name-only", "--format=", "HEAD").stdout.split()
    assert [name for name in names if name.startswith("rendered/") and "nats" in Path(name).name]
    repository.write("README", "nothing of krmfn\n")
    status, said = repository.commit_all()
    assert status == 0
    assert said.count("no files to check") == 2
    for name in names:
        if name.startswith("rendered/"):
            repository.write(name, (repository.place / name).read_text() + "# a comment\n")
    status, said = repository.commit_all()
    assert (status, said.count("no files to check")) == (1, 2), said  # what is rendered has no such comment


def test_a_nats_that_is_wrong_stops_the_commit_with_its_line(repository: Repository) -> None:
    repository.write("source/nats.yaml", NATS.replace("size: 3", "size: 4"))
    status, said = repository.commit_all()
    line = NATS[: NATS.index("size: 3")].count("\n") + 1
    assert (status, f"source/nats.yaml:{line}: error: " in said) == (1, True), said


def test_a_misspelled_field_is_fixed_and_stops_the_commit_once(repository: Repository) -> None:
    repository.write("source/nats.yaml", NATS.replace("size: 3", "sise: 3"))
    status, said = repository.commit_all()
    assert (status, "files were modified by this hook" in said) == (1, True), said
    assert (repository.place / "source/nats.yaml").read_text() == NATS
    assert repository.run("git", "add", "-A").stdout == ""
    assert "nothing to commit" in repository.commit()[1]


def test_two_files_with_one_nats_are_seen_in_one_call_whatever_the_number_of_files(repository: Repository) -> None:
    """`require_serial`: pre-commit would else give each processor its share of the files."""
    for number in range(64):
        repository.write(f"more/{number:02}-nats.yaml", NATS.replace("orders-nats", f"nats-{number % 63}"))
    status, said = repository.commit_all()
    lines = [line for line in said.splitlines() if "[duplicate-cr]" in line]
    assert (status, bool(lines)) == (1, True), said
    assert all("more/00-nats.yaml" in line and "more/63-nats.yaml" in line for line in lines), lines


def test_rendered_files_must_be_in_the_commit_changed_new_and_removed_ones(repository: Repository) -> None:
    rendered = repository.place / "rendered"
    (config,) = repository.place.glob("source/render.yaml")
    config.write_text(config.read_text().replace("spec:\n", "spec:\n  networkPolicy: true\n"))
    repository.run("git", "add", "source")
    status, said = repository.commit()
    assert (status, "networkpolicy" in said, "is missing" in said) == (1, True, True), said
    assert "rendered now; run git add, and commit again" in said
    new = sorted(rendered.rglob("networkpolicy-*.yaml"))
    assert new
    repository.run("git", "add", "-u")
    status, said = repository.commit()
    assert (status, "not in the commit" in said, new[0].name in said) == (1, True, True), said
    assert repository.commit_all()[0] == 0
    repository.run("git", "rm", "--quiet", str(new[0]))
    status, said = repository.commit()
    assert (status, f"{new[0].name}: error: this file is missing" in said) == (1, True), said
