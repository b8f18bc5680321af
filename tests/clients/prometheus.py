"""Prometheus' own programs and definitions: the exporter of NATS, promtool, and the CRDs of Prometheus Operator."""

from __future__ import annotations

import functools
import json
import os
import shutil
import subprocess
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from krmfn.core.images import EXPORTER
from tests.clients.servers import PATIENCE, free_port
from tests.tools_of_clients import BIN

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

EXPORTER_VERSION = f"v{EXPORTER.rpartition(':')[2]}"
PROGRAMS = {
    "prometheus-nats-exporter": ("github.com/nats-io/prometheus-nats-exporter", EXPORTER_VERSION, ""),
    "promtool": ("github.com/prometheus/prometheus", "v0.316.0", "/cmd/promtool"),
}
"""Program -> module, version, and the package in it."""
OPERATOR, OPERATOR_VERSION = "github.com/prometheus-operator/prometheus-operator", "v0.85.0"


def program(name: str) -> str:
    """The path of a program, built once; the test is skipped where it cannot be."""
    path, why = _program(name)
    if path is None:
        pytest.skip(why)
    return path


def definition(kind: str) -> str:
    """The text of a CRD, such as `podmonitors`; skips the test where there is no module."""
    folder, why = _operator()
    if folder is None:
        pytest.skip(why)
    return (folder / f"example/prometheus-operator-crd/monitoring.coreos.com_{kind}.yaml").read_text()


class Exporter:
    """The exporter beside one server, as in its pod."""

    def __init__(self, monitor: int, arguments: Sequence[str]) -> None:
        """`monitor` is the server's monitoring port; `arguments` those of the container, moved to free ports here."""
        self.port = free_port()
        moved = {"-port=7777": f"-port={self.port}", "http://localhost:8222/": f"http://localhost:{monitor}/"}
        assert set(moved) <= set(arguments)
        self._arguments = ["-addr=127.0.0.1", *(moved.get(one, one) for one in arguments)]

    @contextmanager
    def running(self) -> Iterator[Exporter]:
        """The exporter, once it answers: its server must run before, since it asks for that every 30 seconds only."""
        process = subprocess.Popen(
            [program("prometheus-nats-exporter"), *self._arguments],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            end = time.monotonic() + PATIENCE
            while not self._answers():
                assert process.poll() is None, "the exporter ended"
                assert time.monotonic() < end, "the exporter does not answer"
                time.sleep(0.05)
            yield self
        finally:
            process.kill()
            process.wait()

    def _answers(self) -> bool:
        try:
            self.metrics()
        except OSError:
            return False
        return True

    def metrics(self) -> dict[str, list[tuple[str, float]]]:
        """Each metric's series: the text of the labels, and the value."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics", timeout=PATIENCE) as answer:
            lines = answer.read().decode().splitlines()
        found: dict[str, list[tuple[str, float]]] = {}
        for line in lines:
            if not line.startswith("#"):
                series, _, value = line.rpartition(" ")
                name, _, labels = series.partition("{")
                found.setdefault(name, []).append((labels.rstrip("}"), float(value)))
        return found


@functools.cache
def _program(name: str) -> tuple[str | None, str]:
    """Built from a module of its own, so that Go asks for no list of versions and says nothing of newer ones."""
    module, version, package = PROGRAMS[name]
    built = BIN / f"{name}-{version}"
    if built.exists():
        return str(built), ""
    if shutil.which("go") is None:
        return None, f"{name} is built with Go, which is not on PATH"
    BIN.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        Path(place, "go.mod").write_text(f"module tests\n\ngo 1.25.0\n\nrequire {module} {version}\n")
        done = subprocess.run(
            ["go", "build", "-mod=mod", "-tags=remove_all_sd", f"-o={built}", f"{module}{package}"],
            cwd=place,
            env={**os.environ, "GOFLAGS": ""},
            capture_output=True,
            text=True,
            timeout=900,
            check=False,
        )
    if done.returncode:
        return None, f"{name} {version} cannot be built: {done.stderr[-200:]}"
    return str(built), ""


@functools.cache
def _operator() -> tuple[Path | None, str]:
    if shutil.which("go") is None:
        return None, "go is not installed, whose module cache has the CRDs of Prometheus Operator"
    done = subprocess.run(
        ["go", "mod", "download", "-json", f"{OPERATOR}@{OPERATOR_VERSION}"],
        cwd=tempfile.gettempdir(),
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    if done.returncode:
        return None, f"{OPERATOR}@{OPERATOR_VERSION} is not in Go's module cache, and no module proxy answers"
    return Path(json.loads(done.stdout)["Dir"]), ""
