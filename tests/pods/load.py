"""What clients see meanwhile: one publishes numbered messages to a stream of three replicas, one subscribes."""

from __future__ import annotations

import asyncio
import secrets
import threading
import time
from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import nats
from nats.errors import Error
from nats.js.api import StreamConfig

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from typing import Self

    from nats.aio.client import Client
    from nats.js.client import JetStreamContext

STREAM = "LOAD"
RATE = 40
"""Messages a second."""
ACK = 2.0
"""Seconds after which a message is sent again."""


class Load:
    """While the block runs, messages are published, each until it is acknowledged; then the stream is read back."""

    def __init__(self, address: str, replicas: int = 3) -> None:
        """`address`: servers, separated by commas."""
        self.address, self.replicas = address, replicas
        self._run_id = secrets.token_hex(4)
        self.acked: list[bytes] = []
        self.stored: set[bytes] = set()
        self.seen: set[bytes] = set()
        self.retries: Counter[str] = Counter()
        self.longest = 0.0
        """Seconds from the first try of a message to its acknowledgement, at most."""
        self._failure: BaseException | None = None
        self._begun, self._ended = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._begun.wait(60)
        if self._failure:
            raise self._failure
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join(120)
        if self._failure:
            raise self._failure

    @property
    def lost(self) -> list[bytes]:
        """Messages that were acknowledged and are not in the stream."""
        return [one for one in self.acked if one not in self.stored]

    def __str__(self) -> str:
        """For the report of a run."""
        missed = len(set(self.acked) - self.seen)
        return (
            f"{len(self.acked)} acknowledged, {len(self.lost)} lost, {sum(self.retries.values())} sent again,"
            f" longest {self.longest:.1f} s, core subscriber missed {missed}"
        )

    def _run(self) -> None:
        try:
            asyncio.run(self._publish())
        except BaseException as failure:  # noqa: BLE001 - raised by the thread that waits
            self._failure = failure
        finally:
            self._begun.set()

    async def _publish(self) -> None:
        publisher, subscriber = await connect(self.address), await connect(self.address)
        stream = publisher.jetstream(timeout=ACK)
        await again(lambda: stream.add_stream(config(STREAM, self.replicas)))

        async def note(message: Any) -> None:
            self.seen.add(message.data)

        await subscriber.subscribe(f"{STREAM}.x", cb=note)
        await subscriber.flush()
        while not self._ended.is_set():
            begin = time.monotonic()
            await self._send(stream, f"{self._run_id}-{len(self.acked)}".encode())
            took = time.monotonic() - begin
            self.longest = max(self.longest, took)
            self._begun.set()
            await asyncio.sleep(max(0.0, 1 / RATE - took))
        self.stored = await read(publisher, STREAM)
        await subscriber.close()
        await publisher.close()

    async def _send(self, stream: JetStreamContext, data: bytes) -> None:
        """Until it is acknowledged; the server drops what it has already."""
        headers = {"Nats-Msg-Id": data.decode()}
        await again(lambda: stream.publish(f"{STREAM}.x", data, headers=headers), self.retries)
        self.acked.append(data)


def config(name: str, replicas: int, **more: Any) -> StreamConfig:
    return StreamConfig(name=name, subjects=[f"{name}.>"], num_replicas=replicas, storage="file", **more)


async def connect(address: str, **more: Any) -> Client:
    """A client that finds its way to another server, within ten seconds also from one that is silent."""

    async def ignore(_: Exception) -> None:
        """Servers come and go here."""

    return await nats.connect(
        address.split(","), max_reconnect_attempts=-1, reconnect_time_wait=0.3, connect_timeout=3,
        ping_interval=5, max_outstanding_pings=2, error_cb=ignore, **more,
    )  # fmt: skip


async def again(call: Callable[[], Awaitable[Any]], retries: Counter[str] | None = None, patience: float = 120) -> Any:
    """The result of a call that is tried until it succeeds; after `patience` seconds its error."""
    end = time.monotonic() + patience
    while True:
        try:
            return await call()
        except (Error, TimeoutError, OSError) as error:
            if time.monotonic() > end:
                raise
            if retries is not None:
                retries[type(error).__name__] += 1
            await asyncio.sleep(0.2)


async def read(client: Client, name: str) -> set[bytes]:
    """Every message of a stream."""
    stream = client.jetstream(timeout=10)
    info = await again(lambda: stream.stream_info(name))
    found: set[bytes] = set()
    subscription = await stream.subscribe(f"{name}.>", ordered_consumer=True)
    with suppress(TimeoutError):
        while len(found) < info.state.messages:
            found.add((await subscription.next_msg(timeout=10)).data)
    return found


def ask(address: str, question: Callable[[Client], Awaitable[Any]], **more: Any) -> Any:
    """The answer of one short conversation with the cluster."""

    async def talk() -> Any:
        client = await connect(address, **more)
        try:
            return await question(client)
        finally:
            await client.close()

    return asyncio.run(talk())
