"""`krmfn doctor` tries every host on this machine and says why one does not work; it leaves nothing behind."""

from __future__ import annotations

import json
import os
import shutil
from typing import TYPE_CHECKING

import pytest

from krmfn.plugins import doctor
from tests.calls import krmfn, measured

if TYPE_CHECKING:
    from pathlib import Path

ROUTES = [
    "command line", "kpt exec", "kustomize exec", "kustomize legacy plugin", "kubectl legacy plugin",
    "kpt container", "kustomize container", "kubectl container",
]  # fmt: skip


def examined(folder: Path, *, path: str, **more: str) -> dict[str, tuple[bool, str]]:
    """Route -> whether it works, and the text. The folder is home and the place of temporary files."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("KUSTOMIZE_", "XDG_", "KPT_", "KRM_"))}
    environment = {**kept, "PATH": path, "HOME": str(folder), "TMPDIR": str(folder), **more}
    called = krmfn("doctor", "-o", "json", env=environment, cwd=folder)
    assert called.status == 0, called
    return {one["route"]: (one["works"], one["text"]) for one in json.loads(called.out)}


def client(folder: Path, name: str, script: str) -> str:
    """A program of that name, and a PATH on which it is."""
    file = folder / "bin" / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)
    return f"{file.parent}:/usr/bin:/bin" if name not in ("kpt", "kubectl") else str(file.parent)


def test_without_any_client_the_command_line_works_and_the_others_say_what_is_missing(tmp_path: Path):
    found = examined(tmp_path, path=str(tmp_path))
    assert list(found) == ROUTES
    assert found.pop("command line")[0]
    for name, (works, text) in found.items():
        assert not works
        assert text.startswith(f"{name.split()[0]} is not on PATH")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(shutil.which("kpt") is None, reason="kpt is not installed")
def test_kpt_is_tried_and_works(tmp_path: Path):
    assert examined(tmp_path, path=os.environ["PATH"])["kpt exec"][0]


@pytest.mark.skipif(shutil.which("kubectl") is None, reason="kubectl is not installed")
def test_the_legacy_plugin_works_once_it_is_installed(tmp_path: Path):
    works, text = examined(tmp_path, path=os.environ["PATH"])["kubectl legacy plugin"]
    assert (works, text) == (False, "the plugin is not installed; run krmfn kustomize install")
    home = tmp_path / "plugins"
    assert krmfn("kustomize", "install", "--dir", home).status == 0
    found = examined(tmp_path, path=os.environ["PATH"], KUSTOMIZE_PLUGIN_HOME=str(home))
    assert found["kubectl legacy plugin"] == (True, "kubectl kustomize --enable-alpha-plugins")


@pytest.mark.parametrize(
    ("script", "why"),
    [
        ("echo Error: no such flag >&2; exit 1", "Error: no such flag"),
        ("echo RUNNING >&2; exit 3", "RUNNING"),
        ("exit 3", "exit status 3"),
        ("true", "kpt printed no StatefulSet; it may be too old to run functions"),
        ("printf '\\377'", "kpt cannot be run: UnicodeDecodeError"),
    ],
)
def test_a_client_that_fails_is_quoted(tmp_path: Path, script: str, why: str):
    path = client(tmp_path, "kpt", script)
    assert examined(tmp_path, path=path)["kpt exec"] == (False, why)


def test_a_client_that_does_not_answer_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(doctor, "TIMEOUT", 0.2)
    monkeypatch.setenv("PATH", client(tmp_path, "docker", "exec sleep 9"))
    monkeypatch.setenv("PATH", client(tmp_path, "kustomize", "true"))
    routes = {one.name: one for one in doctor.examine()}
    assert routes["kustomize container"].text == "docker info: docker did not answer within 0.2 seconds"
    assert "printed no StatefulSet" in routes["kustomize exec"].text


def test_a_runtime_of_containers_that_answers_will_do_and_kpt_may_name_another(tmp_path: Path):
    client(tmp_path, "kpt", "true")
    path = client(tmp_path, "podman", "exit 0")
    found = examined(tmp_path, path=str(tmp_path / "bin"), KPT_FN_RUNTIME="podman")
    assert found["kpt container"] == (True, "podman works; the krmfn image was not tried")
    found = examined(tmp_path, path=str(tmp_path / "bin"), KRM_FN_RUNTIME="other")
    assert found["kpt container"] == (False, "docker is not on PATH; podman with the name docker works too")
    assert path


def test_text_has_one_line_a_route_and_color_where_it_is_wanted(tmp_path: Path):
    environment = {**measured(), "PATH": str(tmp_path), "HOME": str(tmp_path)}
    plain = krmfn("doctor", env=environment)
    assert [line[5:].split("  ")[0] for line in plain.out.splitlines()] == ROUTES
    assert plain.out.startswith("yes  command line")
    colored = krmfn("doctor", "--color", "always", env=environment)
    assert colored.out.startswith("\x1b[32myes")
    assert "\x1b[33mno" in colored.out


def test_a_plugin_that_cannot_be_read_is_not_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("KUSTOMIZE_PLUGIN_HOME", str(tmp_path))
    (tmp_path / "operator.kyma-project.io/v1alpha1/nats/NATS").mkdir(parents=True)
    assert not doctor._is_installed()
