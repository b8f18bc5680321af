"""A control plane on loopback: etcd, kube-apiserver and, where wanted, controllers, scheduler and kwok's fake nodes.

`python -m tests.cluster.control_plane build` builds what is missing. Data and certificates live in a folder of the
caller and are thrown away with it.
"""

from __future__ import annotations

import secrets
import shutil
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, closing, contextmanager
from typing import TYPE_CHECKING

from tests.cluster import binaries, programs
from tests.cluster.api import Api, Refused
from tests.cluster.programs import LOOPBACK

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

PATIENCE = 120.0
"""Seconds until a program must be ready; on two busy cores the API server takes ten."""
PORTS = ("etcd", "peer", "api", "controllers", "scheduler", "kwok")


class NotReady(Exception):
    """A program ended or did not get ready; the text ends with the last lines of its log."""


class ControlPlane:
    """What a test needs of a running one."""

    def __init__(self, run: Path, address: str = LOOPBACK, *, kubelets: bool = False) -> None:
        """Choose ports, a token and files; starts nothing.

        `address` is where the API server listens; `kubelets` says that nodes are real ones and report themselves.
        """
        self.run, self.token, self.address, self.kubelets = run, secrets.token_hex(16), address, kubelets
        self.ports = dict(zip(PORTS, _free_ports(len(PORTS)), strict=True))
        self.certificates, self.kubeconfig = run / "certs", run / "kubeconfig"
        self.authority, self.signing = self.certificates / "ca.crt", self.certificates / "sa.key"

    @property
    def api(self) -> Api:
        """A connection of its own."""
        return Api(self.ports["api"], self.token, str(self.authority), self.address)

    def kubectl(self, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """The real kubectl on this server."""
        command = ["kubectl", f"--kubeconfig={self.kubeconfig}", f"--cache-dir={self.run}/kubectl", *arguments]
        return subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=60, check=False)

    def define(self, definitions: str) -> None:
        """Apply CustomResourceDefinitions, over older ones too, and wait until the server knows their kinds."""
        made = self.kubectl("apply", "--server-side", "--force-conflicts", "-f", "-", stdin=definitions)
        assert made.returncode == 0, made.stderr
        waited = self.kubectl("wait", "--for=condition=Established", "-f", "-", "--timeout=30s", stdin=definitions)
        assert waited.returncode == 0, waited.stderr


@contextmanager
def running(run: Path, *, controllers: bool, address: str = LOOPBACK, kubelets: bool = False) -> Iterator[ControlPlane]:
    """A control plane while the block runs; without `controllers` only etcd and the API server.

    Without controllers nothing but the caller changes an object, so resource versions can be compared.
    With `kubelets` no fake nodes are made, and a node that falls silent is NotReady after Kubernetes' own time.
    """
    plane = ControlPlane(run, address, kubelets=kubelets)
    _write_secrets(plane)
    with ExitStack() as started:
        started.enter_context(_program(plane, "etcd", programs.etcd(plane)))
        server = started.enter_context(_program(plane, "kube-apiserver", programs.api_server(plane)))
        _until(lambda: _certificate(plane) and _healthy(plane, "/readyz"), server)
        _until(lambda: _gives_addresses(plane), server)
        programs.write_kubeconfig(plane)
        if controllers:
            programs.write_scheduler_configuration(plane)
            managers = started.enter_context(_program(plane, "kube-controller-manager", programs.controllers(plane)))
            scheduler = started.enter_context(_program(plane, "kube-scheduler", programs.scheduler(plane)))
            if not kubelets:
                started.enter_context(_program(plane, "kwok", programs.kwok(plane)))
            _until(lambda: _healthy(plane, "/api/v1/namespaces/default/serviceaccounts/default"), managers)
            _until(lambda: _listens(plane.ports["scheduler"]), scheduler)
        yield plane


class _Started:
    """A process, its name and its log."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        self.process, self.log = process, log

    def last_lines(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-8:])


@contextmanager
def _program(plane: ControlPlane, name: str, arguments: list[str]) -> Iterator[_Started]:
    """One program; ended when the block is left, and by the kernel when this process dies."""
    guard = ["setpriv", "--pdeathsig", "KILL"] if shutil.which("setpriv") else []
    log = plane.run / f"{name}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*guard, str(binaries.folder() / name), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=plane.run,
            start_new_session=True,
        )
    try:
        yield _Started(process, log)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _until(ready: Callable[[], bool], started: _Started) -> None:
    end = time.monotonic() + PATIENCE
    while not ready():
        if started.process.poll() is not None or time.monotonic() > end:
            raise NotReady(started.last_lines())
        time.sleep(0.1)


def _healthy(plane: ControlPlane, path: str) -> bool:
    with closing(plane.api) as api:
        try:
            return bool(api.request("GET", path))
        except ValueError:  # "ok" is no JSON
            return True
        except (OSError, Refused):
            return False


def _gives_addresses(plane: ControlPlane) -> bool:
    """Whether Services can be made: the server is ready some moments before its range of addresses is."""
    service = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "first", "namespace": "default"},
        "spec": {"ports": [{"port": 1}]},
    }
    with closing(plane.api) as api:
        try:
            api.create(service)
        except Refused:
            return False
        api.delete(api.path(service))
    return True


def _listens(port: int) -> bool:
    try:
        with socket.create_connection((LOOPBACK, port), timeout=1):
            return True
    except OSError:
        return False


def _free_ports(count: int) -> list[int]:
    """Ports that nothing listens on at this moment, all different."""
    with ExitStack() as opened:
        probes = [opened.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind((LOOPBACK, 0))
        return [int(probe.getsockname()[1]) for probe in probes]


def _write_secrets(plane: ControlPlane) -> None:
    plane.certificates.mkdir(parents=True)
    (plane.run / "tokens.csv").write_text(f"{plane.token},admin,admin,system:masters\n")
    subprocess.run(["openssl", "genrsa", "-out", plane.signing, "2048"], capture_output=True, check=True)


def _certificate(plane: ControlPlane) -> bool:
    """The API server signs itself a certificate; the second one in its file is the authority's."""
    made = plane.certificates / "apiserver.crt"
    parts = made.read_text().split("-----BEGIN CERTIFICATE-----") if made.exists() else []
    if len(parts) == 3:
        plane.authority.write_text("-----BEGIN CERTIFICATE-----" + parts[2])
    return plane.authority.exists()


def main(arguments: list[str]) -> int:
    """`build`: build what is missing; 0 when all is there, 1 when it cannot be, 2 for any other word."""
    if arguments != ["build"]:
        sys.stderr.write("usage: python -m tests.cluster.control_plane build\n")
        return 2
    if binaries.missing() and not shutil.which("go"):
        sys.stderr.write(f"{', '.join(binaries.missing())} not in {binaries.folder()}, and Go is not on PATH\n")
        return 1
    binaries.build()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
