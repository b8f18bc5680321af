"""A NATS rendered with groups of keys, and its server on loopback with the Secrets that it names."""

from __future__ import annotations

import asyncio
import re
import signal
import time
from typing import TYPE_CHECKING, Any

from nats.aio.client import Client
from nats.errors import Error

from krmfn.model.finding import Findings
from tests.api.configurations import from_spec
from tests.changes.states import of_kind, rendered
from tests.clients.servers import Placed, container_environment

if TYPE_CHECKING:
    import ssl
    import subprocess
    from collections.abc import Sequence
    from pathlib import Path

SYSTEM_PASSWORD = "system"
SYS_CONF = f'users: [\n  {{\n    user: "admin"\n    password: "{SYSTEM_PASSWORD}"\n  }}\n]\n'


def objects_of(spec: dict[str, Any] | None = None, **keys: Any) -> list[dict[str, Any]]:
    """The children of a NATS with these keys of a RenderNATS; no finding is an error."""
    settings, findings = from_spec(keys)
    assert not Findings(findings).failed, findings
    stated = {name: getattr(settings, name) for name in settings.__slots__ if name != "zones"}
    return rendered(spec or {"cluster": {"size": 1}}, **stated)


class Configured:
    """One server; `files` are the Secrets' keys by `<secret>/<key>`, `folder` stands for the root of the container."""

    def __init__(
        self,
        objects: list[dict[str, Any]],
        folder: Path,
        files: dict[str, str] | None = None,
        ports: Sequence[int] = (),
        ordinal: int = 0,
    ) -> None:
        self.ordinal, self.ports = ordinal, ports
        self.folder = folder
        self.faults: list[str] = []
        self.objects = objects
        text = of_kind(objects, "ConfigMap")["data"]["nats.conf"]
        self.placed = Placed(self.moved(text), folder, list(ports) or None, ports[ordinal] if ports else None)
        self.fixed = {"4222": self.placed.client, "8222": self.placed.monitor}
        (folder / "accounts/sys.conf").write_text(SYS_CONF)
        self.put(files or {})
        self.environment = container_environment(of_kind(objects, "StatefulSet"), ordinal)
        self.environment["CLUSTER_ADVERTISE"] = '"127.0.0.1"'

    def moved(self, text: str) -> str:
        """The text with its certificates in the folder."""
        return text.replace("/etc/nats-tls", f"{self.folder}/tls")

    def put(self, files: dict[str, str]) -> None:
        """Write keys of Secrets, as the kubelet does."""
        for name, text in files.items():
            file = self.folder / ("secrets" if "tls" not in name.split("/")[0] else "") / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)

    def rewrite(self, objects: list[dict[str, Any]]) -> None:
        """Another nats.conf on the ports of this one."""
        before = self.placed.conf.read_text()
        text = self.moved(of_kind(objects, "ConfigMap")["data"]["nats.conf"])
        routes = re.search(r'^  host: "127.0.0.1"\n  port: (\d+)$', before, re.MULTILINE)
        text = re.sub(r"^port: \d+$", f'host: "127.0.0.1"\nport: {self.placed.client}', text, flags=re.MULTILINE)
        text = re.sub(r"^http_port: \d+$", f'http: "127.0.0.1:{self.placed.monitor}"', text, flags=re.MULTILINE)
        if routes:
            text = re.sub(r"^  port: \d+$", f'  host: "127.0.0.1"\n  port: {routes[1]}', text, flags=re.MULTILINE)
        hosts = iter(self.ports)
        text = re.sub(r"nats://[^\"]*:6222", lambda _: f"nats://127.0.0.1:{next(hosts)}", text)
        text = re.sub(r'store_dir: "[^"]*"', f'store_dir: "{self.folder}/data"', text)
        text = re.sub(r'pid_file: "[^"]*"', f'pid_file: "{self.folder}/nats.pid"', text)
        self.placed.conf.write_text(text)

    def reload(self, server: subprocess.Popen[bytes]) -> bool:
        """Send SIGHUP; whether the server takes the files."""
        log = self.folder / "log"
        start = log.stat().st_size
        server.send_signal(signal.SIGHUP)
        end = time.monotonic() + 10
        while time.monotonic() < end:
            seen = log.read_bytes()[start:].decode()
            if found := re.search(r"Failed to reload|Reloaded server config", seen):
                return found[0].startswith("Reloaded")
            time.sleep(0.02)
        raise AssertionError(f"no answer to the signal: {log.read_text()}")

    async def client(self, tls: ssl.SSLContext | None = None, **credentials: Any) -> Client:
        """A client; raises what NATS answers."""

        async def noted(fault: Exception) -> None:
            self.faults.append(str(fault))

        scheme = "tls" if tls is not None else "nats"
        client = Client()
        try:
            await client.connect(
                f"{scheme}://localhost:{self.placed.client}",
                allow_reconnect=False,
                connect_timeout=5,
                error_cb=noted,
                tls=tls,
                **credentials,
            )
        except BaseException:
            if client._transport is not None:  # nats-py leaves it open
                client._transport.close()
                await asyncio.sleep(0.05)
            raise
        return client

    def lets_in(self, tls: ssl.SSLContext | None = None, **credentials: Any) -> bool:
        """Whether a client with these credentials may connect."""

        async def tried() -> bool:
            try:
                client = await self.client(tls, **credentials)
            except (TimeoutError, Error, OSError):
                return False
            await client.close()
            return True

        return asyncio.run(tried())
