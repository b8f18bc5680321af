"""Which tools can run krmfn on this machine: each is tried on a test NATS in a temporary folder."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import tempfile

from krmfn.model.objects import API_VERSION, KIND
from krmfn.plugins.kustomize_files import install, is_ours, plugin_file, plugin_home, program

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

TIMEOUT = 20
"""Seconds for a host; a runtime of containers that does not answer must not hang the doctor."""
_NAME = "krmfn-doctor-nats"
_NATS = f"apiVersion: {API_VERSION}\nkind: {KIND}\nmetadata:\n  name: {_NAME}\n"
_LIST = "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n- " + _NATS.replace("\n", "\n  ").rstrip(" ")
_RUNTIMES = ("docker", "podman", "nerdctl")


class Route:
    """A way in: its name, whether it works here, and why not or what was tried."""

    __slots__ = ("name", "text", "works")

    def __init__(self, name: str, text: str, *, works: bool) -> None:
        self.name = name
        self.text = text
        self.works = works


def examine() -> list[Route]:
    """Every way in. Only the command line is sure to work: whoever reads the answer has called it."""
    with tempfile.TemporaryDirectory(prefix="krmfn-doctor-") as folder:
        return [
            Route("command line", f"krmfn render, check, cmp: {shlex.join(program())}", works=True),
            _kpt(folder),
            _kustomize(folder),
            _legacy("kustomize legacy plugin", "kustomize", ["kustomize", "build"], folder),
            _legacy("kubectl legacy plugin", "kubectl", ["kubectl", "kustomize"], folder),
            _container("kpt container", "kpt", _runtime_of_kpt()),
            _container("kustomize container", "kustomize", "docker"),
            _container("kubectl container", "kubectl", "docker"),
        ]


def _kpt(folder: str) -> Route:
    command = ["kpt", "fn", "eval", "-", "--exec", shlex.join(program())]
    return _tried(
        "kpt exec", "kpt", "kpt fn eval --exec, kpt fn render --allow-exec", lambda: _ask(command, folder, _LIST)
    )


def _kustomize(folder: str) -> Route:
    """One word is all that kustomize takes as the function, so ours stand in a file."""
    here = os.path.join(folder, "exec")
    os.mkdir(here)
    script = os.path.join(here, "krmfn")
    _write(script, f'#!/bin/sh\nexec {shlex.join(program())} "$@"\n')
    os.chmod(script, 0o700)
    run = f"  annotations:\n    config.kubernetes.io/function: |\n      exec:\n        path: {script}\n"
    _kustomization(here, _NATS + run)
    command = ["kustomize", "build", "--enable-exec", "--enable-alpha-plugins", here]
    return _tried(
        "kustomize exec",
        "kustomize",
        "kustomize build --enable-exec --enable-alpha-plugins",
        lambda: _ask(command, here),
    )


def _legacy(name: str, program_name: str, command: list[str], folder: str) -> Route:
    """Works with the plugins in place; whether the client would call them is tried with plugins of our own."""
    here = os.path.join(folder, program_name)
    home = os.path.join(here, "plugin")
    os.makedirs(home)
    install(home)
    _kustomization(here, _NATS)
    line = [*command, "--enable-alpha-plugins", here]
    how = f"{' '.join(command)} --enable-alpha-plugins"
    tried = _tried(name, program_name, how, lambda: _ask(line, here, home=home))
    if tried.works and not _is_installed():
        return Route(name, "the plugin is not installed; run krmfn kustomize install", works=False)
    return tried


def _is_installed() -> bool:
    try:
        return is_ours(plugin_file(plugin_home(os.environ), API_VERSION, KIND))
    except OSError:
        return False


def _container(name: str, client: str, runtime: str) -> Route:
    """Whether a container could be started at all; the image is the user's to name."""
    for needed in (client, runtime):
        if shutil.which(needed) is None:
            also = "; podman with the name docker works too" if needed == "docker" else ""
            return Route(name, f"{needed} is not on PATH{also}", works=False)
    why = _run([runtime, "info"], None)[1]
    if why:
        return Route(name, f"{runtime} info: {why}", works=False)
    return Route(name, f"{runtime} works; the krmfn image was not tried", works=True)


def _runtime_of_kpt() -> str:
    """KRM_FN_RUNTIME, of old KPT_FN_RUNTIME, names it; docker is the default."""
    named = os.environ.get("KRM_FN_RUNTIME") or os.environ.get("KPT_FN_RUNTIME") or _RUNTIMES[0]
    return named if named in _RUNTIMES else _RUNTIMES[0]


def _tried(name: str, client: str, how: str, ask: Callable[[], str]) -> Route:
    if shutil.which(client) is None:
        return Route(name, f"{client} is not on PATH", works=False)
    why = ask()
    return Route(name, why or how, works=not why)


def _ask(command: list[str], folder: str, stdin: str = "", home: str | None = None) -> str:
    """Why a client does not give the StatefulSet of our NATS; "" when it does."""
    out, why = _run(command, folder, stdin, home)
    if why:
        return why
    if f"name: {_NAME}" in out and "kind: StatefulSet" in out:
        return ""
    return f"{command[0]} printed no StatefulSet; it may be too old to run functions"


def _run(command: list[str], folder: str | None, stdin: str = "", home: str | None = None) -> tuple[str, str]:
    """Standard output, and why the command failed ("" when it did not)."""
    environment = {**os.environ, "KUSTOMIZE_PLUGIN_HOME": home} if home else None
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env=environment,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=TIMEOUT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return "", f"{command[0]} did not answer within {TIMEOUT} seconds"
    except (OSError, UnicodeDecodeError) as why:
        return "", f"{command[0]} cannot be run: {type(why).__name__}"
    if done.returncode:
        said = [line.strip() for line in done.stderr.splitlines() if line.strip()]
        return "", next((line for line in said if "rror" in line), said[0])[
            :200
        ] if said else f"exit status {done.returncode}"
    return done.stdout, ""


def _kustomization(folder: str, nats: str) -> None:
    _write(os.path.join(folder, "nats.yaml"), nats)
    _write(os.path.join(folder, "kustomization.yaml"), "generators:\n- nats.yaml\n")


def _write(path: str, text: str) -> None:
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
