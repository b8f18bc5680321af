"""The real nats-server on loopback, with a rendered nats.conf moved to free ports and a folder of its own."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

BINARY = Path(os.environ.get("KRMFN_NATS_SERVER") or Path(sys.executable).parent / "nats-server")
"""The server; another version is tried with KRMFN_NATS_SERVER."""
PATIENCE = 20.0
"""Seconds until a server must answer; a start takes about a tenth of one."""


_FIRST, _LAST = 12_000, 32_000
_PORTS = iter([_FIRST + (os.getpid() * 997 + n) % (_LAST - _FIRST) for n in range(_LAST - _FIRST)])


def free_port() -> int:
    """A port that nothing listens on, and that is given once.

    It is below those that the system gives to outgoing connections (32768 and up on Linux): one of them could take a
    port between here and the server's start. Processes begin at different ones.
    """
    for port in _PORTS:
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise RuntimeError("no free port is left")


class Placed:
    """A nats.conf in a folder, and the ports that it was moved to."""

    def __init__(self, text: str, folder: Path, routes: list[int] | None = None, cluster: int | None = None) -> None:
        """`routes` are the cluster ports of all servers, `cluster` this one's."""
        self.folder, self.client, self.monitor = folder, free_port(), free_port()
        cluster = cluster or free_port()
        text = re.sub(r"^port: \d+$", f'host: "127.0.0.1"\nport: {self.client}', text, flags=re.MULTILINE)
        text = re.sub(r"^http_port: \d+$", f'http: "127.0.0.1:{self.monitor}"', text, flags=re.MULTILINE)
        text = re.sub(r"^  port: \d+$", f'  host: "127.0.0.1"\n  port: {cluster}', text, flags=re.MULTILINE)
        syslog = r'remote_syslog: "udp://[a-z.]*local:514"'  # a server looks its host up at the start
        text = re.sub(syslog, 'remote_syslog: "udp://127.0.0.1:514"', text)
        text = re.sub(r'store_dir: "[^"]*"', f'store_dir: "{folder}/data"', text)
        text = re.sub(r'pid_file: "[^"]*"', f'pid_file: "{folder}/nats.pid"', text)
        hosts = iter(routes or [])
        text = re.sub(r"nats://[^\"]*:6222", lambda _: f"nats://127.0.0.1:{next(hosts, cluster)}", text)
        accounts = folder / "accounts"
        accounts.mkdir(parents=True)
        users = 'accounts { "$SYS" { users: [{user: "admin", password: "secret"}] } }\n'
        (accounts / "resolver.conf").write_text(users)
        (accounts / "sys.conf").write_text('users: [{user: "admin", password: "secret"}]\n')
        self.conf = folder / "nats.conf"
        self.conf.write_text(text)

    def get(self, path: str) -> Any:
        """A page of the monitoring port."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.monitor}{path}", timeout=2) as answer:
            return json.load(answer)

    @contextmanager
    def running(self, environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
        """The server, once it answers; ended when the block is left."""
        log = self.folder / "log"
        with log.open("wb") as out:
            server = subprocess.Popen([BINARY, "-c", self.conf], env=environment, stdout=out, stderr=out)
        try:
            self._wait(server, log)
            yield server
        finally:
            server.kill()
            server.wait()

    def _wait(self, server: subprocess.Popen[bytes], log: Path) -> None:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            assert server.poll() is None, f"the server ended: {log.read_text()}"
            try:
                self.get("/varz")
            except OSError:
                time.sleep(0.02)
            else:
                return
        raise AssertionError(f"the server does not answer: {log.read_text()}")


def version() -> tuple[int, ...]:
    """That of the server, which prints `nats-server: v2.14.2`."""
    done = subprocess.run([BINARY, "--version"], capture_output=True, text=True, check=True)
    return tuple(map(int, done.stdout.strip().rpartition("v")[2].split(".")))


def parses(conf: Path, environment: dict[str, str] | None = None) -> bool:
    """Whether `nats-server -t` accepts a configuration."""
    command = [BINARY, "-c", conf, "-t"]
    done = subprocess.run(command, env=environment or {}, capture_output=True, check=False, timeout=PATIENCE)
    return done.returncode == 0


def dies(conf: Path, seconds: float = PATIENCE, environment: dict[str, str] | None = None) -> bool:
    """Whether the server ends by itself within some seconds after its start."""
    server = subprocess.Popen(
        [BINARY, "-c", conf], env=environment or {}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        server.wait(seconds)
    except subprocess.TimeoutExpired:
        return False
    finally:
        server.kill()
        server.wait()
    return server.returncode != 0


def container_environment(statefulset: dict[str, Any], ordinal: int = 0, zone: str | None = None) -> dict[str, str]:
    """The variables of the nats container of one pod, expanded as kubelet does; each pod has a zone of its own."""
    metadata = statefulset["metadata"]
    fields = {
        "metadata.name": f"{metadata['name']}-{ordinal}",
        "metadata.namespace": metadata.get("namespace", "default"),
        "spec.nodeName": f"node-{ordinal}",
        "metadata.labels['topology.kubernetes.io/zone']": f"zone-{ordinal}" if zone is None else zone,
    }
    (container,) = (c for c in statefulset["spec"]["template"]["spec"]["containers"] if c["name"] == "nats")
    variables: dict[str, str] = {}
    for row in container["env"]:
        match row.get("valueFrom"):
            case None:
                value = row["value"]
            case {"fieldRef": {"fieldPath": path}}:
                value = fields[path]
            case {"configMapKeyRef": {"key": key}} | {"secretKeyRef": {"key": key}}:
                value = f"value of {key}"
        variables[row["name"]] = re.sub(r"\$\((\w+)\)", lambda m: variables.get(m[1], m[0]), value)
    return variables
