"""The container engine: podman, or docker. ENGINE names another program with their command line."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


class Engine:
    """A program that builds and runs images."""

    __slots__ = ("program",)

    def __init__(self, program: str) -> None:
        self.program = program

    @classmethod
    def found(cls) -> Engine:
        """ENGINE, else podman, else docker; none of them ends the run with status 2."""
        for program in (os.environ.get("ENGINE", ""), "podman", "docker"):
            if program and shutil.which(program):
                return cls(program)
        print("error: neither podman nor docker is on PATH; or set ENGINE", file=sys.stderr)
        sys.exit(2)

    @property
    def is_docker(self) -> bool:
        """Whether it is Docker's own command, and not podman under that name."""
        version = subprocess.run([self.program, "--version"], capture_output=True, text=True, check=True).stdout
        return version.startswith("Docker")

    def build(self, context: Path, arguments: list[str], date: int) -> None:
        """Build from a context without a network and without a cache; every file gets the date, in seconds."""
        if self.is_docker:
            dated = ["--build-arg", f"SOURCE_DATE_EPOCH={date}"]
        else:
            dated = ["--timestamp", str(date), "--layers=false"]
        command = [self.program, "build", "--quiet", "--network=none", "--no-cache", *dated, *arguments, str(context)]
        run(command)

    def exists(self, image: str) -> bool:
        """Whether the image is stored here."""
        return self._call("image", "inspect", image).returncode == 0

    def layers(self, image: str) -> list[str]:
        """The digests of the image's layers before compression, the base's first."""
        return self._checked(
            "image", "inspect", "--format", "{{range .RootFS.Layers}}{{println .}}{{end}}", image
        ).split()

    def python(self, image: str, code: str, options: list[str]) -> str:
        """The output of a line of Python run by the image's own interpreter."""
        return self._checked("run", "--rm", "--network=none", "--entrypoint=python3", *options, image, "-ISc", code)

    def copy(self, image: str, inside: str, outside: Path) -> None:
        """Copy a file out of an image, which need not be able to run here."""
        container = self._checked("create", image).strip()
        try:
            self._checked("cp", f"{container}:{inside}", str(outside))
        finally:
            self._call("rm", container)

    def _checked(self, *arguments: str) -> str:
        done = self._call(*arguments)
        if done.returncode:
            print(f"error: {self.program} {' '.join(arguments)}: {done.stderr}", file=sys.stderr)
            sys.exit(2)
        return done.stdout

    def _call(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([self.program, *arguments], capture_output=True, text=True, check=False)


def run(command: list[str], environment: dict[str, str] | None = None) -> None:
    """Run a program whose output does not matter; where it fails, its own message and status 2 end this one."""
    status = subprocess.run(command, check=False, stdout=subprocess.DEVNULL, env=environment).returncode
    if status:
        print(f"error: status {status} of {' '.join(command)}", file=sys.stderr)
        sys.exit(2)


def epoch() -> int:
    """SOURCE_DATE_EPOCH; else the time of the last commit; else the beginning of 2024. In seconds."""
    stated = os.environ.get("SOURCE_DATE_EPOCH", "")
    return int(stated or git("log", "-1", "--format=%ct") or 1704067200)


def git(*arguments: str) -> str:
    """What git says of this repository; empty where there is no git or no repository."""
    if shutil.which("git") is None:
        return ""
    done = subprocess.run(["git", "-C", str(ROOT), *arguments], capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else ""


def build_folder(*names: str) -> Path:
    """A folder under build/, made if need be."""
    folder = ROOT.joinpath("build", *names)
    folder.mkdir(parents=True, exist_ok=True)
    return folder
