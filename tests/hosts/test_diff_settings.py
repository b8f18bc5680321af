"""`krmfn diff --git` with `--config`: a change of the configuration is a change of the cluster."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from krmfn.cli.main import command
from tests.hosts.cli.texts import NATS

if TYPE_CHECKING:
    from collections.abc import Callable

CONFIG = (
    "apiVersion: fn.krmfn.dev/v1alpha1\nkind: RenderNATS\nmetadata: {{name: r}}\nspec: {{zones: {}, istio: false}}\n"
)
DIFF = ("diff", "--config", "render.yaml", "--git")


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """A repository in the current directory, and a function that writes files and commits them."""
    monkeypatch.chdir(tmp_path)
    who = ["-c", "user.name=t", "-c", "user.email=t@example.com"]
    subprocess.run(["git", "init", "-q"], check=True)

    def write_files(zones: int | None, *, commit: bool = True) -> None:
        (tmp_path / "nats.yaml").write_text(NATS)
        if zones is None:
            (tmp_path / "render.yaml").unlink(missing_ok=True)
        else:
            (tmp_path / "render.yaml").write_text(CONFIG.format(zones))
        if commit:
            subprocess.run(["git", "add", "-A"], check=True)
            subprocess.run(["git", *who, "commit", "-q", "-m", "x"], check=True)

    return write_files


def test_each_state_is_rendered_as_its_own_configuration_says(write, capfd):
    write(3)
    write(2, commit=False)
    assert command([*DIFF, "HEAD", "--", "nats.yaml"]) == 1
    assert "spec.template.spec.topologySpreadConstraints" in capfd.readouterr()[0]
    write(2)
    write(3, commit=False)
    assert command([*DIFF, "HEAD~1..HEAD", "--", "nats.yaml"]) == 1
    assert "spec.template.spec.topologySpreadConstraints" in capfd.readouterr()[0]
    assert command([*DIFF, "HEAD~1", "--", "nats.yaml"]) == 0


def test_what_set_states_goes_over_both_configurations(write):
    write(3)
    write(2, commit=False)
    assert command([*DIFF, "HEAD", "--set", "zones=3", "--", "nats.yaml"]) == 0


def test_a_configuration_that_was_not_there_counts_for_both(write):
    write(None)
    write(3, commit=False)
    assert command([*DIFF, "HEAD", "--", "nats.yaml"]) == 0


def test_an_old_configuration_that_is_wrong_is_trouble_with_its_place(write, capfd):
    write(3)
    Path("render.yaml").write_text("spec: [\n")
    subprocess.run(["git", "-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "-qam", "x"], check=True)
    write(3, commit=False)
    assert command([*DIFF, "HEAD", "--", "nats.yaml"]) == 2
    assert "HEAD:render.yaml:" in capfd.readouterr()[1]


def test_a_revision_that_git_does_not_know_is_said_once(write, capfd):
    write(3)
    assert command([*DIFF, "nowhere", "--", "nats.yaml"]) == 2
    assert capfd.readouterr()[1].count("[git-failed]") == 1
