"""`krmfn kustomize install`: where the plugins go, what is said, and what is never overwritten."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from krmfn.plugins.kustomize_files import homes, install, is_ours, plugin_home, program
from tests.calls import krmfn

if TYPE_CHECKING:
    from pathlib import Path

FILES = ("operator.kyma-project.io/v1alpha1/nats/NATS", "fn.krmfn.dev/v1alpha1/rendernats/RenderNATS")


def environment(home: Path, **more: str) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if k not in ("XDG_CONFIG_HOME", "KUSTOMIZE_PLUGIN_HOME")}
    return {**kept, "HOME": str(home), **more}


def test_both_plugins_are_written_where_kustomize_looks_and_a_second_time_nothing_changes(tmp_path: Path):
    called = krmfn("kustomize", "install", env=environment(tmp_path))
    home = tmp_path / ".config/kustomize/plugin"
    assert called.status == 0, called
    assert called.out == "".join(f"written {home / file}\n" for file in FILES)
    assert "kubectl kustomize --enable-alpha-plugins" in called.err
    for file in FILES:
        assert os.access(home / file, os.X_OK)
    again = krmfn("kustomize", "install", env=environment(tmp_path))
    assert again.out == called.out.replace("written /", "unchanged /")


def test_the_first_directory_that_exists_is_the_one(tmp_path: Path):
    old = tmp_path / "kustomize/plugin"
    old.mkdir(parents=True)
    assert plugin_home({"HOME": str(tmp_path)}) == str(old)
    (tmp_path / "xdg/kustomize/plugin").mkdir(parents=True)
    both = {"HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path / "xdg")}
    assert plugin_home(both) == str(tmp_path / "xdg/kustomize/plugin")
    assert plugin_home({**both, "KUSTOMIZE_PLUGIN_HOME": "/else"}) == "/else"
    assert homes({"HOME": "/h"}) == ["/h/.config/kustomize/plugin", "/h/kustomize/plugin"]


def test_another_directory_is_named_with_the_variable_that_kustomize_needs(tmp_path: Path):
    called = krmfn("kustomize", "install", "--dir", "plugins", env=environment(tmp_path), cwd=tmp_path)
    assert called.status == 0, called
    assert f"export KUSTOMIZE_PLUGIN_HOME={tmp_path}/plugins\n" in called.err
    assert not (tmp_path / ".config").exists()


def test_a_file_of_somebody_else_stays_and_nothing_is_written(tmp_path: Path):
    theirs = tmp_path / FILES[1]
    theirs.parent.mkdir(parents=True)
    theirs.write_text("#!/bin/sh\necho theirs\n")
    called = krmfn("kustomize", "install", "--dir", tmp_path)
    assert (called.status, called.out) == (1, "")
    assert "[foreign-file]" in called.err
    assert theirs.read_text() == "#!/bin/sh\necho theirs\n"
    assert not (tmp_path / FILES[0]).exists()


def test_a_link_is_not_followed(tmp_path: Path):
    target = tmp_path / "target"
    target.write_text("theirs")
    link = tmp_path / "home" / FILES[0]
    link.parent.mkdir(parents=True)
    link.symlink_to(target)
    _, findings = install(str(tmp_path / "home"))
    assert [finding.code for finding in findings] == ["foreign-file"]
    assert target.read_text() == "theirs"


def test_an_older_plugin_of_ours_is_renewed_and_made_executable(tmp_path: Path):
    done, findings = install(str(tmp_path))
    assert (len(done), findings) == (2, [])
    file = tmp_path / FILES[0]
    file.write_text(file.read_text().replace(program()[0], "/old/krmfn"))
    file.chmod(0o644)
    done, _ = install(str(tmp_path))
    assert [what for what, _ in done] == ["written", "unchanged"]
    assert os.access(file, os.X_OK)
    assert "/old/" not in file.read_text()


def test_a_directory_that_cannot_be_made_is_an_error(tmp_path: Path):
    (tmp_path / "file").write_text("")
    called = krmfn("kustomize", "install", "--dir", tmp_path / "file")
    assert (called.status, called.out) == (1, "")
    assert "[write-failed]" in called.err


def test_a_file_that_is_not_there_is_not_ours(tmp_path: Path):
    assert not is_ours(str(tmp_path / "none"))


@pytest.mark.parametrize(("has_command", "words"), [(True, 1), (False, 4)])
def test_the_plugin_calls_this_krmfn_by_its_command_or_its_interpreter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, has_command: bool, words: int
):
    monkeypatch.setattr("sys.executable", str(tmp_path / "python"))
    if has_command:
        (tmp_path / "krmfn").write_text("")
        (tmp_path / "krmfn").chmod(0o755)
    assert len(program()) == words
