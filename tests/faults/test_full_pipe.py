"""A caller that reads standard output first, or standard error never, gets the whole output and the exit status."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from tests.calls import FUNCTION, TIMEOUT, measured
from tests.faults.lists import CR, HEAD

if TYPE_CHECKING:
    from pathlib import Path

SMALL_PIPE = 4096
"""Bytes of the smallest pipe of Linux; the findings of MANY resources do not fit into it."""
MANY = 60
NATS = "---\napiVersion: operator.kyma-project.io/v1alpha1\nkind: NATS\nmetadata: {{name: nats-{0}, namespace: shop}}\n"
GOOD = "".join(NATS.format(number) for number in range(MANY))
BAD = "".join(NATS.format(number) + "spec: {cluster: {size: 4}}\n" for number in range(MANY))
LIST_OF_BAD = HEAD + "".join(
    CR.replace("name: nats", f"name: nats-{number}").replace("size: 3", "size: 4") for number in range(MANY)
)
CALLS = {
    "render": (("render", "-f", "-"), GOOD, 0),
    "render that fails": (("render", "-f", "-"), BAD, 1),
    "check": (("check", "-f", "-"), BAD, 1),
    "simulate": (("simulate", "-f", "-", "--set", "zones=3"), GOOD, 0),
    "diff": (("diff", "old.yaml", "-"), GOOD, 1),
    "diff that cannot compare": (("diff", "old.yaml", "-"), BAD, 2),
    "function mode": ((), LIST_OF_BAD, 1),
    "cmp": (("cmp", "generate"), "", 0),
}


SHORT = ("check", "diff", "function mode")
"""What says little on standard error: the findings are the data, or stand in the report or in `results`."""


class Reader:
    """A run whose standard error is a pipe of one page; `read` empties the outputs one after the other."""

    def __init__(self, name: str, folder: Path) -> None:
        arguments, stdin, self.status = CALLS[name]
        if name.startswith("diff"):
            (folder / "old.yaml").write_text(NATS.format(0) + "spec: {cluster: {size: 5}}\n")
        (folder / "in.txt").write_text(stdin)
        if name == "cmp":
            (folder / "nats.yaml").write_text(GOOD)
        self.command = [*FUNCTION, *arguments]
        self.folder = folder

    def whole(self) -> tuple[int, bytes, bytes]:
        with (self.folder / "in.txt").open("rb") as stdin:
            done = subprocess.run(
                self.command, stdin=stdin, capture_output=True, check=False, timeout=TIMEOUT, **self._more()
            )
        return done.returncode, done.stdout, done.stderr

    def one_after_the_other(self, *, wait_first: bool) -> tuple[int, bytes, bytes]:
        ours, theirs = os.pipe()
        fcntl.fcntl(theirs, fcntl.F_SETPIPE_SZ, SMALL_PIPE)
        with (
            (self.folder / "in.txt").open("rb") as stdin,
            subprocess.Popen(self.command, stdin=stdin, stdout=subprocess.PIPE, stderr=theirs, **self._more()) as run,
            open(ours, "rb") as said,
        ):
            os.close(theirs)
            assert run.stdout is not None
            end = threading.Timer(TIMEOUT, run.kill)
            end.start()
            try:
                out = run.stdout.read()
                status = run.wait(TIMEOUT) if wait_first else None
                err = said.read()
                return (run.wait(TIMEOUT) if status is None else status), out, err
            finally:
                end.cancel()
                run.kill()

    def _more(self) -> dict[str, object]:
        environment = {
            "PATH": os.environ["PATH"],
            "ARGOCD_APP_NAMESPACE": "shop",
            "KUBE_VERSION": "1.33",
            "KUBE_API_VERSIONS": "v1",
            **measured(),
        }
        return {"cwd": self.folder, "env": environment}


@pytest.mark.skipif(sys.platform != "linux", reason="the size of a pipe is set as Linux does")
@pytest.mark.parametrize("wait_first", [False, True], ids=["read last", "never read"])
@pytest.mark.parametrize("name", CALLS)
def test_standard_error_that_is_not_read_costs_neither_output_nor_status(
    name: str, wait_first: bool, tmp_path: Path
) -> None:
    reader = Reader(name, tmp_path)
    status, out, err = reader.whole()
    assert status == reader.status, err[-1000:]
    if name not in SHORT:
        assert len(err) > SMALL_PIPE
    if reader.status == 0:
        assert len(out) > SMALL_PIPE
    got = reader.one_after_the_other(wait_first=wait_first)
    assert got[:2] == (status, out)
    assert got[2] == (err if not wait_first or len(err) <= SMALL_PIPE else err[: len(got[2])])
    assert len(got[2]) >= min(len(err), SMALL_PIPE)
