"""However standard output breaks, the status says so: 0 means that the last byte is out."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from tests.calls import FUNCTION, TIMEOUT, items_of, krmfn
from tests.faults.lists import CONFIG_MAP, CR, HEAD, SMALL, call

LARGE = HEAD + CR + "".join(CONFIG_MAP.format(name=f"c{i}") for i in range(3000))


def shell(script: str, data: str) -> subprocess.CompletedProcess[bytes]:
    command = " ".join(f"'{part}'" for part in FUNCTION)
    whole = script.replace("KRMFN", command)
    return subprocess.run(["bash", "-c", whole], input=data.encode(), capture_output=True, check=False, timeout=TIMEOUT)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
@pytest.mark.parametrize("text", [SMALL, LARGE], ids=["small", "large"])
def test_a_full_device_is_an_error(text: str) -> None:
    done = shell("KRMFN > /dev/full", text)
    assert done.returncode == 1
    assert b"write-failed" in done.stderr
    assert b"Traceback" not in done.stderr


def test_a_closed_standard_output_is_an_error() -> None:
    done = shell("KRMFN >&-", SMALL)
    assert done.returncode == 1
    assert b"Traceback" not in done.stderr


def test_with_both_outputs_closed_the_status_still_tells() -> None:
    assert shell("KRMFN >&- 2>&-", SMALL).returncode == 1


def test_a_closed_standard_input_is_empty_input() -> None:
    done = shell("KRMFN <&-", "")
    assert done.returncode == 1
    assert done.stdout == b""
    assert b"empty" in done.stderr


def test_empty_input_says_what_to_write() -> None:
    for data in ("", "\n", "   \n\n"):
        called = call(data)
        assert (called.status, called.out) == (1, "")
        assert "ResourceList" in called.err


def test_an_unreadable_standard_input_is_an_error(tmp_path: Path) -> None:
    done = shell(f"KRMFN < {tmp_path}", "")
    assert done.returncode == 1
    assert (done.stdout, b"Traceback" in done.stderr) == (b"", False)


def test_a_reader_that_goes_away_early_is_met_quietly() -> None:
    done = shell("set -o pipefail; KRMFN | head -c 10 >/dev/null; exit ${PIPESTATUS[0]}", LARGE)
    assert done.returncode == 1
    assert done.stderr == b""


def test_a_slow_reader_of_a_pipe_that_does_not_block_gets_every_byte() -> None:
    expected = krmfn(stdin=LARGE).raw
    ours, theirs = os.pipe()
    fcntl.fcntl(theirs, fcntl.F_SETFL, fcntl.fcntl(theirs, fcntl.F_GETFL) | os.O_NONBLOCK)
    with subprocess.Popen(FUNCTION, stdin=subprocess.PIPE, stdout=theirs, stderr=subprocess.PIPE) as run:
        os.close(theirs)
        assert run.stdin is not None
        feeder = threading.Thread(target=lambda: (run.stdin.write(LARGE.encode()), run.stdin.close()))  # type: ignore[union-attr]
        feeder.start()
        got = b""
        while chunk := os.read(ours, 60_000):
            got += chunk
            time.sleep(0.002)
        feeder.join()
        os.close(ours)
        assert run.wait(TIMEOUT) == 0
    assert got == expected
    assert len(items_of(got.decode())) > 3000


SHORT_WRITES = """
import posix, sys
real = posix.write
calls = 0
def write(fd, data):
    global calls
    calls += 1
    if fd == 1 and calls % 3 == 1:
        raise BlockingIOError
    return real(fd, bytes(data[:7 if calls % 2 else 4097]))
posix.write = write
from krmfn.__main__ import main
sys.argv = ["krmfn"]
sys.exit(main())
"""


def test_short_writes_and_try_again_lose_no_byte() -> None:
    command = [sys.executable, "-I", "-c", SHORT_WRITES]
    done = subprocess.run(command, input=SMALL.encode(), capture_output=True, check=False, timeout=TIMEOUT)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout == krmfn(stdin=SMALL).raw


NO_SPACE = SHORT_WRITES.replace("raise BlockingIOError", "import errno; raise OSError(errno.ENOSPC, 'No space left')")


def test_a_disk_that_fills_up_is_an_error() -> None:
    command = [sys.executable, "-I", "-c", NO_SPACE]
    done = subprocess.run(command, input=SMALL.encode(), capture_output=True, check=False, timeout=TIMEOUT)
    assert done.returncode == 1
    assert b"write-failed" in done.stderr
