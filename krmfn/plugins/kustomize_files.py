"""The legacy exec plugins of kustomize on disk: one executable a kind, in the directory where kustomize looks."""

from __future__ import annotations

import os
import shlex
import stat
import sys

from krmfn.model.finding import error
from krmfn.model.objects import API_VERSION, CONFIG_API_VERSION, CONFIG_KIND, KIND

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from krmfn.model.finding import Finding

HOME_VARIABLE = "KUSTOMIZE_PLUGIN_HOME"
KINDS = ((API_VERSION, KIND), (CONFIG_API_VERSION, CONFIG_KIND))
MARK = "# krmfn: legacy exec plugin of kustomize, written by `krmfn kustomize install`"
WRITTEN, UNCHANGED = "written", "unchanged"


def homes(environment: Mapping[str, str]) -> list[str]:
    """Where kustomize looks (konfig.DefaultAbsPluginHome): it takes the first that exists, and no other."""
    home = environment.get("HOME") or os.path.expanduser("~")
    config = environment.get("XDG_CONFIG_HOME") or os.path.join(home, ".config")
    named = [environment[HOME_VARIABLE]] if environment.get(HOME_VARIABLE) else []
    return [*named, os.path.join(config, "kustomize", "plugin"), os.path.join(home, "kustomize", "plugin")]


def plugin_home(environment: Mapping[str, str]) -> str:
    """The directory that kustomize takes, or the first that it would take if it were there."""
    found = homes(environment)
    if environment.get(HOME_VARIABLE):
        return found[0]
    return next((path for path in found if os.path.isdir(path)), found[0])


def plugin_file(home: str, api_version: str, kind: str) -> str:
    """Where kustomize looks: it wants the kind in lower case as folder and as it is as file."""
    return os.path.join(home, *api_version.split("/"), kind.lower(), kind)


def program() -> list[str]:
    """The argument list that calls this krmfn from anywhere."""
    command = os.path.join(os.path.dirname(sys.executable), "krmfn")
    return [command] if os.access(command, os.X_OK) else [sys.executable, "-I", "-m", "krmfn"]


def install(home: str) -> tuple[list[tuple[str, str]], list[Finding]]:
    """Write both plugins, or none. Returns what became of each file, and error findings."""
    text = f'#!/bin/sh\n{MARK}\nexec {shlex.join(program())} "$@"\n'
    paths = [plugin_file(home, *kind) for kind in KINDS]
    findings = [finding for path in paths if (finding := _in_the_way(path)) is not None]
    if findings:
        return [], findings
    done = []
    for path in paths:
        try:
            done.append((_write(path, text), path))
        except OSError as why:
            found = error("write-failed", f"cannot write: {why.strerror}; use --dir with another directory")
            return done, [found.at(file=path)]
    return done, []


def is_ours(path: str) -> bool:
    """Whether a file was written by `install`; False for one that is not there. Raises OSError."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return f"\n{MARK}\n" in file.read(4096)
    except FileNotFoundError:
        return False


def _in_the_way(path: str) -> Finding | None:
    try:
        mode = os.lstat(path).st_mode
    except OSError:
        return None
    if stat.S_ISREG(mode) and is_ours(path):
        return None
    text = "this file exists and krmfn did not write it; move it, or use --dir with another directory"
    return error("foreign-file", text).at(file=path)


def _write(path: str, text: str) -> str:
    """Put the file in place in one step, executable. Raises OSError."""
    if os.path.exists(path) and os.access(path, os.X_OK):
        with open(path, encoding="utf-8") as file:
            if file.read() == text:
                return UNCHANGED
    os.makedirs(os.path.dirname(path), exist_ok=True)
    new = f"{path}.{os.getpid()}"
    with open(new, "w", encoding="utf-8") as file:
        file.write(text)
    os.chmod(new, 0o755)  # noqa: S103 - kustomize runs it, as whatever user
    os.replace(new, path)
    return WRITTEN
